"""Patch feedparser where it takes quadratic time, and where it cuts an address in two.

An author of 100 kB without a blank costs it a minute; of `jane@post.example (Jane Roe)` it takes `jane@post.exam` for
the address, as domains had four letters at most.
"""

import re
from typing import Any

from feedparser.mixin import _FeedParserMixin
from feedparser.util import FeedParserDict

ORIGINAL = _FeedParserMixin._sync_author_detail
"""The method of the library, of 6.0.12; `tests/feeds/test_linear_authors.py` tells when another one comes."""

# The library's own pattern, tried once a word by the look back, and with domains as long as they are today.
_ADDRESS = re.compile(
    r"(?<![a-zA-Z0-9_\-.+])[a-zA-Z0-9_\-.+]+@(?:\[[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.|(?:[a-zA-Z0-9\-]+\.)+)"
    r"(?:[a-zA-Z]{2,63}|[0-9]{1,3})\]?(?:\?subject=\S+)?"
)


def patch_feedparser() -> None:
    """Replace the method that parts an author into name and address; where domains are short, the answers are its."""
    _FeedParserMixin._sync_author_detail = _sync_author_detail


def _sync_author_detail(self: Any, key: str = "author") -> None:
    context = self._get_context()
    detail, author = context.get(f"{key}s", [FeedParserDict()])[-1], context.get(key)
    if detail or not author:
        ORIGINAL(self, key)  # which searches nothing then
        return
    if (found := _ADDRESS.search(author)) is not None:
        detail["email"] = found[0]
        for gone in (found[0], "()", "<>", "&lt;&gt;"):
            author = author.replace(gone, "")
        author = author.strip().removeprefix("(").removesuffix(")").strip()
    if author:
        detail["name"] = author
    context.setdefault(f"{key}_detail", detail)
