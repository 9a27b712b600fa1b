from __future__ import annotations

import builtins

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbook.builder.parameters import Parameter, Setting, did_you_mean, read_settings
from peerbook.errors import ParameterError


@pytest.mark.parametrize(
    ("type", "text", "value"),
    [
        ("str", "007", "007"),
        ("str", "true", "true"),
        ("int", "007", 7),
        ("int", "-3", -3),
        ("float", "0.05", 0.05),
        ("float", "1e-3", 0.001),
        ("bool", "Yes", True),
        ("bool", "false", False),
    ],
)
def test_a_value_has_the_declared_type_and_not_the_one_it_looks_like(type, text, value):
    read = Parameter("x", type).read(text)
    assert (read, builtins.type(read).__name__) == (value, type)


@pytest.mark.parametrize(
    ("type", "text"),
    [
        ("int", "1_000"),
        ("int", "7.0"),
        ("int", ""),
        ("float", "nan"),
        ("float", "inf"),
        ("float", "1_000.5"),
        ("float", "much"),
        ("bool", "1"),
    ],
)
def test_a_value_of_another_type_is_refused_by_name(type, text):
    with pytest.raises(ParameterError, match=r"'least_pairs' is .* expected"):
        Parameter("least_pairs", type).read(text)


@given(st.integers())
def test_whole_numbers_survive(number):
    assert Parameter("n", "int").read(str(number)) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_survive(number):
    assert Parameter("n", "float").read(str(number)) == number


def test_a_misspelt_choice_suggests_the_right_one():
    region = Parameter("region", "choice", ("all", "Leeds", "Southampton"))
    assert region.read("Leeds") == "Leeds"
    with pytest.raises(ParameterError, match=r"all, Leeds, Southampton\. Did you mean 'Leeds'\?"):
        region.read("leeds")


@pytest.mark.parametrize(
    ("type", "value", "accepted"),
    [
        ("int", 1, True),
        ("int", True, False),
        ("int", 1.0, False),
        ("float", 1, True),
        ("float", False, False),
        ("bool", True, True),
        ("str", "", True),
        ("str", None, False),
    ],
)
def test_a_default_must_be_of_the_declared_type(type, value, accepted):
    assert Parameter("x", type).accepts(value) is accepted


def test_settings_name_all_chapters_or_one():
    assert read_settings(["region=Leeds", "log_findings.note=a=b.c"]) == (
        Setting("", "region", "Leeds"),
        Setting("log_findings", "note", "a=b.c"),
    )


@pytest.mark.parametrize("argument", ["region", "=Leeds", "log_findings.=Leeds", ""])
def test_a_setting_without_name_or_value_is_refused(argument):
    with pytest.raises(ParameterError, match="name=value"):
        read_settings([argument])


def test_a_setting_given_twice_is_refused():
    with pytest.raises(ParameterError, match="more than once"):
        read_settings(["region=Leeds", "region=Suffolk"])


def test_a_hint_is_given_only_for_something_near():
    assert did_you_mean("Regoin", ["region"]) == " Did you mean 'region'?"
    assert did_you_mean("colour", ["region"]) == ""


@pytest.mark.parametrize(
    ("limits", "text", "message"),
    [
        ({"minimum": 1}, "0", "a whole number of at least 1"),
        ({"minimum": 1, "maximum": 12}, "13", "a whole number of at least 1 and of at most 12"),
        ({"above": 0}, "0", "a whole number above 0"),
        ({"below": 10}, "10", "a whole number below 10"),
    ],
)
def test_a_number_out_of_its_limits_is_refused(limits, text, message):
    parameter = Parameter("months", "int", limits=limits)
    with pytest.raises(ParameterError, match=message):
        parameter.read(text)
    assert not parameter.accepts(int(text))
    assert parameter.read("5") == 5
