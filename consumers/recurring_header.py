"""Pack and unpack the header that carries what is known of a source to the processes that clean its articles.

A process is handed one value an event: a line of JSON with the source's recurring text and people's corrections, and
behind it the RawArticle event as it was published. `source_memory.py` packs it, `clean.py` unpacks it.
"""

import msgspec
from msgspec import Struct

from copydesk.cleaning.corrections import UNCORRECTED, Corrections

EMPTY_HEADER = b"{}"
"""The header of a source of which nothing is known."""


class SourceTexts(Struct, frozen=True, omit_defaults=True):
    """Hold the texts that recur, hashes with the reason in words, and what people decided."""

    recurring: dict[str, str] = {}
    corrections: Corrections = UNCORRECTED


_encoder = msgspec.json.Encoder()
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
