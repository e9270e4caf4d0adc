"""Find the headline of a page whose main headings agree with nothing that is told of it, by learned weights.

Old pages have no `h1`, or the site's name in it, and name site and section alone in `title`. The lines that may be the
headline are weighed against what is told: where they stand, how they are named, what they share with it.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import accumulate, groupby, islice
from typing import NamedTuple

from copydesk.cleaning.lexicon.line_words import any_of
from copydesk.cleaning.lines.bylines import says_by
from copydesk.cleaning.lines.datelines import reads_as_dateline
from copydesk.cleaning.metadata.title_parts import names_site, title_spans
from copydesk.cleaning.normalise import bare, plain, word_set
from copydesk.cleaning.page.model import Box, Page, Run
from copydesk.cleaning.page.stated import Facts
from copydesk.cleaning.thresholds.metadata import (
    BELOW_HEADLINE,
    DATELINE_LIKELY,
    HEADLINE_BOXES,
    HEADLINE_GAPS,
    HEADLINE_LEAST,
    HEADLINE_LONG,
    HEADLINE_NEAR_PROSE,
    HEADLINE_PROSE,
    HEADLINE_PROSE_LINKED,
    HEADLINE_TEXT_READ,
    LONGEST_DATE_LINE,
    LONGEST_HEADLINE,
    MANY_ALIKE,
    MOST_HEADLINES,
    OWN_LINKED,
    UNLIKE_TOLD,
    WORD_OF_WEIGHT,
)

Features = dict[str, float]
"""What is measured of a candidate, by name; what is not there is 0."""

_HEADINGS = ("h1", "h2", "h3", "h4")
_NAMED = re.compile(rf"(?<![a-z]){any_of('class_name.headline')}", re.I)
_OTHERS = re.compile(any_of("class_name.no_author"), re.I)
_ASIDES = frozenset(("nav", "aside", "footer", "header"))


class HeadlineCandidate(NamedTuple):
    """Hold a text that may be the headline, the number of the run it stands in, None if nowhere, and its measures."""

    text: str
    at: int | None
    features: Features


class _Line(NamedTuple):
    """Hold a line of a page: its text, its first and last run, the heading it is, else the box of the run."""

    text: str
    at: int
    last: int
    box: Box


def headline_candidates(page: Page, facts: Facts, told: Mapping[str, str], slug: set[str]) -> list[HeadlineCandidate]:
    """Return the lines that may be the headline, and what is `told`, by origin, that stands in none of them.

    `slug` are the words of the page's address.
    """
    lines = _lines(page, told)
    prose = [0, *accumulate(_prose(run) for run in page.runs)]
    told_of = _words_of_weight(" ".join(run.text for run in page.runs if _prose(run))[:HEADLINE_TEXT_READ])
    alike = Counter((line.box.tag, line.box.name) for line in lines if line.box.tag in _HEADINGS)
    tags = Counter(line.box.tag for line in lines)
    found = []
    for line in lines:
        measured = _place(page, line, prose) | _wording(line.text, told, facts, slug, told_of)
        tag = line.box.tag if line.box.tag in _HEADINGS else "line"
        measured |= {tag: 1.0, f"{tag} alone": float(tags[tag] == 1)}
        measured["many alike"] = float(alike[line.box.tag, line.box.name] >= MANY_ALIKE)
        if tag in {"h2", "h3"} and not tags["h1"]:
            measured[f"{tag} first"] = 1.0
        found.append(HeadlineCandidate(line.text, line.at, measured))
    shown = {bare(line.text) for line in lines}
    for text in dict.fromkeys(told.values()):
        if bare(text) not in shown:
            measured = {f"unseen {name}": value for name, value in _wording(text, told, facts, slug, told_of).items()}
            found.append(HeadlineCandidate(text, None, measured | {"unseen": 1.0}))
    return found


def likeliest_headline(
    candidates: Sequence[HeadlineCandidate], weights: Mapping[str, float] | None = None
) -> HeadlineCandidate | None:
    """Return the candidate that weighs most; None where there is none."""
    weigh = shipped_headline_weights() if weights is None else weights
    return max(
        candidates,
        key=lambda each: sum(weigh.get(name, 0.0) * value for name, value in each.features.items()),
        default=None,
    )


@cache
def shipped_headline_weights() -> Mapping[str, float]:
    """Read the weights this package brings, once."""
    told = (files("copydesk.cleaning.weights") / "headlines.json").read_text(encoding="utf-8")
    weights: dict[str, float] = json.loads(told)["weights"]
    return weights


def _prose(run: Run) -> int:
    """Return the characters of a run that is a paragraph of text, 0 for any other."""
    is_prose = len(run.text) >= HEADLINE_PROSE and run.link_chars < HEADLINE_PROSE_LINKED * len(run.text)
    return len(run.text) if is_prose and not run.box.hidden else 0


def _lines(page: Page, told: Mapping[str, str]) -> list[_Line]:
    """Return what readers see of headings, of lines right above the first paragraph, and of parts of what is told."""
    runs = page.runs
    parts = {bare(part) for text in told.values() for part in (text, *title_spans(text))}
    first = next((i for i, run in enumerate(runs) if _prose(run)), len(runs))
    found: list[_Line] = []
    for heading, own in groupby(range(len(runs)), key=lambda i: _heading_around(runs[i].box)):
        if len(found) >= MOST_HEADLINES:
            break
        at = list(own)
        if heading is not None:
            found.append(_Line(plain(" ".join(runs[i].text for i in at)), at[0], at[-1], heading))
            continue
        for i in at:
            if not HEADLINE_LEAST <= len(runs[i].text) <= LONGEST_HEADLINE or _is_linked(runs[i : i + 1]):
                continue
            if first - HEADLINE_NEAR_PROSE <= i < first or bare(plain(runs[i].text)) in parts:
                found.append(_Line(plain(runs[i].text), i, i, runs[i].box))
    # Without any text below it, nothing tells a headline from another heading but that it is told.
    any_line = first < len(runs) or not told
    seen = (line for line in found if len(line.text) <= LONGEST_HEADLINE and not line.box.hidden)
    return [line for line in seen if (key := bare(line.text)) and (any_line or key in parts)]


def _heading_around(inmost: Box) -> Box | None:
    return next((box for box in islice(inmost.ancestry(), HEADLINE_BOXES) if box.tag in _HEADINGS), None)


def _is_linked(runs: Sequence[Run]) -> bool:
    return sum(run.link_chars for run in runs) >= OWN_LINKED * sum(len(run.text) for run in runs)


def _place(page: Page, line: _Line, prose: Sequence[int]) -> Features:
    """Measure where a line stands: before how much text, under which names."""
    own = page.runs[line.at : line.last + 1]
    around = list(islice(line.box.ancestry(), HEADLINE_BOXES))
    names = " ".join([own[0].inner, line.box.name])
    start, end, whole = line.at, line.last + 1, max(1, prose[-1])
    measured = {
        "linked": float(_is_linked(own)),
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
    gap = next((i for i in range(end, len(page.runs)) if prose[i + 1] > prose[i]), len(page.runs)) - end
    for name, most in HEADLINE_GAPS.items():
        measured[name] = float(gap <= most)
    return measured


def _wording(text: str, told: Mapping[str, str], facts: Facts, slug: set[str], told_of: set[str]) -> Features:
    """Measure how a text is worded, and how much of what is told, of the address and of the text it holds."""
    key, words, said = bare(text), word_set(text), list(told.values())
    weighty = _words_of_weight(text)
    alike = max((_overlap(words, word_set(each)) for each in said), default=0.0)
    count = len(text.split())
    measured = {f"told by {origin}": float(key == bare(each)) for origin, each in told.items()}
    measured |= {
        "told by all": float(bool(said) and all(key == bare(each) for each in said)),
        "part of what is told": float(any(key in {*map(bare, title_spans(each))} for each in said)),
        "like what is told": alike,
        "unlike what is told": float(bool(said) and alike < UNLIKE_TOLD),
        "nothing is told": float(not said),
        "of the address": len(slug & words) / len(slug) if slug else 0.0,
        "not of the address": float(bool(slug) and slug.isdisjoint(words)),
        "of the text": len(weighty & told_of) / max(1, len(weighty)),
        "not of the text": float(weighty.isdisjoint(told_of)),
        "the site": float(names_site(text, facts.site)),
        "a section": float(key in facts.sections),
        "a date": float(len(text) <= LONGEST_DATE_LINE and reads_as_dateline(text, None) >= DATELINE_LIKELY),
        "a byline": float(len(text) <= LONGEST_DATE_LINE and says_by(text)),
        "a sentence": float(text.endswith(".")),
        "capitals": float(text.isupper()),
        "long": float(count > HEADLINE_LONG),
    }
    measured |= {f"{most} words": float(count <= most) for most in (1, 2, 3)}
    return measured


def _words_of_weight(text: str) -> set[str]:
    return {word for word in word_set(text) if len(word) > WORD_OF_WEIGHT}


def _overlap(one: set[str], other: set[str]) -> float:
    """Return how much of two sets of words is the same, from 0 to 1 (Dice)."""
    return 2 * len(one & other) / max(1, len(one) + len(other))
