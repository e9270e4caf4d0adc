"""Bring programs that find an article on a page under one roof: a row in, text and metadata out."""

from collections.abc import Callable
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import Any

from copydesk import Refused, clean

Extractor = Callable[[dict[str, Any]], dict[str, Any]]
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def copydesk(row: dict[str, Any]) -> dict[str, Any]:
    """Ask Copydesk, as shipped."""
    found = clean(row["html"], row["url"], source=row["site"], fetched_at=NOW)
    if isinstance(found, Refused):
        return {"text": ""}
    return _answer(found.title, "\n".join(found.paragraphs), list(found.authors), found.published_at)


def _answer(title: str | None, text: str | None, authors: list[str], published: datetime | None) -> dict[str, Any]:
    when = published.isoformat() if published else None
    return {"title": title, "text": text, "authors": authors, "published_at": when}


def others() -> dict[str, Extractor]:
    """Return the others that are installed, by name."""
    found: dict[str, Extractor] = {
        "trafilatura": _trafilatura({}),
        "precision": _trafilatura({"favor_precision": True}),
    }
    if find_spec("newspaper"):
        found["newspaper4k"] = _bravely(_newspaper())
    if find_spec("newsplease"):
        found["news-please"] = _bravely(_newsplease())
    return found


def _bravely(extract: Extractor) -> Extractor:
    """Take an error for nothing found: a program that raises on a page has no answer there."""

    def found(row: dict[str, Any]) -> dict[str, Any]:
        try:
            return extract(row)
        except Exception:  # noqa: BLE001 - any error of another program is its answer
            return {"text": ""}

    return found


def _trafilatura(options: dict[str, Any]) -> Extractor:
    from trafilatura import bare_extraction

    def extract(row: dict[str, Any]) -> dict[str, Any]:
        found = bare_extraction(row["html"], url=row["url"], with_metadata=True, include_comments=False, **options)
        if found is None:
            return {"text": ""}
        authors = [name.strip() for name in (found.author or "").split(";") if name.strip()]
        return {"title": found.title, "text": found.text, "authors": authors, "published_at": found.date}

    return extract


def _newspaper() -> Extractor:
    import newspaper

    def extract(row: dict[str, Any]) -> dict[str, Any]:
        article = newspaper.article(row["url"] or "https://site.example/", input_html=row["html"], fetch_images=False)
        return _answer(article.title, article.text, article.authors, article.publish_date)

    return extract


def _newsplease() -> Extractor:
    from newsplease import NewsPlease

    def extract(row: dict[str, Any]) -> dict[str, Any]:
        found = NewsPlease.from_html(row["html"], url=row["url"] or None, fetch_images=False)
        return _answer(found.title, found.maintext, found.authors, found.date_publish)

    return extract
