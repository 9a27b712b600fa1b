"""Tables and figures as they are seen, read aloud and walked on screens of several widths."""

from __future__ import annotations

import gzip
import hashlib
import re
import time
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from peerbook import paths

SMALLEST = 11  # pixels
LONG = ":is(.peerbook-needs-28, .peerbook-needs-41, .peerbook-needs-56):has(tbody:nth-of-type(4))"
PROGRAM = paths.root() / "book" / "_vendored" / "chart2music" / "chart2music.js"

_CUT = """
const right = (element) => {  // how far to the right what is in it can be seen
  let edge = innerWidth;
  for (let box = element.parentElement; box.parentElement; box = box.parentElement)
    if (getComputedStyle(box).overflowX !== "visible")
      edge = Math.min(edge, box.getBoundingClientRect().right);
  return edge;
};
return [...document.querySelectorAll("article table, article .peerbook-figure img")]
  .filter((part) => {
    const box = part.closest(".peerbook-grid") || part.parentElement;
    return part.getBoundingClientRect().right > right(part) + 1 || box.scrollWidth > box.clientWidth + 1;
  })
  .map((part) => (part.caption || part.closest("figure")).textContent.slice(0, 60))
  .concat(document.documentElement.scrollWidth > innerWidth + 1 ? ["the page"] : []);
"""
_LETTERS = """
const done = arguments[arguments.length - 1];
Promise.all([...document.querySelectorAll(".peerbook-figure img")].map(async (image) => {
  await image.decode();
  const svg = new DOMParser().parseFromString(await (await fetch(image.currentSrc)).text(), "image/svg+xml");
  const scale = image.getBoundingClientRect().width / svg.documentElement.viewBox.baseVal.width;
  const sizes = [...svg.querySelectorAll("text")].map((text) =>
    parseFloat((text.style.font || text.style.fontSize).match(/([\\d.]+)px/)[1]));
  return [image.closest("figure").id, Math.min(...sizes) * scale];
})).then(done);
"""


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_no_table_and_no_figure_is_cut(browser, book, pages, width):
    browser.width(width)
    cut = {}
    for page in pages:
        browser.get(f"{book}/{page}")
        browser.unfold()
        cut[page] = browser.execute_script(_CUT)
    assert {page: found for page, found in cut.items() if found} == {}


def test_letters_of_figures_can_be_read_on_a_phone(browser, book, pages):
    browser.width(320)
    for page in pages:
        browser.get(f"{book}/{page}")
        small = [found for found in browser.execute_async_script(_LETTERS) if found[1] < SMALLEST]
        assert small == [], page


def page_with(browser, book, pages, css: str) -> str:
    """Open the first page that has such an element."""
    for page in pages:
        browser.get(f"{book}/{page}")
        if browser.find_elements(By.CSS_SELECTOR, css):
            return page
    pytest.fail(f"no page has {css}")


def test_cards_are_still_tables_to_a_screen_reader(browser, book, pages):
    browser.width(320)
    page_with(browser, book, pages, ".peerbook-needs-more tbody td")
    browser.unfold()
    assert (
        browser.execute_script(
            "return getComputedStyle(document.querySelector('.peerbook-needs-more tr')).display"
        )
        == "grid"
    )
    # Without its script the style alone must not take the table away either, in this browser.
    for role in ("role", None):
        if role is None:
            browser.execute_script(
                "document.querySelectorAll('table, table [role]').forEach((e) => e.removeAttribute('role'))"
            )
        table = browser.find_element(By.CSS_SELECTOR, ".peerbook-needs-more")
        heads, cells, headers = read_aloud(browser, table)
        assert heads == [
            th.get_attribute("textContent") for th in table.find_elements(By.CSS_SELECTOR, "thead th")
        ]
        row = table.find_element(By.XPATH, ".//tbody/tr[td]")
        assert headers[0] == row.find_element(By.TAG_NAME, "th").text
        said = browser.execute_script(
            "return [...arguments[0].cells].slice(1).map((td) => "
            "(td.querySelector('[aria-label]')?.ariaLabel ?? td.textContent).trim())",
            row,
        )
        assert [cell.strip() for cell in cells] == [
            cell for cell in said if cell
        ]  # the heading before a value is seen, not read twice


def read_aloud(browser, table) -> tuple[list[str], list[str], list[str]]:
    """Return what is read aloud: the column headings, the first row's values, and its heading."""
    found = browser.execute_cdp_cmd("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    node = browser.execute_cdp_cmd("DOM.querySelector", {"nodeId": found, "selector": ".peerbook-needs-more"})
    tree = browser.execute_cdp_cmd("Accessibility.queryAXTree", node)["nodes"]
    named = [
        (part["role"]["value"], part.get("name", {}).get("value", "")) for part in tree if not part["ignored"]
    ]
    assert named[0][0] == "table"
    heads = [name for role, name in named if role == "columnheader"]
    first = next(at for at, (role, _) in enumerate(named) if role in ("cell", "gridcell"))
    last = next(at for at, (role, _) in enumerate(named) if at > first and role in ("row", "rowheader"))
    cells = [name for role, name in named[first:last] if role in ("cell", "gridcell")]
    headers = [name for role, name in named[:first] if role == "rowheader"][-1:]
    return heads, cells, headers


def test_headings_of_a_long_table_stay_in_view(browser, book, pages):
    page_with(browser, book, pages, LONG)
    place = """
      const table = document.querySelector(arguments[0]);
      for (let box = table; box; box = box.parentElement) if (box.tagName === "DETAILS") box.open = true;
      table.rows[Math.floor(table.rows.length * 0.8)].scrollIntoView({block: "center", behavior: "instant"});
      const head = table.tHead.rows[0].cells[0].getBoundingClientRect();
      const bar = document.querySelector(".bd-header-article").getBoundingClientRect().bottom;
      const seen = document.elementFromPoint(head.x + head.width / 2, head.y + head.height / 2);
      const group = [...table.querySelectorAll("th[scope=rowgroup]")].filter(
        (th) => th.getBoundingClientRect().top <= table.tHead.getBoundingClientRect().bottom + 1).length;
      return [head.top >= bar - 1, table.tHead.contains(seen), group > 0];
    """
    browser.execute_script(place, LONG)
    time.sleep(0.3)
    assert browser.execute_script(place, LONG) == [True, True, True]


def walk_of_intervals(browser, address: str):
    """Open a page and return the first figure to walk whose points have intervals; None without one."""
    browser.get(address)
    return next(
        (
            box
            for box in browser.find_elements(By.CLASS_NAME, "peerbook-walk")
            if re.search(
                r'\["[^"]*",[-\d.]+,[-\d.]+,',
                box.find_element(By.TAG_NAME, "script").get_attribute("textContent"),
            )
        ),
        None,
    )


def test_a_figure_is_walked_with_arrow_keys_and_told_with_its_interval(browser, book, pages):
    box = next(filter(None, (walk_of_intervals(browser, f"{book}/{page}") for page in pages)))
    assert [address for address in browser.requested() if "chart2music" in address] == []
    box.find_element(By.TAG_NAME, "button").send_keys(Keys.ENTER)
    stage = WebDriverWait(browser, 10).until(lambda _: box.find_element(By.CLASS_NAME, "peerbook-walk-stage"))
    said = box.find_element(By.CLASS_NAME, "peerbook-walk-said")
    WebDriverWait(browser, 10).until(lambda _: said.get_attribute("aria-live") and said.text)
    assert browser.switch_to.active_element == stage
    before = said.text
    stage.send_keys(Keys.ARROW_RIGHT)
    WebDriverWait(browser, 10).until(lambda _: said.text != before)
    assert re.search(r": −?-?[\d.,]+, interval .* to ", said.text)
    loaded = [address for address in browser.requested() if "chart2music" in address]
    assert len(loaded) == 1
    assert loaded[0].startswith(book)


def test_without_script_there_is_no_dead_button_and_all_may_be_taken_along(browser, book, pages):
    browser.scripts(on=False)
    page_with(browser, book, pages, ".peerbook-walk")
    assert not any(b.is_displayed() for b in browser.find_elements(By.CSS_SELECTOR, ".peerbook-walk button"))
    figure = browser.find_element(By.CSS_SELECTOR, ".peerbook-figure:has(.peerbook-walk)")
    links = figure.find_elements(By.CSS_SELECTOR, ".peerbook-download a")[:3]
    assert [link.text for link in links] == ["Link", "Picture (SVG)", "Data (CSV)"]
    cite = figure.find_element(By.CSS_SELECTOR, ".peerbook-download summary")
    cite.send_keys(Keys.ENTER)
    assert figure.find_element(By.CSS_SELECTOR, ".peerbook-download details p").is_displayed()


def test_the_program_is_as_published_and_small():
    given = Path(PROGRAM).read_bytes()
    assert (
        hashlib.sha256(given).hexdigest()
        == "3b95e2300167e3e0a1c85684975d85504b6de686609984dfd24c98bd3547f3af"
    )
    assert len(gzip.compress(given, 9)) <= 60_000
    assert "MIT" in PROGRAM.with_name("LICENSE.txt").read_text(encoding="utf-8")
