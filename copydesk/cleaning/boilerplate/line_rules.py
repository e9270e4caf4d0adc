"""Apply the rules to the lines of a text, before the model is asked: signals, scores, the headline, and clear cuts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from copydesk.cleaning.boilerplate.appeal_runs import grow_appeals
from copydesk.cleaning.boilerplate.block_signals import Signals, read_signals
from copydesk.cleaning.boilerplate.kind_scores import score_kinds
from copydesk.cleaning.boilerplate.title_line import find_title, is_prose_line, repeats_title, stands_between_prose
from copydesk.cleaning.lexicon.load import LANGUAGES, known_words
from copydesk.cleaning.lines.author_lines import are_words, authors_alone, in_small_letters
from copydesk.cleaning.lines.bylines import without_job
from copydesk.cleaning.lines.person_names import names_job, person_names, reads_as_person
from copydesk.cleaning.records import Block
from copydesk.cleaning.thresholds.boilerplate import (
    BUTTON_SENTENCE_WORDS,
    BUTTON_WORDS,
    BYLINE_SCORE,
    FORM_ANNOUNCES,
    FORM_HEADING,
    FORM_HEADING_SCORE,
    FORM_HEADING_WORDS,
    FORM_KIND,
    FORM_LEAST,
    FORM_LINE,
    FORM_SHARE,
    HEADING_LINES,
    JOB_LINE_WORDS,
    LINE_CUT,
    SUBHEAD_WORDS,
    TITLE_REPEATED,
)
from copydesk.events import Kind

# Kinds whose words also stand in articles as sub-headings or sentences; alone they do not cut inside the body.
_WEAK_INSIDE: frozenset[Kind] = frozenset({"navigation", "related_links", "author_bio", "byline"})
_LINKS: frozenset[tuple[str, str]] = frozenset({("related_links", "label"), ("related_links", "away")})
# In one order always: of kinds for which as much speaks, the first is the answer, in every process the same.
_FORM: tuple[Kind, ...] = ("donation_appeal", "newsletter_signup", "payment_widget", "subscription_offer")

Scores = Sequence[dict[Kind, float]]
"""Per line the score of each kind."""


class RuleFindings(NamedTuple):
    """Hold what the rules make of a text: signals and scores per line, the headline's position, and what they cut.

    `joined` are the lines among these that joined an appeal beside them, with its kind; `listed` says that there are
    word lists of the text's language, or that nobody knows which it is.
    """

    read: list[Signals]
    scores: list[dict[Kind, float]]
    title: int | None
    cut: list[bool]
    joined: dict[int, Kind]
    listed: bool


def apply_rules(
    blocks: Sequence[Block],
    language: str | None,
    title: str | None = None,
    slug: frozenset[str] = frozenset(),
    headed: bool = True,
    given: bool = False,
) -> RuleFindings:
    """Read the lines and apply the rules, before the model is asked; `headed` when a headline may be among them.

    `given` says that `title` is a fact.
    """
    read = [read_signals(block, language) for block in blocks]
    scores = [score_kinds(s) for s in read]
    headed = headed and len(blocks) > 1  # a lone line is all there is
    at = find_title(blocks, read, scores, title, slug, given=given) if headed else None
    barred: frozenset[int] = frozenset() if at is None else frozenset({at})
    prose = [i for i, s in enumerate(read) if is_prose_line(s) and max(scores[i].values(), default=0.0) < LINE_CUT]
    weak = [_inside(i, prose) and s.found.keys().isdisjoint(_LINKS) for i, s in enumerate(read)]
    cut = [i != at and cuts_alone(scores[i], inside=weak[i]) for i in range(len(blocks))]
    joined = grow_appeals(read, scores, cut, barred)
    cut = [gone or i in joined for i, gone in enumerate(cut)]
    scores, cut = _also_cut(scores, cut, _form_buttons(read, scores, cut, barred))
    scores, cut = _also_cut(scores, cut, _appeal_headings(blocks, read, scores, cut, barred))
    if at is not None:
        scores, cut = _also_cut(scores, cut, _title_repeats(blocks, read, scores, cut, at))
    if headed and (at is not None or given):
        below = 0 if at is None else at + 1
        scores, cut = _also_cut(scores, cut, _authors_below(blocks, read, scores, below, language))
    return RuleFindings(read, scores, at, cut, joined, language is None or language in LANGUAGES)


def _also_cut(
    scores: list[dict[Kind, float]], cut: list[bool], more: Mapping[int, dict[Kind, float]]
) -> tuple[list[dict[Kind, float]], list[bool]]:
    """Add lines to cut, by position, with the scores that they have then."""
    if not more:
        return scores, cut
    return [more.get(i, own) for i, own in enumerate(scores)], [gone or i in more for i, gone in enumerate(cut)]


def cuts_alone(scores: dict[Kind, float], inside: bool) -> bool:
    """Whether a line's words cut it by themselves; `inside` when article text stands above and below."""
    return max((v for k, v in scores.items() if not (inside and k in _WEAK_INSIDE)), default=0.0) >= LINE_CUT


def _inside(i: int, prose: Sequence[int]) -> bool:
    return bool(prose) and prose[0] < i < prose[-1]


def _form_buttons(
    read: Sequence[Signals], scores: Scores, cut: Sequence[bool], barred: frozenset[int]
) -> dict[int, dict[Kind, float]]:
    """Find a form's unknown buttons, which go with it: short lines between lines that are cut as part of one."""
    found: dict[int, dict[Kind, float]] = {}
    formed = [gone and any(own.get(k, 0.0) >= FORM_LINE for k in _FORM) for gone, own in zip(cut, scores, strict=True)]
    button = [_is_button(s) and i not in barred for i, s in enumerate(read)]
    for start, end in _stretches(button):
        known = [j for j in range(start, end) if formed[j]]
        if len(known) >= FORM_LEAST and len(known) / (end - start) >= FORM_SHARE:
            first = start if start > 0 and cut[start - 1] else known[0]
            found |= {j: _as_form(scores[j]) for j in range(first, known[-1] + 1)}
    return found


def _stretches(flags: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Yield where each stretch of True begins and where it has ended."""
    start = 0
    for i, flag in enumerate([*flags, False]):
        if not flag:
            if start < i:
                yield start, i
            start = i + 1


def _as_form(scores: dict[Kind, float]) -> dict[Kind, float]:
    own = _form_kind(scores)
    kind = own if scores.get(own, 0.0) >= FORM_KIND else "payment_widget"
    return scores | {kind: max(FORM_LINE, scores.get(kind, 0.0))}


def _form_kind(scores: dict[Kind, float]) -> Kind:
    return max(_FORM, key=lambda kind: scores.get(kind, 0.0))


def _appeal_headings(
    blocks: Sequence[Block], read: Sequence[Signals], scores: Scores, cut: Sequence[bool], barred: frozenset[int]
) -> dict[int, dict[Kind, float]]:
    """Find headings: short lines right above an appeal that half ask themselves, or end in a colon."""
    found: dict[int, dict[Kind, float]] = {}
    for i in range(len(blocks) - 2, -1, -1):
        if cut[i] or i in barred or not (cut[i + 1] or i + 1 in found) or read[i].size > FORM_HEADING_WORDS:
            continue
        next_scores = found.get(i + 1, scores[i + 1])
        below = _form_kind(next_scores)
        if next_scores.get(below, 0.0) < LINE_CUT:
            continue
        own = scores[i].get(below, 0.0)
        if own >= FORM_HEADING or (own >= FORM_ANNOUNCES and blocks[i].text.endswith((":", "：", "!", "！"))):
            found[i] = scores[i] | {below: max(own, FORM_HEADING_SCORE)}
    return found


def _title_repeats(
    blocks: Sequence[Block], read: Sequence[Signals], scores: Scores, cut: Sequence[bool], at: int
) -> dict[int, dict[Kind, float]]:
    """Find the lines not cut yet that are the headline again."""
    opening, title = read[at].words[:1], blocks[at].text
    return {
        i: scores[i] | {"title": TITLE_REPEATED}
        for i, block in enumerate(blocks)
        if i != at and not cut[i] and read[i].words[:1] == opening and repeats_title(block.text, title)
    }


def _authors_below(
    blocks: Sequence[Block], read: Sequence[Signals], scores: Scores, first: int, language: str | None
) -> dict[int, dict[Kind, float]]:
    """Find the authors' names, alone or with job and place, in the line `first` or below the standfirst that it is.

    The text or its date must follow, or a line that names the job; below a first paragraph the job or the date must. A
    heading is made of words that stand in the text in small letters or in the lists; a name seldom is. Where more
    lines of nothing but names head paragraphs, so does this one.
    """
    for at in (first, first + 1):
        if at + 1 >= len(blocks) or (at > first and not is_prose_line(read[first])):
            break
        named = authors_alone(blocks[at].text) or _with_job(blocks[at].text)
        if (
            not named
            or read[at].credit
            or are_words(named, known_words(language))
            or are_words(named, in_small_letters([block.text for block in blocks]))
        ):
            continue
        job = at + 2 < len(blocks) and read[at + 1].size <= JOB_LINE_WORDS and names_job(blocks[at + 1].text)
        below = at + 1 + job
        told = job or names_job(blocks[at].text)
        dated = max(read[below].dateline, read[at].dateline) >= LINE_CUT
        if not told and ((at > first and not dated) or _heads_more(blocks, read, below)):
            continue
        if dated or is_prose_line(read[below]):
            return {i: {"byline": max([BYLINE_SCORE, *scores[i].values()])} for i in range(at, below)}
    return {}


def _heads_more(blocks: Sequence[Block], read: Sequence[Signals], below: int) -> bool:
    """Whether a later line between paragraphs is nothing but names, as sub-headings on clubs and people are."""
    return any(
        read[i].size <= SUBHEAD_WORDS and stands_between_prose(read, i) and authors_alone(blocks[i].text)
        for i in range(below + 1, min(len(blocks), HEADING_LINES))
    )


def _with_job(text: str) -> tuple[str, ...]:
    """Return the name that a line is, a job behind it or not: `Jane Roe Senior Reporter`."""
    name = without_job(text)
    return person_names([name], frozenset(), stated=False) if reads_as_person(name) else ()


def _is_button(s: Signals) -> bool:
    return s.size <= BUTTON_WORDS and (not s.ends or s.size <= BUTTON_SENTENCE_WORDS)
