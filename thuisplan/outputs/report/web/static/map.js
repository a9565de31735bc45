// The map: another figure, what lies under the pointer in words, and arrow keys from one municipality to the next.
(function () {
  "use strict";
  var map = document.getElementById("map");
  var data = document.getElementById("map-data");
  if (!map || !data) return;
  var figures = JSON.parse(data.textContent).figures;
  var names = JSON.parse(data.textContent).names;
  var all = function (selector) { return Array.prototype.slice.call(map.querySelectorAll(selector)); };
  var areas = all(".map-area");
  var links = areas.map(function (area) { return area.closest(".map-link"); });
  var reached = links.filter(function (link) { return link.hasAttribute("href"); });
  var labels = all(".map-names text");
  var legends = all(".map-legend");
  var drawing = map.querySelector(".map-drawing");
  var mark = map.querySelector(".map-mark");
  var told = document.getElementById("map-told");
  var select = document.getElementById("map-figure");
  var shown = figures[0];

  function words(number) { return names[number] + ": " + shown.values[number]; }

  function colour(element, number) {
    element.classList.forEach(function (name) {
      if (/^map-(k[1-5]|[np][12]|zero|none)$/.test(name)) element.classList.remove(name);
    });
    element.classList.add("map-" + shown.colours[number]);
  }

  function show(figure) {
    shown = figures[figure];
    areas.forEach(function (area, number) {
      colour(area, number);
      var title = links[number].querySelector("title");
      if (title) title.textContent = words(number);
      else {
        links[number].setAttribute("title", words(number));
        links[number].querySelector(".map-value").textContent = shown.values[number];
      }
    });
    labels.forEach(function (label) {
      var number = Number(label.dataset.area);
      colour(label, number);
      label.querySelector(".map-value").textContent = shown.values[number];
    });
    legends.forEach(function (legend, number) { legend.hidden = number !== figure; });
    document.getElementById("map-title").textContent = shown.title;
    if (drawing) drawing.setAttribute("aria-label", shown.told.map);
    tell(-1);
  }

  function tell(number) {
    told.textContent = number < 0 ? "" : words(number);
    if (mark) mark.setAttribute("d", number < 0 ? "" : areas[number].getAttribute("d") || "");
  }

  // One stop for the tab key instead of hundreds; from there arrows go to what lies nearest.
  function stop(link) {
    reached.forEach(function (other) { other.setAttribute("tabindex", other === link ? "0" : "-1"); });
  }

  function middle(element) {
    var box = element.getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2];
  }

  function nearest(from, axis, sign) {
    var start = middle(from), best = null, least = Infinity;
    reached.forEach(function (link) {
      var end = middle(link);
      var along = (end[axis] - start[axis]) * sign;
      var aside = Math.abs(end[1 - axis] - start[1 - axis]);
      if (link === from || along <= 0.5 || aside > along * 3) return;
      if (along + 2 * aside < least) { least = along + 2 * aside; best = link; }
    });
    return best;
  }

  var steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [1, -1], ArrowDown: [1, 1] };
  map.addEventListener("keydown", function (event) {
    var link = event.target.closest(".map-link");
    if (!link || event.altKey || event.ctrlKey || event.metaKey) return;
    var next = null;
    if (steps[event.key]) next = nearest(link, steps[event.key][0], steps[event.key][1]);
    else if (event.key === "Home") next = reached[0];
    else if (event.key === "End") next = reached[reached.length - 1];
    else return;
    event.preventDefault();
    if (next) { stop(next); next.focus(); }
  });

  links.forEach(function (link, number) {
    link.addEventListener("mouseenter", function () { tell(number); });
    link.addEventListener("focus", function () { tell(number); });
    link.addEventListener("mouseleave", function () { tell(-1); });
    link.addEventListener("blur", function () { tell(-1); });
  });

  // A picture has no parts for a screen reader; a group of links does.
  if (drawing && reached.length) drawing.setAttribute("role", "group");
  if (reached.length) {
    stop(reached[0]);
    document.getElementById("map-keys").hidden = false;
    if (drawing) drawing.setAttribute("aria-describedby", "map-keys");
  }
  told.hidden = false;
  if (figures.length > 1) map.querySelector(".map-choice").hidden = false;
  select.addEventListener("change", function () { show(Number(select.value)); });
  if (select.value !== "0") show(Number(select.value));
})();
