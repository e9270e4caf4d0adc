"""Make text from outside safe to print on a terminal."""

import re

_SPACES = re.compile("[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")
_CONTROLS = re.compile(  # C0, DEL, C1; direction marks, embeddings, overrides, isolates; annotation marks
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]+"
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_RAW_IN_JSON = re.compile(  # what JSON leaves as it is of the above, in UTF-8
    rb"\x7f|\xc2[\x80-\x9f]|\xd8\x9c|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]|\xef\xbf[\xb9-\xbb]"
)


def safe(text: str) -> str:
    """Return one line that cannot move the cursor, colour, reverse or rewrite anything.

    Line ends and tabs become spaces, controls and direction overrides are gone, lone surrogates are replaced.
    Printable text stays as it is.
    """
    if text.isascii() and text.isprintable():
        return text
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", _SPACES.sub(" ", text)))


def safe_json(document: bytes) -> bytes:
    """Return the same JSON, in UTF-8, with what acts on a terminal as escapes: it reads back as what it was."""
    return _RAW_IN_JSON.sub(lambda found: f"\\u{ord(found[0].decode()):04x}".encode(), document)
