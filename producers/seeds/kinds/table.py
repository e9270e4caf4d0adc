"""Tell what kind of file one is, by its name and its first bytes: the one table of kinds that every command shares."""

import re
from typing import Literal, NamedTuple

KindName = Literal[
    "text", "html", "markdown", "rows", "array", "table", "links", "feed", "mail", "mailbox", "mhtml", "warc", "wacz",
    "zip", "tar",
]  # fmt: skip


class SeedKind(NamedTuple):
    """Describe a kind of file. `extra` is what has to be installed to read it, "" for nothing."""

    name: KindName
    suffixes: tuple[str, ...]
    becomes: str
    extra: str = ""


SEED_KINDS = (
    SeedKind("text", (".txt",), "an article as scraped; links where most lines are addresses"),
    SeedKind("html", (".html", ".htm", ".xhtml"), "a page"),
    SeedKind("markdown", (".md", ".markdown"), "an article; front matter gives its facts"),
    SeedKind("rows", (".jsonl", ".ndjson"), "an article a line"),
    SeedKind("array", (".json",), "an article an object of the list; links of a list of addresses"),
    SeedKind("table", (".csv", ".tsv"), "an article a row; links where there are addresses and no texts"),
    SeedKind("links", (".urls",), "links: an address a line, a title behind it, `#` comments"),
    SeedKind("feed", (".rss", ".atom", ".rdf", ".xml"), "an article an item; a link an item without text", "feeds"),
    SeedKind("mail", (".eml",), "an article: a newsletter's HTML, else its text"),
    SeedKind("mailbox", (".mbox",), "an article a mail"),
    SeedKind("mhtml", (".mhtml", ".mht"), "a page as browsers save it, with its address"),
    SeedKind("warc", (".warc",), "a page a response of HTML", "archives"),
    SeedKind("wacz", (".wacz",), "a page a response of HTML", "archives"),
    SeedKind("zip", (".zip",), "what its members become"),
    SeedKind("tar", (".tar", ".tgz"), "what its members become"),
)  # fmt: skip
PACKED = (".gz", ".zst")
"""Suffixes that may stand behind any of these, and behind names without one."""
ARCHIVE_KINDS = frozenset[KindName]({"zip", "tar", "wacz"})

_BY_SUFFIX = {suffix: kind.name for kind in SEED_KINDS for suffix in kind.suffixes}
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf|\s|<!--(?:[^-]|-(?!->))*+-->|<\?xml[^>]*+>)*+<(?:!doctype\s++html|html\b)", re.IGNORECASE
)
_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF)[\s>]")
_HEADER = re.compile(
    rb"^(?:from|to|date|subject|mime-version|message-id|received|return-path|content-type):",
    re.IGNORECASE | re.MULTILINE,
)
_FIRST_HEADER = re.compile(rb"[A-Za-z][A-Za-z-]*+: ?\S")
_JSON = re.compile(rb"""(?:\xef\xbb\xbf)?+\s*+[\[{]\s*+["{\[}\]]""")
_RELATED = re.compile(rb"^content-type:\s*+multipart/related", re.IGNORECASE | re.MULTILINE)
_MAIL_HEADERS = 3
_STRONG = frozenset[KindName]({"html", "mhtml", "mail", "warc"})
"""Kinds that a file of no known name in a folder is taken for, by its content."""


def known_suffixes() -> str:
    """Return the suffixes of all kinds in words."""
    first = [kind.suffixes[0] for kind in SEED_KINDS]
    return f"{', '.join(first[:-1])} or {first[-1]}"


def bare_name(name: str) -> str:
    """Return a file's name in lower case without what says that it is packed."""
    bare = name.lower()
    for suffix in PACKED:
        bare = bare.removesuffix(suffix)
    return bare


def kind_of_name(name: str) -> KindName | None:
    """Return the kind that a name speaks of, None where its suffix is not known."""
    bare = bare_name(name)
    at = bare.rfind(".")
    return _BY_SUFFIX.get(bare[at:]) if at >= 0 else None


def suffix_of(name: str) -> str:
    """Return what a file of no known kind is counted under: its suffix, or words for none."""
    base = name.lower().rpartition("/")[2]
    at = base.rfind(".")
    return base[at:][:20] if at > 0 else "without a suffix"


def seed_kind(name: str, head: bytes, *, named: bool = True) -> KindName | None:
    """Return the kind of a file by its name and its first bytes, which win where they are clear; None for no kind.

    `named` says that a person asked for this very file: then whatever its beginning speaks of is taken.
    """
    kind, content = kind_of_name(name), _kind_of_content(head)
    if kind is None:
        return content if named or content in _STRONG else None
    if kind in {"text", "html"}:
        return content if content in {"mhtml", "warc"} else kind
    if kind == "feed" or kind in {"table", "array"}:
        return "html" if content == "html" else kind
    return kind


def _kind_of_content(head: bytes) -> KindName | None:
    if head.startswith(b"WARC/"):
        return "warc"
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    if head[257:262] == b"ustar":
        return "tar"
    if _HTML.match(head):
        return "html"
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and _FEED.search(head):
        return "feed"
    if head.startswith(b"From ") and len(_HEADER.findall(head)) >= _MAIL_HEADERS:
        return "mailbox"
    if _FIRST_HEADER.match(head) and len(_HEADER.findall(head)) >= _MAIL_HEADERS:
        return "mhtml" if _RELATED.search(head) else "mail"
    return "array" if _JSON.match(head) else None
