"""Runs in the outlet's own voice: an appeal is several paragraphs, and its middle ones read like news.

A run grows from anchors, blocks that ask the reader for something in so many words. Their neighbours join while they
speak as `we` of the outlet's work or to the reader, report nobody's words, and the article itself does not speak so.
"""

from collections.abc import Sequence

from copydesk.cleaning.boilerplate.block_signals import Signals
from copydesk.events import Kind

ANCHOR = 0.6
REACH = 6
# A line of fewer words says nothing about the voice an article is written in.
LEAST_WORDS = 7
# What a block must show of the run's own kind to join it without the voice.
ASIDE = 0.25
_ASKING: tuple[Kind, ...] = ("donation_appeal", "subscription_offer", "newsletter_signup")


def house_voice(s: Signals) -> float:
    """How much a block sounds like the outlet speaking for itself to its readers, 0 to 1."""
    we, you = s.voice.get("we", 0), s.voice.get("you", 0)
    press, reader = s.voice.get("press", 0), s.voice.get("reader", 0)
    if s.speech or not (we or you or reader):
        return 0.0
    score = 0.35 * min(we, 2) * 0.8 + 0.25 * min(press, 2) + 0.2 * min(you, 2) + 0.4 * min(reader, 1)
    score += 0.15 * min(3, sum(len(p) for (kind, _), p in s.found.items() if kind in _ASKING))
    return max(0.0, min(1.0, score) - 0.3 * min(2, s.voice.get("say", 0)))


def grow_runs(
    read: Sequence[Signals], scores: Sequence[dict[Kind, float]], cut: Sequence[bool], barred: frozenset[int]
) -> dict[int, Kind]:
    """Positions that join an appeal beside them, with its kind. `barred` (the headline) never joins.

    `cut` says what is cut already. The article's usual voice is measured first: where the body itself says `we`, as an
    editorial does, a run may not grow past its anchors.
    """
    voices = [house_voice(s) for s in read]
    body = [v for v, s, gone in zip(voices, read, cut, strict=True) if not gone and s.size >= LEAST_WORDS]
    anchors = {i: kind for i in range(len(read)) if (kind := _anchor(read[i], scores[i])) and i not in barred}
    near = {i for a in anchors for i in range(a - REACH, a + REACH + 1)}
    far = [
        v
        for i, (v, s, gone) in enumerate(zip(voices, read, cut, strict=True))
        if not gone and s.size >= LEAST_WORDS and i not in near
    ]
    spoken = sum(v >= 0.35 for v in far) / len(far) if far else 0.0
    joined: dict[int, Kind] = {}
    if not anchors or not body:
        return joined
    need = 0.35 if spoken < 0.2 else 0.75
    for a, kind in anchors.items():
        if kind != "donation_appeal" or read[a].size < 3:
            continue
        for step in (-1, 1):
            _walk(a, step, kind, voices, read, scores, anchors, barred, need, joined)
    return joined


def _anchor(s: Signals, scores: dict[Kind, float]) -> Kind | None:
    kind = max(_ASKING, key=lambda k: scores.get(k, 0.0))
    return kind if scores.get(kind, 0.0) >= ANCHOR else None


def _walk(
    start: int,
    step: int,
    kind: Kind,
    voices: Sequence[float],
    read: Sequence[Signals],
    scores: Sequence[dict[Kind, float]],
    anchors: dict[int, Kind],
    barred: frozenset[int],
    need: float,
    joined: dict[int, Kind],
) -> None:
    """Go from an anchor one way while the voice lasts; one silent paragraph is bridged if it returns behind it."""
    at, bridged, pending = start + step, 0, None
    while 0 <= at < len(read) and abs(at - start) <= REACH and at not in barred and at not in anchors:
        if voices[at] >= need or scores[at].get(kind, 0.0) >= ASIDE:
            if pending is not None:
                joined.setdefault(pending, kind)
                pending = None
            joined.setdefault(at, kind)
        elif bridged == 0 and read[at].size >= 8 and not read[at].speech and not read[at].voice.get("say", 0):
            bridged, pending = 1, at
        else:
            return
        at += step
    if pending is not None and at in anchors and anchors[at] == kind and read[start].size >= 8 and read[at].size >= 8:
        joined.setdefault(pending, kind)
