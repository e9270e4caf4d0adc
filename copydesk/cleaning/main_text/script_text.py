"""Tell a line of a script, a style sheet or their data from prose."""

import re

from copydesk.cleaning.lexicon.line_words import any_of
from copydesk.cleaning.thresholds.main_text import SCRIPT_LEAST, SCRIPT_MARKS, SCRIPT_READ

_MARK = re.compile(r"[{}();=<>\[\]\"':,]")
_SIGN = re.compile(
    rf"\bfunction ?\w{{0,40}}\(|\)\s?=>\s?[{{(]|\b{any_of('script.declaration')} [\w$]{{1,40}} ?= ?"
    rf"|\b{any_of('script.object')}\.\w|[\w$]\.{any_of('script.action')}\b"
    r"|(?:[=!]==?|&&|\|\|)\s?[\w'\"!(]|\)\s?\{[^{}]{0,300};"
    r"|[{,]\s?\"[\w@$-]{1,40}\"\s?:|[{;]\s?[a-z-]{3,30}\s?:\s?[^:;{}]{1,80};",
    re.IGNORECASE,
)


def is_script(text: str) -> bool:
    """Whether a text is a program or its data: signs that these alone have, and marks in plenty; no tutorial's word."""
    head = text[:SCRIPT_READ]
    if len(text) < SCRIPT_LEAST or ("{" not in head and "=" not in head):
        return False
    marks = sum(map(len, _MARK.findall(head)))
    return marks >= SCRIPT_MARKS * len(head) and _SIGN.search(head) is not None
