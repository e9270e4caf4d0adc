"""Links that wait: brought back when their time has come, and not before; never lost to a kill or an outage."""

from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import msgspec

from copydesk.errors import LogUnavailable
from copydesk.events import Link, decode, encode
from copydesk.log_port import Message
from copydesk.message_headers import headers
from copydesk.pipeline import LINK_DELAYS, LINKS
from copydesk.producers.pages.delays import DelayedLinks, delay_topic, postponed, waiting_links
from tests.support.fakes import Crash, FailingLog, MemoryLog
from tests.support.waiting import eventually

LINK = Link(
    url="http://post.example/a", source="post.example", found_at="x", found_at_time=datetime(2026, 1, 1, tzinfo=UTC)
)


class Clock:
    """A clock that goes when told."""

    def __init__(self, log: MemoryLog) -> None:
        self.log, self.now, self.jump = log, 0.0, 0.0
        self.start = datetime.now(UTC).timestamp()

    def wall(self) -> float:
        """Seconds since the epoch."""
        return self.start + self.now + self.jump

    def steady(self) -> float:
        """Seconds that nobody sets."""
        return self.now

    def returner(self) -> DelayedLinks:
        """Return a returner on this clock."""
        return DelayedLinks(self.log, wall=self.wall, steady=self.steady, pause=0.0)

    def put_off(self, seconds: float, name: str = "a") -> None:
        """Return a link that waits so long."""
        now = datetime.fromtimestamp(self.wall(), UTC)
        link = postponed(msgspec.structs.replace(LINK, url=f"http://post.example/{name}"), seconds, now)
        self.log.publish(delay_topic(seconds), [Message(link.source, encode(link), headers(Link))])

    def go(self, returner: DelayedLinks, seconds: float, step: float = 30.0) -> int:
        """Let time pass; how many links came back to be fetched."""
        until = self.now + seconds
        while self.now < until:
            self.now = min(self.now + step, until)
            returner.step()
        return sum(1 for _ in self.log.scan(LINKS))


def test_a_link_comes_back_when_its_time_has_come() -> None:
    for seconds in (60, 90, 600, 1500, 3600, 20_000, 90_000):
        clock = Clock(MemoryLog())
        clock.put_off(seconds)
        returner = clock.returner()
        assert clock.go(returner, max(0.0, min(seconds * 0.7, seconds - 50))) == 0, seconds
        assert clock.go(returner, seconds * 0.6 + 150) == 1, seconds
        assert waiting_links(clock.log) == 0
        (record,) = clock.log.scan(LINKS)
        assert (record.key, record.headers["type"]) == ("post.example", "Link")


def test_a_short_wait_is_not_held_up_by_a_long_one() -> None:
    clock = Clock(MemoryLog(partitions=1))
    for name, seconds in (("long", 7000.0), ("short", 60.0), ("middle", 700.0), ("short2", 60.0)):
        clock.put_off(seconds, name)
    returner = clock.returner()
    clock.go(returner, 120)
    found = [decode(Link, record.value or b"").url for record in clock.log.scan(LINKS)]
    assert found == ["http://post.example/short", "http://post.example/short2"]


def test_a_clock_that_goes_back_makes_a_link_wait_once_more_at_most() -> None:
    clock = Clock(MemoryLog())
    clock.put_off(60)
    clock.jump = -86_400.0
    returner = clock.returner()
    decoded = LINK_DELAYS[delay_topic(60)]
    assert clock.go(returner, decoded + 30) == 0, "by its own date it must still wait"
    clock.jump = 0.0
    assert clock.go(returner, 7 * 3600) == 1


def test_a_kill_between_publishing_and_commit_brings_a_link_back_twice_at_most_and_loses_none() -> None:
    for appended in (False, True):
        log = FailingLog(lambda _topic, call, appended=appended: (Crash(), appended) if call == 1 else None)  # type: ignore[misc]
        clock = Clock(log)
        clock.put_off(60)
        returner = clock.returner()
        try:
            clock.go(returner, 90)
        except Crash:
            returner.close()
        assert clock.go(clock.returner(), 90) == (2 if appended else 1)
        assert waiting_links(log) == 0


def test_a_log_that_does_not_answer_is_waited_for() -> None:
    log = FailingLog(lambda _topic, call: (LogUnavailable("down"), False) if call == 1 else None)
    clock, stop = Clock(log), Event()
    clock.put_off(60)
    clock.now = 100.0
    returner = clock.returner()
    thread = Thread(target=returner.run, args=(stop,))
    thread.start()
    try:
        eventually(lambda: list(log.scan(LINKS)), what="the link to be brought back")
    finally:
        stop.set()
        thread.join()
    assert len(list(log.scan(LINKS))) == 1


def test_what_is_no_link_goes_back_for_the_stage_to_say_so() -> None:
    clock = Clock(MemoryLog())
    clock.log.publish(delay_topic(60), [Message("x", b"{nonsense", {"type": "Link"})])
    assert clock.go(clock.returner(), 90) == 1


def test_postponing_counts_only_failures() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert postponed(LINK, 90, now).attempts == 0
    failed = postponed(LINK, 90, now, failed=True)
    assert (failed.attempts, failed.not_before) == (1, now + timedelta(seconds=90))
