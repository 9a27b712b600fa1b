"""Coders: where people who coded the same sources differ, and how far they agree.

`text-in-short-coders` says it in short, `fig-k.1` draws how often everyone saw a code, `table-k.1` what some
saw instead. `table-k.2` and `table-k.3` count it by source and by two coders, `table-k.4` lists every
passage in dispute. `table-k.5` has kappa and alpha by five units.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from peerbook.chapters.side_by_side import pages
from peerbook.chapters.side_by_side.coded_rows import material_of, with_interval
from peerbook.choices import check_one_of
from peerbook.coding import differences
from peerbook.coding.codings import counted_under
from peerbook.coding.differences import AGREED, BORDERS, KINDS, LEFT_OUT, OTHER
from peerbook.coding.intercoder import ALL, ANY, intercoder_agreement, readers
from peerbook.data.codes import VALUE, VALUES
from peerbook.disclosure import Nobody, Quoted
from peerbook.outputs import Output, diagrams, figure, formats, table, text
from peerbook.outputs.folding import folded

if TYPE_CHECKING:
    from peerbook.coding import Material
    from peerbook.study import Study

__all__ = [  # noqa: RUF022 as the notebook shows them
    "in_short",
    "codes_drawn",
    "codes",
    "sources",
    "pairs",
    "passages",
    "agreement",
]

MARKS = Nobody("counts what coders marked")
UNITS = {
    "character": "By character",
    "borders": "By borders of passages",
    "passage": "By passage",
    "segment": "By segment, same borders",
    "source": "By source",
}
ALONE = "No source was read by two coders, so there is nothing to compare."


def in_short(study: Study, codebook: str = "", overlap: float = 0.5) -> Output:
    """Say how much was coded by several people, how far they agree, and what they dispute most.

    Parameters
    ----------
    study : Study
    codebook : str
        Name of a codebook; by default the values, if several coded with it, or else the first that several
        coded with.
    overlap : float
        Share of characters that two segments must have in common to be one passage.
    """
    material, book, found = _read(study, codebook, overlap)
    whole = found.drop_duplicates("passage")
    counted = _labelled_codes(material, book, found)
    counted = counted.assign(
        coders=found["coder"].nunique(),
        sources=whole["source_id"].nunique(),
        in_all=len(whole),
        alike=int(whole["kind"].isin([AGREED, BORDERS]).sum()),
    )
    return text("text-in-short-coders", _in_short, counted, people=MARKS)


def _in_short(data: pd.DataFrame) -> str:
    if data.empty or not data["in_all"].iloc[0]:
        return ALONE
    coders, sources, n, alike = data.iloc[0][["coders", "sources", "in_all", "alike"]]
    lines = [
        f"{formats.plural(coders, 'coder')} marked {formats.plural(n, 'passage')} in "
        f"{formats.plural(sources, 'source')} that two or more of them read.",
        f"They gave the same codes to {formats.count_percent(alike, n)} of these passages.",
    ]
    apart = data.assign(apart=data["passages"] - data["by_all"])
    most = apart.sort_values("apart", ascending=False, kind="stable").iloc[0]
    if most["apart"]:
        lines.append(
            f"They differ most often on {most['code']}. Of {formats.plural(most['passages'], 'passage')} "
            f"with this code, {most['apart']} did not have it from all of them."
        )
    return "\n".join(f"- {line}" for line in lines)


def codes_drawn(study: Study, codebook: str = "", overlap: float = 0.5) -> Output:
    """Draw of each code the share of its passages in which everyone saw it; as `in_short`."""
    material, book, found = _read(study, codebook, overlap)
    counted = _labelled_codes(material, book, found)
    return figure(
        "fig-k.1",
        pages.added("How often everyone saw a code", study.definitions.printed),
        _codes_in_words,
        counted[counted["passages"] > 0].reset_index(drop=True),
        lambda data: diagrams.dots(_shares(data), "Percent of the passages with the code", _least(data)),
        people=MARKS,
    )


def _shares(data: pd.DataFrame) -> pd.DataFrame:
    named = data.set_index("code")
    shares = named[["by_all", "left_out", "other"]].div(named["passages"], axis=0)
    return shares.set_axis(["Everyone saw it", "Left out by some", "Some saw another code"], axis=1)


def _least(data: pd.DataFrame) -> str:
    seen = _shares(data).iloc[:, 0].dropna() if len(data) else []
    return f"Seen by everyone least often: {seen.idxmin()}, {100 * seen.min():.0f}%." if len(seen) > 1 else ""


def _codes_in_words(data: pd.DataFrame) -> str:
    if data.empty:
        return ALONE
    shares = _shares(data).map(lambda share: formats.percent(100 * share, digits=0))
    said = "; ".join(f"{row.Index} {row[1]}, {row[2]}, {row[3]}" for row in shares.itertuples())
    return (
        f"{_least(data)} One row of marks for each code: the share of its passages in which everyone saw it, "
        f"some left the passage out, or some saw another code. {said}."
    ).strip()


def codes(study: Study, codebook: str = "", overlap: float = 0.5) -> Output:
    """Count for each code where everyone saw it, and what some saw instead; as `in_short`."""
    material, book, found = _read(study, codebook, overlap)
    return table(
        "table-k.1",
        pages.added("Where coders differ, code by code", study.definitions.printed),
        _labelled_codes(material, book, found),
        _by_code,
        notes=lambda data: _of_codes(data, overlap),
        people=MARKS,
    )


def _by_code(data: pd.DataFrame) -> pd.DataFrame:
    instead = [
        f"{code} ({formats.count(times)})" if code else "-"
        for code, times in data[["instead", "times"]].itertuples(index=False, name=None)
    ]
    shown = data.set_index("code")[["passages", "by_all", "left_out", "other"]].map(formats.count)
    shown = shown.assign(instead=instead)
    heads = ["passages", "everyone saw it", "some left it out", "some saw another code", "most often instead"]
    return shown.set_axis(heads, axis=1)


def _of_codes(data: pd.DataFrame, overlap: float) -> list[str]:
    if data.empty:
        return [ALONE]
    return [
        "Passages that at least one coder gave the code, in sources that two or more of them read. Segments "
        f"are one passage if they share at least {formats.percent(overlap, 1, 0)} of what either covers.",
        "Most often instead: the code that was given most often by those who did not give this one. Of the "
        "codebook of values only values are compared.",
    ]


def sources(study: Study, codebook: str = "", overlap: float = 0.5) -> Output:
    """Count for each source how coders differ in it; of real people sources have no names. As `in_short`."""
    material, book, found = _read(study, codebook, overlap)
    counted = differences.by_source(found, material, book)
    counted = counted.sort_values(["share", "source_id"], kind="stable", na_position="last")
    if not study.synthetic:
        counted = counted.assign(source_id=[f"Source {n}" for n in range(1, len(counted) + 1)])
    return folded(
        "table-k.2",
        pages.added("Where coders differ, source by source", study.definitions.printed),
        counted.rename(columns={"source_id": "source"}).reset_index(drop=True),
        _by_source,
        notes=_of_sources,
        people=MARKS,
    )


def _by_source(data: pd.DataFrame) -> pd.DataFrame:
    several = data[data["coders"] > 1].set_index("source")
    shown = several[["coders", "passages", *KINDS]].map(formats.count)
    return shown.assign(
        **{"same codes": [formats.percent(100 * share, digits=0) for share in several["share"]]}
    )


def _of_sources(data: pd.DataFrame) -> list[str]:
    alone = int((data["coders"] == 1).sum())
    notes = [
        "Agreed: the same codes with the same borders. Left out: some marked nothing there. Same codes: the "
        "share of passages that agree, whatever their borders. Sources that agree least come first.",
        "A source counts as read by whoever coded anything of it, or is named in its column read_by.",
    ]
    if alone:
        notes.append(f"{formats.plural(alone, 'source')} had one reader only, and nothing to compare.")
    return notes


def pairs(study: Study, codebook: str = "", overlap: float = 0.5) -> Output:
    """Count for each two coders how they differ over what either of them marked; as `in_short`."""
    _, _, found = _read(study, codebook, overlap)
    return folded(
        "table-k.3",
        pages.added("Where coders differ, two by two", study.definitions.printed),
        differences.by_pair(found),
        _by_pair,
        people=MARKS,
    )


def _by_pair(data: pd.DataFrame) -> pd.DataFrame:
    names = [f"{one} and {other}" for one, other in zip(data["one"], data["other"], strict=True)]
    counts = data[["sources", "passages", "same", "left_out", "different"]].map(formats.count)
    heads = ["sources both read", "passages", "same codes", "left out by one", "different codes"]
    shown = counts.set_axis(heads, axis=1)
    shares = [formats.percent(100 * share, digits=0) for share in data["share"]]
    return shown.assign(**{"same codes, %": shares}).set_index(pd.Index(names, name="coders"))


def passages(study: Study, codebook: str = "", overlap: float = 0.5) -> Output:
    """List the passages that coders dispute, with the words of people who agreed to be quoted; as `in_short`.

    Of real people a passage has no source and no place: these would say who spoke of what.
    """
    material, book, found = _read(study, codebook, overlap)
    labels = material.labels(book).to_dict()
    listed = differences.disputed(found, lambda code: labels.get(code, code))
    words = material.segments.drop_duplicates("segment_id").set_index("segment_id")
    listed = listed.assign(
        words=listed["segment_id"].map(words["text"]).fillna(""),
        quotable=listed["segment_id"].map(words["quotable"]).fillna(""),
    )
    listed = listed.assign(words=listed["words"].where(listed["quotable"] == "yes", ""))
    shown = ["kind", "said", "words", "quotable"]
    if study.synthetic:
        shown = ["source_id", "start", "end", *shown]
    else:
        listed = listed.sort_values(["said", "kind", "words"], kind="stable")
    return folded(
        "table-k.4",
        pages.added("Every passage that coders dispute", study.definitions.printed),
        listed[shown].rename(columns={"source_id": "source"}).reset_index(drop=True),
        _passages,
        notes=partial(_of_passages, synthetic=study.synthetic),
        people=Quoted("lists what coders marked", words=("words",), allowed="quotable"),
    )


def _passages(data: pd.DataFrame) -> pd.DataFrame:
    if "source" not in data:
        numbers = pd.Index([f"Passage {n}" for n in range(1, len(data) + 1)], name="passage")
        return data.set_index(numbers)[["kind", "said", "words"]]
    places = [
        "-" if pd.isna(start) else f"{start} to {end}"
        for start, end in data[["start", "end"]].itertuples(index=False, name=None)
    ]
    return data.assign(characters=places).set_index("source")[["characters", "kind", "said", "words"]]


def _of_passages(data: pd.DataFrame, synthetic: bool) -> list[str]:
    kinds = data["kind"].value_counts()
    counted = formats.words([f"{kind}: {kinds[kind]}" for kind in (OTHER, LEFT_OUT) if kind in kinds])
    notes = [f"{formats.plural(len(data), 'passage')}. {counted}." if len(data) else ALONE]
    notes.append("Words are shown only of people who agreed to be quoted.")
    if not synthetic:
        notes.append("Sources and places are not shown: they would say who spoke of what.")
    return notes


def agreement(study: Study, codebook: str = "", overlap: float = 0.5) -> Output:
    """Measure agreement by kappa and alpha, code by code, in five units; as `in_short`."""
    material, book, _ = _read(study, codebook, overlap)
    labels = _tops(material, book)
    names = {**labels, ANY: "Any code", ALL: "All codes at once", "": "Every code"}
    measured = intercoder_agreement(material, book, list(labels), overlap)
    measured = measured.assign(code_id=measured["code_id"].map(names)).rename(columns={"code_id": "code"})
    return folded(
        "table-k.5",
        pages.added("Kappa and alpha, code by code", study.definitions.printed),
        measured,
        _by_unit,
        notes=lambda data: _of_units(data, overlap),
        people=MARKS,
    )


def _by_unit(data: pd.DataFrame) -> pd.DataFrame:
    written = {f"{name} (95% interval)": with_interval(data, name) for name in ("kappa", "alpha")}
    counts = data[["n", "by_both", "by_one", "left_uncoded"]]
    return counts.assign(**written).set_index([data["unit"].map(UNITS).rename("unit"), data["code"]])


def _of_units(data: pd.DataFrame, overlap: float) -> list[str]:
    if data.empty:
        return [ALONE]
    lacking = data[data["needed"] != ""].drop_duplicates("unit")
    columns = ["unit", "sources", "sources_left_out", "needed"]
    return [
        "What one coder marked and another left out counts against their agreement.",
        *(
            f"{UNITS[unit]}: {formats.count(out)} of {formats.plural(out + kept, 'source')} cannot be "
            f"compared. Needed: {needed}."
            for unit, kept, out, needed in lacking[columns].itertuples(index=False, name=None)
        ),
        "By character, a code is there or not; of all codes at once, the share that is not in both counts. "
        "By borders, two passages differ by the squares of the distances of their ends, and one that nobody "
        "else marked by the square of its length. By passage, segment and source, a coder sees this code, "
        "another one or nothing. Segments are one passage if they share at least "
        f"{formats.percent(overlap, 1, 0)} of what either covers.",
        "A coder who takes back what is disputed gets better marks for a single code by character, by "
        "borders and by source. For any code, for all codes at once, by passage and by segment the marks get "
        "worse.",
        "Kappa is Cohen's, alpha Krippendorff's: 1 is perfect agreement, 0 what chance would give. Intervals "
        "come from resampling sources.",
    ]


# What all of them read


def _read(study: Study, codebook: str, overlap: float) -> tuple[Material, str, pd.DataFrame]:
    """Return the coded material, the name of the codebook, and what each coder saw in each passage."""
    material = material_of(study)
    book = _book(material, codebook)
    found = differences.passages_read(material, book, overlap, _tops(material, book))
    return material, book, found


def _book(material: Material, codebook: str) -> str:
    books = list(material.codebooks["codebook"].unique())
    if codebook:
        check_one_of("codebook", codebook, books)
        return codebook
    values = material.book(VALUES)
    order = [values, *(book for book in books if book != values)]
    several = (book for book in order if readers(material, book)["source_id"].duplicated().any())
    return next(several, values)


def _tops(material: Material, codebook: str) -> dict[str, str]:
    """Return the labels of the codes to compare: the values, or of another codebook those at the top."""
    if codebook == material.book(VALUES) and len(values := material.labels_of(VALUE)):
        return values.to_dict()
    labels = material.labels(codebook)
    tops = set(counted_under(material, codebook))
    return {code: label for code, label in labels.items() if code in tops}


def _labelled_codes(material: Material, codebook: str, found: pd.DataFrame) -> pd.DataFrame:
    labels, asked = material.labels(codebook), _tops(material, codebook)
    counted = differences.by_code(found, asked if len(found) else ())
    return counted.assign(
        code=counted["code_id"].map(asked), instead=[labels.get(code, code) for code in counted["instead"]]
    )[["code", "passages", "by_all", "left_out", "other", "instead", "times"]]
