"""Measure the lines of a page that may be its headline: where they stand, what they share with what is told of it."""

import re
from collections.abc import Mapping, Sequence
from itertools import accumulate, islice
from typing import NamedTuple

from copydesk.cleaning.lexicon.line_words import any_of
from copydesk.cleaning.lines.bylines import says_by
from copydesk.cleaning.lines.datelines import reads_as_dateline
from copydesk.cleaning.metadata.title_parts import names_site, title_spans
from copydesk.cleaning.normalise import bare, word_set
from copydesk.cleaning.page.model import Box, Page, Run
from copydesk.cleaning.page.stated import Facts
from copydesk.cleaning.thresholds.metadata import (
    BELOW_HEADLINE,
    BOXES_OF_HEADLINE,
    DATELINE_LIKELY,
    FEW_WORDS,
    HEADLINE_GAPS,
    HEADLINE_LONG,
    HEADLINE_PROSE,
    HEADLINE_PROSE_LINKED,
    HEADLINE_TEXT_READ,
    LONGEST_DATE_LINE,
    OWN_LINKED,
    UNLIKE_TOLD,
    WORD_OF_WEIGHT,
)

HeadlineFeatures = dict[str, float]
"""What is measured of a candidate, by name; what is not there is 0."""

_NAMED = re.compile(rf"(?<![a-z]){any_of('class_name.headline')}", re.I)
_OTHERS = re.compile(any_of("class_name.no_author"), re.I)
_ASIDES = frozenset(("nav", "aside", "footer", "header"))


class HeadlineLine(NamedTuple):
    """Hold a line of a page: its text, its first and last run, and the heading it is, else the box of its run."""

    text: str
    at: int
    last: int
    box: Box


class Surroundings(NamedTuple):
    """Hold what candidates are measured against: what is told by origin and its parts in bare letters; the page's
    facts; the words of its address and its text; how many characters of its paragraphs stand before each run.
    """

    told: Mapping[str, str]
    parts: set[str]
    facts: Facts
    slug: set[str]
    text: set[str]
    prose: list[int]


def surroundings(page: Page, facts: Facts, told: Mapping[str, str], slug: set[str]) -> Surroundings:
    """Return what the candidates of a page are measured against."""
    text = " ".join(run.text for run in page.runs if prose_size(run))[:HEADLINE_TEXT_READ]
    parts = {bare(part) for each in told.values() for part in (each, *title_spans(each))}
    return Surroundings(told, parts, facts, slug, _words_of_weight(text), [0, *accumulate(map(prose_size, page.runs))])


def prose_size(run: Run) -> int:
    """Return the characters of a run that is a paragraph of text, 0 for any other."""
    is_prose = len(run.text) >= HEADLINE_PROSE and run.link_chars < HEADLINE_PROSE_LINKED * len(run.text)
    return len(run.text) if is_prose and not run.box.hidden else 0


def is_all_linked(runs: Sequence[Run]) -> bool:
    """Whether runs are links throughout."""
    return sum(run.link_chars for run in runs) >= OWN_LINKED * sum(len(run.text) for run in runs)


def measure_place(page: Page, line: HeadlineLine, among: Surroundings) -> HeadlineFeatures:
    """Measure where a line stands: before how much text, under which names."""
    own, prose = page.runs[line.at : line.last + 1], among.prose
    around = list(islice(line.box.ancestry(), BOXES_OF_HEADLINE))
    names = " ".join([own[0].inner, line.box.name])
    start, end, whole = line.at, line.last + 1, max(1, prose[-1])
    measured = {
        "linked": float(is_all_linked(own)),
        "bold": float(all(run.bold_chars >= OWN_LINKED * len(run.text) for run in own)),
        "named": float(bool(_NAMED.search(names))),
        "named around": float(any(_NAMED.search(box.name) for box in around[1:])),
        "aside": float(any(box.tag in _ASIDES for box in line.box.ancestry())),
        "of others": float(any(_OTHERS.search(box.name) for box in around)),
        "in article": float(any(box.tag in {"article", "main"} for box in line.box.ancestry())),
        "text above": prose[start] / whole,
        "no text above": float(not prose[start]),
        "text below": (prose[-1] - prose[end]) / whole,
        "no text below": float(prose[end] == prose[-1]),
    }
    for name, reach in BELOW_HEADLINE.items():
        measured[name] = (prose[min(len(prose) - 1, end + reach)] - prose[end]) / whole
    for name, most in HEADLINE_GAPS.items():
        measured[name] = float(prose[min(len(prose) - 1, end + most + 1)] > prose[end])
    return measured


def measure_wording(text: str, among: Surroundings) -> HeadlineFeatures:
    """Measure how a text is worded, and how much of what is told, of the address and of the text it holds."""
    told, slug = among.told, among.slug
    key, words, said, weighty = bare(text), word_set(text), list(told.values()), _words_of_weight(text)
    alike = max((_overlap(words, word_set(each)) for each in said), default=0.0)
    count = len(text.split())
    measured = {f"told by {origin}": float(key == bare(each)) for origin, each in told.items()}
    measured |= {
        "told by all": float(bool(said) and all(key == bare(each) for each in said)),
        "part of what is told": float(key in among.parts),
        "like what is told": alike,
        "unlike what is told": float(bool(said) and alike < UNLIKE_TOLD),
        "nothing is told": float(not said),
        "of the address": len(slug & words) / len(slug) if slug else 0.0,
        "not of the address": float(bool(slug) and slug.isdisjoint(words)),
        "of the text": len(weighty & among.text) / max(1, len(weighty)),
        "not of the text": float(weighty.isdisjoint(among.text)),
        "the site": float(names_site(text, among.facts.site)),
        "a section": float(key in among.facts.sections),
        "a date": float(len(text) <= LONGEST_DATE_LINE and reads_as_dateline(text, None) >= DATELINE_LIKELY),
        "a byline": float(len(text) <= LONGEST_DATE_LINE and says_by(text)),
        "a sentence": float(text.endswith(".")),
        "capitals": float(text.isupper()),
        "long": float(count > HEADLINE_LONG),
    }
    return measured | {f"{most} words": float(count <= most) for most in FEW_WORDS}


def _words_of_weight(text: str) -> set[str]:
    return {word for word in word_set(text) if len(word) > WORD_OF_WEIGHT}


def _overlap(one: set[str], other: set[str]) -> float:
    """Return how much of two sets of words is the same, from 0 to 1 (Dice)."""
    return 2 * len(one & other) / max(1, len(one) + len(other))
