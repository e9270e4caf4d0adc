"""Every page passes axe-core by WCAG 2.2 AA, light and dark."""

from importlib.resources import files

import pytest
from playwright.sync_api import Browser

from tests.server.test_browser import browser as browser
from tests.server.test_browser import opened
from tests.server.test_pages import PAGES
from tests.support.desk import ServedDesk

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_failure(browser: Browser, desk: ServedDesk, scheme: str) -> None:
    page, _ = opened(browser, f"{desk.url}/try", color_scheme=scheme)
    failures = []
    for path in PAGES:
        if "pictures" not in path:
            page.goto(desk.url + path, wait_until="load")
            page.evaluate(AXE)
            found = page.evaluate("rules => axe.run({runOnly: rules, resultTypes: ['violations']})", RULES)
            failures += [
                (path, each["id"], [node["html"][:200] for node in each["nodes"]][:3]) for each in found["violations"]
            ]
    page.context.close()
    assert failures == []
