"""Furniture that stands inside an article's text: an appeal set between two paragraphs reads much like them."""

from collections.abc import Sequence

from copydesk.events import Kind
from copydesk.text.block import Block, Label
from copydesk.text.evidence import APPEALS
from copydesk.text.judge import JOINED, survey
from copydesk.text.kinds import label
from copydesk.text.signals import Signals

CLEAR = 0.8
"""Words that speak so clearly cut, however sure the page's model is."""
DOUBTED = 0.9
"""Below this probability of being the article's text, words that speak at all for furniture cut."""
SURE, MOST_HEADING = 0.6, 12
# Kinds that words alone can tell; bylines, datelines and the like stand in stories too.
_TELLING: frozenset[Kind] = frozenset(
    {
        "donation_appeal",
        "newsletter_signup",
        "subscription_offer",
        "payment_widget",
        "related_links",
        "social_follow",
        "comments_prompt",
        "copyright_notice",
        "photo_credit",
    }
)


def furniture_within(blocks: Sequence[Block], likely: Sequence[float], language: str | None) -> dict[int, Label]:
    """Which of an article's blocks are furniture after all, with what they are; `likely` is how sure each is text."""
    seen = survey(blocks, language, headed=False)
    found: dict[int, Label] = {}
    for i, block in enumerate(blocks):
        if i in seen.joined:
            found[i] = Label(seen.joined[i], *JOINED)
        elif seen.cut[i]:
            kind, score = max(seen.scores[i].items(), key=lambda item: item[1])
            if kind in _TELLING and (score >= CLEAR or likely[i] < DOUBTED):
                found[i] = label(seen.read[i], seen.scores[i], block, after_body=False)
    for i in range(len(blocks) - 2, -1, -1):
        if i not in found and i + 1 in found and _heads(seen.read[i], blocks[i]):
            below = found[i + 1]
            if below.kind in APPEALS and below.confidence >= SURE:
                found[i] = Label(below.kind, "The heading of what stands below it", 0.7, below.evidence)
    return found


def _heads(s: Signals, block: Block) -> bool:
    """Whether a line announces what follows, or greets those who read it."""
    return s.size <= MOST_HEADING and not s.speech and block.text.endswith((":", "：", ",", "，", "،", "、", "!", "！"))
