"""A kill between any two writes of the poller: nothing is lost, nothing new is made up, nobody is asked earlier."""

import asyncio
import contextlib

import pytest

from copydesk.pipeline import FEEDS_STATE, LINKS
from copydesk.producers.feeds import state, visit
from copydesk.producers.feeds.formats.items import Item
from copydesk.producers.feeds.new_items import compare_items, recognise
from copydesk.producers.feeds.publish_steps import publish_steps
from copydesk.producers.feeds.state import read_head
from tests.support.fakes import Crash, FailingLog, MemoryLog
from tests.support.web.desk import FEED, Desk, on_a_desk, rss, serve, titles
from tests.support.web.server import Answer


def test_items_are_written_down_then_published_and_only_then_is_the_tag_kept() -> None:
    order: list[str] = []

    class Watched(MemoryLog):
        def publish(self, topic: str, messages: object) -> None:  # type: ignore[override]
            for message in messages:  # type: ignore[attr-defined]
                kind = "seen" if "/" in message.key else "head"
                etag = topic == FEEDS_STATE and kind == "head" and (read_head(message.value) or 0).etag  # type: ignore[union-attr]
                order.append(topic if topic != FEEDS_STATE else kind + (" with its tag" if etag else ""))
            super().publish(topic, messages)  # type: ignore[arg-type]

    async def work(desk: Desk) -> None:
        serve(desk, Answer(body=rss("1", "2"), headers={"ETag": '"1"'}))
        desk.source(FEED)
        await desk.once()
        assert order == ["head", "seen", LINKS, LINKS, "head with its tag"]

    on_a_desk(work, Watched())


@pytest.mark.parametrize("crash_at", range(4))
@pytest.mark.parametrize("appended", [False, True])
def test_a_kill_between_any_two_writes_loses_nothing_and_asks_no_earlier(crash_at: int, appended: bool) -> None:
    log = FailingLog(lambda _topic, call: (Crash(), appended) if call == crash_at else None)

    async def work(desk: Desk) -> None:
        serve(
            desk,
            Answer(body=rss("1", "2"), headers={"ETag": '"1"'}),
            Answer(body=rss("1", "2"), headers={"ETag": '"1"'}),
        )
        desk.source(FEED)
        with pytest.raises(BaseException):  # noqa: B017, PT011 - the crash, in whatever it comes out of a thread
            await desk.once()
        desk.log = log
        log.calls = 99
        await asyncio.sleep(5)
        await desk.once()
        early = len(desk.web.asked)
        await asyncio.sleep(61)
        await desk.once()
        assert early <= 1, "within the minute it is not asked again"
        assert {link.url for link in desk.links} == {"https://post.example/1", "https://post.example/2"}
        assert len({(link.url, link.found_at_time) for link in desk.links}) == 2, "a repeat is the same event again"

    on_a_desk(work, log)


@pytest.mark.parametrize("appended", [False, True])
def test_a_long_feed_killed_at_any_write_sends_each_version_once_and_all_of_them(
    appended: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visit, "NEWS_A_STEP", 3)
    monkeypatch.setattr(state, "_ITEMS_A_SHARD", 4)
    first = [f"{n}:v1" for n in range(7)]
    second = [f"{n}:{'v2' if n % 2 else 'v1'}" for n in range(12)]

    async def work(desk: Desk, log: FailingLog, crash_at: int) -> bool:
        """Two visits, killed at one write; whether there was such a write."""
        desk.source(FEED, full_text="feed")
        log.fault = lambda _topic, call: (Crash(), appended) if call == crash_at else None
        for items in (first, second):
            serve(desk, rss(*items))
            for _ in range(2):
                with contextlib.suppress(Crash):
                    await desk.once(now=True)
                await asyncio.sleep(61)
        versions: dict[str, dict[int, str]] = {}
        for article in desk.articles:
            found = versions.setdefault(article.url or "", {})
            assert found.setdefault(article.revision, article.content) == article.content
        shown = {f"https://post.example/{n}": ["v1"] if n % 2 == 0 or n >= 7 else ["v1", "v2"] for n in range(12)}
        shown |= {f"https://post.example/{n}": ["v2"] for n in range(7, 12) if n % 2}
        for url, titles_shown in shown.items():
            got = [content.partition("<h1>")[2][:2] for _, content in sorted(versions[url].items())]
            assert got == titles_shown, (crash_at, url)
        return log.calls > crash_at

    for crash_at in range(200):
        log = FailingLog(lambda _topic, _call: None)
        if not on_a_desk(lambda desk, log=log, at=crash_at: work(desk, log, at), log):  # type: ignore[misc]
            break
    assert 20 < crash_at < 100, "every write had its turn"


def test_an_item_that_left_the_feed_in_the_moment_of_a_kill_is_sent_when_it_is_back() -> None:
    log = FailingLog(lambda topic, call: (Crash(), False) if topic == LINKS and call < 9 else None)

    async def work(desk: Desk) -> None:
        serve(desk, rss("1", "2"), rss("2"), rss("1", "2"))
        desk.source(FEED)
        for turn in range(4):
            with contextlib.suppress(Crash):
                await desk.once(now=True)
            log.calls = 9 if turn == 0 else log.calls
            await asyncio.sleep(100)
        assert sorted(titles(desk.links), key=str) == ["Title 1", "Title 2"]

    on_a_desk(work, log)


def test_what_another_feed_of_the_site_brought_is_never_in_doubt() -> None:
    known = recognise([Item(guid=f"g{n}", url=f"https://post.example/{n}") for n in range(5)], "post.example")
    compared = compare_items(known, {}, 5000)
    told = {known[0].id, known[3].id}
    (step,) = publish_steps(compared, {}, told, floor=4000, moment=5000, size=10)
    assert [each.id for each in step.news] == [known[n].id for n in (1, 2, 4)]
    assert {each.id: each.revision for each in step.seen.values()} == {
        each.id: 3999 if each.id in told else 5000 for each in known
    }
    assert compare_items(known, step.seen, 9000, unsettled=4000).news == [
        each._replace(kind="again") for each in compared.news if each.id not in told
    ]
