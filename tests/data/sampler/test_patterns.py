from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerbook.data.sampler.patterns import matching
from peerbook.errors import DataError

KNOWN = [
    "[0-9]{4}",
    "[A-Z]{3}-[0-9]{2}",
    "(x|[0-9]{1,3})?",
    "(one|two words)(;(one|two words))*",
    r"\d{2}/\w+\s\S",
    r"^(?:a|b)\.c$",
    "(?i)abc",
    "(?i:a)b",
    "(?P<first>a)b",
    r"[^,;]+@[^@\W]+\.org",
    "a+?b*?c??",
    r"\bword\b",
    "[]a-]x[^]]",
    r"[\d\-x][+-.]",
    "a{2,}b{,2}c{3}d{0}",
    "a{}{b}x{",
    "|a||b",
    r"\D\W.",
    r"\[\]\t",
    "",
]


def first_of(pattern: str, most: int = 60) -> list[str]:
    texts = matching(pattern)
    return [texts.nth(number) for number in range(min(texts.size, most))]


@pytest.mark.parametrize("pattern", KNOWN)
def test_every_text_matches(pattern):
    texts = matching(pattern)
    source = random.Random(1)
    drawn = [texts.drawn(source.randrange) for _ in range(60)]
    for text in [*first_of(pattern), texts.nth(texts.size - 1), *drawn]:
        assert re.fullmatch(pattern, text), text


pieces = st.sampled_from(["a", "-", r"\.", "[a-c]", "[^a-y]", r"\d", "(?:b|cd)", "(e)"])
counts = st.sampled_from(["", "?", "*", "+", "{2}", "{1,3}"])
sequences = st.lists(st.tuples(pieces, counts).map("".join), max_size=5).map("".join)
patterns = st.lists(sequences, min_size=1, max_size=3).map("|".join)


@given(patterns | patterns.map(lambda inner: f"x({inner})?"), st.integers(min_value=0))
def test_every_number_gives_a_text_that_matches(pattern, number):
    texts = matching(pattern)
    assert re.fullmatch(pattern, texts.nth(number % texts.size))


@pytest.mark.parametrize(
    ("pattern", "size"),
    [("[0-9]{4}", 10_000), ("[A-Z]{3}-[0-9]{2}", 26**3 * 100), ("(x|[0-9]{1,3})?", 1112), ("a?b?", 4)],
)
def test_texts_are_counted_and_all_differ(pattern, size):
    texts = matching(pattern)
    assert texts.size == size
    some = [texts.nth(number) for number in range(0, size, max(1, size // 1000))]
    assert len(set(some)) == len(some)


def test_repetitions_without_end_go_five_beyond_their_least():
    assert first_of("a*") == ["", "a", "aa", "aaa", "aaaa", "aaaaa"]
    assert first_of("a{2,40}")[-1] == "a" * 7


def test_short_texts_are_not_lost_among_the_long_ones():
    source = random.Random(1)
    texts = matching("x|[0-9]{3}")
    ticks = sum(texts.drawn(source.randrange) == "x" for _ in range(400))
    assert 150 < ticks < 250


@pytest.mark.parametrize(
    ("pattern", "part"),
    [(r"(a)\1", r"'\\\\1'"), ("(?P<a>x)(?P=a)", r"'\(\?P=a\)'"), ("(a)?(?(1)b|c)", r"'\(\?\(1\)b'")],
)
def test_what_is_not_known_is_named(pattern, part):
    with pytest.raises(DataError, match=rf"from {part}: no texts can be made up"):
        matching(pattern)


def test_what_comes_before_or_after_is_not_kept():
    assert first_of("(?!00)[0-9]{2}")[0] == "00"
    assert first_of("(?<=a)b") == ["b"]
