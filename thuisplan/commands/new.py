"""Write a runnable input: an example, or the start of one municipality."""

from __future__ import annotations

from pathlib import Path


def new(folder: Path, example: str | None, municipality: str | None, workbook: bool, language: str) -> Path:
    """Write a runnable input.

    Parameters
    ----------
    folder
        New or empty folder; ``folder.xlsx`` inside it for a workbook.
    example, municipality
        Name of an example, or the code of the one municipality to start from.
    workbook
        Whether to write ``scenario.xlsx`` instead of CSV tables.
    language
        ``nl`` or ``en``.

    Returns
    -------
    Path
        The input, as ``solve`` takes it.
    """
    from thuisplan.inputs.examples import EXAMPLES
    from thuisplan.inputs.examples.municipality import municipality as make_municipality
    from thuisplan.inputs.write import write_folder
    from thuisplan.inputs.write_workbook import write_workbook

    look_at = None
    if municipality is not None:
        scenario = make_municipality(municipality, language)
    else:
        made_for = EXAMPLES[(example or "stedendriehoek").strip().casefold()]
        scenario, look_at = made_for.make(language), made_for.look_at.text(language)
    made = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "scenario.xlsx" if workbook else folder
    try:
        if workbook:
            write_workbook(scenario, path, language, look_at)
        else:
            write_folder(scenario, folder, language, look_at)
    except BaseException:
        # Half an input is worse than none.
        for file in folder.iterdir():
            file.unlink()
        if made:
            folder.rmdir()
        raise
    return path
