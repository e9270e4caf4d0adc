"""Compares our path with feedparser over its published test files: `python -m bench.bench_feedparser_corpus DIR`.

DIR is the `tests` folder of a feedparser checkout; the files are not part of this project. Each difference is counted
under the reason that explains it; what has none is listed, and makes the exit code 1.
"""

import calendar
import collections
import io
import re
import sys
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import feedparser

from copydesk.events import Refused
from copydesk.producers.feeds.formats.items import Item
from copydesk.producers.feeds.formats.parse import parse_feed
from copydesk.producers.web.link_cleaner import clean_link
from copydesk.producers.web.plain_text import plain_text

BASE = "http://127.0.0.1:8097/feed.xml"
HEADER = re.compile(rb"^\s*(?:<!--)?\s*Header:\s+([^:\n]+):([^\n]+?)(?:-->)?\s*$", re.MULTILINE)


def main() -> int:
    """Compare every file and print the table."""
    warnings.simplefilter("ignore")  # feedparser's parser for broken documents warns of its own regular expressions
    counts: collections.Counter[str] = collections.Counter()
    unexplained = []
    for path in sorted(Path(sys.argv[1]).rglob("*.xml")):
        reasons = compare(path.read_bytes())
        counts.update(reasons or {"the same entries"})
        unexplained += [f"{path}: {reason}" for reason in reasons if reason.startswith("?")]
    for reason, count in counts.most_common():
        print(f"{count:6} {reason}")
    print(*unexplained, sep="\n")
    return 1 if unexplained else 0


def compare(body: bytes) -> set[str]:
    """Why our items differ from feedparser's entries; a reason that begins with ? is not explained."""
    headers = {name.decode().strip().lower(): value.decode().strip() for name, value in HEADER.findall(body)}
    base = headers.setdefault("content-location", BASE)
    content_type = headers.get("content-type")
    headers.setdefault("content-type", "application/xml")
    theirs = feedparser.parse(io.BytesIO(body), response_headers=headers, sanitize_html=False)
    ours = parse_feed(body, content_type, base, datetime.now(UTC))
    if isinstance(ours, Refused):
        if "refused" in ours.reason:
            return {"a document type or entities: refused here"}
        return {"? refused: " + ours.reason} if theirs.entries else set()
    if len(ours.items) != len(theirs.entries):
        return {f"? {len(ours.items)} items, not {len(theirs.entries)}"}
    reasons: set[str] = set()
    for item, entry in zip(ours.items, theirs.entries, strict=True):
        reasons |= differences(item, dict(entry), base)
    return reasons


def differences(item: Item, entry: dict[str, Any], base: str) -> set[str]:
    """Why one item differs from its entry."""
    reasons = set()
    title = str(entry.get("title") or "")
    if item.title != plain_text(title):
        if item.title == plain_text(title, html=True):
            reasons.add("a title that says it is HTML: shown here without its markup")
        elif any("\x80" <= c <= "\u2122" for c in title) and not item.title.isascii():
            reasons.add("an encoding that nothing declares: told here, garbled there")
        else:
            reasons.add(f"? title {item.title!r}, not {title!r}")
    reasons |= _links(item, entry, base)
    if (item.guid or "") != (entry.get("id") or ""):
        opaque = item.guid is not None and entry.get("id") == urljoin(base, item.guid)
        reasons.add("a guid is kept as the feed has it" if opaque else f"? guid {item.guid!r}, not {entry.get('id')!r}")
    for mine, raw, name in ((item.published_at, entry.get("published"), "published"),
                            (item.modified_at, entry.get("updated"), "updated")):  # fmt: skip
        parsed = entry.get(f"{name}_parsed")
        if mine != (datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None):
            known = name == "published" and entry.get("created_parsed")
            reasons.add("a date of creation counts as published" if known else f"? {name} {mine}, not {raw!r}")
    parts = [part for part in entry.get("content", ()) if part.get("value")]
    if item.content != max((part["value"] for part in parts), key=len, default=""):
        binary = any("octet" in str(part.get("type")) for part in parts)
        reasons.add("content that calls itself binary is left out" if binary else f"? content {item.content[:60]!r}")
    return reasons


def _links(item: Item, entry: dict[str, Any], base: str) -> set[str]:
    link = entry.get("link")
    if (item.url or "") == (link or ""):
        return set()
    if link and item.url == clean_link(link, base):
        return {"a link made plain (fragment, spaces, tracking)"}
    if not link and item.url == clean_link(entry.get("id"), base):
        return {"RDF says what the item is about: that is its link"}
    if link and item.url is None and link == entry.get("id") and "/" not in (item.guid or ""):
        return {"a guid that is no address is no link"}
    return {f"? link {item.url!r}, not {link!r}"}


if __name__ == "__main__":
    sys.exit(main())
