from __future__ import annotations

import pytest

from peerbook.choices import check_between, check_one_of, did_you_mean, nearest
from peerbook.errors import ParameterError


def test_nearest_ignores_capitals():
    assert nearest("LEEDS", ["Leeds", "Suffolk"]) == "Leeds"
    assert did_you_mean("zzz", ["Leeds"]) == ""


def test_an_option_that_is_not_text_is_refused_like_any_other():
    with pytest.raises(ParameterError, match=r"^unit: found 3; expected one of person, project$"):
        check_one_of("unit", 3, ["person", "project"])


@pytest.mark.parametrize(("limits", "expected"), [((0, 1), "above 0 and below 1$"), ((0,), "above 0$")])
def test_a_limit_itself_is_refused(limits, expected):
    check_between("level", 0.5, *limits)
    with pytest.raises(ParameterError, match=f"level: found 0; expected a number {expected}"):
        check_between("level", 0, *limits)
