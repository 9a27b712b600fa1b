"""What several studies say about the same things, with the kind and strength of evidence of each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from peerbook import published
from peerbook.chapters.across import crosswalk
from peerbook.chapters.across.crosswalk import (
    AGAINST,
    AGREE,
    BOTH,
    CLOSE,
    CONTRADICT,
    CONTRADICTS,
    FOUND,
    PARTLY,
    SAME,
    SILENT,
    STRONG,
    SUPPORTS,
    VERDICTS,
    Crosswalk,
)
from peerbook.chapters.across.sources import citations_of, named
from peerbook.chapters.leeds.rows import all_claims as claims_of_the_scoping
from peerbook.chapters.lsbu.rows import claims as claims_of_the_evaluation
from peerbook.chapters.together.rows import numbers as numbers_of_the_user_led_study
from peerbook.chapters.together.rows import survey_of
from peerbook.chapters.uwe.beside_print import NUMBERS as PARTS_OF_THE_REVIEW
from peerbook.chapters.uwe.beside_print import claims_of as claims_of_the_review
from peerbook.disclosure import Cell, Counted, Nobody, is_withheld
from peerbook.evidence import beside_print
from peerbook.evidence.register import study_by_origin
from peerbook.outputs import Output, diagrams, figure, formats, table, text
from peerbook.outputs.evidence import JUDGEMENT
from peerbook.outputs.folding import folded
from peerbook.published.comparison import AGREEING, CONTRADICTED, NOT_COMPUTABLE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.study import Study

__all__ = [  # noqa: RUF022 the order of the page
    "in_short",
    "how_many",
    "contradictions",
    "values_seen",
    "values_found",
    "benefits_seen",
    "benefits_found",
    "challenges_seen",
    "challenges_found",
    "recommendations_seen",
    "recommendations_found",
    "sources",
    "who_cites_whom",
    "checked",
    "rules",
    "matches",
    "row_origins",
]

Row = dict[str, Any]

VALUES, BENEFITS, CHALLENGES, RECOMMENDATIONS = "values", "benefits", "challenges", "recommendations"
SHADES = {FOUND: 0.75, CLOSE: 0.25, BOTH: 0.25}
NAMED = 3  # concepts that a line in short names


# What is printed or counts works: not people.
NO_PEOPLE = frozenset({"works", "quotations", "kinds of source", ""})


def _base(row: Mapping[str, object]) -> Cell | None:
    units = str(row["units"])
    return None if units in NO_PEOPLE else Cell(f"{units} of {row['_source']}")


def _has(row: Mapping[str, object]) -> Cell | None:
    base = _base(row)
    speaks = {name: str(row[name]) for name in ("concept", "stance", "label") if row.get(name)}
    return base and Cell(base.unit, speaks)


OF_SOURCES = Counted(counts={"n": _has, "base": _base}, by=())


def read(study: Study) -> Crosswalk:
    """Read the studies once, for everything that the page shows."""
    return Crosswalk(study)


def in_short(across: Crosswalk) -> Output:
    """Say in four lines on how much studies agree, on what, and where they contradict each other."""
    found = across.counted.drop_duplicates("concept")
    verdicts = found["verdict"].value_counts()
    agreed = found[found["verdict"].eq(AGREE) & found["strength"].eq(STRONG)]
    cited = _citations(across)
    data = {
        "concepts": len(found),
        "studies": len(across.names),
        **{verdict: int(verdicts.get(verdict, 0)) for verdict in VERDICTS},
        "strong": len(agreed),
        **{
            f"strong_{subject}": _named(agreed.loc[agreed["subject"] == subject, "concept"])
            for subject in (VALUES, BENEFITS)
        },
        "contradicted": _named(found.loc[found["verdict"] == CONTRADICT, "concept"]),
        "citing": cited["study"].nunique(),
    }
    return text("text-in-short-comparison", _in_short, data, evidence=JUDGEMENT)


def _named(concepts: pd.Series) -> str:
    """Name the first few of some things; nothing without any."""
    return formats.words(map(formats.lower_first, concepts.head(NAMED))) or "none"


def _in_short(n: dict) -> str:
    said = {name: value if isinstance(value, str) else formats.count(value) for name, value in n.items()}
    lines = [
        "We set {studies} studies beside each other on {concepts} things. On {agree} they agree. On {partly} "
        "only some speak. On {contradict} they contradict each other.",
        "On {strong} things they agree and the evidence is of several kinds. Values: {strong_values}. "
        "Benefits: {strong_benefits}.",
        "They contradict each other on, for example: {contradicted}.",
        "{citing} studies cite another one of them, so they are not as independent as they look. Which codes "
        "mean the same is our reading.",
    ]
    return "\n".join(f"- {line.format(**said)}" for line in lines)


def how_many(across: Crosswalk) -> Output:
    """Count things by subject and by how studies stand to each other."""
    found = across.counted.drop_duplicates("concept")
    counts = pd.crosstab(found["subject"], found["verdict"]).reindex(
        index=found["subject"].unique(), columns=list(VERDICTS), fill_value=0
    )
    strong = found[found["strength"] == STRONG].groupby("subject").size()
    counts = counts.loc[:, counts.any()].assign(strong=strong.reindex(counts.index, fill_value=0))
    data = counts.rename_axis(columns=None).reset_index().rename(columns={"strong": "strong_evidence"})
    return table(
        "table-subjects", "How many things studies agree on, by subject", data, _subjects, evidence=JUDGEMENT
    )


def _subjects(data: pd.DataFrame) -> pd.DataFrame:
    return data.assign(subject=data["subject"].map(formats.upper_first)).set_index("subject")


def contradictions(across: Crosswalk) -> Output:
    """List where studies contradict each other: both sides, where they stand, what to make of it.

    Of what speaks for a thing each study is named once, with the code that is nearest.
    """
    rows = across.matched
    against = rows.loc[rows["stance"] == CONTRADICTS, "concept_id"]
    rows = rows[rows["concept_id"].isin(against)]
    nearest = rows.sort_values("sense", key=lambda sense: sense != SAME, kind="stable")
    told = nearest["stance"].eq(CONTRADICTS) | ~nearest.duplicated(["concept_id", "stance", "study"])
    rows = nearest[told].sort_index()
    resolutions = across.concepts.set_index("concept_id")["resolution"]
    data = rows.assign(resolution=rows["concept_id"].map(resolutions), n=rows["has"].map(len))
    data = data.assign(_source=data["source_id"])
    data = data.assign(n=data["n"].where(data["base"] > 0).astype("Int64"))
    columns = [
        "concept",
        "stance",
        "study",
        "kind",
        "label",
        "rationale",
        "place",
        "line",
        "n",
        "base",
        "units",
    ]
    return table(
        "table-contradictions",
        "Where studies contradict each other",
        data[[*columns, "resolution", "_source"]].reset_index(drop=True),
        _sides,
        evidence=JUDGEMENT,
        people=OF_SOURCES,
    )


def _sides(data: pd.DataFrame) -> pd.DataFrame:
    shown = {}
    for concept, rows in data.groupby("concept", sort=False):
        sides = {
            side: "; ".join(_place(row) for row in rows[rows["stance"] == stance].itertuples())
            for side, stance in (("for it", SUPPORTS), ("against it", CONTRADICTS))
        }
        shown[concept] = sides | {"what to make of it": rows["resolution"].iloc[0]}
    return pd.DataFrame.from_dict(shown, orient="index").rename_axis("thing")


def _place(row: tuple) -> str:
    """Name one side: study, what it says, and where it has it; a code may be read against its name."""
    where = f"line {row.line}" if row.line else formats.lower_first(row.place)
    said = row.label if row.stance == SUPPORTS else row.rationale
    said = formats.lower_first(said).replace(";", ",")
    return f"{row.study}: {said} ({row.kind}, {where})"


def _seen(across: Crosswalk, subject: str) -> Output:
    data = across.counted
    data = data[data["subject"] == subject].drop_duplicates(["concept", "study"])
    return figure(
        f"fig-{subject}-by-study",
        f"{formats.upper_first(subject)}: what each study has",
        _seen_in_words,
        data[["concept", "study", "state", "verdict"]].reset_index(drop=True),
        _grid,
        arrange=_states,
        evidence=JUDGEMENT,
    )


def _states(data: pd.DataFrame) -> pd.DataFrame:
    order = {"index": data["concept"].unique(), "columns": data["study"].unique()}
    shown = data.pivot_table(index="concept", columns="study", values="state", aggfunc="first").reindex(
        **order
    )
    return shown.rename_axis(columns=None).rename_axis("thing")


def _seen_in_words(data: pd.DataFrame) -> str:
    concepts = data.drop_duplicates("concept")
    said = [
        f"{formats.upper_first(verdict)}: {formats.words(map(formats.lower_first, rows['concept']))}"
        for verdict, rows in concepts.groupby("verdict", sort=False)
    ]
    counts = data["state"].value_counts()
    cells = formats.words([f"{formats.count(n)} {state}" for state, n in counts.items()])
    return (
        f"A grid of words, {formats.plural(len(concepts), 'row')} and "
        f"{formats.plural(data['study'].nunique(), 'study', 'studies')}. Cells: {cells}. {'. '.join(said)}."
    )


def _grid(data: pd.DataFrame) -> Figure:
    verdicts = data.drop_duplicates("concept").set_index("concept")["verdict"]
    words = _states(data).rename(index={name: f"{name}: {verdict}" for name, verdict in verdicts.items()})
    return diagrams.word_grid(words, SHADES, (AGAINST, BOTH))


def _found(across: Crosswalk, subject: str) -> Output:
    data = across.counted
    data = data[data["subject"] == subject].drop(columns="subject").reset_index(drop=True)
    caption = f"{formats.upper_first(subject)}: who or what speaks of each, in each study"
    id = f"table-{subject}-by-study"
    return table(id, caption, data, _cells, notes=_absent, evidence=JUDGEMENT, people=OF_SOURCES)


def _cells(data: pd.DataFrame) -> pd.DataFrame:
    judged = data.drop_duplicates("concept").set_index("concept")
    together = judged["verdict"] + " (" + judged["strength"] + " evidence)"
    found = _by(["concept", "study"], data.to_dict("records"))
    written = {key: _cell(rows) for key, rows in found.items()}
    shown = pd.Series(written).unstack().reindex(index=judged.index, columns=data["study"].unique())  # noqa: PD010
    shown.insert(0, "together", together)
    return shown.rename_axis("thing").rename_axis(columns=None)


def _by(columns: list[str], rows: list[Row]) -> dict[tuple[str, ...], list[Row]]:
    """Part rows by some columns, in order: of hundreds of cells, far sooner than frames are."""
    parts: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        parts.setdefault(tuple(row[column] for column in columns), []).append(row)
    return parts


def _cell(rows: list[Row]) -> str:
    state = rows[0]["state"]
    if state == SILENT:
        return SILENT
    sides = {stance: _counts(of) for (stance,), of in _by(["stance"], rows).items()}
    if state == BOTH:
        return f"{state}: for: {sides[SUPPORTS]}; against: {sides[CONTRADICTS]}"
    return f"{state}: {next(iter(sides.values()))}"


def _counts(rows: list[Row]) -> str:
    """Write the counts of a study, kinds of evidence one after the other."""
    said = []
    for (kind, units), of_kind in _by(["kind", "units"], rows).items():
        seen = [
            f"{formats.count(row['n'])} of {formats.count(row['base'])}"
            for row in of_kind
            if is_withheld(row["n"]) or (not formats.is_missing(row["n"]) and row["n"] != 0)
        ]
        said.append(f"{kind}, {' and '.join(seen)} {units}" if seen else f"{kind}, named")
    return "; ".join(said)


def _absent(data: pd.DataFrame) -> list[str]:
    silent = data[data["state"] == SILENT]
    said = [
        f"{study}: {formats.words(map(formats.lower_first, rows['concept']))}"
        for study, rows in silent.groupby("study", sort=False)
    ]
    return [f"Silent on: {'; '.join(said)}. It may not have asked."] if said else []


def values_seen(across: Crosswalk) -> Output:
    """Draw which study has which value."""
    return _seen(across, VALUES)


def values_found(across: Crosswalk) -> Output:
    """Count what speaks for each value, study by study."""
    return _found(across, VALUES)


def benefits_seen(across: Crosswalk) -> Output:
    """Draw which study has which benefit."""
    return _seen(across, BENEFITS)


def benefits_found(across: Crosswalk) -> Output:
    """Count what speaks for each benefit, study by study."""
    return _found(across, BENEFITS)


def challenges_seen(across: Crosswalk) -> Output:
    """Draw which study has which challenge."""
    return _seen(across, CHALLENGES)


def challenges_found(across: Crosswalk) -> Output:
    """Count what speaks for each challenge, study by study."""
    return _found(across, CHALLENGES)


def recommendations_seen(across: Crosswalk) -> Output:
    """Draw which study recommends what."""
    return _seen(across, RECOMMENDATIONS)


def recommendations_found(across: Crosswalk) -> Output:
    """Count what speaks for each recommendation, study by study."""
    return _found(across, RECOMMENDATIONS)


def sources(across: Crosswalk) -> Output:
    """List the kinds of evidence of each study, how much there is, and what can be counted."""
    found, called = across.sources, across.called
    rows = across.study.table("sources").astype(object)
    rows = rows[rows["study"].isin(called)]
    made_up = {
        name: "stand-in" if other.synthetic else "yours" for name, other in across.study.others.items()
    }
    matched = across.study.table("matches")["source_id"].value_counts()
    bases = [found[name].base if name in found else 0 for name in rows["source_id"]]
    data = pd.DataFrame(
        {
            "study": rows["study"].map(called),
            "kind": rows["kind"],
            "base": pd.Series(bases, rows.index).astype("Int64").mask(lambda n: n == 0),
            "units": rows["units"].fillna(""),
            "here": ["yes" if name in found else "no" for name in rows["source_id"]],
            "matches": rows["source_id"].map(matched).fillna(0).astype(int),
            "place": rows["place"],
            "data": rows["study"].map(made_up),
            "_source": rows["source_id"],
        }
    )
    return table(
        "table-kinds-of-evidence",
        "Kinds of evidence, study by study",
        data.reset_index(drop=True),
        _sources,
        notes=_not_here,
        evidence=JUDGEMENT,
        people=Counted(counts={"base": _base}, by=(), plain=("matches",)),
    )


def _sources(data: pd.DataFrame) -> pd.DataFrame:
    amounts = [
        f"{formats.count(n)} {units}" if is_withheld(n) or not formats.is_missing(n) else None
        for n, units in data[["base", "units"]].to_numpy()
    ]
    shown = data.assign(out_of=amounts)[["study", "kind", "out_of", "matches", "place", "data"]]
    heads = {"out_of": "counted out of", "matches": "codes matched", "place": "where"}
    return shown.rename(columns=heads).set_index(["study", "kind"])


def _not_here(data: pd.DataFrame) -> list[str]:
    absent = data[data["here"] == "no"]
    said = [f"{row.study}, {row.kind}" for row in absent.itertuples()]
    return [f"These data do not have: {'; '.join(said)}."] if said else []


def _citations(across: Crosswalk) -> pd.DataFrame:
    """Count how often each study cites another one: `study`, `cited`, `citations`."""
    known, called = across.study.table("study_citations").astype(str), across.names
    found = []
    for (citing, cited), names in known.groupby(["study", "cited"], sort=False):
        if citing in called and cited in called:
            here = citations_of(citing, across.study.others[citing])
            found.append((called[citing], called[cited], int(named(here, names).sum())))
    rows = pd.DataFrame(found, columns=["study", "cited", "citations"])
    return rows[rows["citations"] > 0].reset_index(drop=True)


def who_cites_whom(across: Crosswalk) -> Output:
    """Count how often one study cites another: what they share may come from one of them."""
    return table(
        "table-who-cites-whom",
        "How often one study cites another",
        _citations(across),
        lambda data: data.set_index(["study", "cited"]),
        evidence=JUDGEMENT,
    )


def checked(across: Crosswalk) -> Output:
    """Count what the items and statements of each companion report come to."""
    called, rows = across.names, []
    for name, claims in _claims(across).items():
        items, status = published.load_list(name, "items"), claims["status"]
        counts = {
            "items": len(items),
            "rebuilt": int(items["outputs"].ne("").sum()),
            "not_rebuilt": int(items["exception"].ne("").sum()),
            "statements": len(claims),
            "same": int(status.isin(AGREEING).sum()),
            "not_computable": int(status.eq(NOT_COMPUTABLE).sum()),
            "contradicted": int(status.eq(CONTRADICTED).sum()),
        }
        rows.append(
            {"study": called[name], **counts, "other": counts["statements"] - sum(list(counts.values())[4:])}
        )
    data = pd.DataFrame(rows, columns=["study", *CHECKED])
    exact = ("same", "other", "not_computable")
    said = Counted(by=(), extremes=exact, plain=tuple(name for name in CHECKED if name not in exact))
    return table("table-lists", "What the lists of the companion reports come to", data, _lists, people=said)


# Columns of the lists, with what stands over them.
CHECKED = {
    "items": "items of the report",
    "rebuilt": "rebuilt",
    "not_rebuilt": "not rebuilt",
    "statements": "statements checked",
    "same": "come out the same",
    "other": "come out otherwise",
    "not_computable": "cannot be computed",
    "contradicted": "contradicted by the report",
}


def _lists(data: pd.DataFrame) -> pd.DataFrame:
    return data.rename(columns=CHECKED).set_index("study")


def _claims(across: Crosswalk) -> dict[str, pd.DataFrame]:
    """Return the claims of the companion studies that are read, by their names."""
    makers = {
        "together": lambda of: beside_print.stated(
            "together", numbers_of_the_user_led_study(of, survey_of(of)), "table-lists"
        ),
        "uwe": lambda of: pd.concat([claims_of_the_review(of, part) for part in PARTS_OF_THE_REVIEW]),
        "lsbu": claims_of_the_evaluation,
        "leeds": lambda of: claims_of_the_scoping(of, "table-lists"),
    }
    return {
        name: make(across.study.others[name]) for name, make in makers.items() if name in across.study.others
    }


def rules(across: Crosswalk) -> Output:
    """Say by which rules cells, verdicts and strength come about."""
    data = {
        "studies": len(across.names),
        "strong": crosswalk.STRONG_NEEDS,
        "fair": crosswalk.FAIR_NEEDS,
    }
    return text("text-rules-of-comparison", _rules, data, evidence=JUDGEMENT)


def _rules(n: dict[str, float]) -> str:
    strong, fair, studies = (formats.count(n[name]) for name in ("strong", "fair", "studies"))
    words = {name: f"**{formats.upper_first(name)}**" for name in (FOUND, CLOSE, AGAINST, BOTH, SILENT)}
    lines = [
        f"{words[FOUND]}: a code of the study means the same. {words[CLOSE]}: its codes are only near.",
        f"{words[AGAINST]}: it speaks against the thing. {words[BOTH]}: it speaks for it and against it. "
        f"{words[SILENT]}: it has no code for it.",
        f"Studies **{CONTRADICT}** if one of them or more speaks against. They **{AGREE}** if more than half "
        f"of the {studies} found it. Else they agree **{PARTLY}**.",
        f"Evidence is **{STRONG}** if at least {strong} studies and {strong} kinds of evidence support it "
        f"with something that can be counted. It is **{crosswalk.FAIR}** with {fair} and {fair}, else "
        f"**{crosswalk.WEAK}**. What authors conclude does not count there.",
        "*Named* means that the report names it and shows nobody who says it.",
        "A work that is one of these studies is not counted as a paper of another. Works of the scoping are "
        "counted by name and year, so those cited at second hand count too.",
    ]
    return "\n".join(f"- {line}" for line in lines)


def matches(across: Crosswalk) -> Output:
    """List which codes were read as the same, with the reason for each."""
    rows = across.matched
    data = rows[["concept", "study", "kind", "code", "label", "sense", "stance", "rationale"]]
    total = len(across.study.table("matches"))
    return folded("table-crosswalk", "Which codes stand for which thing, and why", data, _by_concept,
                  notes=partial(_dropped, total=total), evidence=JUDGEMENT)  # fmt: skip


def _by_concept(data: pd.DataFrame) -> dict[str, pd.DataFrame]:
    shown = data.assign(speaks=data["stance"].map({SUPPORTS: "for it", CONTRADICTS: "against it"}))
    columns = {"label": "code", "sense": "how near", "speaks": "speaks", "rationale": "why"}
    return {
        str(concept): rows.set_index(["study", "kind"])[list(columns)].rename(columns=columns)
        for concept, rows in shown.drop(columns="code").groupby("concept", sort=False)
    }


def _dropped(data: pd.DataFrame, total: int) -> list[str]:
    lost = formats.plural(total - len(data), "match", "matches")
    return [f"Left out, as these data do not have the code: {lost}."] if total > len(data) else []


def row_origins(across: Crosswalk) -> Output:
    """Count the raw rows of the crosswalk by where they come from."""
    caption, data = "Rows of the crosswalk by where they come from", study_by_origin(across.study)
    return folded("table-crosswalk-rows", caption, data, people=Nobody("counts rows of the crosswalk"))
