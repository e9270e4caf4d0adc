"""The pages in a real Chromium: no script of an article runs, nobody else is asked, nothing breaks the layout."""

import os
import re
import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.server.conftest import FERRY, WICKED
from tests.server.test_pages import PAGES
from tests.support.desk import ServedDesk

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WIDTHS = (360, 1280, 2560)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the system's Chromium; CI must have one."""
    if CHROMIUM is None:
        if os.environ.get("COPYDESK_REQUIRE_STACK"):
            pytest.fail("no Chromium: apt-get install chromium")
        pytest.skip("no Chromium: apt-get install chromium")
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def opened(browser: Browser, url: str, **options: object) -> tuple[Page, list[str]]:
    """Open a page in a context of its own, and note what goes wrong and who else is asked."""
    context = browser.new_context(**options)  # type: ignore[arg-type]
    page, wrong = context.new_page(), list[str]()
    host = urlsplit(url).netloc
    page.on("request", lambda asked: None if urlsplit(asked.url).netloc == host else wrong.append(asked.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: wrong.append(dialog.message))
    page.goto(url, wait_until="load")
    return page, wrong


@pytest.mark.parametrize("path", [path for path in PAGES if "pictures" not in path])
def test_a_page_runs_no_script_of_others_and_fits_every_width(browser: Browser, desk: ServedDesk, path: str) -> None:
    page, wrong = opened(browser, desk.url + path, viewport={"width": WIDTHS[0], "height": 800})
    try:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert over <= 0, f"{path} is {over} pixels too wide at {width}"
        assert page.title() != "owned"
        assert wrong == []
    finally:
        page.context.close()


def test_hostile_pictures_and_links_do_nothing(browser: Browser, desk: ServedDesk) -> None:
    page, wrong = opened(browser, f"{desk.url}/articles/{WICKED.id}?cuts=true&pictures=true")
    assert page.locator("a[href^='javascript']").count() == 0
    assert page.locator("main img").count() == 0
    assert page.locator("main script").count() == 0
    assert wrong == []
    page.context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_reader_searches_reads_and_sees_the_cuts(browser: Browser, desk: ServedDesk, scripts: bool) -> None:
    page, wrong = opened(browser, f"{desk.url}/?sort=newest", java_script_enabled=scripts)
    page.fill("#q", "ferry")
    page.click("form.search button")
    assert "q=ferry" in page.url
    page.click("ol.hits h2 a >> nth=0")
    assert FERRY.id in page.url
    page.click("#cuts")
    assert page.locator("section.cut").count() == 1
    assert page.locator("section.cut del").inner_text() == "Please support our ferry reporting."
    assert wrong == []
    page.context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_reader_tries_a_text(browser: Browser, desk: ServedDesk, scripts: bool) -> None:
    page, wrong = opened(browser, f"{desk.url}/try", java_script_enabled=scripts)
    story = "The water mill turned on Sunday, and the baker was there to see it.\n\n" * 3
    page.fill("#document", f"The old mill\n\n{story}Share on Facebook\n")
    page.click("button:has-text('Clean')")
    assert page.locator("section.cut del").inner_text() == "Share on Facebook"
    assert wrong == []
    page.context.close()


def test_a_letter_is_replayed_with_a_click(browser: Browser, desk: ServedDesk) -> None:
    page, wrong = opened(browser, f"{desk.url}/dead")
    page.click("button:has-text('Replay all 1')")
    assert "1 published again" in page.locator("p.good").inner_text()
    assert wrong == []
    page.context.close()


def test_keys_lead_through_the_results(browser: Browser, desk: ServedDesk) -> None:
    page, wrong = opened(browser, f"{desk.url}/?sort=newest")
    page.keyboard.press("j")
    page.keyboard.press("j")
    focused = page.evaluate("document.activeElement.getAttribute('href')")
    assert focused == page.locator("[data-next]").nth(1).get_attribute("href")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/articles/"))
    page.keyboard.press("c")
    page.wait_for_url(re.compile("cuts=true"))
    page.keyboard.press("/")
    page.wait_for_url(re.compile("#q"))
    assert wrong == []
    page.context.close()


def test_the_numbers_of_the_pipeline_are_live(browser: Browser, desk: ServedDesk) -> None:
    page, wrong = opened(browser, f"{desk.url}/pipeline")
    page.wait_for_selector("#live:has-text('live')")
    assert page.locator("[data-live='documents']").inner_text() == "32"
    assert wrong == []
    page.context.close()


def test_times_are_in_the_readers_zone_with_the_instant_in_the_title(browser: Browser, desk: ServedDesk) -> None:
    page, _ = opened(browser, f"{desk.url}/articles/{FERRY.id}", timezone_id="Asia/Tokyo", locale="en-GB")
    shown = page.locator("time[data-local]").first
    assert "21:00" in shown.inner_text()
    assert shown.get_attribute("title") == "2024-03-10 12:00 UTC"
    page.context.close()
