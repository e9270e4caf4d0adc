"""Extract the metadata of a page: title, authors, dates and more, each with its origin; dates with their original."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from copydesk.cleaning.metadata.authors import ArticleSpan, find_authors
from copydesk.cleaning.metadata.clock_zones import ClockPlace
from copydesk.cleaning.metadata.date_sources import near_article
from copydesk.cleaning.metadata.dates import read_dates
from copydesk.cleaning.metadata.section_and_tags import section_of, tags_of
from copydesk.cleaning.metadata.title import Title
from copydesk.cleaning.not_article.paywall import paywalled
from copydesk.cleaning.page.model import Page
from copydesk.cleaning.page.stated import Facts
from copydesk.events import Precision
from copydesk.identity import source_of
from copydesk.web.canonical import usable

SITE_RULES = "site rules"
"""The origin of what a person's rules for a site read."""


class Metadata(NamedTuple):
    """Hold the fields; `provenance` names the origin of each that is set, `originals` the text a date was made from."""

    authors: tuple[str, ...]
    published_at: datetime | None
    published_precision: Precision | None
    modified_at: datetime | None
    canonical_url: str | None
    language: str | None
    section: str | None
    tags: tuple[str, ...]
    paywalled: bool | None
    provenance: Mapping[str, str]
    originals: Mapping[str, str]

    def dated(self, when: datetime, original: str) -> "Metadata":
        """Return the same with the instant that site rules read."""
        provenance = {**self.provenance, "published_at": SITE_RULES}
        return self._replace(
            published_at=when,
            published_precision=None,
            provenance=provenance,
            originals={**self.originals, "published_at": original},
        )


def read_metadata(
    page: Page,
    facts: Facts,
    title: Title,
    kept: Sequence[int],
    url: str | None,
    language: tuple[str | None, str],
    place: ClockPlace | None = None,
) -> Metadata:
    """Read everything but title and pictures; `kept` are the numbers of the paragraphs' runs.

    `place` is where clocks hang that name no time zone; the address alone tells it unless said otherwise.
    """
    at, first = _opening(page, title.heading, kept)
    last = max(kept[-1], first) if kept else first
    near = near_article(page.runs, at, first, last)
    published, modified = read_dates(page, facts, near, url, language[0], place or ClockPlace(url))
    authors, by = find_authors(page, facts, ArticleSpan(at, first, last))
    canonical, in_canonical = _canonical(page, facts, url)
    section, in_section = section_of(facts)
    tags, in_tags = tags_of(facts)
    pays, in_pays = paywalled(page, facts, kept)
    origins = {
        "title": title.origin,
        "authors": by,
        "published_at": published.origin if published else "",
        "modified_at": modified.origin if modified else "",
        "canonical_url": in_canonical,
        "language": language[1],
        "section": in_section,
        "tags": in_tags,
        "paywalled": in_pays,
    }
    originals = {"published_at": published, "modified_at": modified}
    return Metadata(
        authors=authors,
        published_at=published.when if published else None,
        published_precision="day" if published and published.day_only else None,
        modified_at=modified.when if modified else None,
        canonical_url=canonical,
        language=language[0],
        section=section,
        tags=tags,
        paywalled=pays,
        provenance={field: origin for field, origin in origins.items() if origin},
        originals={field: found.original for field, found in originals.items() if found},
    )


def _opening(page: Page, title: int | None, kept: Sequence[int]) -> tuple[int | None, int]:
    """Return the title's run and the first paragraph's after it; a title below all of them must be the heading."""
    after = next((i for i in kept if title is not None and i > title), None)
    if title is not None and (after is not None or not kept or page.runs[title].box.tag == "h1"):
        return title, title if after is None else after
    return None, kept[0] if kept else 0


def _canonical(page: Page, facts: Facts, url: str | None) -> tuple[str | None, str]:
    """Return the address the page gives itself: its canonical link, else `og:url` where that stays on the site."""
    for rel, href in page.links:
        if "canonical" in rel.split() and href.strip():
            found = usable(href, url or "")
            return found, "markup" if found else ""
    told = usable(facts.metas.get("og:url", ""), url or "") if facts.metas.get("og:url") else None
    return (told, "open-graph") if told and url and source_of(told) == source_of(url) else (None, "")
