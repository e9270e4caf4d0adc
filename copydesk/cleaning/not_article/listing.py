"""Front pages and section pages: lists of headlines that lead elsewhere, told by structure in any language."""

import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from copydesk.cleaning.lexicon.tokens import fold, is_spaceless, tokens
from copydesk.cleaning.normalise import LEAST_PROSE, bare, size_of
from copydesk.cleaning.page.jsonld import ARTICLE_TYPES, types
from copydesk.cleaning.page.model import Page, Run
from copydesk.cleaning.page.stated import Facts

LEAST_TEASERS, LEAST_AT_ROOT = 8, 4
ENOUGH = 4
# Characters of prose side by side that make an article: as a doubt, and beyond doubt.
SOME, MUCH = 300, 800
# What a first paragraph has at least; a section's motto has less.
LEAD = 90
_LISTS = frozenset(("collectionpage", "itemlist", "searchresultspage", "profilepage"))
_ROOT = re.compile(r"/?(?:index\.\w{1,5}|home|[a-z]{2}(?:-[a-z]{2})?)?/?", re.I)
_NUMBER = re.compile(r"\d{5,}|/\d{4}/\d")
SENTENCE_ENDS = (".", "!", "?", "。", "！", "？", "؟", "…", "।", "”", "»", "」")


class Signs(NamedTuple):
    """What was counted of a page; `score` from ENOUGH on says that it is a list."""

    teasers: int
    story: int
    score: int


def find_listing(page: Page, facts: Facts, kept: Sequence[bool], url: str | None, stated: bool) -> str | None:
    """Why the page is a list of articles and not one of them, None when it may be one."""
    signs = list_signs(page, facts, kept, url, stated)
    if signs is None or signs.score < ENOUGH:
        return None
    what = "the front page of a site" if _is_root(url) else "a list"
    return f"The page is {what}: {signs.teasers} headlines lead to other pages, and no article stands on it"


def list_signs(page: Page, facts: Facts, kept: Sequence[bool], url: str | None, stated: bool) -> Signs | None:
    """The signs of a list; None when a page has too few teasers to be one, or much prose in one place."""
    if stated and not _is_root(url):
        return None
    story, paragraphs = _story(page, kept)
    if paragraphs >= 2 and story >= MUCH:
        return None
    shown = [run for run in page.runs if not run.box.hidden]
    teasers = [run for run in shown if is_teaser(run)]
    if len(teasers) < (LEAST_AT_ROOT if _is_root(url) else LEAST_TEASERS):
        return None
    letters = sum(size_of(run.text) for run in shown)
    linked = sum(size_of(run.text) for run in teasers)
    kind = facts.meta("og:type").lower()
    headline = _headline(page, facts)
    score = (
        _address(url)
        + (kind in {"website", "blog"})
        - 3 * kind.startswith("article")
        - 3 * stated
        - 2 * bool(facts.article)
        + 2 * any(types(node) & _LISTS for node in facts.nodes)
        + (1 if headline == 0 else -1 if headline >= 5 else 0)
        + (len(teasers) >= 12)
        + (len(teasers) >= 25)
        + 2 * (linked * 2 >= letters)
        + (paragraphs <= 1)
        + (_alone(page) >= LEAST_TEASERS)
        - 2 * (paragraphs >= 2 and story >= SOME)
        - 3 * _opens(page)
    )
    return Signs(len(teasers), story, score)


def states_article(facts: Facts) -> bool:
    """Whether markup describes one article, with when it was published."""
    if facts.meta("article:published_time", "article:modified_time"):
        return True
    described = [node for node in facts.nodes if types(node) & ARTICLE_TYPES]
    return bool(facts.article.get("datePublished")) and len(described) <= 3


def is_prose(run: Run) -> bool:
    """A sentence or more that is not a link."""
    text = run.text
    if run.link_chars * 2 >= len(text) or 2 * len(text) < LEAST_PROSE:
        return False
    return is_sentence(text)


def is_sentence(text: str) -> bool:
    """A text as long as a sentence that ends like one, or longer than any headline."""
    return size_of(text) >= LEAST_PROSE and (len(text) >= 200 or text.rstrip("\"')] ").endswith(SENTENCE_ENDS))


def is_teaser(run: Run) -> bool:
    """A headline that is a link: some words, no sentence's end."""
    text = run.text
    if not run.link_chars or run.link_chars * 5 < len(text) * 4 or not 10 <= len(text) <= 300:
        return False
    if text.isascii():
        return text.count(" ") >= 3
    words = tokens(fold(text))
    return len(words) >= 4 and (len(words) >= 8 or not any(map(is_spaceless, words)))


def _story(page: Page, kept: Sequence[bool]) -> tuple[int, int]:
    """The most characters of kept prose side by side, and how many paragraphs these are."""
    most = max(_groups(page, kept), key=sum, default=[])
    return sum(most), len(most)


def _alone(page: Page) -> int:
    """How many sentences stand by themselves, as the summaries of teasers do."""
    return sum(len(group) == 1 for group in _groups(page, [not run.box.hidden for run in page.runs]))


def _groups(page: Page, wanted: Sequence[bool]) -> list[list[int]]:
    """The sizes of the wanted paragraphs, those together that stand in one box without a teaser between them."""
    places: dict[tuple[int, int], list[int]] = {}
    teasers = 0
    for run, want in zip(page.runs, wanted, strict=True):
        if is_teaser(run):
            teasers += 1
        elif want and is_prose(run):
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
        elif headed and is_prose(run) and size_of(run.text) >= LEAD:
            return True
    return False


def _in_heading(run: Run) -> bool:
    return any(box.tag == "h1" for box, _ in zip(run.box.ancestry(), range(3), strict=False))


def _headline(page: Page, facts: Facts) -> int:
    """The words of the longest main heading that is neither a link nor the site's name, 0 without one."""
    return max(
        (
            _words(run.text)
            for run in page.runs
            if run.link_chars * 2 < len(run.text) and _in_heading(run) and bare(run.text) not in facts.site
        ),
        default=0,
    )


def _words(text: str) -> int:
    """How many words, three characters of a script without spaces being one."""
    words = tokens(fold(text))
    spaceless = sum(map(is_spaceless, words))
    return len(words) - spaceless + (spaceless + 2) // 3


def _address(url: str | None) -> int:
    """What the address says: a site's root 3, a section 1, a number or a long slug -2."""
    if not url:
        return 0
    if _is_root(url):
        return 3
    try:
        parts = urlsplit(url)
    except ValueError:
        return 0
    path = [part for part in parts.path.split("/") if part]
    slug = path[-1] if path else ""
    if _NUMBER.search(parts.path) or slug.count("-") >= 3 or slug.count("_") >= 3:
        return -2
    if parts.query:
        return 0
    return 1 if len(path) <= 3 and slug.count("-") <= 1 and not any(map(str.isdigit, slug)) else 0


def _is_root(url: str | None) -> bool:
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return False
    return bool(url) and not parts.query and _ROOT.fullmatch(parts.path) is not None
