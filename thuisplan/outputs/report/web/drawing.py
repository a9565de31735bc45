"""From the scene that Vega made of a chart to a small SVG.

Vega writes its own SVG for a page that it keeps alive: groups within groups, and the same colour and font on
every mark. Three hundred charts of that do not fit in a mailbox. Here what looks the same becomes one path
or one group, without any ``style``, so that the page may forbid those.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

Item = Mapping[str, Any]

BASELINES = {"top": 0.8, "middle": 0.35, "bottom": -0.2}
"""Height of a letter's foot below the point that it is placed at, in letters."""

ATTRIBUTES = {"strokeWidth": "stroke-width", "strokeDash": "stroke-dasharray"}
"""What SVG calls a property, where Vega has another name for it."""

ANCHORS = {"left": "start", "center": "middle", "right": "end"}


@dataclass
class _Drawing:
    """Parts of a drawing, by what they look like, in the order in which they were first seen."""

    paths: dict[Markup, list[str]] = field(default_factory=lambda: defaultdict(list))
    letters: dict[Markup, list[Markup]] = field(default_factory=lambda: defaultdict(list))

    def add(self, mark: Item, x: float, y: float) -> None:
        """Add a mark and what stands in it, at the place of its group."""
        draw = getattr(self, f"_{mark['marktype']}", None)
        if mark["marktype"] == "group":
            for item in mark["items"]:
                for inner in item.get("items", ()):
                    self.add(inner, x + item.get("x", 0), y + item.get("y", 0))
        elif draw is not None:
            draw([item for item in mark["items"] if item.get("opacity", 1)], x, y)

    def _rule(self, items: list[Item], x: float, y: float) -> None:
        for item in items:
            left, top = x + item.get("x", 0), y + item.get("y", 0)
            right, bottom = x + item.get("x2", item.get("x", 0)), y + item.get("y2", item.get("y", 0))
            look = _look(item, "stroke", "strokeWidth", "strokeDash")
            end = f"H{_n(right)}" if top == bottom else f"L{_n(right)} {_n(bottom)}"
            self.paths[look].append(f"M{_n(left)} {_n(top)}{end}")

    def _rect(self, items: list[Item], x: float, y: float) -> None:
        for item in items:
            width, height = item.get("width", 0), item.get("height", 0)
            if width and height:
                look = _look(item, "fill", "stroke", "strokeWidth")
                start = f"M{_n(x + item.get('x', 0))} {_n(y + item.get('y', 0))}"
                self.paths[look].append(f"{start}h{_n(width)}v{_n(height)}h{_n(-width)}z")

    def _line(self, items: list[Item], x: float, y: float) -> None:
        """Draw one line, with a gap where it has no value."""
        if items:
            look = _look({**items[0], "fill": "none"}, "fill", "stroke", "strokeWidth", "strokeDash")
            pen, steps = "M", []
            for item in items:
                if item.get("defined") is False:
                    pen = "M"
                    continue
                steps.append(f"{pen}{_n(x + item.get('x', 0))} {_n(y + item.get('y', 0))}")
                pen = "L"
            self.paths[look].append("".join(steps))

    def _symbol(self, items: list[Item], x: float, y: float) -> None:
        """Draw round points: lines without length, with round ends."""
        for item in items:
            colour = item.get("fill") or item.get("stroke")
            width = _n(float(item.get("size", 30)) ** 0.5)
            look = Markup(' stroke="{}" stroke-width="{}" stroke-linecap="round"').format(colour, width)
            self.paths[look].append(f"M{_n(x + item.get('x', 0))} {_n(y + item.get('y', 0))}h0")

    def _text(self, items: list[Item], x: float, y: float) -> None:
        for item in items:
            words = str(item.get("text", ""))
            if not words.strip():
                continue
            left = x + item.get("x", 0) + item.get("dx", 0)
            foot = BASELINES.get(item.get("baseline", ""), 0.0) * item.get("fontSize", 12)
            top = y + item.get("y", 0) + item.get("dy", 0) + foot
            look = Markup(' fill="{}" text-anchor="{}"').format(
                item.get("fill", "currentColor"), ANCHORS.get(item.get("align", "left"), "start")
            )
            told = Markup('<text x="{}" y="{}">{}</text>').format(_n(left), _n(top), words)
            self.letters[look].append(told)

    def parts(self) -> Iterator[Markup]:
        """Yield the elements of the drawing; words lie over everything else."""
        for look, steps in self.paths.items():
            yield Markup('<path{} d="{}"/>').format(look, "".join(steps))
        for look, words in self.letters.items():
            yield Markup("<g{}>{}</g>").format(look, Markup("").join(words))


def draw(scene: Item, title: str, told: str) -> Markup:
    """Return a scene as SVG.

    Parameters
    ----------
    scene
        What ``vl_convert.vega_to_scenegraph`` returns.
    title, told
        What it is called, and what it shows for those who do not see it.

    Returns
    -------
    Markup
        One ``svg`` element without ``style``. Names in it are escaped.
    """
    drawing = _Drawing()
    left, top = scene["origin"]
    drawing.add(scene["scenegraph"], left, top)
    size = Markup('viewBox="0 0 {} {}"').format(_n(scene["width"]), _n(scene["height"]))
    words = Markup("<title>{}</title><desc>{}</desc>").format(title, told)
    return Markup('<svg {} preserveAspectRatio="xMinYMin" role="img">{}{}</svg>').format(
        size, words, Markup("").join(drawing.parts())
    )


def _look(item: Item, *names: str) -> Markup:
    """Return how an item looks, as attributes; what SVG takes for granted is left out."""
    result = Markup("")
    for name in names:
        value = item.get(name)
        if name == "strokeWidth" and (value == 1 or not item.get("stroke")):
            continue
        if isinstance(value, list):
            value = " ".join(_n(one) for one in value)
        if value not in (None, "", 0):
            result += Markup(' {}="{}"').format(ATTRIBUTES.get(name, name), value)
    return result


def _n(value: float) -> str:
    """Write a coordinate to a tenth of a point."""
    digits = f"{value:.1f}".removesuffix(".0")
    return "0" if digits == "-0" else digits
