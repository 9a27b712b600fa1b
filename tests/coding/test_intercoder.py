"""Agreement between coders equals hand-worked cases, nltk's, and a count of single characters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations
from time import process_time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask

from peerbook.coding import Material
from peerbook.coding.codings import top_codes
from peerbook.coding.intercoder import (
    UNITS,
    alpha,
    coded_by_several,
    intercoder_agreement,
    kappa,
    matches,
    readers,
    unitizing_alpha,
)
from peerbook.errors import ParameterError

VALUES = ["V1", "V2", "V3", "V4", "V5", "V6"]
BOOK = pd.DataFrame({"codebook": "values", "version": 1, "code_id": [*VALUES, "D1"], "parent_id": ""})
# Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", section A: two observers, ten units.
FIRST = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
SECOND = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]

Piece = tuple[str, str, int | None, int | None, str]  # coder, source, start, end, code


def material_of(pieces: Iterable[Piece], length: int | None = 100) -> Material:
    """Every coder marks segments of her own; those with the same borders are one and the same."""
    rows = pd.DataFrame(list(pieces), columns=["coder", "source_id", "start", "end", "code_id"])
    segments = rows[["source_id", "start", "end"]].astype({"start": "Int64", "end": "Int64"})
    ids = [f"s{place}" for place in range(len(rows))]
    return Material.of(
        {
            "sources": pd.DataFrame({"source_id": rows["source_id"].unique(), "characters": length}),
            "segments": segments.assign(segment_id=ids),
            "segment_codes": rows[["coder", "code_id"]].assign(segment_id=ids, round="final"),
            "codebooks": BOOK,
        }
    )


def judged(*coders: list[int]) -> Material:
    """Every coder gives every segment some code; V1 where the list says so."""
    return material_of(
        (f"coder {name}", "I1", 10 * place, 10 * place + 10, "V1" if there else "V2")
        for name, seen in enumerate(coders)
        for place, there in enumerate(seen)
    )


def measured(material: Material, unit: str, codes: list[str], **choices) -> pd.DataFrame:
    return intercoder_agreement(material, "values", codes, units=[unit], **choices).set_index("code_id")


def without_the_disputed(material: Material, codebook: str, coder: str) -> Material:
    """Let a coder skip the segments in which she saw something else than another coder did."""
    tops = top_codes(material.codes(codebook))
    given = material.segment_codes[material.segment_codes["code_id"].isin(tops.index)]
    seen = given.assign(top=given["code_id"].map(tops))
    seen = seen.groupby(["segment_id", "coder"])["top"].agg(frozenset).groupby("segment_id")
    disputed = seen.nunique()[lambda answers: answers > 1].index
    codes = material.segment_codes
    skipped = codes["segment_id"].isin(disputed) & (codes["coder"] == coder)
    return replace(material, segment_codes=codes[~skipped])


def test_a_coder_does_not_come_to_agree_by_skipping_what_is_disputed(material):
    given = coded_by_several(material, "core_values")
    assert set(given["coder"]) == {"A", "B"}
    before = intercoder_agreement(material, "core_values", VALUES)
    skipped = without_the_disputed(material, "core_values", "B")
    after = intercoder_agreement(skipped, "core_values", VALUES)
    by_segment = before["unit"] == "segment"
    assert by_segment.sum() == len(VALUES)
    for coefficient in ("kappa", "alpha"):
        assert (after[coefficient] < before[coefficient])[by_segment].all()


@pytest.mark.parametrize("unit", ["passage", "segment"])
def test_nor_do_coders_of_made_up_interviews(unit):
    random = np.random.default_rng(3)
    codes = random.choice(VALUES, 200)
    other = np.where(random.random(200) < 0.8, codes, random.choice(VALUES, 200))
    pieces = [
        (coder, f"I{place // 10}", 10 * (place % 10), 10 * (place % 10) + 8, code)
        for coder, said in (("A", codes), ("B", other))
        for place, code in enumerate(said)
        if coder == "A" or place % 10 != 3
    ]
    kept = [piece for piece in pieces if piece[0] == "A" or ("A", *piece[1:]) in pieces]
    before, after = (measured(material_of(part), unit, VALUES) for part in (pieces, kept))
    assert (after[["kappa", "alpha"]] < before[["kappa", "alpha"]]).all(axis=None)


def test_alpha_is_that_of_the_published_example():
    found = measured(judged(FIRST, SECOND), "segment", ["V1", "V2"]).loc["V1"]
    assert found["alpha"] == pytest.approx(0.095, abs=0.0005)
    assert found[["coders", "n", "by_both", "by_one", "left_uncoded"]].tolist() == [2, 10, 1, 4, 0]


def test_kappa_is_that_of_statsmodels():
    from statsmodels.stats.inter_rater import cohens_kappa

    table = pd.crosstab(np.array(FIRST), np.array(SECOND))
    found = measured(judged(FIRST, SECOND), "segment", ["V1", "V2"]).loc["V1"]
    assert found["kappa"] == pytest.approx(cohens_kappa(table, return_results=False))


def test_nothing_to_agree_on_is_missing_not_perfect():
    found = measured(judged([1, 1], [1, 1]), "segment", ["V1", "V3"])
    assert found[["kappa", "alpha"]].isna().all(axis=None)


def test_characters_by_hand():
    """A marks 0 to 40, twice; B marks 20 to 60; the source has 100 characters."""
    pieces = [("A", "I1", 0, 30, "V1"), ("A", "I1", 10, 40, "V1"), ("B", "I1", 20, 60, "V1")]
    found = measured(material_of(pieces), "character", ["V1"])
    assert found.index.tolist() == ["V1", "any", "all"]
    assert found.loc["V1", ["n", "by_both", "by_one"]].tolist() == [100, 20, 40]
    # observed (20 + 40) / 100, by chance 0.4 * 0.4 + 0.6 * 0.6
    assert found.loc["V1", "kappa"] == pytest.approx((0.6 - 0.52) / (1 - 0.52))
    # 80 "there" and 120 "not there" in 200 judgements
    assert found.loc["V1", "alpha"] == pytest.approx(1 - 0.4 / (2 * 80 * 120 / (200 * 199)))


def test_passages_by_hand():
    """One passage of both though the borders differ; one that B left out; one that A left out."""
    pieces = [
        *(("A", "I1", 0, 10, "V1"), ("A", "I1", 20, 30, "V1")),
        *(("B", "I1", 0, 8, "V1"), ("B", "I1", 50, 60, "V2")),
    ]
    found = measured(material_of(pieces), "passage", ["V1", "V2"])
    assert found["n"].tolist() == [3, 3]
    assert found[["by_both", "by_one", "left_uncoded"]].to_numpy().tolist() == [[1, 1, 1], [0, 1, 1]]
    assert found.loc["V1", "kappa"] == pytest.approx((1 / 3 - 3 / 9) / (1 - 3 / 9))
    as_segments = measured(material_of(pieces), "segment", ["V1", "V2"])
    assert as_segments["n"].tolist() == [4, 4]
    assert as_segments["by_both"].tolist() == [0, 0]


@pytest.mark.parametrize(("minimum_overlap", "passages"), [(0.5, 1), (0.8, 1), (0.81, 2)])
def test_the_least_overlap_is_a_choice(minimum_overlap, passages):
    pieces = [("A", "I1", 0, 10, "V1"), ("B", "I1", 0, 8, "V1")]
    found = measured(material_of(pieces), "passage", ["V1"], minimum_overlap=minimum_overlap)
    assert found.loc["V1", "n"] == passages


def test_an_overlap_that_is_no_share_is_refused():
    with pytest.raises(ParameterError, match="minimum_overlap: found 50"):
        intercoder_agreement(judged(FIRST, SECOND), "values", ["V1"], minimum_overlap=50)


def test_each_segment_has_one_match_and_the_greatest_overlap_comes_first():
    first = pd.DataFrame({"source_id": "I1", "start": [0, 2], "end": [10, 12]})
    second = pd.DataFrame({"source_id": ["I1", "I2"], "start": [2, 2], "end": [11, 12]})
    assert matches(first, second).to_numpy().tolist() == [[1, 0, pytest.approx(0.9)]]


def test_an_omission_of_a_whole_passage_counts_by_character():
    coded = [(coder, "I1", 0, 10, "V1") for coder in "AB"]
    more = [*coded, ("A", "I1", 20, 40, "V1")]
    full, omitted = (measured(material_of(part), "character", ["V1"]).loc["V1"] for part in (coded, more))
    assert full["kappa"] == 1
    assert omitted["by_one"] == 20
    assert omitted["kappa"] < 0.5


def test_what_is_not_recorded_is_said_and_not_guessed():
    bare = [(coder, "I1", None, None, code) for coder, code in (("A", "V1"), ("B", "V2"))]
    whole = [(coder, "I2", 0, 10, "V1") for coder in "AB"]
    table = intercoder_agreement(material_of(bare), "values", ["V1", "V2"]).set_index("unit")
    assert table.loc["character", ["code_id", "sources", "sources_left_out"]].tolist() == ["", 0, 1]
    assert "length of the text" in table.loc["character", "needed"]
    assert "start and end" in table.loc["passage", "needed"]
    assert len(table.loc["segment"]) == 2
    some = intercoder_agreement(material_of([*bare, *whole]), "values", ["V1"]).set_index("unit")
    assert some.loc["passage", ["sources", "sources_left_out"]].tolist() == [1, 1]
    no_length = measured(material_of(whole, length=None), "character", ["V1"])
    too_short = measured(material_of(whole, length=9), "character", ["V1"])
    assert no_length.index.tolist() == too_short.index.tolist() == [""]


def test_one_coder_alone(nothing):
    assert coded_by_several(nothing, "core_values").empty
    assert intercoder_agreement(nothing, "core_values", ["V1"]).empty
    assert intercoder_agreement(judged(FIRST), "values", ["V1"]).empty


def test_a_source_that_one_coder_alone_coded_is_not_compared():
    alone = [("A", "I2", 0, 10, "V1")]
    both = [(coder, "I1", 0, 10, "V1") for coder in "AB"]
    assert measured(material_of([*both, *alone]), "segment", ["V1"]).loc["V1", "n"] == 1


def test_intervals_need_sources_and_hold_the_estimate():
    few = measured(judged(FIRST, SECOND), "segment", ["V1", "V2"]).loc["V1"]
    assert np.isnan(few["kappa_low"])
    many = material_of(
        (coder, f"I{source}", 10 * place, 10 * place + 10, "V1" if there else "V2")
        for source in range(20)
        for coder, seen in (("A", FIRST), ("B", SECOND if source % 3 else FIRST))
        for place, there in enumerate(seen)
    )
    found = measured(many, "segment", ["V1", "V2"]).loc["V1"]
    assert found["kappa_low"] < found["kappa"] < found["kappa_high"]
    again = measured(many, "segment", ["V1", "V2"]).loc["V1"]
    pd.testing.assert_series_equal(found, again)


def test_intervals_are_percentiles_over_sources():
    """Of two kinds of sources, the interval is that of the share of the one kind."""
    from scipy.stats import binom

    pieces = [
        (coder, f"I{source}", 0, 50, "V1" if source % 2 or coder == "A" else "V2")
        for source in range(40)
        for coder in "AB"
    ]
    pieces += [(coder, f"I{source}", 50, 100, "V3") for source in range(40) for coder in "AB"]
    found = measured(material_of(pieces), "segment", VALUES, bootstraps=4000).loc["V1"]
    share = binom.ppf([0.025, 0.975], 40, 0.5) / 40
    agreed = (1 + share) / 2  # half of the segments always agree
    chance = 0.5 * share / 2 + 0.5 * (1 - share / 2)
    expected = (agreed - chance) / (1 - chance)
    assert found[["kappa_low", "kappa_high"]].tolist() == pytest.approx(expected.tolist(), abs=0.03)


def said_by(pieces: list[Piece], coder: str, source: str, codes: list[str]) -> list[set[str]]:
    """Look at every character of a source, one after the other."""
    mine = [piece for piece in pieces if piece[:2] == (coder, source)]
    return [{code for _, _, a, b, code in mine if a <= place < b and code in codes} for place in range(40)]


places = st.tuples(st.integers(0, 30), st.integers(1, 10)).map(lambda p: (p[0], p[0] + p[1]))
several = st.lists(
    st.tuples(st.sampled_from("ABC"), st.sampled_from(["I1", "I2"]), places, st.sampled_from(VALUES[:3])),
    max_size=25,
).map(lambda marks: [(coder, source, *place, code) for coder, source, place, code in marks])


@pytest.mark.slow
@settings(deadline=None, max_examples=12)
@given(several)
def test_characters_equal_a_count_one_by_one_and_nltk(pieces):
    pieces = [*pieces, *((coder, source, 0, 1, "V1") for coder in "ABC" for source in ("I1", "I2"))]
    found = measured(material_of(pieces, length=40), "character", VALUES[:3], bootstraps=1)
    for code in VALUES[:3]:
        rows = [
            (coder, f"{source} {place}", code in said)
            for coder in "ABC"
            for source in ("I1", "I2")
            for place, said in enumerate(said_by(pieces, coder, source, VALUES[:3]))
        ]
        if len({there for *_, there in rows}) == 2:
            task = AnnotationTask(rows)
            assert found.loc[code, "alpha"] == pytest.approx(task.alpha())
            pairs = [
                kappa(pd.crosstab(*one_and_other(rows, pair)).reindex(**BOTH, fill_value=0).to_numpy())
                for pair in combinations("ABC", 2)
            ]
            known = [float(value) for value in pairs if not np.isnan(value)]
            assert found.loc[code, "kappa"] == pytest.approx(np.mean(known))


BOTH = {"index": [True, False], "columns": [True, False]}


def one_and_other(rows, pair):
    return (np.array([there for name, _, there in rows if name == coder]) for coder in pair)


@pytest.mark.slow
@settings(deadline=None, max_examples=12)
@given(several)
def test_segments_and_passages_equal_nltk(pieces):
    pieces = [piece for piece in pieces if piece[0] != "C"]
    pieces = [*pieces, *((coder, source, 36, 39, "V1") for coder in "AB" for source in ("I1", "I2"))]
    marked = {(coder, source, a, b): set() for coder, source, a, b, _ in pieces}
    for coder, source, a, b, code in pieces:
        marked[coder, source, a, b].add(code)
    exact = {(source, a, b): (source, a, b) for coder, source, a, b in marked if coder == "B"}
    material = material_of(pieces, length=40)
    for unit, same in (("segment", exact), ("passage", greedy(marked))):
        units = {place for coder, *place in map(list, marked) if coder == "A" for place in [tuple(place)]}
        units |= set(same.values())
        found = measured(material, unit, VALUES[:3], bootstraps=1)
        for code in VALUES[:3]:
            rows = []
            for place in units:
                theirs = [marked["B", *mine] for mine, other in same.items() if other == place]
                for coder, said in (("A", marked.get(("A", *place))), ("B", theirs[0] if theirs else None)):
                    rows.append((coder, place, "nothing" if said is None else str(code in said)))
            if any(answer == "True" for *_, answer in rows) and len({answer for *_, answer in rows}) > 1:
                task = AnnotationTask(rows)
                assert found.loc[code, "n"] == len(units)
                assert found.loc[code, "kappa"] == pytest.approx(task.kappa())
                assert found.loc[code, "alpha"] == pytest.approx(task.alpha())


def greedy(marked: dict) -> dict:
    """Match B's segments to A's by looking at every pair; what is not matched stays itself."""
    firsts, seconds = ([list(key[1:]) for key in marked if key[0] == coder] for coder in "AB")
    pairs = []
    for one, (source, a, b) in enumerate(firsts):
        for other, (place, c, d) in enumerate(seconds):
            mine, theirs = set(range(a, b)), set(range(c, d))
            if source == place and len(mine & theirs) / len(mine | theirs) >= 0.5:
                pairs.append((-len(mine & theirs) / len(mine | theirs), one, other))
    found, used = {}, set()
    for _, one, other in sorted(pairs):
        if one not in used and other not in found:
            found[other] = tuple(firsts[one])
            used.add(one)
    own = {tuple(seconds[other]): ("B", *seconds[other]) for other in range(len(seconds))}
    return own | {tuple(seconds[other]): place for other, place in found.items()}


def test_coefficients_of_tables_by_hand():
    assert float(kappa(np.array([[20, 5], [10, 15]]))) == pytest.approx(0.4)
    assert np.isnan(kappa(np.array([[9, 0], [0, 0]])))
    assert np.isnan(alpha(np.array([[9, 0], [0, 0]])))


def test_a_pair_that_shares_no_source_is_left_out_of_kappa():
    pieces = [
        (coder, source, 10 * place, 10 * place + 10, "V1" if there else "V2")
        for source, coders in (("I1", "AB"), ("I2", "BC"))
        for coder, seen in zip(coders, (FIRST, SECOND), strict=True)
        for place, there in enumerate(seen)
    ]
    found = measured(material_of(pieces), "segment", ["V1", "V2"]).loc["V1"]
    once = measured(judged(FIRST, SECOND), "segment", ["V1", "V2"]).loc["V1"]
    assert found[["coders", "n"]].tolist() == [3, 20]
    assert found["kappa"] == pytest.approx(once["kappa"])


def test_24_000_segments_take_less_than_three_seconds():
    random = np.random.default_rng(2)
    sources = np.repeat(np.arange(80), 150)
    starts = random.integers(0, 60_000, len(sources))
    codes = random.choice(VALUES, len(sources))
    pieces = []
    for coder in "AB":
        moved = starts + random.integers(-20, 20, len(sources)).clip(-starts)
        pieces += zip(
            [coder] * len(sources), map(str, sources), moved, moved + 300, random.permuted(codes), strict=True
        )
    material = material_of(pieces, length=60_400)
    began = process_time()
    table = intercoder_agreement(material, "values", VALUES)
    assert process_time() - began < 3
    assert len(table) == len(UNITS) * len(VALUES) + 2


# Krippendorff (1995), "On the reliability of unitizing continuous data", example A: 24 units of text.
BERTHA, BILL = [(2, 10), (14, 20)], [(4, 8), (15, 17)]
# Krippendorff (2004), "Content Analysis", 2nd ed., section 11.6: a continuum of 300 that begins at 150.
UNITIZED = {
    "c": ([(225, 295), (370, 400)], [(220, 300), (355, 375), (400, 420)], 0.7286),
    "k": ([(180, 240), (300, 350)], [(180, 240), (300, 350)], 1),
}


def passages_of(places: list[tuple[int, int]], source: str = "I1", shift: int = 0) -> pd.DataFrame:
    rows = [(source, start - shift, end - shift) for start, end in places]
    return pd.DataFrame(rows, columns=["source_id", "start", "end"])


def test_characters_are_those_of_the_published_example():
    pieces = [
        (coder, "I1", start, end, "V1")
        for coder, places in (("Bertha", BERTHA), ("Bill", BILL))
        for start, end in places
    ]
    found = measured(material_of(pieces, length=24), "character", ["V1"]).loc["V1"]
    assert found["kappa"] == pytest.approx(0.385, abs=0.0005)
    assert found["alpha"] == pytest.approx(0.329, abs=0.0005)


@pytest.mark.parametrize("code", UNITIZED)
def test_borders_are_those_of_the_published_example(code):
    first, second, expected = UNITIZED[code]
    one, other = passages_of(first, shift=150), passages_of(second, shift=150)
    found = unitizing_alpha(one, other, pd.Series({"I1": 300}))
    assert found == pytest.approx(expected, abs=0.0001)
    pieces = [
        (coder, "I1", start - 150, end - 150, "V1")
        for coder, places in (("A", first), ("B", second))
        for start, end in places
    ]
    table = measured(material_of(pieces, length=300), "borders", ["V1"]).loc["V1"]
    assert table["alpha"] == pytest.approx(found)
    assert np.isnan(table["kappa"])


def test_borders_of_two_sources_are_one_continuum_whose_gaps_end_with_a_source():
    """Worked out with every way of placing the passages: squares of lengths, and sums over gaps."""
    lengths = pd.Series({"I1": 10, "I2": 6})
    one, other = passages_of([(2, 4)]), passages_of([(2, 5)])
    gaps = [2, 6, 6, 2, 5, 6]  # of the one in I1 and I2, then of the other
    by_gaps = 4 * sum(gap - 1 for gap in gaps) + 9 * sum(gap - 2 for gap in gaps if gap >= 3)
    by_units = (2 * 8 - 3 * 4 + 2) / 3 + (2 * 27 - 3 * 9 + 3) / 3
    expected = 2 / 16 * (by_units + by_gaps) / (32 * 31 - 2 - 6)
    assert unitizing_alpha(one, other, lengths) == pytest.approx(1 - (1 / 16**2) / expected)


def test_a_border_that_is_nearly_the_same_differs_less_than_one_that_is_not_there():
    alphas = [
        unitizing_alpha(passages_of([(10, 30)]), passages_of(places), pd.Series({"I1": 100}))
        for places in ([(10, 30)], [(11, 30)], [(15, 30)], [], [(40, 60)])
    ]
    assert alphas[0] == 1
    assert alphas == sorted(alphas, reverse=True)


def test_all_codes_at_once_equal_nltk():
    from nltk.metrics import jaccard_distance

    random = np.random.default_rng(5)
    pieces = [
        (coder, source, int(start), int(start + random.integers(1, 9)), str(random.choice(VALUES[:3])))
        for coder in "AB"
        for source in ("I1", "I2")
        for start in random.integers(0, 30, 6)
    ]
    found = measured(material_of(pieces, length=40), "character", VALUES[:3], bootstraps=1).loc["all"]
    rows = [
        (coder, f"{source} {place}", frozenset(said))
        for coder in "AB"
        for source in ("I1", "I2")
        for place, said in enumerate(said_by(pieces, coder, source, VALUES[:3]))
    ]

    def distance(one, other):
        return jaccard_distance(one, other) if one or other else 0.0

    task = AnnotationTask(rows, distance=distance)
    assert found["alpha"] == pytest.approx(task.alpha())
    assert found["kappa"] == pytest.approx(task.weighted_kappa())
    assert found["by_both"] + found["by_one"] <= found["n"] == 80


def test_a_source_that_a_coder_read_and_left_uncoded_is_compared():
    pieces = [(coder, "I1", 0, 10, "V1") for coder in "AB"] + [("A", "I2", 0, 10, "V1")]
    material = material_of(pieces)
    alone = measured(material, "passage", ["V1"]).loc["V1"]
    assert alone[["sources", "by_both", "by_one"]].tolist() == [1, 1, 0]
    sources = material.sources.assign(read_by=["", "A; B; somebody else"])
    read = replace(material, sources=sources)
    assert len(readers(read, "values")) == 4
    found = measured(read, "passage", ["V1"]).loc["V1"]
    assert found[["sources", "by_both", "by_one", "left_uncoded"]].tolist() == [2, 1, 1, 1]
    characters = measured(read, "character", ["V1"]).loc["V1"]
    assert characters[["sources", "n", "by_one"]].tolist() == [2, 200, 10]
    assert characters["kappa"] < 1


def test_a_source_is_a_unit_and_one_that_nobody_gave_the_code_agrees():
    said = {"I1": ("V1", "V1"), "I2": ("V1", "V2"), "I3": ("V2", "V2"), "I4": ("V3", "V3")}
    pieces = [
        (coder, source, 10, 20 + place, code)
        for source, codes in said.items()
        for place, (coder, code) in enumerate(zip("AB", codes, strict=True))
    ]
    found = measured(material_of(pieces), "source", ["V1", "V2"]).loc["V1"]
    assert found[["n", "by_both", "by_one", "left_uncoded"]].tolist() == [4, 1, 1, 0]
    assert found["kappa"] == pytest.approx((3 / 4 - (2 / 4 * 1 / 4 + 2 / 4 * 3 / 4)) / (1 - 1 / 2))


@pytest.mark.parametrize("unit", ["passage", "segment"])
def test_whoever_withdraws_what_is_disputed_agrees_less(unit):
    """Of every unit, the mean over the codes; by character it is the row of any code."""
    random = np.random.default_rng(3)
    codes = random.choice(VALUES, 200)
    other = np.where(random.random(200) < 0.8, codes, random.choice(VALUES, 200))
    pieces = [
        (coder, f"I{place // 2}", 30 * (place % 2), 30 * (place % 2) + 20, code)
        for coder, said in (("A", codes), ("B", other))
        for place, code in enumerate(said)
    ]
    kept = [piece for piece in pieces if piece[0] == "A" or ("A", *piece[1:]) in pieces]
    material = material_of(pieces)
    everybody = material.sources.assign(read_by="A;B")
    skipped = replace(material_of(kept), sources=everybody)
    before, after = (measured(part, unit, VALUES, bootstraps=1) for part in (material, skipped))
    assert (after["n"] >= before["n"]).all()
    assert (after[["kappa", "alpha"]].mean() < before[["kappa", "alpha"]].mean()).all()
    before, after = (measured(part, "character", VALUES, bootstraps=1) for part in (material, skipped))
    assert (after.loc[["any", "all"], "kappa"] < before.loc[["any", "all"], "kappa"]).all()
