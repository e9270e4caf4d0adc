"""What goes wrong with feeds: it is said, tried again, and costs nobody else anything."""

import asyncio
import gzip
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from copydesk.errors import LogUnavailable
from copydesk.events import Refused
from copydesk.producers.feeds.parse_process import FeedBytes, FeedReader, read_event
from copydesk.producers.feeds.poller import Poller
from copydesk.runtime.outcome import Outcome
from tests.support.fakes import FailingLog
from tests.support.web.desk import DAY, FEED, HOUR, Desk, on_a_desk, rss, serve, titles
from tests.support.web.server import Answer


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(body=b"<!DOCTYPE html><html><body>Welcome</body></html>"), "The document is a web page, not a feed"),
        (Answer(body=b"<!DOCTYPE rss [<!ENTITY a 'b'>]>" + rss("1")), "The document declares XML entities"),
        (Answer(body=b"\x00\x01\x02" * 50), "The document is a binary file"),
        (Answer(body=gzip.compress(b"\0" * 80_000_000)), "what came does not unpack"),
        (Answer(body=rss("1"), cut=20), "the answer is broken"),
        (Answer(302, headers={"Location": "javascript:x"}), "a redirect to something that is not a web address"),
        (Answer(200, body=b"", raw=b"HTTP/9 nonsense\r\n\r\n"), "the answer is broken"),
        (Answer(403), "HTTP status 403"),
        (Answer(body=rss("1"), wait=120.0), "no answer in time"),
        (Answer(304), ""),
    ],
)
def test_a_bad_answer_is_a_failure_that_is_said_and_tried_again(answer: Answer, words: str) -> None:
    async def work(desk: Desk) -> None:
        serve(desk, answer, rss("1"), host="bad.example")
        serve(desk, rss("2"), host="good.example")
        bad = desk.source("http://bad.example/feed")
        desk.source("http://good.example/feed")
        await desk.once()
        assert words in desk.state(bad).error
        await desk.watch(2 * HOUR)
        assert sorted(titles(desk.links)) == ["Title 1", "Title 2"]

    on_a_desk(work)


def test_our_own_outage_is_not_the_sources_fault() -> None:
    async def work(desk: Desk) -> None:
        names = [f"s{n}.example" for n in range(12)]
        for name in names:
            serve(desk, rss("1"), host=name)
        sources = [desk.source(f"http://{name}/feed") for name in names]
        await desk.watch(HOUR)
        weights = [desk.state(source).interval for source in sources]
        desk.net.go_down()
        await desk.watch(6 * HOUR)
        assert [desk.state(source).failures for source in sources] == [0] * 12
        assert "nothing can be reached" in desk.state(sources[0]).error
        desk.net.down = False
        before = len(desk.web.asked)
        await desk.watch(HOUR)
        assert len({asked.host for asked in desk.web.asked[before:]}) == 12, "all are back within the hour"
        assert [desk.state(source).interval for source in sources] == pytest.approx(weights, rel=0.5)

    on_a_desk(work)


def test_one_source_that_is_not_there_is_its_own_fault() -> None:
    async def work(desk: Desk) -> None:
        serve(desk, rss("1"), host="good.example")
        desk.source("http://good.example/feed")
        lost = [desk.source(f"http://{n}.unknown.example/feed") for n in range(6)]
        await desk.watch(DAY)
        assert all(desk.state(source).failures > 3 for source in lost)

    on_a_desk(work)


def test_a_log_that_does_not_answer_is_waited_for() -> None:
    failures = iter([LogUnavailable("down")] * 3)

    def fault(_topic: str, _call: int) -> tuple[BaseException, bool] | None:
        error = next(failures, None)
        return (error, False) if error else None

    async def work(desk: Desk) -> None:
        serve(desk, rss("1"))
        desk.source(FEED)
        await desk.once()
        assert len(desk.links) == 1

    on_a_desk(work, FailingLog(fault))


def test_stopping_drops_what_is_being_asked_and_keeps_what_is_done() -> None:
    async def work(desk: Desk) -> None:
        serve(desk, Answer(body=rss("1"), wait=15.0), host="slow.example")
        serve(desk, rss("2"), host="fast.example")
        desk.source("http://slow.example/feed")
        desk.source("http://fast.example/feed")
        await desk.watch(8.0)
        assert titles(desk.links) == ["Title 2"]
        await desk.watch(120.0)
        assert sorted(titles(desk.links)) == ["Title 1", "Title 2"]

    on_a_desk(work)


def test_sources_can_change_while_the_poller_runs() -> None:
    async def work(desk: Desk) -> None:
        serve(desk, rss("1"), host="one.example")
        serve(desk, rss("2"), host="two.example")
        one = desk.source("http://one.example/feed")
        watching = asyncio.ensure_future(desk.watch(5 * HOUR))
        await asyncio.sleep(HOUR)
        assert isinstance(desk.poller, Poller)
        two = one.__class__(name="two", feed="http://two.example/feed")
        await desk.poller.load([two])
        asked = len(desk.web.asked_of("one.example"))
        await watching
        assert len(desk.web.asked_of("one.example")) == asked
        assert len(desk.web.asked_of("two.example")) > 3
        assert sorted(titles(desk.links)) == ["Title 1", "Title 2"]

    on_a_desk(work)


def test_a_surprise_in_one_source_does_not_end_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(desk: Desk) -> None:
        serve(desk, rss("1"), host="odd.example")
        serve(desk, rss("2"), host="good.example")
        desk.source("http://odd.example/feed")
        desk.source("http://good.example/feed")
        from tests.support.web import desk as module

        calm: Callable[..., object] = module.read_here

        async def surprised(request: object) -> object:
            if b"odd" in request.base.encode():  # type: ignore[attr-defined]
                raise RuntimeError("boom")
            return await calm(request)  # type: ignore[misc]

        monkeypatch.setattr(module, "read_here", surprised)
        poller = await desk.watch(HOUR)
        assert titles(desk.links) == ["Title 2"]
        assert poller.counts["failures"] >= 1

    on_a_desk(work)


def hang_on_a_word(value: bytes) -> Outcome:
    """Read a feed; some documents hang or crash the reader."""
    if b"hang" in value:
        time.sleep(60)  # the fault
    if b"crash" in value:
        os._exit(1)
    return read_event(value)


def test_a_document_that_hangs_or_crashes_the_reader_costs_only_itself() -> None:
    async def run() -> None:
        reader = FeedReader(hang_on_a_word, deadline=4.0)
        now = datetime(2026, 6, 1, tzinfo=UTC)
        outcomes = []
        for body in (rss("1", "2"), rss("3:hang"), rss("4:crash"), b"<html>", rss("5")):
            found = await reader(FeedBytes(body, "text/xml", FEED, "post.example", now))
            outcomes.append(found.reason if isinstance(found, Refused) else [each.item.title for each in found.known])
        reader.close()
        assert outcomes == [
            ["Title 1", "Title 2"],
            "took longer than 4 s, 1 times",
            "ended the process (exit code 1), 1 times",
            "The document is a web page, not a feed",
            ["Title 5"],
        ]

    asyncio.run(run())
