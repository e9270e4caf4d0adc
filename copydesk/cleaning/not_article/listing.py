"""Recognise front pages and section pages, lists of headlines that lead elsewhere, by structure in any language."""

import re
from collections.abc import Sequence
from math import ceil
from typing import NamedTuple
from urllib.parse import urlsplit

from copydesk.cleaning.lexicon.tokens import is_spaceless, tokens
from copydesk.cleaning.normalise import bare, fold_letters, size_of
from copydesk.cleaning.page.jsonld import ARTICLE_TYPES, types
from copydesk.cleaning.page.model import Page, Run
from copydesk.cleaning.page.stated import Facts
from copydesk.cleaning.thresholds.not_article import (
    ADDRESS_WEIGHTS,
    HEADING_WITHIN,
    LEAST_LEAD,
    LIST_SCORE,
    LIST_TEASERS,
    LISTING_WEIGHTS,
    LONG_HEADLINE,
    LONG_SENTENCE,
    MANY_TEASERS,
    MOST_DESCRIBED,
    MUCH_PROSE,
    PROSE_LINKED,
    PROSE_PARAGRAPHS,
    ROOT_TEASERS,
    SECTION_FOLDERS,
    SECTION_MARKS,
    SLUG_MARKS,
    SOME_PROSE,
    TEASER_LINKED,
    TEASER_LONGEST,
    TEASER_SHARE,
    TEASER_SHORTEST,
    TEASER_SIGNS,
    TEASER_WORDS,
    VERY_MANY_TEASERS,
    WORD_SIGNS,
)
from copydesk.cleaning.thresholds.text import LEAST_PROSE

_LISTS = frozenset(("collectionpage", "itemlist", "searchresultspage", "profilepage"))
_ROOT = re.compile(r"/?(?:index\.\w{1,5}|home|[a-z]{2}(?:-[a-z]{2})?)?/?", re.I)
_NUMBER = re.compile(r"\d{5,}|/\d{4}/\d")
_SENTENCE_ENDS = (".", "!", "?", "。", "！", "？", "؟", "…", "।", "”", "»", "」")


class ListingSigns(NamedTuple):
    """Hold what was counted of a page; a `score` from LIST_SCORE on says that it is a list."""

    teasers: int
    prose: int
    score: int


def find_listing(page: Page, facts: Facts, kept: Sequence[bool], url: str | None, stated: bool) -> str | None:
    """Return why the page is a list of articles and not one of them, None when it may be one."""
    signs = listing_signs(page, facts, kept, url, stated)
    if signs is None or signs.score < LIST_SCORE:
        return None
    what = "the front page of a site" if _is_root(url) else "a list"
    return f"The page is {what}: {signs.teasers} headlines lead to other pages, and no article stands on it"


def listing_signs(page: Page, facts: Facts, kept: Sequence[bool], url: str | None, stated: bool) -> ListingSigns | None:
    """Count the signs of a list; None when a page has too few teasers to be one, or much prose in one place."""
    if stated and not _is_root(url):
        return None
    prose, paragraphs = _most_prose(page, kept)
    if paragraphs >= PROSE_PARAGRAPHS and prose >= MUCH_PROSE:
        return None
    shown = [run for run in page.runs if not run.box.hidden]
    teasers = [run for run in shown if is_teaser(run)]
    if len(teasers) < (ROOT_TEASERS if _is_root(url) else LIST_TEASERS):
        return None
    letters = sum(size_of(run.text) for run in shown)
    linked = sum(size_of(run.text) for run in teasers)
    kind = facts.meta("og:type").lower()
    headline = _headline(page, facts)
    signs = {
        "states_website": kind in {"website", "blog"},
        "states_article": kind.startswith("article"),
        "dated_article": stated,
        "article_node": bool(facts.article),
        "list_node": any(types(node) & _LISTS for node in facts.nodes),
        "no_headline": headline == 0,
        "long_headline": headline >= LONG_HEADLINE,
        "many_teasers": len(teasers) >= MANY_TEASERS,
        "very_many_teasers": len(teasers) >= VERY_MANY_TEASERS,
        "mostly_teasers": linked >= TEASER_SHARE * letters,
        "one_paragraph": paragraphs <= 1,
        "lone_sentences": _alone(page) >= LIST_TEASERS,
        "some_prose": paragraphs >= PROSE_PARAGRAPHS and prose >= SOME_PROSE,
        "opens_with_lead": _opens(page),
    }
    score = _address(url) + sum(LISTING_WEIGHTS[name] for name, holds in signs.items() if holds)
    return ListingSigns(len(teasers), prose, score)


def states_article(facts: Facts) -> bool:
    """Whether markup describes one article, with when it was published."""
    if facts.meta("article:published_time", "article:modified_time"):
        return True
    described = [node for node in facts.nodes if types(node) & ARTICLE_TYPES]
    return bool(facts.article.get("datePublished")) and len(described) <= MOST_DESCRIBED


def is_prose_run(run: Run) -> bool:
    """Whether a run is a sentence or more and no link."""
    text = run.text
    if run.link_chars >= PROSE_LINKED * len(text) or 2 * len(text) < LEAST_PROSE:
        return False
    return is_sentence(text)


def is_sentence(text: str) -> bool:
    """Whether a text is as long as a sentence and ends like one, or is longer than any headline."""
    return size_of(text) >= LEAST_PROSE and (
        len(text) >= LONG_SENTENCE or text.rstrip("\"')] ").endswith(_SENTENCE_ENDS)
    )


def is_teaser(run: Run) -> bool:
    """Whether a run is a headline that is a link: some words, no sentence's end."""
    text = run.text
    size = len(text)
    if not run.link_chars or run.link_chars / size < TEASER_LINKED or not TEASER_SHORTEST <= size <= TEASER_LONGEST:
        return False
    if text.isascii():
        return text.count(" ") >= TEASER_WORDS - 1
    words = tokens(fold_letters(text))
    return len(words) >= TEASER_WORDS and (len(words) >= TEASER_SIGNS or not any(map(is_spaceless, words)))


def _most_prose(page: Page, kept: Sequence[bool]) -> tuple[int, int]:
    """Measure the most characters of kept prose side by side, and how many paragraphs these are."""
    most = max(_groups(page, kept), key=sum, default=[])
    return sum(most), len(most)


def _alone(page: Page) -> int:
    """Count the sentences that stand by themselves, as the summaries of teasers do."""
    return sum(len(group) == 1 for group in _groups(page, [not run.box.hidden for run in page.runs]))


def _groups(page: Page, wanted: Sequence[bool]) -> list[list[int]]:
    """Group the sizes of the wanted paragraphs that stand in one box without a teaser between them."""
    places: dict[tuple[int, int], list[int]] = {}
    teasers = 0
    for run, want in zip(page.runs, wanted, strict=True):
        if is_teaser(run):
            teasers += 1
        elif want and is_prose_run(run):
            box = run.box.parent or run.box
            places.setdefault((box.index, teasers), []).append(size_of(run.text))
    return list(places.values())


def _opens(page: Page) -> bool:
    """Whether a paragraph follows the main heading before any teaser does."""
    headed = False
    for run in page.runs:
        if run.box.hidden:
            continue
        if _in_heading(run):
            headed = True
        elif headed and is_teaser(run):
            return False
        elif headed and is_prose_run(run) and size_of(run.text) >= LEAST_LEAD:
            return True
    return False


def _in_heading(run: Run) -> bool:
    return any(box.tag == "h1" for box, _ in zip(run.box.ancestry(), range(HEADING_WITHIN), strict=False))


def _headline(page: Page, facts: Facts) -> int:
    """Count the words of the longest main heading that is neither a link nor the site's name, 0 without one."""
    return max(
        (
            _words(run.text)
            for run in page.runs
            if run.link_chars < PROSE_LINKED * len(run.text) and _in_heading(run) and bare(run.text) not in facts.site
        ),
        default=0,
    )


def _words(text: str) -> int:
    """Count words, a few characters of a script without spaces being one."""
    words = tokens(fold_letters(text))
    spaceless = sum(map(is_spaceless, words))
    return len(words) - spaceless + ceil(spaceless / WORD_SIGNS)


def _address(url: str | None) -> int:
    if not url:
        return 0
    if _is_root(url):
        return ADDRESS_WEIGHTS["root"]
    try:
        parts = urlsplit(url)
    except ValueError:
        return 0
    path = [part for part in parts.path.split("/") if part]
    slug = path[-1] if path else ""
    if _NUMBER.search(parts.path) or slug.count("-") >= SLUG_MARKS or slug.count("_") >= SLUG_MARKS:
        return ADDRESS_WEIGHTS["article"]
    if parts.query:
        return 0
    section = len(path) <= SECTION_FOLDERS and slug.count("-") <= SECTION_MARKS and not any(map(str.isdigit, slug))
    return ADDRESS_WEIGHTS["section"] if section else 0


def _is_root(url: str | None) -> bool:
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return False
    return bool(url) and not parts.query and _ROOT.fullmatch(parts.path) is not None
