"""What a page says about its article: title, authors, dates, language, address, and where each was found."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import urljoin

from copydesk.identity import host_of
from copydesk.text.jsonld import article_of, nodes, text_of, texts_of
from copydesk.text.page import Page


class Metadata(NamedTuple):
    """The article's metadata; `provenance` names the origin of each field, `originals` the text it was made from."""

    title: str = ""
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    modified_at: datetime | None = None
    canonical_url: str | None = None
    language: str | None = None
    provenance: Mapping[str, str] = MappingProxyType({})
    originals: Mapping[str, str] = MappingProxyType({})


def read_metadata(page: Page, url: str | None) -> Metadata:
    """Read the page's metadata; fields that nothing states stay empty."""
    metas = dict(reversed(page.metas))
    article = article_of(nodes(page.scripts)) or {}
    provenance: dict[str, str] = {}
    originals: dict[str, str] = {}

    def first(field: str, *candidates: tuple[str, Any]) -> Any:
        for origin, value in candidates:
            if value:
                provenance[field] = origin
                return value
        return None

    def instant(field: str, *candidates: tuple[str, str]) -> datetime | None:
        for origin, value in candidates:
            if value and (found := parse_instant(value)):
                provenance[field], originals[field] = origin, value
                return found
        return None

    heading = next((run.text for run in page.runs if run.box.tag == "h1"), "")
    canonical = next((href for rel, href in page.links if rel == "canonical"), "")
    canonical = urljoin(url or "", canonical) if canonical else ""
    said = article.get
    return Metadata(
        title=first(
            "title",
            ("json-ld", text_of(said("headline"))),
            ("open-graph", metas.get("og:title")),
            ("markup", heading),
            ("markup", page.title),
        )
        or "",
        authors=tuple(
            first("authors", ("json-ld", texts_of(said("author"))), ("meta", texts_of(metas.get("author")))) or ()
        ),
        published_at=instant(
            "published_at",
            ("json-ld", text_of(said("datePublished"))),
            ("open-graph", metas.get("article:published_time", "")),
        ),
        modified_at=instant(
            "modified_at",
            ("json-ld", text_of(said("dateModified"))),
            ("open-graph", metas.get("article:modified_time", "")),
        ),
        canonical_url=first("canonical_url", ("markup", canonical if host_of(canonical) else None)),
        language=first("language", ("markup", page.language.split("-")[0].lower() if page.language else None)),
        provenance=provenance,
        originals=originals,
    )


def parse_instant(text: str) -> datetime | None:
    """An ISO 8601 instant as UTC; without an offset it is read as UTC. None when it is not one."""
    try:
        found = datetime.fromisoformat(text.strip())
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
