"""Choose the article's title among what head, JSON-LD and headings say, without the site's name."""

import re
from collections.abc import Mapping, Sequence
from itertools import groupby, islice
from typing import NamedTuple

from copydesk.cleaning.lexicon.line_words import any_of
from copydesk.cleaning.metadata.headline_lines import found_headline, headline_candidates
from copydesk.cleaning.metadata.title_parts import TITLE_GAP, names_site, without_site
from copydesk.cleaning.normalise import bare, plain, word_set
from copydesk.cleaning.page.jsonld import text_of
from copydesk.cleaning.page.model import Box, Page, Run
from copydesk.cleaning.page.stated import Facts
from copydesk.cleaning.thresholds.metadata import (
    ALIKE_SHARE,
    ALIKE_WORDS,
    ANCHOR_LEAST,
    ANCHOR_PARTS,
    ANCHOR_REST,
    FOUND_WEIGHT,
    KICKER_HEADLINE,
    KICKER_LONGER,
    KICKER_LONGEST,
    LEAST_HEADLINE,
    LONGEST_TITLE,
    MOST_HEADINGS,
    MOST_TITLE_PARTS,
    NEXT_HEADINGS,
    ONLY_HEADING,
    SEEN_WEIGHT,
    SLUG_SAID,
    TITLE_RUN_SPARE,
    TITLE_RUN_TIMES,
    TITLE_WEIGHTS,
    UNSPACED_LEAST,
    UNSPACED_START,
    WORD_OF_WEIGHT,
)

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_ORIGINS = {"head": "markup"}
_MARKS = frozenset("|–—-·•»›")
_EDGES = " \t:|–—-•·/"


_TRAIL = re.compile(r"crumb", re.I)
_SLUG_WORD = re.compile(r"[^\W\d_]{3,}")
_KICKER = re.compile(rf"(?:^|[\s_-]){any_of('class_name.kicker')}", re.I)


class Heading(NamedTuple):
    """Hold the text of an `h1`, the number of its first run, the class of what opens it, and whether it is a link."""

    text: str
    at: int
    inner: str
    linked: bool


class Title(NamedTuple):
    """Hold the title, where it came from, the run it stands in, and that of the heading, which may word it otherwise.

    Both runs are None where there is none.
    """

    text: str
    origin: str
    at: int | None
    heading: int | None = None


def choose_title(page: Page, facts: Facts, weights: Mapping[str, float] | None = None) -> Title:
    """Return the title that most places of the page agree on; empty when the page names none.

    `weights` are those of lines that may be the headline where no main heading agrees, the shipped ones unless given.
    """
    told = told_titles(page, facts)
    headings, trails = _headings(page)
    said = [text for _, text in told]
    voices = list(told)
    voice = dict(TITLE_WEIGHTS)
    heading = _agreed(headings, trails, said, facts.site)
    if heading is None or page.runs[heading.at].box.hidden:
        candidates = headline_candidates(page, facts, dict(told), address_words(page, facts))
        found = found_headline(candidates, said, weights)
        if found is not None and found.at is not None:
            heading = Heading(found.text, found.at, page.runs[found.at].inner, False)
            voice["markup"] = FOUND_WEIGHT
    if heading:
        shown = without_kicker(heading, said, facts.sections)
        worded = shown != heading.text or not any(_has_kicker(text, shown) for text in said)
        if worded and not trails and not _is_beside(shown, said, address_words(page, facts)):
            voice["markup"] = max(voice["markup"], SEEN_WEIGHT)
        # Capitals are how the page shows it, not how it is spelled.
        if not shown.isupper() or not _alike(shown, said) or any(shown in text for text in said):
            voices.append(("markup", shown))
    if not voices:
        return Title("", "", None)
    anchors = [text for origin, text in voices if origin in {"json-ld", "markup"}] + [facts.meta("headline")]
    votes: dict[str, float] = {}
    texts: dict[str, tuple[str, str]] = {}
    for origin, text in voices:
        text = text if origin == "json-ld" else _without_rest(text, anchors)
        votes[bare(text)] = votes.get(bare(text), 0.0) + voice[origin]
        texts.setdefault(bare(text), (text, _ORIGINS.get(origin, origin)))
    best = max(votes, key=lambda key: votes[key])
    at = _position(page.runs, headings + trails + ([heading] if heading else []), best)
    seen = [where for where in (at, heading.at if heading else None) if where is not None]
    return Title(*texts[best], at, min(seen, default=None))


def told_titles(page: Page, facts: Facts) -> list[tuple[str, str]]:
    """Return what machines are told of the title, without the site's name: origins and texts, the best known first."""
    told = [
        ("json-ld", plain(text_of(facts.article.get("headline")))),
        ("open-graph", facts.meta("og:title", "http://ogp.me/ns#title")),
        ("meta", facts.meta("headline", "twitter:title", "dc.title", "title")),
        ("head", plain(page.title)),
    ]
    told = [(origin, without_site(text, facts.site, facts.sections)) for origin, text in told]
    return [(origin, text) for origin, text in told if 0 < len(text) <= LONGEST_TITLE]


def agreed_heading(page: Page, facts: Facts, told: list[tuple[str, str]]) -> Heading | None:
    """Return the main heading that agrees with what is told of the page; None where a page has none that does."""
    return _agreed(*_headings(page), [text for _, text in told], facts.site)


def _agreed(headings: list[Heading], trails: list[Heading], said: list[str], site: frozenset[str]) -> Heading | None:
    return _heading_of(headings, said, site, not trails) or _heading_of(trails, said, site)


def address_words(page: Page, facts: Facts) -> set[str]:
    """Return the words of the part of the page's own address that has most of them, in letters."""
    own = next((href for rel, href in page.links if rel == "canonical"), "") or facts.meta("og:url")
    parts = (set(_SLUG_WORD.findall(part)) for part in own.lower().partition("://")[2].split("/")[1:])
    return max(parts, key=len, default=set())


def _is_beside(heading: str, told: list[str], slug: set[str]) -> bool:
    """Whether an address was made of what is told and has no word of the heading, which names a section."""
    said = max((len(slug & word_set(text)) for text in told), default=0)
    return said >= SLUG_SAID and slug.isdisjoint(word_set(heading))


def given_title(page: Page, own: Title, given: str) -> Title:
    """Return the page's own title, standing where the page shows the one that is given, if it does anywhere."""
    at = _position(page.runs, [], bare(given))
    return own if at is None else own._replace(at=at, heading=at)


def without_kicker(seen: Heading, told: list[str], sections: frozenset[str]) -> str:
    """Return the heading without a label at its ends that others leave out: `Opinion Rain ends` -> `Rain ends`."""
    heading = seen.text.strip(_EDGES) or seen.text
    for text in told:
        label = bare(heading.removesuffix(text))
        if label and heading.endswith(text) and any(section.startswith(label) for section in sections):
            return text
    if any(bare(heading) == bare(text) for text in told):
        return heading
    for text in (text for text in told if len(text) > KICKER_HEADLINE):
        before, after = heading.removesuffix(text), heading.removeprefix(text)
        apart = before[-1:] != " " or before.strip()[-1:] in _EDGES or _KICKER.search(seen.inner)
        if before != heading and (apart or len(text) > LEAST_HEADLINE):
            return text
        if after != heading and len(after) < KICKER_LONGEST and after.strip()[:1] in _MARKS:
            return text
    parts = TITLE_GAP.split(heading)
    for start in range(2, min(len(parts), MOST_TITLE_PARTS), 2):
        rest = "".join(parts[start:])
        if len(rest) > LEAST_HEADLINE and any(text.endswith(rest) and not text.startswith(parts[0]) for text in told):
            return rest
    return heading


def _has_kicker(text: str, heading: str) -> bool:
    """Whether a text is the heading with a label in front, set apart by a mark: `Weather: Rain ends`."""
    before = text.removesuffix(heading).rstrip()
    return before != text and before[-1:] in {*_EDGES.strip(), "."} and len(before) < len(heading) + KICKER_LONGER


def _headings(page: Page) -> tuple[list[Heading], list[Heading]]:
    """Return the headings that may be the headline, and those that end the trail of a page's sections.

    They are the page's `h1`. Where the only ones stand in such a trail, what readers see is one of the next `h2`.
    """
    firsts = [box for box in page.boxes if box.tag == "h1"][:MOST_HEADINGS]
    trails = [box for box in firsts if any(each.tag == "nav" or _TRAIL.search(each.name) for each in box.ancestry())]
    seen = [box for box in firsts if box not in trails]
    if trails and not seen:
        seen = [box for box in islice(page.boxes, trails[0].index, None) if box.tag == "h2"][:NEXT_HEADINGS]
    return _whole_of(page, seen), _whole_of(page, trails)


def _whole_of(page: Page, heads: list[Box]) -> list[Heading]:
    inside: dict[int, int] = {}
    for heading in heads:
        inside.setdefault(heading.index, heading.index)
        for box in islice(page.boxes, heading.index + 1, None):
            if box.depth <= heading.depth:
                break
            inside.setdefault(box.index, inside[heading.index])
    if not inside:
        return []
    numbers = [i for i, run in enumerate(page.runs) if run.box.index in inside]
    groups = [list(own) for _, own in groupby(numbers, key=lambda i: inside[page.runs[i].box.index])]
    found = (_whole(page.runs[own[0]], own[0], [page.runs[i].text for i in own]) for own in groups[:MOST_HEADINGS])
    return [heading for heading in found if 0 < len(heading.text) <= LONGEST_TITLE]


def _whole(first: Run, at: int, pieces: list[str]) -> Heading:
    return Heading(plain(" ".join(pieces)), at, first.inner, 0 < len(first.text) <= first.link_chars)


def _heading_of(headings: list[Heading], told: list[str], site: frozenset[str], sure: bool = True) -> Heading | None:
    """Return the heading that agrees with what is told of the page; any at all when nothing is told.

    `sure` when one alone is the headline though it is worded otherwise.
    """
    if not told:
        return headings[0] if headings else None
    same = {bare(text) for text in told}
    # A short headline may agree with nothing but the longest part of a title that has the site's name glued on.
    parts = {
        bare(part) for text in told for part in (max(TITLE_GAP.split(text)[::2], key=len), TITLE_GAP.split(text)[0])
    }
    likely = None
    for heading in headings:
        if bare(heading.text) in same:
            return heading
        if names_site(heading.text, site):
            continue
        if heading.linked:  # the site's name, on most pages
            if likely is None and any(bare(heading.text) == bare(TITLE_GAP.split(text)[0]) for text in told):
                likely = heading
            continue
        if likely is None and bare(heading.text) in parts:
            likely = heading
        if likely is None and len(heading.text) <= LONGEST_TITLE and _alike(heading.text, told):
            likely = heading
    if sure and likely is None and len(headings) == 1:
        only = headings[0]
        return only if not only.linked and _may_be(only.text, told, site) else None
    return likely


def _may_be(heading: str, told: list[str], site: frozenset[str]) -> bool:
    """Whether a page's only heading, though worded otherwise, shares a word of weight with what is told."""
    words = {word for word in word_set(heading) if len(word) > WORD_OF_WEIGHT and word not in site}
    others = set().union(*map(word_set, told))
    return ONLY_HEADING < len(heading) <= LONGEST_TITLE and " " in heading.strip() and not words.isdisjoint(others)


def _alike(heading: str, told: list[str]) -> bool:
    words = word_set(heading)
    if len(words) < ALIKE_WORDS:
        cased = any(c.islower() or c.isupper() for c in heading)
        return not cased and len(heading) > UNSPACED_LEAST and any(heading[:UNSPACED_START] in text for text in told)
    return any(
        len(words & others) >= ALIKE_SHARE * max(1, min(len(words), len(others))) for others in map(word_set, told)
    )


def _without_rest(title: str, anchors: list[str]) -> str:
    """Return the anchor that stands alone in the title between separators: `Sport - Rain ends` -> `Rain ends`."""
    parts = TITLE_GAP.split(title)
    spans = (parts[i:j] for i in range(0, len(parts), 2) for j in range(i + 1, len(parts) + 1, 2))
    pieces = {bare("".join(span)) for span in spans} if 1 < len(parts) <= ANCHOR_PARTS else set()
    for anchor in anchors:
        name = bare(anchor)
        if len(name) > ANCHOR_LEAST and name != bare(title):
            if name in pieces:
                return anchor
            rest = title[len(anchor) :]
            if title.startswith(anchor) and len(rest) < ANCHOR_REST and not rest[0].isalnum() and not rest[0].isspace():
                return anchor
    return title


def _position(runs: Sequence[Run], headings: list[Heading], title: str) -> int | None:
    """Return the run that is the title: the heading if it is one run, else the first run of exactly these words."""
    for heading in headings:
        if bare(runs[heading.at].text) == title:
            return heading.at
    shortest, longest = len(title), TITLE_RUN_TIMES * len(title) + TITLE_RUN_SPARE
    for i, run in enumerate(runs):
        if shortest <= len(run.text) <= longest and not run.link_chars and bare(plain(run.text)) == title:
            return i
    return None
