"""Read the section that an article stands in and its key words, as its page states them."""

import re
from collections.abc import Iterator

from copydesk.cleaning.lexicon.line_words import line_words
from copydesk.cleaning.normalise import bare, plain
from copydesk.cleaning.page.jsonld import Node, text_of, texts_of, types
from copydesk.cleaning.page.stated import Facts
from copydesk.cleaning.thresholds.metadata import (
    LONGEST_TAG,
    MOST_TAG_METAS,
    MOST_TAGS,
    MOST_TRAIL_STEPS,
)

_BETWEEN = re.compile(r"\s{0,4}[,;|、，،؛]\s{0,4}")
_FOR_MACHINES = re.compile(r"^[@_]|^[\w-]*_[\w-]*$|^[0-9a-f-]{24,}$|^\d+$|^[\w ]{2,30}:\s*\S", re.I)
_HOME = frozenset(line_words("front_page.name"))


def section_of(facts: Facts) -> tuple[str | None, str]:
    """Return the section and where it was stated: in JSON-LD, its trail of links included, or in a meta."""
    for stated in texts_of(facts.article.get("articleSection")):
        if name := _BETWEEN.split(plain(stated))[0]:
            return name, "json-ld"
    section = facts.meta("article:section", "og:article:section", "section", "parsely-section", "cxenseparse:section")
    if section and section.lower() not in {"article", "articles"}:
        return _BETWEEN.split(section)[0] or None, "open-graph" if "article:section" in facts.metas else "meta"
    trail = next((node for node in facts.nodes if "breadcrumblist" in types(node)), None)
    headline = bare(text_of(facts.article.get("headline")))
    for name in _steps(trail) if trail else ():
        if (key := bare(name)) and key not in facts.site and key not in _HOME and key != headline:
            return (name, "json-ld") if len(name) <= LONGEST_TAG else (None, "")
    return None, ""


def _steps(trail: Node) -> Iterator[str]:
    """Yield the names along a trail of links, from the front page on, the page itself left out."""
    items = trail.get("itemListElement")
    named = [step for step in items[:MOST_TRAIL_STEPS] if isinstance(step, dict)] if isinstance(items, list) else []
    for step in named[:-1]:
        yield plain(text_of(step.get("name")) or text_of(step.get("item")))


def tags_of(facts: Facts) -> tuple[tuple[str, ...], str]:
    """Return key words, each once; from JSON-LD, the `article:tag` metas, or the keywords meta."""
    metas = [plain(value) for name, value in facts.named if name in {"article:tag", "og:article:tag"}][:MOST_TAG_METAS]
    for origin, stated in (
        ("json-ld", texts_of(facts.article.get("keywords"))),
        ("open-graph", metas),
        ("meta", [facts.meta("news_keywords", "keywords", "parsely-tags", "sailthru.tags")]),
    ):
        tags: dict[str, str] = {}
        for text in stated:
            for tag in _BETWEEN.split(text) if len(stated) == 1 else [text]:
                if (name := _tag(tag, facts.site)) is not None:
                    tags.setdefault(bare(name), name)
        if tags:
            return tuple(tags.values())[:MOST_TAGS], origin
    return (), ""


def _tag(text: str, site: frozenset[str]) -> str | None:
    """Return the key word as readers would see it, None for what only the site's own machines use."""
    name = text.strip().removeprefix("#").strip()
    if not 1 < len(name) <= LONGEST_TAG or _FOR_MACHINES.search(name) or not (key := bare(name)) or key in site:
        return None
    return name
