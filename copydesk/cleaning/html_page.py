"""Clean HTML: choose the article's text among a page's blocks, read its metadata, label everything else."""

from collections.abc import Collection, Sequence

from copydesk.cleaning.boilerplate.labels import WHY, label_blocks
from copydesk.cleaning.corrections import UNCORRECTED, Corrections
from copydesk.cleaning.main_text.main_text import MainText
from copydesk.cleaning.main_text.page_text import find_page_text
from copydesk.cleaning.metadata.clock_zones import clock_place
from copydesk.cleaning.metadata.images import find_pictures
from copydesk.cleaning.metadata.metadata import read_metadata
from copydesk.cleaning.metadata.title import choose_title, given_title
from copydesk.cleaning.normalise import bare, plain
from copydesk.cleaning.not_article.page_type import measure_type, page_type
from copydesk.cleaning.not_article.reasons import page_refusal
from copydesk.cleaning.page.cost_limits import too_costly
from copydesk.cleaning.page.model import Page
from copydesk.cleaning.page.shadow_roots import open_shadow_roots
from copydesk.cleaning.page.stated import read_facts
from copydesk.cleaning.page.tree_walk import read_page
from copydesk.cleaning.records import Block, Cleaned, Label
from copydesk.cleaning.site_rules import AppliedRules, SiteRules
from copydesk.cleaning.thresholds.page import PAGE_MOST_RUNS
from copydesk.cleaning.thresholds.text import (
    HEADLINE_GROWS,
    HEADLINE_SHRINKS,
    HEADLINE_SPARE,
    HIDDEN_CONFIDENCE,
    OTHER_CONFIDENCE,
    REPEAT_CONFIDENCE,
    RUNS_AFTER,
    RUNS_BEFORE,
)
from copydesk.events import LIST_TYPES, PageType, RawArticle, Refused, Removed

_NO_TEXT = "The page has no visible text"
_ALL_BOILERPLATE = "The page is nothing but boilerplate"


def clean_html(
    raw: RawArticle,
    rules: SiteRules | None = None,
    refuse: Collection[PageType] = LIST_TYPES,
    corrections: Corrections = UNCORRECTED,
) -> Cleaned | Refused:
    """Clean one page, by its site's rules and its source's corrections if there are any.

    `refuse` names the types of pages that are not wanted. One that is to be kept is refused only where it shows no text
    at all. Never raises for any content; what is not an article comes back as Refused with the reason.
    """
    html = open_shadow_roots(raw.content)
    if reason := too_costly(html):
        return Refused(reason)
    applied = AppliedRules(rules) if rules else None
    page = read_page(html, applied.mark if applied else None)
    if len(page.runs) > PAGE_MOST_RUNS:
        return Refused(f"The page is too large: {len(page.runs):,} pieces of text")
    if applied:
        page = applied.without_suffix(page)
    facts = read_facts(page, raw.url)
    title, headline = choose_title(page, facts), ""
    if raw.hints.given and raw.hints.title:
        title, headline = given_title(page, title, raw.hints.title), raw.hints.title
    page, found, origin, asked = find_page_text(html, page, facts, title, raw.hints.language)
    if not page.runs:
        return Refused(_NO_TEXT)
    if applied:
        found = applied.decide(page, found, title.at)
    found = found.overruled(corrections.decisions([run.text for run in page.runs]), title.at)
    kind = page_type(measure_type(page, facts, found.body.kept, raw.url))
    if raw.keep:
        found = _whatever_is_shown(page, found, title.at)
    elif reason := page_refusal(page, facts, found.body.kept, kind, refuse):
        return Refused(reason, page_type=kind.name)
    positions = found.positions
    if not positions:
        return Refused(_ALL_BOILERPLATE)
    labels = _labels(found, headline or title.text)
    place = clock_place(raw.url, raw.source, rules.timezone if rules else None)
    metadata = read_metadata(page, facts, title, positions, raw.url, found.language, place)
    if applied and (dated := applied.published_at()):
        metadata = metadata.dated(*dated)
    if origin:
        metadata = metadata._replace(provenance={**metadata.provenance, "paragraphs": origin})
    return Cleaned(
        title=title.text,
        title_position=title.at,
        paragraphs=tuple(page.runs[i].text for i in positions),
        removed=_removed(page, labels, title.at),
        confidence=found.body.confidence,
        second_opinion=asked,
        page_type=kind.name,
        page_type_confidence=kind.confidence,
        images=find_pictures(page, labels, facts, _around(positions, title.at, len(page.runs)), raw.url),
        **metadata._asdict(),
    )


def _removed(page: Page, labels: Sequence[Label], title: int | None) -> tuple[Removed, ...]:
    """Return every run that was cut, but the title, with what its label says."""
    return tuple(
        Removed(text=run.text, kind=cut.kind, why=cut.why, position=i, confidence=cut.confidence, evidence=cut.evidence)
        for i, (run, cut) in enumerate(zip(page.runs, labels, strict=True))
        if cut.kind is not None and i != title
    )


def _around(positions: Sequence[int], title: int | None, runs: int) -> range:
    """Return the numbers of the story's runs and of a few around it, among which its pictures stand."""
    start = min(positions[0], positions[0] if title is None else title) - RUNS_BEFORE
    return range(max(0, start), min(runs, positions[-1] + RUNS_AFTER))


def _whatever_is_shown(page: Page, found: MainText, title: int | None) -> MainText:
    """Return the main text; where there is none all that is shown and no boilerplate, else simply all that is shown."""
    shown = [i for i, run in enumerate(page.runs) if not run.box.hidden and i != title]
    positions = found.positions or [i for i in shown if i not in found.boilerplate] or shown
    boilerplate = {i: label for i, label in found.boilerplate.items() if i not in set(positions)}
    return found._replace(positions=positions, boilerplate=boilerplate)


def _labels(found: MainText, title: str) -> list[Label]:
    """Label every block: those outside the body, the headline's repeats, and hidden text."""
    text = set(found.positions)
    kept = [i in text for i in range(len(found.blocks))]
    labels = label_blocks(found.blocks, kept, found.language[0])
    headline = bare(title)
    # Whatever letters grow to when letter case is folded, three of them at most.
    shortest, longest = len(headline) / HEADLINE_SHRINKS, HEADLINE_GROWS * len(title) + HEADLINE_SPARE

    def outside(i: int, block: Block, label: Label) -> Label:
        if i in found.boilerplate:
            return found.boilerplate[i]
        if headline and shortest <= len(block.text) < longest and bare(plain(block.text)) == headline:
            return Label("title", WHY["title"], REPEAT_CONFIDENCE)
        if block.hidden and label.kind in {None, "other", "navigation"}:
            why = "Hidden from readers by the page's markup"
            return Label(label.kind or "other", why, HIDDEN_CONFIDENCE, label.evidence)
        return Label("other", WHY["other"], OTHER_CONFIDENCE) if label.kind is None else label

    return [
        label if kept[i] else outside(i, block, label)
        for i, (block, label) in enumerate(zip(found.blocks, labels, strict=True))
    ]
