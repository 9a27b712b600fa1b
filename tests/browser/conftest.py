"""A headless browser and a built book, served from this machine, for tests of what only a browser can tell.

Where no Chromium is installed these tests are skipped,
unless `PEERBOOK_BROWSER=required`, which `.ci/run` sets.
`PEERBOOK_BOOK` may name the folder `html` of a book that has been built already; else one is built.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.browser.look import Browser

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def html(request: pytest.FixtureRequest) -> Path:
    """The folder of the built pages."""
    given = os.environ.get("PEERBOOK_BOOK")
    return Path(given).resolve() if given else request.getfixturevalue("built_book") / "html"


@pytest.fixture(scope="session")
def pages(html: Path) -> list[str]:
    """The path of every page of the book."""
    found = [*html.glob("*.html"), *html.glob("[a-z]*/*.html")]
    return sorted(page.relative_to(html).as_posix() for page in found)


@pytest.fixture(scope="session")
def book(html: Path) -> Iterator[str]:
    """The address of the book, without a slash at its end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(html)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="session")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Headless Chromium, started once."""
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    chromedriver = shutil.which("chromedriver")
    if program is None or chromedriver is None:
        missing = "Chromium and its driver are not installed (Debian: chromium, chromium-driver)"
        if os.environ.get("PEERBOOK_BROWSER") == "required":
            pytest.fail(missing)
        pytest.skip(missing)
    started = Browser.start(program, chromedriver, tmp_path_factory.mktemp("downloads"))
    yield started
    started.quit()


@pytest.fixture
def browser(driver: Browser) -> Browser:
    """The browser as a reader first meets it: a wide window, light, with scripts, nothing remembered."""
    driver.refresh_settings()
    return driver
