from __future__ import annotations

import pytest

from peerbook import paths
from peerbook.builder import reach
from peerbook.builder.contents import read_contents
from tests.builder.conftest import write_notebook

CHAPTERS = {chapter.name: chapter for chapter in read_contents(paths.root()).chapters}


def reached(name):
    package = reach.PACKAGE.parent
    return {path.relative_to(package).as_posix() for path in reach.reached(CHAPTERS[name], package)}


@pytest.mark.parametrize(
    ("chapter", "file"),
    [
        ("log_findings", "notebooks/side_by_side/log_findings.ipynb"),
        ("log_findings", "peerbook/chapters/side_by_side/log_findings/tables.py"),
        ("log_findings", "peerbook/log/pairing.py"),
        ("log_findings", "peerbook/data/read.py"),
        ("log_findings", "peerbook/outputs/protect.py"),
        ("log_findings", "peerbook/outputs/filterable.js"),
        ("log_findings", "data_schema/side_by_side/questionnaires.yml"),
        ("associations", "peerbook/stats/reml.py"),
        ("consultation", "data_schema/coding/people.schema.json"),
    ],
)
def test_a_chapter_reaches_what_its_numbers_depend_on(chapter, file):
    assert file in reached(chapter)


@pytest.mark.parametrize(
    ("chapter", "file"),
    [
        ("log_findings", "peerbook/chapters/side_by_side/robustness/__init__.py"),
        ("log_findings", "peerbook/stats/reml.py"),
        ("log_findings", "peerbook/builder/run.py"),
        ("consultation", "peerbook/log/pairing.py"),
        ("bame", "notebooks/side_by_side/consultation.ipynb"),
    ],
)
def test_a_chapter_does_not_reach_what_cannot_change_it(chapter, file):
    assert file not in reached(chapter)


def test_the_code_hash_follows_the_notebook_and_the_definitions_of_its_study(project):
    chapter = read_contents(project).chapters[0]
    before = reach.code_hash(chapter, project)
    assert reach.code_hash(chapter, project) == before
    schema = project / "data_schema" / "tiny" / "study.yml"
    schema.write_text(schema.read_text() + "\n")
    changed = reach.code_hash(chapter, project)
    write_notebook(chapter.notebook, ["x = 1", "# Alpha"])
    assert len({before, changed, reach.code_hash(chapter, project)}) == 3
    other = project / "data_schema" / "other"
    other.mkdir()
    now = reach.code_hash(chapter, project)
    (other / "study.yml").write_text("title: Other\n")
    assert reach.code_hash(chapter, project) == now


def test_names_that_a_package_loads_late_lead_to_their_module():
    assert "peerbook.stats.reml" not in reach._imports("from peerbook.stats import size_word")
    assert reach._imports("from peerbook.stats import size_word") >= {
        "peerbook.stats.effects",
        "peerbook.stats",
    }
    assert reach._imports("import json\nfrom os import path") == set()


def test_the_code_hash_follows_the_definitions_of_other_studies_that_are_read(beside):
    chapters = {chapter.place: chapter for chapter in read_contents(beside).chapters}
    both, one = chapters["tiny/beside"], chapters["tiny/beta"]
    before = reach.code_hash(both, beside), reach.code_hash(one, beside)
    schema = beside / "data_schema" / "small" / "study.yml"
    schema.write_text(schema.read_text() + "\n")
    after = reach.code_hash(both, beside), reach.code_hash(one, beside)
    assert (before[0] != after[0], before[1] == after[1]) == (True, True)
