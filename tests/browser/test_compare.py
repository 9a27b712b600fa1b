"""The page of a comparison breaks no rule that axe-core knows, in light and dark, wide and narrow."""

from __future__ import annotations

import copy
import random

from peerbook.builder.compare import compare_books, read_book
from peerbook.builder.compare.page import write_page
from tests.browser.look import NARROW, WIDE
from tests.browser.test_accessible import THEMES
from tests.builder.compare.small import small_book, write


def test_axe_finds_nothing_on_the_page_of_a_comparison(browser, tmp_path):
    first = small_book(random.Random(1))
    second = copy.deepcopy(first)
    for made in second.outputs:
        made.rows[0][-1] = "5"
        made.rows.pop()
        made.picture = made.picture and "<svg xmlns='http://www.w3.org/2000/svg'/>"
    second.outputs.pop(0)
    second.outputs[1].columns[-1] = "another"
    second.claims[0]["status"] = "differs"
    second.pages["glossary"].append("One more.")
    a, b = read_book(write(first, tmp_path / "a")), read_book(write(second, tmp_path / "b"))
    write_page(compare_books(a, b), tmp_path / "changes.html")
    browser.get((tmp_path / "changes.html").as_uri())
    found = []
    for width in (WIDE, NARROW):
        browser.width(width)
        for theme, rules in THEMES.items():
            liked = {"name": "prefers-color-scheme", "value": theme}
            browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [liked]})
            found += [f"{width} px, {theme}: {wrong}" for wrong in browser.violations(rules)]
    assert found == [], "\n".join(found)
