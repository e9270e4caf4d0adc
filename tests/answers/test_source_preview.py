"""What rules or a correction would change of one source is told before they count: of its newest articles, in time."""

import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from copydesk.adapters.sqlite_index.index import SqliteIndex
from copydesk.answers import source_preview
from copydesk.answers.corrections import correct
from copydesk.answers.source_preview import TextDecision, preview_source
from copydesk.cleaning.recurring_counts import text_hash
from copydesk.consumers.reclean import Recleaning, RecleanWork
from copydesk.events import RawArticle, encode
from copydesk.log_port import Log, Message
from copydesk.message_headers import headers
from copydesk.partition_keys import raw_key
from copydesk.pipeline import RAW
from tests.consumers.test_reclean import NO_NOTE
from tests.support.fakes import MemoryLog
from tests.support.past import NOTE, TOO_SHORT, clean_all, ingest, report

SOURCE = "a.example"
WITH_RULES = RecleanWork(SOURCE, rules=NO_NOTE)
AS_IT_IS = RecleanWork(SOURCE)
CUT, KEEP = TextDecision(text_hash(NOTE), "cut"), TextDecision(text_hash(NOTE), "keep")


@pytest.fixture
def engines(tmp_path: Path) -> Iterator[tuple[MemoryLog, SqliteIndex]]:
    """Make a log and an index of nothing yet."""
    log, index = MemoryLog(), SqliteIndex(tmp_path / "index.sqlite3")
    yield log, index
    index.close()


def without_note(number: int) -> RawArticle:
    whole = report(number)
    return msgspec.structs.replace(whole, content=whole.content.replace(NOTE, ""))


def written(log: MemoryLog) -> int:
    return sum(len(part) for parts in log.records.values() for part in parts)


def test_rules_are_previewed_on_the_articles_of_their_source(engines: tuple[MemoryLog, SqliteIndex]) -> None:
    log, index = engines
    ingest(log, index, *(report(n) for n in range(5)), *(without_note(n) for n in range(5, 9)))
    ingest(log, index, report(20, source="b.example"), report(30, text=TOO_SHORT))
    before = written(log)
    found = preview_source(log, index, WITH_RULES)
    assert found.words == "would change 5 of 9 articles of a.example"
    assert found.tally.changes["text_lost"] == 5
    assert written(log) == before
    assert preview_source(log, index, AS_IT_IS).words == "would change 0 of 9 articles of a.example"
    assert preview_source(log, index, RecleanWork("nobody.example")).articles == 0


def test_what_was_refused_and_would_be_accepted_is_told(engines: tuple[MemoryLog, SqliteIndex]) -> None:
    log, index = engines
    ingest(log, index, report(1))
    ingest(log, index, report(2, text=TOO_SHORT))
    assert preview_source(log, index, AS_IT_IS).accepted == 0
    short = msgspec.structs.replace(report(3), keep=True)
    refused_then = msgspec.structs.replace(short, keep=False, content=TOO_SHORT)
    ingest(log, index, refused_then)
    [letter] = [letter for letter in source_preview.read_letters(log) if letter.letter.id == refused_then.id]
    better = letter._replace(letter=msgspec.structs.replace(letter.letter, event=msgspec.Raw(encode(report(3)))))
    with pytest.MonkeyPatch.context() as patch:  # as if today's cleaner knew better
        patch.setattr(source_preview, "read_letters", lambda _: iter([better]))
        found = preview_source(log, index, AS_IT_IS)
    assert found.words == "would change 0 of 1 article of a.example, and accept 1 that was refused"


def test_a_correction_is_previewed_before_it_is_recorded_and_as_it_will_be_followed(
    engines: tuple[MemoryLog, SqliteIndex],
) -> None:
    log, index = engines
    ingest(log, index, *(report(n) for n in range(4)), *(without_note(n) for n in range(4, 9)))
    found = preview_source(log, index, AS_IT_IS, CUT)
    assert (found.words, found.tally.changes["text_lost"]) == ("would change 4 of 9 articles of a.example", 4)
    assert preview_source(log, index, AS_IT_IS, KEEP).changed == 0, "it stands there already"
    correct(log, SOURCE, NOTE, "cut")
    again = Recleaning(log, index, RecleanWork()).run(threading.Event())
    assert again is not None
    assert (again.changed, again.changes["text_lost"]) == (4, 4), "cleaning the past again follows corrections"
    assert preview_source(log, index, AS_IT_IS, TextDecision(text_hash(NOTE), None)).changed == 0


def test_the_newest_articles_are_looked_at_and_that_is_said(
    engines: tuple[MemoryLog, SqliteIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    log, index = engines
    ingest(log, index, *(report(n) for n in range(8)))
    monkeypatch.setattr(source_preview, "NEWEST_PREVIEWED", 5)
    assert (
        preview_source(log, index, WITH_RULES).words
        == "would change 5 of the newest 5 articles of a.example (8 in all)"
    )
    monkeypatch.setattr(source_preview, "PREVIEW_SECONDS", -1.0)
    assert preview_source(log, index, WITH_RULES).compared == 0


def test_what_has_left_the_log_is_said(engines: tuple[MemoryLog, SqliteIndex]) -> None:
    log, index = engines
    ingest(log, index, *(report(n) for n in range(4)))
    read = log.read

    def forgetful(topic: str, partition: int, offset: int) -> object:
        return None if topic == RAW and offset == 0 else read(topic, partition, offset)

    log.read = forgetful  # type: ignore[assignment, method-assign]
    found = preview_source(log, index, WITH_RULES)
    assert found.gone > 0
    assert found.words.endswith(f"; what came in as {found.gone} more has left the log")


def test_a_source_whose_events_are_spread_over_keys_is_found_and_corrected(
    engines: tuple[MemoryLog, SqliteIndex],
) -> None:
    log, index = engines
    publish_spread(log, *(report(n) for n in range(6)))
    clean_all(log)
    ingest(log, index, report(90, source="b.example"))
    correct(log, SOURCE, NOTE, "cut")
    tally = Recleaning(log, index, RecleanWork(SOURCE)).run(threading.Event())
    assert tally is not None
    assert (tally.compared, tally.changes["text_lost"]) == (6, 6)
    assert preview_source(log, index, AS_IT_IS).changed == 6


def publish_spread(log: Log, *raws: RawArticle) -> None:
    """Publish as the producer of a hot source does."""
    messages = [Message(raw_key(raw.source, raw.id, True), encode(raw), headers(RawArticle)) for raw in raws]
    log.publish(RAW, messages)
