"""The skeleton of a new study: definitions, a chapter with its notebook and test, and made-up raw data."""

from __future__ import annotations

import re
from pathlib import Path
from string import Template

from peerbook.errors import ParameterError

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
