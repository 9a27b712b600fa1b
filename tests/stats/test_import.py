"""Importing the room is quick: what is heavy is imported where it is used."""

from __future__ import annotations

import pkgutil
import subprocess
import sys

import peerbook.stats


def test_heavy_libraries_wait():
    script = (
        "import sys, peerbook.stats; print(*sorted({'patsy', 'scipy', 'statsmodels'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == ""


def test_every_public_name_is_there_and_none_hides_a_module():
    modules = {module.name for module in pkgutil.iter_modules(peerbook.stats.__path__)}
    assert not modules & set(peerbook.stats.__all__)
    for name in peerbook.stats.__all__:
        assert getattr(peerbook.stats, name) is not None
