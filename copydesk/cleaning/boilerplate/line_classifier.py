"""Classify the lines of a text: which are the article, which is its headline, and what each other one is."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from copydesk.cleaning.boilerplate.appeal_runs import outlet_voice
from copydesk.cleaning.boilerplate.block_signals import Signals
from copydesk.cleaning.boilerplate.kind_scores import tells_on
from copydesk.cleaning.boilerplate.kinds_beside import reads_as_item, spread_scores
from copydesk.cleaning.boilerplate.labels import WHY, label_block
from copydesk.cleaning.boilerplate.learned_lines import Learned, LineModels, judge_lines, learned_kind, line_models
from copydesk.cleaning.boilerplate.line_features import line_features, own_features
from copydesk.cleaning.boilerplate.line_rules import RuleFindings, apply_rules
from copydesk.cleaning.boilerplate.title_line import is_prose_line, stands_between_prose
from copydesk.cleaning.records import Block, Label
from copydesk.cleaning.thresholds.boilerplate import (
    ALONE_CUT,
    ALONE_EXPLAINED,
    ALONE_RESCUED,
    ALONE_SENTENCE_CUT,
    ALONE_UNLISTED_CUT,
    BEYOND_KEPT,
    ENTRIES,
    ENTRY_ALONE,
    EXPLAINED,
    FAR_KEPT,
    FAR_LINES,
    JOINED_CONFIDENCE,
    LEAST_KIND,
    LINE_CLEAR,
    LINE_CUT,
    LINE_KEPT,
    LINE_RESCUED,
    LIST_HEADING_WORDS,
    LIST_LEAST,
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
    WITHIN_KEPT,
)
from copydesk.events import Kind

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
    dated: bool = False
    entries: int = 0


class JudgedLines(NamedTuple):
    """Hold what rules and models make of a text: `body` (lines,) is the probability that each line is article where it
    stands, None for a text too short or too long to ask.
    """

    found: RuleFindings
    learned: Learned
    body: NDArray[np.float32] | None


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
    judged = weigh_lines(blocks, apply_rules(blocks, language, title, slug, given=given), line_models())
    return _labels(blocks, judged, lines_kept(judged))


def classify_paragraph(block: Block, language: str | None) -> Label:
    """Label one paragraph without its surroundings: body (kind None), or what it would be cut as."""
    return classify_lines([block], language)[0]


def weigh_lines(blocks: Sequence[Block], found: RuleFindings, models: LineModels) -> JudgedLines:
    """Ask the models about lines that the rules have read."""
    own = own_features(blocks, found.read, found.scores)
    learned = judge_lines(models.single, [block.text for block in blocks], own)
    if not MODEL_LEAST_LINES <= len(blocks) <= MODEL_MOST_LINES:
        return JudgedLines(found, learned, None)
    rows = line_features(blocks, found.read, own, learned, found.cut, found.title)
    return JudgedLines(found, learned, models.placed.probability(rows))


def lines_kept(judged: JudgedLines) -> list[bool]:
    """Decide which lines stay.

    A text of a few lines has no place to go by: a line goes that words or the model of single lines cut. Elsewhere
    clear boilerplate goes whatever the model says. A sentence without any sign of boilerplate stays unless the model
    is sure; surer still where only known boilerplate parts it from the article above, as an appeal set into the text
    does; so does a short line between two paragraphs, a sub-heading. Where several entries of a live blog were kept,
    what states something below the next one's time is another. What stands below "Read more" as headlines do
    goes with it unless the model is sure of the contrary.
    """
    if judged.body is None:
        return [
            i != judged.found.title and not (_sure_alone(judged, i) or _cut_by_words(judged, i))
            for i in range(len(judged.found.cut))
        ]
    return list(_decide(judged, judged.body))


def _sure_alone(judged: JudgedLines, i: int) -> bool:
    """Whether the model of single lines is sure that a line is no article text."""
    least = ALONE_CUT if judged.found.listed else ALONE_UNLISTED_CUT
    if _states(judged.found.read[i]):
        least = ALONE_SENTENCE_CUT
    return bool(judged.learned.alone[i] < least)


def _cut_by_words(judged: JudgedLines, i: int) -> bool:
    """Whether rules cut a line, unless it is a sentence, no clear case, and the model of single lines knows better."""
    found = judged.found
    clear = i in found.joined or max(found.scores[i].values(), default=0.0) >= LINE_CLEAR
    clear = clear or ("related_links", "away") in found.read[i].found
    rescued = not clear and _states(found.read[i]) and judged.learned.alone[i] >= ALONE_RESCUED
    return found.cut[i] and not rescued


def _states(s: Signals) -> bool:
    """Whether a line ends like a sentence that states something: calls are boilerplate more often."""
    return s.ends and not s.exclaims


def _states_within(found: RuleFindings, i: int, between_kept: bool) -> bool:
    """Whether a line that no rule cuts states something right between paragraphs, or behind the words of a link."""
    led = ("related_links", "start") in found.read[i].found or ("related_links", "sure") in found.read[i].found
    within = is_prose_line(found.read[i]) and between_kept
    return _states(found.read[i]) and (within or (led and tells_on(found.read[i])))


def _decide(judged: JudgedLines, body: NDArray[np.float32]) -> Iterator[bool]:
    found, alone = judged.found, judged.learned.alone
    above = _Above()
    for i, s in enumerate(found.read):
        strongest = max(found.scores[i].values(), default=0.0)
        quiet = strongest < QUIET and not _sure_alone(judged, i)
        between = stands_between_prose(found.read, i)
        within = _states_within(found, i, above.kept and between)
        last, explained, least, listing, *_ = above
        listing = listing and reads_as_item(s)
        if _cut_by_words(judged, i):
            keep = i not in found.joined and strongest < LINE_CLEAR and body[i] > LINE_RESCUED
        elif above.dated and above.entries >= ENTRIES and _states(s) and alone[i] >= ENTRY_ALONE:
            keep = True
        elif (quiet or within) and s.ends and s.size >= SENTENCE_WORDS:
            least = _sentence_needs(above, i)
            unsure = s.size < SURE_SENTENCE_WORDS and least < SENTENCE_KEPT
            needs = max(least, BEYOND_KEPT) if unsure else min(least, WITHIN_KEPT) if within else least
            keep = bool(body[i] >= needs)
        elif listing:
            keep = bool(body[i] >= LISTED_KEPT)
        elif quiet and s.size <= SUBHEAD_WORDS and s.credit is None and above.kept and between:
            keep = bool(body[i] >= SUBHEAD_KEPT)
        else:
            keep = bool(body[i] >= LINE_KEPT)
        kept = bool(keep) and i != found.title
        yield kept
        entries = above.entries + (kept and above.dated)
        if keep or i == found.title:
            above = _Above(i, True, least, listing and not keep, kept, entries=entries)
        else:
            explained = explained and (listing or _explained(found, i) or bool(alone[i] < ALONE_EXPLAINED))
            dated = found.scores[i].get("dateline", 0.0) >= LINE_CUT
            above = _Above(last, explained, least, listing or _heads_list(found, i), kept, dated, entries)


def _sentence_needs(above: _Above, i: int) -> float:
    """Return the probability from which a sentence is kept: less beyond lines that show what they are."""
    if 0 <= above.last < i - 1 and above.explained:
        return FAR_KEPT if i - above.last > FAR_LINES else BEYOND_KEPT
    return SENTENCE_KEPT if above.last < i - 1 else above.least


def _heads_list(found: RuleFindings, i: int) -> bool:
    """Whether a cut line is a few words above other articles' headlines: within the text, two of them at least."""
    s = found.read[i]
    heads = s.size <= LIST_HEADING_WORDS and found.scores[i].get("related_links", 0.0) >= LINE_CUT
    items = found.read[i + 1 : i + 1 + LIST_LEAST]
    return heads and (found.cut[i] or (len(items) == LIST_LEAST and all(map(reads_as_item, items))))


def _explained(found: RuleFindings, i: int) -> bool:
    """Whether a cut line shows by a word or by its voice what it is."""
    if found.cut[i] or max(found.scores[i].values(), default=0.0) >= EXPLAINED:
        return True
    return outlet_voice(found.read[i]) >= SPOKEN


def _labels(blocks: Sequence[Block], judged: JudgedLines, kept: Sequence[bool]) -> list[Label]:
    found = judged.found
    body = judged.learned.alone if judged.body is None else judged.body
    named = spread_scores(found.scores, found.read, [k or i == found.title for i, k in enumerate(kept)])
    last = max((i for i, keep in enumerate(kept) if keep), default=-1)
    cut = [i for i, keep in enumerate(kept) if not keep and i != found.title and i not in found.joined]
    learned = _learned_labels(blocks, judged.learned, [i for i in cut if _is_unlisted(named[i])])
    out = []
    for i, (block, s) in enumerate(zip(blocks, found.read, strict=True)):
        if i == found.title:
            out.append(Label("title", "The headline", TITLE_CONFIDENCE))
        elif kept[i]:
            out.append(Label(None, "Part of the article", round(float(body[i]), 3)))
        elif i in found.joined:
            out.append(Label(found.joined[i], *JOINED))
        else:
            label = learned.get(i) or label_block(s, named[i], block, after_body=i > last)
            sure = max(label.confidence, round(1 - float(body[i]), 3))
            out.append(Label(label.kind, label.why, min(MOST_CERTAIN, sure), label.evidence))
    return out


def _is_unlisted(scores: dict[Kind, float]) -> bool:
    """Whether no word list names a line's kind."""
    return max(scores.values(), default=0.0) < LEAST_KIND


def _learned_labels(blocks: Sequence[Block], learned: Learned, cut: Sequence[int]) -> dict[int, Label]:
    """Name cut lines by what their words speak for, those whose words speak for anything."""
    kinds = {i: kind for i in cut if (kind := learned_kind(learned.log_odds[i]))}
    told = line_models().single.words.telling([(blocks[i].text, kind) for i, (kind, _) in kinds.items()])
    return {
        i: Label(kind, WHY[kind], round(likely, 3), words)
        for (i, (kind, likely)), words in zip(kinds.items(), told, strict=True)
    }
