"""What a page says about its article besides the text: each field with its origin, and the original where converted."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urljoin

from copydesk.identity import host_of
from copydesk.text.facts import Facts, bare, plain
from copydesk.text.instants import dates, near_article
from copydesk.text.jsonld import text_of, texts_of
from copydesk.text.language import detect, sample_of
from copydesk.text.page import Page
from copydesk.text.people import Span, find_authors
from copydesk.text.titles import Title

MOST_TAGS = 30
LONGEST_TAG = 80
_LOCKED = frozenset(("locked", "metered", "paid", "premium", "subscription", "subscriber", "paywall"))
_WALL = re.compile(r"paywall|regwall|piano-(?:offer|container|inline)|subscriber-only|premium-content|tp-modal", re.I)


class Metadata(NamedTuple):
    """The fields; `provenance` names the origin of each that is set, `originals` the text a date was made from."""

    authors: tuple[str, ...]
    published_at: datetime | None
    modified_at: datetime | None
    canonical_url: str | None
    language: str | None
    section: str | None
    tags: tuple[str, ...]
    paywalled: bool | None
    provenance: Mapping[str, str]
    originals: Mapping[str, str]


def language_of(page: Page, texts: Sequence[str], hint: str | None = None) -> tuple[str | None, str]:
    """The language of the texts and where that comes from: the page's own word decides what is short or close."""
    told = page.language or hint
    guess = detect(sample_of(list(texts)), told)
    if guess is None:
        return None, ""
    agreed = bool(page.language) and page.language.replace("_", "-").split("-")[0].lower() == guess.language
    return guess.language, "markup" if agreed else "text"


def read_metadata(
    page: Page, facts: Facts, title: Title, kept: Sequence[int], url: str | None, language: tuple[str | None, str]
) -> Metadata:
    """Read everything but title and pictures; `kept` are the numbers of the paragraphs' runs."""
    at, first = _opening(page, title.at, kept)
    last = max(kept[-1], first) if kept else first
    near = near_article(page.runs, at, first, last)
    published, modified = dates(page, facts, near, url, language[0])
    authors, by = find_authors(page, facts, Span(at, first, last))
    canonical = _canonical(page, url)
    section, in_section = _section(facts)
    tags, in_tags = _tags(facts)
    paywalled, in_paywalled = _paywalled(page, facts, kept)
    origins = {
        "title": title.origin,
        "authors": by,
        "published_at": published.origin if published else "",
        "modified_at": modified.origin if modified else "",
        "canonical_url": "markup" if canonical else "",
        "language": language[1],
        "section": in_section,
        "tags": in_tags,
        "paywalled": in_paywalled,
    }
    originals = {"published_at": published, "modified_at": modified}
    return Metadata(
        authors=authors,
        published_at=published.when if published else None,
        modified_at=modified.when if modified else None,
        canonical_url=canonical,
        language=language[0],
        section=section,
        tags=tags,
        paywalled=paywalled,
        provenance={field: origin for field, origin in origins.items() if origin},
        originals={field: found.original for field, found in originals.items() if found},
    )


def _opening(page: Page, title: int | None, kept: Sequence[int]) -> tuple[int | None, int]:
    """The title's run and the first paragraph's after it; a title below all of them must be the heading."""
    after = next((i for i in kept if title is not None and i > title), None)
    if title is not None and (after is not None or not kept or page.runs[title].box.tag == "h1"):
        return title, title if after is None else after
    return None, kept[0] if kept else 0


def _canonical(page: Page, url: str | None) -> str | None:
    stated = next((href for rel, href in page.links if "canonical" in rel.split() and href.strip()), "")
    try:
        whole = urljoin(url or "", stated.strip()) if stated else ""
    except ValueError:
        return None
    return whole if whole and host_of(whole) else None


def _section(facts: Facts) -> tuple[str | None, str]:
    stated = texts_of(facts.article.get("articleSection"))
    if stated:
        return stated[0], "json-ld"
    section = facts.meta("article:section", "section", "parsely-section", "cxenseparse:section")
    return (section, "open-graph" if "article:section" in facts.metas else "meta") if section else (None, "")


def _tags(facts: Facts) -> tuple[tuple[str, ...], str]:
    """Key words, each once; from JSON-LD, the `article:tag` metas, or the keywords meta."""
    metas = [plain(value) for name, value in facts.named if name == "article:tag"]
    for origin, stated in (
        ("json-ld", texts_of(facts.article.get("keywords"))),
        ("open-graph", metas),
        ("meta", [facts.meta("news_keywords", "keywords")]),
    ):
        tags: dict[str, str] = {}
        for text in stated:
            for tag in text.split(",") if len(stated) == 1 else [text]:
                if 1 < len(name := tag.strip()) <= LONGEST_TAG and (key := bare(name)):
                    tags.setdefault(key, name)
        if tags:
            return tuple(tags.values())[:MOST_TAGS], origin
    return (), ""


def _paywalled(page: Page, facts: Facts, kept: Sequence[int]) -> tuple[bool | None, str]:
    """Whether readers must pay: as stated; else from a wall's markup behind the last paragraph, marked as weak."""
    free = text_of(facts.article.get("isAccessibleForFree")) or facts.article.get("isAccessibleForFree")
    if isinstance(free, bool):
        return not free, "json-ld"
    if isinstance(free, str) and free.lower() in {"true", "false"}:
        return free.lower() == "false", "json-ld"
    tier = facts.meta("article:content_tier", "content_tier").lower()
    if tier:
        return tier in _LOCKED, "open-graph"
    last = kept[-1] if kept else 0
    for run in page.runs[last + 1 : last + 8]:
        if not run.box.hidden and any(_WALL.search(box.name) for box in run.box.ancestry() if box.tag != "body"):
            return True, "weak: markup"
    return None, ""
