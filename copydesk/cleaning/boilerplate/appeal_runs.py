"""Detect donation appeals that span several paragraphs, of which the middle ones read like news.

A run grows from anchors, blocks that ask the reader for something in so many words. Their neighbours join while they
speak as `we` of the outlet's work or to the reader, report nobody's words, and the article itself does not speak so.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from copydesk.cleaning.boilerplate.block_signals import Signals
from copydesk.cleaning.thresholds.boilerplate import (
    APPEAL_ANCHOR,
    APPEAL_ASIDE,
    APPEAL_REACH,
    APPEAL_WORDS,
    BRIDGE_WORDS,
    OWN_VOICE,
    OWN_VOICE_NEEDS,
    SPOKEN,
    VOICE_ASKING,
    VOICE_MOST,
    VOICE_MOST_ASKING,
    VOICE_PRESS,
    VOICE_READER,
    VOICE_SAID,
    VOICE_WE,
    VOICE_YOU,
    VOICED_WORDS,
)
from copydesk.events import Kind

_ASKING: tuple[Kind, ...] = ("donation_appeal", "subscription_offer", "newsletter_signup")


class _Text(NamedTuple):
    """Hold a text as runs see it: voices, signals and scores per line, the anchors, and who may not join.

    `need` is the voice that a line must have to join.
    """

    voices: Sequence[float]
    read: Sequence[Signals]
    scores: Sequence[dict[Kind, float]]
    anchors: dict[int, Kind]
    barred: frozenset[int]
    need: float


def outlet_voice(s: Signals) -> float:
    """Measure how much a block sounds like the outlet speaking for itself to its readers, 0 to 1."""
    we, you = s.voice.get("we", 0), s.voice.get("you", 0)
    press, reader = s.voice.get("press", 0), s.voice.get("reader", 0)
    if s.speech or not (we or you or reader):
        return 0.0
    score = VOICE_WE * min(we, VOICE_MOST) + VOICE_PRESS * min(press, VOICE_MOST)
    score += VOICE_YOU * min(you, VOICE_MOST)
    score += VOICE_READER * min(reader, 1)
    score += VOICE_ASKING * min(VOICE_MOST_ASKING, sum(len(p) for (kind, _), p in s.found.items() if kind in _ASKING))
    return max(0.0, min(1.0, score) - VOICE_SAID * min(VOICE_MOST, s.voice.get("say", 0)))


def grow_appeals(
    read: Sequence[Signals], scores: Sequence[dict[Kind, float]], cut: Sequence[bool], barred: frozenset[int]
) -> dict[int, Kind]:
    """Return the positions that join an appeal beside them, with its kind. `barred` (the headline) never joins.

    `cut` says what is cut already. The article's usual voice is measured first: where the body itself says `we`, as an
    editorial does, a run may not grow past its anchors.
    """
    voices = [outlet_voice(s) for s in read]
    body = [v for v, s, gone in zip(voices, read, cut, strict=True) if not gone and s.size >= VOICED_WORDS]
    anchors = {i: kind for i in range(len(read)) if (kind := _anchor(scores[i])) and i not in barred}
    near = {i for a in anchors for i in range(a - APPEAL_REACH, a + APPEAL_REACH + 1)}
    far = [
        v
        for i, (v, s, gone) in enumerate(zip(voices, read, cut, strict=True))
        if not gone and s.size >= VOICED_WORDS and i not in near
    ]
    if not anchors or not body:
        return {}
    spoken = sum(v >= SPOKEN for v in far) / len(far) if far else 0.0
    text = _Text(voices, read, scores, anchors, barred, SPOKEN if spoken < OWN_VOICE else OWN_VOICE_NEEDS)
    asking = (
        a
        for a, kind in anchors.items()
        if kind == "donation_appeal" and read[a].size >= APPEAL_WORDS and _asks(read[a], kind)
    )
    return {i: "donation_appeal" for a in asking for step in (-1, 1) for i in _joining(text, a, step)}


def _anchor(scores: dict[Kind, float]) -> Kind | None:
    kind = max(_ASKING, key=lambda k: scores.get(k, 0.0))
    return kind if scores.get(kind, 0.0) >= APPEAL_ANCHOR else None


def _asks(s: Signals, kind: Kind) -> bool:
    """Whether a block asks someone, as no sentence does that states what the work costs."""
    if not s.ends or s.exclaims or s.voice.get("you") or s.voice.get("reader"):
        return True
    return (kind, "start") in s.found or (kind, "line") in s.found


def _joining(text: _Text, start: int, step: int) -> Iterator[int]:
    """Go from an anchor one way while the voice lasts; one silent paragraph is bridged if it returns behind it."""
    kind, read = text.anchors[start], text.read
    at, bridge, bridged = start + step, None, False
    while 0 <= at < len(read) and abs(at - start) <= APPEAL_REACH and at not in text.barred and at not in text.anchors:
        if text.voices[at] >= text.need or text.scores[at].get(kind, 0.0) >= APPEAL_ASIDE:
            if bridge is not None:
                if text.voices[at] < text.need:
                    return
                yield bridge
                bridge = None
            yield at
        elif not bridged and _may_bridge(read[at]):
            bridge, bridged = at, True
        else:
            return
        at += step
    if bridge is None or text.anchors.get(at) != kind or min(read[start].size, read[at].size) < BRIDGE_WORDS:
        return
    # Else it may be the story's, between two appeals.
    if read[bridge].voice.keys() - {"away"} or text.scores[bridge].get(kind):
        yield bridge


def _may_bridge(s: Signals) -> bool:
    return s.size >= BRIDGE_WORDS and not s.speech and not s.voice.get("say", 0)
