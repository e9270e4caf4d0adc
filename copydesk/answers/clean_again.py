"""Clean a document as the next one of its source would be: with the text that recurs there and what people decided."""

from typing import TYPE_CHECKING

from copydesk.consumers.recurring_header import EMPTY_HEADER, add_header, decode_header, split_header
from copydesk.consumers.standing_memory import StandingMemory
from copydesk.events import PageType, RawArticle, encode
from copydesk.log_port import Log
from copydesk.runtime.outcome import Outcome

if TYPE_CHECKING:
    from copydesk.cleaning.site_rules import Rules

OF_NO_SOURCE = EMPTY_HEADER
"""The header of a document that is cleaned by itself."""
CLEAN_AGAIN_PRELOAD = ("copydesk.answers.clean_again", "copydesk.loaded_models")
"""What processes that clean so share, already imported."""


def header_of_source(log: Log, source: str) -> bytes:
    """Return what is known of a source now, to go before its documents. Raises LogUnavailable."""
    return StandingMemory(log).header(source)


def behind_header(header: bytes, raw: RawArticle) -> bytes:
    """Return the event of an article behind the header of its source."""
    return add_header(header, encode(raw))


def clean_behind_header(value: bytes, rules: "Rules", refuse: frozenset[PageType]) -> Outcome:
    """Clean what `behind_header` returned, in a worker process; the outcome is as of `clean_raw_event`."""
    from copydesk.api import clean_raw_event  # models and lists: for those who clean alone

    header, event = split_header(value)
    known = decode_header(header)
    return clean_raw_event(event, known.recurring, rules, refuse, known.corrections)
