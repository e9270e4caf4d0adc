"""Find the headline among the first lines of a text."""

import re
from collections.abc import Sequence
from itertools import pairwise

from copydesk.cleaning.boilerplate.appeal_runs import outlet_voice
from copydesk.cleaning.boilerplate.block_signals import Signals
from copydesk.cleaning.boilerplate.line_shape import count_sentences
from copydesk.cleaning.lexicon.tokens import is_spaceless, tokens
from copydesk.cleaning.lines.author_lines import authors_alone
from copydesk.cleaning.normalise import fold_letters
from copydesk.cleaning.records import Block
from copydesk.cleaning.thresholds.boilerplate import (
    LINE_CUT,
    PROSE_ANYWAY,
    PROSE_WORDS,
    SPOKEN,
    TITLE_AGREES,
    TITLE_BELOW_PROSE,
    TITLE_BY_WORDS,
    TITLE_CHARACTERS,
    TITLE_CREDIT,
    TITLE_DATED,
    TITLE_ECHOED,
    TITLE_ENDS,
    TITLE_ENDS_SHORT,
    TITLE_ENDS_WORDS,
    TITLE_FEW_WORDS,
    TITLE_LATER,
    TITLE_LEAST,
    TITLE_LEAST_WORDS,
    TITLE_MOST_SENTENCES,
    TITLE_NAMES,
    TITLE_PARAGRAPH_WORDS,
    TITLE_PARAGRAPHS,
    TITLE_PROSE,
    TITLE_REPEAT_SPARE,
    TITLE_REPEAT_TIMES,
    TITLE_SEARCHED,
    TITLE_SENTENCES,
    TITLE_SLUG,
    TITLE_SLUG_WORDS,
    TITLE_TALKS,
    TITLE_TALKS_WORDS,
    TITLE_WEIGHED,
    TITLE_WORDS_BELOW,
)
from copydesk.cleaning.thresholds.line_features import (
    CONTENT_LEAST,
    CONTENT_LETTERS,
    CONTENT_SHARE,
)
from copydesk.events import Kind

_SITE_NAME = re.compile(r"\s{1,4}[|–—»·-]\s+[^|–—»·]{2,40}$")


def is_prose_line(s: Signals) -> bool:
    """Whether a line is a paragraph of the kind articles are made of."""
    return (s.size >= PROSE_WORDS and s.ends) or s.size >= PROSE_ANYWAY


def stands_between_prose(read: Sequence[Signals], i: int) -> bool:
    """Whether a paragraph stands right above a line and another right below it."""
    return 0 < i < len(read) - 1 and is_prose_line(read[i - 1]) and is_prose_line(read[i + 1])


def find_title(
    blocks: Sequence[Block],
    read: Sequence[Signals],
    scores: Sequence[dict[Kind, float]],
    told: str | None,
    slug: frozenset[str],
    *,
    given: bool = False,
) -> int | None:
    """Return the position of the headline, None when no line looks like one.

    `told` is what others say the title is: a line that agrees with it wins, and where it is `given` no other may be
    the headline. Else the first lines up to the second paragraph of prose are weighed: words, no full stop, no appeal
    or button, the address's own words.
    """
    if told and ((agreed := _agreeing(blocks, told)) is not None or given):
        return agreed
    body_words = _body_words(read)
    best, best_score, prose = None, TITLE_LEAST, 0
    for i, s in enumerate(read[:TITLE_SEARCHED]):
        if is_prose_line(s):
            if outlet_voice(s) >= SPOKEN or max(scores[i].values(), default=0.0) >= LINE_CUT:
                continue  # an appeal above the headline
            prose += 1
            if prose == TITLE_PROSE or (prose == 1 and best is not None):
                break
            continue
        score = _headline_like(blocks[i], s, scores[i], slug)
        if best is not None and score > TITLE_WEIGHED and authors_alone(blocks[i].text):
            score *= TITLE_NAMES
        if score > TITLE_WEIGHED:
            score += TITLE_ECHOED * _told_again(s, body_words) - TITLE_LATER * i - (TITLE_BELOW_PROSE if prose else 0.0)
        if score > best_score:
            best, best_score = i, score
    if best is not None and not any(s.size >= TITLE_WORDS_BELOW for s in read[best + 1 :]):
        return None
    return best


def repeats_title(text: str, title: str) -> bool:
    """Whether a line is the headline again, letter case and marks aside, a site's name glued on or not."""
    if _is_longer(text, title):
        return False
    one, other = tokens(fold_letters(text)), tokens(fold_letters(title))
    if not one or one == other or one[: len(other)] != other:
        return bool(one) and one == other
    return tokens(fold_letters(_SITE_NAME.sub("", text))) == other


def _is_longer(text: str, title: str) -> bool:
    """Whether a text is too long to be the title with a site's name."""
    return len(text) > TITLE_REPEAT_TIMES * len(title) + TITLE_REPEAT_SPARE


def _headline_like(block: Block, s: Signals, scores: dict[Kind, float], slug: frozenset[str]) -> float:
    if s.size < TITLE_LEAST_WORDS or len(block.text) > TITLE_CHARACTERS or s.amount or s.dateline > TITLE_DATED:
        return 0.0
    if not any(c.isalpha() for c in block.text):
        return 0.0
    against = max((_against(k, v, s) for k, v in scores.items()), default=0.0)
    score = next(score for words, score in TITLE_BY_WORDS if s.size in words)
    score -= TITLE_FEW_WORDS.get(s.size, 0.0)
    if s.ends and not s.question and block.text.rstrip()[-1] not in "!…”»\"'’」":
        score -= TITLE_ENDS_SHORT if s.size < TITLE_ENDS_WORDS else TITLE_ENDS
    if s.credit or block.text.endswith((":", "：")):
        score -= TITLE_CREDIT
    if count_sentences(block.text) > TITLE_MOST_SENTENCES:
        score -= TITLE_SENTENCES
    if slug:
        words = set(tokens(fold_letters(block.text)))
        share = len(words & slug) / max(TITLE_SLUG_WORDS, min(len(words), len(slug)))
        score += TITLE_SLUG * share
    return score * (1 - against)


def _against(kind: Kind, score: float, s: Signals) -> float:
    """Return what a kind's words count for against a headline, which may well be about donations or privacy."""
    if kind in {"caption", "navigation"} and (kind, "label") not in s.found:
        return 0.0
    said = (kind, "line") in s.found or (kind, "start") in s.found or s.voice.get("you") or s.voice.get("reader")
    if said or s.size < TITLE_TALKS_WORDS or s.found.keys().isdisjoint({(kind, "sure"), (kind, "hint")}):
        return score
    return TITLE_TALKS * score


def _body_words(read: Sequence[Signals]) -> frozenset[str]:
    """Collect the words of the first paragraphs of prose."""
    prose = [s for s in read[:TITLE_SEARCHED] if is_prose_line(s) and outlet_voice(s) < SPOKEN]
    return frozenset(word for s in prose[:TITLE_PARAGRAPHS] for word in content_words(s.words[:TITLE_PARAGRAPH_WORDS]))


def _told_again(s: Signals, body_words: frozenset[str]) -> float:
    """Measure the share of a line's words that the paragraphs use as well."""
    words = content_words(s.words)
    return len(words & body_words) / len(words) if words else 0.0


def content_words(words: Sequence[str]) -> set[str]:
    """Collect what the longer of a line's words begin with; pairs of characters in scripts without spaces."""
    found = {w[:CONTENT_LETTERS] for w in words if len(w) >= CONTENT_LEAST}
    if len(found) * CONTENT_SHARE < len(words):
        found |= {a + b for a, b in pairwise(words) if is_spaceless(a) and is_spaceless(b)}
    return found


def _agreeing(blocks: Sequence[Block], told: str) -> int | None:
    wanted = set(tokens(fold_letters(told)))
    exact = [words for one in (told, _SITE_NAME.sub("", told)) if (words := tokens(fold_letters(one)))]
    if not exact:
        return None
    best, best_share = None, TITLE_AGREES
    for i, block in enumerate(blocks[:TITLE_SEARCHED]):
        if _is_longer(block.text, told):
            continue
        words = tokens(fold_letters(block.text))
        if words in exact:
            return i
        share = len(wanted & set(words)) / max(1, len(wanted | set(words)))
        if share > best_share:
            best, best_share = i, share
    return best
