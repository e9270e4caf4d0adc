"""Find the headline of a page whose main headings agree with nothing that is told of it, by learned weights.

Old pages have no `h1`, or the site's name in it, and name site and section alone in `title`. The lines that may be the
headline are weighed against what is told.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import groupby, islice
from typing import NamedTuple

from copydesk.cleaning.metadata.headline_features import (
    HeadlineFeatures,
    HeadlineLine,
    Surroundings,
    is_all_linked,
    measure_place,
    measure_wording,
    prose_size,
    surroundings,
)
from copydesk.cleaning.normalise import bare, plain
from copydesk.cleaning.page.model import Box, Page
from copydesk.cleaning.page.stated import Facts
from copydesk.cleaning.thresholds.metadata import (
    BOXES_OF_HEADLINE,
    HEADLINE_LEAST,
    HEADLINE_NEAR_PROSE,
    LONGEST_HEADLINE,
    MANY_ALIKE,
    MOST_HEADLINES,
)

_HEADINGS = ("h1", "h2", "h3", "h4")


class HeadlineCandidate(NamedTuple):
    """Hold a text that may be the headline, the number of the run it stands in, None if nowhere, and its measures."""

    text: str
    at: int | None
    features: HeadlineFeatures


def headline_candidates(page: Page, facts: Facts, told: Mapping[str, str], slug: set[str]) -> list[HeadlineCandidate]:
    """Return the lines that may be the headline, and what is `told`, by origin, that stands in none of them.

    `slug` are the words of the page's address.
    """
    among = surroundings(page, facts, told, slug)
    lines = _lines(page, among)
    alike = Counter((line.box.tag, line.box.name) for line in lines if line.box.tag in _HEADINGS)
    tags = Counter(line.box.tag for line in lines)
    found = []
    for line in lines:
        tag = line.box.tag if line.box.tag in _HEADINGS else "line"
        measured = measure_place(page, line, among) | measure_wording(line.text, among)
        measured |= {tag: 1.0, f"{tag} alone": float(tags[tag] == 1)}
        measured["many alike"] = float(alike[line.box.tag, line.box.name] >= MANY_ALIKE)
        if tag in {"h2", "h3"} and not tags["h1"]:
            measured[f"{tag} first"] = 1.0
        found.append(HeadlineCandidate(line.text, line.at, measured))
    shown = {bare(line.text) for line in lines}
    for text in dict.fromkeys(told.values()):
        if bare(text) not in shown:
            measured = {f"unseen {name}": value for name, value in measure_wording(text, among).items()}
            found.append(HeadlineCandidate(text, None, measured | {"unseen": 1.0}))
    return found


def likeliest_headline(
    candidates: Sequence[HeadlineCandidate], weights: Mapping[str, float] | None = None
) -> HeadlineCandidate | None:
    """Return the candidate that weighs most; None where there is none. The shipped weights count unless given."""
    weigh = shipped_headline_weights() if weights is None else weights
    return max(
        candidates,
        key=lambda each: sum(weigh.get(name, 0.0) * value for name, value in each.features.items()),
        default=None,
    )


def found_headline(
    candidates: Sequence[HeadlineCandidate], said: Sequence[str], weights: Mapping[str, float] | None = None
) -> HeadlineCandidate | None:
    """Return the line that is the headline; None where what is told, `said`, is likelier than every line.

    Nor is a line one that shares next to no word with what several places say alike.
    """
    found = likeliest_headline(candidates, weights)
    if found is None or found.at is None:
        return None
    agreed = len(said) > 1 and len(set(map(bare, said))) == 1
    return None if agreed and found.features.get("unlike what is told") else found


@cache
def shipped_headline_weights() -> Mapping[str, float]:
    """Read the weights this package brings, once."""
    told = (files("copydesk.cleaning.weights") / "headlines.json").read_text(encoding="utf-8")
    weights: dict[str, float] = json.loads(told)["weights"]
    return weights


def _lines(page: Page, among: Surroundings) -> list[HeadlineLine]:
    """Return what readers see of headings, of lines right above the first paragraph, and of parts of what is told."""
    runs = page.runs
    first = next((i for i, run in enumerate(runs) if prose_size(run)), len(runs))
    found: list[HeadlineLine] = []
    for heading, own in groupby(range(len(runs)), key=lambda i: _heading_around(runs[i].box)):
        if len(found) >= MOST_HEADLINES:
            break
        at = list(own)
        if heading is not None:
            found.append(HeadlineLine(plain(" ".join(runs[i].text for i in at)), at[0], at[-1], heading))
            continue
        for i in at:
            if not HEADLINE_LEAST <= len(runs[i].text) <= LONGEST_HEADLINE or is_all_linked(runs[i : i + 1]):
                continue
            if first - HEADLINE_NEAR_PROSE <= i < first or bare(plain(runs[i].text)) in among.parts:
                found.append(HeadlineLine(plain(runs[i].text), i, i, runs[i].box))
                if len(found) >= MOST_HEADLINES:
                    break
    # Without any text below it, nothing tells a headline from another heading but that it is told.
    any_line = first < len(runs) or not among.told
    seen = (line for line in found if len(line.text) <= LONGEST_HEADLINE and not line.box.hidden)
    return [line for line in seen if (key := bare(line.text)) and (any_line or key in among.parts)]


def _heading_around(inmost: Box) -> Box | None:
    return next((box for box in islice(inmost.ancestry(), BOXES_OF_HEADLINE) if box.tag in _HEADINGS), None)
