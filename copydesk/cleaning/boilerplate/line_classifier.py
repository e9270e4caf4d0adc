"""The decision over the lines of a text: which are the article, which is its headline, and what each other one is."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from copydesk.cleaning.boilerplate.appeal_runs import grow_runs, house_voice
from copydesk.cleaning.boilerplate.block_signals import Signals, signals
from copydesk.cleaning.boilerplate.kind_scores import evidence
from copydesk.cleaning.boilerplate.labels import label, spread
from copydesk.cleaning.boilerplate.line_features import line_features
from copydesk.cleaning.boilerplate.title_line import find_title, is_prose, repeats_title
from copydesk.cleaning.forest import Forest, load
from copydesk.cleaning.records import Block, Label
from copydesk.events import Kind

CUT = 0.55
# Where the rules meet the model. CLEAR: furniture by its words alone. RESCUE: the model keeps what is less clear.
CLEAR, RESCUE, KEEP, SURE = 0.8, 0.8, 0.45, 0.35
# QUIET: no sign of furniture. SUBHEAD, BEYOND and FAR: what the model must fall below to cut such lines between two
# paragraphs, and beyond furniture: a line or two of it, or WALL lines.
QUIET, SUBHEAD, BEYOND, FAR, WALL = 0.25, 0.03, 0.18, 0.02, 4
# The least words of a sentence, and the least with which it is one for certain.
SENTENCE, SURELY = 2, 4
# A headline has so many words, and the model must reach LISTED to keep it right below a few words that head a list.
HEADLINE, HEADING, LISTED = range(3, 26), 5, 0.75
# The model has seen pages. In a text of a few lines there is no place to judge by, one of many thousands is no page.
LEAST_LINES, MOST_LINES = 6, 4000
# Kinds whose words also stand in articles as sub-headings or sentences; alone they do not cut inside the body.
_WEAK_INSIDE: frozenset[Kind] = frozenset({"navigation", "related_links", "author_bio", "byline"})
JOINED = (
    "Stands in a run that asks readers for support, and speaks in the outlet's own voice",
    0.8,
    "we, our, you beside an appeal",
)
"""Why a line goes with the appeal beside it, how sure that is, and the evidence."""
# In one order always: of kinds for which as much speaks, the first is the answer, in every process the same.
_FORM: tuple[Kind, ...] = ("donation_appeal", "newsletter_signup", "payment_widget", "subscription_offer")


class Survey(NamedTuple):
    """What the rules make of a text: signals and evidence per line, the headline's position, the lines they would cut,
    and of these the ones that joined an appeal beside them."""

    read: list[Signals]
    scores: list[dict[Kind, float]]
    title: int | None
    cut: list[bool]
    joined: dict[int, Kind]


@cache
def line_model() -> Forest:
    """The shipped model; `weights/lines.json` says how it came to be."""
    with files("copydesk.cleaning.weights").joinpath("lines.npz").open("rb") as stored:
        return load(stored)


def judge(
    blocks: Sequence[Block], language: str | None, title: str | None = None, slug: frozenset[str] = frozenset()
) -> list[Label]:
    """A label per block: kind None for body, the first `title` is the headline (later ones its repeats), else the cut.

    `title` is what others say the headline is, `slug` the words of the article's address. Linear in the text.
    """
    seen = survey(blocks, language, title, slug)
    body = None
    if LEAST_LINES <= len(blocks) <= MOST_LINES:
        body = line_model().probability(line_features(blocks, seen.read, seen.scores, seen.cut, seen.title))
    return _labels(blocks, seen, lines_kept(seen, body), body)


def judge_paragraph(block: Block, language: str | None) -> Label:
    """One paragraph without its surroundings: body (kind None), or what it would be cut as."""
    s = signals(block, language)
    scores = evidence(s)
    if not _cuts(s, scores, inside=False):
        return Label(None, "Part of the article", round(1 - max(scores.values(), default=0.0) * 0.9, 3))
    return label(s, scores, block, after_body=False)


def survey(
    blocks: Sequence[Block],
    language: str | None,
    title: str | None = None,
    slug: frozenset[str] = frozenset(),
    headed: bool = True,
) -> Survey:
    """Read the lines and apply the rules, before the model is asked; `headed` when a headline may be among them."""
    read = [signals(block, language) for block in blocks]
    scores = [evidence(s) for s in read]
    headed = headed and len(blocks) > 1  # a lone line is all there is
    at = find_title(blocks, read, scores, title, slug) if headed else None
    barred: frozenset[int] = frozenset() if at is None else frozenset({at})
    prose = [i for i, s in enumerate(read) if is_prose(s) and max(scores[i].values(), default=0.0) < CUT]
    cut = [i != at and _cuts(read[i], scores[i], inside=_inside(i, prose)) for i in range(len(blocks))]
    joined = grow_runs(read, scores, cut, barred)
    for i in joined:
        cut[i] = True
    _close_forms(read, scores, cut, barred)
    _join_headings(blocks, read, scores, cut, barred)
    if at is not None:
        opening = read[at].words[:1]
        for i, block in enumerate(blocks):
            if i != at and not cut[i] and read[i].words[:1] == opening and repeats_title(block.text, blocks[at].text):
                cut[i] = True
                scores[i]["title"] = 0.95
    return Survey(read, scores, at, cut, joined)


def lines_kept(seen: Survey, body: NDArray[np.float32] | None) -> list[bool]:
    """Which lines stay, `body` being the model's probabilities that they are article, None without a model.

    Clear furniture goes whatever the model says. A sentence without any sign of furniture stays unless the model is
    sure; surer still where only known furniture parts it from the article above, as an appeal set into the text does;
    so does a short line between two paragraphs, a sub-heading. What stands below "Read more" as headlines do goes
    with it unless the model is sure of the contrary.
    """
    if body is None:
        return [i != seen.title and not cut for i, cut in enumerate(seen.cut)]
    kept: list[bool] = []
    last, explained, least, listing = -1, True, SURE, False
    for i, s in enumerate(seen.read):
        strongest = max(seen.scores[i].values(), default=0.0)
        listing = listing and not s.ends and s.size in HEADLINE and s.credit is None
        if seen.cut[i]:
            keep = i not in seen.joined and strongest < CLEAR and body[i] > RESCUE
        elif strongest < QUIET and s.ends and s.size >= SENTENCE:
            if 0 <= last < i - 1 and explained:
                least = FAR if i - last > WALL else BEYOND
            elif last < i - 1:
                least = SURE
            keep = bool(body[i] >= (max(least, BEYOND) if s.size < SURELY and least < SURE else least))
        elif listing:
            keep = bool(body[i] >= LISTED)
        elif strongest < QUIET and s.size <= 12 and s.credit is None and _between_prose(seen, kept, i):
            keep = bool(body[i] >= SUBHEAD)
        else:
            keep = bool(body[i] >= KEEP)
        kept.append(keep and i != seen.title)
        if keep or i == seen.title:
            last, explained = i, True
        else:
            explained = explained and (listing or _explained(seen, i))
            listing = listing or _heads_list(seen, i)
        listing = listing and not keep
    return kept


def _heads_list(seen: Survey, i: int) -> bool:
    """Whether a cut line is a few words that stand above other articles' headlines."""
    return seen.cut[i] and seen.read[i].size <= HEADING and seen.scores[i].get("related_links", 0.0) >= CUT


def _explained(seen: Survey, i: int) -> bool:
    """Whether a cut line shows by a word or by its voice what it is."""
    return seen.cut[i] or max(seen.scores[i].values(), default=0.0) >= 0.1 or house_voice(seen.read[i]) >= 0.35


def _between_prose(seen: Survey, kept: Sequence[bool], i: int) -> bool:
    return 0 < i < len(seen.read) - 1 and kept[i - 1] and is_prose(seen.read[i - 1]) and is_prose(seen.read[i + 1])


def _labels(
    blocks: Sequence[Block], seen: Survey, kept: Sequence[bool], body: NDArray[np.float32] | None
) -> list[Label]:
    named = spread(seen.scores, seen.read, [k or i == seen.title for i, k in enumerate(kept)])
    last = max((i for i, keep in enumerate(kept) if keep), default=-1)
    out = []
    for i, (block, s) in enumerate(zip(blocks, seen.read, strict=True)):
        if i == seen.title:
            out.append(Label("title", "The headline", 0.9))
        elif kept[i]:
            doubt = max(seen.scores[i].values(), default=0.0) * 0.9 if body is None else 1 - float(body[i])
            out.append(Label(None, "Part of the article", round(1 - doubt, 3)))
        elif i in seen.joined:
            out.append(Label(seen.joined[i], *JOINED))
        else:
            found = label(s, named[i], block, after_body=i > last)
            sure = found.confidence if body is None else max(found.confidence, round(1 - float(body[i]), 3))
            out.append(Label(found.kind, found.why, min(0.99, sure), found.evidence))
    return out


def _cuts(s: Signals, scores: dict[Kind, float], inside: bool) -> bool:
    strong = max((v for k, v in scores.items() if not (inside and k in _WEAK_INSIDE)), default=0.0)
    return strong >= CUT


def _inside(i: int, prose: Sequence[int]) -> bool:
    return bool(prose) and prose[0] < i < prose[-1]


def _close_forms(
    read: Sequence[Signals], scores: Sequence[dict[Kind, float]], cut: list[bool], barred: frozenset[int]
) -> None:
    """A form's unknown buttons go with it: short lines between lines that are cut as part of one."""
    i = 0
    while i < len(read):
        if not _is_button(read[i]) or i in barred:
            i += 1
            continue
        end = i
        while end < len(read) and _is_button(read[end]) and end not in barred:
            end += 1
        known = [j for j in range(i, end) if cut[j] and any(scores[j].get(k, 0.0) >= 0.5 for k in _FORM)]
        if len(known) >= 2 and len(known) * 5 >= (end - i) * 2:
            for j in range(i, known[-1] + 1):
                if (i > 0 and cut[i - 1]) or j >= known[0]:
                    cut[j] = True
                    own = max(_FORM, key=lambda k: scores[j].get(k, 0.0))
                    kind = own if scores[j].get(own, 0.0) >= 0.05 else "payment_widget"
                    scores[j][kind] = max(0.5, scores[j].get(kind, 0.0))
        i = end


def _join_headings(
    blocks: Sequence[Block],
    read: Sequence[Signals],
    scores: Sequence[dict[Kind, float]],
    cut: list[bool],
    barred: frozenset[int],
) -> None:
    """A short line right above an appeal that half asks itself, or ends in a colon, is its heading."""
    for i in range(len(blocks) - 2, -1, -1):
        if cut[i] or i in barred or not cut[i + 1] or read[i].size > 14:
            continue
        below = max(_FORM, key=lambda k: scores[i + 1].get(k, 0.0))
        if scores[i + 1].get(below, 0.0) < CUT:
            continue
        own = scores[i].get(below, 0.0)
        if own >= 0.3 or (own >= 0.1 and blocks[i].text.endswith((":", "：", "!", "！"))):
            cut[i] = True
            scores[i][below] = max(own, 0.6)


def _is_button(s: Signals) -> bool:
    return s.size <= 6 and (not s.ends or s.size <= 4)
