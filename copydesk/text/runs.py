"""Runs: what a block is follows from its neighbours as well; an appeal's middle reads like news."""

from collections.abc import Sequence

from copydesk.cleaning.boilerplate.block_signals import Signals
from copydesk.events import Kind

# What one of these is says nothing of what stands beside it.
_ALONE: frozenset[Kind] = frozenset({"title", "caption", "photo_credit", "byline", "dateline", "navigation"})


def spread(scores: list[dict[Kind, float]], read: Sequence[Signals], kept: Sequence[bool]) -> list[dict[Kind, float]]:
    """The scores, raised by what stands beside a block among the cut ones: a list's heading, a form's buttons."""
    out = list(scores)
    for i, own in enumerate(scores):
        if kept[i] or (own and max(own.values()) >= 0.35):
            continue
        for j in (i - 1, i + 1):
            if not 0 <= j < len(out) or kept[j] or not scores[j]:
                continue
            kind = max(scores[j], key=scores[j].__getitem__)
            if kind not in _ALONE:
                out[i] = out[i] | {kind: max(out[i].get(kind, 0.0), scores[j][kind] * 0.6)}
    for i in range(1, len(out)):
        above = out[i - 1].get("related_links", 0.0)
        if above >= 0.4 and not kept[i] and not read[i].ends and 4 <= read[i].size <= 30:
            out[i] = out[i] | {"related_links": max(out[i].get("related_links", 0.0), above * 0.95)}
    return out
