"""What a reader does: walk with the keyboard, search, filter, download, print, read without a script."""

from __future__ import annotations

import base64
import csv
import gzip
import io
import json
import re
import time
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from tests.browser.look import NARROW

FIRST_VISIT, PAGE = 300_000, 250_000  # bytes, compressed


def _parts(path: Path) -> list[dict]:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def records(html) -> list[dict]:
    """What the build recorded of every table and figure, with the page it stands on."""
    manifest = _parts(html.parent / "manifest.json")
    found = []
    for chapter in manifest["chapters"]:
        for name in chapter["outputs"]:
            if name.endswith(".json"):
                record = _parts(html / chapter["study"] / "outputs" / name)
                if record.get("kind") in ("table", "figure"):
                    found.append(record | {"page": f"{chapter['study']}/{chapter['name']}.html"})
    return found


@pytest.fixture(scope="session")
def chapter(records) -> str:
    """A page with numbers made from data, and several headings."""
    return next(record["page"] for record in records if record.get("evidence", "rebuilt") == "rebuilt")


def _place(browser, element) -> str:
    """Say in which part of the page an element is."""
    parts = {
        "skip": ".skip-link",
        "contents": "#pst-primary-sidebar",
        "headings": "#pst-secondary-sidebar",
        "text": "article",
    }
    script = "return arguments[0].closest(arguments[1]) !== null"
    return next((name for name, css in parts.items() if browser.execute_script(script, element, css)), "")


def _walk(browser, until: str, most: int = 120) -> list[str]:
    """Press the tab key until a part of the page is reached; return the parts in their order."""
    seen: list[str] = []
    for _ in range(most):
        element = browser.tab()
        place = _place(browser, element) if element else ""
        if place and (not seen or seen[-1] != place):
            seen.append(place)
        if place == until:
            break
    return seen


def test_the_tab_key_leads_by_the_skip_link_and_the_contents_to_the_text(browser, book, chapter):
    browser.get(f"{book}/{chapter}")
    assert _walk(browser, "text") == ["skip", "contents", "headings", "text"]


def test_the_skip_link_leads_to_the_text(browser, book, chapter):
    browser.get(f"{book}/{chapter}")
    browser.tab().send_keys(Keys.ENTER)
    assert browser.current_url.endswith("#main-content")
    assert _place(browser, browser.tab()) in ("headings", "text")


def test_parts_unfold_and_headings_have_links_by_keyboard_alone(browser, book, chapter):
    browser.get(f"{book}/{chapter}")
    folded = browser.find_element(By.CSS_SELECTOR, ".peerbook-contents details:not([open]) > summary")
    folded.send_keys(Keys.ENTER)
    assert folded.find_element(By.XPATH, "..").get_attribute("open")
    link = browser.find_element(By.CSS_SELECTOR, "article h2 > .headerlink")
    browser.execute_script("arguments[0].previousSibling; arguments[0].focus()", link)
    assert browser.execute_script("return document.activeElement === arguments[0]", link)
    link.send_keys(Keys.ENTER)
    assert urlsplit(browser.current_url).fragment == link.get_attribute("href").partition("#")[2]


def test_the_page_a_reader_is_on_is_marked_and_its_part_unfolded(browser, book, chapter):
    browser.get(f"{book}/{chapter}")
    here = browser.find_elements(By.CSS_SELECTOR, ".peerbook-contents a[aria-current=page]")
    assert [link.get_attribute("href") for link in here] == [f"{book}/{chapter}#"] or len(here) == 1
    assert here[0].is_displayed()
    assert re.fullmatch(
        r"Part \d+: .+\. Chapter \d+", browser.find_element(By.CLASS_NAME, "peerbook-place").text
    )


def _search(browser, book: str, words: str) -> list[str]:
    """Return the addresses that the search page finds."""
    browser.get(f"{book}/search.html?q={words.replace(' ', '+')}")
    done = "#search-results .search-summary"
    WebDriverWait(browser, 20).until(
        lambda b: re.search(r"\d|did not match", b.find_element(By.CSS_SELECTOR, done).text)
    )
    time.sleep(0.5)
    links = browser.find_elements(By.CSS_SELECTOR, "#search-results ul.search li > a")
    return [link.get_attribute("href") for link in links]


def test_the_search_finds_words_of_tables_captions_and_headings(browser, book, html, records):
    for kind in ("table", "figure"):
        record = next(
            r for r in records if r["kind"] == kind and len(re.findall(r"[a-z]{7,}", r["caption"])) > 1
        )
        word = max(re.findall(r"[a-z]{7,}", record["caption"]), key=len)
        assert any(record["page"] in found for found in _search(browser, book, word)), word
    label = next(r for r in records if r["kind"] == "table" and re.search(r"\d", r["label"]))
    assert any(
        found.endswith(f"{label['page']}#{label['id']}") for found in _search(browser, book, label["label"])
    )
    browser.get(f"{book}/{records[0]['page']}")
    heading = browser.find_element(By.CSS_SELECTOR, "article h2").text.rstrip("#").strip()
    assert any(records[0]["page"] in found for found in _search(browser, book, heading)), heading


def test_words_of_neighbouring_cells_are_words_of_their_own_in_the_index(html, records):
    index = (html / "searchindex.js").read_text(encoding="utf-8")
    terms = set(json.loads(re.search(r"Search\.setIndex\((.*)\)", index, re.DOTALL)[1])["terms"])
    glued = {term for term in terms if re.fullmatch(r"[a-z]{4,}\d{2,}[a-z]*", term)}
    assert len(glued) < 0.02 * len(terms), sorted(glued)[:20]


def test_a_filter_leaves_the_rows_with_its_words(browser, book, html, records):
    page = next(
        r["page"]
        for r in records
        if 'class="peerbook-filterable"' in (html / r["page"]).read_text(encoding="utf-8")
    )
    browser.get(f"{book}/{page}")
    browser.unfold()
    words = browser.find_element(By.CSS_SELECTOR, ".peerbook-filterable input[type=search]")
    rows = "return [...arguments[0].closest('.peerbook-filterable').querySelectorAll('tbody tr')]"
    shown = rows + ".filter(row => row.offsetParent !== null).map(row => row.textContent.toLowerCase())"
    before = browser.execute_script(shown, words)
    word = re.findall(r"[a-z]{5,}", before[0])[0]
    words.send_keys(word)
    WebDriverWait(browser, 10).until(lambda b: len(b.execute_script(shown, words)) < len(before))
    after = browser.execute_script(shown, words)
    assert after
    assert all(word in row for row in after)


def test_a_download_holds_the_numbers_of_the_shown_table(browser, book, html, records):
    record = next(r for r in records if r["kind"] == "table" and 3 <= r["rows"] <= 30)
    browser.get(f"{book}/{record['page']}")
    table = browser.find_element(By.ID, record["id"])
    link = table.find_element(By.CSS_SELECTOR, "a[download$='.csv']")
    address = link.get_attribute("href")
    browser.execute_script("arguments[0].click()", link)
    saved = browser.downloads / link.get_attribute("download")
    WebDriverWait(browser, 30).until(lambda _: saved.is_file())
    assert saved.read_bytes() == (html / urlsplit(address).path.lstrip("/")).read_bytes()
    rows = list(csv.reader(io.StringIO(saved.read_text(encoding="utf-8"))))
    shown = table.text
    whole = {cell for row in rows[1:] for cell in row if re.fullmatch(r"[1-9]\d{0,2}", cell)}
    assert rows[0] == record["columns"]
    assert len(rows) - 1 == record["rows"]
    assert {number for number in whole if not re.search(rf"(?<!\d){number}(?!\d)", shown)} == set()


def _printed(browser) -> list[str]:
    """Print the page and return the text of each sheet."""
    from pypdf import PdfReader

    made = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True, "printBackground": False})
    return [sheet.extract_text() for sheet in PdfReader(io.BytesIO(base64.b64decode(made["data"]))).pages]


def test_every_printed_sheet_says_what_its_numbers_may_be_used_for(browser, book, chapter):
    browser.get(f"{book}/{chapter}")
    sheets = _printed(browser)
    assert len(sheets) > 1
    assert [
        number for number, text in enumerate(sheets, 1) if "do not exist" not in " ".join(text.split())
    ] == []


def test_a_sheet_without_numbers_from_data_does_not_claim_any(browser, book):
    browser.get(f"{book}/glossary.html")
    assert not browser.find_elements(By.CLASS_NAME, "peerbook-banner")
    assert all("do not exist" not in " ".join(text.split()) for text in _printed(browser))


def test_without_scripts_the_contents_stand_on_the_page_and_the_search_page_says_where_to_look(browser, book):
    browser.scripts(on=False)
    browser.width(NARROW)
    browser.get(f"{book}/search.html")
    assert browser.find_element(By.ID, "pst-primary-sidebar").is_displayed()
    browser.find_element(By.LINK_TEXT, "Find a table, a figure or a word").click()
    first = browser.find_element(By.CSS_SELECTOR, ".peerbook-finding a")
    target = first.get_attribute("href")
    assert urlsplit(target).fragment
    browser.get(target)
    assert browser.find_elements(By.ID, urlsplit(target).fragment)


def test_no_page_scrolls_sideways_on_a_small_screen(browser, book, pages):
    browser.width(NARROW)
    wide = []
    for page in pages:
        browser.get(f"{book}/{page}")
        if browser.execute_script("return document.documentElement.scrollWidth") > NARROW:
            wide.append(page)
    assert wide == []


def _compressed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 6))


def test_a_first_visit_and_every_page_are_light(browser, book, html, pages):
    heavy = {page: size for page in pages if (size := _compressed(html / page)) > PAGE}
    assert heavy == {}
    browser.execute_cdp_cmd("Network.clearBrowserCache", {})
    browser.get(f"{book}/index.html")
    time.sleep(1)
    asked = {
        urlsplit(urljoin(book, address)).path for address in browser.requested() if address.startswith(book)
    }
    sizes = {
        path: _compressed(html / path.lstrip("/")) for path in asked if (html / path.lstrip("/")).is_file()
    }
    assert "/index.html" in sizes
    assert not [path for path in sizes if "fontawesome" in path]
    assert sum(sizes.values()) < FIRST_VISIT, sizes
