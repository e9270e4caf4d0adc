"""Run the clean stage, in processes of its own: a RawArticle event in, a CleanArticle event or a refusal out."""

import time
from collections.abc import Collection
from typing import TYPE_CHECKING

import msgspec

from copydesk.consumers.recurring_header import decode_header, encode_lesson, split_header
from copydesk.events import LIST_TYPES, PageType, RawArticle, Refused, decode, encode
from copydesk.identity import problem_of_event
from copydesk.runtime.outcome import Outcome

if TYPE_CHECKING:
    from copydesk.cleaning.site_rules import Rules

CLEANING_PRELOAD = ("copydesk.consumers.clean", "copydesk.loaded_models")
"""The modules that the processes which clean are forked with."""


def clean_event(value: bytes, rules: "Rules | None" = None, refuse: Collection[PageType] = LIST_TYPES) -> Outcome:
    """Return the CleanArticle of `value`, an `articles.raw` event behind the header of its source.

    `rules` are those of sites, by host; `refuse` names the types of pages that are not wanted.
    """
    from copydesk.cleaning.article import clean_and_measure  # models and lists: for those who clean alone

    header, event = split_header(value)
    try:
        raw = decode(RawArticle, event)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return Outcome("failed", reason=f"not a RawArticle event: {error}")
    if problem := problem_of_event(raw.id, raw.revision, time.time_ns() // 1_000_000):
        return Outcome("refused", reason=problem)
    known = decode_header(header)
    found, quality = clean_and_measure(raw, known.recurring, rules, refuse, known.corrections)
    if isinstance(found, Refused):
        return Outcome("refused", reason=found.reason)
    return Outcome("done", encode(found), measured=msgspec.json.encode(quality), learned=encode_lesson(found))
