"""The tables of the synthesis: joint display, findings here and in print, evidence matrix, headlines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side import pages
from peerbook.chapters.side_by_side.associations.grid import WHOLE
from peerbook.chapters.side_by_side.beside_print import ONE_REGION
from peerbook.chapters.side_by_side.synthesis.findings import NEW, NOT_COMPUTABLE, STATES, in_words
from peerbook.chapters.side_by_side.synthesis.joined import (
    ALONE,
    JOINS,
    NO_LONGER,
    NOT_DISCUSSED,
    RELATIONS,
    Joined,
    behind,
    matrix_of,
)
from peerbook.disclosure import MARK, Cell, Counted, is_withheld
from peerbook.evidence import matrix
from peerbook.outputs import Output, formats, table
from peerbook.outputs.evidence import JUDGEMENT
from peerbook.study import ALL_REGIONS

if TYPE_CHECKING:
    from peerbook.data import SupportTypes
    from peerbook.log import Log

_OVERALL, _MONTHS, _GROUPS, _INTERVIEWS = (
    "Projects and types of support",
    "Over the months, and at the first log",
    "Groups of people and projects",
    "Interviews alone",
)
_NEEDED: Mapping[str, str] = MappingProxyType(
    {
        "evidence/judgements": "judgements on findings and themes",
        "evidence/statements": "headline statements",
        "coding/codebooks": "codebooks, so that nobody stands behind a theme",
    }
)
_IN_CHAPTER_7 = "The extracts on BaME-specific support are counted on the page of that chapter, not here."
_PLACE = ("subgroup_variable", "subgroup_level", "sample", "change", "exposure", "outcome")
_ESTIMATED = ("mean", "ci_low", "ci_high", "p_value")
_READ = (
    "state", "direction_today", "p_adjusted", "parts_met", "same_sign", "in_interval", "same_side", "reason",
)  # fmt: skip
Row = Mapping[str, object]


def lacking(lacks: Iterable[str], *of: str) -> list[str]:
    """Say which raw tables a page would need, of those that these data do not hold.

    Examples
    --------
    >>> lacking(["evidence/judgements"], "evidence/judgements", "coding/codebooks")
    ['These data hold no judgements on findings and themes: the table evidence/judgements would be needed.']
    """
    return [
        f"These data hold no {_NEEDED[name]}: the table {name} would be needed."
        for name in of
        if name in lacks
    ]


def one_region(region: str) -> list[str]:
    """Warn that a part of the data shows less than all, if they are of one region."""
    if region == ALL_REGIONS:
        return []
    return [
        f"{formats.upper_first(ONE_REGION)}. With fewer pairs a finding may be lost here that all data show."
    ]


def joint_display(log: Log, whole: Joined) -> Output:
    """Table 8.1: every finding beside the themes that were set beside it, with a filter by relation.

    Parameters
    ----------
    log : Log
    whole : Joined
        From `joined`.
    """
    support = log.definitions.support_types
    sections = [_section(row, support) for row in whole.judged.to_dict("records")]
    columns = [
        "finding", "what", "state", "estimate", "printed_state", "theme", "label", "people", "extracts",
        "people_by", "relation", "reason", "author", "resolution", "standing",
    ]  # fmt: skip
    data = whole.judged[columns].assign(section=sections)
    return table(
        "table-8.1",
        pages.added("Findings of the log beside what people said, with the judgement that joins them"),
        data[["section", *columns]].assign(_n=_pairs_of(whole.judged["finding"], whole, log)),
        _joint,
        choose=("Relation", [formats.upper_first(name) for name in RELATIONS]),
        notes=partial(
            _about_joint, join=whole.join, minimum=whole.minimum_people, lacks=whole.lacks, region=log.region
        ),
        evidence=JUDGEMENT,
        people=behind(
            "theme",
            counts={"_n": lambda row: Cell(f"pairs behind finding {row['finding']}")},
            models=dict.fromkeys(("state", "estimate", "standing"), "_n"),
        ),
    )


def _pairs_of(findings: pd.Series, whole: Joined, log: Log) -> pd.Series:
    """Count the pairs that findings rest on: those of one mean, else those of the whole log."""
    n = whole.found.drop_duplicates("finding").set_index("finding")["n"]
    return findings.map(n).astype(float).fillna(len(log.pairs)).set_axis(findings.index)


def _section(row: Row, support: SupportTypes) -> str:
    """Name the part of the display that a finding stands in."""
    if not row["finding"]:
        return _INTERVIEWS
    if row["kind"] in ("course", "entry", "use"):
        return _MONTHS
    if row["sample"] != WHOLE or row["subgroup_variable"] or row["kind"] == "elsewhere":
        return _GROUPS
    amount = support.amounts.get(str(row["exposure"]).rpartition("_")[0])
    return f"{amount.label} support" if amount else _OVERALL


def _joint(data: pd.DataFrame) -> dict[str, pd.DataFrame]:
    order = list(dict.fromkeys([_OVERALL, *data["section"]]))
    order = [*(name for name in order if name != _INTERVIEWS), _INTERVIEWS]
    parts = {name: data[data["section"] == name] for name in order}
    return {name: _joint_rows(part) for name, part in parts.items() if len(part)}


def _joint_rows(part: pd.DataFrame) -> pd.DataFrame:
    rows = part.to_dict("records")
    return pd.DataFrame(
        {
            "Log today": [_today(row) for row in rows],
            "Theme": [row["label"] or "no theme" for row in rows],
            "People and extracts": [_behind(row) for row in rows],
            "Relation": [formats.upper_first(str(row["relation"])) for row in rows],
            "Reason": [_reason(row) for row in rows],
            "Judgement today": [row["standing"] for row in rows],
        },
        index=pd.Index([row["what"] or "No finding of the log" for row in rows], name="Finding"),
    ).replace({"": None})


def _reason(row: Row) -> str:
    """Give the reason for a judgement with whose it is, and what is made of a contradiction."""
    made = f" What is made of it: {row['resolution']}" if row["resolution"] else ""
    return f"{formats.upper_first(str(row['reason']))} ({row['author']}).{made}" if row["reason"] else ""


def _today(row: Row) -> str:
    if not row["finding"]:
        return ""
    return row["state"] if row["state"] == NOT_COMPUTABLE else f"{row['state']}: {row['estimate']}"


def _behind(row: Row) -> str:
    """Say who is behind a theme: one person is marked as thin."""
    if not row.get("theme", row.get("codes")):
        return ""
    if is_withheld(row["people"]):
        return formats.count(row["people"])
    if formats.is_missing(row["people"]):
        return "a few people"
    if not row["extracts"]:
        return "no extract"
    people = formats.plural(row["people"], "person", "people")
    who = f"from {people}, {formats.plural(row['extracts'], 'extract')}"
    by = f" ({row['people_by']})" if row["people_by"] else ""
    return f"{who}{by}{'; thin' if row['people'] == 1 else ''}"


def _about_joint(
    data: pd.DataFrame, join: str, minimum: int, lacks: tuple[str, ...], region: str
) -> list[str]:
    notes = [*lacking(lacks, "evidence/judgements", "coding/codebooks"), *one_region(region)]
    if len(data):
        withheld = int((data["standing"] == MARK).sum())
        lost = int((data["standing"] == NO_LONGER).sum())
        new = int((data["standing"] == NOT_DISCUSSED).sum())
        against = int((data["relation"] == matrix.CONTRADICTS).sum())
        rest = "rests" if lost == 1 else "rest"
        notes += [f"Of {formats.plural(withheld, 'row')} the state is withheld."] if withheld else []
        notes += [
            f"{formats.plural(lost, 'judgement')} {rest} on a finding that no longer holds. "
            f"{formats.plural(new, 'finding')} {'is' if new == 1 else 'are'} not yet discussed.",
            f"In {formats.plural(against, 'row')} people speak against the log; the table says what is made "
            "of it.",
            f"People count under {JOINS[join]}.",
        ]
    return [*notes, *_held_back(minimum)]


def _held_back(minimum: int) -> list[str]:
    return [f"Fewer than {minimum} people behind a theme are not counted out."] if minimum > 1 else []


def print_and_today(log: Log, whole: Joined) -> Output:
    """Table 8.2: every finding in print and in these data, with the agreement of sign, interval and p apart.

    Parameters
    ----------
    log : Log
    whole : Joined
        From `joined`.
    """
    columns = [
        "finding", "what", "kind", "direction", "printed_state", "state", "direction_today", "mean", "ci_low",
        "ci_high", "p_value", "p_adjusted", "n", "people", "parts", "parts_met", "mean_printed",
        "ci_low_printed", "ci_high_printed", "p_value_printed", "p_value_below_printed",
        "same_sign", "in_interval", "same_side",
        "taken_up", "reason",
    ]  # fmt: skip
    return table(
        "table-8.2",
        pages.added("Findings of the log in print and in these data"),
        whole.found[[*columns, *_PLACE]]
        .rename(columns={name: f"_{name}" for name in _PLACE})
        .assign(_n=_pairs_of(whole.found["finding"], whole, log)),
        _print_beside,
        choose=("Today", [name for name in STATES if (whole.found["state"] == name).any()]),
        notes=partial(_about_findings, region=log.region),
        people=Counted(
            counts={"n": partial(_of_cell, unit="pairs"), "people": partial(_of_cell, unit="people")}
            | {"_n": lambda row: Cell(f"pairs behind finding {row['finding']}")},
            by=(),
            models=dict.fromkeys((*_ESTIMATED, *_READ), "_n"),
            plain=("parts", *(f"{name}_printed" for name in (*_ESTIMATED, "n", "effect_size"))),
        ),
    )


def _of_cell(row: Row, unit: str) -> Cell:
    """Return what the pairs or people of one mean count, as the tables of associations do."""
    of, level, sample, change = (row[f"_{name}"] for name in _PLACE[:4])
    where = {"sample": str(sample), "change": str(change)} | ({str(of): str(level)} if of else {})
    return Cell(f"{unit} in models, exposure {row['_exposure']}, outcome {row['_outcome']}", where)


def _print_beside(data: pd.DataFrame) -> dict[str, pd.DataFrame]:
    new = data["state"] == NEW
    parts = {
        "Taken up in the report": data[data["taken_up"] == "yes"],
        "In its tables only": data[(data["taken_up"] != "yes") & ~new],
        "New in these data": data[new],
    }
    return {name: _finding_rows(part) for name, part in parts.items() if len(part)}


def _finding_rows(part: pd.DataFrame) -> pd.DataFrame:
    rows = part.to_dict("records")
    return pd.DataFrame(
        {
            "Print says": [row["direction"] for row in rows],
            "In print": [_printed(row) for row in rows],
            "Today": [row["state"] for row in rows],
            "Estimate": [_estimate(row) for row in rows],
            "Do they agree": [_agreement(row) for row in rows],
        },
        index=pd.Index([row["what"] for row in rows], name="Finding"),
    ).replace({"": None})


def _agreement(row: Row) -> str:
    """Say of sign, interval and p apart whether print and today agree."""
    parts = {"sign": "same_sign", "interval": "in_interval", "p": "same_side"}
    return ", ".join(f"{name} {row[column]}" for name, column in parts.items() if row[column])


def _printed(row: Row) -> str:
    """Give the state of a finding in print with its printed numbers."""
    if formats.is_missing(row["mean_printed"]):
        return row["printed_state"]
    limits = (row[f"{name}_printed"] for name in ("mean", "ci_low", "ci_high"))
    # A p value printed as below something is read as that number.
    relation = "<" if row["p_value_below_printed"] else "="
    p = f"p {relation} {row['p_value_printed']:.3f}"
    return f"{row['printed_state']}: {formats.mean_ci(*limits)}, {p}"


def _estimate(row: Row) -> str:
    """Give today's numbers of a finding: mean, test and pairs, or the parts it is read from."""
    said = in_words(row)
    if formats.is_missing(row["mean"]):
        return said
    return f"mean {said}, {formats.p_phrase(row['p_value'])}, {formats.plural(row['n'], 'pair')}"


def _about_findings(data: pd.DataFrame, region: str) -> list[str]:
    counts = data["state"].value_counts()
    named = {name: name for name in STATES} | {MARK: "withheld"}
    said = "; ".join(
        f"{word}: {formats.count(counts[name])}" for name, word in named.items() if name in counts
    )
    compared = data[~data["same_sign"].isin(["", MARK])]
    agree = {
        "the sign agrees": "same_sign",
        "today's mean lies in the printed interval": "in_interval",
        "p lies on the same side of 0.05": "same_side",
    }
    counted = [
        f"{words} in {formats.count((compared[name] == 'yes').sum())}" for words, name in agree.items()
    ]
    notes = [
        f"Today: {said}.",
        "A finding that is not one mean change is read from its parts, and says of how many.",
    ]
    notes += one_region(region)
    if len(compared):
        notes.append(
            "Print and today are compared in sign, interval and p. Of "
            f"{formats.plural(len(compared), 'finding')} with numbers in print, {formats.words(counted)}."
        )
    told = (
        data[~data["reason"].astype(str).isin(["", MARK])]
        .groupby("reason", sort=False)["what"]
        .agg(formats.words)
    )
    return [*notes, *(f"{names}: {formats.lower_first(said.rstrip('.'))}." for said, names in told.items())]


def evidence_matrix(whole: Joined) -> Output:
    """Table 8.3: the headline statements, what log and interviews say of each, and what is made of it.

    Parameters
    ----------
    whole : Joined
        From `joined`.
    """
    rows = matrix_of(whole)
    people = _of_keys(whole)
    return table(
        "table-8.3",
        pages.added("What the report says, and what log and interviews say of it today"),
        rows.astype({"key": object}).merge(people, on="key", how="left"),
        _matrix_rows,
        notes=partial(_about_matrix, lacks=whole.lacks, minimum=whole.minimum_people),
        evidence=JUDGEMENT,
        people=behind("codes"),
    )


def _of_keys(whole: Joined) -> pd.DataFrame:
    """Count people and extracts behind the themes of each key, all places together."""
    rows = []
    for key, said in whole.said.groupby("key", sort=False):
        themes = {theme for codes in said["codes"] for theme in codes.split()}
        behind = whole.behind[whole.behind["code_id"].isin(themes)]
        people = behind.loc[behind["person_id"] != "", "person_id"].nunique()
        few = 0 < people < whole.minimum_people
        known = (float("nan"), float("nan")) if few else (people, behind["segment_id"].nunique())
        rows.append((key, " ".join(sorted(themes)), *known))
    counted = pd.DataFrame(rows, columns=["key", "codes", "people", "extracts"])
    return counted.astype({"key": object, "codes": object})


def _matrix_rows(data: pd.DataFrame) -> pd.DataFrame:
    rows = data.to_dict("records")
    return pd.DataFrame(
        {
            "Log": [row["log"] for row in rows],
            "Interviews": [row["interviews"] for row in rows],
            "Together": [row["state"] for row in rows],
            "People and extracts": [_behind({**row, "people_by": ""}) for row in rows],
            "What is made of it": [row["resolution"] for row in rows],
        },
        index=pd.Index([row["topic"] for row in rows], name="What is said"),
    ).replace({"": None})


def _about_matrix(data: pd.DataFrame, lacks: tuple[str, ...], minimum: int) -> list[str]:
    notes = lacking(lacks, "evidence/statements", "coding/codebooks")
    if len(data):
        counts = data["state"].value_counts()
        said = "; ".join(f"{name}: {formats.count(counts[name])}" for name in matrix.STATES if name in counts)
        notes += [
            f"{said[0].upper()}{said[1:]}.",
            "Convergent: both speak, and neither against it. Divergent: one speaks against it. Single: one "
            "speaks. Silent: neither does. Not asked: it never could have spoken.",
            f"Interviews count as speaking only through themes that have an extract. {_IN_CHAPTER_7}",
        ]
    return [*notes, *_held_back(minimum)]


def headlines(whole: Joined) -> Output:
    """Table 8.4: each statement in every place that says it: how strongly, and on what it rests today.

    Parameters
    ----------
    whole : Joined
        From `joined`.
    """
    columns = [
        "statement_id", "key", "topic", "place", "label", "strength", "evidence", "findings", "codes",
        "people", "extracts", "people_by", "computed", "holding", "standing",
    ]  # fmt: skip
    strengths = list(dict.fromkeys(whole.said["strength"]))
    return table(
        "table-8.4",
        pages.added(
            "Headline statements by place: how strongly they are worded, and what they rest on today"
        ),
        whole.said[columns],
        _by_key,
        choose=("Worded", [formats.upper_first(name) for name in strengths] or ["Causal"]),
        notes=partial(_about_headlines, lacks=whole.lacks, minimum=whole.minimum_people),
        evidence=JUDGEMENT,
        people=behind("codes", plain=("computed", "holding")),
    )


def _by_key(data: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {topic: _headline_rows(rows) for topic, rows in data.groupby("topic", sort=False)}


def _headline_rows(part: pd.DataFrame) -> pd.DataFrame:
    rows = part.to_dict("records")
    return pd.DataFrame(
        {
            "Statement": [row["label"] for row in rows],
            "Worded": [formats.upper_first(str(row["strength"])) for row in rows],
            "Evidence in print": [row["evidence"] for row in rows],
            "People and extracts": [_behind(row) for row in rows],
            "Today": [_stands(row) for row in rows],
        },
        index=pd.Index([formats.upper_first(str(row["place"])) for row in rows], name="Place"),
    ).replace({"": None})


def _stands(row: Row) -> str:
    """Say whether a statement stands, and of how many findings."""
    if formats.is_missing(row["computed"]) or not row["computed"]:
        return row["standing"]
    hold = "holds" if row["computed"] == 1 else "hold"
    of = formats.plural(row["computed"], "finding")
    return f"{row['standing']}: {formats.count(row['holding'])} of {of} {hold}"


def _about_headlines(data: pd.DataFrame, lacks: tuple[str, ...], minimum: int) -> list[str]:
    notes = lacking(lacks, "evidence/statements")
    if len(data):
        kinds = data.groupby("key")["strength"].nunique()
        thin = int((data["people"] == 1).sum())
        known = not data["people"].map(is_withheld).any()
        alone = int((data["standing"] == ALONE).sum())
        notes += [
            f"{formats.plural(len(kinds), 'statement')} in {formats.plural(len(data), 'place')}. "
            f"{formats.count((kinds > 1).sum())} of them are worded with other strength in other places.",
            (
                f"{formats.plural(thin, 'place')} {'has' if thin == 1 else 'have'} one person behind the "
                "themes; "
                if known
                else "How many places have one person behind the themes is withheld; "
            )
            + f"{formats.count(alone)} rest on interviews alone. {_IN_CHAPTER_7}",
        ]
    return [*notes, *_held_back(minimum)]
