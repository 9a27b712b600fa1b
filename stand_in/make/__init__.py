"""Write the raw data that stand in for confidential ones: one package for each study, of its name.

Such a maker has a `SEED`, a `TITLE` for its data, perhaps a `RUN` for its `study.yml`, and
`make_tables(seed)`, which returns every table of the raw folder with its cells as text, by the names of
`data_schema/<study>/datapackage.json`.
"""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from peerbook import paths
from peerbook.data.stops import MADE_UP, fingerprint

DESCRIPTOR = "datapackage.json"
ABOUT = """# These data stand in for those behind the printed report: a book sets its numbers beside print.
printed: true
"""


def makers() -> list[str]:
    """Return the studies that have a maker.

    Examples
    --------
    >>> "side_by_side" in makers()
    True
    """
    return [module.name for module in iter_modules(__path__) if module.ispkg]


def write(study: str, folder: str | Path, seed: int | None = None) -> Path:
    """Write a raw folder of data that stand in for those of a study.

    Parameters
    ----------
    study : str
        One of `makers()`.
    folder : str or Path
        Made if it is not there; files of the same names are replaced, once all tables are made.
    seed : int, optional
        The maker's own by default. The same seed gives the same bytes.

    Returns
    -------
    Path
        The folder, with one CSV for each table and `datapackage.json`.
    """
    maker, folder = import_module(f"{__name__}.{study}"), Path(folder)
    seed = maker.SEED if seed is None else seed
    tables = maker.make_tables(seed)
    for name, table in tables.items():
        file = folder / f"{name}.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        table.to_csv(file, index=False, lineterminator="\n")
    (folder / DESCRIPTOR).write_text(_descriptor(study, maker.TITLE, seed, folder), encoding="utf-8")
    (folder / "study.yml").write_text(ABOUT + getattr(maker, "RUN", ""), encoding="utf-8")
    return folder


def _descriptor(study: str, title: str, seed: int, folder: Path) -> str:
    """Return the study's own descriptor as that of made-up data: a line for each table it has or needs."""
    described = json.loads((paths.data_schema() / study / DESCRIPTOR).read_text(encoding="utf-8"))
    files = {each["name"]: folder / f"{each['name']}.csv" for each in described["resources"]}
    resources = [
        json.dumps(each | _mark(files[each["name"]]), ensure_ascii=False)
        for each in described.pop("resources")
        if files[each["name"]].is_file() or not each.get("optional")
    ]
    changed = {"name": f"{described['name']}-stand-in", "title": title, "synthetic": True}
    said = {}
    for key, value in described.items():
        said[key] = changed.get(key, value)
        if key == "synthetic":
            said["seed"] = seed
    head = json.dumps(said, indent=2, ensure_ascii=False).removesuffix("\n}")
    return head + ',\n  "resources": [\n    ' + ",\n    ".join(resources) + "\n  ]\n}\n"


def _mark(file: Path) -> dict[str, str]:
    """Return the fingerprint by which a table that was left beside real data is known."""
    return {MADE_UP: fingerprint(file)} if file.is_file() else {}
