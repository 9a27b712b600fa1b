"""The skeleton of a new study: definitions, a chapter with its notebook and test, and made-up raw data.

A study that asks the questions of another needs none of these, only a data folder that describes it.
"""

from __future__ import annotations

import re
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from peerbook.errors import ParameterError

if TYPE_CHECKING:
    from peerbook.data import About

TEMPLATES = Path(__file__).with_name("skeleton")
PLACES = {
    "study.yml": "data_schema/{study}",
    "datapackage.json": "data_schema/{study}",
    "answers.schema.json": "data_schema/{study}",
    "chapters.yml": "notebooks/{study}",
    "answers.ipynb": "notebooks/{study}",
    "answers.py": "peerbook/chapters/{study}",
    "test_answers.py": "tests/chapters/{study}",
}
ROWS = 30


def new_study(study: str, title: str, root: Path) -> list[Path]:
    """Write what a study of one table and one chapter needs; it can be built at once.

    Parameters
    ----------
    study : str
        Its name: small letters, digits and underscores.
    title : str
        Its name for readers.
    root : Path
        The clone to write into.

    Returns
    -------
    list of Path
        The files, in the order in which they are best edited.

    Raises
    ------
    ParameterError
        If the name cannot be one, or there is a study of this name, or `root` is no clone of peerbook.
    """
    from peerbook.data import load_definitions
    from peerbook.data.sampler import write_sample

    if not re.fullmatch(r"[a-z][a-z0-9_]*", study):
        raise ParameterError(f"study: found '{study}'; expected small letters, digits and underscores")
    if not (root / "peerbook" / "chapters").is_dir():
        raise ParameterError("A new study needs a clone of peerbook: there is no peerbook/chapters here.")
    files = {root / place.format(study=study) / name: name for name, place in PLACES.items()}
    present = [path for path in (*files, root / "stand_in" / study) if path.exists()]
    if present:
        raise ParameterError(f"study: there is a study '{study}' already ({present[0].relative_to(root)})")
    for path, name in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        template = Template((TEMPLATES / f"{name}.txt").read_text(encoding="utf-8"))
        path.write_text(template.substitute(study=study, title=title), encoding="utf-8")
    init = root / "peerbook" / "chapters" / study / "__init__.py"
    init.write_text(f'"""The chapters of {title}: one module for each notebook."""\n', encoding="utf-8")
    definitions = load_definitions(root / "data_schema" / study)
    raw = write_sample(root / "stand_in" / study, definitions, rows=ROWS)
    return [*files, raw]


def new_folder(like: str, about: About, folder: Path) -> list[Path]:
    """Write the data folder of a study that asks the questions of another: what it is, and no tables yet.

    Parameters
    ----------
    like : str
        The study whose definitions hold.
    about : About
        What the new study is.
    folder : Path
        The data folder; made if it is not there.

    Returns
    -------
    list of Path
        `study.yml` and `datapackage.json`.

    Raises
    ------
    ParameterError
        If there is no study `like`, or the folder has one of the files.
    DataError
        If the description makes no sense, such as a region that is listed twice.
    """
    import json

    from peerbook.data import as_told, load_definitions, read_about

    definitions = load_definitions(like)
    files = [folder / "study.yml", folder / "datapackage.json"]
    present = [file.name for file in files if file.exists()]
    if present:
        raise ParameterError(
            f"{folder}: it has {' and '.join(present)} already; change that, or name another folder"
        )
    folder.mkdir(parents=True, exist_ok=True)
    described = {"name": folder.name, "study": like, "title": about.title, "synthetic": False}
    files[0].write_text(_about_as_yaml(about), encoding="utf-8")
    try:
        as_told(definitions, read_about(folder))
    except Exception:
        files[0].unlink()
        raise
    files[1].write_text(json.dumps(described, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return files


def _about_as_yaml(about: About) -> str:
    """Write what is known, and the other keys as remarks, so that they can be filled in later."""

    def line(key: str, value: object, example: str) -> str:
        return f"{key}: {_as_yaml(value)}" if value else f"# {key}: {example}"

    return "\n".join(
        [
            "# What this study is. It takes the place of what the definitions of the questions say.",
            line("title", about.title, "Our peer support log"),
            line("period", about.period, "[2026-01-01, 2026-12-31]   # first and last day of the data"),
            line("regions", about.regions, "[North, South]"),
            line("ids", about.ids, '"[0-9]{4}"   # what a personal ID looks like: here four digits'),
            line("holder", about.holder, "Who holds the data"),
            line("contact", about.contact, "How to reach them"),
            line("missing_codes", about.missing_codes, '{"99": Not answered}'),
            line("waves", about.waves, "{Spring: [2026-03-01, 2026-05-31]}"),
            line(
                "not_asked",
                about.not_asked,
                "[projects]   # tables, fields, questionnaires",
            ),
            "",
        ]
    )


def _as_yaml(value: object) -> str:
    """Write a value on one line, in quotation marks where YAML would take it for something else."""
    import yaml

    plain = list(value) if isinstance(value, tuple) else value
    text = yaml.safe_dump(plain, default_flow_style=True, allow_unicode=True, width=10_000)
    return text.removesuffix("...\n").strip()
