"""Clean a raw article: one in, one clean article or a reason why it is none."""

from collections.abc import Collection, Mapping

from msgspec.structs import replace

from copydesk.cleaning.corrections import UNCORRECTED, Corrections
from copydesk.cleaning.html_page import clean_html
from copydesk.cleaning.metadata.clock_zones import clock_place
from copydesk.cleaning.metadata.precedence import believed
from copydesk.cleaning.normalise import as_written
from copydesk.cleaning.not_article.reasons import too_little
from copydesk.cleaning.quality import Quality, quality_of
from copydesk.cleaning.records import Cleaned
from copydesk.cleaning.recurring import without_recurring
from copydesk.cleaning.recurring_counts import recurring_version
from copydesk.cleaning.scraped_text import clean_plain
from copydesk.cleaning.site_rules import Rules, SiteRules, rules_for, rules_version
from copydesk.events import ADDRESS_FACT, LIST_TYPES, CleanArticle, PageType, RawArticle, Refused
from copydesk.identity import content_hash, source_of, strip_credentials

CLEANER_VERSION = "3"
"""Raised by hand when cleaning comes to other answers than before; `tests/project/test_version.py` reminds of it."""


def clean_article(
    raw: RawArticle,
    furniture: Mapping[str, str] | None = None,
    rules: Rules | None = None,
    refuse: Collection[PageType] = LIST_TYPES,
    corrections: Corrections = UNCORRECTED,
) -> CleanArticle | Refused:
    """Clean one article. Never raises for any content; what is not an article comes back as Refused.

    `furniture` is the source's recurring text, to be cut: text hashes with reasons; `rules` is what people say of
    sites; `refuse` names the types of pages that are not wanted; `corrections` is what people decided for the source.
    """
    return clean_and_measure(raw, furniture, rules, refuse, corrections)[0]


def clean_and_measure(
    raw: RawArticle,
    furniture: Mapping[str, str] | None = None,
    rules: Rules | None = None,
    refuse: Collection[PageType] = LIST_TYPES,
    corrections: Corrections = UNCORRECTED,
) -> tuple[CleanArticle | Refused, Quality | None]:
    """Clean as `clean_article` does, and measure what was kept and cut; None of what is refused."""
    mine = rules_for(rules, raw.url, raw.source)
    found = _blocks(raw, mine, refuse, corrections)
    if isinstance(found, Refused):
        return found, None
    recurring = {hashed: why for hashed, why in (furniture or {}).items() if hashed not in corrections.keep}
    kept = without_recurring(found, recurring)
    named = recurring_version([*recurring, *corrections.names()])
    return _article(raw, kept, mine, named), quality_of(kept)


def cleaner_version(rules: Rules | None, url: str | None, source: str) -> str:
    """Return what an article of this address and source names as its cleaner when it is cleaned today.

    That is the cleaner's version, and behind a plus that of the site's rules where there are any. An article that
    names another one was cleaned otherwise.
    """
    return _version(rules_for(rules, url, source))


def _version(mine: SiteRules | None) -> str:
    return CLEANER_VERSION if mine is None else f"{CLEANER_VERSION}+{rules_version(mine)}"


def clean_blocks(
    raw: RawArticle,
    rules: Rules | None = None,
    refuse: Collection[PageType] = LIST_TYPES,
    corrections: Corrections = UNCORRECTED,
) -> Cleaned | Refused:
    """Clean the document alone, block by block, without hints from outside or a source's recurring text."""
    return _blocks(raw, rules_for(rules, raw.url, raw.source), refuse, corrections)


def _blocks(
    raw: RawArticle, mine: SiteRules | None, refuse: Collection[PageType], corrections: Corrections
) -> Cleaned | Refused:
    if (written := as_written(raw.content)) != raw.content:
        raw = replace(raw, content=written)
    if raw.content_type != "text/html":
        return clean_plain(raw, mine, corrections)
    found = clean_html(raw, mine, refuse, corrections)
    if isinstance(found, Refused):
        return found
    reason = None if raw.keep else too_little(found)
    return Refused(reason, page_type=found.page_type) if reason else found


def _article(raw: RawArticle, found: Cleaned, mine: SiteRules | None, furniture_version: str | None) -> CleanArticle:
    place = clock_place(raw.url, raw.source, mine.timezone if mine else None)
    fields, provenance, originals = believed(raw, found, place)
    if ADDRESS_FACT in raw.fetch:
        provenance |= {"url": "file", "source": "file" if raw.source == source_of(raw.url) else "given"}
    return CleanArticle(
        id=raw.id,
        revision=raw.revision,
        edition=raw.edition,
        source=raw.source,
        url=strip_credentials(raw.url) if raw.url else None,
        **fields,
        paragraphs=found.paragraphs,
        fetched_at=raw.fetched_at,
        seen_at=fields["published_at"] or raw.fetched_at,
        images=found.images,
        removed=found.removed,
        removed_kinds=tuple(dict.fromkeys(piece.kind for piece in found.removed)),
        provenance=provenance,
        originals=originals,
        content_hash=content_hash(fields["title"], *found.paragraphs),
        confidence=found.confidence,
        paywalled=found.paywalled,
        page_type=found.page_type,
        page_type_confidence=found.page_type_confidence,
        cleaner_version=_version(mine),
        furniture_version=furniture_version,
        notes=raw.hints.notes,
        extra=raw.hints.extra,
        feed=raw.hints.feed,
        requested_url=raw.fetch.get("requested"),
    )
