"""The stage watch-sources finds what changed, tells it once, and goes on where it was, on every engine.

The topics are the pipeline's own, so these tests share one log: each has sources of its own.
"""

import threading
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from copydesk.answers.source_health import open_alarms, sources_health
from copydesk.consumers.watch_sources import SourceWatcher
from copydesk.consumers.watched_sources import WatchedSources, read_figures
from copydesk.events import Alarm, CleanArticle, DeadLetter, decode, encode
from copydesk.health.thresholds import DAY
from copydesk.log_port import Log, Message
from copydesk.message_headers import headers
from copydesk.pipeline import ALERTS, CLEAN, DEAD, HEALTH, TOPICS
from tests.contracts.log_helpers import LogUnderTest
from tests.support.waiting import eventually

START = 20_000 * DAY


def instant(day: float) -> datetime:
    return datetime.fromtimestamp(START + day * DAY, UTC)


def article(source: str, day: float, number: int, words: int = 300, **changes: Any) -> Message:
    facts: dict[str, Any] = {
        "id": f"{zlib.crc32(source.encode()):08x}{number:024x}", "revision": 1, "source": source, "url": None,
        "canonical_url": None, "title": f"Title {number}", "paragraphs": ("word " * (words + number % 50),),
        "authors": ("A. Writer",), "published_at": instant(day), "modified_at": None, "fetched_at": instant(day),
        "seen_at": instant(day), "language": "en", "images": (), "section": None, "tags": (), "removed": (),
        "removed_kinds": (), "provenance": {}, "originals": {}, "content_hash": "", "confidence": 0.9,
        "paywalled": None, "cleaner_version": "1", "furniture_version": None,
    }  # fmt: skip
    event = CleanArticle(**(facts | changes))
    return Message(source, encode(event), headers(CleanArticle))


def days(source: str, first: int, end: int, a_day: int = 6, **changes: Any) -> Iterator[Message]:
    for day in range(first, end):
        for number in range(a_day):
            yield article(source, day + (number + 0.5) / a_day, day * 100 + number, **changes)


def letter_at(source: str, when: datetime, number: int, revision: int = 1) -> Message:
    letter = DeadLetter(
        stage="clean", class_="refused", reason="The page holds no article", attempts=1,
        failed_at=instant(400), place="articles.raw[0]@1", source=source, id=f"{number:032d}",
        revision=revision, title="Refused", event=msgspec.Raw(msgspec.json.encode({"fetched_at": when, "hints": {}})),
    )  # fmt: skip
    return Message(source, encode(letter), headers(DeadLetter))


def letters(source: str, first: int, end: int, a_day: int) -> Iterator[Message]:
    for day in range(first, end):
        for number in range(a_day):
            yield letter_at(source, instant(day + (number + 0.5) / a_day), day * 1000 + number)


def watch(log: Log, **options: Any) -> SourceWatcher:
    """Read all there is."""
    drain = threading.Event()
    drain.set()
    watcher = SourceWatcher(log, **options)
    watcher.run(threading.Event(), drain)
    return watcher


def told(log: Log, source: str) -> list[tuple[str, bool]]:
    alarms = [decode(Alarm, record.value or b"") for record in log.scan(ALERTS)]
    return [(each.kind, each.ended_at is not None) for each in alarms if each.source == source]


@pytest.fixture
def pipeline(tested: LogUnderTest) -> Log:
    tested.log.setup(TOPICS)
    return tested.log


def test_a_change_is_found_told_and_over(pipeline: Log) -> None:
    source = "lost.example"
    pipeline.publish(CLEAN, [*days(source, 0, 30), *days(source, 30, 33, words=20)])
    watch(pipeline)
    assert told(pipeline, source) == [("words_lost", False)]
    [alarm] = [each for each in open_alarms(pipeline.table(HEALTH)) if each.source == source]
    assert "fewer words since Sunday, 3 November 2024" in alarm.what
    [found] = sources_health(pipeline, source)
    assert (found.articles_a_day, found.words < 100, found.languages) == (6.0, True, {"en": 1.0})
    assert [each.id for each in found.alarms] == [alarm.id]
    pipeline.publish(CLEAN, [*days(source, 33, 38)])
    watch(pipeline)
    assert told(pipeline, source) == [("words_lost", False), ("words_lost", True)]
    assert not [each for each in open_alarms(pipeline.table(HEALTH)) if each.source == source]


def test_dead_letters_count_with_the_time_of_their_events(pipeline: Log) -> None:
    source = "refused.example"
    pipeline.publish(DEAD, [*letters(source, 0, 30, 1), *letters(source, 30, 33, 5)])
    pipeline.publish(CLEAN, [*days(source, 0, 30), *days(source, 30, 33, 1)])
    watch(pipeline)
    assert ("refusals_risen", False) in told(pipeline, source)
    [found] = sources_health(pipeline, source)
    assert found.refused > 0.2


def test_what_is_sent_again_after_a_kill_counts_once_in_whatever_revision(pipeline: Log) -> None:
    source = "again.example"
    for revision in (1, 2):
        refused = [letter_at(source, instant(day), day, revision) for day in range(5)]
        pipeline.publish(DEAD, refused)
        pipeline.publish(CLEAN, [*days(source, 0, 5, revision=revision)])
        watch(pipeline)
    figures = read_figures(pipeline.table(HEALTH).get(source) or b"")
    assert (figures.articles, figures.refused) == ([6, 6, 6, 6, 6], [1, 1, 1, 1, 1])


def test_what_was_read_and_not_committed_is_not_counted_twice(pipeline: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    source = "twice.example"
    pipeline.publish(CLEAN, [*days(source, 0, 5)])

    class Stopped(Exception):
        """The process dies before it commits."""

    with monkeypatch.context() as patch:
        patch.setattr(WatchedSources, "save", _saving_without_commit(WatchedSources.save, Stopped))
        with pytest.raises(Stopped):
            watch(pipeline)
    watch(pipeline)
    figures = read_figures(pipeline.table(HEALTH).get(source) or b"")
    assert figures.articles == [6, 6, 6, 6, 6]


def _saving_without_commit(save: Any, stopped: type[Exception]) -> Any:
    def saved(self: Any) -> list[Alarm]:
        self._offsets.clear()
        save(self)
        raise stopped

    return saved


def test_the_next_process_goes_on_when_the_first_has_gone(tested: LogUnderTest, pipeline: Log) -> None:
    source, stop = "handed.example", threading.Event()
    first = SourceWatcher(tested.client(), wall=lambda: START + 20 * DAY)
    thread = threading.Thread(target=first.run, args=(stop,))
    thread.start()
    pipeline.publish(CLEAN, [*days(source, 0, 20)])
    try:
        eventually(lambda: (pipeline.table(HEALTH).get(source) or b"") != b"")
    finally:
        stop.set()
        thread.join()
    pipeline.publish(CLEAN, [*days(source, 20, 30), *days(source, 30, 33, words=20)])
    watch(pipeline)
    assert told(pipeline, source) == [("words_lost", False)]
    assert sum(read_figures(pipeline.table(HEALTH).get(source) or b"").articles) == 33 * 6
