"""The stage learns what recurs at a source from what it cleaned, keeps it in the log, and cuts by it."""

from copydesk.cleaning.recurring import recurring_version, text_hash
from copydesk.consumers.clean import clean_event
from copydesk.consumers.source_memory import SourceMemory, read_source_memory
from copydesk.events import CleanArticle, decode, encode
from copydesk.pipeline import FURNITURE
from copydesk.runtime.outcome import Outcome
from tests.cleaning.test_recurring import CLOSER, FEW_BODYLIKE, own
from tests.support.documents import raw_event
from tests.support.fakes import MemoryLog


class Inline:
    """A crew in this process."""

    def __init__(self) -> None:
        self.done: list[tuple[object, Outcome]] = []

    @property
    def pending(self) -> int:
        return len(self.done)

    def submit(self, ticket: object, key: str, value: bytes) -> None:
        self.done.append((ticket, clean_event(value)))

    def completed(self, timeout: float) -> list[tuple[object, Outcome]]:
        done, self.done = self.done, []
        return done

    def close(self) -> None:
        self.done.clear()


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
