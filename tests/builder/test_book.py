"""The whole book, built once from the stand-in cohort, as `make book` builds it.

What this guards against, page by page:

- a chapter or page that was planned and is not there, or is there and was not planned;
- a page without the banner, without language, skip link or main landmark, with no or two main headings,
  with a heading level left out or an id used twice;
- a picture without alternative text, a table without caption or headings;
- a link to a page, anchor, CSV or notebook that does not exist; an output that no page shows;
- anything loaded from another server;
- a manifest that leaves out an input, an output, a version or a choice, or names the machine.

That a failing cell, a misspelt parameter or a killed build leave the last good book in place is tested in
`test_run.py`, on chapters that take a second.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from peerbook import paths, published
from peerbook.builder import manifest as records
from peerbook.builder.contents import read_contents
from peerbook.outputs.output import label
from peerbook.published.comparison import STATUSES
from tests.builder import look

pytestmark = pytest.mark.slow
CONTENTS = read_contents(paths.root())
GENERATED = {"search"}


@pytest.fixture(scope="session")
def out(built_book) -> Path:
    """The folder of the book."""
    return built_book


@pytest.fixture(scope="session")
def manifest(out) -> dict:
    return json.loads((out / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def pages(out) -> look.Pages:
    return look.pages_of(out / "html")


def test_the_pages_are_those_of_the_plan(pages, manifest):
    chapters = {chapter.place for chapter in CONTENTS.chapters}
    planned = {"index", *CONTENTS.before, *chapters, *CONTENTS.after} | GENERATED
    assert {name.removesuffix(".html") for name in pages} == planned
    assert sorted(pages) == manifest["pages"]


def test_the_table_of_contents_names_every_page_in_order(pages):
    links = [link["href"] for link in pages["search.html"].select("nav.peerbook-contents a")]
    names = ["index", *CONTENTS.before, *(chapter.place for chapter in CONTENTS.chapters), *CONTENTS.after]
    assert [link for link in links if link != "#"] == [f"{name}.html" for name in names]


def test_pages_with_numbers_from_data_say_that_these_are_synthetic_and_no_others_do(pages, manifest):
    rebuilt = {
        f"{chapter['study']}/{chapter['name']}.html"
        for chapter in manifest["chapters"]
        if "rebuilt" in chapter["evidence"]
    }
    said = {name for name, page in pages.items() if page.find(class_="peerbook-banner")}
    rebuilt.add("claims.html")
    assert said == rebuilt
    for name in rebuilt:
        assert "do not exist" in pages[name].find(class_="peerbook-banner").get_text(), name
        assert "do not exist" in "".join(style.get_text() for style in pages[name].find_all("style")), name


def test_a_link_preview_has_a_title_and_a_description(pages):
    for name, page in pages.items():
        for key in ("og:title", "og:description"):
            assert page.find("meta", property=key)["content"].strip(), name
        assert page.find("meta", attrs={"name": "description"})["content"].strip(), name


def test_words_of_the_glossary_lead_to_it_where_a_page_first_uses_them(pages):
    linked = {name: page.select("a.peerbook-term") for name, page in pages.items()}
    assert sum(map(len, linked.values())) > len(CONTENTS.chapters)
    assert linked["glossary.html"] == []
    for name, links in linked.items():
        addresses = [link["href"] for link in links]
        assert all("glossary.html#term-" in address for address in addresses), name
        assert not [link for link in links if link.find_parent(["h1", "h2", "h3", "code", "a"])], name
        words = [link.get_text().lower().rstrip("s") for link in links]
        assert len(words) == len(set(words)), name


def test_chapters_are_numbered_in_reading_order(pages):
    numbers = [
        number.get_text() for number in pages["search.html"].select(".peerbook-contents .peerbook-number")
    ]
    assert numbers == [str(number) for number in range(1, len(CONTENTS.chapters) + 1)]


def test_every_page_can_be_found_ones_way_in(pages):
    for name, page in pages.items():
        assert page.html["lang"] == "en-GB", name
        assert len(page.find_all("h1")) == 1, name
        assert len(page.find_all("main")) == 1, name
        skip = page.select_one(".skip-link a")["href"].removeprefix("#")
        assert page.find(id=skip) is not None, name
        assert page.title.get_text(strip=True), name
        assert look.skipped_headings(page) == [], name
        assert look.repeated_ids(page) == [], name


def test_every_picture_has_a_text_that_says_something(pages):
    for name, page in pages.items():
        for picture in page.find_all("img"):
            assert len(picture.get("alt", "").split()) > 5, f"{name}: {str(picture)[:200]}"
        for drawing in page.find_all("svg"):
            hidden = drawing.get("aria-hidden") == "true"
            assert hidden or drawing.get("aria-label") or drawing.find("title"), name


def test_every_table_of_results_has_a_caption_and_headings(pages):
    for name, page in pages.items():
        assert all(table.find("th") for table in page.select("article table")), name
        for table in page.select(".cell_output table"):
            assert table.caption is not None, f"{name}: {table.get_text()[:100]}"
            assert table.caption.get_text(strip=True), name
            scopes = {cell.get("scope") for cell in table.find_all("th")}
            assert scopes <= {"col", "row", "colgroup", "rowgroup"}, f"{name}: {table.caption.get_text()}"
            assert "row" in scopes or not table.select("tbody tr"), f"{name}: {table.caption.get_text()}"


def test_every_link_leads_somewhere(pages, out):
    assert look.broken_links(pages, out / "html") == []


def test_every_button_and_link_has_a_name(pages):
    for name, page in pages.items():
        for element in page.find_all(["a", "button", "summary"]):
            named = element.get_text(strip=True) or element.get("aria-label") or element.get("title")
            assert named, f"{name}: {str(element)[:200]}"


def test_nothing_is_loaded_from_another_server(pages, out):
    assert look.loaded_from_elsewhere(pages) == []
    assert look.styles_loaded_from_elsewhere(out / "html") == []


def test_no_page_shows_a_traceback_or_a_warning_of_code(pages):
    for name, page in pages.items():
        assert not page.find(class_="stderr"), name
        assert "Traceback (most recent call last)" not in page.get_text(), name


def test_every_output_is_shown_on_its_page_and_can_be_downloaded(pages, out, manifest):
    for chapter in manifest["chapters"]:
        page = pages[f"{chapter['study']}/{chapter['name']}.html"]
        study, tables = chapter["study"], [name for name in chapter["outputs"] if name.endswith(".csv")]
        for name in tables:
            stem = name.removesuffix(".csv")
            saved, beside = out / "outputs" / study / name, out / "html" / study / "outputs" / name
            assert saved.read_bytes() == beside.read_bytes()
            if not stem.startswith("text-"):
                assert page.find(id=stem) is not None, f"{chapter['name']}: {stem}"
                assert page.find("a", href=f"outputs/{name}") is not None, f"{chapter['name']}: {name}"


def test_the_manifest_names_what_the_book_was_made_from(out, manifest):
    for study, data in manifest["data"].items():
        assert data["synthetic"] is True
        assert data["files"] == records.hashes(paths.stand_in(study))
    assert [chapter["name"] for chapter in manifest["chapters"]] == [c.name for c in CONTENTS.chapters]
    for made, listed in zip(manifest["chapters"], CONTENTS.chapters, strict=True):
        assert set(made["parameters"]) == set(listed.parameters)
        assert re.fullmatch("[0-9a-f]{64}", made["code_sha256"])
        assert made["warnings"] == 0
        assert made["seconds"] > 0
    assert {"python", "pandas", "statsmodels"} <= set(manifest["software"])


def test_the_manifest_names_what_was_made(out, manifest):
    assert manifest["outputs"] == records.hashes(out / "outputs")
    by_chapter = [
        {f"{chapter['study']}/{name}" for name in chapter["outputs"]} for chapter in manifest["chapters"]
    ]
    lists = {
        "datapackage.json",
        *(f"{chapter['study']}/datapackage.json" for chapter in manifest["chapters"]),
    }
    assert set().union(*by_chapter) | lists == set(manifest["outputs"])
    assert len(manifest["outputs"]) - len(lists) == sum(map(len, by_chapter)) > 0


def test_every_printed_number_lies_beside_the_rebuilt_one_at_hand(out):
    made = (out / "outputs" / "side_by_side" / "table-agreement.csv").read_text(encoding="utf-8")
    joined = (out / "agreement.csv").read_text(encoding="utf-8")
    assert joined.splitlines()[0] == f"study,{made.splitlines()[0]}"
    assert len(joined) > len(made)


def test_every_statement_is_a_claim_of_some_page_and_every_item_is_rebuilt_or_excepted(out, pages):
    """Each study's printed lists against what the book says, which its build holds to them as well."""
    claims, items = (
        pd.read_csv(out / name, dtype=str, keep_default_na=False) for name in ("claims.csv", "items.csv")
    )
    assert claims["status"].isin(STATUSES).all()
    for study in CONTENTS.studies:
        if not published.has_report(study):
            continue
        said = published.load_list(study, "statements")
        ours = claims[claims["study"] == study]
        assert set(said["name"]) <= set(ours["claim"])
        assert len(ours) == len(said) + len(published.load_list(study, "associations_in_words"))
        made = {file.stem for file in (out / "outputs" / study).glob("*.csv")}
        assert set(ours["output"]) <= made
        listed = published.load_list(study, "items")
        assert items.loc[items["study"] == study, "item"].tolist() == listed["item"].tolist()
        for item in listed.to_dict("records"):
            assert set(item["outputs"].split()) <= made, item["item"]
            assert item["outputs"] or (item["exception"] and item["reason"]), item["item"]
            assert not item["reason"] or item["reason"] in pages["claims.html"].get_text(), item["item"]
    start = pages["index.html"].get_text()
    assert f"{len(claims):,} statements of the reports were checked" in start
    rows = pages["claims.html"].select(".peerbook-filterable tbody tr")
    assert len(rows) == len(claims)


def test_the_published_notebooks_can_be_run_again(out):
    for chapter in CONTENTS.chapters:
        text = (out / "notebooks" / f"{chapter.place}.ipynb").read_text(encoding="utf-8")
        sources = [
            "".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"
        ]
        assert re.search(r'^data = ""', sources[0], re.MULTILINE)
        assert not re.search(r"^(data|outputs) =", "\n".join(sources[1:]), re.MULTILINE)
        beside = out / "html" / chapter.study / "notebooks" / f"{chapter.name}.ipynb"
        taken_along = beside.read_text(encoding="utf-8")
        assert taken_along.replace('\\"../outputs/', '\\"outputs/') == text
        links = re.findall(r'\\"(\.\./outputs/[^"\\]+)\\"', taken_along)
        assert [link for link in links if not (beside.parent / link).is_file()] == []


def test_no_file_of_the_book_names_the_machine(out):
    places = [str(out), str(out.parent), str(paths.root()), str(Path.home())]
    for path in out.rglob("*"):
        if path.suffix in {".html", ".csv", ".json", ".ipynb", ".js", ".css"}:
            text = path.read_text(encoding="utf-8")
            assert not [place for place in places if place in text], path.relative_to(out)


def test_the_whole_book_can_be_taken_away(out, pages, manifest):
    """Every chapter is in the PDF and the EPUB, every table in the workbook, nothing is refused."""
    import openpyxl
    import pypdf

    from peerbook.exports.make import export

    made = {made.file.as_posix() for made in export(out, paths.root())}
    chapters = [f"{record['study']}/{record['name']}" for record in manifest["chapters"]]
    assert {"book.pdf", "tables.xlsx", "book.epub", *(f"word/{name}.docx" for name in chapters)} <= made
    titles = {record["title"] for record in manifest["chapters"]}

    def names(outline):
        for entry in outline:
            yield from names(entry) if isinstance(entry, list) else [entry.title]

    assert titles <= set(names(pypdf.PdfReader(out / "book.pdf").outline))
    sheets = {name.lower() for name in openpyxl.load_workbook(out / "tables.xlsx", read_only=True).sheetnames}
    shown = {
        label(output["id"]).lower()
        for page in pages.values()
        for output in page.select(".peerbook-table[id]")
        if output.find("table")
    }
    assert {re.sub("[“”]", "", name)[:31] for name in shown} <= sheets
    listed = (out / "html" / "downloads.html").read_text(encoding="utf-8")
    assert all(
        f'href="downloads/{name}"' in listed and (out / "html/downloads" / name).is_file() for name in made
    )
