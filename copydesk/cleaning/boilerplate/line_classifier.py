"""Classify the lines of a text: which are the article, which is its headline, and what each other one is."""

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from copydesk.cleaning.boilerplate.appeal_runs import outlet_voice
from copydesk.cleaning.boilerplate.block_signals import read_signals
from copydesk.cleaning.boilerplate.kind_scores import score_kinds
from copydesk.cleaning.boilerplate.labels import label_block, spread_scores
from copydesk.cleaning.boilerplate.line_features import line_features
from copydesk.cleaning.boilerplate.line_rules import RuleFindings, apply_rules, cuts_alone
from copydesk.cleaning.boilerplate.title_line import is_prose_line
from copydesk.cleaning.forest import Forest, load_forest
from copydesk.cleaning.records import Block, Label
from copydesk.cleaning.thresholds.boilerplate import (
    BEYOND_KEPT,
    DOUBTED_SHARE,
    EXPLAINED,
    FAR_KEPT,
    FAR_LINES,
    HEADLINE_WORDS,
    JOINED_CONFIDENCE,
    LINE_CLEAR,
    LINE_CUT,
    LINE_KEPT,
    LINE_RESCUED,
    LIST_HEADING_WORDS,
    LISTED_KEPT,
    MODEL_LEAST_LINES,
    MODEL_MOST_LINES,
    MOST_CERTAIN,
    QUIET,
    SENTENCE_KEPT,
    SENTENCE_WORDS,
    SPOKEN,
    SUBHEAD_KEPT,
    SUBHEAD_WORDS,
    SURE_SENTENCE_WORDS,
    TITLE_CONFIDENCE,
)

JOINED = (
    "Stands in a run that asks readers for support, and speaks in the outlet's own voice",
    JOINED_CONFIDENCE,
    "we, our, you beside an appeal",
)
"""Why a line goes with the appeal beside it, how sure that is, and the evidence."""


class _Above(NamedTuple):
    """Hold what the lines above one tell: the last line kept (or the headline), whether all lines cut since show what
    they are, what a sentence must reach, whether a list of headlines goes on, and whether the line right above stays.
    """

    last: int = -1
    explained: bool = True
    least: float = SENTENCE_KEPT
    listing: bool = False
    kept: bool = False


@cache
def line_model() -> Forest:
    """Read the shipped model, once; `weights/lines.json` says how it came to be."""
    with files("copydesk.cleaning.weights").joinpath("lines.npz").open("rb") as stored:
        return load_forest(stored)


def classify_lines(
    blocks: Sequence[Block],
    language: str | None,
    title: str | None = None,
    slug: frozenset[str] = frozenset(),
    *,
    given: bool = False,
) -> list[Label]:
    """Label every line: kind None for body, the first `title` is the headline (later ones its repeats), else the cut.

    `title` is what others say the headline is, and where it is `given` no line that says otherwise is one; `slug` are
    the words of the article's address. Linear in the text.
    """
    found = apply_rules(blocks, language, title, slug, given=given)
    body = None
    if MODEL_LEAST_LINES <= len(blocks) <= MODEL_MOST_LINES:
        body = line_model().probability(line_features(blocks, found.read, found.scores, found.cut, found.title))
    return _labels(blocks, found, lines_kept(found, body), body)


def classify_paragraph(block: Block, language: str | None) -> Label:
    """Label one paragraph without its surroundings: body (kind None), or what it would be cut as."""
    s = read_signals(block, language)
    scores = score_kinds(s)
    if not cuts_alone(scores, inside=False):
        return Label(None, "Part of the article", round(1 - max(scores.values(), default=0.0) * DOUBTED_SHARE, 3))
    return label_block(s, scores, block, after_body=False)


def lines_kept(found: RuleFindings, body: NDArray[np.float32] | None) -> list[bool]:
    """Decide which lines stay; `body` (lines,) is the model's probability that each is article, None without a model.

    Clear boilerplate goes whatever the model says. A sentence without any sign of boilerplate stays unless the model
    is sure; surer still where only known boilerplate parts it from the article above, as an appeal set into the text
    does; so does a short line between two paragraphs, a sub-heading. What stands below "Read more" as headlines do
    goes with it unless the model is sure of the contrary.
    """
    if body is None:
        return [i != found.title and not cut for i, cut in enumerate(found.cut)]
    return list(_decide(found, body))


def _decide(found: RuleFindings, body: NDArray[np.float32]) -> Iterator[bool]:
    above = _Above()
    for i, s in enumerate(found.read):
        strongest = max(found.scores[i].values(), default=0.0)
        quiet = strongest < QUIET
        last, explained, least, listing, _ = above
        listing = listing and not s.ends and s.size in HEADLINE_WORDS and s.credit is None
        if found.cut[i]:
            keep = i not in found.joined and strongest < LINE_CLEAR and body[i] > LINE_RESCUED
        elif quiet and s.ends and s.size >= SENTENCE_WORDS:
            least = _sentence_needs(above, i)
            unsure = s.size < SURE_SENTENCE_WORDS and least < SENTENCE_KEPT
            keep = bool(body[i] >= (max(least, BEYOND_KEPT) if unsure else least))
        elif listing:
            keep = bool(body[i] >= LISTED_KEPT)
        elif quiet and s.size <= SUBHEAD_WORDS and s.credit is None and above.kept and _between_prose(found, i):
            keep = bool(body[i] >= SUBHEAD_KEPT)
        else:
            keep = bool(body[i] >= LINE_KEPT)
        kept = bool(keep) and i != found.title
        yield kept
        if keep or i == found.title:
            above = _Above(i, True, least, listing and not keep, kept)
        else:
            explained = explained and (listing or _explained(found, i))
            above = _Above(last, explained, least, listing or _heads_list(found, i), kept)


def _sentence_needs(above: _Above, i: int) -> float:
    """Return the probability from which a sentence is kept: less beyond lines that show what they are."""
    if 0 <= above.last < i - 1 and above.explained:
        return FAR_KEPT if i - above.last > FAR_LINES else BEYOND_KEPT
    return SENTENCE_KEPT if above.last < i - 1 else above.least


def _heads_list(found: RuleFindings, i: int) -> bool:
    """Whether a cut line is a few words that stand above other articles' headlines."""
    return (
        found.cut[i]
        and found.read[i].size <= LIST_HEADING_WORDS
        and found.scores[i].get("related_links", 0.0) >= LINE_CUT
    )


def _explained(found: RuleFindings, i: int) -> bool:
    """Whether a cut line shows by a word or by its voice what it is."""
    if found.cut[i] or max(found.scores[i].values(), default=0.0) >= EXPLAINED:
        return True
    return outlet_voice(found.read[i]) >= SPOKEN


def _between_prose(found: RuleFindings, i: int) -> bool:
    read = found.read
    return 0 < i < len(read) - 1 and is_prose_line(read[i - 1]) and is_prose_line(read[i + 1])


def _labels(
    blocks: Sequence[Block], found: RuleFindings, kept: Sequence[bool], body: NDArray[np.float32] | None
) -> list[Label]:
    named = spread_scores(found.scores, found.read, [k or i == found.title for i, k in enumerate(kept)])
    last = max((i for i, keep in enumerate(kept) if keep), default=-1)
    out = []
    for i, (block, s) in enumerate(zip(blocks, found.read, strict=True)):
        if i == found.title:
            out.append(Label("title", "The headline", TITLE_CONFIDENCE))
        elif kept[i]:
            strongest = max(found.scores[i].values(), default=0.0)
            doubt = strongest * DOUBTED_SHARE if body is None else 1 - float(body[i])
            out.append(Label(None, "Part of the article", round(1 - doubt, 3)))
        elif i in found.joined:
            out.append(Label(found.joined[i], *JOINED))
        else:
            label = label_block(s, named[i], block, after_body=i > last)
            sure = label.confidence if body is None else max(label.confidence, round(1 - float(body[i]), 3))
            out.append(Label(label.kind, label.why, min(MOST_CERTAIN, sure), label.evidence))
    return out
