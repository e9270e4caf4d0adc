"""Runs: what a block is follows from its neighbours as well; an appeal's middle reads like news."""

from collections.abc import Sequence

from copydesk.events import Kind
from copydesk.text.signals import Signals

HEADS_A_LIST = frozenset({"related_links"})


def spread(scores: list[dict[Kind, float]], read: Sequence[Signals], kept: Sequence[bool]) -> list[dict[Kind, float]]:
    """The scores, raised by what stands beside a block among the cut ones: a list's heading, a form's buttons."""
    out = [dict(s) for s in scores]
    for i in range(len(out)):
        if kept[i] or (out[i] and max(out[i].values()) >= 0.35):
            continue
        for j in (i - 1, i + 1):
            if not 0 <= j < len(out) or kept[j] or not scores[j]:
                continue
            kind, score = max(scores[j].items(), key=lambda item: item[1])
            if kind in {"title", "caption", "photo_credit", "byline", "dateline", "navigation"}:
                continue
            out[i][kind] = max(out[i].get(kind, 0.0), score * 0.6)
    for i in range(1, len(out)):
        above = out[i - 1].get("related_links", 0.0)
        if not kept[i] and above >= 0.4 and not read[i].ends and 4 <= read[i].size <= 30:
            out[i]["related_links"] = max(out[i].get("related_links", 0.0), above * 0.95)
    return out
