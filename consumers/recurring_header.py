"""Pack and unpack what goes between the memory of a source and the processes that clean its articles.

A process is handed one value an event: a line of JSON with the source's recurring text and people's corrections, and
behind it the RawArticle event as it was published. Beside the clean article it hands back what the memory learns of it:
the hashes of its texts, so that nobody need read the article again. `source_memory.py` packs the first and unpacks the
second, `clean.py` the other way round.
"""

import msgspec
from msgspec import Struct

from copydesk.cleaning.corrections import CORRECTED, UNCORRECTED, Corrections
from copydesk.cleaning.recurring_counts import EVIDENCE, SeenText, seen_texts
from copydesk.events import CleanArticle

EMPTY_HEADER = b"{}"
"""The header of a source of which nothing is known."""


class SourceTexts(Struct, frozen=True, omit_defaults=True):
    """Hold the texts that recur, hashes with the reason in words, and what people decided."""

    recurring: dict[str, str] = {}
    corrections: Corrections = UNCORRECTED


class Lesson(Struct, frozen=True, array_like=True):
    """Hold what a source's memory learns of one article: its texts, those that were cut as recurring too."""

    id: str
    texts: tuple[SeenText, ...]


_encoder = msgspec.json.Encoder()
_lessons = msgspec.json.Decoder(Lesson)
_decoder = msgspec.json.Decoder(SourceTexts)


def encode_header(known: SourceTexts) -> bytes:
    """Write what is known as a header; JSON escapes line ends, so it is one line."""
    return _encoder.encode(known)


def decode_header(header: bytes) -> SourceTexts:
    """Read a header; raises msgspec.DecodeError for what is none, which only a bug of ours can cause."""
    return _decoder.decode(header)


def add_header(header: bytes, event: bytes) -> bytes:
    """Put a header in front of an event. Kept apart from encoding: a source's header changes less often."""
    return b"%b\n%b" % (header, event)


def split_header(value: bytes) -> tuple[bytes, bytes]:
    """Return the header and the event; where there is no line end, the event is empty."""
    header, _, event = value.partition(b"\n")
    return header, event


def encode_lesson(article: CleanArticle) -> bytes:
    """Write what a source's memory learns of an article."""
    cut = [piece.text for piece in article.removed if piece.evidence in {EVIDENCE, CORRECTED}]
    return _encoder.encode(Lesson(article.id, seen_texts([*article.paragraphs, *cut])))


def decode_lesson(lesson: bytes) -> Lesson:
    """Read what `encode_lesson` wrote."""
    return _lessons.decode(lesson)
