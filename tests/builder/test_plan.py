from __future__ import annotations

import pytest

from peerbook.builder.contents import read_contents
from peerbook.builder.parameters import read_settings
from peerbook.builder.plan import plan
from peerbook.errors import ParameterError
from tests.builder.conftest import ALPHA, LISTING, write_listing, write_notebook


def _values(project, *settings, only=()):
    chapters = read_contents(project).only(only)
    return {task.chapter.name: dict(task.values) for task in plan(chapters, read_settings(settings))}


def test_without_settings_the_notebooks_defaults_hold(project):
    assert _values(project) == {"alpha": {"region": "all", "project": "001"}, "beta": {"region": "all"}}


def test_a_setting_reaches_every_chapter_that_has_the_parameter(project):
    assert _values(project, "region=Leeds", "project=007") == {
        "alpha": {"region": "Leeds", "project": "007"},
        "beta": {"region": "Leeds"},
    }


@pytest.mark.parametrize("order", [1, -1])
def test_the_setting_of_one_chapter_wins_in_any_order(project, order):
    values = _values(project, *["region=Leeds", "beta.region=Suffolk"][::order])
    assert (values["alpha"]["region"], values["beta"]["region"]) == ("Leeds", "Suffolk")


@pytest.mark.parametrize(
    ("setting", "only", "message"),
    [
        ("regoin=Leeds", (), "There is no parameter 'regoin'. Did you mean 'region'"),
        ("region=Leds", (), "Did you mean 'Leeds'"),
        ("beta.project=1", (), "There is no parameter 'project'"),
        ("project=1", ("beta",), "There is no parameter 'project'"),
        ("betta.region=Leeds", (), "Did you mean 'beta'"),
        ("alpha.region=Leeds", ("beta",), "No chapter 'alpha' is to be built"),
        ("small/beta.region=Leeds", (), "No chapter 'small/beta' is to be built"),
        ("data=elsewhere", (), "--data FOLDER"),
        ("outputs=elsewhere", (), "--out FOLDER"),
    ],
)
def test_a_setting_that_fits_nothing_stops_with_a_hint(project, setting, only, message):
    with pytest.raises(ParameterError, match=message):
        _values(project, setting, only=only)


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ('data = ""\noutputs = ""\nproject = ""', "disagree.*has data, outputs, project; expected"),
        (ALPHA[0] + "\nextra = 1", "disagree"),
        (ALPHA[0].replace('"001"', "1"), "default of 'project' is 1.*str"),
        (ALPHA[0].replace('"all"', '"York"'), "default of 'region' is 'York'.*region"),
        (ALPHA[0].replace('"001"', "str(1)"), r"default of 'project' is str\(1\)"),
    ],
)
def test_a_notebook_that_disagrees_with_the_list_is_refused(project, cell, message):
    write_notebook(project / "notebooks" / "tiny" / "alpha.ipynb", [cell, *ALPHA[1:]])
    with pytest.raises(ParameterError, match=message):
        _values(project)


def test_a_chapter_may_be_named_with_its_study(project):
    values = _values(project, "region=Leeds", "tiny/beta.region=Suffolk")
    assert (values["alpha"]["region"], values["beta"]["region"]) == ("Leeds", "Suffolk")


def _with_each(project, **parameters):
    entry = {
        "name": "alpha",
        "title": "Alpha {project}",
        "part": "Results",
        "each": {"project": ["001", "7"]},
    }
    entry["parameters"] = {"region": LISTING["chapters"][0]["parameters"]["region"], **parameters}
    write_listing(project / "notebooks" / "tiny", {"chapters": [entry, LISTING["chapters"][1]]})


def test_a_notebook_with_each_is_planned_once_per_value(project):
    _with_each(project)
    assert _values(project, "alpha.region=Leeds", "alpha_7.region=Suffolk") == {
        "alpha_001": {"region": "Leeds", "project": "001"},
        "alpha_7": {"region": "Suffolk", "project": "7"},
        "beta": {"region": "all"},
    }


def test_what_has_a_page_for_each_value_is_not_set_but_chosen(project):
    _with_each(project)
    for setting in ("project=7", "alpha.project=7", "alpha_7.project=7"):
        with pytest.raises(ParameterError, match="choose pages with --only"):
            _values(project, setting)


def test_the_default_in_a_notebook_with_each_is_one_of_its_values(project):
    _with_each(project)
    write_notebook(project / "notebooks" / "tiny" / "alpha.ipynb", [ALPHA[0].replace("001", "2"), "1"])
    with pytest.raises(ParameterError, match="default of 'project' is '2'"):
        _values(project)


@pytest.mark.parametrize("studies", ["{}", '{"other": ""}', '{"small": "exports"}'])
def test_a_notebook_names_the_studies_that_the_list_names_and_no_folders(beside, studies):
    write_notebook(
        beside / "notebooks" / "tiny" / "beside.ipynb",
        [f'data = ""\noutputs = ""\nstudies = {studies}', "# Beside"],
    )
    with pytest.raises(ParameterError, match=r"disagree: 'studies' is .*expected {'small': ''}"):
        _values(beside, only=("beside",))


def test_the_folders_of_other_studies_are_left_to_the_build(beside):
    assert _values(beside, only=("beside",)) == {"beside": {}}
    with pytest.raises(ParameterError, match="--data STUDY=FOLDER"):
        _values(beside, "studies=elsewhere", only=("beside",))
