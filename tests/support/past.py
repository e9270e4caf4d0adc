"""Reports of a council, and a past of them: published, cleaned in this process, and indexed."""

import threading

from copydesk.consumers.clean import clean_event
from copydesk.consumers.reclean import write_what_waits
from copydesk.consumers.recurring_header import EMPTY_HEADER, add_header
from copydesk.events import RawArticle, encode
from copydesk.index_port import Index
from copydesk.log_port import Log, Message
from copydesk.message_headers import headers
from copydesk.pipeline import CLEAN_STAGE, RAW
from copydesk.runtime.worker import Worker
from tests.support.documents import raw_event
from tests.support.inline import Inline

NOTE = "The harbour note at the end of every report is set here."
TOO_SHORT = "No."


def report(number: int, *, source: str = "a.example", revision: int = 1, text: str = "") -> RawArticle:
    body = text or (
        f"Council reads report {number}\n\nThe council read report number {number} on Tuesday and sent it to the "
        "committee that had asked for it in the spring.\n\nIt will be heard again in June, the mayor said, when the "
        f"figures of the water works are expected to be complete.\n\n{NOTE}"
    )
    return raw_event(f"{number:032x}", body, source=source, revision=revision)


def publish_raws(log: Log, *raws: RawArticle) -> None:
    """Publish what came in."""
    log.publish(RAW, [Message(raw.source, encode(raw), headers(RawArticle)) for raw in raws])


def clean_all(log: Log) -> None:
    """Clean what waits for it, by no rules."""
    drained = threading.Event()
    drained.set()
    alone = Inline(lambda value: clean_event(add_header(EMPTY_HEADER, value)))  # without the memory of its source
    Worker(CLEAN_STAGE, log, alone).run(threading.Event(), drained)


def ingest(log: Log, index: Index, *raws: RawArticle) -> None:
    """Publish, clean and index."""
    publish_raws(log, *raws)
    clean_all(log)
    write_what_waits(log, index, threading.Event())
