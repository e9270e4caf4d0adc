"""Spans: one trace from the feed's link to the index, batches linked, nothing imported without the extra."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from copydesk.consumers.index import IndexWriter
from copydesk.events import CleanArticle, RawArticle, encode
from copydesk.index_port import Verdict
from copydesk.log_port import Message
from copydesk.message_headers import headers, trace_of
from copydesk.pipeline import CLEAN, CLEAN_STAGE, DEAD, INDEX_STAGE, RAW
from copydesk.producers.outbox import Outbox
from copydesk.runtime.worker import Worker
from copydesk.telemetry.otel_spans import SCHEMA_URL, OtelSpans
from copydesk.telemetry.spans import listen_to_spans
from copydesk.telemetry.trace_context import span_ids
from tests.runtime.test_worker import Scripted
from tests.support.articles import cleaned, story
from tests.support.documents import raw_event
from tests.support.fakes import MemoryLog

IDS = [f"{number:032x}" for number in (0xA1, 0xB2)]


@pytest.fixture
def exporter() -> Iterator[tuple[InMemorySpanExporter, OtelSpans]]:
    kept = InMemorySpanExporter()
    spans = OtelSpans(kept, {"service.name": "copydesk-test"}, "kafka", "elasticsearch")
    listen_to_spans(spans)
    yield kept, spans
    listen_to_spans(None)
    spans.close()


class TakesAll:
    def upsert(self, articles: Sequence[CleanArticle], *_: object) -> list[Verdict]:
        return [Verdict("stored")] * len(articles)


class Cleans(Scripted):
    """Makes a clean article of each event that is not to be refused."""

    def answer(self, value: bytes):  # type: ignore[no-untyped-def]
        import msgspec

        outcome = super().answer(value)
        if outcome.status != "done":
            return outcome
        raw = msgspec.json.decode(value, type=RawArticle)
        made = msgspec.structs.replace(cleaned(story()), id=raw.id, revision=raw.revision, source=raw.source)
        return outcome._replace(value=encode(made))


def drain(worker: Worker) -> None:
    drain = threading.Event()
    drain.set()
    worker.run(threading.Event(), drain)


def named(spans: list[ReadableSpan], name: str) -> list[ReadableSpan]:
    return [span for span in spans if span.name == name]


def test_one_article_is_one_trace_from_the_producer_to_the_index(
    exporter: tuple[InMemorySpanExporter, OtelSpans],
) -> None:
    log = MemoryLog()
    events = [raw_event(number, "text" if number == IDS[0] else "refuse", source="a.example") for number in IDS]
    messages = [
        Message("a.example", encode(each), headers(RawArticle, trace_of(each.id, each.revision))) for each in events
    ]
    Outbox(log, threading.Event(), who="seeds").publish(RAW, messages)
    drain(Worker(CLEAN_STAGE, log, Cleans()))
    drain(Worker(INDEX_STAGE, log, IndexWriter(TakesAll())))  # type: ignore[arg-type]
    kept, spans = exporter
    spans.close()
    found = list(kept.get_finished_spans())
    first, _ = named(found, f"create {RAW}")
    assert (first.context.trace_id, first.context.span_id) == span_ids(trace_of(IDS[0], events[0].revision))
    assert first.parent is None
    mine = [span for span in found if span.context.trace_id == int(IDS[0], 16)]
    cleaning, indexing = named(mine, f"process {RAW}")[0], named(mine, f"process {CLEAN}")[0]
    assert (cleaning.parent.span_id, indexing.parent.span_id) == (first.context.span_id, cleaning.context.span_id)
    assert {key: cleaning.attributes[key] for key in ("messaging.system", "messaging.destination.name",
            "messaging.operation.type", "messaging.consumer.group.name", "copydesk.outcome")} == {
        "messaging.system": "kafka", "messaging.destination.name": RAW, "messaging.operation.type": "process",
        "messaging.consumer.group.name": "clean", "copydesk.outcome": "done",
    }  # fmt: skip
    assert cleaning.start_time <= cleaning.end_time <= time.time_ns()
    assert cleaning.instrumentation_scope.schema_url == SCHEMA_URL
    (refused,) = [span for span in named(found, f"process {RAW}") if span.attributes["copydesk.outcome"] == "refused"]
    assert refused.context.trace_id == int(IDS[1], 16)
    (bulk,) = named(found, "bulk articles")
    assert bulk.attributes["db.system.name"] == "elasticsearch"
    assert [link.context.trace_id for link in bulk.links] == [int(IDS[0], 16)]
    assert {len(span.links) for span in named(found, f"send {RAW}")} == {2}
    (letter,) = log.scan(DEAD)
    assert letter.headers["traceparent"].split("-")[1] == IDS[1]


def test_without_a_listener_the_header_goes_on_as_it_is() -> None:
    log, event = MemoryLog(), raw_event(IDS[0], "text", source="a.example")
    trace = trace_of(event.id, event.revision)
    log.publish(RAW, [Message("a.example", encode(event), headers(RawArticle, trace))])
    drain(Worker(CLEAN_STAGE, log, Cleans()))
    assert [record.headers["traceparent"] for record in log.scan(CLEAN)] == [trace]


def test_nothing_of_opentelemetry_or_prometheus_is_imported_unasked() -> None:
    program = (
        "import sys; from copydesk.cli.app import COMMANDS, assembled; assembled(COMMANDS); "
        "sys.exit(any(name.startswith(('opentelemetry', 'prometheus_client')) for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=120).returncode == 0
