"""No page breaks a rule that axe-core knows, in light and dark, wide and narrow, with every fold open."""

from __future__ import annotations

from urllib.parse import urlsplit

from tests.browser.look import NARROW, WIDE

# A page is asked by every rule once at each width. Its colours are the only thing that the dark mode changes.
THEMES = {"light": (), "dark": ("color-contrast", "link-in-text-block")}


def test_axe_finds_nothing_on_any_page_and_nothing_comes_from_another_host(browser, book, pages):
    found, hosts = [], set()
    for page in pages:
        browser.get(f"{book}/{page}")
        browser.unfold()
        browser.shorten_tables()
        for width in (WIDE, NARROW):
            browser.width(width)
            for theme, rules in THEMES.items():
                browser.theme(theme)
                found += [f"{page}, {width} px, {theme}: {wrong}" for wrong in browser.violations(rules)]
        hosts |= {urlsplit(address).netloc for address in browser.requested() if address.startswith("http")}
    assert found == [], "\n".join(found)
    assert hosts == {urlsplit(book).netloc}


def test_axe_sees_what_is_wrong(browser, book):
    browser.get(f"{book}/index.html")
    browser.execute_script("document.querySelector('article').innerHTML = '<img src=\"none.png\">'")
    assert any("image-alt" in wrong for wrong in browser.violations())
