"""How far coders who read the same sources saw the same in them, what one of them left uncoded included.

A coder has read a source if `sources` says so (`read_by`), or if she coded anything of it with the codebook.
What one coder coded there and another did not is an omission of the other, and counts against their
agreement. Five units are counted:

- *character*: every character of a source carries a code or does not, in the eyes of each coder;
- *borders*: where passages begin and end, by Krippendorff's alpha for unitizing: two that nearly coincide
  differ a little, one that nobody else saw differs by the square of its length;
- *passage*: segments of two coders that overlap enough are one passage, seen by both; a segment without a
  match is a passage that the other coder left out;
- *segment*: as passage, but only segments with the same borders are the same;
- *source*: what a coder gave anywhere in a source.

By character a coder says of a code: there, or not there. Of a passage, a segment or a source she says one of
three things: this code, another code of the codebook, or nothing at all. Silence is a judgement of its own,
so that a coder who leaves out what is disputed does not come to agree with the other by it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from peerbook.choices import check_between
from peerbook.coding.codings import counted_under
from peerbook.coding.material import Material

UNITS = ("character", "borders", "passage", "segment", "source")
ANY = "any"  # in the place of a code: any of the codes asked about
ALL = "all"  # in the place of a code: which of the codes asked about, all at once
NEEDED = {
    "character": "the length of the text, and the start and end of every segment within it",
    "borders": "the length of the text, and the start and end of every segment within it",
    "passage": "the start and end of every segment",
    "segment": "",
    "source": "",
}
LEVEL = 0.95
LEAST_SOURCES = 5  # with fewer, resampling them says nothing about others
COLUMNS = [
    *("unit", "code_id", "coders", "sources", "sources_left_out", "needed", "n", "by_both", "by_one"),
    *("left_uncoded", "kappa", "kappa_low", "kappa_high", "alpha", "alpha_low", "alpha_high"),
]


def readers(material: Material, codebook: str) -> pd.DataFrame:
    """Say who read which source: whoever `read_by` names, and whoever coded anything of it.

    Parameters
    ----------
    material : Material
    codebook : str
        Only people who gave codes of it somewhere are its coders.

    Returns
    -------
    DataFrame
        One row per source and coder: `source_id`, `coder`, `coded` (whether she gave any code of it there).
    """
    given = _given(material, codebook)[["source_id", "coder"]].drop_duplicates()
    named = material.sources[["source_id", "read_by"]]
    named = named.assign(coder=named["read_by"].str.split(";")).explode("coder")[["source_id", "coder"]]
    named = named.assign(coder=named["coder"].str.strip())
    named = named[named["coder"].isin(given["coder"])]
    rows = pd.concat([given.assign(coded=True), named.assign(coded=False)])
    return rows.drop_duplicates(["source_id", "coder"]).reset_index(drop=True)


def coded_by_several(material: Material, codebook: str) -> pd.DataFrame:
    """Return what was coded with a codebook, in any round, in the sources that at least two coders read.

    Parameters
    ----------
    material : Material
    codebook : str

    Returns
    -------
    DataFrame
        One row per segment, coder and top code: `source_id`, `segment_id`, `start`, `end` (whole numbers of
        characters, missing if not recorded), `coder`, `top`. Segments with the same borders have one id.
    """
    given = _given(material, codebook)
    given = given[given["source_id"].isin(_read_by_several(readers(material, codebook)))]
    same = given.groupby(["source_id", "start", "end"])["segment_id"].transform("first")
    given = given.assign(segment_id=same.fillna(given["segment_id"]))
    columns = ["source_id", "segment_id", "start", "end", "coder", "top"]
    return given[columns].drop_duplicates(ignore_index=True)


def _given(material: Material, codebook: str) -> pd.DataFrame:
    tops = counted_under(material, codebook)
    given = material.segment_codes[material.segment_codes["code_id"].isin(tops.index)]
    given = given.assign(top=given["code_id"].map(tops))[["segment_id", "coder", "top"]]
    return given.merge(material.segments[["segment_id", "source_id", "start", "end"]], on="segment_id")


def _read_by_several(read: pd.DataFrame) -> pd.Index:
    counted = read.groupby("source_id", sort=False)["coder"].nunique()
    return counted.index[counted > 1]


def intercoder_agreement(
    material: Material,
    codebook: str,
    codes: Sequence[str],
    minimum_overlap: float = 0.5,
    bootstraps: int = 1000,
    seed: int = 1,
    units: Sequence[str] = UNITS,
) -> pd.DataFrame:
    """Measure for each code how far coders agree: by character, border, passage, segment and source.

    Cohen's kappa is computed for each pair of coders over the sources that both read; of several pairs the
    mean is given. Krippendorff's alpha (nominal) pools the pairs; those of a source that m coders read weigh
    1/(m - 1), which is the coefficient's own rule. Intervals are percentiles of a bootstrap that resamples
    sources, because what is said in one source is coded alike.

    By character and by source, a code gets better marks where a coder withdraws it; that there is then less
    coded at all shows by character in the row of any code, and in that of all: there it counts which codes a
    character carries, and of two sets of codes the difference is the share that is not in both (Jaccard). By
    passage and segment, whatever nobody gave any of `codes` is left out; by source nothing is. Alpha of
    borders is that for unitizing, and of several pairs their mean.

    Parameters
    ----------
    material : Material
    codebook : str
    codes : sequence of str
        Top codes.
    minimum_overlap : float
        Share of characters, of all that either of two segments has, which both must have to be one passage;
        above 0 and below 1. Each segment has one match at most; the greatest overlaps are matched first.
    bootstraps : int
        How many resamples.
    seed : int
    units : sequence of str
        Of `UNITS`, those to count.

    Returns
    -------
    DataFrame
        One row per unit and code; by character two more, for "any" and for "all" of the codes. `unit`,
        `code_id`, `coders` and `sources` (compared), `sources_left_out` (they lack what is `needed`), `n`
        (units compared, for each pair of coders), `by_both` (both gave the code; for "all": both gave the
        same, and something), `by_one` (one of them did; for "all": they gave different codes),
        `left_uncoded` (of these, the other gave no code of the codebook; missing by character), `kappa` and
        `alpha` with `_low` and `_high` (1 perfect, 0 as by chance; missing where all judgements are the same
        or nobody gave the code, as there is then nothing to agree on; limits missing with fewer than five
        sources; no kappa of borders). A unit that no source can be compared by has a single row with an empty
        `code_id`. Empty if no source was read by two coders.

    Raises
    ------
    ParameterError
        If `minimum_overlap` does not lie between 0 and 1.

    References
    ----------
    Cohen (1960), A coefficient of agreement for nominal scales.
    Krippendorff (2004), Content Analysis, chapter 11, section 11.6 for unitizing.
    """
    check_between("minimum_overlap", minimum_overlap, 0, 1)
    read = readers(material, codebook)
    given = coded_by_several(material, codebook)
    several = _read_by_several(read)
    lengths = material.sources.drop_duplicates("source_id").set_index("source_id")["characters"]
    lengths = lengths.reindex(several)
    rows: list[pd.DataFrame] = []
    for unit in units if len(several) else ():
        kept = _comparable(given, lengths, unit)
        mine = given[given["source_id"].isin(kept)]
        theirs = read[read["source_id"].isin(kept)]
        if kept.empty:
            rows.append(pd.DataFrame([{"code_id": ""}]))
        else:
            compared = _Compared(mine, theirs, lengths[kept], minimum_overlap)
            rows.append(_measured(unit, compared, codes, bootstraps, seed))
        rows[-1] = rows[-1].assign(
            unit=unit,
            coders=theirs["coder"].nunique(),
            sources=len(kept),
            sources_left_out=len(lengths) - len(kept),
            needed=NEEDED[unit] if len(kept) < len(lengths) else "",
        )
    return (
        pd.concat(rows, ignore_index=True).reindex(columns=COLUMNS) if rows else pd.DataFrame(columns=COLUMNS)
    )


def matches(first: pd.DataFrame, second: pd.DataFrame, minimum_overlap: float = 0.5) -> pd.DataFrame:
    """Match segments of two coders that overlap: each has one match at most, greatest overlaps first.

    Parameters
    ----------
    first, second : DataFrame
        One row per segment of a coder: `source_id`, `start`, `end` (one past the last character).
    minimum_overlap : float
        Characters that both have, divided by characters that either has.

    Returns
    -------
    DataFrame
        One row per match: `first` and `second` (places of the rows, from 0) and `overlap`.

    Examples
    --------
    >>> a = pd.DataFrame({"source_id": "I1", "start": [0, 50], "end": [10, 60]})
    >>> b = pd.DataFrame({"source_id": "I1", "start": [2, 58], "end": [10, 90]})
    >>> matches(a, b)
       first  second  overlap
    0      0       0      0.8
    """
    pairs = _overlapping(first, second)
    pairs = pairs[pairs["overlap"] >= minimum_overlap]
    pairs = pairs.sort_values(["overlap", "first", "second"], ascending=[False, True, True])
    taken: tuple[set[int], set[int]] = (set(), set())
    best = []
    for a, b, overlap in pairs.itertuples(index=False, name=None):
        if a not in taken[0] and b not in taken[1]:
            taken[0].add(a)
            taken[1].add(b)
            best.append((a, b, overlap))
    return pd.DataFrame(best, columns=["first", "second", "overlap"]).sort_values("first", ignore_index=True)


def kappa(tables: np.ndarray) -> np.ndarray:
    """Compute Cohen's kappa of square tables of counts; missing where chance alone gives full agreement.

    Parameters
    ----------
    tables : ndarray
        Shape (..., categories, categories): rows are what one coder said, columns what the other said.

    Examples
    --------
    >>> float(kappa(np.array([[20, 5], [10, 15]])))
    0.4
    """
    n = tables.sum(axis=(-1, -2))
    agreed = np.trace(tables, axis1=-2, axis2=-1)
    by_chance = (tables.sum(axis=-1) * tables.sum(axis=-2)).sum(axis=-1)
    return _ratio(agreed * n - by_chance, n * n - by_chance)


def alpha(tables: np.ndarray) -> np.ndarray:
    """Compute Krippendorff's nominal alpha of square tables of counts; missing where all judgements agree.

    Parameters
    ----------
    tables : ndarray
        As of `kappa`, but either coder may stand in the rows.

    Examples
    --------
    Two coders, ten units (Krippendorff 2011, section A):

    >>> round(float(alpha(np.array([[5, 3], [1, 1]]))), 3)
    0.095
    """
    both_ways = tables + np.swapaxes(tables, -1, -2)
    given = both_ways.sum(axis=-1)
    n = given.sum(axis=-1)
    differ = n - np.trace(both_ways, axis1=-2, axis2=-1)
    by_chance = n * n - (given * given).sum(axis=-1)
    return 1 - _ratio(differ * (n - 1), by_chance)


def _ratio(over: np.ndarray, under: np.ndarray) -> np.ndarray:
    return over / np.where(under > 0, under, np.nan)


@dataclass(frozen=True)
class _Compared:
    """What is compared: what was given in the sources that several read, who read them, how long they are."""

    given: pd.DataFrame
    read: pd.DataFrame
    lengths: pd.Series
    minimum_overlap: float

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Return all pairs of coders."""
        return list(combinations(sorted(self.read["coder"].unique()), 2))

    @property
    def readers(self) -> np.ndarray:
        """Return how many read each source."""
        return self.read.groupby("source_id")["coder"].nunique()[self.lengths.index].to_numpy()

    def of(self, pair: tuple[str, str]) -> tuple[pd.DataFrame, pd.Series]:
        """Return what two coders gave in the sources that both read, and of each source whether they did."""
        theirs = self.read[self.read["coder"].isin(pair)].groupby("source_id")["coder"].nunique()
        both = theirs.reindex(self.lengths.index, fill_value=0) == 2
        mine = self.given[self.given["coder"].isin(pair)]
        return mine[mine["source_id"].isin(both.index[both])], both


def _comparable(given: pd.DataFrame, lengths: pd.Series, unit: str) -> pd.Index:
    """Name the sources that hold what the unit needs."""
    placed = (given["end"] > given["start"]).fillna(False)
    within = (given["end"] <= given["source_id"].map(lengths)).fillna(False)
    by_length = unit in ("character", "borders")
    fit = placed & within if by_length else placed if unit == "passage" else placed | True
    fits = fit.groupby(given["source_id"]).all().reindex(lengths.index).fillna(True).astype(bool)
    return lengths.index[fits & lengths.notna() if by_length else fits]


def _counted(unit: str, compared: _Compared, pair: tuple[str, str], codes: Sequence[str]) -> np.ndarray:
    """Count what two coders said of every unit: shape (sources, codes, said by the one, by the other)."""
    mine, both = compared.of(pair)
    if unit == "character":
        return _by_character(mine, pair, compared.lengths.where(both, 0), codes)
    if unit == "passage":
        mine = _as_passages(mine, pair, compared.minimum_overlap)
    if unit == "source":
        mine = mine.assign(segment_id=mine["source_id"]).drop_duplicates(["segment_id", "coder", "top"])
        return _by_unit(mine, pair, both.index, codes, both.index[both])
    mine = mine[mine["segment_id"].isin(mine.loc[mine["top"].isin(codes), "segment_id"])]
    return _by_unit(mine, pair, both.index, codes, pd.Index(mine["segment_id"].unique()))


def _by_character(
    given: pd.DataFrame, pair: tuple[str, str], lengths: pd.Series, codes: Sequence[str]
) -> np.ndarray:
    every = pd.concat([given, given[given["top"].isin(codes)].assign(top=ANY)])
    cells = pd.MultiIndex.from_product([lengths.index, codes], names=["source_id", "top"])
    one, other, either = (
        _covered(every[every["coder"].isin(coders)]).reindex(cells, fill_value=0).to_numpy()
        for coders in ([pair[0]], [pair[1]], pair)
    )
    read = lengths.astype(int).repeat(len(codes)).to_numpy()
    both = one + other - either
    counts = np.stack([both, one - both, other - both, read - either], axis=-1)
    return counts.reshape(len(lengths), len(codes), 2, 2).astype(float)


def _covered(pieces: pd.DataFrame) -> pd.Series:
    """Count the characters that pieces cover, by source and top code; where they overlap, once."""
    by = ["source_id", "top"]
    ordered = pieces.astype({"start": int, "end": int}).sort_values([*by, "start"])
    ordered["reach"] = ordered.groupby(by)["end"].cummax()
    before = ordered.groupby(by)["reach"].shift(fill_value=0)
    ordered["new"] = (ordered["end"] - np.maximum(ordered["start"], before)).clip(lower=0)
    return ordered.groupby(by)["new"].sum()


def _as_passages(given: pd.DataFrame, pair: tuple[str, str], minimum_overlap: float) -> pd.DataFrame:
    """Give a segment of the second coder the id of the first coder's segment that it matches."""
    pieces = given.drop_duplicates(["coder", "segment_id"])
    first, second = (pieces[pieces["coder"] == coder] for coder in pair)
    found = matches(first, second, minimum_overlap)
    ids = dict(
        zip(
            second["segment_id"].to_numpy()[found["second"]],
            first["segment_id"].to_numpy()[found["first"]],
            strict=True,
        )
    )
    renamed = given["segment_id"].map(lambda segment: ids.get(segment, segment))
    return given.assign(segment_id=given["segment_id"].where(given["coder"] == pair[0], renamed))


def _by_unit(
    given: pd.DataFrame, pair: tuple[str, str], sources: pd.Index, codes: Sequence[str], units: pd.Index
) -> np.ndarray:
    owner = given.drop_duplicates("segment_id").set_index("segment_id")["source_id"].reindex(units)
    source = sources.get_indexer(owner.fillna(owner.index.to_series()))  # a source nobody coded is itself
    one, other = (_said(given[given["coder"] == coder], units, codes) for coder in pair)
    cell = (source[:, None] * len(codes) + np.arange(len(codes))) * 9 + one * 3 + other
    counts = np.bincount(cell.ravel(), minlength=len(sources) * len(codes) * 9)
    return counts.reshape(len(sources), len(codes), 3, 3).astype(float)


def _said(given: pd.DataFrame, units: pd.Index, codes: Sequence[str]) -> np.ndarray:
    """Say what a coder judged of every unit and code: 0 this code, 1 another, 2 nothing."""
    unit, code = units.get_indexer(given["segment_id"]), pd.Index(codes).get_indexer(given["top"])
    said = np.full((len(units), len(codes)), 2)
    said[unit] = 1
    said[unit[code >= 0], code[code >= 0]] = 0
    return said


def _overlapping(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """List the pairs of segments that share a character: `first`, `second`, `overlap`."""
    source, _ = pd.factorize(pd.concat([first["source_id"], second["source_id"]]))
    start, end = (
        pd.concat([first[name], second[name]]).to_numpy(dtype=np.int64) for name in ("start", "end")
    )
    shift = source * (end.max(initial=0) + 1)  # one source behind the other on a single line
    (start_1, start_2), (end_1, end_2) = (np.split(place + shift, [len(first)]) for place in (start, end))
    order = np.argsort(start_2, kind="stable")
    low = np.searchsorted(np.maximum.accumulate(end_2[order]), start_1, side="right")
    many = np.maximum(np.searchsorted(start_2[order], end_1) - low, 0)
    a = np.repeat(np.arange(len(first)), many)
    b = order[np.arange(many.sum()) - np.repeat(many.cumsum() - many - low, many)]
    common = np.minimum(end_1[a], end_2[b]) - np.maximum(start_1[a], start_2[b])
    either = np.maximum(end_1[a], end_2[b]) - np.minimum(start_1[a], start_2[b])
    pairs = pd.DataFrame({"first": a, "second": b, "overlap": common / either})
    return pairs[common > 0]


def _measured(
    unit: str, compared: _Compared, codes: Sequence[str], bootstraps: int, seed: int
) -> pd.DataFrame:
    """Measure agreement by a unit: one row per code."""
    sources = len(compared.lengths)
    random = np.random.default_rng(seed)
    drawn = random.multinomial(sources, np.full(sources, 1 / sources), size=bootstraps)
    weights = np.vstack([np.ones((1, sources)), drawn])
    if unit == "borders":
        return _with_limits(*_by_borders(compared, codes, weights), sources)
    asked = [*codes, ANY] if unit == "character" else list(codes)
    tables = np.stack([_counted(unit, compared, pair, asked) for pair in compared.pairs])
    total = tables.sum(axis=(0, 1))
    counts = {
        "code_id": asked,
        "n": total.sum(axis=(-1, -2)),
        "by_both": total[:, 0, 0],
        "by_one": total[:, 0, 1:].sum(axis=-1) + total[:, 1:, 0].sum(axis=-1),
        "left_uncoded": total[:, 0, 2] + total[:, 2, 0] if total.shape[-1] == 3 else np.nan,
    }
    rows = _with_limits(counts, _coefficients(tables, compared.readers, weights), sources)
    if unit != "character":
        return rows
    return pd.concat([rows, _all_at_once(compared, codes, weights)], ignore_index=True)


def _with_limits(counts: Mapping[str, object], found: Mapping[str, np.ndarray], sources: int) -> pd.DataFrame:
    """Put counts and coefficients in rows; of these the first of the resamples is no resample."""
    measured = dict(counts)
    for name, values in found.items():
        limits = [_limit(values[1:], share) for share in ((1 - LEVEL) / 2, (1 + LEVEL) / 2)]
        known = ~np.isnan(values[0]) & (sources >= LEAST_SOURCES)
        low, high = (np.where(known, limit, np.nan) for limit in limits)
        measured |= {name: values[0], f"{name}_low": low, f"{name}_high": high}
    kinds = dict.fromkeys(("n", "by_both", "by_one", "left_uncoded"), "Int64")
    return pd.DataFrame(measured).astype(kinds)


def _coefficients(tables: np.ndarray, readers: np.ndarray, weights: np.ndarray) -> dict[str, np.ndarray]:
    """Compute both coefficients, of shape (resamples, codes), with sources counted as `weights` say."""
    counted = np.einsum("rs,psk->prk", weights, tables.reshape(*tables.shape[:2], -1), optimize=True)
    pooled = np.einsum(
        "rs,sk->rk", weights / (readers - 1), tables.sum(axis=0).reshape(len(readers), -1), optimize=True
    )
    counted, pooled = (part.reshape(*part.shape[:-1], *tables.shape[2:]) for part in (counted, pooled))
    seen = pooled[..., 0, :].sum(axis=-1) + pooled[..., :, 0].sum(axis=-1) > 0
    return {
        "kappa": np.where(seen, _mean_of_known(kappa(counted)), np.nan),
        "alpha": np.where(seen, alpha(pooled), np.nan),
    }


def _all_at_once(compared: _Compared, codes: Sequence[str], weights: np.ndarray) -> pd.DataFrame:
    """Measure by character which of the codes are there, all at once.

    Kappa and alpha with a difference between categories, here sets of codes, need of each source only how far
    coders differ, and how many characters each gave to each set.
    """
    sets: dict[frozenset, int] = {frozenset(): 0}
    cells = [
        (place, source, sets.setdefault(one, len(sets)), sets.setdefault(other, len(sets)), n)
        for place, pair in enumerate(compared.pairs)
        for source, one, other, n in _pieces(compared, pair, set(codes))
    ]
    place, source, one, other, n = np.array(cells).T
    difference = np.array([[_jaccard(a, b) for b in sets] for a in sets])
    shape = len(compared.pairs), len(compared.lengths)
    differ = np.zeros(shape)
    np.add.at(differ, (place, source), n * difference[one, other])
    margins = np.zeros((2, *shape, len(sets)))
    np.add.at(margins[0], (place, source, one), n)
    np.add.at(margins[1], (place, source, other), n)
    found = {
        "kappa": _mean_of_known(_kappa_of_sets(differ, margins, difference, weights)),
        "alpha": _alpha_of_sets(differ, margins, difference, weights / (compared.readers - 1)),
    }
    same = n[(one == other) & (one > 0)].sum()
    counts = {
        **{"code_id": [ALL], "n": n.sum(), "by_both": same, "by_one": n[one != other].sum()},
        "left_uncoded": np.nan,
    }
    return _with_limits(counts, {name: each[:, None] for name, each in found.items()}, shape[1])


def _kappa_of_sets(
    differ: np.ndarray, margins: np.ndarray, difference: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Compute weighted kappa of each pair of coders: shape (pairs, resamples)."""
    one, other = (np.einsum("rs,psk->prk", weights, side, optimize=True) for side in margins)
    by_chance = ((one @ difference) * other).sum(axis=-1)
    return 1 - _ratio(np.einsum("rs,ps->pr", weights, differ) * one.sum(axis=-1), by_chance)


def _alpha_of_sets(
    differ: np.ndarray, margins: np.ndarray, difference: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    given = weights @ margins.sum(axis=(0, 1))
    by_chance = ((given @ difference) * given).sum(axis=-1)
    return 1 - _ratio(2 * (weights @ differ.sum(axis=0)) * (given.sum(axis=-1) - 1), by_chance)


def _pieces(
    compared: _Compared, pair: tuple[str, str], codes: Set[str]
) -> Iterator[tuple[int, frozenset, frozenset, int]]:
    """Cut sources where anything begins or ends; yield source, the sets of two coders, and characters."""
    mine, both = compared.of(pair)
    marks: dict[str, list[tuple[int, int, int, str]]] = {}
    mine = mine[mine["top"].isin(codes)].astype({"start": int, "end": int})
    columns = ["source_id", "start", "end", "coder", "top"]
    for source, start, end, coder, top in zip(*(mine[name].tolist() for name in columns), strict=True):
        side = pair.index(coder)
        marks.setdefault(source, []).extend([(start, 1, side, top), (end, -1, side, top)])
    for number, (source, is_read) in enumerate(both.items()):
        if not is_read:
            continue
        there: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        at = 0
        for place, step, side, top in sorted(marks.get(source, ())):
            if place > at:
                yield number, frozenset(there[0]), frozenset(there[1]), place - at
                at = place
            there[side][top] += step
            if not there[side][top]:
                del there[side][top]
        length = int(compared.lengths[source])
        if length > at:
            yield number, frozenset(), frozenset(), length - at


def _jaccard(one: frozenset, other: frozenset) -> float:
    return len(one ^ other) / len(one | other) if one or other else 0.0


def _by_borders(
    compared: _Compared, codes: Sequence[str], weights: np.ndarray
) -> tuple[dict[str, object], dict[str, np.ndarray]]:
    """Compute alpha for unitizing of every pair of coders, and their mean; counts are of passages."""
    sources = compared.lengths.index
    lengths = compared.lengths.to_numpy(dtype=float)
    found, matched, units = [], np.zeros(len(codes)), np.zeros(len(codes))
    for pair in compared.pairs:
        mine, both = compared.of(pair)
        pieces = _merged(mine[mine["top"].isin(codes)])
        read = np.where(both, lengths, 0)
        values = []
        for place, code in enumerate(codes):
            one, other = (
                pieces[(pieces["top"] == code) & (pieces["coder"] == coder)].reset_index(drop=True)
                for coder in pair
            )
            values.append(_unitizing(one, other, sources, read, weights))
            same = one.merge(other, on=["source_id", "start", "end"])
            matched[place] += len(same)
            units[place] += len(one) + len(other)
        found.append(np.stack(values, axis=-1))
    counts = {
        "code_id": list(codes),
        "n": units,
        "by_both": matched,
        "by_one": units - 2 * matched,
        "left_uncoded": np.nan,
    }
    missing = np.full((len(weights), len(codes)), np.nan)
    return counts, {"kappa": missing, "alpha": _mean_of_known(np.stack(found))}


def _merged(pieces: pd.DataFrame) -> pd.DataFrame:
    """Make one of pieces of a coder and code that overlap; pieces that only touch stay two."""
    by = ["coder", "top", "source_id"]
    ordered = pieces.astype({"start": int, "end": int}).sort_values([*by, "start", "end"])
    reach = ordered.groupby(by)["end"].cummax()
    before = reach.groupby([ordered[name] for name in by]).shift(fill_value=0)
    number = (ordered["start"] >= before).cumsum().rename("number")
    whole = ordered.groupby([*by, number], as_index=False).agg(start=("start", "min"), end=("end", "max"))
    return whole[[*by, "start", "end"]]


def unitizing_alpha(first: pd.DataFrame, second: pd.DataFrame, lengths: pd.Series) -> float:
    """Compute Krippendorff's alpha for unitizing, of one code and two coders.

    Parameters
    ----------
    first, second : DataFrame
        One row per passage that a coder gave the code: `source_id`, `start`, `end` (one past the last
        character). Those of one coder do not overlap.
    lengths : Series
        Characters of every source that both read, by its id.

    Returns
    -------
    float
        1 - observed / expected disagreement; missing if nobody gave the code, or one passage fills all.

    Notes
    -----
    Two passages that overlap differ by the squares of the distances of their beginnings and of their ends;
    one that meets no other, by the square of its length. Expected is what all ways of placing the passages
    would give. Several sources are one continuum; no gap goes over the end of a source.

    References
    ----------
    Krippendorff (1995), On the reliability of unitizing continuous data.
    Krippendorff (2004), Content Analysis, section 11.6.
    """
    read, weights = lengths.to_numpy(dtype=float), np.ones((1, len(lengths)))
    return float(_unitizing(first, second, lengths.index, read, weights)[0])


def _unitizing(
    first: pd.DataFrame, second: pd.DataFrame, sources: pd.Index, lengths: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Compute alpha for unitizing with sources counted as `weights` say: one value per resample."""
    size = len(sources)
    observed = np.zeros(size)
    first, second = (units.astype({"start": int, "end": int}) for units in (first, second))
    pairs = _overlapping(first, second)
    met = [pairs["first"].to_numpy(), pairs["second"].to_numpy()]
    if len(pairs):
        begins, ends = (
            (first[name].to_numpy()[met[0]] - second[name].to_numpy()[met[1]]).astype(float)
            for name in ("start", "end")
        )
        place = sources.get_indexer(first["source_id"].to_numpy()[met[0]])
        observed += np.bincount(place, begins**2 + ends**2, size)
    unit_lengths, unit_places = [], []
    for units, seen in zip((first, second), met, strict=True):
        long = (units["end"] - units["start"]).to_numpy(dtype=float)
        place = sources.get_indexer(units["source_id"])
        alone = ~np.isin(np.arange(len(units)), seen)
        observed += np.bincount(place[alone], long[alone] ** 2, size)
        unit_lengths.append(long)
        unit_places.append(place)
    long, place = np.concatenate(unit_lengths), np.concatenate(unit_places)
    gaps = [_gaps(units, sources, lengths) for units in (first, second)]
    gap_long, gap_place = (np.concatenate([gap[part] for gap in gaps]) for part in (0, 1))
    by_gaps = np.zeros((size, size))
    for other in range(size):
        sizes = np.sort(gap_long[gap_place == other])
        at = np.searchsorted(sizes, long)
        rest = np.append(np.cumsum(sizes[::-1])[::-1], 0)[at]
        by_gaps[:, other] = np.bincount(place, long**2 * (rest - (len(sizes) - at) * (long - 1)), size)
    by_units = np.bincount(place, (2 * long**3 - 3 * long**2 + long) / 3, size)
    within = np.bincount(place, long * (long - 1), size)
    many = weights @ np.bincount(place, minlength=size)
    whole = weights @ lengths
    expected = (many - 1) * (weights @ by_units) + np.einsum("rs,st,rt->r", weights, by_gaps, weights)
    below = 2 * whole * (2 * whole - 1) - weights @ within
    expected = 2 * _ratio(expected, whole * below)
    return 1 - _ratio(_ratio(weights @ observed, whole**2), expected)


def _gaps(units: pd.DataFrame, sources: pd.Index, lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how long the gaps between passages are, those at both ends of a source included, and where."""
    ordered = units.sort_values(["source_id", "start"])
    place = sources.get_indexer(ordered["source_id"])
    before = ordered.groupby("source_id")["end"].shift(fill_value=0).to_numpy()
    last = np.zeros(len(sources))
    np.maximum.at(last, place, ordered["end"].to_numpy(dtype=float))
    long = np.concatenate([ordered["start"].to_numpy(dtype=float) - before, lengths - last])
    where = np.concatenate([place, np.arange(len(sources))])
    return long[long > 0], where[long > 0]


def _mean_of_known(values: np.ndarray) -> np.ndarray:
    known = ~np.isnan(values)
    return _ratio(np.where(known, values, 0).sum(axis=0), known.sum(axis=0))


def _limit(drawn: np.ndarray, share: float) -> np.ndarray:
    """Take a percentile of each column's known values: resamples without the code say nothing of it."""
    known = [column[~np.isnan(column)] for column in drawn.T]
    return np.array([np.quantile(values, share) if len(values) else np.nan for values in known])
