"""A book of twelve people of a region that no definitions name: no interviews, no printed report."""

from __future__ import annotations

import json
import re

import pytest
import yaml
from rich.console import Console

from peerbook.builder.parameters import read_settings
from peerbook.builder.run import Order, build
from peerbook.data import as_told, load_definitions, read_about
from peerbook.data.sampler import write_sample

KEPT = ("logs.csv", "registrations.csv", "projects.csv")
SAID = {
    "title": "Shefford peers",
    "regions": ["Shefford"],
    "period": ["2026-01-01", "2026-12-31"],
    "ids": "[0-9]{6}",
    "holder": "Shefford Mutual",
}
OF_PRINT = re.compile(r"Side by Side|the report\b|there is nothing to show|do not exist")


@pytest.mark.slow
def test_a_book_of_twelve_people_speaks_of_them_and_of_no_report(tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "study.yml").write_text(yaml.safe_dump(SAID))
    definitions = as_told(load_definitions("side_by_side"), read_about(folder))
    write_sample(folder, definitions, rows=36, seed=1)
    for file in folder.rglob("*.csv"):
        if file.relative_to(folder).as_posix() not in KEPT:
            file.unlink()
    described = {"study": "side_by_side", "synthetic": False}
    (folder / "datapackage.json").write_text(json.dumps(described))
    settings = read_settings(["bootstraps=100", "jobs=1"])
    order = Order(out=tmp_path / "book", data={"": folder}, settings=settings, strict=True)
    manifest = build(order, Console(quiet=True))
    names = [record["name"] for record in manifest["chapters"]]
    assert {"summary", "methods", "log_findings", "associations", "robustness"} <= set(names)
    assert {"agreement", "values_framework"}.isdisjoint(names)
    assert not any(record["warnings"] for record in manifest["chapters"])
    html = tmp_path / "book" / "html"
    assert "Shefford Mutual holds them." in (html / "index.html").read_text()
    for page in [html / "index.html", *(html / "side_by_side").glob("*.html")]:
        article = page.read_text().partition("<article")[2].partition("</article>")[0]
        assert OF_PRINT.findall(article) == [], page.name
