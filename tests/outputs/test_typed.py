from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from peerbook.outputs import formats, markup, text
from peerbook.outputs.typed import Typed, typed

HOSTILE = [
    "*a*",
    "_a_",
    "`a`",
    "[a](http://x.org)",
    "<img src=x>",
    "&lt;",
    "# a",
    "- a",
    "1. a",
    "> a",
    "a\n\nb",
    "$a$",
    "![a](b)",
]


def read(markdown: str) -> str:
    """Return what a reader reads: the text of the one paragraph that markdown makes, without elements."""
    [opened, inline, closed] = MarkdownIt("commonmark").parse(markdown)
    assert (opened.type, closed.type) == ("paragraph_open", "paragraph_close")
    assert {part.type for part in inline.children} <= {"text", "text_special", "softbreak"}
    return "".join(part.content or " " for part in inline.children)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1).filter(str.strip))
def test_a_value_reads_as_it_was_typed(value):
    assert " ".join(read(markup.plain(value)).split()) == " ".join(value.split())


@pytest.mark.parametrize("value", HOSTILE)
def test_a_string_from_data_is_escaped_however_it_is_written(value):
    escaped = markup.plain(value)
    made = Typed(value)
    assert f"{made}" == formats.words([made]) == "" + made == made + "" == escaped
    assert formats.words([made, made]) == f"{escaped} and {escaped}"
    assert f"{formats.lower_first(made)}" == markup.plain(formats.lower_first(value))
    assert f"{made.upper()}" == markup.plain(value.upper())
    assert f"{made + made}" == markup.plain(value + value)
    assert [f"{part}" for part in made.split()] == [markup.plain(part) for part in value.split()]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_string_from_data_is_any_string_otherwise(value):
    made = Typed(value)
    assert made == value
    assert {value: 1}[made] == 1
    assert isinstance(made, str)
    with pytest.raises(TypeError, match="f-string"):
        made % ()


def test_every_string_of_data_is_typed():
    frame = pd.DataFrame(
        {"a": ["*x*", None], "b": pd.Categorical(["*y*", "z"]), "n": [1, 2], "s": pd.array(["*", "-"], "str")}
    )
    made = typed(frame)
    assert [f"{value}" for value in made.iloc[0]] == ["\\*x\\*", "\\*y\\*", "1", "\\*"]
    assert made["a"].isna().tolist() == [False, True]
    assert made["n"].dtype == frame["n"].dtype
    assert frame["a"].iloc[0] == "*x*"
    assert [f"{name}" for name, _ in made.groupby("b", observed=True)] == ["\\*y\\*", "z"]
    assert {key: f"{value}" for key, value in typed({"a_": "*"}).items()} == {"a_": "\\*"}
    assert f"{typed(['*'])[0]}" == "\\*"


def test_the_words_of_a_text_hold_nothing_but_what_the_chapter_wrote():
    out = text("text-1", lambda n: f'**{n["what"]}**, see <a href="b.html">b</a>.', {"what": "<b>*a*</b>"})
    assert out.markup == '**&lt;b&gt;\\*a\\*&lt;/b&gt;**, see <a href="b.html">b</a>.'
    assert out.csv() == "name,value\nwhat,<b>*a*</b>\n"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a <img src=x onerror=y> b", "a &lt;img src=x onerror=y> b"),
        ("<!-- a -->", "&lt;!-- a -->"),
        ("[a](http://x.org)", "[a\\](http://x.org)"),
        ("[a](javascript:x)", "[a\\](javascript:x)"),
        ("[a]: http://x.org", "[a\\]: http://x.org"),
        ("![a](b.png)", "\\![a](b.png)"),
        ("<http://x.org>", "&lt;http://x.org>"),
        ('<a href="http://x.org">', '&lt;a href="http://x.org">'),
        ('<a href="b.html" onclick="x">', '&lt;a href="b.html" onclick="x">'),
    ],
)
def test_what_no_chapter_writes_is_shown_as_it_is(written, shown):
    assert markup.sentence(written) == shown


@pytest.mark.parametrize(
    "written",
    [
        '- **a** *b* `c*` <span class="peerbook-badge">d</span>', "[a](b.html) [a](../x/b.html#c) [a](#b)",
        "3 < 4", "p <0.001",
        "a \\[b\\](c)", "`a < b`", "a<br>b",
    ],
)  # fmt: skip
def test_what_chapters_write_stays(written):
    assert markup.sentence(written) == written


def test_no_text_of_a_picture_is_a_formula():
    from matplotlib.figure import Figure

    from peerbook.outputs import style

    def draw() -> Figure:
        drawn = Figure()
        drawn.subplots().set_title(r"$\frac{a}{b}$ <b> & $5 to $10")
        return drawn

    assert "$\\frac{a}{b}$ &lt;b&gt; &amp; $5 to $10" in style.svg(draw, "x")
