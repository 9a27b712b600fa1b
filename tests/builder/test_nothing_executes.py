"""Text from data is shown as it was typed: it makes no element, no link, no formula, and nothing runs.

A small study is built twice: with harmless words, and with hostile ones in every text that can come from
data, from what a folder says of itself and from definitions. The pages must have the same elements.
"""

from __future__ import annotations

import csv
import json
import re
import zipfile
from pathlib import Path
from urllib.parse import unquote

import pandas as pd
import pytest
import yaml
from bs4 import BeautifulSoup
from lxml import etree
from rich.console import Console

from peerbook.builder.run import Order, build
from peerbook.inert import table_as_typed
from peerbook.outputs import formats
from tests.builder.conftest import PARAMETERS, write_notebook, write_project

pytestmark = pytest.mark.slow
HOSTILE = (
    "<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "</script><script>alert(2)</script>",
    "<b>bold</b>",
    "</table></div><h1>x</h1>", "<!-- gone -->", "<![CDATA[x]]>", "<svg onload=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "&lt;b&gt; &amp; &#60;", "R&D", "*one* **two** ***three***", "_one_ __two__", "`code` ``more``",
    "~~gone~~ ~x~",
    "[words](http://example.org/x)", "[words](javascript:alert(1))", "[x]: http://example.org",
    "![x](http://example.org/y.png)",
    "<http://example.org>", "http://example.org/z", "jo@example.org", "$5 to $10", "$x^2$", "$$x$$",
    "\\(x\\) \\[y\\]", "\\alpha \\",
    "{{ x }}", "{% raw %}", "{ref}`x`", "{cite:p}`nobody`", "{doc}`index`", "{download}`x`",
    "```{raw} html", "```", "~~~",
    ":::{note}", ":field: x", "# Heading", "## Heading", "> quoted", "- item", "+ item", "1. item",
    "2) item", "* * *",
    "---", "===", "    indented", "| a | b |", "[^1]", "[^1]: note", "(label)=", "% comment", "+++",
    "term\n: meaning", "a\n\n# b",
    "a\n\n<img src=x>", "a\n```\nb", "a  \nb", "=1+1", '=HYPERLINK("http://example.org";"x")', "+1+1",
    "-1+1", "@SUM(A1)", "\t=1",
    "'=1", 'say "yes"', "it's", "a,b;c", "#set page(1pt)", "#link(\"x\")", "\\input{x}", "%s %d {0} {name}",
    "x" * 300, "naïve – “quoted” …",
    "الف", "日本語", "😀", "a\u200bb", "&nbsp;", "\\u003cscript\\u003e", "javascript:alert(1)",
    "../../etc/passwd", "${HOME} $(id) `id`",
    "onmouseover=alert(1) x=", '" onmouseover="alert(1)', "' onmouseover='alert(1)",
    "url(javascript:alert(1))", '";--x:"', "]]>", "?>",
)  # fmt: skip
HARMLESS = tuple(f"w{number}".ljust(len(word), "x") for number, word in enumerate(HOSTILE))

CHAPTER = [
    PARAMETERS,
    "# Beta",
    """from functools import partial

import pandas as pd
from matplotlib.figure import Figure

from peerbook import open_study
from peerbook.outputs import figure, formats, table, text
from peerbook.outputs.folding import folded

study = open_study(data, "tiny", region)
show = study.shelf(outputs)
answers = study.table("answers").astype({"said": "object"})
answers["n"] = range(1, len(answers) + 1)
study""",
    """show(table("table-11", lambda data: f"Answers of {data['said'].iloc[0]}",
           answers[["said", "region", "n"]],
           notes=lambda data: [f"A note on {said}" for said in data["said"]]))""",
    """show(table("table-2", "In groups", answers[["helped", "said", "n"]],
           lambda data: data.set_index(["helped", "said"])))""",
    """show(table("table-3", "Across", answers[["said", "n"]],
           lambda data: pd.DataFrame([data["n"]], ["n"]).set_axis(data["said"], axis=1)))""",
    """show(table("table-4", "In sections", answers[["said", "n", "helped"]],
           lambda data: {said: rows.set_index("said") for said, rows in data.groupby("said", sort=False)},
           choose=("helped", answers["said"])))""",
    """show(folded("table-5", lambda data: f"Folded {data['said'].iloc[1]}", answers[["said", "n"]]))""",
    """def draw(data):
    drawn = Figure(figsize=(6, 0.3 * len(data) + 1))
    axes = drawn.subplots()
    axes.barh(range(len(data)), data["n"])
    axes.set_yticks(range(len(data)), [said[:30] for said in data["said"]])
    axes.set_title(data["said"].iloc[0])
    axes.set_xlabel(data["said"].iloc[2])
    axes.text(0, 0, data["said"].iloc[3])
    return drawn""",
    """show(figure("fig-1", lambda data: f"Drawn {data['said'].iloc[2]}",
            lambda data: "It shows " + ", ".join(data["said"]), answers[["said", "n"]], draw))""",
    """show(figure("fig-2", "As a list", lambda data: formats.words(data["said"]), answers[["said", "n"]],
            arrange=lambda data: {said: [said, said] for said in data["said"]}))""",
    """show(text("text-1", lambda data: "\\n".join(f"- {said}" for said in data["said"]),
          answers[["said"]]))""",
    """show(text("text-2", lambda data: formats.words(data["said"]) + ".", answers[["said"]]))""",
    """show(text("text-3", lambda data: "\\n\\n".join(f"{said}" for said in data["said"]),
          answers[["said"]]))""",
    """most = answers["said"].iloc[11]
show(text("text-4",
          lambda n: f"**{n['a']}** and {formats.upper_first(n['a'])} of {formats.plural(2, n['a'])}",
          {"a": most}))""",
    """show(text("text-5",
          partial(lambda data, region: f"In {region}.", region=study.definitions.regions[0])))""",
    """show(text("text-in-short-beta", lambda data: f"- In short, {data['said'].iloc[0]}.",
          answers[["said"]]))""",
    """show(text("text-6", lambda data: f'See <a href="alpha.html">there</a>, {data["said"].iloc[0]}.',
          answers[["said"]]))""",
]


def write(folder: Path, words: tuple[str, ...], title: str) -> Order:
    """Write a small project with words in every text that can come from data."""
    root = write_project(folder / "project")
    write_notebook(root / "notebooks" / "tiny" / "beta.ipynb", CHAPTER)
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    (root / "_config.yml").write_text(yaml.safe_dump(config | {"title": title}), encoding="utf-8")
    definitions = root / "data_schema" / "tiny"
    said = yaml.safe_load((definitions / "study.yml").read_text())
    (definitions / "study.yml").write_text(
        yaml.safe_dump(said | {"title": title, "regions": [title, "Suffolk"]})
    )
    schema = json.loads((definitions / "answers.schema.json").read_text())
    schema["title"] = title
    for field in schema["fields"]:
        field["title"] = title
    schema["fields"][2]["categories"] = [{"value": title, "label": title}, {"value": "no", "label": title}]
    schema["fields"].append({"name": "said", "title": title, "freeText": True})
    (definitions / "answers.schema.json").write_text(json.dumps(schema))
    raw = root / "stand_in" / "tiny"
    with (raw / "answers.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["answer_id", "region", "helped", "said"])
        rows.writerows(
            [number, title, title if number % 2 else "no", word] for number, word in enumerate(words, 1)
        )
    (raw / "datapackage.json").write_text(
        json.dumps({"name": title, "title": title, "study": "tiny", "synthetic": True, title: title})
    )
    about = {"title": title, "holder": title, "contact": title, "period": ["2026-01-01", "2026-12-31"]}
    (raw / "study.yml").write_text(yaml.safe_dump(about), encoding="utf-8")
    return Order(out=folder / "book", root=root)


TITLE = (
    '<img src=x onerror=alert(1)> {{ x }} $5 to $10 `code` *em* [a](http://x.org) {ref}`a` | "q" \\ </script>'
)


@pytest.fixture(scope="module")
def books(tmp_path_factory) -> dict[str, Path]:
    """Two books of the same study: with harmless words, and with hostile ones."""
    made = {}
    for name, words, title in (
        ("harmless", HARMLESS, "Plain title".ljust(len(TITLE), "x")),
        ("hostile", HOSTILE, TITLE),
    ):
        order = write(tmp_path_factory.mktemp(name), words, title)
        build(order, Console(quiet=True))
        made[name] = order.out
    return made


# Attributes that hold words for readers, or sizes that follow from how long words are.
WORDS = {"alt", "aria-label", "content", "title", "style", "class", "width", "height"}


def skeleton(page: BeautifulSoup) -> list[tuple]:
    """Return the elements of a page with their attributes, without words."""
    return [
        (tag.name, *sorted((k, "" if k in WORDS else str(v)) for k, v in tag.attrs.items()))
        for tag in page.find_all(True)
    ]


def pages(book: Path, parser: str = "lxml") -> dict[str, BeautifulSoup]:
    found = [*(book / "html").glob("*.html"), *(book / "html" / "tiny").glob("*.html")]
    return {page.name: BeautifulSoup(page.read_text(encoding="utf-8"), parser) for page in found}


@pytest.mark.parametrize("parser", ["lxml", "html.parser"])
def test_pages_have_the_same_elements(books, parser):
    harmless, hostile = pages(books["harmless"], parser), pages(books["hostile"], parser)
    assert list(harmless) == list(hostile)
    for name, page in hostile.items():
        expected, found = skeleton(harmless[name]), skeleton(page)
        differing = [pair for pair in zip(expected, found, strict=False) if pair[0] != pair[1]]
        assert (len(found), differing[:3]) == (len(expected), []), name


# What the pages make of quotation marks and hyphens in sentences, as of all prose.
TYPOGRAPHY = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "."})


def read(text: str) -> str:
    """Return a text without regard to line breaks and typography."""
    return re.sub(r"-+", "-", re.sub(r"\.+", ".", " ".join(text.split()).translate(TYPOGRAPHY)))


def whole(text: str) -> str:
    """Return a text without its spaces: Word gets places where a long word may break."""
    return re.sub(r"[\s\u200b]+", "", read(text))


def test_every_text_reads_as_it_was_typed(books):
    page, typed = pages(books["hostile"])["beta.html"], [read(word) for word in HOSTILE]
    assert [read(cell.get_text()) for cell in page.find(id="table-11").select("tbody th")] == typed
    assert [read(cell.get_text()) for cell in page.find(id="table-2").select("tbody th[scope=row]")] != []
    assert {read(cell.get_text()) for cell in page.find(id="table-3").select("thead th")} >= {
        formats.heading(read(word)) for word in HOSTILE if "_" not in word
    }
    assert [read(note.get_text()) for note in page.select("#table-11 .peerbook-notes li")] == [
        read(f"A note on {word}") for word in typed
    ]
    lists = [[read(item.get_text()) for item in found.find_all("li")] for found in page.select("ul.simple")]
    assert typed in lists
    paragraphs = [read(found.get_text()) for found in page.select("article p")]
    assert [word for word in typed if word not in paragraphs] == []
    said = f"{typed[11]} and {typed[11]} of 2 {typed[11]}s"
    assert said in paragraphs
    assert f"In {read(TITLE)}." in paragraphs
    assert read(TITLE) in read(page.find(id="how-this-page-was-made").get_text())


def test_nothing_is_a_formula_or_leads_out(books):
    for name, page in pages(books["hostile"]).items():
        assert not page.find_all("math") or name == "alpha.html" or name == "how_to_read.html"
        links = [link["href"] for link in page.find_all("a", href=True)]
        assert not [link for link in links if re.match(r"\s*(javascript|data:text/html)", unquote(link))], (
            name
        )
        assert not [link for link in links if "example.org" in link or "x.org" in link], name
        assert not [tag for tag in page.find_all(True) if any(key.startswith("on") for key in tag.attrs)], (
            name
        )


def test_pictures_hold_the_text_and_nothing_else(books):
    drawn = {}
    for name, book in books.items():
        files = sorted((book / "outputs" / "tiny").glob("*.svg"))
        assert files
        drawn[name] = [etree.parse(file) for file in files]
    for harmless, hostile in zip(drawn["harmless"], drawn["hostile"], strict=True):
        kinds = [{element.tag for element in picture.iter()} for picture in (harmless, hostile)]
        assert kinds[0] == kinds[1]
        assert not [a for e in hostile.iter() for a in e.attrib if a.lower().startswith("on")]
        lines = ["".join(e.itertext()) for e in hostile.iter() if str(e.tag).endswith("}text")]
        shown = read(" ".join(lines))  # long ones are broken into lines
        assert [
            word for word in HOSTILE if len(read(word)) < 30 and "\n" not in word and read(word) not in shown
        ] == []


def test_no_cell_of_a_file_is_a_formula_and_reading_undoes_it(books):
    files = sorted((books["hostile"] / "outputs" / "tiny").glob("*.csv"))
    assert len(files) > 10
    for file in files:
        with file.open(newline="", encoding="utf-8") as opened:
            cells = [cell for row in csv.reader(opened) for cell in row]
        assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r\n") and cell], file.name
    back = table_as_typed(
        pd.read_csv(books["hostile"] / "outputs" / "tiny" / "table-11.csv", dtype=str, keep_default_na=False)
    )
    assert [word.replace("\r", "") for word in back["said"]] == [word.strip() for word in HOSTILE]


def test_the_copies_to_take_away_hold_the_text_too(books):
    import docx

    from peerbook.exports.make import export

    book = books["hostile"]
    export(book, book.parent / "project", ("pdf", "word", "xlsx", "epub"), (), lambda made: None)
    assert (book / "book.pdf").stat().st_size > 10_000
    sheets = pd.read_excel(book / "tables.xlsx", sheet_name=None, header=None, dtype=str)
    cells = {
        read(cell) for sheet in sheets.values() for cell in sheet.to_numpy().ravel() if isinstance(cell, str)
    }
    assert [word for word in HOSTILE if read(word) not in cells] == []
    document = docx.Document(str(book / "word" / "tiny" / "beta.docx"))
    said = {whole(cell.text) for table in document.tables for row in table.rows for cell in row.cells}
    assert [word for word in HOSTILE if whole(word) not in said] == []
    elements = {}
    for name, place in books.items():
        export(place, place.parent / "project", ("epub",), (), lambda made: None)
        with zipfile.ZipFile(place / "book.epub") as epub:
            pages = [epub.read(file) for file in sorted(epub.namelist()) if file.endswith(".xhtml")]
        elements[name] = [[e.tag for e in etree.fromstring(page).iter()] for page in pages]
    assert elements["harmless"] == elements["hostile"]


def test_no_workbook_has_a_formula(books):
    import openpyxl

    book = books["hostile"]
    from peerbook.exports.make import export

    export(book, book.parent / "project", ("xlsx",), (), lambda made: None)
    for sheet in openpyxl.load_workbook(book / "tables.xlsx"):
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
