"""The stage learns what recurs at a source from what it cleaned, keeps it in the log, and cuts by it."""

import pytest

from copydesk.cleaning.recurring_counts import recurring_version, text_hash
from copydesk.consumers import source_memory
from copydesk.consumers.source_memory import SourceMemory, read_source_memory
from copydesk.errors import LogUnavailable
from copydesk.events import CleanArticle, decode, encode
from copydesk.log_port import Table
from copydesk.pipeline import FURNITURE
from tests.cleaning.test_recurring import CLOSER, FEW_BODYLIKE, own
from tests.support.documents import raw_event
from tests.support.fakes import MemoryLog
from tests.support.inline import Inline


def clean_through(remembering: SourceMemory, numbers: range, source: str = "harbour.example") -> list[CleanArticle]:
    found = []
    for number in numbers:
        text = f"{own(number)}\n\n{own(number + 10_000)}\n\n{own(number + 20_000)}\n\n{CLOSER}"
        remembering.submit(number, source, encode(raw_event(f"{number:032x}", text, source=source)))
        [(_, outcome)] = remembering.completed(0)
        assert outcome.status == "done", outcome.reason
        found.append(decode(CleanArticle, outcome.value))
    return found


def test_the_stream_teaches_the_cleaner_and_a_successor_goes_on_where_it_was() -> None:
    log = MemoryLog()
    first = SourceMemory(Inline(), log)
    articles = clean_through(first, range(FEW_BODYLIKE + 3))
    assert CLOSER in articles[0].paragraphs
    assert articles[0].furniture_version is None
    assert CLOSER not in articles[-1].paragraphs
    assert articles[-1].furniture_version == recurring_version([text_hash(CLOSER)])
    first.close()
    assert read_source_memory(log.table(FURNITURE).get("harbour.example")).articles == FEW_BODYLIKE + 3
    [after] = clean_through(SourceMemory(Inline(), log), range(900, 901))
    assert CLOSER not in after.paragraphs


def test_what_has_no_source_has_no_memory() -> None:
    log = MemoryLog()
    remembering = SourceMemory(Inline(), log)
    articles = clean_through(remembering, range(FEW_BODYLIKE + 3), source="local")
    remembering.close()
    assert all(CLOSER in article.paragraphs for article in articles)
    assert not list(log.scan(FURNITURE))


def test_an_event_waits_for_what_is_known_of_its_source_while_the_log_is_away() -> None:
    class Away(MemoryLog):
        away = True

        def table(self, topic: str, by_need: bool = False) -> Table:
            if self.away:
                raise LogUnavailable("away")
            return super().table(topic, by_need)

    log = Away()
    log.away = False
    first = SourceMemory(Inline(), log)
    clean_through(first, range(FEW_BODYLIKE + 3))
    first.close()
    log.away = True
    successor = SourceMemory(Inline(), log)
    for number in (900, 901):
        text = f"{own(number)}\n\n{own(number + 10_000)}\n\n{CLOSER}"
        successor.submit(number, "harbour.example", encode(raw_event(f"{number:032x}", text, source="harbour.example")))
    for _ in range(2):
        with pytest.raises(LogUnavailable):
            successor.completed(0)
        assert successor.pending == 2
    log.away = False
    done = successor.completed(0)
    assert [ticket for ticket, _ in done] == [900, 901]
    assert all(CLOSER not in decode(CleanArticle, outcome.value).paragraphs for _, outcome in done)
    assert successor.pending == 0


def test_a_source_that_comes_no_more_is_saved_and_let_go_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_memory, "REREAD_SECONDS", 0.0)
    monkeypatch.setattr(source_memory, "FORGET_SECONDS", 0.0)
    log = MemoryLog()
    stage = SourceMemory(Inline(), log)
    for number in range(FEW_BODYLIKE + 3):
        clean_through(stage, range(number, number + 1))
        assert read_source_memory(log.table(FURNITURE).get("harbour.example")).articles == number + 1
    [after] = clean_through(stage, range(900, 901))
    assert CLOSER not in after.paragraphs, "it is read again when it comes again"


def test_who_lets_go_of_a_source_leaves_what_another_has_saved_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    log = MemoryLog()
    before, after = SourceMemory(Inline(), log), SourceMemory(Inline(), log)
    clean_through(before, range(3))
    clean_through(after, range(100, 130))
    saved = log.table(FURNITURE).get("harbour.example")
    monkeypatch.setattr(source_memory, "FORGET_SECONDS", 0.0)
    before._reread()
    assert log.table(FURNITURE).get("harbour.example") == saved
    assert read_source_memory(saved).articles > 3
