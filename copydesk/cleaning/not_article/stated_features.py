"""Count what markup and the address say of a page's type."""

import re
from collections import Counter
from collections.abc import Iterator
from math import log1p
from urllib.parse import urlsplit

from copydesk.cleaning.lexicon.line_words import lists_of
from copydesk.cleaning.not_article.listing import states_article
from copydesk.cleaning.not_article.run_features import TypeCounts
from copydesk.cleaning.page.jsonld import ARTICLE_TYPES, types
from copydesk.cleaning.page.model import Page
from copydesk.cleaning.page.stated import Facts
from copydesk.cleaning.thresholds.page_type import NOT_KNOWN, SLUG_WORD

_NODES = (
    "itemlist", "collectionpage", "product", "offer", "discussionforumposting", "qapage", "question", "answer",
    "comment", "breadcrumblist", "webpage", "techarticle", "newsarticle", "blogposting", "faqpage", "aggregaterating",
    "person", "service", "softwareapplication", "localbusiness", "listitem", "searchaction",
)  # fmt: skip
_ITEMS = ("price", "datepublished", "articlebody", "itemlistelement", "name", "url", "text", "headline", "author")
_KINDS = ("article", "website", "product")
_NUMBER = re.compile(r"\d{5,}|/\d{4}/\d")
_WORD = re.compile(r"[^\W_]+")
_ASKED = re.compile(r"(?:^|&)(?:page|q|s|p|t|id|topic)=")


def stated_features(page: Page, facts: Facts) -> TypeCounts:
    """Return numbers of what head, JSON-LD and microdata state."""
    kind = facts.meta("og:type").lower()
    listed = [types(node) for node in facts.nodes]
    named = Counter(name for names in listed for name in names)
    marks = Counter(mark.what for mark in page.marks)
    tags = Counter(box.tag for box in page.boxes)
    metas = {name for name, _ in page.metas}
    return {
        **{f"og_{name}": float(name in kind) for name in _KINDS},
        "og_none": float(not kind),
        "nodes": float(bool(facts.nodes)),
        "article_node": float(bool(facts.article)),
        "article_nodes": log1p(sum(bool(names & ARTICLE_TYPES) for names in listed)),
        "article_dated": float(states_article(facts)),
        **{f"node_{name}": log1p(named[name]) for name in _NODES},
        **{f"item_{name}": log1p(marks[f"itemprop {name}"]) for name in _ITEMS},
        "marks": float(len(marks)),
        "times": log1p(marks["time"]),
        "author_links": log1p(marks["author"]),
        "author_meta": float(bool(metas & {"author", "article:author"})),
        "product_metas": float(any(name.startswith("product:") for name in metas)),
        "next_page": float(any(rel in {"next", "prev"} for rel, _ in page.links)),
        "feeds": log1p(sum("alternate" in rel for rel, _ in page.links)),
        "article_tags": log1p(tags["article"]),
        "main_tag": float("main" in tags),
    }


def address_features(url: str | None) -> TypeCounts:
    """Return numbers of an address: its depth, its slug, the sections that its words name."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        parts = urlsplit("")
    known = bool(parts.path or parts.hostname)
    path = [folder for folder in parts.path.lower().split("/") if folder]
    slug = path[-1] if path else ""
    words = set(_words(path, slug))
    host = set((parts.hostname or "").split("."))
    found = {
        "address_depth": float(len(path)),
        "address_folder": float(parts.path.endswith("/")),
        "address_slug": float(len(slug)),
        "address_slug_words": float(max(slug.count("-"), slug.count("_"))),
        "address_folder_words": float(max((folder.count("-") + folder.count("_") for folder in path[:-1]), default=0)),
        "address_number": float(_NUMBER.search(parts.path) is not None),
        "address_file": float("." in slug),
        "address_query": float(_ASKED.search(parts.query) is not None),
        **{f"address_{kind}": float(len(words.intersection(listed))) for kind, listed in lists_of("address").items()},
        **{f"host_{kind}": float(not host.isdisjoint(listed)) for kind, listed in lists_of("host").items()},
    }
    return found if known else dict.fromkeys(found, NOT_KNOWN)


def _words(path: list[str], slug: str) -> Iterator[str]:
    """Yield the folders and their words, and those of a slug that is too short for a headline."""
    yield from path
    for folder in path[:-1]:
        yield from _WORD.findall(folder)
    if len(slug) < SLUG_WORD:
        yield from _WORD.findall(slug)
