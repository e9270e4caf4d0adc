"""Extract the signals of a block: the phrases of boilerplate in it, its voice, its shape."""

import re
from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from copydesk.cleaning.boilerplate.line_shape import names_price
from copydesk.cleaning.lexicon import PhraseHit, lexicon, our_endings, you_pattern
from copydesk.cleaning.lexicon.line_words import any_of, line_words
from copydesk.cleaning.lexicon.tokens import is_spaceless, words_of
from copydesk.cleaning.lines.datelines import reads_as_dateline
from copydesk.cleaning.lines.person_names import dates_credit
from copydesk.cleaning.lines.photo_credits import Credit, read_credit
from copydesk.cleaning.normalise import SENTENCE_ENDS
from copydesk.cleaning.records import Block
from copydesk.cleaning.thresholds.boilerplate import (
    COPYRIGHT_WITHIN,
    CREDIT_DATED,
    LABELLED_WORDS,
    LEAST_OURS,
    LEAST_OUTSIDE,
    LEAST_SPEECH,
    LINE_HEAD_READ,
    LINE_TAIL_READ,
    LINK_BLOCK_SHARE,
    LONGEST_AMOUNT,
    LONGEST_GLUED,
    LONGEST_LABEL,
    LONGEST_LINK,
    SPEECH_SHARE,
)
from copydesk.cleaning.thresholds.line_features import LINE_BEGINNING

_QUOTES = re.compile(
    r"“[^“”]{12,1500}”|\"[^\"]{12,1500}\"|«[^«»]{12,1500}»|„[^„“”]{12,1500}[“”]|「[^「」]{8,800}」|『[^『』]{8,800}』|“[^“”„]{12,1500}“"
)
_SPACELESS = re.compile(r"[\u0e00-\u0e7f\u3040-\u9fff]")
_QUOTING = ('"', "“", "«", "„", "「", "『")
_OPENERS = ("“", '"', "«", "„", "「", "『", "»")
_DIGIT, _DIGITS = re.compile(r"\d"), re.compile(r"\d{4} ?\d{4}")
_GLUED = re.compile(r"[A-ZÀ-Þ](?<=[^\W\d_A-Z].)")
# An international bank account number, as it is printed.
_ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?: ?\d{4}){3,7}(?: ?\d{1,3})?\b")
_ENDS = (*SENTENCE_ENDS, ";")
_AMOUNT = re.compile(
    rf"^\W*(?:[A-Z]{{2,3}}\s?)?{any_of('currency.sign', 'currency.sign_before')}?\s?\d{{1,6}}(?:[.,]\d{{1,3}})?"
    rf"\s?{any_of('currency.sign', 'currency.sign_after', 'currency.name')}?(?:\s?/\s?\w+)?\W*$",
    re.IGNORECASE,
)

_LABELS = frozenset(tuple(words_of(label)) for label in line_words("related.label"))
_CAPTIONS = frozenset(tuple(words_of(label)) for label in line_words("photo.caption_label"))
_SPACELESS_CAPTION = re.compile(
    rf"(?!{any_of('photo.no_caption')}){any_of('photo.spaceless_caption')}(?![^。]{{0,200}}[?？])"
)
_OPENING = re.compile(rf"{any_of('related.opening')}(?!\w)", re.IGNORECASE)
_LABEL_ENDS = re.compile("[:：,]")


class Signals(Struct, frozen=True, gc=False):
    """Hold what one block says: `size` counts words, two characters of Chinese or Japanese being one.

    `found` maps a topic and a strength to the phrases found, quotations left aside; `voice` counts who speaks;
    `credit` and `dateline` read the line as one; `amount` is a line that is a number, `price` one that names money
    too; `words` are its words, folded.
    """

    size: int = 0
    ends: bool = False
    quoted: float = 0.0
    speech: bool = False
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    voice: dict[str, int] = {}
    amount: bool = False
    price: bool = False
    copyright: bool = False
    credit: Credit | None = None
    dateline: float = 0.0
    question: bool = False
    exclaims: bool = False
    account: bool = False
    words: tuple[str, ...] = ()


NO_SIGNALS = Signals()


def read_signals(block: Block, language: str | None) -> Signals:
    """Read one block; `language` chooses the word lists, None reads with all of them.

    A short block that is a link, as most of a page's navigation is, is read for its words alone.
    """
    text = block.text
    if block.link_share >= LINK_BLOCK_SHARE and len(text) <= LONGEST_LINK:
        return _of_link(text, language)
    return _signals(head_and_tail(text), language)


def head_and_tail(text: str) -> str:
    """Return what is read of a line: all, or of very long ones the two ends."""
    if len(text) <= LINE_HEAD_READ + LINE_TAIL_READ:
        return text
    return text[:LINE_HEAD_READ] + " " + text[-LINE_TAIL_READ:]


def item_signals(text: str) -> Signals:
    """Read an item of a menu: its size alone."""
    words = text.count(" ") + 1 if text.isascii() else _size(text, words_of(text))
    return Signals(size=words, ends=_ends(text))


@lru_cache(4096)
def _of_link(text: str, language: str | None) -> Signals:
    words = words_of(text)
    return Signals(
        size=_size(text, words),
        ends=_ends(text),
        found=_by_topic(lexicon(language).find(words)) | _label_of(text),
        copyright="©" in text,
        question=text.endswith(("?", "？", "؟")),
        exclaims=text.endswith(("!", "！")),
        words=tuple(words),
    )


@lru_cache(4096)
def _signals(text: str, language: str | None) -> Signals:
    stripped = text.strip()
    outside = _QUOTES.sub(" ", text) if _may_quote(text) else text
    quoted = 1 - len(outside) / len(text) if text else 0.0
    speech = (
        stripped.startswith(_OPENERS)
        and (quoted > SPEECH_SHARE or stripped.count(stripped[0]) == 1)
        and len(stripped) > LEAST_SPEECH
    )
    words = words_of(outside if len(outside.strip()) > LEAST_OUTSIDE else text)
    hits = lexicon(language).find(words)
    if len(text) < LONGEST_GLUED and (parts := _split_glued_words(outside)) is not None:
        hits = hits + [hit for hit in lexicon(language).find(parts) if hit not in hits]
    whole = words if outside is text else words_of(text)
    head = text[:LINE_BEGINNING]
    digits = _DIGIT.search(head) is not None
    amount = digits and len(stripped) < LONGEST_AMOUNT and _AMOUNT.match(stripped) is not None
    return Signals(
        size=_size(text, whole),
        ends=_ends(stripped),
        quoted=quoted,
        speech=speech,
        found=(_by_topic(hits) if hits else {}) | _label_of(stripped),
        voice=_voices(hits, words, outside, language),
        amount=amount,
        price=amount and names_price(text),
        copyright="©" in text or "ⓒ" in text or "(c) " in text[:COPYRIGHT_WITHIN].lower(),
        credit=read_credit(stripped),
        dateline=_dateline(stripped, language) if digits else 0.0,
        exclaims=stripped.endswith(("!", "！")),
        account=digits and _DIGITS.search(head) is not None and _ACCOUNT.search(head) is not None,
        question=stripped.endswith(("?", "？", "؟")),
        words=tuple(whole),
    )


def _dateline(text: str, language: str | None) -> float:
    """Return how surely a line with a number is about when an article was published, and perhaps by whom."""
    sure = reads_as_dateline(text, language)
    return CREDIT_DATED if sure < CREDIT_DATED and dates_credit(text, language) else sure


def _may_quote(text: str) -> bool:
    return '"' in text if text.isascii() else any(map(text.__contains__, _QUOTING))


def _size(text: str, words: Sequence[str]) -> int:
    """Count words; two characters of a script without spaces are one."""
    if text.isascii() or not _SPACELESS.search(text):
        return len(words)
    spaceless = sum(map(is_spaceless, words))
    return len(words) - spaceless + (spaceless + 1) // 2


def _ends(text: str) -> bool:
    return text.rstrip("\"'”“’»«」』)】 ").endswith(_ENDS) or text.endswith(("」", "』"))


def _split_glued_words(text: str) -> list[str] | None:
    """Split a line whose buttons were glued together (`FacebookTwitterLink kopieren`) into words; None for others."""
    return words_of(_GLUED.sub(r" \g<0>", text)) if _GLUED.search(text) else None


def _by_topic(hits: list[PhraseHit]) -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], dict[str, None]] = {}
    for hit in hits:
        if hit.strength != "voice":
            found.setdefault((hit.topic, hit.strength), {})[hit.phrase] = None
    return {key: tuple(phrases) for key, phrases in found.items()}


def _label_of(text: str) -> dict[tuple[str, str], tuple[str, ...]]:
    """Find the label that another article's headline or a caption has before it: `Read also: Council weighs a toll`.

    Before a sentence, and without a colon where a line opens as only links do, its strength is `away`.
    """
    if found := _SPACELESS_CAPTION.match(text):
        return {("caption", "label"): (found[0],)}
    end = _LABEL_ENDS.search(text[:LINE_BEGINNING])
    if end is None or end.start() > LONGEST_LABEL:
        opening = _OPENING.match(text)
        return {("related_links", "away"): (opening[0],)} if opening else {}
    label, headline = text[: end.start()], text[end.end() : LINE_BEGINNING]
    words = tuple(words_of(label))
    if words in _CAPTIONS and not (end[0] == "," and _ends(text)):
        return {("caption", "label"): (label.strip(),)}
    if words not in _LABELS or end[0] == "," or _size(headline, words_of(headline)) < LABELLED_WORDS:
        return {}
    return {("related_links", "away" if headline.endswith((".", "。")) else "label"): (label.strip(),)}


def _voices(hits: list[PhraseHit], words: list[str], text: str, language: str | None) -> dict[str, int]:
    counts: dict[str, int] = {}
    endings, unlike = our_endings(language)
    if endings and (ours := sum(len(w) > LEAST_OURS and w.endswith(endings) and w not in unlike for w in words)):
        counts["we"] = ours
    if pattern := you_pattern(language):
        counts["you"] = len(pattern.findall(text))
    for hit in hits:
        if hit.strength == "voice":
            counts[hit.topic] = counts.get(hit.topic, 0) + 1
    return counts
