"""A misspelt parameter is refused by a notebook itself, whoever runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from peerbook import injected
from peerbook.errors import ParameterError
from tests.builder.conftest import write_project

OWN = 'data = ""  # a folder\nregion: str = "all"\noutputs = ""'


@pytest.mark.parametrize(
    "cells",
    [
        (),
        ["", OWN, '# Parameters\nregion = "North"\n'],
        [OWN, "regoin = 1"],
        ["mine = 1", "# Parameters\nregoin = 1"],
        [OWN, "%matplotlib inline", "# Parameters\nregion = 1\ndata = 2"],
        [OWN, "# Parameters\nregoin = 1", "# Parameters\nregion = 1"],
    ],
    ids=["none", "known", "not papermill's", "no chapter", "with a magic", "corrected since"],
)
def test_what_a_notebook_has_and_what_papermill_did_not_write_passes(cells):
    injected.check_cells(cells)


@pytest.mark.parametrize("between", [[], ["1 + 1", "!ls"]])
def test_a_name_that_the_notebook_does_not_have_is_refused(between):
    with pytest.raises(ParameterError, match=r"found 'regoin'; expected .* did you mean 'region'\?"):
        injected.check_cells([OWN, *between, '# Parameters\nregoin = "North"\n'])


def test_outside_a_notebook_nothing_is_looked_at():
    injected.check_injected()


def test_plain_papermill_stops_at_a_misspelt_parameter(tmp_path):
    project = write_project(tmp_path / "project")
    notebook = project / "notebooks" / "tiny" / "beta.ipynb"
    given = os.environ | {
        "PEERBOOK_ROOT": str(project),
        "PYTHONPATH": str(Path(__file__).resolve().parents[1]),
    }
    command = [sys.executable, "-m", "papermill", str(notebook), str(tmp_path / "out.ipynb")]
    ran = subprocess.run(
        [*command, "-p", "regoin", "Leeds"],
        capture_output=True,
        text=True,
        env=given,
        cwd=tmp_path,
        check=False,
    )
    assert ran.returncode == 1
    assert "parameter of this notebook: found 'regoin'" in ran.stderr
    assert "did you mean 'region'?" in ran.stderr
