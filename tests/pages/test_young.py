"""Young pages asked again: at some ages, politely, and an edit is the next revision of its article."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from copydesk.errors import ConfigError
from copydesk.events import Hints
from copydesk.pipeline import YOUNG_DELAYS
from copydesk.producers.pages.delays import delay_topic, waiting_links
from copydesk.producers.pages.young import next_visit
from copydesk.settings import load
from tests.support.web.desk import DAY, HOUR, Desk, on_a_desk
from tests.support.web.press import Press, at_a_press, link, page, publish, site
from tests.support.web.server import Answer, Asked

AGES = (HOUR, 6 * HOUR, DAY, 3 * DAY)
URL = "http://post.example/a"


def asked_at(desk: Desk) -> list[float]:
    """The ages, in hours, at which the page was asked for."""
    asked = [each.at for each in desk.web.asked if each.path == "/a"]
    return [round((at - asked[0]) / HOUR, 1) for at in asked]


def test_a_page_is_asked_at_its_ages_and_an_edit_is_the_next_revision() -> None:
    async def work(desk: Desk, press: Press) -> None:
        began = desk.loop.wall()
        edited = began + 5 * HOUR
        site(desk, "post.example", a=lambda asked: page("Old" if asked.at < edited else "New"))
        publish(desk, link(URL, began))
        await press.run(5 * DAY, tick=120)
        assert asked_at(desk) == pytest.approx([0, 1, 6, 24, 72], abs=1)
        first, second = desk.articles
        assert ("Old" in first.content, "New" in second.content) == (True, True)
        assert (first.id, first.revision < second.revision) == (second.id, True)
        assert press.pages.counts["unchanged"] == 3
        assert waiting_links(desk.log) == 0

    at_a_press(work, ages=AGES)


def test_a_page_that_says_it_is_unchanged_costs_nothing_and_the_plan_outlives_the_process() -> None:
    def serve(asked: Asked) -> Answer:
        if asked.headers.get("if-none-match") == '"1"':
            return Answer(304)
        answer = page("Ferry")
        answer.headers["ETag"] = '"1"'
        return answer

    async def work(desk: Desk) -> None:
        site(desk, "post.example", a=serve)
        publish(desk, link(URL, desk.loop.wall()))
        for _ in range(4):
            press = Press(desk, ages=AGES)
            await press.run(DAY, tick=120)
            await press.crash()
        # A new process takes the records of the log for as old as the real clock says: its first wait is a whole one.
        assert asked_at(desk) == pytest.approx([0, 1, 6, 24, 72], abs=6.5)
        assert len(desk.articles) == 1

    on_a_desk(work)


@pytest.mark.parametrize(
    "serve",
    [
        lambda asked, began: page("Ferry") if asked.at < began + HOUR / 2 else Answer(410),
        lambda asked, began: (
            page("Ferry")
            if asked.at < began + HOUR / 2
            else Answer(301, headers={"Location": "http://other.example/a"})
        ),
    ],
)
def test_a_page_that_is_gone_since_is_let_go_and_is_no_failure(serve: Callable[[Asked, float], Answer]) -> None:
    async def work(desk: Desk, press: Press) -> None:
        began = desk.loop.wall()
        site(desk, "post.example", a=lambda asked: serve(asked, began))
        publish(desk, link(URL, began))
        await press.run(2 * DAY, tick=120)
        assert asked_at(desk) == pytest.approx([0, 1], abs=0.3)
        assert (len(desk.articles), desk.letters) == (1, [])

    at_a_press(work, ages=AGES)


def test_a_page_that_fails_for_a_while_is_asked_at_the_next_age() -> None:
    async def work(desk: Desk, press: Press) -> None:
        began = desk.loop.wall()
        out = (began + HOUR / 2, began + 2 * HOUR)
        site(desk, "post.example", a=lambda asked: Answer(503) if out[0] < asked.at < out[1] else page(f"{asked.at}"))
        publish(desk, link(URL, began))
        await press.run(8 * HOUR, tick=60)
        assert asked_at(desk) == pytest.approx([0, 1, 6], abs=0.3)
        assert (len(desk.articles), desk.letters) == (2, [])

    at_a_press(work, ages=AGES)


def test_an_edit_that_the_feed_tells_of_begins_the_ages_anew_and_ends_the_old_ones() -> None:
    async def work(desk: Desk, press: Press) -> None:
        site(desk, "post.example", a=lambda asked: page(f"As of {asked.at}"))
        publish(desk, link(URL, desk.loop.wall()))
        await press.run(2 * HOUR, tick=60)
        publish(desk, link(URL, desk.loop.wall()))
        await press.run(12 * HOUR, tick=60)
        assert asked_at(desk) == pytest.approx([0, 1, 2, 3, 8], abs=0.3)

    at_a_press(work, ages=AGES)


def test_only_pages_that_a_feed_named_and_that_are_young_are_asked_again() -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    found = now.timestamp() - 60

    def wait(**fields: object) -> float | None:
        return next_visit(link(URL, found, **fields), now, AGES)  # type: ignore[arg-type]

    assert wait() == HOUR - 60
    assert wait(found_at="links.urls") is None
    assert wait(hints=Hints(published_at=now - timedelta(days=4))) is None
    assert wait(hints=Hints(published_at=now - timedelta(days=2))) == HOUR - 60
    assert next_visit(link(URL, found), now, ()) is None
    assert next_visit(link(URL, found - 4 * DAY), now, AGES) is None
    assert {delay_topic(wait, young=True) for wait in (60, HOUR, DAY, 3 * DAY)} == set(YOUNG_DELAYS)


def test_the_ages_are_a_setting() -> None:
    assert load({}).revisit == AGES
    assert load({"COPYDESK_REVISIT": "2d, 5h"}).revisit == (5 * HOUR, 2 * DAY)
    assert load({"COPYDESK_REVISIT": "never"}).revisit == ()
    for odd in ("1", "0h", "30min", "soon", "1h never", "-1h"):
        with pytest.raises(ConfigError, match="must be ages such as 1h"):
            load({"COPYDESK_REVISIT": odd})
