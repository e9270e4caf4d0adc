"""Find the boxes of a page that hold an offer or an appeal, with all that stands in them.

A line of an offer by itself, such as an advantage of a subscription, says nothing; the lines beside it do.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from copydesk.cleaning.boilerplate.block_signals import read_signals
from copydesk.cleaning.boilerplate.kind_scores import score_kinds
from copydesk.cleaning.main_text.layout import is_named_for_boilerplate
from copydesk.cleaning.metadata.title import Title
from copydesk.cleaning.normalise import size_of
from copydesk.cleaning.page.model import Page
from copydesk.cleaning.records import Block, Label
from copydesk.cleaning.thresholds.main_text import (
    OFFER_ASKS,
    OFFER_BOXES,
    OFFER_CONFIDENCE,
    OFFER_LONGEST,
    OFFER_NEAR,
    OFFER_PROSE,
    OFFER_SCORE,
    OFFER_SHARE,
)
from copydesk.events import Kind

_OFFERS: tuple[Kind, ...] = ("donation_appeal", "newsletter_signup", "payment_widget", "subscription_offer")


def offers(
    page: Page, blocks: Sequence[Block], title: Title, kept: Sequence[int], language: str | None
) -> dict[int, Label]:
    """Map the kept runs that stand in a box of offers to what it offers; a part of the story stays outside of it."""
    asks = dict(_asks(page, blocks, kept, language)) if kept else {}
    if not asks:
        return {}
    around = set() if title.at is None else {box.index for box in page.runs[title.at].box.ancestry()}
    inside: dict[int, list[int]] = {}
    for i in range(max(0, kept[0] - OFFER_NEAR), min(len(page.runs), kept[-1] + OFFER_NEAR)):
        for box, _ in zip(page.runs[i].box.ancestry(), range(OFFER_BOXES), strict=False):
            if box.index not in around:
                inside.setdefault(box.index, []).append(i)
    found: dict[int, Label] = {}
    text = set(kept)
    for number, at in inside.items():
        asking = [i for i in at if i in asks]
        least = 1 if is_named_for_boilerplate(page.boxes[number]) else OFFER_ASKS
        if len(asking) < least or len(asking) < OFFER_SHARE * len(at) or not text.difference(at):
            continue
        if sum(size_of(page.runs[i].text) for i in at) <= OFFER_LONGEST:
            kind, evidence = Counter(asks[i][0] for i in asking).most_common(1)[0][0], page.runs[asking[0]].text
            label = Label(kind, "Stands in a box with an offer", OFFER_CONFIDENCE, evidence)
            found |= {i: label for i in at if i in text and len(page.runs[i].text) < OFFER_PROSE}
    return found


def _asks(
    page: Page, blocks: Sequence[Block], kept: Sequence[int], language: str | None
) -> Iterator[tuple[int, tuple[Kind, float]]]:
    """Yield the shown runs in and around the story whose words offer or ask for something, with kind and score."""
    for i in range(max(0, kept[0] - OFFER_NEAR), min(len(blocks), kept[-1] + OFFER_NEAR)):
        if page.runs[i].box.hidden or len(blocks[i].text) > OFFER_LONGEST:
            continue
        if not (scores := score_kinds(read_signals(blocks[i], language))):
            continue
        kind = max(_OFFERS, key=lambda kind: scores.get(kind, 0.0))
        if scores.get(kind, 0.0) >= OFFER_SCORE:
            yield i, (kind, scores[kind])
