"""Read Markdown as a page, and its front matter as the facts of a row."""

import html
import re

from copydesk.events import Refused
from copydesk.web.charset import decode_text

_LIMIT = 4 << 20
_MATTER = re.compile(r"(?:---|\+\+\+)[ \t]*\n(.*?)\n(?:---|\+\+\+|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_FACT = re.compile(r"^([A-Za-z_]{1,20}+)[ \t]*+[:=][ \t]*+(\S[^\n]*+)$", re.MULTILINE)
_FIELDS = {
    "title": "title", "author": "authors", "authors": "authors", "date": "published_at", "published": "published_at",
    "published_at": "published_at", "url": "url", "link": "url", "source": "url", "site": "site", "id": "id",
}  # fmt: skip
_LONGEST_MATTER = 20_000


def fields_of_markdown(data: bytes) -> dict[str, object] | Refused:
    """Return the fields of a row: the text as HTML, and what the front matter says in lines of `key: value`."""
    if len(data) > _LIMIT:
        return Refused(f"The document is over the limit of {_LIMIT >> 20} MiB for Markdown")
    found = decode_text(data)
    if isinstance(found, Refused):
        return found
    text = found.text.replace("\r\n", "\n").removeprefix("\ufeff")
    fields: dict[str, object] = {}
    matter = _MATTER.match(text[:_LONGEST_MATTER])
    if matter is not None:
        for key, value in _FACT.findall(matter[1]):
            if (field := _FIELDS.get(key.lower())) is not None:
                fields.setdefault(field, _value(field, value))
        text = text[matter.end() :]
    if not text.strip():
        return Refused("The document is empty")
    from markdown_it import MarkdownIt  # a dozen modules, for files of this kind alone

    body = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text)
    title = str(fields.get("title") or "")
    heading = f"<h1>{html.escape(title)}</h1>\n" if title and "<h1>" not in body else ""
    fields["html"] = (
        f"<!doctype html><html><head><title>{html.escape(title)}</title></head>"
        f"<body><article>\n{heading}{body}</article></body></html>"
    )
    return fields


def _value(field: str, value: str) -> str | list[str]:
    bare = value.strip()
    if field == "authors":
        return [each.strip(" \"'") for each in bare.strip("[]").split(",")]
    return bare[1:-1] if len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "\"'" else bare
