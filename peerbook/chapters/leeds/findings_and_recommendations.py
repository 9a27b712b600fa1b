"""What the scoping found in interviews and literature, what it recommends, and how it was done."""

from __future__ import annotations

from functools import partial
from itertools import zip_longest
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.leeds import rows
from peerbook.data.text import text_of
from peerbook.evidence.register import register
from peerbook.outputs import Output, diagrams, figure, formats, table, text
from peerbook.outputs.evidence import JUDGEMENT, PUBLISHED

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.study import Study

__all__ = [  # noqa: RUF022 the order of the page
    "in_short",
    "meaning",
    "benefits",
    "challenges",
    "quotations",
    "both",
    "recommendations",
    "actions",
    "definitions",
    "values",
    "in_summary",
    "literature",
    "plan",
    "rules",
    "points",
    "questions",
    "sample",
    "database",
]

INTERVIEWS, LITERATURE = "interviews", "literature"
SHARED, ONLY_INTERVIEWS, ONLY_LITERATURE = "both", "interviews only", "literature only"
MEANING, BENEFITS, CHALLENGES = ("M", "V", "D"), ("BW", "BU", "BJ", "BO", "BI"), ("CW", "CI")
# Which themes of the literature stand beside which of the interviews.
BESIDE = {
    "Meaning": (("M",), ("PEER", "PS")),
    "Values": (("V",), ("VAL",)),
    "Benefits": (BENEFITS, ("BEN",)),
    "Challenges": (CHALLENGES, ("CH",)),
}
# The rows of the summary's two tables, each by the codes that it covers.
IN_SUMMARY = {
    "Benefits": (("BEN.2",), ("BEN.1",), ("BEN.3",)),
    "Challenges": (("CH.1",), ("CH.2", "CH.3"), ("CH.7",)),
}
DEFINED = {"Who is a peer": "PEER", "Peer support": "PS", "Values": "VAL"}


def in_short(study: Study) -> Output:
    """Say in three lines what interviews and literature share, and what is recommended."""
    states = _both(study)["found_in"].value_counts()
    links = study.table("recommendation_codes")["rec_id"].nunique()
    found = {
        "shared": int(states.get(SHARED, 0)),
        "interviews": int(states.get(ONLY_INTERVIEWS, 0)),
        "literature": int(states.get(ONLY_LITERATURE, 0)),
        "recommendations": len(study.table("recommendations")),
        "actions": len(study.table("actions")),
        "linked": int(links),
    }
    return text("text-in-short-findings-and-recommendations", _in_short, found, evidence=JUDGEMENT)


def _in_short(n: dict) -> str:
    said = {name: formats.count(value) for name, value in n.items()}
    lines = [
        "{shared} themes stand in both interviews and literature. {interviews} stand in interviews only, and "
        "{literature} in literature only.",
        "There are {actions} actions in {recommendations} areas. {linked} of these areas seem to rest on "
        "something that people said.",
        "How often a theme came up is not printed, so no theme is known to weigh more than another.",
    ]
    return "\n".join(f"- {line.format(**said)}" for line in lines)


def _of_themes(study: Study, themes: tuple[str, ...]) -> pd.DataFrame:
    codes = study.table("codes")
    names = codes.set_index("code")["label"]
    found = codes[codes["parent"].isin(themes)]
    data = found.assign(theme=found["parent"].map(names))
    return data[["theme", "code", "label", "people", "level"]]


def _themes(data: pd.DataFrame) -> pd.DataFrame:
    about = text_of(data["people"]).replace("WY&H", "whole region")
    kind = data["level"].str.removeprefix("code").str.strip(" ()")
    about = about.where(kind == "", about + " (" + kind + ")")
    shown = data.assign(about=about).set_index(["theme", "label"])[["about"]]
    return shown.rename_axis(["theme", "what is said"])


def _theme_table(study: Study, id: str, caption: str, themes: tuple[str, ...]) -> Output:
    return table(id, caption, _of_themes(study, themes), _themes, evidence=PUBLISHED)


def meaning(study: Study) -> Output:
    """List what peer support means to those who work in it, its values, and their duties."""
    return _theme_table(study, "table-meaning", "Meaning, values and duties", MEANING)


def benefits(study: Study) -> Output:
    """List benefits by who has them."""
    return _theme_table(study, "table-benefits", "Benefits, by who has them", BENEFITS)


def challenges(study: Study) -> Output:
    """List challenges for workers and within institutions."""
    return _theme_table(study, "table-challenges", "Challenges, by where they lie", CHALLENGES)


def quotations(study: Study) -> Output:
    """Count the quotations that are shown for each theme and each recommendation."""
    excerpts = study.table("excerpts")
    names = study.table("codes").set_index("code")["label"].to_dict()
    areas = study.table("recommendations").set_index("rec_id")["area"].to_dict()
    themes = text_of(excerpts["code"]).str.partition(".")[0]
    under = themes.map(names).fillna(excerpts["rec_id"].map(areas))
    part = themes.ne("").map({True: "Findings", False: "Recommendations"})
    counted = excerpts.assign(part=part, under=under).groupby(["part", "under"], sort=False).size()
    data = counted.rename("quotations").reset_index()
    return table(
        "table-quotations",
        "Quotations shown, by theme",
        data,
        row_headers=2,
        notes=_quoted,
        evidence=PUBLISHED,
    )


def _quoted(data: pd.DataFrame) -> list[str]:
    counts = data.groupby("part")["quotations"].sum()
    said = formats.words([f"{formats.count(n)} in {formats.lower_first(part)}" for part, n in counts.items()])
    return [f"{said}. Their words are not in this book."]


def _both(study: Study) -> pd.DataFrame:
    """Say of each code whether interviews, literature or both have it; a matched pair is one row."""
    codes, matches = study.table("codes"), study.table("code_matches")
    names = codes.set_index("code")["label"].to_dict()
    pairs = matches.set_index("code")["literature_code"].to_dict()
    found = []
    for subject, (of_interviews, of_literature) in BESIDE.items():
        for code in codes.loc[_is_code(codes, of_interviews), "code"]:
            other = pairs.get(code, "")
            state = SHARED if other else ONLY_INTERVIEWS
            found.append((subject, names[code], names.get(other, ""), state))
        rest = codes[_is_code(codes, of_literature) & ~codes["code"].isin(pairs.values())]
        found += [(subject, "", label, ONLY_LITERATURE) for label in rest["label"]]
    return pd.DataFrame(found, columns=["subject", INTERVIEWS, LITERATURE, "found_in"])


def _is_code(codes: pd.DataFrame, themes: tuple[str, ...]) -> pd.Series:
    return codes["parent"].isin(themes) & codes["level"].str.startswith("code")


def both(study: Study) -> Output:
    """Set the codes of interviews beside those of the literature, subject by subject."""
    return table("table-both", "Themes of interviews and of literature", _both(study), _by_subject,
                 notes=_shared, evidence=JUDGEMENT)  # fmt: skip


def _by_subject(data: pd.DataFrame) -> dict[str, pd.DataFrame]:
    shown = data.assign(theme=data[INTERVIEWS].where(data[INTERVIEWS] != "", data[LITERATURE]))
    shown = shown.assign(called=[_called(*row) for row in data[[INTERVIEWS, LITERATURE]].to_numpy()])
    heads = {"found_in": "found in", "called": "called in literature"}
    return {
        str(subject): part.set_index("theme")[["found_in", "called"]].rename(columns=heads)
        for subject, part in shown.groupby("subject", sort=False)
    }


def _called(interviews: str, literature: str) -> str | None:
    return literature if interviews and literature and interviews != literature else None


def _shared(data: pd.DataFrame) -> list[str]:
    counts = data.groupby("subject", sort=False)["found_in"].agg(lambda found: (found == SHARED).sum())
    whole = data.groupby("subject", sort=False).size()
    said = [f"{formats.lower_first(name)} {formats.count(n)} of {whole[name]}" for name, n in counts.items()]
    return [f"In both: {formats.words(said)}."]


def recommendations(study: Study) -> Output:
    """List the areas with their need, actions, quotations, and the codes that they seem to rest on."""
    found = study.table("recommendations")
    names = study.table("codes").set_index("code")["label"]
    links = study.table("recommendation_codes")
    codes = links["code"].map(names).groupby(links["rec_id"]).agg("; ".join)
    counts = {name: study.table(name)["rec_id"].value_counts() for name in ("actions", "excerpts")}
    data = pd.DataFrame(
        {
            "area": found["area"],
            "need": found["need"],
            "actions": found["rec_id"].map(counts["actions"]).fillna(0).astype(int),
            "quotations": found["rec_id"].map(counts["excerpts"]).fillna(0).astype(int),
            "rests_on": found["rec_id"].map(codes),
        }
    )
    return table("table-recommendations", "Recommendations and what they rest on", data, _areas,
                 notes=_unlinked, evidence=JUDGEMENT)  # fmt: skip


def _areas(data: pd.DataFrame) -> pd.DataFrame:
    return data.set_index("area").rename(columns={"rests_on": "seems to rest on"})


def _unlinked(data: pd.DataFrame) -> list[str]:
    without, needless = (data.loc[data[column].isna(), "area"] for column in ("rests_on", "need"))
    said = []
    if len(without):
        said.append(f"No finding was matched to: {formats.words(without)}.")
    if len(needless):
        said.append(f"No need is printed for: {formats.words(needless)}.")
    return said


def actions(study: Study) -> Output:
    """List the actions, a section for each area."""
    areas = study.table("recommendations").set_index("rec_id")["area"]
    found = study.table("actions")
    data = found.assign(area=found["rec_id"].map(areas))[["area", "n", "action"]]
    return table("table-actions", "Actions suggested, by area", data, partial(_sections, by="area", head="n"),
                 evidence=PUBLISHED)  # fmt: skip


def _sections(data: pd.DataFrame, by: str, head: str) -> dict[str, pd.DataFrame]:
    return {
        f"{formats.upper_first(str(name))}: {len(part)}": part.drop(columns=by).set_index(head)
        for name, part in data.groupby(by, sort=False)
    }


def definitions(study: Study) -> Output:
    """Draw how the literature defines a peer, peer support and its values, as lists."""
    codes = study.table("codes")
    headings = {theme: heading for heading, theme in DEFINED.items()}
    found = codes[codes["parent"].isin(headings)]
    data = found.assign(about=found["parent"].map(headings))[["about", "label"]]
    return figure("fig-definitions", "A peer, peer support and its values in the literature", _defined, data,
                  _draw_defined, arrange=_listed, evidence=PUBLISHED)  # fmt: skip


def _listed(data: pd.DataFrame) -> dict[str, list[str]]:
    return {str(about): list(part["label"]) for about, part in data.groupby("about", sort=False)}


def _defined(data: pd.DataFrame) -> str:
    said = [f"{about}: {formats.words(items)}" for about, items in _listed(data).items()]
    return f"Lists in frames. {'. '.join(said)}."


def _draw_defined(data: pd.DataFrame) -> Figure:
    return diagrams.lists(_listed(data))


def values(study: Study) -> Output:
    """Set the values of the literature out in two columns, as they are printed."""
    found = study.table("codes").query("parent == 'VAL'")["label"].tolist()
    pairs = zip_longest(found[::2], found[1::2], fillvalue="")
    data = pd.DataFrame(pairs, columns=["value", "and"])
    return table("table-values", "Values in the literature", data, evidence=PUBLISHED)


def in_summary(study: Study) -> Output:
    """List the benefits and challenges that the summary of the review picks out of all codes."""
    names = study.table("codes").set_index("code")["label"]
    found = [
        (kind, formats.words(names.reindex(codes).dropna()), len(codes))
        for kind, groups in IN_SUMMARY.items()
        for codes in groups
    ]
    data = pd.DataFrame(found, columns=["kind", "label", "codes"])
    return table("table-in-summary", "Benefits and challenges in the summary of the review", data,
                 row_headers=2, evidence=PUBLISHED)  # fmt: skip


def literature(study: Study) -> Output:
    """List the works cited under each code of the literature, a section for each theme."""
    codes, cited = study.table("codes"), study.table("literature_citations")
    of_review = codes[codes["material"] == LITERATURE]
    themes = of_review["parent"].where(of_review["parent"].notna(), of_review["code"])
    names = codes.set_index("code")["label"]
    work = cited["source"] + (" " + text_of(cited["year"])).str.rstrip()
    named = cited.assign(work=work).drop_duplicates(["code", "work"])
    works = named.groupby("code")["work"].agg("; ".join)
    data = pd.DataFrame(
        {
            "theme": themes.map(names).to_numpy(),
            "code": of_review["label"].to_numpy(),
            "citations": of_review["code"].map(cited["code"].value_counts()).fillna(0).astype(int).to_numpy(),
            "works": of_review["code"].map(works).to_numpy(),
        }
    )
    return table("table-literature", "Works cited, by theme", data,
                 partial(_sections, by="theme", head="code"), notes=_cited, evidence=PUBLISHED)  # fmt: skip


def _cited(data: pd.DataFrame) -> list[str]:
    without = int((data["citations"] == 0).sum())
    return [
        f"{formats.plural(int(data['citations'].sum()), 'citation')}. "
        f"{formats.plural(without, 'theme or code', 'themes or codes')} have none."
    ]


def plan(study: Study) -> Output:
    """Draw the plan of the project, with the dates of it that are known."""
    tasks = study.table("tasks")[["phase", "task", "start", "end"]].assign(label=None, date=pd.NaT)
    events = study.table("events")[["label", "date"]]
    data = pd.concat([tasks, events], ignore_index=True)
    return figure("fig-plan", "Plan of the project", _planned, data, _draw_plan, arrange=_plan_table,
                  evidence=PUBLISHED)  # fmt: skip


def _tasks(data: pd.DataFrame) -> pd.DataFrame:
    return data[data["task"].notna()]


def _events(data: pd.DataFrame) -> pd.DataFrame:
    return data.loc[data["label"].notna(), ["label", "date"]]


def _planned(data: pd.DataFrame) -> str:
    tasks, events = _tasks(data), _events(data)
    unknown = int(tasks["start"].isna().sum())
    dates = [f"{label}, {formats.day(pd.Timestamp(day).date())}" for label, day in events.to_numpy()]
    counts = f"{formats.plural(len(tasks), 'task')} in {formats.plural(tasks['phase'].nunique(), 'phase')}"
    return (
        f"A plan of {counts}. The dates of {formats.count(unknown)} are not known. "
        f"Upright lines: {formats.words(dates)}."
    )


def _plan_table(data: pd.DataFrame) -> pd.DataFrame:
    return _tasks(data).set_index(["phase", "task"])[["start", "end"]]


def _draw_plan(data: pd.DataFrame) -> Figure:
    return diagrams.gantt(_tasks(data), _events(data))


def rules(study: Study) -> Output:
    """List the rules on what was counted and what was read."""
    data = study.table("rules")[["list", "n", "rule"]]
    return table("table-rules", "Rules of choice", data, partial(_sections, by="list", head="n"),
                 evidence=PUBLISHED)  # fmt: skip


def points(study: Study) -> Output:
    """List the points of method, ethics, information and consent."""
    data = study.table("points")[["list", "n", "point"]]
    return table("table-points", "Method, ethics and consent, point by point", data,
                 partial(_sections, by="list", head="n"), evidence=PUBLISHED)  # fmt: skip


def questions(study: Study) -> Output:
    """Set the two interview guides beside each other, by subject."""
    found = study.table("questions")[["schedule", "section", "n", "question", "pair"]]
    return table("table-questions", "Interview guides, by subject", found,
                 partial(_sections, by="schedule", head="n"), evidence=PUBLISHED)  # fmt: skip


def sample(study: Study) -> Output:
    """Show the rows of the database that are printed."""
    services, focus = study.table("services"), study.table("service_focus")
    rows_of = services[services["status"] == "printed"]
    shared = focus.groupby("service_id")["focus"].agg("; ".join)
    heads = {"kind": "kind", "main_focus": "main focus", "delivery_model": "way of working",
             "funding_type": "funding"}  # fmt: skip
    labels = {
        column: rows_of[column].astype(object).map(rows.categories(study, "services", column))
        for column in ("main_focus", "delivery_model", "funding_type")
    }
    data = rows_of.assign(**labels).rename(columns=heads)
    data = data.assign(**{"shared experience": data["service_id"].map(shared)})
    columns = ["kind", "main focus", "shared experience", "way of working", "funding"]
    return table("table-sample", "Rows of the database that are printed", data[columns], evidence=PUBLISHED)


def database(study: Study) -> Output:
    """List the columns of the database, and how we know of each."""
    schema = study.definitions.tables["database_columns"]
    rows_of = study.table("database_columns")
    return register("table-database", "Columns of the database", rows_of, schema, ["column", "said"],
                    evidence=PUBLISHED)  # fmt: skip
