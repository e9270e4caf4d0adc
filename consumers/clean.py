"""The clean stage: a raw article's event in, a clean article's event or a refusal out. Runs in the crew's processes."""

import msgspec

from copydesk.cleaning.article import clean
from copydesk.cleaning.site_rules import Rules
from copydesk.consumers.source_memory import read_furniture
from copydesk.events import RawArticle, Refused, decode, encode
from copydesk.runtime.outcome import Outcome


def clean_event(value: bytes, rules: Rules | None = None) -> Outcome:
    """`articles.raw` to `articles.clean`: the source's furniture in a line, and a RawArticle; out, a CleanArticle.

    `rules` are those of sites, by host.
    """
    furniture, _, event = value.partition(b"\n")
    try:
        raw = decode(RawArticle, event)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return Outcome("failed", reason=f"not a RawArticle event: {error}")
    found = clean(raw, read_furniture(furniture), rules)
    return Outcome("refused", reason=found.reason) if isinstance(found, Refused) else Outcome("done", encode(found))
