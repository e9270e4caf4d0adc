"""Cleaning of HTML: the article's text chosen among a page's blocks, its metadata read, everything else named."""

from collections.abc import Sequence

from copydesk.events import RawArticle, Removed
from copydesk.text.block import Block, Cleaned, Label, Refused
from copydesk.text.blocks import to_blocks
from copydesk.text.body import Body, choose_body
from copydesk.text.facts import bare, plain, read_facts
from copydesk.text.guard import too_costly
from copydesk.text.kinds import WHY, name_blocks
from copydesk.text.metadata import language_of, read_metadata
from copydesk.text.page import Run
from copydesk.text.pictures import find_pictures
from copydesk.text.refuse import no_article
from copydesk.text.titles import choose_title
from copydesk.text.walk import read_page


def clean_html(raw: RawArticle) -> Cleaned | Refused:
    """Clean one page. Never raises for any content; what is not an article comes back as Refused with the reason."""
    if refused := too_costly(raw.content):
        return refused
    page = read_page(raw.content)
    facts = read_facts(page, raw.url)
    title = choose_title(page, facts)
    body = choose_body(raw.content, page, facts, title)
    if reason := no_article(page, facts, title, body, raw.url):
        return Refused(reason)
    positions = [i for i, keep in enumerate(body.kept) if keep]
    texts = [page.runs[i].text for i in positions]
    language = language_of(page, texts or [run.text for run in page.runs], raw.hints.language)
    labels = _labels(to_blocks(page), page.runs, body, title.text, language[0])
    metadata = read_metadata(page, facts, title, positions, raw.url, language)
    start = min(positions[0], positions[0] if title.at is None else title.at) - 3
    span = range(max(0, start), min(len(page.runs), positions[-1] + 4))
    return Cleaned(
        title=title.text,
        title_position=title.at,
        paragraphs=tuple(texts),
        removed=tuple(
            Removed(
                text=run.text, kind=cut.kind, why=cut.why, position=i, confidence=cut.confidence, evidence=cut.evidence
            )
            for i, (run, cut) in enumerate(zip(page.runs, labels, strict=True))
            if cut.kind is not None and i != title.at
        ),
        confidence=body.confidence,
        images=find_pictures(page, labels, facts, span, raw.url),
        authors=metadata.authors,
        published_at=metadata.published_at,
        modified_at=metadata.modified_at,
        canonical_url=metadata.canonical_url,
        language=metadata.language,
        section=metadata.section,
        tags=metadata.tags,
        paywalled=metadata.paywalled,
        provenance=metadata.provenance,
        originals=metadata.originals,
    )


def _labels(blocks: list[Block], runs: Sequence[Run], body: Body, title: str, language: str | None) -> list[Label]:
    """A label per block: what naming says of those outside the body, with the headline's repeats and hidden text."""
    labels = name_blocks(blocks, body.kept, language)
    headline = bare(title)
    for i, (block, label) in enumerate(zip(blocks, labels, strict=True)):
        if body.kept[i]:
            continue
        if headline and len(block.text) < 4 * len(title) + 20 and bare(plain(block.text)) == headline:
            labels[i] = Label("title", WHY["title"], 0.99)
        elif block.hidden and label.kind in {None, "other", "navigation"}:
            labels[i] = Label(label.kind or "other", "Hidden from readers by the page's markup", 0.9, label.evidence)
        elif label.kind is None:
            labels[i] = Label("other", WHY["other"], 0.5)
    return labels
