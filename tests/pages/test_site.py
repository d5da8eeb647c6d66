"""The documentation site in a real browser: no error, no overflow, search, and accessibility.

The section `docs` of the gate builds the site and names its folder by MINLOC_SITE; pictures of the
pages go to the folder that MINLOC_PICTURES names.
"""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

SITE = Path(os.environ.get("MINLOC_SITE", "/nowhere"))
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDTHS = {"desktop": 1400, "tablet": 800, "phone": 390}
LOOKED_AT = [
    "index",
    "getting-started",
    "guide/nan-masks-ties",
    "gallery/index",
    "gallery/plot_climate_map",
    "reference",
    "reference/minloc.argmin",
    "how-it-works",
    "speed",
]

pytestmark = pytest.mark.skipif(
    not (SITE / "index.html").exists(), reason="MINLOC_SITE names no built site"
)


class Quiet(SimpleHTTPRequestHandler):
    """A server of files that does not print what it serves."""

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Serve the site."""
    handler = functools.partial(Quiet, directory=str(SITE))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Start a browser of this machine, headless."""
    playwright = pytest.importorskip("playwright.sync_api", exc_type=ImportError)
    found = [path for name in BROWSERS if (path := shutil.which(name))]
    if not found:
        pytest.skip(f"no browser: none of {', '.join(BROWSERS)} is installed")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=found[0], args=["--no-sandbox"])
        yield opened
        opened.close()


def is_missing(request: Any) -> bool:
    """Tell a request that failed from one that was not waited for when the next page was opened."""
    return bool(request.failure != "net::ERR_ABORTED")


@pytest.fixture(scope="module")
def page(browser: Any) -> Any:
    """Open a tab that notes in `page.errors` what goes wrong."""
    tab = browser.new_context().new_page()
    tab.errors = []
    tab.on("console", lambda message: message.type == "error" and tab.errors.append(message.text))
    tab.on("pageerror", lambda error: tab.errors.append(str(error)))
    tab.on("requestfailed", lambda request: is_missing(request) and tab.errors.append(request.url))
    return tab


def visit(page: Any, url: str, width: str, scheme: str) -> None:
    """Load a page in a width and a colour scheme, and wait for its pictures."""
    page.errors.clear()
    page.set_viewport_size({"width": WIDTHS[width], "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.goto(url, wait_until="load")
    page.evaluate("document.querySelectorAll('img').forEach(img => img.loading = 'eager')")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_are_shown_without_an_error(
    page: Any, address: str, width: str, scheme: str, tmp_path: Path
) -> None:
    """No error on the console, no missing picture, and nothing wider than the screen."""
    pictures = Path(os.environ.get("MINLOC_PICTURES", tmp_path))
    for name in LOOKED_AT:
        visit(page, f"{address}/{name}.html", width, scheme)
        page.screenshot(
            path=pictures / f"{name.replace('/', '-')}-{width}-{scheme}.png", full_page=True
        )
        assert page.errors == [], name
        assert page.evaluate("[...document.images].every(i => i.naturalWidth > 0)"), name
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, (name, wide)


def test_a_phone_shows_tables_and_pictures_in_a_legible_size(page: Any, address: str) -> None:
    """No cell with words is squeezed to a strip, and the text in pictures is not scaled down."""
    for name in ("reference", "index", "how-it-works", "speed"):
        visit(page, f"{address}/{name}.html", "phone", "light")
        cells = "[...document.querySelectorAll('article table.autosummary td')]"
        assert page.evaluate(f"{cells}.every(cell => cell.clientWidth > 200)"), name
        assert page.evaluate(f"{cells}.every(cell => cell.scrollWidth <= cell.clientWidth)"), name
        pictures = "[...document.querySelectorAll('article p > img[src$=\".svg\"]')]"
        assert page.evaluate(f"{pictures}.every(picture => picture.clientWidth > 500)"), name


def titles() -> dict[str, str]:
    """Return the title of every page, by its name, from the index of the search."""
    text = (SITE / "searchindex.js").read_text("utf-8")
    index = json.loads(re.sub(r"^Search\.setIndex\(|\)$", "", text.strip()))
    return dict(zip(index["docnames"], index["titles"], strict=True))


def test_every_page_is_found_by_a_search(page: Any, address: str) -> None:
    """The search for a page's title lists it. The page of the search is loaded once for all."""
    found = titles()
    assert len(found) > 50
    visit(page, f"{address}/search.html?q=minloc", "desktop", "light")
    for name, title in found.items():
        words = re.sub(r"<.*?>|[^\w.]+", " ", title).strip()
        page.evaluate("document.querySelector('#search-results').replaceChildren()")
        page.evaluate("words => Search.performSearch(words)", words)
        link = f"#search-results a[href*='{name}.html']"
        page.wait_for_selector(link, timeout=10_000, state="attached")
    assert page.errors == []


def test_the_box_of_the_search_leads_to_a_function(page: Any, address: str) -> None:
    """Its keys open it, words are typed, and the function's page is among the results."""
    visit(page, f"{address}/index.html", "desktop", "light")
    page.keyboard.press("Control+k")
    page.keyboard.type("top_k")
    page.keyboard.press("Enter")
    page.click("#search-results a[href*='minloc.top_k.html']", timeout=10_000)
    page.wait_for_selector("h1:has-text('minloc.top_k')", timeout=10_000)
    assert page.errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible(page: Any, address: str, scheme: str) -> None:
    """The checks of axe-core find nothing serious; tables of numbers would take it minutes."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", exc_type=ImportError).Axe()
    for name in LOOKED_AT[:-1]:
        visit(page, f"{address}/{name}.html", "desktop", scheme)
        page.wait_for_timeout(300)  # colours fade in
        found = axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]
        serious = [
            (finding["id"], [node["target"] for node in finding["nodes"]][:3])
            for finding in found
            if finding["impact"] in ("serious", "critical")
        ]
        assert serious == [], name
