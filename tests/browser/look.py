"""The browser of these tests: Selenium's, and what it is asked again and again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.keys import Keys

AXE = Path(__file__).parent / "axe" / "axe.min.js"
ROWS = 4  # of a long table; the others are made by the same code
WIDE, NARROW = 1280, 320
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
)

_UNFOLD = "for (const fold of document.querySelectorAll('details')) fold.open = true;"
_SHORTEN = """
for (const body of document.querySelectorAll("tbody"))
  for (const row of [...body.rows].slice(arguments[0])) row.remove();
const parts = new Map();
for (const body of document.querySelectorAll("tbody")) {
  const seen = (parts.get(body.parentNode) || 0) + 1;
  parts.set(body.parentNode, seen);
  if (seen > arguments[0]) body.remove();
}
"""
_AXE = """
const done = arguments[arguments.length - 1];
const rules = arguments[0].length ? {runOnly: {type: "rule", values: arguments[0]}} : {};
axe.run(document, {iframes: false, resultTypes: ["violations"], ...rules}).then(found => done(
  found.violations.map(v => `${v.id}: ${v.nodes.length} times, first ${v.nodes[0].html.slice(0, 200)}`)));
"""
_FOCUSED = """
const e = document.activeElement;
return e === document.body ? null : e;
"""


class Browser(webdriver.Chrome):
    """Chromium with a window of a settable width, a colour mode, and scripts on or off."""

    downloads: Path

    @classmethod
    def start(cls, program: str, driver: str, downloads: Path) -> Browser:
        """Start it, without a window."""
        options = Options()
        options.binary_location = program
        for argument in ARGUMENTS:
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
        browser = cls(options=options, service=Service(driver))
        browser.set_script_timeout(120)
        browser.downloads = downloads
        browser.execute_cdp_cmd(
            "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(downloads)}
        )
        return browser

    def refresh_settings(self) -> None:
        """Forget what a test before has set."""
        self.scripts(on=True)
        self.width(WIDE)
        self.media("screen")
        self.get("about:blank")
        self.get_log("performance")

    def width(self, pixels: int, height: int = 900) -> None:
        """Give the window a width."""
        size = {"width": pixels, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    def media(self, kind: str) -> None:
        """Show pages on a "screen" or as in "print"."""
        # Colours that are still on their way from light to dark would be measured as they pass.
        still = {"name": "prefers-reduced-motion", "value": "reduce"}
        self.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": kind, "features": [still]})

    def scripts(self, on: bool) -> None:
        """Switch scripts of pages on or off; those of tests always run."""
        self.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not on})

    def theme(self, name: str) -> None:
        """Show the page light or dark, as the button of a page does."""
        script = "Object.assign(document.documentElement.dataset, {theme: arguments[0], mode: arguments[0]})"
        self.execute_script(script, name)

    def unfold(self) -> None:
        """Open every fold of the page."""
        self.execute_script(_UNFOLD)

    def violations(self, rules: tuple[str, ...] = ()) -> list[str]:
        """Ask axe-core what is wrong with the page as it is shown, by all rules or some; a line for each."""
        if not self.execute_script("return 'axe' in window"):
            self.execute_script(AXE.read_text(encoding="utf-8"))
        return self.execute_async_script(_AXE, list(rules))

    def shorten_tables(self) -> None:
        """Leave a few rows in each long table: axe-core takes minutes for thousands of like ones."""
        self.execute_script(_SHORTEN, ROWS)

    def requested(self) -> list[str]:
        """Return the addresses that were asked for since the last call."""
        messages = [json.loads(entry["message"])["message"] for entry in self.get_log("performance")]
        return [
            message["params"]["request"]["url"]
            for message in messages
            if message["method"] == "Network.requestWillBeSent"
        ]

    def tab(self, back: bool = False) -> Any:
        """Press the tab key and return what has the focus; None at the end of the page."""
        keys = webdriver.ActionChains(self)
        if back:
            keys = keys.key_down(Keys.SHIFT).send_keys(Keys.TAB).key_up(Keys.SHIFT)
        else:
            keys = keys.send_keys(Keys.TAB)
        keys.perform()
        return self.execute_script(_FOCUSED)
