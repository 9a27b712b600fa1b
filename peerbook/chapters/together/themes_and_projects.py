"""Groups, projects and themes: what was visited and described, and how what people said was sorted.

Tables 3 and 4 have the numbers of the report. `__all__` has what the notebook shows, in its order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.together.rows import TRAINERS, kinds_of_project
from peerbook.disclosure import Counted, Nobody
from peerbook.outputs import Output, diagrams, figure, formats, table, text
from peerbook.outputs.evidence import JUDGEMENT, PUBLISHED
from peerbook.outputs.folding import folded

if TYPE_CHECKING:
    from peerbook.study import Study

__all__ = [  # noqa: RUF022 the order of the page
    "in_short",
    "spoken_to",
    "tallies",
    "projects",
    "bases",
    "funders",
    "activities",
    "measures",
    "groups",
    "access",
    "quotations_by_theme",
    "theme",
    "challenges_by_formality",
    "topics",
    "topic_guide",
    "works",
]

OF_PROJECTS = Nobody("counts projects, groups and quotations that were chosen to be shown, not people")
THEMES = {
    "W": ("table-t15", "What peer support is"),
    "B": ("table-t16", "Kinds of benefit"),
    "X": ("table-t17", "Kinds of challenge"),
    "T": ("table-t18", "Training and support"),
    "G": ("table-t19", "Good practice"),
    "F": ("table-t20", "Future work"),
}
SETTINGS = ("inpatient", "prison", "hospital", "community")
SOURCES = {"survey": "survey", "project": "projects", "literature": "literature", "not_stated": "not stated"}
TALLIES = {
    "projects": "Interviewed or visited",
    "user_led_projects": "Led by users or carers",
    "bme_projects": "For black and minority ethnic people",
    "lgbt_projects": "For lesbian, gay, bisexual and trans people",
    "prison_projects": "For women in prison or special hospital",
    "psychosis_projects": "For people with psychosis",
    "inpatient_projects": "On inpatient wards",
    "marginalised_projects": "For a marginalised group",
    "paid_projects": "With paid peer workers",
    "equal_projects": "Groups of equal members",
    "freelance_projects": "Of these groups: with a paid freelance facilitator",
}


def labels(study: Study, table_name: str, column: str) -> dict[str, str]:
    """Return the labels of the options of a column."""
    return dict(study.definitions.tables[table_name].fields[column].categories)


def in_short(study: Study) -> Output:
    """Say in three lines how many projects there are, how they differ, and what the themes rest on."""
    codes, excerpts = study.table("coding/codebooks"), _once(study)
    found = {
        **kinds_of_project(study.table("projects")).sum().astype(int).to_dict(),
        "groups": len(study.table("groups")),
        "open": int(study.table("groups")["access_type"].eq("everyone").sum()),
        "themes": int(codes["kind"].eq("theme").sum()),
        "codes": int(codes["kind"].eq("code").sum()),
        "excerpts": len(excerpts),
        "unattributed": int(excerpts["source_type"].eq("not_stated").sum()),
    }
    return text("text-in-short-themes-and-projects", _in_short, found, people=OF_PROJECTS)


def _in_short(n: Mapping[str, float]) -> str:
    said = {name: formats.count(value) for name, value in n.items()}
    lines = [
        "{projects} projects were seen. Users or carers lead {user_led_projects} of them, {paid_projects} "
        "pay their peer workers, and {marginalised_projects} are for people who are often left out.",
        "People who answered told of {groups} groups. {open} of these are open to everyone.",
        "What was said was sorted into {themes} themes with {codes} codes. The report shows {excerpts} "
        "quotations, and for {unattributed} of them it does not say who spoke. It gives no counts of themes.",
    ]
    lines = [line.format(**said) for line in lines]
    return "\n".join(f"- {line}" for line in lines)


def spoken_to(study: Study) -> Output:
    """Text T3: who was spoken to besides the survey."""
    interviews = study.table("interviews")
    found = {
        "projects": int(interviews["project_id"].nunique()),
        "trainers": int(interviews["role"].eq("trainer").sum()),
        "reports": int(study.table("projects")["evaluation_report"].eq("yes").sum()),
        "undated": int(interviews["held_on"].isna().sum()),
    }
    counts = {"trainers": TRAINERS, "undated": "interviews without a date"}
    said = Counted(counts=counts, plain=("projects", "reports"))
    return text("text-t3", _spoken_to, found, people=said)


def _spoken_to(n: Mapping[str, float]) -> str:
    said = {name: formats.in_words(value) for name, value in n.items()}
    return (
        f"{formats.upper_first(said['projects'])} projects were interviewed or visited, and "
        f"{said['trainers']} trainers were spoken to. {formats.upper_first(said['reports'])} projects had an "
        "evaluation report that could be read. How each was seen, and when, is not given: "
        f"{said['undated']} of these conversations have no date."
    )


def tallies(study: Study) -> Output:
    """Table T8: how many projects are of each kind; a project may be of several."""
    names = study.table("projects")["name"]
    kinds = kinds_of_project(study.table("projects"))
    rows = [
        (label, int(kinds[name].sum()), formats.words(names[kinds[name]])) for name, label in TALLIES.items()
    ]
    data = pd.DataFrame(rows, columns=["kind", "projects", "which"])
    return table("table-t8", "Kinds of project; a project may be of several", data, people=OF_PROJECTS)


def projects(study: Study) -> Output:
    """Table 4: the projects."""
    shown = study.table("projects")
    delivery, formality = (labels(study, "projects", name) for name in ("delivery", "formality"))
    data = shown[["project_id", "name", "base", "area", "for_whom", "staffing", "training"]].assign(
        way=shown["delivery"].map(delivery),
        formality=shown["formality"].map(formality),
        paid=shown["paid_peer_workers"],
    )
    data = data.astype(object).where(data.notna(), None)
    return folded("table-4", "The projects", data, _projects, notes=_of_projects, evidence=PUBLISHED)


def _projects(data: pd.DataFrame) -> pd.DataFrame:
    return (
        data.drop(columns="project_id")
        .rename(columns={"for_whom": "for whom", "paid": "paid peer workers", "way": "way of working"})
        .set_index("name")
    )


def _of_projects(data: pd.DataFrame) -> list[str]:
    counts = data["way"].str.lower().value_counts()
    told = "; ".join(f"{way}, {formats.count(n)}" for way, n in counts.items())
    return [f"Way of working, as read for this book: {told}."]


def bases(study: Study) -> Output:
    """Table T9: projects by their base, whom they are for, and where they work."""
    shown = study.table("projects")
    base, kinds = labels(study, "projects", "base_type"), _kinds_of_people()

    def one_of(column: str, value: str) -> pd.Series:
        return shown[column].str.split(";").map(lambda values: value in values)

    rows = [
        *(("Base", label, shown["base_type"].eq(key)) for key, label in base.items()),
        *(("For", label, one_of("specific_group", key)) for key, label in kinds.items()),
        *(("Setting", setting, one_of("setting", setting)) for setting in SETTINGS),
    ]
    data = pd.DataFrame(
        [(part, kind, int(who.sum()), formats.words(shown.loc[who, "name"])) for part, kind, who in rows],
        columns=["by", "kind", "projects", "which"],
    )
    return table(
        "table-t9",
        "Projects by base, people and setting",
        data[data["projects"] > 0],
        row_headers=2,
        people=OF_PROJECTS,
    )


def _kinds_of_people() -> dict[str, str]:
    return {
        "bme": "Black and minority ethnic people",
        "lgbt": "Lesbian, gay, bisexual and trans people",
        "women_prison": "Women in prison",
        "psychosis": "People with psychosis",
        "inpatient": "People on wards",
        "none": "No one group",
    }


def funders(study: Study) -> Output:
    """Table T10: who pays, and the amounts that are known."""
    rows = study.table("project_funding").merge(
        study.table("projects")[["project_id", "name"]], on="project_id"
    )
    period = labels(study, "project_funding", "period")
    data = pd.DataFrame(
        {
            "project": rows["name"],
            "funder": rows["funder"],
            "kind": rows["funder_type"].map(labels(study, "project_funding", "funder_type")),
            "amount_low": rows["amount_low"],
            "amount_high": rows["amount_high"],
            "period": rows["period"].astype(object).map(period),
            "state": rows["state"].map(labels(study, "project_funding", "state")),
        }
    )
    return folded(
        "table-t10", "Who pays for the projects", data, _funding, notes=_of_funding, people=OF_PROJECTS
    )


def _funding(data: pd.DataFrame) -> pd.DataFrame:
    amounts = [_amount(low, high) for low, high in data[["amount_low", "amount_high"]].to_numpy()]
    period = data["period"].astype(object)
    shown = data.assign(amount=amounts, period=period.where(period.notna(), None))
    return shown.set_index(["project", "funder"])[["kind", "amount", "period", "state"]]


def _amount(low: float, high: float) -> str | None:
    if pd.isna(low):
        return None
    if low == high:
        return f"£{formats.count(low)}" if low else "nothing"
    return f"£{formats.count(low)} to £{formats.count(high)}"


def _of_funding(data: pd.DataFrame) -> list[str]:
    known = data[data["amount_high"] > 0]["project"].nunique()
    kinds = data[data["state"] == "Given"].groupby("kind")["project"].nunique().sort_values(ascending=False)
    told = "; ".join(f"{kind}, {formats.count(n)}" for kind, n in kinds.items())
    projects_ = formats.plural(data["project"].nunique(), "project")
    return [
        f"An amount is known for {formats.count(known)} of {projects_}.",
        f"Projects by kind of funder: {told}.",
    ]


def activities(study: Study) -> Output:
    """Table T11: what the projects do."""
    rows = study.table("project_activities")
    rows = rows.merge(study.table("projects")[["project_id", "name"]], on="project_id")
    data = pd.DataFrame(
        {
            "project": rows["name"],
            "activity": rows["activity"],
            "mode": rows["mode"].map(labels(study, "project_activities", "mode")),
        }
    )
    return folded(
        "table-t11",
        "What the projects do",
        data,
        lambda data: data.set_index(["project", "activity"]),
        notes=("What each does one to one, and what in groups, was read for this book.",),
        people=OF_PROJECTS,
    )


def measures(study: Study) -> Output:
    """Table T12: numbers of projects and courses, one row for each line that gives one."""
    names = study.table("projects").set_index("project_id")["name"].to_dict()
    names |= study.table("courses").set_index("course_id")["course"].to_dict()
    rows = study.table("measures")
    several = rows.groupby(["about", "aspect"])["low"].transform("nunique") > 1
    data = pd.DataFrame(
        {
            "about": rows["about"].map(names),
            "aspect": rows["aspect"].str.replace("_", " "),
            "low": rows["low"],
            "high": rows["high"],
            "unit": rows["unit"],
            "conflict": several,
        }
    )
    return folded(
        "table-t12",
        "Other numbers of projects and courses",
        data,
        _measures,
        notes=lambda data: [
            f"{formats.plural(int(data['conflict'].sum()), 'row')} say different things of one course: a "
            "value is kept for each line of the report."
        ],
        evidence=PUBLISHED,
    )


def _measures(data: pd.DataFrame) -> pd.DataFrame:
    written = [
        formats.number(low, 0 if float(low).is_integer() else 2)
        if low == high
        else f"{formats.count(low)} to {formats.count(high)}"
        for low, high in data[["low", "high"]].itertuples(index=False)
    ]
    shown = data.assign(value=written, **{"two values": data["conflict"]})
    return shown.set_index(["about", "aspect"])[["value", "unit", "two values"]]


def groups(study: Study) -> Output:
    """Table 3: the groups that people who answered describe, a section for each kind."""
    rows = study.table("groups")
    kinds, opened = (labels(study, "groups", name) for name in ("block", "access_type"))
    columns = ["label", "format", "activities", "access_detail"]
    data = rows[columns].assign(kind=rows["block"].map(kinds), open_to=rows["access_type"].map(opened))
    data = data.astype(object).where(data.notna(), None)
    return table(
        "table-3", "Groups that people described", data, _groups, notes=_of_groups, evidence=PUBLISHED
    )


def _groups(data: pd.DataFrame) -> dict[str, pd.DataFrame]:
    shown = data.rename(
        columns={"access_detail": "who may come", "open_to": "open to", "activities": "what it does"}
    )
    shown = shown.rename(columns={"label": "group"})
    return {
        f"{kind}: {formats.plural(len(rows), 'group')}": rows.drop(columns="kind").set_index("group")
        for kind, rows in shown.groupby("kind", sort=False)
    }


def _of_groups(data: pd.DataFrame) -> list[str]:
    return ["Whom a group is open to was read from its description for this book."]


def access(study: Study) -> Output:
    """Table T30: whom the groups are open to, by kind of group."""
    rows = study.table("groups")
    kinds, opened = (labels(study, "groups", name) for name in ("block", "access_type"))
    counted = pd.crosstab(rows["block"].map(kinds), rows["access_type"].map(opened))
    counted = counted.reindex(index=list(kinds.values()), columns=list(opened.values()), fill_value=0)
    data = counted.rename_axis(index="kind", columns=None).reset_index()
    return table("table-t30", "Whom groups are open to, by kind of group", data, people=OF_PROJECTS)


def _once(study: Study) -> pd.DataFrame:
    """Return the quotations, those that repeat another once."""
    rows = study.table("excerpts")
    return rows[rows["repeats"].isna()]


def _themed(study: Study) -> pd.DataFrame:
    """Say of each code which theme and which chapter of the report it belongs to."""
    codes = study.table("coding/codebooks").set_index("code_id")
    parent = codes["parent_id"]
    rows = []
    for code, row in codes.iterrows():
        theme_of = code if row["kind"] == "theme" else parent[code] if row["kind"] == "code" else ""
        chapter = code if row["kind"] == "chapter" else parent[theme_of]
        rows.append((code, row["label"], row["kind"], theme_of, chapter))
    return pd.DataFrame(rows, columns=["code_id", "label", "kind", "theme", "chapter"])


def _quoted(study: Study) -> pd.DataFrame:
    """Count the quotations shown under each theme by their source, and those that stand elsewhere as well."""
    themed = _themed(study)
    given = study.table("excerpts").merge(themed, on="code_id")
    counts = pd.crosstab(given["theme"], given["source_type"]).reindex(columns=list(SOURCES), fill_value=0)
    again = given[given["repeats"].notna()].groupby("theme").size()
    own = themed[themed["kind"] == "theme"].set_index("code_id")
    n_codes = themed[themed["kind"] == "code"].groupby("theme").size()
    return (
        counts.reindex(own.index, fill_value=0)
        .rename_axis(columns=None)
        .assign(
            chapter=own["chapter"],
            theme=own["label"],
            codes=n_codes.reindex(own.index, fill_value=0),
            again=again.reindex(own.index, fill_value=0),
        )
        .reset_index(drop=True)
    )


def quotations_by_theme(study: Study) -> Output:
    """Figure T2: the quotations shown, by theme and source."""
    data = _quoted(study)
    data = data[data[list(SOURCES)].sum(axis=1) > 0]
    chapters = {key: title for key, (_, title) in THEMES.items()}
    data = data.assign(part=data["chapter"].map(chapters))
    return figure(
        "fig-t2",
        "Quotations that the report shows, by theme and source",
        _quoted_in_words,
        data[["part", "theme", *SOURCES, "again"]].reset_index(drop=True),
        lambda data: diagrams.bars(
            data.set_index("theme")[list(SOURCES)].rename(columns=SOURCES),
            [formats.count(n) for n in data[list(SOURCES)].sum(axis=1)],
            "Quotations",
            _most_quoted(data),
        ),
        notes=lambda data: [
            "Quotations were chosen to be shown. Their number says nothing of how often a theme came up.",
            f"{formats.count(data['again'].sum())} of them repeat words that stand under another theme.",
        ],
        people=OF_PROJECTS,
    )


def _most_quoted(data: pd.DataFrame) -> str:
    totals = data.set_index("theme")[list(SOURCES)].sum(axis=1)
    of = f"{formats.count(totals.max())} of {formats.count(totals.sum())}"
    return f"Most quotations shown are on the theme '{totals.idxmax().lower()}': {of}."


def _quoted_in_words(data: pd.DataFrame) -> str:
    totals = data.set_index("theme")[list(SOURCES)].sum(axis=1)
    told = "; ".join(f"{name.lower()}, {formats.count(n)}" for name, n in totals.items())
    return f"{_most_quoted(data)} A bar for each theme, its parts by source: {told}."


def theme(study: Study, chapter: str) -> Output:
    """Tables T15 to T20: the themes of a chapter of the report, with their codes and the quotations shown.

    Parameters
    ----------
    study : Study
    chapter : {"W", "B", "X", "T", "G", "F"}
        What peer support is, benefits, challenges, training and support, good practice, future work.
    """
    id, caption = THEMES[chapter]
    themed = _themed(study)
    codes = themed[(themed["kind"] == "code") & (themed["chapter"] == chapter)]
    named = codes.groupby("theme")["label"].agg("; ".join).astype(object)
    rows = _quoted(study).assign(theme_id=themed.loc[themed["kind"] == "theme", "code_id"].to_numpy())
    rows = rows[rows["chapter"] == chapter]
    data = rows.assign(
        names=[named.get(theme, "") for theme in rows["theme_id"]], quotations=rows[list(SOURCES)].sum(axis=1)
    )[["theme", "codes", "quotations", "names"]]
    return folded(
        id,
        caption,
        data.reset_index(drop=True),
        _theme,
        notes=_theme_notes,
        evidence=JUDGEMENT,
    )


def _theme(data: pd.DataFrame) -> pd.DataFrame:
    shown = data.assign(names=data["names"].replace("", "no codes of its own"))
    return shown.rename(columns={"codes": "number of codes", "names": "codes"}).set_index("theme")


def _theme_notes(data: pd.DataFrame) -> list[str]:
    return [f"{formats.plural(len(data), 'theme')}. The codes were read from the report for this book."]


def challenges_by_formality(study: Study) -> Output:
    """Table T21: challenges in formal and informal projects, as far as quotations can be traced to one."""
    shown = study.table("projects")
    formality = shown.set_index("name")["formality"].map({"formal": "formal"}).fillna("informal")
    themed = _themed(study)
    given = _once(study).merge(themed, on="code_id").query("chapter == 'X'")
    where = given["source"].map(formality).fillna("not known")
    names = themed.set_index("code_id")["label"]
    counted = pd.crosstab(given["theme"].map(names), where)
    order = themed[(themed["kind"] == "theme") & (themed["chapter"] == "X")]["label"]
    counted = counted.reindex(index=list(order), columns=["formal", "informal", "not known"], fill_value=0)
    data = counted.rename_axis(index="challenge", columns=None).reset_index()
    return table(
        "table-t21",
        "Quotations on challenges, by formality of the project",
        data,
        notes=_traced,
        people=OF_PROJECTS,
    )


def _traced(data: pd.DataFrame) -> list[str]:
    known = int(data[["formal", "informal"]].to_numpy().sum())
    whole = known + int(data["not known"].sum())
    return [
        f"{formats.count(known)} of {formats.count(whole)} quotations on challenges can be traced to a "
        "project. The report ties challenges to formality in words; these rows cannot show it."
    ]


def topics(study: Study) -> Output:
    """Table T13: topics of each course, a section for each."""
    rows = study.table("training_topics").merge(study.table("courses"), on="course_id")
    data = rows[["course", "order", "topic"]]
    return table(
        "table-t13", "Topics of training, by course", data, _topics, notes=_of_topics, evidence=PUBLISHED
    )


def _topics(data: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {
        f"{course}: {formats.plural(len(rows), 'topic')}": rows.set_index("order")[["topic"]]
        for course, rows in data.groupby("course", sort=False)
    }


def _of_topics(data: pd.DataFrame) -> list[str]:
    return [f"{formats.plural(len(data), 'topic')} of {formats.plural(data['course'].nunique(), 'course')}."]


def topic_guide(study: Study) -> Output:
    """Table T14: the points of the interviews, in short."""
    data = study.table("topic_guide")[["heading", "point"]]
    return folded(
        "table-t14",
        "Points of the interviews, in short",
        data,
        lambda data: data.assign(n=range(1, len(data) + 1)).set_index(["heading", "n"]),
        notes=lambda data: [
            f"{formats.plural(len(data), 'point')} under "
            f"{formats.plural(data['heading'].nunique(), 'heading')}. "
            "Which of them each project answered is not printed."
        ],
        evidence=PUBLISHED,
    )


def works(study: Study) -> Output:
    """Table T24: the works that the report cites."""
    return folded(
        "table-t24",
        "Works that the report cites",
        study.table("works")[["authors", "year"]],
        notes=lambda data: [f"{formats.plural(len(data), 'work')}."],
        evidence=PUBLISHED,
    )
