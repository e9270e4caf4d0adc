"""Clean documents from Python: one, a stream of them, or as a report; with site rules and recurring text if wanted."""

import multiprocessing
from collections.abc import Generator, Iterable, Mapping
from datetime import datetime
from functools import partial
from os import PathLike
from pathlib import Path

import msgspec

from copydesk.cleaning.article import clean_article as clean_raw
from copydesk.cleaning.article import clean_blocks
from copydesk.cleaning.corrections import UNCORRECTED, Corrections
from copydesk.cleaning.records import Cleaned
from copydesk.cleaning.recurring import without_recurring
from copydesk.cleaning.recurring_counts import text_hash
from copydesk.cleaning.report import html_report
from copydesk.cleaning.site_rules import Rules
from copydesk.documents import raw_article, raw_of_row
from copydesk.errors import InputError
from copydesk.events import (
    ALL_PAGE_TYPES,
    LIST_TYPES,
    CleanArticle,
    ContentType,
    Hints,
    PageType,
    RawArticle,
    Refused,
    decode,
    encode,
)
from copydesk.runtime.in_order import answers_in_order
from copydesk.runtime.outcome import Outcome
from copydesk.sites.files import read_rules

LIBRARY_PRELOAD = ("copydesk.loaded_models",)
"""What processes that clean share, already imported."""
_REFUSED = b"R"
_refusals = msgspec.json.Decoder(Refused)


class Cleaner:
    """Clean documents by the rules of sites and without a source's recurring text.

    `sites` is a folder of site rules, one TOML file a site (`copydesk sites check` tries them); its rules win over
    those that are shipped. `furniture` is what recurs across the articles of a source and is to be cut: the texts
    themselves, or a mapping of their hashes to reasons, as `copydesk.cleaning.recurring.recurring_texts` returns it.

    `refuse` names the types of pages that are not taken: `listing` and `collection` unless said otherwise; a page is
    called one of these only where an article is unlikely. `forum`, `product`, `service`, `documentation` may be named.

    Raises InputError for a folder or file of rules that cannot be read, for furniture that is no texts, and for types
    that are none. A Cleaner never changes, and may be used from several threads.
    """

    def __init__(
        self,
        sites: str | PathLike[str] | None = None,
        furniture: Mapping[str, str] | Iterable[str] = (),
        refuse: Iterable[PageType] = LIST_TYPES,
    ) -> None:
        if sites is not None and not isinstance(sites, str | PathLike):
            raise InputError(f"sites must be the path of a folder, not {type(sites).__name__}")
        try:
            self._rules: Rules = read_rules(None if sites is None else Path(sites))
        except (OSError, ValueError, TypeError) as error:
            raise InputError(f"the site rules in {sites!r} cannot be read: {error}") from error
        self._furniture = _hashed(furniture)
        self._refuse = _types(refuse)

    def clean(
        self,
        html: str | bytes,
        url: str | None = None,
        *,
        source: str | None = None,
        hints: Hints | None = None,
        fetched_at: datetime | None = None,
        encoding: str | None = None,
    ) -> CleanArticle | Refused:
        """Clean a page: return its article with everything that was cut, or Refused with the reason, which is false.

        `html` is the page, decoded or as bytes; `encoding` is the charset that an HTTP header named for these. `url`,
        the page's address, makes relative addresses whole and helps to find date, title and site rules. `source` names
        the publisher where there is no URL. `hints` are what is known from elsewhere (title, authors, dates, language):
        they count where the page says nothing, or before it with `given=True`. `fetched_at` is now unless given, and
        UTC unless it has a time zone.

        No content raises: what is empty, no text, over 64 MiB, or no article is Refused. A wrong call (another type, a
        URL that is none) raises InputError.
        """
        return self._cleaned(
            raw_article(html, url, source=source, hints=hints, fetched_at=fetched_at, encoding=encoding)
        )

    def clean_text(
        self,
        text: str | bytes,
        url: str | None = None,
        *,
        source: str | None = None,
        hints: Hints | None = None,
        fetched_at: datetime | None = None,
        encoding: str | None = None,
    ) -> CleanArticle | Refused:
        """Clean text that was copied or scraped from a page: a block a line. Arguments, result and errors as `clean`.

        What little is left of a text that is no article, and what was cut, stands in `Refused.left` and `removed`.
        """
        return self._cleaned(
            raw_article(
                text,
                url,
                content_type="text/plain",
                source=source,
                hints=hints,
                fetched_at=fetched_at,
                encoding=encoding,
            )
        )

    def clean_many(self, rows: Iterable[object], *, workers: int = 1) -> Generator[CleanArticle | Refused, None, None]:
        """Clean rows, yielding an answer for each, in their order; with several workers, several at a time.

        A row is a dict with `html` or `text`, and where known `url`, `id`, `site`, `title`, `authors`, `published_at`,
        `modified_at`, `language`, `section`, `tags`, `canonical_url`, `fetched_at`, as in the command line's JSON
        Lines: facts, which win over what is read; other keys come out as `extra`. It may be a line of such a file, as
        str or bytes; a page, as str or bytes; or a RawArticle. A row that cannot be read or cleaned gives Refused with
        the reason; the others go on.

        With one worker, rows are cleaned in this process, as they are asked for. With more, that many processes clean
        them, each document with a deadline of 10 s and 1 GiB of memory; at most 64 rows a process and 64 MiB are
        held. Rows are read in the caller's thread either way; with more than one worker the next ones are read before
        an answer is given, so rows that are made of the answers before them need one worker. Closing the generator, or
        leaving it to be collected, ends the processes. An exception of `rows` itself is raised behind the answers to
        the rows before it.

        Raises InputError, at once, for a wrong call: rows that are one document, workers below 1, or more than one
        in a daemonic process (one of a `multiprocessing.Pool`), which may have no children.
        """
        if isinstance(rows, str | bytes | Mapping | RawArticle) or not isinstance(rows, Iterable):
            raise InputError(f"rows must be an iterable of rows, not {type(rows).__name__}")
        if not isinstance(workers, int) or isinstance(workers, bool) or workers < 1:
            raise InputError(f"workers must be a whole number from 1, not {workers!r}")
        if workers > 1 and multiprocessing.current_process().daemon:
            raise InputError("a daemonic process may start no others: use workers=1")
        return self._in_turn(rows) if workers == 1 else self._in_processes(rows, workers)

    def explain(self, document: str | bytes, url: str | None = None, *, content_type: ContentType = "text/html") -> str:
        """Return a report as one HTML page without scripts: the document's blocks in order, kept and cut, and why.

        `content_type` is `text/plain` for scraped text. A document that is no article has a report that says so.
        Errors as in `clean`.
        """
        raw = raw_article(document, url, content_type=content_type)
        found = clean_blocks(raw, self._rules, self._refuse) if isinstance(raw, RawArticle) else raw
        if isinstance(found, Refused):
            title = f"Not an article: {found.reason}"
            found = Cleaned(title=title, paragraphs=found.left, removed=found.removed, confidence=0.0)
        return html_report(without_recurring(found, self._furniture), url or "document")

    def _cleaned(self, raw: RawArticle | Refused) -> CleanArticle | Refused:
        return raw if isinstance(raw, Refused) else clean_raw(raw, self._furniture, self._rules, self._refuse)

    def _in_turn(self, rows: Iterable[object]) -> Generator[CleanArticle | Refused, None, None]:
        for row in rows:
            try:
                yield self._cleaned(raw_of_row(row))
            except Exception as error:  # noqa: BLE001 - as in a process: one row does not stop the rest
                yield Refused(f"The document cannot be cleaned: {type(error).__name__}: {error}"[:500])

    def _in_processes(self, rows: Iterable[object], workers: int) -> Generator[CleanArticle | Refused, None, None]:
        function = partial(clean_raw_event, furniture=self._furniture, rules=self._rules, refuse=self._refuse)
        answers = answers_in_order(rows, function, workers, payload=_payload, preload=LIBRARY_PRELOAD)
        try:
            for _, outcome in answers:
                yield clean_answer(outcome)
        finally:
            answers.close()


def clean_raw_event(
    value: bytes,
    furniture: Mapping[str, str],
    rules: Rules,
    refuse: frozenset[PageType],
    corrections: Corrections = UNCORRECTED,
) -> Outcome:
    """Clean one RawArticle event in a worker process; the outcome's value is a CleanArticle, or `R` and a Refused."""
    found = clean_raw(decode(RawArticle, value), furniture, rules, refuse, corrections)
    return Outcome("done", _REFUSED + msgspec.json.encode(found) if isinstance(found, Refused) else encode(found))


def _payload(row: object) -> bytes | Outcome:
    raw = raw_of_row(row)
    try:
        return Outcome("refused", reason=raw.reason) if isinstance(raw, Refused) else encode(raw)
    except (TypeError, ValueError) as error:  # one row does not stop the rest
        return Outcome("refused", reason=f"The row cannot be read: {error}"[:500])


def clean_answer(outcome: Outcome) -> CleanArticle | Refused:
    """Return what a process made of a document with `clean_raw_event`."""
    if outcome.status == "refused":
        return Refused(outcome.reason)
    if outcome.status == "failed":
        return Refused(f"The document cannot be cleaned: {outcome.reason}")
    if outcome.value.startswith(_REFUSED):
        return _refusals.decode(outcome.value[len(_REFUSED) :])
    return decode(CleanArticle, outcome.value)


def _types(refuse: Iterable[PageType]) -> frozenset[PageType]:
    """Return the types of pages to refuse."""
    if isinstance(refuse, str) or not isinstance(refuse, Iterable):
        raise InputError(f"refuse must be types of pages, not {type(refuse).__name__}")
    types = frozenset(refuse)
    if unknown := types.difference(ALL_PAGE_TYPES):
        raise InputError(f"refuse must name types of pages ({', '.join(ALL_PAGE_TYPES)}), not {sorted(unknown)}")
    return types


def _hashed(furniture: Mapping[str, str] | Iterable[str]) -> dict[str, str]:
    """Return recurring text as cleaning wants it: text hashes with reasons."""
    if isinstance(furniture, str | bytes) or not isinstance(furniture, Iterable):
        raise InputError(f"furniture must be texts, or text hashes with reasons, not {type(furniture).__name__}")
    texts = list(furniture)
    reasons = list(furniture.values()) if isinstance(furniture, Mapping) else []
    for text in (*texts, *reasons):
        if not isinstance(text, str):
            raise InputError(f"furniture must be made of str, not {type(text).__name__}")
    if isinstance(furniture, Mapping):
        return dict(zip(texts, reasons, strict=True))
    return {text_hash(text): "Recurs in the articles of this source" for text in texts}


_default = Cleaner()
clean, clean_text, clean_many, explain = _default.clean, _default.clean_text, _default.clean_many, _default.explain
