"""The decision over the lines of a text: which are the article, which is its headline, and what each other one is."""

from collections.abc import Sequence

from copydesk.events import Kind
from copydesk.text.block import Block, Label
from copydesk.text.evidence import evidence
from copydesk.text.headline import find_title, is_prose, repeats_title
from copydesk.text.kinds import WHY, label
from copydesk.text.runs import spread
from copydesk.text.signals import Signals, signals
from copydesk.text.voice import grow_runs

CUT = 0.55
# Kinds whose words also stand in articles as sub-headings or sentences; alone they do not cut inside the body.
_WEAK_INSIDE: frozenset[Kind] = frozenset({"navigation", "related_links", "author_bio", "byline"})
_FORM: frozenset[Kind] = frozenset({"payment_widget", "donation_appeal", "newsletter_signup", "subscription_offer"})


def judge(
    blocks: Sequence[Block], language: str | None, title: str | None = None, slug: frozenset[str] = frozenset()
) -> list[Label]:
    """A label per block: kind None for body, the first `title` is the headline (later ones its repeats), else the cut.

    `title` is what others say the headline is, `slug` the words of the article's address. Linear in the text.
    """
    read = [signals(block, language) for block in blocks]
    scores = [evidence(s) for s in read]
    at = find_title(blocks, read, scores, title, slug)
    barred = frozenset() if at is None else frozenset({at})
    prose = [i for i, s in enumerate(read) if is_prose(s) and max(scores[i].values(), default=0.0) < CUT]
    cut = [i != at and _cuts(read[i], scores[i], inside=_inside(i, prose)) for i in range(len(blocks))]
    headline = blocks[at].text if at is not None else None
    joined = grow_runs(read, scores, cut, barred)
    for i in joined:
        cut[i] = True
    _close_forms(read, scores, cut, barred)
    _join_headings(blocks, read, scores, cut, barred)
    kept = [not c and i != at for i, c in enumerate(cut)]
    if headline is not None:
        for i, block in enumerate(blocks):
            if i != at and kept[i] and repeats_title(block.text, headline):
                kept[i] = False
                scores[i]["title"] = 0.95
    return _labels(blocks, read, scores, kept, at, joined)


def _labels(
    blocks: Sequence[Block],
    read: Sequence[Signals],
    scores: list[dict[Kind, float]],
    kept: Sequence[bool],
    at: int | None,
    joined: dict[int, Kind],
) -> list[Label]:
    named = spread(scores, read, [k or i == at for i, k in enumerate(kept)])
    last = max((i for i, keep in enumerate(kept) if keep), default=-1)
    out = []
    for i, (block, s) in enumerate(zip(blocks, read, strict=True)):
        if i == at:
            out.append(Label("title", "The headline", 0.9))
        elif kept[i]:
            out.append(Label(None, "Part of the article", round(1 - max(scores[i].values(), default=0.0) * 0.9, 3)))
        elif i in joined:
            why = "Stands in a run that asks readers for support, and speaks in the outlet's own voice"
            out.append(Label(joined[i], why, 0.8, "we, our, you beside an appeal"))
        else:
            out.append(label(s, named[i], block, after_body=i > last))
    return out


def _inside(i: int, prose: Sequence[int]) -> bool:
    return bool(prose) and prose[0] < i < prose[-1]


def _cuts(s: Signals, scores: dict[Kind, float], inside: bool) -> bool:
    strong = max((v for k, v in scores.items() if not (inside and k in _WEAK_INSIDE)), default=0.0)
    return strong >= CUT


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
                if i > 0 and cut[i - 1] or j >= known[0]:
                    cut[j] = True
                    scores[j].setdefault("payment_widget", 0.5)
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
