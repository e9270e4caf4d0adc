"""Find boilerplate inside an article's text: an appeal set between two paragraphs reads much like them."""

from collections.abc import Sequence

from copydesk.cleaning.boilerplate.block_signals import Signals
from copydesk.cleaning.boilerplate.kind_scores import APPEALS
from copydesk.cleaning.boilerplate.labels import label_block
from copydesk.cleaning.boilerplate.line_classifier import JOINED
from copydesk.cleaning.boilerplate.line_rules import RuleFindings, apply_rules
from copydesk.cleaning.boilerplate.title_line import is_prose_line
from copydesk.cleaning.records import Block, Label
from copydesk.cleaning.thresholds.main_text import (
    AUTHOR_HINTED,
    CLOSING_BLOCKS,
    CLOSING_CLEAR,
    EMBEDDED_CUT,
    HEADING_CONFIDENCE,
    HEADING_WORDS,
    HEADS_APPEAL,
    LEADS_AWAY,
    LISTED_CLEAR,
    OPENING_WORDS,
    PHOTO_STORY,
    SIGNED_WORDS,
    WORDS_CLEAR,
    WORDS_DOUBTED,
)
from copydesk.events import Kind

# Who wrote the article and when it appeared stands before its first paragraph.
_OPENING: frozenset[Kind] = frozenset({"byline", "dateline"})
# Kinds that words alone can tell; bylines, datelines and the like stand in stories too.
_TELLING: frozenset[Kind] = frozenset(
    {"donation_appeal", "newsletter_signup", "subscription_offer", "payment_widget", "related_links", "social_follow",
     "comments_prompt", "copyright_notice", "photo_credit", "cookie_privacy_notice", "advertisement"}
)  # fmt: skip
# Kinds whose words cut where the page's model doubts; of the others nine in ten such blocks were the article's.
_DOUBTED: frozenset[Kind] = frozenset({"donation_appeal", "payment_widget", "photo_credit"})
_STOPS = frozenset('.!?。！？…”"»')


def embedded_boilerplate(blocks: Sequence[Block], likely: Sequence[float], language: str | None) -> dict[int, Label]:
    """Find the blocks of an article that are boilerplate after all, by position; `likely` is how sure each is text."""
    seen = apply_rules(blocks, language, headed=False)
    found: dict[int, Label] = {}
    end = max((i + 1 for i, cut in enumerate(seen.cut) if not cut), default=0)
    for i, block in enumerate(blocks):
        # The last item of a list stands as much in the text as the first.
        if i > 0 and block.tag == blocks[i - 1].tag == "li" and i - 1 not in found and is_prose_line(seen.read[i]):
            goes = max(seen.scores[i].values(), default=0.0) >= LISTED_CLEAR
        else:
            goes = bool(seen.scores[i]) and _goes(seen, i, block, likely[i], i >= end)
        if goes or (seen.scores[i] and _introduces(seen, i, found)):
            found[i] = label_block(seen.read[i], seen.scores[i], block, after_body=False)
    for i in (*seen.joined, *reversed(seen.joined)):
        if i not in found and any(beside in found and found[beside].kind in APPEALS for beside in (i - 1, i + 1)):
            found[i] = Label(seen.joined[i], *JOINED)
    for i in range(len(blocks) - 2, -1, -1):
        if i not in found and i + 1 in found and _heads(seen.read[i], blocks[i]):
            below = found[i + 1]
            if below.kind in APPEALS and below.confidence >= HEADS_APPEAL:
                found[i] = Label(below.kind, "The heading of what stands below it", HEADING_CONFIDENCE, below.evidence)
    for i in _photo_story(seen, found):
        del found[i]
    return found


def _photo_story(seen: RuleFindings, found: dict[int, Label]) -> list[int]:
    """Return the captions with a credit that are to stay, as most of the text is captions; else none."""
    captions = [i for i, s in enumerate(seen.read) if s.credit and s.credit.caption]
    size = sum(s.size for s in seen.read)
    if sum(seen.read[i].size for i in captions) < PHOTO_STORY * size:
        return []
    return [i for i in captions if i in found and found[i].kind == "photo_credit"]


def _goes(seen: RuleFindings, i: int, block: Block, likely: float, after: bool) -> bool:
    """Whether what a block says of itself cuts it where it stands, `after` when no article text follows."""
    kind, score = max(seen.scores[i].items(), key=lambda item: item[1])
    if kind == "advertisement" and (kind, "sure") not in seen.read[i].found and not after:
        return False  # a button of a list of products, a label that markup has to tell
    if kind == "photo_credit" and likely >= WORDS_DOUBTED and _is_signed_prose(seen.read[i], block):
        return False
    if kind in _TELLING and seen.cut[i]:
        doubted = likely < WORDS_DOUBTED
        told = score >= CLOSING_CLEAR or doubted or not is_prose_line(seen.read[i])
        return score >= WORDS_CLEAR or (doubted and kind in _DOUBTED) or (after and told)
    if score < EMBEDDED_CUT:
        return False
    if kind == "related_links":
        return block.link_share >= LEADS_AWAY
    if kind in _OPENING:
        return not any(is_prose_line(s) for s in seen.read[:i]) and seen.read[i].size <= OPENING_WORDS
    return kind == "author_bio" and score >= WORDS_CLEAR and i >= len(seen.read) - CLOSING_BLOCKS


def _is_signed_prose(s: Signals, block: Block) -> bool:
    """Whether a paragraph of prose ends in the agency it is from, as in `(ANSA).`, not in a picture's credit."""
    if s.credit is None or s.credit.caption is None or s.size < SIGNED_WORDS or block.tag == "figcaption":
        return False
    return s.credit.caption[-1] in _STOPS and f"({s.credit.credit})" in block.text


def _introduces(seen: RuleFindings, i: int, found: dict[int, Label]) -> bool:
    """Whether a block goes on to introduce the author under the heading that was cut for it."""
    above = found.get(i - 1)
    return above is not None and above.kind == "author_bio" and seen.scores[i].get("author_bio", 0.0) >= AUTHOR_HINTED


def _heads(s: Signals, block: Block) -> bool:
    """Whether a line announces what follows, or greets those who read it."""
    return (
        s.size <= HEADING_WORDS and not s.speech and block.text.endswith((":", "：", ",", "，", "،", "、", "!", "！"))
    )
