"""Makes text from outside safe to print on a terminal."""

import re

_SPACES = re.compile("[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")
_CONTROLS = re.compile(  # C0, DEL, C1; direction marks, embeddings, overrides, isolates; annotation marks
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]+"
)
_SURROGATES = re.compile("[\ud800-\udfff]")


def safe(text: str) -> str:
    """One line that cannot move the cursor, colour, reverse or rewrite anything: line ends and tabs become spaces,
    controls and direction overrides are gone, lone surrogates are replaced. Printable text stays as it is.
    """
    if text.isascii() and text.isprintable():
        return text
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", _SPACES.sub(" ", text)))
