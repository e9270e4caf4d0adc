"""Bring programs that find an article on a page under one roof: a row in, text and metadata out."""

import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from copydesk import Refused, clean

Extractor = Callable[[dict[str, Any]], dict[str, Any]]
GO_TRAFILATURA = Path(__file__).parent.parent / ".cache/go_trafilatura"
"""Where `make bench-peers` builds go-trafilatura, if Go is there."""
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def copydesk(row: dict[str, Any]) -> dict[str, Any]:
    """Ask Copydesk, as shipped."""
    found = clean(row["html"], row.get("url"), source=row["site"], fetched_at=NOW)
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
    if find_spec("rs_trafilatura"):
        found["rs-trafilatura"] = _bravely(_rs_trafilatura())
    if GO_TRAFILATURA.exists():
        found["go-trafilatura"] = _go_trafilatura()
    if find_spec("resiliparse"):
        found["resiliparse"] = _bravely(_resiliparse())
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
        found = bare_extraction(row["html"], url=row.get("url"), with_metadata=True, include_comments=False, **options)
        if found is None:
            return {"text": ""}
        authors = [name.strip() for name in (found.author or "").split(";") if name.strip()]
        return {"title": found.title, "text": found.text, "authors": authors, "published_at": found.date}

    return extract


def _rs_trafilatura() -> Extractor:
    import rs_trafilatura

    def extract(row: dict[str, Any]) -> dict[str, Any]:
        found = rs_trafilatura.extract(row["html"], url=row.get("url"))
        authors = [found.author] if found.author else []
        return {"title": found.title, "text": found.main_content, "authors": authors, "published_at": found.date}

    return extract


def _go_trafilatura() -> Extractor:
    """Talk to one process of it, a line a page; its own time is not in ours."""
    program = subprocess.Popen([GO_TRAFILATURA, "-fallback"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def extract(row: dict[str, Any]) -> dict[str, Any]:
        if program.stdin is None or program.stdout is None:
            raise BrokenPipeError("go-trafilatura was started without pipes")
        asked = {"html": row["html"], "url": row.get("url") or ""}
        program.stdin.write(json.dumps(asked).encode("ascii") + b"\n")
        program.stdin.flush()
        found: dict[str, Any] = json.loads(program.stdout.readline())
        return found

    return extract


def _resiliparse() -> Extractor:
    from resiliparse.extract.html2text import extract_plain_text

    def extract(row: dict[str, Any]) -> dict[str, Any]:
        return {"text": extract_plain_text(row["html"], main_content=True)}

    return extract


def _newspaper() -> Extractor:
    import newspaper

    def extract(row: dict[str, Any]) -> dict[str, Any]:
        address = row.get("url") or "https://site.example/"
        article = newspaper.article(address, input_html=row["html"], fetch_images=False)
        return _answer(article.title, article.text, article.authors, article.publish_date)

    return extract


def _newsplease() -> Extractor:
    from newsplease import NewsPlease

    def extract(row: dict[str, Any]) -> dict[str, Any]:
        found = NewsPlease.from_html(row["html"], url=row.get("url") or None, fetch_images=False)
        return _answer(found.title, found.maintext, found.authors, found.date_publish)

    return extract
