"""Cleaning of HTML: the article's text chosen among a page's blocks, its metadata read, everything else named."""

from collections.abc import Sequence

from copydesk.events import RawArticle, Removed
from copydesk.text.block import Block, Cleaned, Label, Refused
from copydesk.text.blocks import to_blocks
from copydesk.text.guard import too_costly
from copydesk.text.kinds import name_blocks
from copydesk.text.metadata import read_metadata
from copydesk.text.page import Page, fold
from copydesk.text.second_opinion import second_opinion
from copydesk.text.walk import read_page


def clean_html(raw: RawArticle) -> Cleaned | Refused:
    """Clean one page. Never raises for any content; what is not an article comes back as Refused with the reason."""
    refused = too_costly(raw.content)
    if refused:
        return refused
    page = read_page(raw.content)
    if not page.runs:
        return Refused("the page has no visible text")
    blocks = to_blocks(page)
    kept = second_opinion(raw.content, page.runs) or _long_paragraphs(page)
    metadata = read_metadata(page, raw.url)
    title_position = _title_block(blocks, metadata.title)
    if title_position is not None:
        kept[title_position] = False
    if not any(kept):
        return Refused("no article was found on the page")
    labels = name_blocks(blocks, kept, metadata.language)
    removed = tuple(
        _removed(i, block, label)
        for i, (block, keep, label) in enumerate(zip(blocks, kept, labels, strict=True))
        if not keep and i != title_position
    )
    return Cleaned(
        title=metadata.title,
        paragraphs=tuple(block.text for block, keep in zip(blocks, kept, strict=True) if keep),
        removed=removed,
        confidence=0.7,
        title_position=title_position,
        authors=metadata.authors,
        published_at=metadata.published_at,
        modified_at=metadata.modified_at,
        canonical_url=metadata.canonical_url,
        language=metadata.language,
        provenance=metadata.provenance,
        originals=metadata.originals,
    )


def _removed(position: int, block: Block, label: Label) -> Removed:
    return Removed(
        text=block.text,
        kind=label.kind or "other",
        why=label.why,
        position=position,
        confidence=label.confidence,
        evidence=label.evidence,
    )


def _title_block(blocks: Sequence[Block], title: str) -> int | None:
    same = [i for i, block in enumerate(blocks) if block.text == title]
    return next((i for i in same if blocks[i].tag == "h1"), same[0] if same else None)


def _long_paragraphs(page: Page) -> list[bool]:
    return [run.box.tag == "p" and len(fold(run.text)) > 80 and not run.link_chars for run in page.runs]
