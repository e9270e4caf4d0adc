"""Send the spans of a process to a collector while it runs, where one is named; else nothing is imported."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from copydesk import __version__
from copydesk.cli.extras import require_extra
from copydesk.settings import Settings


@contextmanager
def traced(settings: Settings, service: str) -> Iterator[None]:
    """Export spans within the block, as those of this service. Raises MissingExtra."""
    if not settings.traces:
        yield
        return
    require_extra("otel", "exporting spans (COPYDESK_TRACES)")
    from copydesk.telemetry.otel_spans import spans_exported  # of an extra, and slow to import

    theirs = logging.getLogger("opentelemetry")  # which tells when a collector does not answer
    theirs.handlers, theirs.propagate = logging.getLogger("copydesk").handlers, False
    resource = {"service.name": f"copydesk-{service}", "service.namespace": "copydesk", "service.version": __version__}
    messaging, database = "kafka" if settings.log else "sqlite", "elasticsearch" if settings.index else "sqlite"
    with spans_exported(settings.traces, resource, messaging, database):
        yield
