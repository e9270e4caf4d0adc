"""Two hundred hostile articles go through every page in a real Chromium: nothing runs, nobody is asked, all fits."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from copydesk.answers.corrections import correct
from copydesk.events import DeadLetter, RawArticle, encode
from copydesk.log_port import Message
from copydesk.message_headers import headers
from copydesk.pipeline import DEAD, RAW
from tests.server.conftest import letter
from tests.server.test_browser import browser as browser
from tests.server.test_browser import opened
from tests.support.desk import ServedDesk, desk_on
from tests.support.documents import raw_event
from tests.support.hostile import INPUTS, hostile_articles

ARTICLES = 200


@pytest.fixture(scope="module")
def wicked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedDesk]:
    """Serve a desk in which everything is hostile."""
    with desk_on(tmp_path_factory.mktemp("wicked")) as desk:
        articles = list(hostile_articles(ARTICLES))
        assert {each.outcome for each in desk.index.upsert(articles)} == {"stored"}
        for number, each in enumerate(INPUTS):
            raw = raw_event(f"{number:032x}", f"<p>{each}</p>", source="hostile0.example")
            desk.log.publish(RAW, [Message("hostile0.example", encode(raw), headers(RawArticle))])
            desk.log.publish(DEAD, [Message("hostile0.example", encode(letter(each, number)), headers(DeadLetter))])
            if each.strip().isprintable():
                correct(desk.log, "hostile0.example", each, "keep")
        yield desk


def pages() -> list[str]:
    found = ["/?sort=newest", "/?sort=oldest", "/?q=script", "/?q=owned", "/sources", "/dead", "/pipeline"]
    found += [f"/sources/hostile{number}.example" for number in range(5)]
    found += ["/pipeline/articles.raw", "/pipeline/articles.dead", "/pipeline/sources.corrections"]
    found += ["/dead?stage=clean&class_name=refused", f"/articles/{0:032x}/raw"]
    return found + [f"/articles/{number:032x}{'?cuts=true' if number % 2 else ''}" for number in range(ARTICLES)]


def test_nothing_of_theirs_runs_asks_or_breaks_the_layout(browser: Browser, wicked: ServedDesk) -> None:
    page, wrong = opened(browser, f"{wicked.url}/try", viewport={"width": 360, "height": 800})
    for path in pages():
        page.goto(wicked.url + path, wait_until="load")
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, f"{path} is {over} pixels too wide"
        assert page.title() != "owned", path
        assert wrong == [], path
        scripts = page.evaluate("[...document.scripts].map(each => each.src)")
        assert scripts == [f"{wicked.url}/static/desk.js"], path
        loaded = (
            "[...document.querySelectorAll('main img, main iframe, main object, main embed, main style, main svg a')]"
        )
        if not path.startswith("/?"):
            assert page.evaluate(f"{loaded}.length") == 0, path
        schemes = page.evaluate("[...document.links].map(each => new URL(each.href).protocol)")
        assert set(schemes) <= {"http:", "https:"}, path
    page.context.close()


@pytest.mark.parametrize("text", [each for each in INPUTS if each.strip()][::4])
def test_what_is_pasted_to_be_tried_does_nothing_either(browser: Browser, wicked: ServedDesk, text: str) -> None:
    page, wrong = opened(browser, f"{wicked.url}/try")
    page.fill("#document", f"{text}\n\nThe water mill turned on Sunday, and the baker was there.\n{text}\n" * 3)
    page.click("main form button:has-text('Clean')")
    assert page.title() != "owned"
    assert wrong == []
    page.context.close()
