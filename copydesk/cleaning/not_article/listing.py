"""Tell teasers, headlines that lead elsewhere, from prose, by structure in any language."""

from copydesk.cleaning.lexicon.tokens import is_spaceless, tokens
from copydesk.cleaning.normalise import SENTENCE_ENDS, fold_letters, size_of
from copydesk.cleaning.page.jsonld import ARTICLE_TYPES, types
from copydesk.cleaning.page.model import Run
from copydesk.cleaning.page.stated import Facts
from copydesk.cleaning.thresholds.not_article import (
    LONG_SENTENCE,
    MOST_DESCRIBED,
    PROSE_LINKED,
    TEASER_LINKED,
    TEASER_LONGEST,
    TEASER_SHORTEST,
    TEASER_SIGNS,
    TEASER_WORDS,
)
from copydesk.cleaning.thresholds.text import LEAST_PROSE

_ENDS = (*SENTENCE_ENDS, "”", "»", "」")


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
    if len(text) >= LONG_SENTENCE:
        return True
    return text.rstrip("\"')] ").endswith(_ENDS) and (len(text) >= LEAST_PROSE or size_of(text) >= LEAST_PROSE)


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
