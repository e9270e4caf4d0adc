"""What waits lives and is not ready; what no longer turns is dead."""

import pytest

from copydesk.telemetry.vitals import SILENT, Vital, judge_health


@pytest.mark.parametrize(
    ("vitals", "alive", "ready", "words"),
    [
        ([Vital("clean", 99.0)], True, True, "all is well"),
        ([Vital("clean", 99.0, "Kafka does not answer")], True, False, "clean waits: Kafka does not answer"),
        ([Vital("clean", None)], True, False, "clean has not begun"),
        ([Vital("clean", 100.0 - SILENT - 1)], False, False, "has not come round"),
        ([Vital("feeds", 99.0), Vital("pages", 100.0 - SILENT - 1, "x")], False, False, "pages has not come round"),
        ([], True, True, "all is well"),
    ],
)
def test_health_is_judged_by_turns_and_waits(vitals: list[Vital], alive: bool, ready: bool, words: str) -> None:
    found = judge_health(vitals, 100.0)
    assert (found.alive, found.ready) == (alive, ready)
    assert words in found.words
