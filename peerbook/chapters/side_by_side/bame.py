"""Chapter 7: peer support for people of Black, Asian and minority ethnic (BaME) communities.

Table 7.1 has the number of the report; Figure 7.1 is the diagram that the report leaves without a number.
All else is added.
`__all__` has what the notebook shows, in its order.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side import beside_print, pages
from peerbook.chapters.side_by_side.beside_print import discrepancies, statements
from peerbook.chapters.side_by_side.coded_rows import (
    CORE_VALUES,
    INTERVIEWED,
    SPEAKS_OF,
    WHICH,
    core_value_codings,
    material_of,
    row_origins,
    speaking,
    wide,
)
from peerbook.coding import counting
from peerbook.coding.codings import codings
from peerbook.coding.sample import characteristics, grouped, people_of_projects
from peerbook.disclosure import Cell, Counted, Nobody, is_withheld
from peerbook.outputs import Output, diagrams, figure, formats, table, text
from peerbook.outputs.folding import folded

if TYPE_CHECKING:
    from peerbook.coding import Material
    from peerbook.study import Study

__all__ = [  # noqa: RUF022 the order of the page
    "in_short",
    "people_spoken_to",
    "sample",
    "compared",
    "reasons",
    "common_experience",
    "types",
    "overlaps",
    "dimensions",
    "printed_tables",
    "statements",
    "discrepancies",
    "row_origins",
]

BOOK = "bame"
TYPES = "bame_types"  # the column of projects; blank for a mainstream project
BAME, MAINSTREAM = "BaME-specific", "mainstream"
ANY, SEVERAL = "any type", "several types"
# What numbers count, in the words that tie the outputs of a book together; see `peerbook.disclosure`.
SPOKEN_TO = "people of BaME-specific projects"
IN_GROUPS, IN_INTERVIEWS, IN_BOTH, ONLY_IN_GROUPS = (
    f"{SPOKEN_TO}, {how}" for how in ("in groups", "in interviews", "in both", "only in groups")
)
COUNTED: Mapping[str, str] = MappingProxyType(
    {
        "people": SPOKEN_TO,
        "in focus groups": IN_GROUPS,
        "interviewed": IN_INTERVIEWS,
        "in both": IN_BOTH,
        "_only in focus groups": ONLY_IN_GROUPS,
        "through an interpreter": "interviews through an interpreter",
    }
)
SUMS = {SPOKEN_TO: (ONLY_IN_GROUPS, IN_INTERVIEWS), IN_GROUPS: (ONLY_IN_GROUPS, IN_BOTH)}
PROJECTS = Nobody("counts projects by what they are")


def in_short(study: Study) -> Output:
    """Say in three lines who was spoken to and what they shared."""
    shares, aspects = _shares_of_values(study, "all"), _aspects(material_of(study))
    gap, named = _widest_gap(shares), aspects[aspects["people"] > 0]
    most = named[named["people"] == named["people"].max()]
    counts = _counts_of_people(study)
    heard = (shares["people"] > 0).groupby(shares["value"]).all()
    rows = [
        ("values in both", "", heard.sum(), len(heard)),
        *((name, "", n, pd.NA) for name, n in counts.items() if not name.startswith("_")),
        ("aspect", formats.words(most["aspect"].str.lower()), most["people"].max(), pd.NA),
        *((kind, gap, *_people_of(shares, kind, gap)) for kind in (BAME, MAINSTREAM)),
    ]
    data = pd.DataFrame(rows, columns=["name", "which", "people", "of"])
    return text(
        "text-in-short-bame",
        _in_short,
        data.astype({"people": "Int64", "of": "Int64"}),
        people=Counted(counts={"people": _told, "of": _of_whom}, by=(), words=("which",)),
    )


def _told(row: Mapping[str, object]) -> Cell | None:
    """Return what a number of the lines in short counts; some count values, projects or regions."""
    name, which = str(row["name"]), str(row["which"])
    if name in (BAME, MAINSTREAM):
        return Cell(f"{speaking('all')}, unit person, value {which}", {"projects": name})
    if name == "aspect":
        return Cell(f"people of an aspect, aspect {which}")
    return Cell(COUNTED[name]) if name in COUNTED else None


def _of_whom(row: Mapping[str, object]) -> Cell | None:
    """Return what a number is a part of: everyone interviewed in a kind of project."""
    return _interviewed_in(str(row["name"])) if row["name"] in (BAME, MAINSTREAM) else None


def _interviewed_in(kind: str) -> Cell:
    if kind == BAME:
        return Cell(IN_INTERVIEWS, alone=True)
    return Cell(INTERVIEWED, {"projects": kind}, alone=True)


def _people_of(shares: pd.DataFrame, kind: str, value: str) -> tuple:
    rows = shares[(shares["projects"] == kind) & (shares["value"] == value)]
    return tuple(rows[["people", "base"]].iloc[0]) if len(rows) else (pd.NA, pd.NA)


def _in_short(data: pd.DataFrame) -> str:
    rows = data.set_index("name")
    n, of = (rows[column].map(formats.count) for column in ("people", "of"))
    which = rows["which"]
    lines = [
        f"{_how_many(rows.loc['values in both'])} values came up both in BaME-specific projects and "
        f"elsewhere. The gap is widest for {which[BAME].lower()}: {n[BAME]} of {of[BAME]} people spoke of "
        f"it, and elsewhere {n[MAINSTREAM]} of {of[MAINSTREAM]}."
        if which[BAME]
        else "There are no two kinds of project to compare.",
        f"Besides distress, what people most often said they had in common was {which['aspect']} "
        f"({n['aspect']} people)."
        if which["aspect"]
        else "What people had in common besides distress is not coded.",
        f"{n['people']} people of {n['projects']} projects were spoken to: {n['in focus groups']} in focus "
        f"groups and {n['interviewed']} in interviews.",
    ]
    return "\n".join(f"- {line}" for line in lines)


def _how_many(row: pd.Series) -> str:
    whole = not formats.is_missing(row["of"]) and row["people"] == row["of"]
    of = formats.count(row["of"])
    return f"All {of}" if whole else f"{formats.count(row['people'])} of the {of}"


def people_spoken_to(study: Study) -> Output:
    """Say how many people were spoken to, how, and in how many projects and regions."""
    counted = Counted(counts=COUNTED, sums=SUMS, plain=("projects", "regions"))
    return text("text-7.1", _spoken_to_in_words, _counts_of_people(study), people=counted)


def _counts_of_people(study: Study) -> dict[str, int]:
    material = material_of(study)
    people = people_of_projects(material, having=TYPES)
    focus_group, interview = (people["strands"].str.contains(kind) for kind in ("focus group", "interview"))
    sources = material.sources[material.sources["person_id"].isin(people["person_id"])]
    return {
        "people": len(people),
        "in focus groups": int(focus_group.sum()),
        "interviewed": int(interview.sum()),
        "in both": int((focus_group & interview).sum()),
        "_only in focus groups": int((focus_group & ~interview).sum()),
        "projects": people["project_id"].nunique(),
        "regions": people["region"].nunique(),
        "through an interpreter": int((sources["interpreter"] == "yes").sum()),
    }


def _spoken_to_in_words(n: dict[str, int]) -> str:
    return (
        f"{formats.plural(n['people'], 'person', 'people')} were spoken to, of "
        f"{formats.plural(n['projects'], 'project')} in {formats.plural(n['regions'], 'region')}: "
        f"{formats.count(n['in focus groups'])} in focus groups and "
        f"{formats.count(n['interviewed'])} in interviews, {formats.count(n['in both'])} in both. "
        f"{formats.plural(n['through an interpreter'], 'interview')} went through an interpreter."
    )


def sample(study: Study) -> Output:
    """Table 7.1: the people spoken to, by ethnic group, gender and region."""
    people = people_of_projects(material_of(study), having=TYPES)
    gender = characteristics(people, {"gender": "Gender"})[["category", "people"]].assign(part_of="")
    blocks = {
        "Ethnicity": grouped(people, "ethnicity", study.definitions.groups["ethnicity"]),
        "Gender": gender,
        "Region": grouped(people, "region", study.definitions.groups["region"]),
    }
    data = pd.concat([block.assign(characteristic=name) for name, block in blocks.items()], ignore_index=True)
    return folded(
        "table-7.1",
        _sample_in_words,
        data[["characteristic", "category", "part_of", "people"]],
        _parts_below_their_group,
        notes=[
            "Someone who was interviewed and in a focus group counts once.",
            "Detailed labels are grouped by a list of this project, which is partly inferred.",
        ],
        people=Counted(counts={"people": _of_a_group}, by=()),
    )


def _of_a_group(row: Mapping[str, object]) -> Cell:
    """Return what a row of the sample counts: a group, or a part of one."""
    name, group, part = (str(row[column]) for column in ("characteristic", "part_of", "category"))
    return Cell(SPOKEN_TO, {name: group, f"{name} within {group}": part} if group else {name: part})


def _sample_in_words(data: pd.DataFrame) -> str:
    """Count everyone by one of the characteristics: people without an answer are in its rows as well."""
    everyone = data.loc[data["characteristic"] == "Gender", "people"].sum(skipna=False)
    return f"{formats.plural(everyone, 'person', 'people')} of BaME-specific projects"


def _parts_below_their_group(data: pd.DataFrame) -> pd.DataFrame:
    named = data["category"].where(data["part_of"] == "", "of these: " + data["category"])
    return data.assign(category=named).set_index(["characteristic", "category"])[["people"]]


def types(study: Study) -> Output:
    """Table 7.2: types of BaME-specific support; a project may be of several.

    Its data have two rows more: projects and people of any type, and of several types.
    """
    material = material_of(study)
    codes, members = _types(material)
    people = people_of_projects(material, having=TYPES)["project_id"]
    sets = members.assign(**{ANY: True, SEVERAL: members.sum(axis=1) > 1}).astype(bool)
    data = pd.DataFrame(
        {
            "type": list(sets),
            "projects": [int(sets[name].sum()) for name in sets],
            "people": [int(people.isin(sets.index[sets[name]]).sum()) for name in sets],
            "meaning": [*codes["definition"], "", ""],
        }
    )
    return table(
        "table-7.2",
        pages.added("Types of BaME-specific peer support"),
        data,
        lambda data: data[~data["type"].isin([ANY, SEVERAL])].set_index("type"),
        notes=lambda data: [f"{_several(data.set_index('type')['projects'])}, so the rows do not add up."],
        people=Counted(counts={"people": _of_a_type}, by=(), plain=("projects",)),
    )


def _of_a_type(row: Mapping[str, object]) -> Cell:
    return Cell(SPOKEN_TO if row["type"] == ANY else f"{SPOKEN_TO}, type {row['type']}")


def overlaps(study: Study) -> Output:
    """Figure 7.1: how the types overlap."""
    _, members = _types(material_of(study))
    return figure(
        "fig-7.1",
        "How the types of BaME-specific peer support overlap",
        _overlaps_in_words,
        diagrams.combinations(members).rename(columns={"members": "projects"}),
        lambda data: diagrams.overlaps(data, "projects", f"{_several(_projects_of_types(data))}."),
        notes=["The report's own diagram is lost; this one is drawn anew."],
        people=PROJECTS,
    )


def _overlaps_in_words(data: pd.DataFrame) -> str:
    types = data.columns.drop("projects")
    parts = [
        f"{formats.plural(row['projects'], 'project')}: {' with '.join(name for name in types if row[name])}"
        for row in data.to_dict("records")
    ]
    several = f"{_several(_projects_of_types(data))}. " if parts else ""
    return f"{several}A bar for each combination of types that occurs. {'; '.join(parts) or 'No project'}."


def _projects_of_types(data: pd.DataFrame) -> dict[str, int]:
    several = data.drop(columns="projects").sum(axis=1) > 1
    return {
        ANY: data["projects"].sum(skipna=False),
        SEVERAL: data.loc[several, "projects"].sum(skipna=False),
    }


def dimensions(study: Study) -> Output:
    """Table 7.3: what BaME-specific projects differ in, beside mainstream projects."""
    material = material_of(study)
    group = _group_of(material)
    approach = material.projects["approach"].replace({"co_counselling": "co-counselling"})
    setting = material.projects.assign(aspect="setting", option=approach.str.replace("_", " "))
    taken = material.decisions.query("project_id != ''")
    every = pd.concat(
        [setting[["project_id", "aspect", "option"]], taken[["project_id", "aspect", "option"]]]
    )
    every = every.assign(group=every["project_id"].map(group)).dropna(subset="group")
    counted = pd.crosstab([every["aspect"], every["option"]], every["group"])
    counted = counted.reindex(columns=[BAME, MAINSTREAM], fill_value=0)
    counted = counted.reindex(every["aspect"].unique(), level=0) if len(every) else counted
    return table(
        "table-7.3",
        pages.added("What projects differ in: number of projects"),
        counted.reset_index().rename_axis(columns=None),
        row_headers=2,
        notes=_sizes_of_groups,
        people=PROJECTS,
    )


def _sizes_of_groups(data: pd.DataFrame) -> list[str]:
    """Count the projects of each kind: every project has one setting."""
    settings = data[data["aspect"] == "setting"]
    return [
        f"{formats.plural(settings[kind].sum(skipna=False), f'{kind} project')}."
        for kind in (BAME, MAINSTREAM)
    ]


def reasons(study: Study) -> Output:
    """Table 7.4: reasons for taking part that people shared with other peers.

    Its data say beside each reason how many segments and people stand under the heading of all of them.
    """
    material = material_of(study)
    named = material.codes(BOOK, "reason")
    coded = codings(material, BOOK)
    under = coded[coded["top"].isin(named["parent_id"])]
    data = named[["order", "label"]].assign(
        segments_under_heading=under["segment_id"].nunique(),
        people_under_heading=under["person_id"].nunique(),
    )
    return table(
        "table-7.4",
        pages.added("Reasons for peer support shared with mainstream projects"),
        data.rename(columns={"label": "reason"}),
        lambda data: data[["order", "reason"]].set_index("order"),
        notes=_under_the_heading,
        people=Counted(
            counts={f"{what}_under_heading": f"{what} under reasons" for what in ("segments", "people")},
            by=(),
        ),
    )


def _under_the_heading(data: pd.DataFrame) -> list[str]:
    if data.empty:
        return []
    segments, people = data[["segments_under_heading", "people_under_heading"]].iloc[0]
    return [
        f"{formats.plural(segments, 'segment')} of {formats.plural(people, 'person', 'people')} stand under "
        "this heading; they are not coded reason by reason."
    ]


def common_experience(study: Study) -> Output:
    """Table 7.5: aspects of common experience, with the segments and people behind each."""
    return table(
        "table-7.5",
        pages.added("Aspects of common experience in BaME-specific peer support"),
        _aspects(material_of(study)),
        notes=["A counter-example is a segment coded as speaking against the aspect."],
        people=Counted(
            counts={name: f"{name} of an aspect" for name in ("segments", "people", "counter_examples")},
            by=(),
            each=("aspect",),
        ),
    )


def _aspects(material: Material) -> pd.DataFrame:
    """Count segments and people of each aspect of common experience."""
    aspects = material.codes(BOOK, "aspect")
    coded = codings(material, BOOK)
    rows = []
    for aspect in aspects.itertuples():
        mine = coded[coded["code_id"] == aspect.code_id]
        rows.append(
            {
                "aspect": aspect.label,
                "segments": mine["segment_id"].nunique(),
                "people": mine["person_id"].nunique(),
                "counter_examples": int((mine["valence"] == "challenge").sum()),
                "what_it_covers": aspect.definition,
            }
        )
    columns = ["aspect", "segments", "people", "counter_examples", "what_it_covers"]
    return pd.DataFrame(rows, columns=columns)


def compared(study: Study, segments: str = "all") -> Output:
    """Figure 7.2: the core values in BaME-specific and in mainstream projects.

    Parameters
    ----------
    study : Study
    segments : {"quoted", "all"}
    """
    return figure(
        "fig-7.2",
        pages.added("Share of people interviewed who speak of each value, by kind of project"),
        lambda data: f"{_largest_difference(data)} One row of marks for each value.",
        _shares_of_values(study, segments),
        lambda data: diagrams.dots(
            _shares_by_kind(data), "Percent of people interviewed", _largest_difference(data)
        ),
        notes=lambda data: [
            WHICH[segments],
            SPEAKS_OF,
            "How many tell only of a difficulty is in the data below the figure.",
            f"People interviewed: {_people_by_kind(data)}. They were chosen on purpose, so no test is made: "
            "a difference may lie in who was asked.",
        ],
        people=Counted(
            counts={
                "people": f"{speaking(segments)}, unit person",
                "base": lambda row: _interviewed_in(str(row["projects"])),
                "difficulties_only": f"people who tell only of a difficulty ({segments} segments)",
            },
            by=("projects",),
            each=("value",),
            percents={"share": "people"},
            bases={"share": "base"},
        ),
    )


def _shares_of_values(study: Study, segments: str) -> pd.DataFrame:
    """Count the people of each kind of project who speak of each value."""
    material = material_of(study)
    labels = material.labels(CORE_VALUES, "value")
    people = material.took_part("interview")
    kind = people.set_index("person_id")["project_id"].map(_group_of(material)).dropna()
    coded = core_value_codings(material, segments)
    present, only = (
        count(coded, list(labels.index)).reindex(kind.index, fill_value=False)
        for count in (counting.presence, counting.difficulties_only)
    )
    return pd.concat(
        _shares(present[kind == name], only[kind == name], name, labels) for name in (BAME, MAINSTREAM)
    )


def _shares(present: pd.DataFrame, only: pd.DataFrame, name: str, labels: pd.Series) -> pd.DataFrame:
    people = present.sum().astype(int)
    return pd.DataFrame(
        {
            "projects": name,
            "value": [labels[code] for code in people.index],
            "people": people.to_numpy(),
            "base": len(present),
            "share": people.to_numpy() / len(present) if len(present) else float("nan"),
            "difficulties_only": only.sum().to_numpy(dtype=int),
        }
    )


def _shares_by_kind(data: pd.DataFrame) -> pd.DataFrame:
    return wide(data, "value", "projects", "share").reindex(columns=[BAME, MAINSTREAM])


def _widest_gap(data: pd.DataFrame) -> str:
    """Name the value whose shares differ most between the two kinds of project."""
    shares = _shares_by_kind(data)
    gap = (shares[BAME] - shares[MAINSTREAM]).abs().dropna()
    return gap.idxmax() if len(gap) else ""


def _largest_difference(data: pd.DataFrame) -> str:
    """Say where the kinds of project differ most: the headline of the picture."""
    value = _widest_gap(data)
    if not value and any(map(is_withheld, data["share"])):
        return "Where the gap is widest is withheld."
    if not value:
        return "No two groups to compare."
    there, elsewhere = (100 * _shares_by_kind(data).loc[value, [BAME, MAINSTREAM]]).tolist()
    return (
        f"The gap is widest for {value}: {there:.0f}% of people of BaME-specific projects spoke of it, and "
        f"{elsewhere:.0f}% of mainstream projects."
    )


def _people_by_kind(data: pd.DataFrame) -> str:
    bases = data.drop_duplicates("projects").set_index("projects")["base"]
    return " and ".join(f"{formats.count(bases.get(name))} of {name} projects" for name in (BAME, MAINSTREAM))


def printed_tables(study: Study) -> Output:
    """Table 7.7: Table 7.1 as printed and as rebuilt, cell by cell."""
    made = sample(study).data.rename(columns={"people": "n"})
    whole = made["part_of"].where(made["part_of"] == "", made["part_of"] + "-")
    made = made.assign(category=whole + made["category"])
    return beside_print.printed_tables("table-7.7", {"table_7_1": made}, study.region)


def _types(material: Material) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the types and, for each BaME-specific project, which of them it is."""
    codes = material.codes(BOOK, "type")
    projects = material.projects.query(f"{TYPES} != ''").set_index("project_id")[TYPES].str.split(";")
    members = {
        code.label: projects.map(lambda types, name=code.level: name in types).astype(bool)
        for code in codes.itertuples()
    }
    return codes, pd.DataFrame(members, index=projects.index)


def _several(projects: Mapping[str, int]) -> str:
    verb = "is" if projects[SEVERAL] == 1 else "are"
    of_any = formats.plural(projects[ANY], "project")
    return f"{formats.count(projects[SEVERAL])} of {of_any} {verb} of several types"


def _group_of(material: Material) -> pd.Series:
    """Say for each project whether it is BaME-specific or mainstream."""
    types = material.projects.set_index("project_id")[TYPES]
    return (types != "").map({True: BAME, False: MAINSTREAM}).astype(object)
