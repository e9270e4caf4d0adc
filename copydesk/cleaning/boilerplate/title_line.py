"""Finding the headline among the first lines of a text."""

import re
from collections.abc import Sequence
from itertools import pairwise

from copydesk.cleaning.boilerplate.appeal_runs import house_voice
from copydesk.cleaning.boilerplate.block_signals import Signals
from copydesk.cleaning.boilerplate.line_shape import sentences
from copydesk.cleaning.lexicon.tokens import fold, is_spaceless, tokens
from copydesk.cleaning.records import Block
from copydesk.events import Kind

SEARCHED = 60
_SITE_NAME = re.compile(r"\s{1,4}[|–—»·-]\s+[^|–—»·]{2,40}$")


def is_prose(s: Signals) -> bool:
    """A paragraph of the kind articles are made of."""
    return (s.size >= 12 and s.ends) or s.size >= 45


def find_title(
    blocks: Sequence[Block],
    read: Sequence[Signals],
    scores: Sequence[dict[Kind, float]],
    told: str | None,
    slug: frozenset[str],
) -> int | None:
    """The position of the headline, None when no line looks like one.

    `told` is what others say the title is: a line that agrees with it wins. Else the first lines up to the second
    paragraph of prose are weighed: words, no full stop, no appeal or button, the address's own words.
    """
    if told and (agreed := _agreeing(blocks, told)) is not None:
        return agreed
    story = _story(read)
    best, best_score, prose = None, 0.45, 0
    for i, s in enumerate(read[:SEARCHED]):
        if is_prose(s):
            if house_voice(s) >= 0.35 or max(scores[i].values(), default=0.0) >= 0.55:
                continue  # an appeal above the headline
            prose += 1
            if prose == 2 or (prose == 1 and best is not None):
                break
            continue
        score = _headline_like(blocks[i], s, scores[i], slug)
        if score > 0.2:
            score += 0.35 * _told_again(s, story) - 0.01 * i - (0.25 if prose else 0.0)
        if score > best_score:
            best, best_score = i, score
    if best is not None and not any(s.size >= 8 for s in read[best + 1 :]):
        return None
    return best


def repeats_title(text: str, title: str) -> bool:
    """Whether a line is the headline again, letter case and marks aside, a site's name glued on or not."""
    if len(text) > 2 * len(title) + 60:
        return False
    one, other = tokens(fold(text)), tokens(fold(title))
    if not one or one == other or one[: len(other)] != other:
        return bool(one) and one == other
    return tokens(fold(_SITE_NAME.sub("", text))) == other


def _headline_like(block: Block, s: Signals, scores: dict[Kind, float], slug: frozenset[str]) -> float:
    if s.size < 2 or len(block.text) > 300 or s.amount or s.dateline > 0.5 or not any(c.isalpha() for c in block.text):
        return 0.0
    furniture = max((_as_furniture(k, v, s) for k, v in scores.items()), default=0.0)
    score = 0.9 if 4 <= s.size <= 25 else 0.75 if s.size <= 35 else 0.5
    if s.size == 3:
        score -= 0.1
    if s.size == 2:
        score -= 0.3
    if s.ends and not s.question and block.text.rstrip()[-1] not in "!…”»\"'’」":
        score -= 0.3 if s.size < 14 else 0.5
    if s.credit or block.text.endswith((":", "：")):
        score -= 0.5
    if sentences(block.text) > 2:
        score -= 0.2
    if slug:
        words = set(tokens(fold(block.text)))
        share = len(words & slug) / max(3, min(len(words), len(slug)))
        score += 0.6 * share
    return score * (1 - furniture)


def _as_furniture(kind: Kind, score: float, s: Signals) -> float:
    """What a kind's words count for against a headline, which may well be about donations or privacy."""
    if kind in {"caption", "navigation"}:
        return 0.0
    said = (kind, "line") in s.found or (kind, "start") in s.found or s.voice.get("you") or s.voice.get("reader")
    return score if said or s.size < 4 or s.found.keys().isdisjoint({(kind, "sure"), (kind, "hint")}) else 0.4 * score


def _story(read: Sequence[Signals]) -> frozenset[str]:
    """The words of the first paragraphs of prose."""
    prose = [s for s in read[:SEARCHED] if is_prose(s) and house_voice(s) < 0.35]
    return frozenset(word for s in prose[:8] for word in content_words(s.words[:300]))


def _told_again(s: Signals, story: frozenset[str]) -> float:
    """The share of a line's words that the paragraphs use as well."""
    words = content_words(s.words)
    return len(words & story) / len(words) if words else 0.0


def content_words(words: Sequence[str]) -> set[str]:
    """What the longer of a line's words begin with; pairs of characters in scripts without spaces."""
    found = {w[:6] for w in words if len(w) >= 4}
    if len(found) * 4 < len(words):
        found |= {a + b for a, b in pairwise(words) if is_spaceless(a) and is_spaceless(b)}
    return found


def _agreeing(blocks: Sequence[Block], told: str) -> int | None:
    wanted = set(tokens(fold(told)))
    exact = [words for words in (tokens(fold(told)), tokens(fold(_SITE_NAME.sub("", told)))) if words]
    if not exact:
        return None
    best, best_share = None, 0.7
    for i, block in enumerate(blocks[:SEARCHED]):
        if len(block.text) > 2 * len(told) + 60:
            continue
        words = tokens(fold(block.text))
        if words in exact:
            return i
        share = len(wanted & set(words)) / max(1, len(wanted | set(words)))
        if share > best_share:
            best, best_share = i, share
    return best
