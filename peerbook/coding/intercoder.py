"""How far coders who read the same sources saw the same in them, what one of them left uncoded included.

Nobody writes down what a coder read and left uncoded, so this is taken from the sources: a coder who coded
anything of a source with a codebook has read all of it. What one coder coded there and another did not is
an omission of the other, and counts against their agreement. Three units are counted:

- *character*: every character of a source carries a code or does not, in the eyes of each coder;
- *passage*: segments of two coders that overlap enough are one passage, seen by both; a segment without a
  match is a passage that the other coder left out;
- *segment*: as passage, but only segments with the same borders are the same.

By character a coder says of a code: there, or not there. Of a passage or a segment she says one of three
things: this code, another code of the codebook, or nothing at all. Silence is a judgement of its own, so that
a coder who leaves out what is disputed does not come to agree with the other by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from peerbook.choices import check_between
from peerbook.coding.codings import counted_under
from peerbook.coding.material import Material

UNITS = ("character", "passage", "segment")
ANY = "any"  # in the place of a code: any of the codes asked about
NEEDED = {
    "character": "the length of the text, and the start and end of every segment within it",
    "passage": "the start and end of every segment",
    "segment": "",
}
LEVEL = 0.95
LEAST_SOURCES = 5  # with fewer, resampling them says nothing about others
COLUMNS = [
    *("unit", "code_id", "coders", "sources", "sources_left_out", "needed", "n", "by_both", "by_one"),
    *("left_uncoded", "kappa", "kappa_low", "kappa_high", "alpha", "alpha_low", "alpha_high"),
]


def coded_by_several(material: Material, codebook: str) -> pd.DataFrame:
    """Return what was coded with a codebook, in any round, in the sources that at least two coders coded.

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
    tops = counted_under(material, codebook)
    given = material.segment_codes[material.segment_codes["code_id"].isin(tops.index)]
    given = given.assign(top=given["code_id"].map(tops))[["segment_id", "coder", "top"]]
    given = given.merge(material.segments[["segment_id", "source_id", "start", "end"]], on="segment_id")
    several = given.groupby("source_id")["coder"].transform("nunique") > 1
    given = given[several.astype(bool)]
    same = given.groupby(["source_id", "start", "end"])["segment_id"].transform("first")
    given = given.assign(segment_id=same.fillna(given["segment_id"]))
    columns = ["source_id", "segment_id", "start", "end", "coder", "top"]
    return given[columns].drop_duplicates(ignore_index=True)


def intercoder_agreement(
    material: Material,
    codebook: str,
    codes: Sequence[str],
    minimum_overlap: float = 0.5,
    bootstraps: int = 1000,
    seed: int = 1,
) -> pd.DataFrame:
    """Measure for each code how far coders agree, by character, by passage and by segment.

    Cohen's kappa is computed for each pair of coders over the sources that both read; of several pairs the
    mean is given. Krippendorff's alpha (nominal) pools the pairs; those of a source that m coders read weigh
    1/(m - 1), which is the coefficient's own rule. Intervals are percentiles of a bootstrap that resamples
    sources, because what is said in one source is coded alike.

    By character, a code gets better marks where a coder withdraws it; that there is then less coded at all
    shows in the row of any code. By passage and segment, whatever nobody gave any of `codes` is left out.

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

    Returns
    -------
    DataFrame
        One row per unit and code; by character one more for "any" of the codes. `unit`, `code_id`, `coders`
        and `sources` (compared), `sources_left_out` (they lack what is `needed`), `n` (units compared, for
        each pair of coders), `by_both` (both gave the code), `by_one` (one of them did), `left_uncoded` (of
        these, the other gave no code of the codebook; missing by character), `kappa` and `alpha` with `_low`
        and `_high` (1 perfect, 0 as by chance; missing where all judgements are the same or nobody gave the
        code, as there is then nothing to agree on; limits missing with fewer than five sources). A unit that
        no source can be compared by has a single row with an empty `code_id`. Empty if no source was coded
        by two coders.

    Raises
    ------
    ParameterError
        If `minimum_overlap` does not lie between 0 and 1.

    References
    ----------
    Cohen (1960), A coefficient of agreement for nominal scales.
    Krippendorff (2004), Content Analysis, chapter 11.
    """
    check_between("minimum_overlap", minimum_overlap, 0, 1)
    given = coded_by_several(material, codebook)
    lengths = material.sources.set_index("source_id")["characters"].reindex(given["source_id"].unique())
    rows: list[pd.DataFrame] = []
    for unit in UNITS if len(given) else ():
        kept = _comparable(given, lengths, unit)
        mine = given[given["source_id"].isin(kept)]
        asked = [*codes, ANY] if unit == "character" else list(codes)
        if kept.empty:
            rows.append(pd.DataFrame([{"code_id": ""}]))
        else:
            pairs = list(combinations(sorted(mine["coder"].unique()), 2))
            tables = np.stack(
                [_counted(unit, mine, pair, lengths[kept], asked, minimum_overlap) for pair in pairs]
            )
            readers = mine.groupby("source_id")["coder"].nunique()[kept].to_numpy()
            rows.append(_measured(tables, asked, readers, bootstraps, seed))
        rows[-1] = rows[-1].assign(
            unit=unit,
            coders=mine["coder"].nunique(),
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


def _comparable(given: pd.DataFrame, lengths: pd.Series, unit: str) -> pd.Index:
    """Name the sources that hold what the unit needs."""
    placed = (given["end"] > given["start"]).fillna(False)
    within = (given["end"] <= given["source_id"].map(lengths)).fillna(False)
    fit = {"character": placed & within, "passage": placed, "segment": placed | True}[unit]
    return lengths.index[fit.groupby(given["source_id"]).all().reindex(lengths.index).astype(bool)]


def _counted(
    unit: str,
    given: pd.DataFrame,
    pair: tuple[str, str],
    lengths: pd.Series,
    codes: Sequence[str],
    minimum_overlap: float,
) -> np.ndarray:
    """Count what two coders said of every unit: shape (sources, codes, said by the one, by the other)."""
    mine = given[given["coder"].isin(pair)]
    shared = mine.groupby("source_id")["coder"].transform("nunique") == 2
    mine = mine[shared.astype(bool)]
    if unit == "character":
        return _by_character(mine, pair, lengths, codes)
    if unit == "passage":
        mine = _as_passages(mine, pair, minimum_overlap)
    return _by_segment(mine, pair, lengths.index, codes)


def _by_character(
    given: pd.DataFrame, pair: tuple[str, str], lengths: pd.Series, codes: Sequence[str]
) -> np.ndarray:
    every = pd.concat([given, given[given["top"].isin(codes)].assign(top=ANY)])
    cells = pd.MultiIndex.from_product([lengths.index, codes], names=["source_id", "top"])
    one, other, either = (
        _covered(every[every["coder"].isin(coders)]).reindex(cells, fill_value=0).to_numpy()
        for coders in ([pair[0]], [pair[1]], pair)
    )
    read = lengths.where(lengths.index.isin(given["source_id"]), 0).astype(int).repeat(len(codes)).to_numpy()
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


def _by_segment(
    given: pd.DataFrame, pair: tuple[str, str], sources: pd.Index, codes: Sequence[str]
) -> np.ndarray:
    given = given[given["segment_id"].isin(given.loc[given["top"].isin(codes), "segment_id"])]
    units = pd.Index(given["segment_id"].unique())
    source = sources.get_indexer(given.drop_duplicates("segment_id")["source_id"])
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
    tables: np.ndarray, codes: Sequence[str], readers: np.ndarray, bootstraps: int, seed: int
) -> pd.DataFrame:
    """Turn counts, of shape (pairs of coders, sources, codes, said, said), into a row per code."""
    total = tables.sum(axis=(0, 1))
    measured = {
        "code_id": list(codes),
        "n": total.sum(axis=(-1, -2)),
        "by_both": total[:, 0, 0],
        "by_one": total[:, 0, 1:].sum(axis=-1) + total[:, 1:, 0].sum(axis=-1),
        "left_uncoded": total[:, 0, 2] + total[:, 2, 0] if total.shape[-1] == 3 else np.nan,
    }
    sources = len(readers)
    random = np.random.default_rng(seed)
    weights = random.multinomial(sources, np.full(sources, 1 / sources), size=bootstraps)
    found = _coefficients(tables, readers, np.ones((1, sources)))
    drawn = _coefficients(tables, readers, weights)
    for name, values in found.items():
        limits = [_limit(drawn[name], share) for share in ((1 - LEVEL) / 2, (1 + LEVEL) / 2)]
        known = ~np.isnan(values[0]) & (sources >= LEAST_SOURCES)
        low, high = (np.where(known, limit, np.nan) for limit in limits)
        measured |= {name: values[0], f"{name}_low": low, f"{name}_high": high}
    counts = ["n", "by_both", "by_one", "left_uncoded"]
    return pd.DataFrame(measured).astype(dict.fromkeys(counts, "Int64"))


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


def _mean_of_known(values: np.ndarray) -> np.ndarray:
    known = ~np.isnan(values)
    return _ratio(np.where(known, values, 0).sum(axis=0), known.sum(axis=0))


def _limit(drawn: np.ndarray, share: float) -> np.ndarray:
    """Take a percentile of each column's known values: resamples without the code say nothing of it."""
    known = [column[~np.isnan(column)] for column in drawn.T]
    return np.array([np.quantile(values, share) if len(values) else np.nan for values in known])
