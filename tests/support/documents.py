"""Raw articles of documents, for tests that want to have something cleaned."""

from datetime import UTC, datetime

from copydesk.documents import raw_of
from copydesk.events import ContentType, Hints, RawArticle
from copydesk.producers.seeds.rows import SeedRow

NO_HINTS = Hints()


def raw_page(
    content: str,
    url: str | None = None,
    *,
    content_type: ContentType = "text/html",
    source: str | None = None,
    hints: Hints = NO_HINTS,
    fetched_at: datetime = datetime(2026, 1, 1, tzinfo=UTC),
) -> RawArticle:
    """Return the raw article of a page, whatever its content; `source` counts where there is no URL."""
    return raw_of(SeedRow(content, content_type, "utf-8", url, site=source, hints=hints, fetched_at=fetched_at))


def raw_text(
    content: str,
    url: str | None = None,
    *,
    hints: Hints = NO_HINTS,
    fetched_at: datetime = datetime(2025, 1, 1, tzinfo=UTC),
) -> RawArticle:
    """Return the raw article of a scraped text, whatever its content."""
    return raw_page(content, url, content_type="text/plain", hints=hints, fetched_at=fetched_at)


def raw_event(
    article_id: str,
    content: str,
    *,
    source: str,
    revision: int = 1,
    content_type: ContentType = "text/plain",
    fetched_at: datetime = datetime(2026, 1, 2, tzinfo=UTC),
    fetch: dict[str, str] | None = None,
) -> RawArticle:
    """Return a raw article of this very id and revision, as a log holds it."""
    return RawArticle(
        id=article_id, revision=revision, source=source, content=content, content_type=content_type,
        fetched_at=fetched_at, fetch=fetch or {},
    )  # fmt: skip
