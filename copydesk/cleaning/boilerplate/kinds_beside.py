"""Name cut blocks by what stands beside them: a list's items by its heading, a form's buttons by its text."""

from collections.abc import Sequence

from copydesk.cleaning.boilerplate.block_signals import Signals
from copydesk.cleaning.thresholds.boilerplate import (
    FORM_BUTTON_WORDS,
    FORM_REACH,
    ITEM_FACTOR,
    LINE_CLEAR,
    LINE_CUT,
    LIST_FACTOR,
    LIST_HEADING,
    LIST_WORDS,
    SPREAD_BELOW,
    SPREAD_FACTOR,
)
from copydesk.events import Kind

# What one of these is says nothing of what stands beside it.
_ALONE: frozenset[Kind] = frozenset({"title", "caption", "photo_credit", "byline", "dateline", "navigation"})


def spread_scores(
    scores: Sequence[dict[Kind, float]], read: Sequence[Signals], kept: Sequence[bool]
) -> list[dict[Kind, float]]:
    """Return the scores as what stands beside a block among the cut ones changes them."""
    out = list(scores)
    for i in range(1, len(out)):
        above = 0.0 if kept[i - 1] else out[i - 1].get("related_links", 0.0)
        if above >= LIST_HEADING and not kept[i] and reads_as_item(read[i]) and not _speaks_for_itself(read[i], out[i]):
            linked = max([above * LIST_FACTOR, *out[i].values()])
            out[i] = {kind: score * ITEM_FACTOR for kind, score in out[i].items()} | {"related_links": linked}
    named = list(out)
    for i, own in enumerate(named):
        if kept[i]:
            continue
        if own and max(own.values()) >= SPREAD_BELOW:
            out[i] = _of_its_form(named, read, kept, i)
            continue
        for j in (i - 1, i + 1):
            if not 0 <= j < len(out) or kept[j] or not named[j]:
                continue
            kind = max(named[j], key=named[j].__getitem__)
            if kind not in _ALONE:
                out[i] = out[i] | {kind: max(out[i].get(kind, 0.0), named[j][kind] * SPREAD_FACTOR)}
    return out


def reads_as_item(s: Signals) -> bool:
    """Whether a line may be another article's headline in a list: it states no sentence, credits and dates nothing."""
    return s.size in LIST_WORDS and (not s.ends or s.question) and s.credit is None and not s.dateline


def _speaks_for_itself(s: Signals, own: dict[Kind, float]) -> bool:
    """Whether a line shows a kind of its own beyond doubt, or what it says of one is said to the reader."""
    others = {kind: score for kind, score in own.items() if kind != "related_links"}
    if not others:
        return False
    strongest = max(others, key=others.__getitem__)
    said = (strongest, "line") in s.found or s.voice.get("we") or s.voice.get("you") or s.voice.get("reader")
    return bool(s.copyright or said or others[strongest] >= LINE_CLEAR)


def _of_its_form(
    named: Sequence[dict[Kind, float]], read: Sequence[Signals], kept: Sequence[bool], i: int
) -> dict[Kind, float]:
    """Return the scores of a button that sells, as part of a sign-up where it stands in one: `Subscribe`."""
    own = named[i]
    if read[i].size > FORM_BUTTON_WORDS or max(own, key=own.__getitem__) != "subscription_offer":
        return own
    around = [j for j in range(max(0, i - FORM_REACH), min(len(named), i + FORM_REACH + 1)) if j != i and not kept[j]]
    signs_up = any(named[j].get("newsletter_signup", 0.0) >= LINE_CUT for j in around)
    sells = any(
        named[j].get("subscription_offer", 0.0) >= LINE_CUT and read[j].size > FORM_BUTTON_WORDS for j in around
    )
    if sells or not signs_up:
        return own
    return own | {"newsletter_signup": own["subscription_offer"], "subscription_offer": 0.0}
