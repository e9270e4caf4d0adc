"""Compute the feature matrix of a text's lines: the words, the place and the neighbours of each."""

from collections import Counter
from collections.abc import Sequence
from itertools import chain, repeat
from math import log1p
from operator import itemgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from copydesk.cleaning.boilerplate.appeal_runs import outlet_voice
from copydesk.cleaning.boilerplate.block_signals import Signals, head_and_tail
from copydesk.cleaning.boilerplate.kind_scores import LEXICAL
from copydesk.cleaning.boilerplate.learned_lines import LEARNED, Learned
from copydesk.cleaning.boilerplate.line_shape import shape_of
from copydesk.cleaning.boilerplate.title_line import content_words, is_prose_line
from copydesk.cleaning.records import Block
from copydesk.cleaning.thresholds.line_features import (
    COMMON_WORDS,
    FEATURE_BOILERPLATE,
    FEATURE_CHARACTERS,
    FEATURE_PROSE,
    FEATURE_SHORT_WORDS,
    FEATURE_SIGN,
    FEATURE_WORD_CHARACTERS,
    FROM_TITLE_LEAST,
    FROM_TITLE_MOST,
    LINE_STEPS,
    LINE_WINDOW,
    MOST_BARS,
    MOST_BOILERPLATE,
    MOST_FIRST,
    MOST_INDEX,
    MOST_PROSE,
    MOST_REPEATS,
    MOST_RUN,
    MOST_SAID,
    MOST_SENTENCES,
    MOST_VOICE,
    PLACE_CHARACTERS,
    PLACE_LINES,
    SIGN_FAR,
    SIGN_NEVER,
    SPACELESS_CHARACTERS,
    SPACELESS_LINES,
    USUAL_LINES,
    USUAL_WORDS,
)
from copydesk.events import Kind

_OWN = (
    "size", "chars", "sentences", "ends", "quoted", "speech", "digits", "capitals", "money", "link", "copyright",
    "credit", "caption", "dateline", "bars", "question", "amount", "line", "start", "sure", "hint", "we", "you",
    "reader", "press", "say", "house", "lower", "bullet", "colon", "titlecase", "wordlength", "commas", "byline",
    "strongest", *(f"is_{kind}" for kind in LEXICAL),
)  # fmt: skip
_COMPARED = ("common", "repeats", "title_again", "story_again")
"""What compares a line with the others of its text: it says nothing of the line by itself."""
_COMPARED_AT = _OWN.index("byline")
"""Where these stand among a line's own features in the rows of the model."""
_PLACE = [
    "index", "share", "chars_before", "lines", "total", "from_title", "before_prose", "after_prose", "prose_before",
    "prose_after", "since_prose", "until_prose", "furniture_since", "furniture_total", "short_run", "short_place",
    "spaceless", "mean_prose", "short_lines", "titled", "cut", "first_prose_index", "repeated_shape",
]  # fmt: skip
# What often stands at an article's end: how far above a line the last such sign is tells what the line belongs to.
_SIGNS: tuple[tuple[Kind, ...], ...] = (
    ("comments_prompt",),
    ("related_links",),
    ("author_bio",),
    ("copyright_notice",),
    ("social_follow",),
    ("donation_appeal", "subscription_offer", "newsletter_signup"),
)
_STRENGTHS = ("line", "start", "sure", "hint")
_NONE = repeat(0.0)
_INITIAL = itemgetter(0)
_BESIDE = ("size", "ends", "strongest", "prose", "titlecase", "cut", "story_again", "alone")
_AROUND = ("size", "ends", "strongest", "prose", "titlecase", "alone")
_LEARNED = ["alone", *(f"learned_{name}" for name in LEARNED)]
LONE_FEATURE_NAMES = (*_OWN, *_LEARNED[1:])
"""The features of a line by itself: its signals and shape, and what its words speak for."""
FEATURE_NAMES = (
    *_OWN[:_COMPARED_AT],
    *_COMPARED,
    *_OWN[_COMPARED_AT:],
    *_LEARNED,
    *_PLACE,
    *(f"{name}{step:+d}" for step in LINE_STEPS for name in _BESIDE),
    *(f"since_{kinds[0]}" for kinds in _SIGNS),
    *(f"{name}_{side}" for side in ("above", "below") for name in _AROUND),
)


class _Whole(NamedTuple):
    """Hold what a line is compared with: words of several lines, the headline's and the usual ones, and repeats."""

    shared: set[str]
    headline: set[str]
    usual: set[str]
    repeats: Counter[str]


def own_features(
    blocks: Sequence[Block], read: Sequence[Signals], scores: Sequence[dict[Kind, float]]
) -> NDArray[np.float32]:
    """Return (lines, features): what each line says and looks like by itself."""
    rows = chain.from_iterable(map(_own, blocks, read, scores))
    return np.fromiter(rows, np.float32, len(blocks) * len(_OWN)).reshape(-1, len(_OWN))


def line_features(
    blocks: Sequence[Block],
    read: Sequence[Signals],
    own: NDArray[np.float32],
    learned: Learned,
    cut: Sequence[bool],
    title: int | None,
) -> NDArray[np.float32]:
    """Return (lines, len(FEATURE_NAMES)). `cut` is what the rules alone would cut, `title` the headline's position."""
    n = len(blocks)
    compared = np.array(_compared_rows(blocks, read, title), dtype=np.float32).reshape(n, len(_COMPARED))
    column = dict(zip((*_OWN, *_COMPARED), (*own.T, *compared.T), strict=True))
    column["prose"] = np.array([is_prose_line(s) for s in read], dtype=np.float32)
    column["cut"] = np.array(cut, dtype=np.float32)
    column["alone"] = learned.alone
    beside = np.stack([column[name] for name in _BESIDE], axis=1)
    around = np.stack([column[name] for name in _AROUND], axis=1)
    parts = [
        own[:, :_COMPARED_AT],
        compared,
        own[:, _COMPARED_AT:],
        learned.alone[:, None],
        learned.log_odds,
        _place(blocks, read, column, title),
        *(_shifted(beside, step) for step in LINE_STEPS),
        _since(column, n),
    ]
    return np.concatenate([*parts, *(_window(around, side) for side in (-1, 1))], axis=1, dtype=np.float32)


def _compared_rows(blocks: Sequence[Block], read: Sequence[Signals], title: int | None) -> list[list[float]]:
    texts = [b.text[:FEATURE_CHARACTERS] for b in blocks]
    words = [content_words(s.words) for s in read]
    used = Counter[str]()
    for some in words:
        used.update(some)
    shared = {w for w, times in used.items() if times > 1}
    headline = words[title] if title is not None else set()
    counts = Counter[str]()
    for s in read[:USUAL_LINES]:
        counts.update(s.words[:COMMON_WORDS])
    usual = {w for w, _ in counts.most_common(USUAL_WORDS)}
    whole = _Whole(shared, headline, usual, Counter(texts))
    return [_compared(text, s, some, whole) for text, s, some in zip(texts, read, words, strict=True)]


def _compared(text: str, s: Signals, words: set[str], whole: _Whole) -> list[float]:
    first, content = s.words[:COMMON_WORDS], len(words) or 1
    return [
        sum(map(whole.usual.__contains__, first)) / (len(first) or 1), min(whole.repeats[text], MOST_REPEATS),
        len(words & whole.headline) / content, len(words & whole.shared) / content,
    ]  # fmt: skip


def _own(block: Block, s: Signals, scores: dict[Kind, float]) -> list[float]:
    text, shape, strengths = block.text[:FEATURE_CHARACTERS], shape_of(head_and_tail(block.text)), _strengths(s)
    parts = text[:FEATURE_WORD_CHARACTERS].split()
    count = len(parts) or 1
    voice = s.voice.get
    return [
        log1p(s.size), log1p(len(text)), min(shape.sentences, MOST_SENTENCES), s.ends, s.quoted, s.speech, shape.digits,
        shape.capitals, shape.money, shape.link, s.copyright, s.credit.confidence if s.credit else 0.0,
        bool(s.credit and s.credit.caption), s.dateline, min(shape.bars, MOST_BARS), s.question, s.amount,
        *map(strengths.get, _STRENGTHS, _NONE), min(voice("we", 0), MOST_VOICE),
        min(voice("you", 0), MOST_VOICE), voice("reader", 0), min(voice("press", 0), MOST_VOICE),
        min(voice("say", 0), MOST_SAID), outlet_voice(s), text[:1].islower(),
        text[:1] in "•-–—*·►▶→»>", text.endswith((":", "：")), sum(map(str.isupper, map(_INITIAL, parts))) / count,
        min(len(text), FEATURE_WORD_CHARACTERS) / count, text.count(",", 0, FEATURE_WORD_CHARACTERS) / count,
        scores.get("byline", 0.0), max(scores.values(), default=0.0), *map(scores.get, LEXICAL, _NONE),
    ]  # fmt: skip


def _strengths(s: Signals) -> dict[str, float]:
    """Count the phrases found by how strongly they speak."""
    counts: dict[str, float] = {}
    for (_, strength), phrases in s.found.items():
        counts[strength] = counts.get(strength, 0.0) + len(phrases)
    return counts


def _place(
    blocks: Sequence[Block], read: Sequence[Signals], column: dict[str, NDArray[np.float32]], title: int | None
) -> NDArray[np.float32]:
    n = len(blocks)
    at = np.arange(n, dtype=np.float32)
    chars = np.array([min(len(b.text), PLACE_CHARACTERS) for b in blocks], dtype=np.float32)
    total = float(chars.sum())
    prose = (column["prose"] > 0) & (column["strongest"] < FEATURE_PROSE)
    where = np.flatnonzero(prose)
    first, last = (float(where[0]), float(where[-1])) if len(where) else (float(n), -1.0)
    before: NDArray[np.int64] = np.cumsum(prose) - prose
    after = prose.sum() - before - prose
    previous = np.maximum.accumulate(np.where(prose, at, -1.0))
    following = np.minimum.accumulate(np.where(prose, at, float(n))[::-1])[::-1]
    boilerplate = (column["strongest"] >= FEATURE_BOILERPLATE).astype(np.float32)
    seen = np.cumsum(boilerplate) - boilerplate
    at_previous = np.where(previous >= 0, seen[np.maximum(previous, 0).astype(np.intp)], 0.0)
    short = (column["ends"] == 0) & (column["size"] < np.log1p(FEATURE_SHORT_WORDS))
    run, place = _runs(short)
    shape = np.round(column["size"] * 2).astype(int)
    alike = np.convolve(np.pad(shape[1:] == shape[:-1], (1, 1)).astype(np.float32), np.ones(2), "valid")[:n]
    sizes = np.array([s.size for s, p in zip(read, prose, strict=True) if p], dtype=np.float32)
    spaceless = any("\u3040" <= c <= "\u9fff" for b in blocks[:SPACELESS_LINES] for c in b.text[:SPACELESS_CHARACTERS])
    spread = np.ones(n, dtype=np.float32)
    return np.stack(
        [
            np.minimum(at, MOST_INDEX), at / max(1, n), (np.cumsum(chars) - chars) / max(1.0, total),
            spread * min(n, PLACE_LINES), spread * np.log1p(total),
            np.clip(at - (title if title is not None else 0), FROM_TITLE_LEAST, FROM_TITLE_MOST), at < first,
            at > last, np.minimum(before, MOST_PROSE), np.minimum(after, MOST_PROSE),
            np.minimum(at - previous, MOST_PROSE), np.minimum(following - at, MOST_PROSE),
            np.minimum(seen - at_previous, MOST_BOILERPLATE),
            spread * min(float(MOST_BOILERPLATE), float(boilerplate.sum())), np.minimum(run, MOST_RUN),
            np.minimum(place, MOST_RUN), spread * spaceless, spread * (sizes.mean() if len(sizes) else 0.0),
            spread * float(short.mean()), spread * (title is not None), column["cut"],
            spread * min(first, float(MOST_FIRST)), alike,
        ],
        axis=1,
        dtype=np.float32,
    )  # fmt: skip


def _since(column: dict[str, NDArray[np.float32]], n: int) -> NDArray[np.float32]:
    """Return (lines, signs): lines since the last sign of each sort above, SIGN_FAR where there is none."""
    at = np.arange(n, dtype=np.float32)
    out = []
    for kinds in _SIGNS:
        shown = np.max([column[f"is_{kind}"] for kind in kinds], axis=0) >= FEATURE_SIGN
        last = np.maximum.accumulate(np.where(shown, at, SIGN_NEVER))
        before = np.concatenate([[SIGN_NEVER], last[:-1]]) if n else last
        out.append(np.minimum(at - before, SIGN_FAR))
    return np.stack(out, axis=1).astype(np.float32)


def _runs(flags: NDArray[np.bool_]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return for each place the length of the run of True it stands in and its place there; 0 outside."""
    n = len(flags)
    at = np.arange(n)
    start = np.maximum.accumulate(np.where(flags, -1, at)) + 1
    end = np.minimum.accumulate(np.where(flags, n, at)[::-1])[::-1]
    return np.where(flags, end - start, 0).astype(np.float32), np.where(flags, at - start, 0).astype(np.float32)


def _shifted(values: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    """Return the rows as they stand `step` lines further on, -1 beyond the text's ends."""
    out = np.full_like(values, -1.0)
    if step < 0:
        out[-step:] = values[:step]
    else:
        out[:-step] = values[step:]
    return out


def _window(values: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """Return the means over up to LINE_WINDOW rows above (side -1) or below (side 1)."""
    n = len(values)
    sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0, dtype=np.float64)])
    at = np.arange(n)
    low, high = (
        (np.maximum(0, at - LINE_WINDOW), at)
        if side < 0
        else (np.minimum(n, at + 1), np.minimum(n, at + 1 + LINE_WINDOW))
    )
    means: NDArray[np.float32] = ((sums[high] - sums[low]) / np.maximum(1, high - low)[:, None]).astype(np.float32)
    return means
