"""Alarms and dead letters are written for dashboards, and hold nobody up where that is not possible."""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from copydesk.adapters.elasticsearch_index.client import connect
from copydesk.adapters.elasticsearch_index.notes import ElasticsearchNotes, put_notes_index
from copydesk.adapters.elasticsearch_index.setup import IndexNames
from copydesk.errors import IndexUnavailable
from copydesk.index_port import Note
from tests.support.stack.scripted import Answer, Asked, Scripted, scripted

AT = datetime(2026, 1, 2, tzinfo=UTC)
OPEN = Note("a", "alarm", AT, "courier.example", "silent", "No article since Friday", article="1")
OVER = OPEN._replace(ended_at=AT)
LETTER = Note("b", "dead_letter", AT, "courier.example", "refused", "The page holds no article", stage="clean")


class Server:
    """Answer every request as told, and keep what was asked."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.answer = Answer(200, {"errors": False, "items": []})

    def __call__(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        return self.answer

    def refuse(self, status: int, kind: str) -> None:
        error = {"type": kind, "reason": "because"}
        self.answer = Answer(200, {"errors": True, "items": [{"index": {"status": status, "error": error}}]})


@pytest.fixture
def server() -> Iterator[tuple[Server, Scripted]]:
    told = Server()
    with scripted(told) as running:
        yield told, running


@pytest.fixture
def notes(server: tuple[Server, Scripted]) -> Iterator[ElasticsearchNotes]:
    opened = ElasticsearchNotes(connect(f"http://127.0.0.1:{server[1].port}"), IndexNames("news-articles"))
    yield opened
    opened.close()


def test_notes_are_written_by_id_and_say_whether_an_alarm_is_open(
    server: tuple[Server, Scripted], notes: ElasticsearchNotes
) -> None:
    notes.write([OPEN, LETTER])
    notes.write([OVER])
    first, second = server[0].asked
    assert first.path.startswith("/news-articles-notes/_bulk")
    lines = [json.loads(line) for line in first.body.splitlines()]
    assert [line["index"]["_id"] for line in lines[::2]] == ["a", "b"]
    assert (lines[1]["open"], lines[1]["name"], lines[3]["open"]) == (True, "silent", False)
    assert lines[3]["stage"] == "clean"
    [again, ended] = [json.loads(line) for line in second.body.splitlines()]
    assert (again["index"]["_id"], ended["open"]) == ("a", False)


def test_a_busy_server_is_asked_again(server: tuple[Server, Scripted], notes: ElasticsearchNotes) -> None:
    server[0].refuse(429, "es_rejected_execution_exception")
    with pytest.raises(IndexUnavailable):
        notes.write([OPEN])


@pytest.mark.parametrize(
    "answer",
    [
        Answer(404, {"error": {"type": "index_not_found_exception", "reason": "no such index"}, "status": 404}),
        Answer(403, {"error": {"type": "security_exception", "reason": "not permitted"}, "status": 403}),
    ],
)
def test_a_missing_index_or_right_is_said_once(
    server: tuple[Server, Scripted], notes: ElasticsearchNotes, answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    server[0].answer = answer
    with caplog.at_level(logging.WARNING, logger="copydesk.elasticsearch"):
        notes.write([OPEN])
        notes.write([LETTER])
    [said] = caplog.messages
    assert "copydesk setup" in said


def test_a_note_that_is_refused_for_good_holds_nobody_up(
    server: tuple[Server, Scripted], notes: ElasticsearchNotes, caplog: pytest.LogCaptureFixture
) -> None:
    server[0].refuse(400, "document_parsing_exception")
    with caplog.at_level(logging.WARNING, logger="copydesk.elasticsearch"):
        notes.write([OPEN])
    assert "because" in caplog.text


def test_the_index_is_made_once(server: tuple[Server, Scripted], notes: ElasticsearchNotes) -> None:
    put_notes_index(notes._client, IndexNames())
    assert [asked.method for asked in server[0].asked] == ["HEAD"]
