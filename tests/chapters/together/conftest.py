"""The rows of the user-led study, opened once, and copies of it with a table changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from peerbook import Study, open_study
from peerbook.chapters.together import rows
from peerbook.study import Tables


@pytest.fixture(scope="session")
def together() -> Study:
    """Return the study on its stand-in data; do not change its frames."""
    return open_study(study="together")


@pytest.fixture(scope="session")
def survey(together):
    return rows.survey_of(together)


@pytest.fixture
def together_with(together):
    """Return a function that gives the study with some of its tables replaced."""

    def made(**tables):
        named = {name.replace("__", "/"): frame for name, frame in tables.items()}
        return replace(together, tables=Tables({**together.tables, **named}))

    return made
