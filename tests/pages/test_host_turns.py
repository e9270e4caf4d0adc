"""Two processes ask one host, one for feeds and one for pages: the host sees no more than one would ask."""

import asyncio
from itertools import pairwise

import pytest

from copydesk.log_port import Message
from copydesk.pipeline import PAGES_STATE
from copydesk.producers.web.host_turns import TurnAnnouncer, TurnListener, turn_key
from copydesk.producers.web.hosts import HostThrottle
from tests.support.web.desk import Desk, on_a_desk
from tests.support.web.press import Press, done, page
from tests.support.web.server import Answer, Asked

HOUR = 3600.0


def busy_site(asked: Asked) -> Answer:
    """Serve feeds that bring a new item every two minutes each, and their pages."""
    if asked.path == "/robots.txt":
        return Answer(404)
    if not asked.path.startswith("/feed"):
        return page(f"Page {asked.path}")
    newest = int(asked.at // 120)
    items = "".join(
        f"<item><link>http://{asked.host}{asked.path[5:]}/{n}</link><title>{n}</title></item>"
        for n in range(newest - 20, newest)
    )
    return Answer(body=f'<rss version="2.0"><channel>{items}</channel></rss>'.encode())


async def two_processes(desk: Desk, shared: bool) -> list[float]:
    """Poll the feeds and fetch the pages of one host for an hour; the gaps the host saw."""
    desk.web.hosts["post.example"] = busy_site
    for number in range(5):
        desk.source(f"http://post.example/feed/{number}", poll_max=1)
    press = Press(desk, listen=shared)
    fetching = asyncio.ensure_future(press.run(HOUR, tick=0.5))
    await desk.watch(HOUR, announce=shared)
    await fetching
    await press.close()
    assert len([asked for asked in desk.web.asked if asked.path.startswith("/feed")]) > 5 * 40
    assert len(desk.articles) > 5 * 20, "neither keeps the other from its work"
    return [later.at - earlier.at for earlier, later in pairwise(desk.web.asked)]


def test_feeds_and_pages_of_one_host_are_asked_in_turns() -> None:
    gaps = on_a_desk(lambda desk: two_processes(desk, shared=True))
    assert min(gaps) >= 1.0 - 0.001


def test_without_a_word_between_them_they_would_meet() -> None:
    gaps = on_a_desk(lambda desk: two_processes(desk, shared=False))
    assert min(gaps) < 0.5


def test_a_turn_is_said_before_it_comes_and_said_anew_when_it_was_missed() -> None:
    async def work(desk: Desk) -> None:
        said: list[float] = []

        async def say(key: str, value: bytes) -> None:
            assert key == turn_key("post.example")
            said.append(float(value) - desk.loop.wall())
            await asyncio.sleep(delays.pop(0) if delays else 0.0)

        delays = [20.0, 0.5]
        saying = TurnAnnouncer(say, desk.loop.wall)
        wait = await saying.seconds_to_wait("post.example", 1.0)
        assert [*said, wait] == pytest.approx([3.0, 3.0, 2.5], abs=0.01)
        await asyncio.sleep(1.0)
        assert await saying.seconds_to_wait("post.example", 1.0) == pytest.approx(1.5, abs=0.01)
        await asyncio.sleep(1.5)
        assert await saying.seconds_to_wait("post.example", 1.0) == 0
        assert len(said) == 2
        assert await saying.seconds_to_wait("post.example", 4.0) == pytest.approx(6.0, abs=0.01), (
            "each request has its own turn"
        )
        await asyncio.sleep(60.0)
        assert await saying.seconds_to_wait("post.example", 1.0) > 0
        assert len(said) == 4

    on_a_desk(work)


def test_a_host_is_left_alone_around_its_turn_and_not_for_a_clock_that_was_ahead() -> None:
    async def work(desk: Desk) -> None:
        value = b""
        fresh: list[bool] = []

        async def read(_key: str, refresh: bool) -> bytes:
            fresh.append(refresh)
            return value

        listening = TurnListener(read, desk.loop.wall)
        waits = []
        for turn, gap in ((3.0, 1.0), (0.5, 1.0), (-1.0, 1.0), (-2.0, 1.0), (3.0, 30.0), (86_400.0, 100_000.0)):
            value = f"{desk.loop.wall() + turn:.3f}".encode()
            waits.append(await listening.seconds_to_wait("post.example", gap))
        assert waits == pytest.approx([0.0, 2.0, 0.5, 0.0, 33.5, 0.0], abs=0.01)
        assert fresh == [True] + [False] * 5
        await asyncio.sleep(1.0)
        value = b"nonsense"
        assert await listening.seconds_to_wait("post.example", 1.0) == 0.0
        assert fresh[-1]

    on_a_desk(work)


def test_what_is_said_of_turns_does_not_disturb_revisions() -> None:
    async def work(desk: Desk) -> None:
        desk.web.hosts["post.example"] = busy_site
        desk.log.publish(PAGES_STATE, [Message(turn_key("post.example"), b"12.5", {})])
        desk.source("http://post.example/feed/1")
        press = Press(desk, hosts=HostThrottle(gap=1.0), listen=True)
        await desk.once(announce=True)
        await press.run(HOUR, until=lambda: done(desk))
        await press.close()
        assert len(desk.articles) == 20

    on_a_desk(work)
