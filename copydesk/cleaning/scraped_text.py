"""Clean text that was scraped before: lines in, a clean article with every cut explained out, or why it is none."""

from urllib.parse import unquote, urlsplit

from copydesk.cleaning.blocks import line_blocks
from copydesk.cleaning.boilerplate.line_classifier import classify_lines
from copydesk.cleaning.corrections import UNCORRECTED, Corrections
from copydesk.cleaning.language import detect, sample_of
from copydesk.cleaning.lexicon.tokens import tokens
from copydesk.cleaning.lines.author_lines import authors_alone, credits_writer
from copydesk.cleaning.lines.datelines import of_change, of_publication
from copydesk.cleaning.lines.person_names import credits_person, person_names
from copydesk.cleaning.lines.photo_credits import read_credit
from copydesk.cleaning.main_text.syndication import lines_appeared_first
from copydesk.cleaning.metadata.clock_zones import ClockPlace, clock_place, offset_of
from copydesk.cleaning.metadata.date_sources import DateReader, fits_address, is_plausible
from copydesk.cleaning.normalise import SENTENCE_ENDS, fold_letters
from copydesk.cleaning.not_article.reasons import text_refusal
from copydesk.cleaning.records import Block, Cleaned, Label
from copydesk.cleaning.site_rules import SiteRules
from copydesk.cleaning.thresholds.text import (
    DATING_READ,
    FEW_KEPT_LINES,
    LINE_WEIGHT_MOST,
    LINE_WORDS_LOOKED_FOR,
    NO_HEADLINE_FACTOR,
    PHRASE_READ,
    PHRASE_WORDS,
    SLUG_LEAST_WORDS,
    TEXT_LEAST_LETTERS,
    TEXT_LETTERS_COUNTED,
    TEXT_MOST_LINES,
    WIDE_CHARACTERS,
    WIDE_LINES,
)
from copydesk.events import Image, Kind, RawArticle, Refused, Removed
from copydesk.machine_dates import Stamp, day_of_address

_DATING = frozenset({"dateline", "byline"})
"""Kinds of lines that may name the days of publication and change."""


def clean_plain(
    raw: RawArticle, rules: SiteRules | None = None, corrections: Corrections = UNCORRECTED
) -> Cleaned | Refused:
    """Clean one scraped text, by its source's rules and corrections if there are any; what is none is refused.

    Every non-blank line ends as the title, a paragraph, or a removed piece. Where the title is given, only a line that
    says it is one.
    """
    blocks = line_blocks(raw.content)
    if len(blocks) > TEXT_MOST_LINES:
        return Refused(f"The text is too large for an article: {len(blocks):,} lines")
    if not any(any(c.isalnum() for c in block.text[:LINE_WORDS_LOOKED_FOR]) for block in blocks):
        return Refused("The text is empty" if not blocks else "The text has no words")
    guess = detect(sample_of([block.text for block in blocks]), raw.hints.language)
    language = guess.language if guess else None
    labels = classify_lines(blocks, language, raw.hints.title, slug_words(raw.url), given=raw.hints.given)
    if rules:
        labels = [rules.label(block.text, label) for block, label in zip(blocks, labels, strict=True)]
    if corrections:
        labels = [corrections.label(block.text, label) for block, label in zip(blocks, labels, strict=True)]
    at = next((i for i, label in enumerate(labels) if label.kind == "title"), None)
    headline = blocks[at].text if at is not None else raw.hints.title or ""
    kept = [i for i, label in enumerate(labels) if label.kind is None]
    for i, cut in lines_appeared_first([block.text for block in blocks], headline, kept).items():
        if corrections.of_text(blocks[i].text) is None:
            labels[i] = cut
            kept.remove(i)
    if raw.keep and not kept:
        labels = [label if i == at else Label(None, "", label.confidence) for i, label in enumerate(labels)]
        kept = [i for i in range(len(blocks)) if i != at]
    if not raw.keep and (reason := text_refusal(blocks, labels) or _no_article(blocks, labels, kept)):
        return Refused(reason, _removed(blocks, labels, at), tuple(blocks[i].text for i in kept))
    place = clock_place(raw.url, raw.source, rules.timezone if rules else None)
    dating = [(block.text, label.kind) for block, label in zip(blocks, labels, strict=True) if label.kind in _DATING]
    dating = dating[:DATING_READ]
    authors = _byline(dating, language, [blocks[i].text for i in kept])
    lines, reader = [line for line, _ in dating], DateReader(language, language not in {None, "en"})
    dated, changed = _dated(lines, reader, raw.url, place), _changed(lines, reader, place)
    provenance = {"language": "text"} if guess else {}
    if at is not None:
        provenance["title"] = "text"
    originals = {}
    if authors:
        provenance["authors"] = "text"
    for field, instant in (("published_at", dated), ("modified_at", changed)):
        if instant:
            provenance[field], originals[field] = "text", instant[1]
    return Cleaned(
        title=headline if at is not None else "",
        title_position=at,
        paragraphs=tuple(blocks[i].text for i in kept),
        removed=_removed(blocks, labels, at),
        confidence=_confidence(blocks, labels),
        authors=authors,
        published_at=dated[0].when if dated else None,
        published_precision="day" if dated and dated[0].day_only else None,
        modified_at=changed[0].when if changed else None,
        language=language,
        images=_images(blocks, labels),
        provenance=provenance,
        originals=originals,
    )


def _removed(blocks: list[Block], labels: list[Label], title: int | None) -> tuple[Removed, ...]:
    return tuple(
        Removed(
            text=block.text, kind=cut.kind, why=cut.why, position=i, confidence=cut.confidence, evidence=cut.evidence
        )
        for i, (block, cut) in enumerate(zip(blocks, labels, strict=True))
        if cut.kind is not None and i != title
    )


def slug_words(url: str | None) -> frozenset[str]:
    """Return the words of the part of an address's path that has most of them, empty when none reads like a slug."""
    if not url:
        return frozenset()
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        return frozenset()
    parts = [tokens(fold_letters(part)) for part in path.split("/")]
    longest = max(parts, key=len, default=[])
    return frozenset(w for w in longest if not w.isdigit()) if len(longest) >= SLUG_LEAST_WORDS else frozenset()


def _no_article(blocks: list[Block], labels: list[Label], kept: list[int]) -> str | None:
    if not kept:
        kinds = {label.kind for label in labels}
        return "There is a headline and no text" if kinds == {"title"} else "The text is nothing but boilerplate"
    if (
        len(kept) <= FEW_KEPT_LINES
        and all(label.kind != "title" for label in labels)
        and all(_is_phrase(blocks[i].text) for i in kept)
    ):
        return "There is a headline and no text"
    letters = sum(sum(map(str.isalpha, blocks[i].text[:TEXT_LETTERS_COUNTED])) for i in kept)
    wide = any("\u3040" <= c <= "\ud7a3" for i in kept[:WIDE_LINES] for c in blocks[i].text[:WIDE_CHARACTERS])
    if letters < (TEXT_LEAST_LETTERS // 2 if wide else TEXT_LEAST_LETTERS):
        return "There is too little text for an article"
    return None


def _is_phrase(text: str) -> bool:
    """Whether a line is a few words that end no sentence."""
    words = tokens(fold_letters(text[:PHRASE_READ]))
    return len(words) < PHRASE_WORDS and not text.rstrip("\"'”’»」)").endswith(SENTENCE_ENDS)


def _confidence(blocks: list[Block], labels: list[Label]) -> float:
    """Return the mean of the labels' confidences, by length; without a headline a little less."""
    weights = [min(len(block.text), LINE_WEIGHT_MOST) for block in blocks]
    mean = sum(w * label.confidence for w, label in zip(weights, labels, strict=True)) / sum(weights)
    return round(mean if any(label.kind == "title" for label in labels) else mean * NO_HEADLINE_FACTOR, 3)


def _images(blocks: list[Block], labels: list[Label]) -> tuple[Image, ...]:
    images = []
    for block, label in zip(blocks, labels, strict=True):
        if label.kind in {"caption", "photo_credit"}:
            credit = read_credit(block.text)
            caption = credit.caption if credit else block.text
            images.append(Image(caption=caption, credit=credit.credit if credit else None))
    return tuple(images)


def _byline(dating: list[tuple[str, Kind]], language: str | None, kept: list[str]) -> tuple[str, ...]:
    """Return the authors of the first line that credits some; `kept` is the article's text."""
    for line, kind in dating:
        authors = authors_alone(line)
        if not authors and (kind == "byline" or credits_person(line)):
            authors = person_names([line], frozenset(), stated=False)
        if authors and credits_writer(line, authors, language, kept):
            return authors
    return ()


def _dated(lines: list[str], reader: DateReader, url: str | None, place: ClockPlace) -> tuple[Stamp, str] | None:
    """Return the instant that a line names, with the line; the address's own day counts unless the line agrees."""
    addressed = day_of_address(url or "")
    for line in lines:
        found = _stamp(of_publication(line) or line, reader)
        if found and fits_address(found.when, addressed):
            return _placed(found, place), line
    day = f"{addressed:%Y-%m-%d}" if addressed else ""
    return (found, day) if (found := reader.stamp(day)) else None


def _changed(lines: list[str], reader: DateReader, place: ClockPlace) -> tuple[Stamp, str] | None:
    """Return the instant of the last change that a line names, with the line."""
    for line in lines:
        if found := _stamp(of_change(line), reader):
            return _placed(found, place), line
    return None


def _stamp(line: str, reader: DateReader) -> Stamp | None:
    found = reader.stamp(line) if line else None
    return found if found and is_plausible(found.when) else None


def _placed(found: Stamp, place: ClockPlace) -> Stamp:
    """Return an instant whose clock names no zone in that of its place."""
    ahead = offset_of(found.when, (), place) if found.timed and not found.zoned else None
    return found if ahead is None else found._replace(when=found.when - ahead, zoned=True)
