"""Export spans by OpenTelemetry: one a stage and event, and linked ones for batches; of the extra `otel`.

Names and attributes are those of the semantic conventions for messaging and databases, of the version in `CONVENTIONS`.
An article's `traceparent` begins with an id as trace and a revision as span, whether anybody listens or not; where one
does, that first span is a real one: the SDK is handed the ids for it.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import Link, Span, SpanContext, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from copydesk.telemetry.spans import ProcessedEvent, listen_to_spans
from copydesk.telemetry.trace_context import span_ids

CONVENTIONS = "1.44.0"
SCHEMA_URL = f"https://opentelemetry.io/schemas/{CONVENTIONS}"
MOST_LINKS = 128
"""Links of one batch's span: what the SDK keeps at most."""
_AT_ONCE, _WAITING = 512, 16_384
_read_header = TraceContextTextMapPropagator()


class _Ids(RandomIdGenerator):
    """Give a first span the ids it is known by already, and random ones to all others."""

    def __init__(self) -> None:
        self._wanted = threading.local()

    @contextmanager
    def these(self, trace: int, span: int) -> Iterator[None]:
        """Have the span that is begun within the block have these ids."""
        self._wanted.ids = trace, span
        try:
            yield
        finally:
            self._wanted.ids = None

    def generate_trace_id(self) -> int:
        """Return the trace id of the next span."""
        ids: tuple[int, int] | None = getattr(self._wanted, "ids", None)
        return ids[0] if ids else super().generate_trace_id()

    def generate_span_id(self) -> int:
        """Return the id of the next span."""
        ids: tuple[int, int] | None = getattr(self._wanted, "ids", None)
        return ids[1] if ids else super().generate_span_id()


class _StageSpan:
    def __init__(self, span: Span) -> None:
        self._span = span
        context = span.get_span_context()
        self.traceparent = f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"

    def end(self, status: str, reason: str) -> None:
        self._span.set_attribute("copydesk.outcome", status)
        if status != "done":
            self._span.set_attribute("copydesk.reason", reason[:200])
        if status == "failed":
            self._span.set_attribute("error.type", "failed")
            self._span.set_status(Status(StatusCode.ERROR, reason[:200]))
        self._span.end()


class OtelSpans:
    """Make OpenTelemetry's spans of what stages and producers tell, as a SpanListener.

    `messaging` and `database` name the systems that log and index are on; `resource` says which process this is.
    """

    def __init__(self, exporter: SpanExporter, resource: dict[str, str], messaging: str, database: str) -> None:
        self._ids = _Ids()
        self._provider = TracerProvider(resource=Resource.create(dict(resource)), id_generator=self._ids)
        self._provider.add_span_processor(
            BatchSpanProcessor(exporter, max_queue_size=_WAITING, max_export_batch_size=_AT_ONCE)
        )
        self._tracer = self._provider.get_tracer("copydesk", schema_url=SCHEMA_URL)
        self._messaging, self._database = messaging, database

    def begun(self, topic: str, traceparents: Sequence[str], began: int) -> None:
        """See SpanListener: a span each, with the ids that its header names, and one for the batch."""
        attributes = self._about(topic, "create", "create")
        for traceparent in traceparents:
            if ids := span_ids(traceparent):
                with self._ids.these(*ids):
                    span = self._tracer.start_span(
                        f"create {topic}", kind=SpanKind.PRODUCER, attributes=attributes, start_time=began
                    )
                span.end()
        self.sent(topic, traceparents, began)

    def received(self, topic: str, group: str, traceparents: Sequence[str | None], began: int) -> None:
        """See SpanListener."""
        about = self._about(topic, "poll", "receive") | {"messaging.consumer.group.name": group}
        self._batch(f"poll {topic}", traceparents, began, about)

    def processing(self, event: ProcessedEvent, began: int) -> _StageSpan:
        """See SpanListener."""
        about = self._about(event.topic, "process", "process") | {
            "messaging.consumer.group.name": event.group,
            "messaging.destination.partition.id": str(event.partition),
            "messaging.kafka.offset": event.offset,
            "messaging.kafka.message.key": event.key,
            "messaging.message.body.size": event.size,
            "copydesk.stage": event.stage,
        }
        parent = _read_header.extract({"traceparent": event.traceparent or ""})
        return _StageSpan(
            self._tracer.start_span(
                f"process {event.topic}", context=parent, kind=SpanKind.CONSUMER, attributes=about, start_time=began
            )
        )

    def sent(self, topic: str, traceparents: Sequence[str], began: int) -> None:
        """See SpanListener."""
        self._batch(f"send {topic}", traceparents, began, self._about(topic, "send", "send"), SpanKind.PRODUCER)

    def stored(self, traceparents: Sequence[str | None], began: int) -> None:
        """See SpanListener."""
        about: dict[str, str | int] = {
            "db.system.name": self._database, "db.operation.name": "bulk", "db.collection.name": "articles",
        }  # fmt: skip
        if len(traceparents) > 1:
            about["db.operation.batch.size"] = len(traceparents)
        self._batch("bulk articles", traceparents, began, about)

    def close(self) -> None:
        """Export what is left."""
        self._provider.shutdown()

    def _about(self, topic: str, name: str, kind: str) -> dict[str, str | int]:
        return {
            "messaging.system": self._messaging, "messaging.destination.name": topic,
            "messaging.operation.name": name, "messaging.operation.type": kind,
        }  # fmt: skip

    def _batch(
        self,
        name: str,
        traceparents: Sequence[str | None],
        began: int,
        about: dict[str, str | int],
        kind: SpanKind = SpanKind.CLIENT,
    ) -> None:
        """Make the span of a batch, linked to those of its events: it belongs to no trace of theirs."""
        if "messaging.system" in about and len(traceparents) > 1:
            about["messaging.batch.message_count"] = len(traceparents)
        found = [ids for each in traceparents[:MOST_LINKS] if (ids := span_ids(each))]
        links = [Link(SpanContext(trace, span, is_remote=True)) for trace, span in found]
        self._tracer.start_span(name, kind=kind, attributes=about, links=links, start_time=began).end()


@contextmanager
def spans_exported(collector: str, resource: dict[str, str], messaging: str, database: str) -> Iterator[None]:
    """Send the spans of this process to an OTLP collector at an address, over HTTP, within the block."""
    endpoint = collector if collector.endswith("/v1/traces") else f"{collector.rstrip('/')}/v1/traces"
    spans = OtelSpans(OTLPSpanExporter(endpoint=endpoint), resource, messaging, database)
    listen_to_spans(spans)
    try:
        yield
    finally:
        listen_to_spans(None)
        spans.close()
