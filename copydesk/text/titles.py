"""The article's title: chosen among what head, JSON-LD and headings say, without the site's name."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from copydesk.text.facts import Facts, bare, plain
from copydesk.text.jsonld import text_of
from copydesk.text.page import Page, Run

_GAP = re.compile(r"(\s+[-–—―·•|»«:/]+\s+|\s*[|｜ㅣ]\s*|：(?=[^：]*$)|\s*--+\s*)")
_WORD = re.compile(r"\w+")
LONGEST = 400
# What each voice weighs when voices differ. A heading that readers see and JSON-LD count most, `title` least.
WEIGHTS = {"json-ld": 1.05, "markup": 1.0, "open-graph": 0.8, "meta": 0.4, "head": 0.3}
_ORIGINS = {"head": "markup"}


class Title(NamedTuple):
    """The title, where it came from, and the run it stands in (None when it stands in none)."""

    text: str
    origin: str
    at: int | None


def choose_title(page: Page, facts: Facts) -> Title:
    """The title most of the page's voices agree on; empty when the page names none."""
    told = [
        ("json-ld", plain(text_of(facts.article.get("headline")))),
        ("open-graph", without_site(facts.meta("og:title"), facts.site)),
        ("meta", without_site(facts.meta("twitter:title", "dc.title", "title"), facts.site)),
        ("head", without_site(plain(page.title), facts.site)),
    ]
    told = [(origin, text) for origin, text in told if 0 < len(text) <= LONGEST]
    headings = list(_headings(page.runs))
    heading = _heading_of(headings, [text for _, text in told])
    voices = [*told, ("markup", heading[0])] if heading else told
    if not voices:
        return Title("", "", None)
    anchors = [text for origin, text in voices if origin in {"json-ld", "markup"}]
    votes: dict[str, float] = {}
    texts: dict[str, tuple[str, str]] = {}
    for origin, text in voices:
        text = _without_rest(text, anchors)
        votes[bare(text)] = votes.get(bare(text), 0.0) + WEIGHTS[origin]
        texts.setdefault(bare(text), (text, _ORIGINS.get(origin, origin)))
    best = max(votes, key=lambda key: votes[key])
    return Title(*texts[best], _position(page.runs, headings, best))


def without_site(title: str, site: frozenset[str]) -> str:
    """The title without leading or trailing segments that name the site: `Rain ends | The Courier` -> `Rain ends`."""
    for _ in range(3):
        parts = _GAP.split(title)
        if len(parts) < 3:
            break
        if _names(parts[-1], site):
            title = "".join(parts[:-2]).strip()
        elif _names(parts[0], site):
            title = "".join(parts[2:]).strip()
        else:
            break
    return title


def _names(segment: str, site: frozenset[str]) -> bool:
    name = bare(segment)
    return bool(name) and any(
        name == own
        or (len(own) > 3 and own in name and len(name) < len(own) + 14)
        or (len(name) > 3 and name in own and 2 * len(name) >= len(own))
        for own in site
    )


def _headings(runs: Sequence[Run]) -> Iterator[tuple[str, int]]:
    """The text of each `h1`, whole, with the number of its first run."""
    last = None
    pieces: list[str] = []
    start = 0
    for i, run in enumerate(runs):
        box = run.box
        if box.tag != "h1":
            around = [outer for _, outer in zip(range(3), box.ancestry(), strict=False) if outer.tag == "h1"]
            if not around:
                continue
            box = around[0]
        if last is not None and box is not last:
            yield plain(" ".join(pieces)), start
            pieces = []
        if not pieces:
            start = i
        last = box
        pieces.append(run.text)
    if pieces:
        yield plain(" ".join(pieces)), start


def _heading_of(headings: list[tuple[str, int]], told: list[str]) -> tuple[str, int] | None:
    """The heading that agrees with what is told of the page; any at all when nothing is told."""
    if not told:
        return headings[0] if headings else None
    same = {bare(text) for text in told}
    # A short headline may agree with nothing but the longest part of a title that has the site's name glued on.
    parts = {bare(max(_GAP.split(text)[::2], key=len)) for text in told}
    likely = None
    for text, at in headings:
        if bare(text) in same:
            return text, at
        if likely is None and bare(text) in parts:
            likely = (text, at)
        if likely is None and len(text) <= LONGEST and _alike(text, told):
            likely = (text, at)
    return likely


def _alike(heading: str, told: list[str]) -> bool:
    words = set(_WORD.findall(heading.casefold()))
    if len(words) < 3:
        return not heading.isascii() and len(heading) > 10 and any(heading[:8] in text for text in told)
    return any(
        len(words & others) >= 0.5 * max(1, min(len(words), len(others)))
        for others in (set(_WORD.findall(text.casefold())) for text in told)
    )


def _without_rest(title: str, anchors: list[str]) -> str:
    """The anchor that stands alone in the title between separators: `Sport - Rain ends` -> `Rain ends`."""
    parts = _GAP.split(title)
    spans = (parts[i:j] for i in range(0, len(parts), 2) for j in range(i + 1, len(parts) + 1, 2))
    pieces = {bare("".join(span)) for span in spans} if 3 <= len(parts) <= 11 else set()
    for anchor in anchors:
        name = bare(anchor)
        if len(name) > 8 and name != bare(title):
            if name in pieces:
                return anchor
            rest = title[len(anchor) :]
            if title.startswith(anchor) and len(rest) < 25 and not rest[0].isalnum() and not rest[0].isspace():
                return anchor
    return title


def _position(runs: Sequence[Run], headings: list[tuple[str, int]], title: str) -> int | None:
    """The run that is the title: the heading if it is one run, else the first run of exactly these words."""
    for _, at in headings:
        if bare(runs[at].text) == title:
            return at
    shortest, longest = len(title), 3 * len(title) + 20
    for i, run in enumerate(runs):
        if shortest <= len(run.text) <= longest and not run.link_chars and bare(plain(run.text)) == title:
            return i
    return None
