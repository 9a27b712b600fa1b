"""Where coders who read the same sources differ: passage by passage, code by code, source by source.

Segments of several coders are one passage if two by two they overlap enough, as in `intercoder`; without
recorded places, if they are the same segment. Of a passage each coder who read the source says a set of
codes, perhaps none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import combinations

import pandas as pd

from peerbook.choices import check_between
from peerbook.coding.intercoder import coded_by_several, matches, readers
from peerbook.coding.material import Material

AGREED, BORDERS, OTHER, LEFT_OUT = "agreed", "other borders", "another code", "left out"
KINDS = (AGREED, BORDERS, OTHER, LEFT_OUT)
PASSAGE = ["passage", "source_id", "start", "end"]


def passages_read(
    material: Material, codebook: str, minimum_overlap: float = 0.5, codes: Iterable[str] | None = None
) -> pd.DataFrame:
    """Say of every passage what each coder who read its source saw in it.

    Parameters
    ----------
    material : Material
    codebook : str
    minimum_overlap : float
        Share of characters, of all that either of two segments has, which both must have to be one passage.
    codes : iterable of str, optional
        Top codes to compare; by default all. Passages that nobody gave any of them are left out, and what a
        coder gave besides does not count, unless she gave nothing else.

    Returns
    -------
    DataFrame
        One row per passage and coder: `passage` (numbered from 1 in the order of sources and places),
        `source_id`, `start`, `end` (of all its segments together; missing if not recorded), `segment_id` (the
        coder's own; blank if she left it out), `coder`, `codes` (a tuple of top codes in order; empty if she
        left it out), `kind`: how coders differ over the passage, one of `KINDS`. If codes and borders differ,
        the codes count; if one coder left it out, that counts.

    Raises
    ------
    ParameterError
        If `minimum_overlap` does not lie between 0 and 1.
    """
    check_between("minimum_overlap", minimum_overlap, 0, 1)
    given = coded_by_several(material, codebook)
    columns = [*PASSAGE, "segment_id", "coder", "codes", "kind"]
    if given.empty:
        return pd.DataFrame(columns=columns)
    by = ["source_id", "segment_id", "start", "end", "coder"]
    pieces = given.groupby(by, dropna=False, sort=False)["top"].agg(lambda tops: tuple(sorted(set(tops))))
    pieces = pieces.rename("codes").reset_index()
    pieces = pieces.assign(passage=_passages(pieces, minimum_overlap))
    same = pieces.groupby("passage", sort=False)
    pieces = pieces.assign(first=same["start"].transform("min"), last=same["end"].transform("max"))
    read = readers(material, codebook)[["source_id", "coder"]]
    whole = pieces[["passage", "source_id", "first", "last"]].drop_duplicates("passage")
    every = whole.merge(read, on="source_id").merge(
        pieces[["passage", "coder", "segment_id", "codes", "start", "end"]],
        on=["passage", "coder"],
        how="left",
    )
    every = every.assign(codes=[codes if isinstance(codes, tuple) else () for codes in every["codes"]])
    if codes is not None:
        every = _only(every, frozenset(codes))
    every = every.assign(kind=_kinds(every), segment_id=every["segment_id"].fillna(""))
    every = every.drop(columns=["start", "end"]).rename(columns={"first": "start", "last": "end"})
    every = every.sort_values(["source_id", "start", "passage", "coder"], kind="stable")
    numbers = {passage: number for number, passage in enumerate(dict.fromkeys(every["passage"]), 1)}
    return every.assign(passage=every["passage"].map(numbers))[columns].reset_index(drop=True)


def disputed(
    passages: pd.DataFrame, said: Callable[[str], str] = str, nothing: str = "nothing"
) -> pd.DataFrame:
    """List the passages that coders code differently, and what each of them says.

    Parameters
    ----------
    passages : DataFrame
        From `passages_read`.
    said : callable
        How to name a code.
    nothing : str
        What to say for a coder who left the passage out.

    Returns
    -------
    DataFrame
        One row per passage whose codes differ: `passage`, `source_id`, `start`, `end`, `kind`, `segment_id`
        (of the first coder who has one) and `said`, such as "A: Safety, Choice; B: nothing".
    """
    differ = passages[passages["kind"].isin([OTHER, LEFT_OUT])]
    rows: dict[int, list] = {}
    for *place, segment, coder, codes, kind in differ[
        [*PASSAGE, "segment_id", "coder", "codes", "kind"]
    ].itertuples(index=False, name=None):
        row = rows.setdefault(place[0], [*place, kind, "", {}])
        row[-2] = row[-2] or segment
        row[-1].setdefault(coder, []).extend(codes)
    listed = [
        [*row, "; ".join(f"{coder}: {', '.join(map(said, c)) or nothing}" for coder, c in theirs.items())]
        for *row, theirs in rows.values()
    ]
    return pd.DataFrame(listed, columns=[*PASSAGE, "kind", "segment_id", "said"])


def by_code(passages: pd.DataFrame, codes: Iterable[str]) -> pd.DataFrame:
    """Count for each code where coders saw it, and what some of them saw instead.

    Parameters
    ----------
    passages : DataFrame
        From `passages_read`.
    codes : iterable of str
        Top codes.

    Returns
    -------
    DataFrame
        `code_id`, `passages` (that somebody gave the code), `by_all` (everybody who read the source did),
        `left_out` (of the others: somebody left the passage out), `other` (else: somebody gave another code),
        `instead` (the code that is given most often where this one is not; blank if none) and `times`.
    """
    counts = {code: Counter() for code in codes}
    instead: dict[str, Counter[str]] = {code: Counter() for code in counts}
    for theirs in _said(passages).values():
        said = list(theirs.values())
        for code in {code for codes in said for code in codes} & counts.keys():
            lacking = [codes for codes in said if code not in codes]
            counts[code]["passages"] += 1
            counts[code]["by_all"] += not lacking
            counts[code]["left_out"] += any(not codes for codes in lacking)
            counts[code]["other"] += bool(lacking) and all(lacking)
            instead[code].update({other for codes in lacking for other in codes})
    most = {code: _most(found) for code, found in instead.items()}
    names = ("passages", "by_all", "left_out", "other")
    rows = [[code, *(n[name] for name in names), *most[code]] for code, n in counts.items()]
    return pd.DataFrame(rows, columns=["code_id", *names, "instead", "times"])


def by_source(passages: pd.DataFrame, material: Material, codebook: str) -> pd.DataFrame:
    """Count for each source how coders differ in it.

    Parameters
    ----------
    passages : DataFrame
        From `passages_read`.
    material : Material
    codebook : str

    Returns
    -------
    DataFrame
        One row per source that somebody coded with the codebook: `source_id`, `coders` (who read it),
        `passages`, one column for each of `KINDS`, and `share` (of passages that agree, whatever their
        borders; missing if fewer than two read it).
    """
    read = readers(material, codebook).groupby("source_id")["coder"].nunique().rename("coders")
    kinds = passages.drop_duplicates("passage")
    counted = pd.crosstab(kinds["source_id"], kinds["kind"]).reindex(columns=list(KINDS), fill_value=0)
    rows = read.to_frame().join(counted).reset_index()
    rows[list(KINDS)] = rows[list(KINDS)].fillna(0).astype(int)
    total = rows[list(KINDS)].sum(axis=1)
    share = (rows[AGREED] + rows[BORDERS]) / total.where(total > 0)
    rows = rows.assign(passages=total, share=share.where(rows["coders"] > 1))
    return rows[["source_id", "coders", "passages", *KINDS, "share"]]


def by_pair(passages: pd.DataFrame) -> pd.DataFrame:
    """Count for each pair of coders how they differ over the passages that either of them marked.

    Returns
    -------
    DataFrame
        `one`, `other`, `sources` (that both read), `passages`, `same` (the same codes), `left_out` (by one of
        them), `different` (codes) and `share` (of passages with the same codes).
    """
    said, source = _said(passages), dict(zip(passages["passage"], passages["source_id"], strict=True))
    rows = []
    for one, other in combinations(sorted(passages["coder"].unique()), 2):
        both = {passage: (t[one], t[other]) for passage, t in said.items() if one in t and other in t}
        marked = {passage: codes for passage, codes in both.items() if any(codes)}
        same = sum(a == b for a, b in marked.values())
        left = sum(not (a and b) for a, b in marked.values())
        n, sources = len(marked), len({source[passage] for passage in both})
        rows.append([one, other, sources, n, same, left, n - same - left, same / n if n else float("nan")])
    columns = ["one", "other", "sources", "passages", "same", "left_out", "different", "share"]
    return pd.DataFrame(rows, columns=columns)


def _only(every: pd.DataFrame, asked: frozenset[str]) -> pd.DataFrame:
    given = every["codes"].map(lambda codes: bool(asked & set(codes))).groupby(every["passage"])
    kept = every[given.transform("any").astype(bool)]
    mine = [tuple(code for code in codes if code in asked) or codes for codes in kept["codes"]]
    return kept.assign(codes=pd.Series(mine, index=kept.index, dtype=object))


def _passages(pieces: pd.DataFrame, minimum_overlap: float) -> list[str]:
    """Name for each segment of a coder the passage it belongs to, by one of its segments."""
    above = {segment: segment for segment in pieces["segment_id"]}

    def top(segment: str) -> str:
        while above[segment] != segment:
            segment = above[segment]
        return segment

    placed = pieces[(pieces["end"] > pieces["start"]).fillna(False).astype(bool)]
    for one, other in combinations(sorted(placed["coder"].unique()), 2):
        first, second = (placed[placed["coder"] == coder] for coder in (one, other))
        ids = first["segment_id"].tolist(), second["segment_id"].tolist()
        for a, b, _ in matches(first, second, minimum_overlap).itertuples(index=False, name=None):
            low, high = sorted((top(ids[0][int(a)]), top(ids[1][int(b)])))
            above[high] = low
    return [top(segment) for segment in pieces["segment_id"]]


def _kinds(rows: pd.DataFrame) -> list[str]:
    """Say for each row how coders differ over its passage; a coder may have several segments in it."""
    placed: dict[str, set] = {}
    columns = [rows[name].astype(object).where(rows[name].notna(), None) for name in ("start", "end")]
    for passage, segment, start, end in zip(rows["passage"], rows["segment_id"], *columns, strict=True):
        if isinstance(segment, str):
            placed.setdefault(passage, set()).add((start, end))
    kinds = {}
    for passage, theirs in _said(rows).items():
        said = set(theirs.values())
        if len(said) == 1:
            kinds[passage] = AGREED if len(placed[passage]) == 1 else BORDERS
        else:
            kinds[passage] = OTHER if all(said) else LEFT_OUT
    return [kinds[passage] for passage in rows["passage"]]


def _said(passages: pd.DataFrame) -> dict[object, dict[str, frozenset]]:
    """Return what each coder says of each passage."""
    found: dict[object, dict[str, frozenset]] = {}
    columns = ["passage", "coder", "codes"]
    for passage, coder, codes in passages[columns].itertuples(index=False, name=None):
        theirs = found.setdefault(passage, {})
        theirs[coder] = theirs.get(coder, frozenset()) | frozenset(codes)
    return found


def _most(counted: Counter[str]) -> tuple[str, int]:
    """Return what was counted most often, of several the first in the alphabet."""
    return min(counted.items(), key=lambda each: (-each[1], each[0]), default=("", 0))
