"""Cleaning of HTML: the article's text chosen among a page's blocks, its metadata read, everything else named."""

from copydesk.cleaning.boilerplate.labels import WHY, name_blocks
from copydesk.cleaning.main_text.main_text import Story, find_story, rescue
from copydesk.cleaning.metadata.images import find_pictures
from copydesk.cleaning.metadata.metadata import read_metadata
from copydesk.cleaning.metadata.title import choose_title
from copydesk.cleaning.normalise import bare, plain
from copydesk.cleaning.not_article.reasons import no_article
from copydesk.cleaning.page.cost_limits import too_costly
from copydesk.cleaning.page.stated import read_facts
from copydesk.cleaning.page.tree_walk import read_page
from copydesk.cleaning.records import Cleaned, Label
from copydesk.cleaning.site_rules import Marks, SiteRules
from copydesk.events import RawArticle, Refused, Removed

ALL_FURNITURE = "The page is nothing but boilerplate"


def clean_html(raw: RawArticle, rules: SiteRules | None = None) -> Cleaned | Refused:
    """Clean one page, by its site's rules if there are any. Never raises for any content; what is not an article comes
    back as Refused with the reason."""
    if reason := too_costly(raw.content):
        return Refused(reason)
    marks = Marks(rules) if rules else None
    page = read_page(raw.content, marks.mark if marks else None)
    if marks:
        page = marks.without_suffix(page)
    facts = read_facts(page, raw.url)
    title = choose_title(page, facts)
    story = rescue(page, facts, title, find_story(raw.content, page, facts, title, raw.hints.language))
    if marks:
        story = marks.rule(page, story, title.at)
    if reason := no_article(page, facts, story.body.kept, raw.url):
        return Refused(reason)
    positions, language = story.positions, story.language
    if not positions:
        return Refused(ALL_FURNITURE)
    labels = _labels(story, title.text)
    metadata = read_metadata(page, facts, title, positions, raw.url, language)
    if marks and (dated := marks.published_at()):
        metadata = metadata.dated(*dated)
    start = min(positions[0], positions[0] if title.at is None else title.at) - 3
    span = range(max(0, start), min(len(page.runs), positions[-1] + 4))
    return Cleaned(
        title=title.text,
        title_position=title.at,
        paragraphs=tuple(page.runs[i].text for i in positions),
        removed=tuple(
            Removed(
                text=run.text, kind=cut.kind, why=cut.why, position=i, confidence=cut.confidence, evidence=cut.evidence
            )
            for i, (run, cut) in enumerate(zip(page.runs, labels, strict=True))
            if cut.kind is not None and i != title.at
        ),
        confidence=story.body.confidence,
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


def _labels(story: Story, title: str) -> list[Label]:
    """A label per block: what naming says of those outside the body, with the headline's repeats and hidden text."""
    kept = [False] * len(story.blocks)
    for i in story.positions:
        kept[i] = True
    labels = name_blocks(story.blocks, kept, story.language[0])
    headline = bare(title)
    # Whatever letters grow to when letter case is folded, three of them at most.
    shortest, longest = len(headline) / 3, 4 * len(title) + 20
    for i, (block, label) in enumerate(zip(story.blocks, labels, strict=True)):
        if kept[i]:
            continue
        if i in story.furniture:
            labels[i] = story.furniture[i]
        elif headline and shortest <= len(block.text) < longest and bare(plain(block.text)) == headline:
            labels[i] = Label("title", WHY["title"], 0.99)
        elif block.hidden and label.kind in {None, "other", "navigation"}:
            labels[i] = Label(label.kind or "other", "Hidden from readers by the page's markup", 0.9, label.evidence)
        elif label.kind is None:
            labels[i] = Label("other", WHY["other"], 0.5)
    return labels
