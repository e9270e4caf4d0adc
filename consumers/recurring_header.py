"""Pack and unpack the header that carries a source's recurring text to the processes that clean its articles.

A process is handed one value an event: a line of JSON, which maps the hash of each text to be cut to the reason in
words, and behind it the RawArticle event as it was published. `source_memory.py` packs it, `clean.py` unpacks it.
"""

from collections.abc import Mapping

import msgspec

EMPTY_HEADER = b"{}"
"""The header of a source in whose articles nothing recurs."""
_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(dict[str, str])


def encode_header(recurring: Mapping[str, str]) -> bytes:
    """Write the texts to be cut, reasons by hash, as a header; JSON escapes line ends, so it is one line."""
    return _encoder.encode(recurring)


def decode_header(header: bytes) -> dict[str, str]:
    """Read a header; raises msgspec.DecodeError for what is none, which only a bug of ours can cause."""
    return _decoder.decode(header)


def add_header(header: bytes, event: bytes) -> bytes:
    """Put a header in front of an event. Kept apart from encoding: a source's header changes less often."""
    return b"%b\n%b" % (header, event)


def split_header(value: bytes) -> tuple[bytes, bytes]:
    """Return the header and the event; where there is no line end, the event is empty."""
    header, _, event = value.partition(b"\n")
    return header, event
