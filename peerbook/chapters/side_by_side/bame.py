"""Chapter 7: projects for some people beside all others; in the report, people of BaME communities.

What the projects are called, and in which column they are named, stands in the study's `study.yml`
(`peerbook.data.codes.Grouping`). Table 7.1 has the number of the report; Figure 7.1 is the diagram that the
report leaves without a number. All else is added.
`__all__` has what the notebook shows, in its order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side import beside_print, pages
from peerbook.chapters.side_by_side.beside_print import discrepancies, statements
from peerbook.chapters.side_by_side.coded_rows import (
    INTERVIEWED,
    SPEAKS_OF,
    core_value_codings,
    material_of,
    row_origins,
    said_of_segments,
    speaking,
    which_segments,
    wide,
)
from peerbook.coding import counting
from peerbook.coding.codings import codings, distinct
from peerbook.coding.sample import characteristics, grouped, people_of_projects
from peerbook.data.codes import ASPECT, GROUPED, GROUPS, REASON, TYPE, VALUE, Grouping
from peerbook.disclosure import Cell, Counted, Nobody, is_withheld
from peerbook.outputs import Output, diagrams, figure, formats, markup, table, text
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

ANY, SEVERAL = "any type", "several types"
# What numbers count, in the words that tie the outputs of a book together; see `peerbook.disclosure`.
SPOKEN_TO = "people of projects for some"
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
    kinds, printed = _kinds(study), study.definitions.printed
    shares, aspects = _shares_of_values(study, "all"), _aspects(material_of(study))
    gap, named = _widest_gap(shares, kinds), aspects[aspects["people"] > 0]
    most = named[named["people"] == named["people"].max()]
    counts = _counts_of_people(study)
    heard = (shares["people"] > 0).groupby(shares["value"]).all()
    rows = [
        ("values in both", "", heard.sum(), len(heard)),
        *((name, "", n, pd.NA) for name, n in counts.items() if not name.startswith("_")),
        ("aspect", formats.words(most["aspect"].str.lower()), most["people"].max(), pd.NA),
        *((kind, gap, *_people_of(shares, kind, gap)) for kind in (kinds.some, kinds.others)),
    ]
    data = pd.DataFrame(rows, columns=["name", "which", "people", "of"])
    return text(
        "text-in-short-bame" if printed else "text-in-short-kinds-of-project",
        partial(_in_short, kinds=kinds),
        data.astype({"people": "Int64", "of": "Int64"}),
        people=Counted(
            counts={"people": partial(_told, kinds=kinds), "of": partial(_of_whom, kinds=kinds)},
            by=(),
            words=("which",),
        ),
    )


def _kinds(study: Study) -> Grouping:
    """Return what the study says of its kinds of project."""
    return material_of(study).defined.grouping


def _types_column(material: Material) -> str:
    """Return the column of projects that is filled for those for some people."""
    return material.defined.grouping.column


def _told(row: Mapping[str, object], kinds: Grouping) -> Cell | None:
    """Return what a number of the lines in short counts; some count values, projects or regions."""
    name, which = str(row["name"]), str(row["which"])
    if name in (kinds.some, kinds.others):
        return Cell(f"{speaking('all')}, unit person, value {which}", {"projects": name})
    if name == "aspect":
        return Cell(f"people of an aspect, aspect {which}")
    return Cell(COUNTED[name]) if name in COUNTED else None


def _of_whom(row: Mapping[str, object], kinds: Grouping) -> Cell | None:
    """Return what a number is a part of: everyone interviewed in a kind of project."""
    name = str(row["name"])
    return _interviewed_in(name, kinds) if name in (kinds.some, kinds.others) else None


def _interviewed_in(kind: str, kinds: Grouping) -> Cell:
    if kind == kinds.some:
        return Cell(IN_INTERVIEWS, alone=True)
    return Cell(INTERVIEWED, {"projects": kind}, alone=True)


def _people_of(shares: pd.DataFrame, kind: str, value: str) -> tuple:
    rows = shares[(shares["projects"] == kind) & (shares["value"] == value)]
    return tuple(rows[["people", "base"]].iloc[0]) if len(rows) else (pd.NA, pd.NA)


def _in_short(data: pd.DataFrame, kinds: Grouping) -> str:
    rows, some, others = data.set_index("name"), kinds.some, kinds.others
    for_some = markup.plain(some)
    besides = f"Besides {kinds.besides}, what" if kinds.besides else "What"
    n, of = (rows[column].map(formats.count) for column in ("people", "of"))
    which = rows["which"]
    lines = [
        f"{_how_many(rows.loc['values in both'])} values came up both in {for_some} projects and "
        f"elsewhere. The gap is widest for {which[some].lower()}: {n[some]} of {of[some]} people spoke of "
        f"it, and elsewhere {n[others]} of {of[others]}."
        if which[some]
        else "There are no two kinds of project to compare.",
        f"{besides} people most often said they had in common was {which['aspect']} ({n['aspect']} people)."
        if which["aspect"]
        else f"What people had in common{f' besides {kinds.besides}' if kinds.besides else ''} is not coded.",
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
    people = people_of_projects(material, having=_types_column(material))
    in_groups = material.took_part(*material.defined.holding(GROUPS))["person_id"]
    focus_group = people["person_id"].isin(in_groups)
    interview = people["person_id"].isin(material.interviewed()["person_id"])
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


def sample(study: Study) -> Output | None:
    """Table 7.1: the people spoken to, by ethnic group, gender and region; None if none of it is known."""
    material, groups, printed = material_of(study), study.definitions.groups, study.definitions.printed
    people, some = people_of_projects(material, having=_types_column(material)), _kinds(study).some
    gender = characteristics(people, {"gender": "Gender"})[["category", "people"]].assign(part_of="")
    blocks = {
        "Ethnicity": grouped(people, "ethnicity", groups.get("ethnicity", {})),
        "Gender": gender,
        "Region": grouped(people, "region", groups.get("region", {})),
    }
    known = {name: (people[name.lower()] != "").any() for name in blocks}
    blocks = {name: rows for name, rows in blocks.items() if printed or known[name]}
    if not blocks:
        return None
    data = pd.concat([block.assign(characteristic=name) for name, block in blocks.items()], ignore_index=True)
    return folded(
        "table-7.1",
        partial(_sample_in_words, by="Gender" if "Gender" in blocks else next(iter(blocks)), some=some),
        data[["characteristic", "category", "part_of", "people"]],
        _parts_below_their_group,
        notes=[
            "Someone who was interviewed and in a focus group counts once.",
            *(
                ["Detailed labels are grouped by a list of this project, which is partly inferred."]
                if printed
                else []
            ),
        ],
        people=Counted(counts={"people": _of_a_group}, by=()),
    )


def _of_a_group(row: Mapping[str, object]) -> Cell:
    """Return what a row of the sample counts: a group, or a part of one."""
    name, group, part = (str(row[column]) for column in ("characteristic", "part_of", "category"))
    return Cell(SPOKEN_TO, {name: group, f"{name} within {group}": part} if group else {name: part})


def _sample_in_words(data: pd.DataFrame, by: str, some: str) -> str:
    """Count everyone by one of the characteristics: people without an answer are in its rows as well."""
    rows = (data["characteristic"] == by) & (data["part_of"] == "")
    everyone = data.loc[rows, "people"].sum(skipna=False)
    return f"{formats.plural(everyone, 'person', 'people')} of {some} projects"


def _parts_below_their_group(data: pd.DataFrame) -> pd.DataFrame:
    named = data["category"].where(data["part_of"] == "", "of these: " + data["category"])
    return data.assign(category=named).set_index(["characteristic", "category"])[["people"]]


def types(study: Study) -> Output:
    """Table 7.2: types of projects for some people; a project may be of several.

    Its data have two rows more: projects and people of any type, and of several types.
    """
    material = material_of(study)
    codes, members = _types(material)
    people = people_of_projects(material, having=_types_column(material))["project_id"]
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
        pages.added(f"Types of {_kinds(study).some} peer support", study.definitions.printed),
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
        f"How the types of {_kinds(study).some} peer support overlap",
        _overlaps_in_words,
        diagrams.combinations(members).rename(columns={"members": "projects"}),
        lambda data: diagrams.overlaps(data, "projects", f"{_several(_projects_of_types(data))}."),
        notes=["The report's own diagram is lost; this one is drawn anew."]
        if study.definitions.printed
        else [],
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
    """Table 7.3: what projects for some people differ in, beside other projects."""
    material, kinds = material_of(study), _kinds(study)
    both = [kinds.some, kinds.others]
    group = _group_of(material)
    approach = material.projects["approach"].map(
        {name: formats.lower_first(called) for name, called in material.defined.approaches.items()}
    )
    setting = material.projects.assign(aspect="setting", option=approach)
    taken = material.decisions.query("project_id != ''")
    every = pd.concat(
        [setting[["project_id", "aspect", "option"]], taken[["project_id", "aspect", "option"]]]
    )
    every = every.assign(group=every["project_id"].map(group)).dropna(subset="group")
    counted = pd.crosstab([every["aspect"], every["option"]], every["group"])
    counted = counted.reindex(columns=both, fill_value=0)
    counted = counted.reindex(every["aspect"].unique(), level=0) if len(every) else counted
    return table(
        "table-7.3",
        pages.added("What projects differ in: number of projects", study.definitions.printed),
        counted.reset_index().rename_axis(columns=None),
        row_headers=2,
        notes=partial(_sizes_of_groups, kinds=both),
        people=PROJECTS,
    )


def _sizes_of_groups(data: pd.DataFrame, kinds: Sequence[str]) -> list[str]:
    """Count the projects of each kind: every project has one setting."""
    settings = data[data["aspect"] == "setting"]
    return [f"{formats.plural(settings[kind].sum(skipna=False), f'{kind} project')}." for kind in kinds]


def reasons(study: Study) -> Output:
    """Table 7.4: reasons for taking part that people shared with other peers; None if none is coded.

    Its data say beside each reason how many segments and people stand under the heading of all of them.
    """
    material = material_of(study)
    named = material.having(REASON)
    if named.empty and not study.definitions.printed:
        return None
    coded = codings(material, material.book(GROUPED))
    under = coded[coded["top"].isin([*named["parent_id"], *named["code_id"]])]
    data = named[["order", "label"]].assign(
        segments_under_heading=under["segment_id"].nunique(),
        people_under_heading=distinct(under["person_id"]),
    )
    return table(
        "table-7.4",
        pages.added(
            f"Reasons for peer support shared with {_kinds(study).others} projects", study.definitions.printed
        ),
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


def common_experience(study: Study) -> Output | None:
    """Table 7.5: aspects of common experience, with segments and people behind each; None without them."""
    if material_of(study).having(ASPECT).empty and not study.definitions.printed:
        return None
    return table(
        "table-7.5",
        pages.added(
            f"Aspects of common experience in {_kinds(study).some} peer support", study.definitions.printed
        ),
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
    aspects = material.having(ASPECT)
    coded = codings(material, material.book(GROUPED))
    rows = []
    for aspect in aspects.itertuples():
        mine = coded[coded["code_id"] == aspect.code_id]
        rows.append(
            {
                "aspect": aspect.label,
                "segments": mine["segment_id"].nunique(),
                "people": distinct(mine["person_id"]),
                "counter_examples": int((mine["valence"] == "challenge").sum()),
                "what_it_covers": aspect.definition,
            }
        )
    columns = ["aspect", "segments", "people", "counter_examples", "what_it_covers"]
    return pd.DataFrame(rows, columns=columns)


def compared(study: Study, segments: str = "all") -> Output:
    """Figure 7.2: the values in projects for some people, and in others.

    Parameters
    ----------
    study : Study
    segments : {"quoted", "all"}
    """
    segments, kinds = which_segments(study, segments), _kinds(study)
    said = said_of_segments(study, segments)
    return figure(
        "fig-7.2",
        pages.added(
            "Share of people interviewed who speak of each value, by kind of project",
            study.definitions.printed,
        ),
        lambda data: f"{_largest_difference(data, kinds)} One row of marks for each value.",
        _shares_of_values(study, segments),
        lambda data: diagrams.dots(
            _shares_by_kind(data, kinds), "Percent of people interviewed", _largest_difference(data, kinds)
        ),
        notes=lambda data: [
            *said,
            SPEAKS_OF,
            "How many tell only of a difficulty is in the data below the figure.",
            f"People interviewed: {_people_by_kind(data, kinds)}. They were chosen on purpose, so no test is "
            "made: a difference may lie in who was asked.",
        ],
        people=Counted(
            counts={
                "people": f"{speaking(segments)}, unit person",
                "base": lambda row: _interviewed_in(str(row["projects"]), kinds),
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
    labels, kinds = material.labels_of(VALUE), _kinds(study)
    people = material.interviewed()
    kind = people.set_index("person_id")["project_id"].map(_group_of(material)).dropna()
    coded = core_value_codings(material, segments)
    present, only = (
        count(coded, list(labels.index)).reindex(kind.index, fill_value=False)
        for count in (counting.presence, counting.difficulties_only)
    )
    return pd.concat(
        _shares(present[kind == name], only[kind == name], name, labels)
        for name in (kinds.some, kinds.others)
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


def _shares_by_kind(data: pd.DataFrame, kinds: Grouping) -> pd.DataFrame:
    return wide(data, "value", "projects", "share").reindex(columns=[kinds.some, kinds.others])


def _widest_gap(data: pd.DataFrame, kinds: Grouping) -> str:
    """Name the value whose shares differ most between the two kinds of project."""
    shares = _shares_by_kind(data, kinds)
    gap = (shares[kinds.some] - shares[kinds.others]).abs().dropna()
    return gap.idxmax() if len(gap) else ""


def _largest_difference(data: pd.DataFrame, kinds: Grouping) -> str:
    """Say where the kinds of project differ most: the headline of the picture."""
    value = _widest_gap(data, kinds)
    if not value and any(map(is_withheld, data["share"])):
        return "Where the gap is widest is withheld."
    if not value:
        return "No two groups to compare."
    there, elsewhere = (100 * _shares_by_kind(data, kinds).loc[value]).tolist()
    return (
        f"The gap is widest for {value}: {there:.0f}% of people of {kinds.some} projects spoke of it, and "
        f"{elsewhere:.0f}% of {kinds.others} projects."
    )


def _people_by_kind(data: pd.DataFrame, kinds: Grouping) -> str:
    bases = data.drop_duplicates("projects").set_index("projects")["base"]
    both = (kinds.some, kinds.others)
    return " and ".join(f"{formats.count(bases.get(name))} of {name} projects" for name in both)


def printed_tables(study: Study) -> Output:
    """Table 7.7: Table 7.1 as printed and as rebuilt, cell by cell."""
    asked = sample(study)
    if asked is None:
        return beside_print.printed_tables("table-7.7", {"table_7_1": None}, study.region)
    made = asked.data.rename(columns={"people": "n"})
    whole = made["part_of"].where(made["part_of"] == "", made["part_of"] + "-")
    made = made.assign(category=whole + made["category"])
    return beside_print.printed_tables("table-7.7", {"table_7_1": made}, study.region)


def _types(material: Material) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the types and, for each project for some people, which of them it is.

    A code of a type names it by its level, its id or its label; types without a code have their own name.
    """
    column = _types_column(material)
    projects = material.projects[material.projects[column] != ""].set_index("project_id")[column]
    projects = projects.str.split(";")
    named = material.having(TYPE).assign(name=_type_names(material.having(TYPE), set(projects.explode())))
    bare = [name for name in projects.explode().unique() if name not in set(named["name"])]
    codes = pd.concat(
        [named, pd.DataFrame({"name": bare, "label": bare, "definition": ""}, dtype=object)],
        ignore_index=True,
    )
    members = {
        code.label: projects.map(lambda types, name=code.name: name in types).astype(bool)
        for code in codes[["label", "name"]].itertuples(index=False)
    }
    return codes, pd.DataFrame(members, index=projects.index)


def _type_names(codes: pd.DataFrame, known: set[str]) -> list[str]:
    """Return the name by which projects call each type."""
    return [
        next((name for name in row if name in known), row[0])
        for row in codes[["level", "code_id", "label"]].itertuples(index=False, name=None)
    ]


def _several(projects: Mapping[str, int]) -> str:
    verb = "is" if projects[SEVERAL] == 1 else "are"
    of_any = formats.plural(projects[ANY], "project")
    return f"{formats.count(projects[SEVERAL])} of {of_any} {verb} of several types"


def _group_of(material: Material) -> pd.Series:
    """Say for each project whether it is for some people, or one of the others."""
    kinds = material.defined.grouping
    types = material.projects.set_index("project_id")[kinds.column]
    return (types != "").map({True: kinds.some, False: kinds.others}).astype(object)
