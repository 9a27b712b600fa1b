"""What was found, and where kinds of evidence agree or differ.

Tables 3 to 6 have the numbers of the report; all else is added. Extracts are shown by place, length and
speaker's role, never by their words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.lsbu import rows
from peerbook.coding import uses
from peerbook.data.text import text_of
from peerbook.evidence.matrix import (
    CONTRADICTS,
    CONVERGENT,
    DIVERGENT,
    EXTENDS,
    NOT_ASKED,
    SINGLE,
    SUPPORTS,
    TELLING,
)
from peerbook.outputs import Output, diagrams, figure, formats, table, text
from peerbook.outputs.evidence import JUDGEMENT, PUBLISHED
from peerbook.outputs.folding import folded

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from peerbook.study import Study

__all__ = [  # noqa: RUF022 the order of the page
    "in_short",
    "matrix",
    "differing",
    "extracts_by_theme",
    "themes",
    "facilitator_effects",
    "both_ways",
    "style_of_facilitators",
    "ways",
    "challenges",
    "member_impacts",
    "core_themes",
    "barriers",
]

SPEAKERS = {"member": "member", "facilitator": "facilitator", "not_stated": "not stated"}
SETS = {
    "outcome": "outcome", "lead_in": "outcome, without a heading", "facilitation": "facilitation",
    "stories": "sharing stories", "core": "core",
}  # fmt: skip
KINDS_OF_RESOLUTION = {"follow_up": "asked again", "local_context": "local context", "open": "left open"}


def in_short(study: Study) -> Output:
    """Say in three lines how many findings agree, what differs and how much each theme rests on."""
    found = rows.triangulation(study).merge(
        study.table("findings")[["finding_id", "finding", "basis"]],
        left_on="statement",
        right_on="finding_id",
    )
    placed, codes = rows.placements(study), study.table("codebook")
    data = {
        "findings": len(found),
        **{state: int(found["state"].eq(state).sum()) for state in (CONVERGENT, DIVERGENT, SINGLE)},
        "reader": int(text_of(found["basis"]).eq("reader").sum()),
        "themes": int(text_of(codes["parent"]).isin(SETS).sum()),
        "placements": placed["use_id"].nunique(),
        "differing": "; ".join(map(formats.lower_first, found.loc[found["state"] == DIVERGENT, "finding"])),
    }
    return text("text-in-short-themes-and-triangulation", _in_short, data, people=rows.OF_QUOTATIONS)


def _in_short(n: dict) -> str:
    said = {name: formats.count(float(value)) for name, value in n.items() if name != "differing"}
    differing = f"They differ on these: {n['differing']}." if n["differing"] else "None differs."
    lines = [
        f"We look at {said['findings']} findings. On {said[CONVERGENT]}, two or more kinds of evidence "
        f"agree. On {said[DIVERGENT]} they differ, and {said[SINGLE]} rest on one kind.",
        differing,
        f"For {said['reader']} findings a reader put the evidence together, not the report. {said['themes']} "
        f"themes hold {said['placements']} quotations, too few to count views.",
    ]
    return "\n".join(f"- {line}" for line in lines)


def matrix(study: Study) -> Output:
    """Set each finding against the kinds of evidence."""
    findings = study.table("findings")[["finding_id", "finding", "basis", "resolution_kind"]]
    found = rows.triangulation(study).rename(columns={"statement": "finding_id"})
    data = findings.astype(object).merge(found, on="finding_id")
    return table(
        "table-evaluation-matrix",
        "Findings and the kinds of evidence. Added by this book.",
        data.astype(object).where(data.notna(), ""),
        _matrix,
        notes=["Silence counts against a finding only where those concerned were sure to speak of it."],
        evidence=JUDGEMENT,
    )


def _matrix(data: pd.DataFrame) -> pd.DataFrame:
    fixed = {"finding_id", "finding", "basis", "resolution_kind", "state", "resolution"}
    kinds = [name for name in data if name not in fixed]
    shown = pd.DataFrame(
        {
            "for it": [_kinds(row, kinds, SUPPORTS, EXTENDS) for row in data.to_dict("records")],
            "against it": [_kinds(row, kinds, CONTRADICTS, TELLING) for row in data.to_dict("records")],
            "could not speak": [_kinds(row, kinds, NOT_ASKED) for row in data.to_dict("records")],
            "together": data["state"].to_numpy(),
            "put together by": data["basis"].map({"stated": "the report", "reader": "a reader"}).to_numpy(),
        },
        index=pd.Index(data["finding"], name="finding"),
    )
    return shown.replace({"": None})


def _kinds(row: dict[str, str], kinds: list[str], *stances: str) -> str:
    """Name the kinds of evidence that hold one of some stances, and how where it is not the first."""
    return formats.words(_kind(kind, row[kind]) for kind in kinds if any(s in row[kind] for s in stances))


def _kind(kind: str, held: str) -> str:
    if held == TELLING:
        return f"{kind} (silent)"
    return f"{kind} (with another reading)" if EXTENDS in held else kind


def differing(study: Study) -> Output:
    """Say what is made of evidence that differs."""
    found = rows.triangulation(study).query("state == @DIVERGENT")[["statement"]]
    about = study.table("findings").rename(columns={"finding_id": "statement"}).astype(object)
    data = found.merge(about, on="statement")
    data = data[["finding", "resolution_kind", "resolution", "resolution_by"]]
    return table(
        "table-evaluation-differing",
        "Where evidence differs, and what to make of it. Added by this book.",
        data.where(data.notna(), ""),
        _differing,
        evidence=JUDGEMENT,
    )


def _differing(data: pd.DataFrame) -> pd.DataFrame:
    shown = data.assign(resolution_kind=data["resolution_kind"].map(KINDS_OF_RESOLUTION))
    names = {"resolution_kind": "taken as", "resolution": "what to make of it", "resolution_by": "says who"}
    return shown.set_index("finding").rename(columns=names)


def extracts_by_theme(study: Study) -> Output:
    """Draw how many quotations stand under each theme, new ones and repeats."""
    placed, codes = rows.placements(study), _themes(study)
    again = set(uses.repeats(placed)["use_id"])
    once = placed.drop_duplicates(["use_id", "theme_id"])
    once = once.assign(repeat=once["use_id"].isin(again))
    counts = once.groupby("theme_id")["repeat"].agg(["size", "sum"]).reindex(codes["theme_id"], fill_value=0)
    data = pd.DataFrame(
        {
            "theme": codes["label"].to_numpy(),
            "new": (counts["size"] - counts["sum"]).astype(int).to_numpy(),
            "repeated": counts["sum"].astype(int).to_numpy(),
        }
    )
    return figure(
        "fig-evaluation-extracts",
        "Quotations under each theme. Added by this book.",
        _extracts_in_words,
        data,
        _extracts_drawn,
        notes=["Quotations were chosen to be shown. Their number does not say how many people think so."],
        people=rows.OF_QUOTATIONS,
    )


def _themes(study: Study) -> pd.DataFrame:
    codes = study.table("codebook")
    return codes[text_of(codes["parent"]).isin(SETS)]


def _extracts_in_words(data: pd.DataFrame) -> str:
    total = data["new"] + data["repeated"]
    if not total.any():
        return "A picture without bars: no theme has a quotation."
    none = int(total.eq(0).sum())
    longest = formats.plural(int(total.max()), "quotation")
    return (
        f"Bars for {formats.plural(len(data), 'theme')}, the longest with {longest}. "
        f"{formats.count(data['repeated'].sum())} of {formats.count(total.sum())} are repeats, and "
        f"{formats.plural(none, 'theme')} {'has' if none == 1 else 'have'} none."
    )


def _extracts_drawn(data: pd.DataFrame) -> Figure:
    values = data.set_index("theme")[["new", "repeated"]]
    return diagrams.bars(values, [formats.count(n) for n in values.sum(axis=1)], "Quotations")


def themes(study: Study) -> Output:
    """List the themes with what they hold."""
    codes = _themes(study)
    data = pd.DataFrame(
        {
            "theme": codes["label"].astype(str),
            "set": text_of(codes["parent"]).map(SETS),
            "holds": text_of(codes["holds"]),
        }
    ).reset_index(drop=True)
    return folded("table-evaluation-themes", "Themes, in our words", data, evidence=PUBLISHED)


def facilitator_effects(study: Study) -> Output:
    """Table 3: effects of facilitators."""
    codes = study.table("codebook")
    data = codes[text_of(codes["parent"]) == "facilitator_factor"].sort_values("order")
    data = pd.DataFrame({"effect": data["label"].astype(str), "on": text_of(data["concerns"])})
    data = data.replace({"on": {"member": "members", "facilitator": "the facilitator"}}).reset_index(
        drop=True
    )
    return table("table-3", "Effects of facilitators, in our words", data, evidence=PUBLISHED)


def both_ways(study: Study) -> Output:
    """Table 4: quotations on help that goes both ways."""
    return _quotations(study, "table-4", "F1", "Quotations on help that goes both ways")


def style_of_facilitators(study: Study) -> Output:
    """Table 5: quotations on the style of facilitators."""
    return _quotations(study, "table-5", "F2", "Quotations on the style of facilitators")


def ways(study: Study) -> Output:
    """Table 6: quotations on formal and informal ways."""
    return _quotations(study, "table-6", "F3", "Quotations on formal and informal ways")


def challenges(study: Study) -> Output:
    """List the quotations on challenges, which have no number in print."""
    return _quotations(study, "table-evaluation-challenges", "F4", "Quotations on challenges and boundaries")


def _quotations(study: Study, id: str, theme: str, caption: str) -> Output:
    placed = rows.placements(study)
    first = uses.repeats(placed).set_index("use_id")["first_use"]
    here = placed[placed["theme_id"] == theme].drop_duplicates("use_id")
    return folded(id, f"{caption}, without their words", _described(here, first), evidence=PUBLISHED)


def _described(here: pd.DataFrame, first: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "place": here["use_id"],
            "who_speaks": text_of(here["speaker_role"]).map(SPEAKERS),
            "kind": text_of(here["is_note"]).map({"yes": "a note", "no": "speech"}),
            "words": here["n_words"].astype(object).where(here["n_words"].notna(), None),
            "repeats": here["use_id"].map(first).fillna("none before"),
        }
    ).reset_index(drop=True)


def member_impacts(study: Study) -> Output:
    """List the effects on members."""
    return _listed(study, "member_impact", "table-evaluation-impacts", "Effects on members, in our words")


def barriers(study: Study) -> Output:
    """List the barriers."""
    return _listed(study, "barrier", "table-evaluation-barriers", "Barriers, in our words")


def _listed(study: Study, parent: str, id: str, caption: str) -> Output:
    codes = study.table("codebook")
    data = codes[text_of(codes["parent"]) == parent].sort_values("order")[["order", "label"]]
    data = data.rename(columns={"order": "place", "label": "what"}).reset_index(drop=True)
    return table(id, caption, data, evidence=PUBLISHED)


def core_themes(study: Study) -> Output:
    """List the core themes with their quotations."""
    placed, codes = rows.placements(study), study.table("codebook")
    first = uses.repeats(placed).set_index("use_id")["first_use"]
    core = codes[text_of(codes["parent"]) == "core"][["theme_id", "label"]].astype(str)
    here = placed[placed["theme_id"].isin(core["theme_id"])].drop_duplicates("use_id")
    described = _described(here, first)
    labels = here["theme_id"].map(core.set_index("theme_id")["label"]).to_numpy()
    described.insert(0, "theme", labels)
    return table(
        "table-evaluation-core",
        "Core themes and their quotations, without their words",
        described,
        row_headers=2,
        evidence=PUBLISHED,
    )
