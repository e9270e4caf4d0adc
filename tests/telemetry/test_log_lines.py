"""Lines of the log: JSON with its fields, the trace of what is worked on, waits that end, a line a minute."""

import json
import logging
from datetime import UTC, datetime

import pytest

from copydesk.log_port import Partition
from copydesk.telemetry import figures
from copydesk.telemetry.lag import GroupLag
from copydesk.telemetry.log_lines import JsonLines, TextLines
from copydesk.telemetry.minute_lines import MinuteLines
from copydesk.telemetry.trace_context import CURRENT_TRACE, span_ids, trace_id_of
from copydesk.telemetry.vitals import Vital
from copydesk.telemetry.waits import WaitReport, span_words

TRACE = f"00-{'ab' * 16}-{'01' * 8}-01"


def line(**more: object) -> logging.LogRecord:
    record = logging.makeLogRecord({"name": "copydesk.test", "levelno": 30, "levelname": "WARNING", "msg": "it\nis %s"})
    record.args = ("so",)
    vars(record).update(more)
    return record


def test_a_json_line_is_one_line_with_its_fields() -> None:
    text = JsonLines().format(line(stage="clean", lag=3, id=None))
    assert "\n" not in text
    found = json.loads(text)
    assert datetime.fromisoformat(found.pop("time")).tzinfo == UTC
    assert found == {"level": "warning", "logger": "copydesk.test", "message": "it\nis so", "stage": "clean", "lag": 3}


def test_an_exception_is_a_field() -> None:
    try:
        raise ValueError("this")
    except ValueError as error:
        found = json.loads(JsonLines().format(line(exc_info=(ValueError, error, error.__traceback__))))
    assert found["exception"].endswith("ValueError: this")


def test_lines_name_the_trace_that_is_worked_on() -> None:
    token = CURRENT_TRACE.set(TRACE)
    try:
        assert json.loads(JsonLines().format(line()))["trace_id"] == "ab" * 16
        assert TextLines().format(line()).endswith(f"it\nis so [trace {'ab' * 16}]")
        assert json.loads(JsonLines().format(line(trace_id="given")))["trace_id"] == "given"
    finally:
        CURRENT_TRACE.reset(token)
    assert "trace" not in TextLines().format(line())


@pytest.mark.parametrize("odd", [None, "", "00-ab-cd-01", TRACE + "0", TRACE.upper(), f"00-{'0' * 32}-{'1' * 16}-01"])
def test_what_is_no_traceparent_names_no_span(odd: str | None) -> None:
    assert span_ids(odd) is None
    assert span_ids(TRACE) == (int("ab" * 16, 16), int("01" * 8, 16))
    assert trace_id_of(TRACE) == "ab" * 16


def test_the_end_of_a_wait_is_told_with_its_length(caplog: pytest.LogCaptureFixture) -> None:
    now = [100.0]
    report = WaitReport("test-waits", logging.getLogger("copydesk.test"), lambda: now[0])
    report.goes_on()
    report.waits()
    now[0] += 60
    report.waits()
    assert figures.WAITING.value("test-waits") == 1
    assert figures.WAITING_SECONDS.value("test-waits") == 60
    now[0] += 91
    report.goes_on()
    assert [each.getMessage() for each in caplog.records] == ["test-waits goes on after 2 min 31 s"]
    assert (figures.WAITING.value("test-waits"), figures.WAITING_SECONDS.value("test-waits")) == (0, 151)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.04, "0.0 s"), (9.96, "10.0 s"), (31, "31 s"), (151, "2 min 31 s"), (120, "2 min"), (3840, "1 h 4 min")],
)
def test_spans_are_said_as_people_do(seconds: float, words: str) -> None:
    assert span_words(seconds) == words


def test_a_line_a_minute_says_rate_lag_refusals_and_waits(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "copydesk")
    lines = MinuteLines(["test-minute"])
    figures.OUTCOMES.add(110, "test-minute", "done")
    figures.OUTCOMES.add(10, "test-minute", "refused")
    lags = [GroupLag("test-minute", Partition("links", number), 20) for number in range(2)]
    lines.say(60.0, lags, [Vital("test-minute", 1.0, "Kafka is away")], {"test-minute": 75.0})
    lines.say(60.0, [], [], {})
    said = [each.getMessage() for each in caplog.records]
    assert said == [
        "stage test-minute: 2.0/s, 110 done, 10 refused, 0 failed; "
        "lag 40, the oldest of 1 min 15 s ago; waits: Kafka is away",
        "stage test-minute: 0.0/s, 0 done, 0 refused, 0 failed; lag unknown",
    ]
    first: logging.LogRecord = caplog.records[0]
    assert (vars(first)["lag"], vars(first)["rate"], vars(first)["refused"]) == (40, 2.0, 10)
