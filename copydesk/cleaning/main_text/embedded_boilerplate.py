"""Furniture that stands inside an article's text: an appeal set between two paragraphs reads much like them."""

from collections.abc import Sequence

from copydesk.cleaning.boilerplate.block_signals import Signals
from copydesk.cleaning.boilerplate.kind_scores import APPEALS
from copydesk.cleaning.boilerplate.labels import label
from copydesk.cleaning.boilerplate.line_classifier import JOINED, Survey, survey
from copydesk.cleaning.boilerplate.title_line import is_prose
from copydesk.cleaning.records import Block, Label
from copydesk.events import Kind

CLEAR = 0.8
"""Words that speak so clearly cut, however sure the page's model is."""
DOUBTED = 0.9
"""Below this probability of being the article's text, words that speak at all for furniture cut."""
SURE, MOST_HEADING = 0.6, 12
CUT, HINTED, LEADS_AWAY, MOST_OPENING, CLOSING = 0.55, 0.2, 0.4, 16, 3
# Who wrote the story and when it appeared stands before its first paragraph.
_OPENING: frozenset[Kind] = frozenset({"byline", "dateline"})
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
        "cookie_privacy_notice",
        "advertisement",
    }
)


def furniture_within(blocks: Sequence[Block], likely: Sequence[float], language: str | None) -> dict[int, Label]:
    """Which of an article's blocks are furniture after all, with what they are; `likely` is how sure each is text."""
    seen = survey(blocks, language, headed=False)
    found: dict[int, Label] = {}
    end = max((i + 1 for i, cut in enumerate(seen.cut) if not cut), default=0)
    for i, block in enumerate(blocks):
        if i in seen.joined:
            found[i] = Label(seen.joined[i], *JOINED)
        elif seen.scores[i] and (_goes(seen, i, block, likely[i], i >= end) or _introduces(seen, i, found)):
            found[i] = label(seen.read[i], seen.scores[i], block, after_body=False)
    for i in range(len(blocks) - 2, -1, -1):
        if i not in found and i + 1 in found and _heads(seen.read[i], blocks[i]):
            below = found[i + 1]
            if below.kind in APPEALS and below.confidence >= SURE:
                found[i] = Label(below.kind, "The heading of what stands below it", 0.7, below.evidence)
    return found


def _goes(seen: Survey, i: int, block: Block, likely: float, after: bool) -> bool:
    """Whether what a block says of itself cuts it where it stands, `after` when no article text follows."""
    kind, score = max(seen.scores[i].items(), key=lambda item: item[1])
    if kind == "advertisement" and (kind, "sure") not in seen.read[i].found and not after:
        return False  # a button of a list of products, a label that markup has to tell
    if kind in _TELLING and seen.cut[i]:
        return score >= CLEAR or likely < DOUBTED or after
    if score < CUT:
        return False
    if kind == "related_links":
        return block.link_share >= LEADS_AWAY
    if kind in _OPENING:
        return not any(is_prose(s) for s in seen.read[:i]) and seen.read[i].size <= MOST_OPENING
    return kind == "author_bio" and score >= CLEAR and i >= len(seen.read) - CLOSING


def _introduces(seen: Survey, i: int, found: dict[int, Label]) -> bool:
    """Whether a block goes on to introduce the author under the heading that was cut for it."""
    above = found.get(i - 1)
    return above is not None and above.kind == "author_bio" and seen.scores[i].get("author_bio", 0.0) >= HINTED


def _heads(s: Signals, block: Block) -> bool:
    """Whether a line announces what follows, or greets those who read it."""
    return s.size <= MOST_HEADING and not s.speech and block.text.endswith((":", "：", ",", "，", "،", "、", "!", "！"))
