"""Label each cut block with its kind of boilerplate, and why, for blocks of a page and for lines of text alike."""

from collections.abc import Sequence
from functools import lru_cache

from copydesk.cleaning.blocks import name_words
from copydesk.cleaning.boilerplate.block_signals import NO_SIGNALS, Signals, item_signals, read_signals
from copydesk.cleaning.boilerplate.kind_scores import score_kinds
from copydesk.cleaning.boilerplate.kinds_beside import spread_scores
from copydesk.cleaning.lexicon.line_words import lists_of
from copydesk.cleaning.records import Block, Label
from copydesk.cleaning.thresholds.boilerplate import (
    BLOCKS_BEFORE,
    BLOCKS_READ,
    CAPTION_TAG_SCORE,
    KEPT_CONFIDENCE,
    LEAST_KIND,
    LINK_BLOCK_SHARE,
    LINK_MISS,
    LINK_SCORE_SHARE,
    LINK_SCORE_WORDS,
    MENU_LINKS,
    MOST_CERTAIN,
    NAME_MISS,
    PHRASES_COUNTED,
    SHAPE_CAPTION,
    SHAPE_FEW_WORDS,
    SHAPE_GUESS,
    SHAPE_HEADLINE_WORDS,
    SHAPE_LINK,
    SHAPE_LINK_SHARE,
    SHAPE_NOTHING,
)
from copydesk.events import Kind

WHY: dict[Kind, str] = {
    "title": "The headline again",
    "caption": "Describes a picture",
    "photo_credit": "Says who made a picture",
    "byline": "Says who wrote the article",
    "dateline": "Says when the article was published",
    "donation_appeal": "Asks readers to support the outlet",
    "subscription_offer": "Offers a subscription or an account",
    "newsletter_signup": "Invites to a newsletter",
    "payment_widget": "Part of a form for paying",
    "related_links": "Leads to other articles",
    "social_follow": "Buttons for sharing or following",
    "comments_prompt": "Asks for comments or mail",
    "cookie_privacy_notice": "A notice about cookies, privacy or terms",
    "copyright_notice": "Says who holds the rights",
    "author_bio": "Introduces the author",
    "advertisement": "An advertisement, or a note about advertising",
    "navigation": "A button or heading of the page",
    "other": "Stands outside the article's text",
}
_NAMING = lists_of("class_word")
_MARKED: dict[str, Kind] = {word: kind for kind in WHY for word in _NAMING.get(kind, ())}
"""Words of names of classes and ids, each with the kind that it names."""
_MARKING = frozenset(_MARKED)
_ALL_LINKS = "100% of it is links"
_KEPT = Label(None, "Part of the article", KEPT_CONFIDENCE)


def label_blocks(blocks: Sequence[Block], kept: Sequence[bool], language: str | None) -> list[Label]:
    """Label every block: kind None for kept ones; for the others a kind (never None), why, evidence, how sure.

    The sequence counts: buttons between two lines of an appeal, headlines under "Most read". Costs linear time; of
    a page of very many blocks those far from the article are named by their shape and markup alone.
    """
    menus = _menus(blocks, kept)
    near = _near(kept)
    read = [
        NO_SIGNALS
        if kept[i]
        else item_signals(block.text)
        if i in menus or not near.start <= i < near.stop
        else read_signals(block, language)
        for i, block in enumerate(blocks)
    ]
    scores = spread_scores(list(map(_with_markup, blocks, read)), read, kept)
    last = max((i for i, keep in enumerate(kept) if keep), default=-1)
    return [
        _KEPT if kept[i] else label_block(read[i], scores[i], block, after_body=i > last)
        for i, block in enumerate(blocks)
    ]


def _near(kept: Sequence[bool]) -> range:
    """Choose the blocks whose words are read: all, or as many as BLOCKS_READ around the article's beginning."""
    if len(kept) <= BLOCKS_READ:
        return range(len(kept))
    middle = next((i for i, keep in enumerate(kept) if keep), 0)
    start = max(0, min(middle - BLOCKS_BEFORE, len(kept) - BLOCKS_READ))
    return range(start, start + BLOCKS_READ)


def _menus(blocks: Sequence[Block], kept: Sequence[bool]) -> set[int]:
    """Find the blocks that stand in long rows of links: an item of a menu leads somewhere, whatever its words."""
    found: set[int] = set()
    start = 0
    for i in range(len(blocks) + 1):
        if i == len(blocks) or kept[i] or blocks[i].link_share < LINK_BLOCK_SHARE:
            if i - start >= MENU_LINKS:
                found.update(range(start, i))
            start = i + 1
    return found


def label_block(s: Signals, scores: dict[Kind, float], block: Block, after_body: bool) -> Label:
    """Label a block that is cut with its best kind; by its shape where no word speaks for any."""
    if scores:
        kind = max(scores, key=scores.__getitem__)
        if scores[kind] >= LEAST_KIND:
            return Label(kind, WHY[kind], round(min(MOST_CERTAIN, scores[kind]), 3), _quote(s, kind))
    return _by_shape(s, block, after_body)


def _by_shape(s: Signals, block: Block, after_body: bool) -> Label:
    if block.tag == "figcaption":
        return Label("caption", WHY["caption"], SHAPE_CAPTION, "figcaption")
    if block.link_share > SHAPE_LINK_SHARE:
        kind: Kind = "navigation" if s.size <= SHAPE_FEW_WORDS else "related_links"
        share = _ALL_LINKS if block.link_share == 1 else f"{block.link_share:.0%} of it is links"
        return Label(kind, WHY[kind], SHAPE_LINK, share)
    if s.size <= SHAPE_FEW_WORDS and not s.ends:
        return Label("navigation", WHY["navigation"], SHAPE_GUESS, "a few words by themselves")
    if not s.ends and s.size <= SHAPE_HEADLINE_WORDS and after_body:
        why = "Reads like a headline and stands outside the article"
        return Label("related_links", why, SHAPE_GUESS, "no sentence, outside the text")
    return Label("other", WHY["other"], SHAPE_NOTHING)


def _with_markup(block: Block, s: Signals) -> dict[Kind, float]:
    scores = score_kinds(s)
    if block.tag == "figcaption":
        scores["caption"] = CAPTION_TAG_SCORE
    for kind in kinds_named(block.names):
        if kind == "navigation" and s.ends and s.size > SHAPE_FEW_WORDS:
            continue  # a sentence is no button, whatever the box it stands in is called
        scores[kind] = 1 - (1 - scores.get(kind, 0.0)) * NAME_MISS
    if block.link_share > LINK_SCORE_SHARE and s.size >= LINK_SCORE_WORDS:
        scores["related_links"] = 1 - (1 - scores.get("related_links", 0.0)) * LINK_MISS
    return scores


@lru_cache(8192)
def kinds_named(names: tuple[str, ...]) -> list[Kind]:
    """Find the kinds that class and id words name, in one order always.

    Of kinds for which as much speaks, the first is the answer, in every process the same.
    """
    found = [kind for name in names for kind in _kinds_in(name)]
    return sorted(set(found)) if len(found) > 1 else found


@lru_cache(8192)
def _kinds_in(name: str) -> list[Kind]:
    words = name_words(name)
    return [] if words.isdisjoint(_MARKING) else [_MARKED[word] for word in words & _MARKING]


def _quote(s: Signals, kind: Kind) -> str:
    for strength in ("label", "line", "start", "sure", "hint"):
        if phrases := s.found.get((kind, strength)):
            return ", ".join(phrases[:PHRASES_COUNTED])
    return s.credit.credit if s.credit and kind in {"caption", "photo_credit"} else ""
