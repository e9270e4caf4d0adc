"""The stage that runs follows a correction within a second, and goes back when it is taken back."""

import pytest

from copydesk.answers.corrections import correct, take_back
from copydesk.consumers import source_memory
from copydesk.consumers.source_memory import SourceMemory
from copydesk.pipeline import CORRECTIONS
from tests.cleaning.test_recurring import CLOSER, FEW_BODYLIKE
from tests.consumers.test_source_memory import clean_through
from tests.support.fakes import MemoryLog
from tests.support.inline import Inline


@pytest.mark.parametrize("source", ["harbour.example", "local"])
def test_a_running_stage_follows_corrections(monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    monkeypatch.setattr(source_memory, "CORRECTIONS_SECONDS", 0.0)
    log = MemoryLog()
    stage = SourceMemory(Inline(), log)
    [before] = clean_through(stage, range(1), source)
    assert CLOSER in before.paragraphs
    correct(log, source, CLOSER, "cut")
    [cut] = clean_through(stage, range(1, 2), source)
    assert CLOSER not in cut.paragraphs
    take_back(log, source, CLOSER)
    [after] = clean_through(stage, range(2, 3), source)
    assert CLOSER in after.paragraphs
    stage.close()


def test_a_correction_keeps_what_recurs_and_a_successor_knows_it() -> None:
    log = MemoryLog()
    first = SourceMemory(Inline(), log)
    articles = clean_through(first, range(FEW_BODYLIKE + 3))
    assert CLOSER not in articles[-1].paragraphs
    first.close()
    correct(log, "harbour.example", CLOSER, "keep")
    assert [record.key.split()[0] for record in log.scan(CORRECTIONS)] == ["harbour.example"]
    [after] = clean_through(SourceMemory(Inline(), log), range(900, 901))
    assert CLOSER in after.paragraphs
