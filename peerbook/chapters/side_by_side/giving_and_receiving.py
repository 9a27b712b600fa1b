"""Chapter 8, from the interviews: why people come, and what giving and receiving mean to them.

The report prints no table or figure of it: all numbers are counts of coded extracts, added by this book.
`__all__` has what the notebook shows, in its order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side import pages
from peerbook.chapters.side_by_side.coded_rows import APPROACHES, FROM, INTERVIEWED, labels_of, material_of
from peerbook.choices import check_between, check_one_of
from peerbook.coding.codings import codings, top_codes
from peerbook.disclosure import Cell, Counted, is_withheld
from peerbook.outputs import Output, diagrams, figure, formats, label, table, text
from peerbook.outputs.evidence import JUDGEMENT
from peerbook.outputs.folding import folded

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.coding import Material
    from peerbook.study import Study

__all__ = [  # noqa: RUF022 the order of the page
    "in_short",
    "reasons_at_a_glance",
    "reasons",
    "roles_at_a_glance",
    "meanings_and_benefits",
    "extracts_and_people",
    "words_for_how_many",
    "ties_with_values",
]

BOOK = "synthesis"
ACCESS = f"{BOOK}.access"
SETTINGS: Mapping[str, str] = MappingProxyType(
    {f"{BOOK}.{name}": label for name, label in APPROACHES.items()}
)
HEADING = "heading"
ALL = "all"
BY: Mapping[str, str] = MappingProxyType(
    {"recruited": "the approach a person was recruited from", "context": "the approach an extract is about"}
)
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "explanation": "Reading of the authors",
        "reason": "Reason",
        "meaning": "What it means",
        "benefit": "Benefit",
        "limitation": "Limit",
    }
)
ROLES: Mapping[str, str] = MappingProxyType({"giving": "Giving", "receiving": "Receiving", "both": "Both"})
SPEAKS_OF: Mapping[str, str] = MappingProxyType({"self": "themselves", "others": "others", "both": "both"})
BASES: Mapping[str, str] = MappingProxyType(
    {
        "printed": "named by the chapter",
        "derived": "the same extract is quoted there",
        "inferred": "a reader's judgement",
    }
)
PEOPLE_MEANT = (
    r"people|person|others|cases|interviews"  # words that say that several people, or one, are meant
)
FEW = "few"  # what stands for a count that is held back
NO_CODES = (
    "These data hold no interviews coded with the themes of this chapter. It needs the tables "
    "`coding/codebooks`, `coding/segments`, `coding/segment_codes` and `coding/people`."
)
_COUNTS = ("people", "extracts", *APPROACHES)
_SHOWN: Mapping[str, str] = MappingProxyType({"people": "People", "extracts": "Extracts", **APPROACHES})


def themes(study: Study, by: str = "recruited", minimum_people: int = 1) -> pd.DataFrame:
    """Count the people and extracts of every theme and heading.

    Parameters
    ----------
    study : Study
    by : {"recruited", "context"}
        The approach people are counted by: the one they came from, or the one their extract is about.
    minimum_people : int
        A smaller number of people is held back, and the extracts with it. Where it is that of an approach,
        only the total of its row stays, so that no number follows from the others. Of real people the policy
        of those responsible for the data decides in its place.

    Returns
    -------
    DataFrame
        One row per heading and theme in the order of print, and "all" at the end: `code`, `label`, `section`
        (the code at the top), `heading` (the code above), `kind`, `role`, `setting`, `speaks_of`,
        `quantity_word`, `remark`; `people`, `extracts`, and people of each approach (`group`, `one_to_one`,
        `online`); `held_back` ("", "approaches", "all"). Counts that are held back are missing.

    Raises
    ------
    ParameterError
        If a choice is unknown or out of its range.
    """
    check_one_of("approach", by, BY)
    check_between("minimum_people", minimum_people, 0)
    minimum_people = 0 if study.protection else minimum_people  # of real people the policy decides
    material = material_of(study)
    codes = material.codes(BOOK)
    listed = pd.DataFrame(
        {
            "code": [*codes["code_id"], ALL],
            "label": [*codes["label"], "All themes"],
            "section": [*codes["code_id"].map(top_codes(codes)), ALL],
            "heading": [*codes["parent_id"], ""],
            "kind": [*codes["kind"], ALL],
        }
    )
    told = study.tables.get("synthesis/themes")
    columns = ["setting", "role", "speaks_of", "quantity_word", "remark"]
    about = (
        pd.DataFrame(columns=columns) if told is None else told.set_index("theme").reindex(columns=columns)
    )
    about = about.astype(object).reindex(listed["code"]).fillna("").set_axis(listed.index)
    return _held_back(listed.join(about).join(_counts(material, codes, by), on="code"), minimum_people)


def _counts(material: Material, codes: pd.DataFrame, by: str) -> pd.DataFrame:
    """Count people and extracts under each code, what stands below it included."""
    above = dict(zip(codes["code_id"], codes["parent_id"], strict=True))
    coded = codings(material, BOOK)[["segment_id", "person_id", "code_id", by]]
    under = coded.assign(code=coded["code_id"].map(lambda code: _line(code, above))).explode("code")
    groups = under.groupby("code")
    counted = pd.DataFrame({"people": _people(groups), "extracts": groups["segment_id"].nunique()})
    for approach in APPROACHES:
        counted[approach] = _people(under[under[by] == approach].groupby("code"))
    counted = counted.reindex([*codes["code_id"], ALL])
    return counted.apply(pd.to_numeric).fillna(0).astype("Int64")


def _people(groups: pd.api.typing.DataFrameGroupBy) -> pd.Series:
    return groups["person_id"].agg(lambda people: people[people != ""].nunique())


def _line(code: str, above: Mapping[str, str]) -> list[str]:
    """List a code and all codes above it, and the total."""
    line = [code]
    while above.get(line[-1]):
        line.append(above[line[-1]])
    return [*line, ALL]


def _held_back(counted: pd.DataFrame, minimum_people: int) -> pd.DataFrame:
    small = (counted[list(APPROACHES)] > 0) & (counted[list(APPROACHES)] < minimum_people)
    whole = (counted["people"] > 0) & (counted["people"] < minimum_people)
    parts = small.any(axis=1) | whole
    counted = counted.assign(held_back=parts.map({True: "approaches", False: ""}).mask(whole, ALL))
    counted[list(APPROACHES)] = counted[list(APPROACHES)].mask(parts)
    counted[["people", "extracts"]] = counted[["people", "extracts"]].mask(whole)
    return counted


def in_short(study: Study, by: str = "recruited", minimum_people: int = 1) -> Output:
    """Say in three lines why people come, what giving and receiving are told of, and by how many."""
    data = themes(study, by, minimum_people)
    return text("text-in-short-giving-and-receiving", _in_short, data, people=_counted(by, _sums(data)))


def _counted(by: str, sums: Mapping[str, tuple[str, ...]] | None = None) -> Counted:
    """Say what is counted of each theme and heading, in a column `code` or `_code`."""
    counts = {
        "people": partial(_people_of, by=by),
        "extracts": _extracts_of,
        **{name: partial(_people_of, by=by, approach=name) for name in APPROACHES},
    }
    remarks = ("remark",)  # written about single people
    return Counted(counts=counts, by=(), words=("held_back",), extremes=remarks, sums=sums or {})


def _people_of(row: Mapping[str, object], by: str, approach: str = "") -> Cell:
    unit = _people_under(str(row.get("_code", row.get("code"))))
    return Cell(unit, {f"approach {by}": approach} if approach else {})


def _people_under(theme: str) -> str:
    return f"people, theme {theme}"


def _extracts_of(row: Mapping[str, object]) -> Cell:
    return Cell(_extracts(str(row.get("_code", row.get("code")))))


def _extracts(*of: str) -> str:
    return f"extracts, theme {', '.join(map(str, of))}"


def _sums(data: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Say which extracts add up: those of a heading's themes, of all headings, of one role in a setting."""
    below = data[data["code"] != ALL].assign(above=data["heading"].replace("", ALL))
    above = {_extracts(whole): _each(rows) for whole, rows in below.groupby("above", sort=False)}
    told = data[data["section"].isin(SETTINGS) & ~data["kind"].isin([HEADING, ALL])]
    with_role = told[told["role"] != ""]
    roles = {_extracts(*of): _each(rows) for of, rows in with_role.groupby(["section", "role"], sort=False)}
    return above | roles


def _each(rows: pd.DataFrame) -> tuple[str, ...]:
    return tuple(map(_extracts, rows["code"]))


def _in_short(data: pd.DataFrame) -> str:
    if len(data) < 2:
        return f"- {NO_CODES}"
    reasons = _reasons(data)
    withheld = reasons["people"].map(is_withheld).astype(bool)
    named = reasons[(reasons["people"].fillna(0) > 0) | withheld]
    if named.empty:
        return "- No extract of these data speaks of a reason to come."
    most = named[named["people"] == named["people"].max()]
    people = data.set_index("code")["people"]
    told = data[~data["kind"].isin([HEADING, ALL]) & (data["extracts"].fillna(0) > 0)]
    parts = [f"{_n(people.get(code))} {_IN[code].lower()}" for code in SETTINGS]
    alone = int((told["people"] == 1).sum())
    one = "rests" if alone == 1 else "rest"
    thin = f"{formats.plural(alone, 'theme')} of {formats.count(len(told))} {one} on one person."
    if data["people"].map(is_withheld).any():
        thin = "How many themes rest on one person is withheld."
    most_often = (
        f"What came up most was "
        f"{formats.words(formats.lower_first(label) for label in most['label'])} "
        f"({formats.plural(most['people'].max(), 'person', 'people')})."
        if len(most)
        else "How many people gave each is withheld."
    )
    whole = data.iloc[-1]
    return "\n".join(
        [
            f"- People gave {formats.plural(len(named), 'kind')} of reason to come. {most_often}",
            f"- How people give and receive was told by this many of them: {formats.words(parts)}.",
            f"- This comes from {formats.plural(whole['extracts'], 'extract')} of "
            f"{formats.plural(whole['people'], 'person', 'people')}. {thin}",
        ]
    )


def _n(people: float | None) -> str:
    """Write a number of people: one that is held back as a word, one that is withheld as its mark."""
    return FEW if formats.is_missing(people) and not is_withheld(people) else formats.count(people)


def _reasons(data: pd.DataFrame) -> pd.DataFrame:
    """Return the kinds of reason to come: the headings below access that hold reasons to come."""
    below = data[(data["kind"] == HEADING) & (data["heading"] == ACCESS)]
    return below[~below["code"].isin([f"{ACCESS}.less", f"{ACCESS}.on"])]


def reasons_at_a_glance(study: Study, by: str = "recruited", minimum_people: int = 1) -> Output:
    """Figure 8.11: how many people gave each kind of reason to come, to come less and to carry on."""
    data = themes(study, by, minimum_people)
    data = data[(data["kind"] == HEADING) & (data["heading"] == ACCESS)]
    return figure(
        "fig-8.11",
        pages.added(f"People who gave each kind of reason, by {BY[by]}"),
        _reasons_in_words,
        data[["code", "label", "heading", "kind", *_COUNTS, "held_back"]],
        _draw_reasons,
        arrange=_as_shown,
        notes=partial(_notes, minimum_people=minimum_people),
        people=_counted(by),
    )


def _reasons_in_words(data: pd.DataFrame) -> str:
    listed = [f"{row['label']}: {_people_in_words(row)}" for row in data.to_dict("records")] or [
        "No reason is coded"
    ]
    return (
        f"{_headline(data)} A bar for each kind of reason, parted by approach. {'; '.join(listed)}.".strip()
    )


def _people_in_words(row: Mapping[str, object]) -> str:
    if formats.is_missing(row["people"]):
        return f"{_n(row['people'])} people"
    parts = [
        f"{formats.count(row[name])} {label.lower()}"
        for name, label in APPROACHES.items()
        if not formats.is_missing(row[name]) and row[name]
    ]
    said = formats.plural(row["people"], "person", "people")
    return f"{said} ({', '.join(parts)})" if parts else said


def _headline(data: pd.DataFrame) -> str:
    known = _reasons(data).dropna(subset="people")
    most = known[(known["people"] > 0) & (known["people"] == known["people"].max())]
    if most.empty:
        return ""
    return f"Most often named: {formats.words(formats.lower_first(label) for label in most['label'])}."


def _draw_reasons(data: pd.DataFrame) -> Figure:
    values = data.set_index("label")[list(APPROACHES)].astype(float).rename(columns=APPROACHES)
    # Where an approach is held back only the total can be drawn.
    rest = data.set_index("label")["people"].astype(float).where(values.isna().all(axis=1))
    if rest.notna().any():
        values = values.assign(**{"Any approach": rest})
    return diagrams.bars(values, [_n(people) for people in data["people"]], "People", _headline(data))


def reasons(study: Study, by: str = "recruited", minimum_people: int = 1) -> Output:
    """Table 8.11: every reason to come, to come less and to carry on, with the people behind it."""
    data = themes(study, by, minimum_people)
    data = data[(data["section"] == ACCESS) & (data["kind"] != HEADING)]
    return table(
        "table-8.11",
        pages.added(f"Reasons to come, to come less and to carry on: people by {BY[by]}, and extracts"),
        data.assign(heading=data["heading"].map(_headings(study)).fillna("")),
        partial(_as_shown, first=["heading"]),
        row_headers=2,
        notes=partial(_notes, minimum_people=minimum_people),
        people=_counted(by),
    )


def _headings(study: Study) -> dict[str, str]:
    """Name what reasons are of; what stands below access itself is of none."""
    return {**labels_of(material_of(study)), ACCESS: "In general"}


def _as_shown(
    data: pd.DataFrame, first: list[str] | None = None, extra: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Arrange themes as rows: counts with a word where they are held back, and what rests on one person."""
    shown = pd.DataFrame(
        {
            _SHOWN[name]: [
                _n(n) if held or is_withheld(n) or not formats.is_missing(n) else ""
                for n, held in zip(data[name], data["held_back"] != "", strict=True)
            ]
            for name in _COUNTS
        },
        index=data.index,
    )
    shown["Thin"] = [_thin(row) for row in data.to_dict("records")]
    before = {formats.heading(name): data[name] for name in extra}
    heads = [data[name].rename("Kind") for name in first or ()]
    heads.append(data["label"].rename("Theme"))
    return shown.assign(**before)[[*before, *shown]].set_index(
        pd.MultiIndex.from_arrays(heads) if first else heads
    )


def _thin(row: Mapping[str, object]) -> str:
    if formats.is_missing(row["people"]):
        return "" if is_withheld(row["people"]) else "few people"
    return {0: "nobody cited", 1: "one person"}.get(int(row["people"]), "")


def _notes(data: pd.DataFrame, minimum_people: int) -> list[str]:
    """Say what is counted, and what is held back."""
    notes = ["A person counts once in a row, however many of their extracts stand there."]
    if (data["held_back"] != "").any():
        notes.append(
            f"Fewer than {minimum_people} people are not shown. Where they are of one approach, only the "
            "total of the row is."
        )
    return notes


def roles_at_a_glance(study: Study, minimum_people: int = 1) -> Output:
    """Figure 8.12: extracts on giving, on receiving and on both, by the setting the chapter tells them of."""
    data = themes(study, "recruited", minimum_people)
    data = data[data["section"].isin(SETTINGS) & ~data["kind"].isin([HEADING, ALL]) & (data["role"] != "")]
    counted = data.groupby(["section", "role"], sort=False)["extracts"].sum(min_count=1)
    every = pd.MultiIndex.from_product([SETTINGS, ROLES], names=["section", "role"])
    counted = counted.reindex(every).fillna(0).astype(int).rename("extracts").reset_index()
    return figure(
        "fig-8.12",
        pages.added("Extracts on giving, on receiving and on both"),
        _roles_in_words,
        counted,
        _draw_roles,
        notes=[
            "Each extract stands under one theme, and the theme says whether it is about giving or "
            "receiving. Much of that is a reader's judgement.",
            *(
                ["Extracts of themes that are held back are left out."]
                if minimum_people > 1 and not study.protection
                else []
            ),
        ],
        people=Counted(
            counts={"extracts": lambda row: Cell(_extracts(str(row["section"]), str(row["role"])))}, by=()
        ),
    )


def _by_role(data: pd.DataFrame) -> pd.DataFrame:
    wide = data.pivot(index="section", columns="role", values="extracts")  # noqa: PD010 nothing is aggregated
    wide = wide.reindex(index=list(SETTINGS), columns=list(ROLES))
    return wide.rename(index=SETTINGS, columns=ROLES).rename_axis(index=None, columns=None)


def _roles_in_words(data: pd.DataFrame) -> str:
    rows = [
        f"{setting}: {formats.count(row['Giving'])} on giving, {formats.count(row['Receiving'])} on "
        f"receiving, {formats.count(row['Both'])} on both"
        for setting, row in _by_role(data).iterrows()
    ]
    return f"{_roles_headline(data)} A bar for each setting. {'; '.join(rows)}."


def _roles_headline(data: pd.DataFrame) -> str:
    wide = _by_role(data)
    more = [
        setting.lower() if n else setting
        for n, setting in enumerate(wide.index[wide["Giving"] > wide["Receiving"]])
    ]
    return f"More is told of giving than of receiving: {formats.words(more).lower()}." if more else ""


def _draw_roles(data: pd.DataFrame) -> Figure:
    wide = _by_role(data)
    return diagrams.bars(
        wide, [formats.count(n) for n in wide.sum(axis=1, skipna=False)], "Extracts", _roles_headline(data)
    )


def meanings_and_benefits(study: Study, by: str = "recruited", minimum_people: int = 1) -> Output:
    """Table 8.12: what giving and receiving mean, their benefits and limits, a part for each setting."""
    data = themes(study, by, minimum_people)
    data = data[data["section"].isin(SETTINGS) & ~data["kind"].isin([HEADING, ALL])]
    return table(
        "table-8.12",
        pages.added(f"What giving and receiving mean, and bring: people by {BY[by]}, and extracts"),
        data,
        _by_setting,
        notes=partial(_notes, minimum_people=minimum_people),
        people=_counted(by),
    )


def _by_setting(data: pd.DataFrame) -> dict[str, pd.DataFrame]:
    told = data.assign(
        kind=data["kind"].map(KINDS), about=data["role"].map(ROLES), told_of=data["speaks_of"].map(SPEAKS_OF)
    ).fillna({"about": "", "told_of": "", "kind": ""})
    return {
        f"{label('table-8.12')}. What giving and receiving mean and bring {_IN[section].lower()}: "
        f"{formats.plural(len(rows), 'theme')}": _as_shown(rows, ["kind"], ("about", "told_of"))
        for section, rows in told.groupby("section", sort=False)
    }


_IN: Mapping[str, str] = MappingProxyType(
    {f"{BOOK}.group": "In groups", f"{BOOK}.one_to_one": "One to one", f"{BOOK}.online": "Online"}
)


def extracts_and_people(study: Study, by: str = "recruited") -> Output:
    """Table 8.13: how many extracts and people the chapter rests on, by approach."""
    material = material_of(study)
    coded = codings(material, BOOK)
    rows = [(label, coded[coded[by] == approach]) for approach, label in APPROACHES.items()]
    interviewed = material.took_part("interview")
    of = interviewed["approach"].replace("co_counselling", "one_to_one").value_counts()
    data = pd.DataFrame(
        [
            (label, rows["segment_id"].nunique(), rows["person_id"].nunique(), asked)
            for (label, rows), asked in zip(
                [*rows, ("All", coded)],
                [*(of.get(name, 0) for name in APPROACHES), len(interviewed)],
                strict=True,
            )
        ],
        columns=["approach", "extracts", "people", "people_interviewed"],
    )
    return table(
        "table-8.13",
        pages.added(f"Extracts and people of the chapter, by {BY[by]}"),
        data,
        notes=["Co-counselling counts as one to one, as in the report."],
        people=Counted(counts=_rests_on(by), by=()),
    )


def _rests_on(by: str) -> dict[str, Callable[[Mapping[str, object]], Cell]]:
    """Say what is counted by approach: of all themes, and of everyone interviewed."""
    names = {label: name for name, label in APPROACHES.items()}

    def of_all(row: Mapping[str, object], unit: str) -> Cell:
        name = names.get(str(row["approach"]))
        return Cell(unit, {f"approach {by}": name} if name else {})

    def interviewed(row: Mapping[str, object]) -> Cell:
        named = {"One to one": "One to one or co-counselling"}
        name = str(row["approach"])
        return Cell(INTERVIEWED, {FROM: named.get(name, name)} if name in names else {})

    return {
        "extracts": partial(of_all, unit=_extracts(ALL)),
        "people": partial(of_all, unit=_people_under(ALL)),
        "people_interviewed": interviewed,
    }


def words_for_how_many(study: Study, minimum_people: int = 1) -> Output:
    """Table 8.14: the words of the report for how many, beside the people it cites."""
    data = themes(study, "recruited", minimum_people)
    data = data[data["quantity_word"] != ""]
    return folded(
        "table-8.14",
        pages.added("Words for how many people, and the people cited"),
        data[["code", "label", "quantity_word", "people", "extracts", "held_back"]],
        _beside_words,
        notes=_words_that_fit,
        people=_counted("recruited"),
    )


def fits(word: str, people: float) -> str:
    """Say whether a word for how many fits the people cited.

    Parameters
    ----------
    word : str
        As the report words it.
    people : float
        People counted; missing if held back.

    Examples
    --------
    >>> fits("some people", 1), fits("one person", 1), fits("sometimes", 2), fits("for others", 3)
    ('no', 'yes', 'says no number', 'yes')
    """
    if formats.is_missing(people):
        return "not shown"
    if not pd.Series([word]).str.contains(PEOPLE_MEANT).iloc[0]:
        return "says no number"
    return "yes" if (people == 1 if "one person" in word else people > 1) else "no"


def _beside_words(data: pd.DataFrame) -> pd.DataFrame:
    rows = data.to_dict("records")
    return pd.DataFrame(
        {
            "Words of the report": data["quantity_word"].to_numpy(),
            "People cited": [_n(row["people"]) for row in rows],
            "Fits": [fits(row["quantity_word"], row["people"]) for row in rows],
        },
        pd.Index(data["label"], name="Theme"),
    )


def _words_that_fit(data: pd.DataFrame) -> list[str]:
    shown = data[~data["people"].map(is_withheld).astype(bool)]
    left = [f"Of {formats.plural(len(data) - len(shown), 'theme')} the number is withheld."]
    found = [fits(row["quantity_word"], row["people"]) for row in shown.to_dict("records")]
    if shown.empty and len(data):
        return left
    return [
        *(left if len(shown) < len(data) else []),
        f"In {formats.count(found.count('no'))} of {formats.plural(len(found), 'theme')} with such a word it "
        "does not fit: words for several people need two or more who are cited, and words for one need one.",
        "The report may have heard more people than it cites.",
    ]


def ties_with_values(study: Study, minimum_people: int = 1) -> Output:
    """Table 8.15: which themes tie in with which core value or key decision, and who says so."""
    material = material_of(study)
    labels = labels_of(material)
    counted = themes(study, "recruited", minimum_people).set_index("code")
    ties = material.links[material.links["from_code"].isin(counted.index)]
    tops = top_codes(material.codes("core_values"))
    data = pd.DataFrame(
        {
            "value": ties["to_code"].map(tops).map(labels).fillna(""),
            "theme": ties["from_code"].map(labels),
            "code": ties["to_code"].map(labels),
            "basis": ties["status"].map(BASES).fillna(ties["status"]),
            "people": ties["from_code"].map(counted["people"]),
            "extracts": ties["from_code"].map(counted["extracts"]),
            "order": ties["to_code"].map(tops),
            "_code": ties["from_code"],
        }
    )
    data = data.sort_values("order", key=_values_first, kind="stable", ignore_index=True)
    return table(
        "table-8.15",
        pages.added("Themes that tie in with core values and key decisions"),
        data.drop(columns="order"),
        _by_value,
        notes=_bases,
        evidence=JUDGEMENT,
        people=_counted("recruited"),
    )


def _values_first(codes: pd.Series) -> pd.Series:
    return codes.str.replace("V", "A")


def _by_value(data: pd.DataFrame) -> dict[str, pd.DataFrame]:
    shown = {}
    for value, rows in data.groupby("value", sort=False):
        arranged = rows.assign(
            people=[_n(n) for n in rows["people"]], extracts=[_n(n) for n in rows["extracts"]]
        )
        counted = formats.plural(rows["theme"].nunique(), "theme")
        title = f"{label('table-8.15')}. What ties in with {formats.lower_first(value)}: {counted}"
        shown[title] = arranged.drop(columns="value").set_index("theme")
    return shown


def _bases(data: pd.DataFrame) -> list[str]:
    counts = data["basis"].value_counts()
    said = [f"{name}: {formats.count(counts[name])}" for name in BASES.values() if name in counts]
    return [f"{formats.plural(len(data), 'tie')}. {'; '.join(said)}."] if len(data) else []
