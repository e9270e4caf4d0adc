"""The clean stage: a raw article's event in, a clean article's event or a refusal out. Runs in the crew's processes."""

import msgspec

from copydesk.events import RawArticle, decode, encode
from copydesk.outcome import Outcome
from copydesk.text.block import Refused
from copydesk.text.clean import clean


def clean_event(value: bytes) -> Outcome:
    """`articles.raw` to `articles.clean`: JSON of a RawArticle to JSON of a CleanArticle."""
    try:
        raw = decode(RawArticle, value)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return Outcome("failed", reason=f"not a RawArticle event: {error}")
    found = clean(raw)
    return Outcome("refused", reason=found.reason) if isinstance(found, Refused) else Outcome("done", encode(found))
