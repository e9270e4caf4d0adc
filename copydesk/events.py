"""Hold the events: small frozen records, one per topic, as JSON on the wire.

The message key is the source; `message_headers` says what goes beside a message. Instants are timezone-aware, in UTC.
Unknown fields are ignored on the way in, so that a newer minor writer can be read; a newer `schema_version` is refused
by the worker.

Records that hold no others and come by the hundred say `gc=False`: the garbage collector need not look at them.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeVar, get_args

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from copydesk.identity import other_ids

SCHEMA_VERSION = 1

ContentType = Literal["text/html", "text/plain"]
DeadClass = Literal["refused", "failed"]
Kind = Literal[
    "title", "caption", "photo_credit", "byline", "dateline", "donation_appeal", "subscription_offer",
    "newsletter_signup", "payment_widget", "related_links", "social_follow", "comments_prompt",
    "cookie_privacy_notice", "copyright_notice", "author_bio", "advertisement", "navigation", "other",
]  # fmt: skip
PageType = Literal["article", "listing", "collection", "forum", "product", "service", "documentation"]
ALL_PAGE_TYPES: tuple[PageType, ...] = get_args(PageType)
LIST_TYPES: tuple[PageType, ...] = ("listing", "collection")
"""The types that have no text of their own: they are refused unless a user wants them."""
Confidence = Annotated[float, Meta(ge=0.0, le=1.0)]


Precision = Literal["day"]
HintPrecision = Literal["day", "clock"]


class Hints(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Hold what whoever found the article said of it.

    `given` says that a person states it as a fact, such as a row: then it wins over what is read from the document.
    `published_precision` and `modified_precision` are `day` where the instant names a day alone, and `clock` where its
    clock names no time zone and stands as if it were UTC. `extra` is what else a row holds, its own `id` included,
    `notes` what is to be said of how a field was read, `feed` the name of the feed that brought it.
    """

    title: str | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    published_precision: HintPrecision | None = None
    modified_at: datetime | None = None
    modified_precision: HintPrecision | None = None
    language: str | None = None
    section: str | None = None
    canonical_url: str | None = None
    guid: str | None = None
    summary: str | None = None
    tags: tuple[str, ...] = ()
    extra: dict[str, Any] = {}
    notes: dict[str, str] = {}
    given: bool = False
    feed: str | None = None


class PageVisit(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Hold what a page was when it was asked last: its article, the hash of what it held, and its validators.

    `spread` says whether the article's key has a bucket (`copydesk/partition_keys.py`).
    """

    at: datetime
    id: str
    hash: str
    etag: str = ""
    last_modified: str = ""
    spread: bool = False


class Link(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Name a page to fetch. `found_at` is the feed, file or page that named it; `not_before` holds a polite wait.

    `redirects` counts the moves to another source behind it: each such move is a link of its own, under its own key.
    `known_as` is the id of the article the page is a new version of, where its address changed and the finder knows.
    `visited` is set where the page was fetched before, and is asked again while it is young.
    """

    url: str
    source: str
    found_at: str
    found_at_time: datetime
    hints: Hints = Hints()
    attempts: int = 0
    not_before: datetime | None = None
    redirects: int = 0
    known_as: str | None = None
    visited: PageVisit | None = None


ADDRESS_FACT = "address"
"""The fact of `RawArticle.fetch` that says where the address of a saved page was found, where nobody gave it."""


class RawArticle(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Hold an article as it came in. `content` is decoded text; `fetch` holds encoding, file and line, status.

    With `keep` a person overruled a refusal: it is cleaned and goes on though it looks like no article. `edition` is
    that of the clean article to come, above 0 where an earlier edition of it was withdrawn.
    """

    id: str
    revision: int
    source: str
    url: str | None = None
    content: str
    content_type: ContentType
    fetched_at: datetime
    hints: Hints = Hints()
    fetch: dict[str, str] = {}
    keep: bool = False
    edition: Annotated[int, Meta(ge=0)] = 0


class Removed(Struct, frozen=True, kw_only=True, gc=False):
    """Hold one piece cut from the text. `position` counts the input's blocks from 0; `why` is a sentence for people."""

    text: str
    kind: Kind
    why: str
    position: int
    confidence: Confidence
    evidence: str = ""


class Refused(Struct, frozen=True):
    """Say why something is not taken; of an article also what was cut of it, and the little that was left.

    `reason` is a sentence without its full stop, whose subject is what was refused: "The document is empty", "The row's
    `text` must be a text, not a list". Whoever knows more, such as a file and a line, puts it before a colon.

    `page_type` is what a page is instead, where that is known. Not an event, but what a function returns instead of
    one. It is false, so that `if article:` reads as it should.
    """

    reason: str
    removed: tuple[Removed, ...] = ()
    left: tuple[str, ...] = ()
    page_type: PageType | None = None

    def __bool__(self) -> Literal[False]:
        return False


class Image(Struct, frozen=True, kw_only=True, gc=False):
    """Describe a picture of the article."""

    url: str | None = None
    caption: str | None = None
    credit: str | None = None


ChangeClass = Literal[
    "headline", "correction", "number", "name", "reworded", "added", "removed", "moved", "trivial",
]  # fmt: skip
ALL_CHANGE_CLASSES: tuple[ChangeClass, ...] = get_args(ChangeClass)


class Changes(Struct, frozen=True, kw_only=True):
    """Tell how often an article changed after it was first seen, and in which ways; trivial changes do not count."""

    count: int
    classes: tuple[ChangeClass, ...]


class CleanArticle(Struct, frozen=True, kw_only=True):
    """Hold an article as it goes out, with everything that was cut and where each field came from.

    `seen_at` is the published instant where known, else the fetched one: time filters use it. `provenance` maps a
    field to its origin (`given`, `json-ld`, `open-graph`, `feed`, `markup`, `script`, `text`, `file`, `hint`);
    `originals` keeps a field's text as found, where it was converted, and what was read of the document where somebody
    who knows better said otherwise; `notes` says how a given fact was read. `extra` is what else a row held, its own
    `id` included. `published_precision` is `day` where no more of `published_at` is
    sure: the page names no clock, or one without its time zone, which is then given as if it were UTC. `content_hash`
    is over title and paragraphs. `page_type` is what kind of page it was, None for a text, and its confidence how
    likely that is. `feed` is the name of the feed that brought it, None where none did.
    `requested_url` is the address that was asked for, where the host led on from it to `url`. `indexed_at`,
    `changed_at` (when the revision was fetched that changed it last) and `changes` are the index's own: set on what
    comes out of it, ignored on what goes in.

    `edition` counts how often the same revision was cleaned anew to another answer (`reclean --apply`): the higher
    (revision, edition) holds. `withdrawn` says why such an edition is no article any more: it leaves the index.
    """

    id: str
    revision: int
    edition: Annotated[int, Meta(ge=0)] = 0
    source: str
    url: str | None
    canonical_url: str | None
    title: str
    paragraphs: tuple[str, ...]
    authors: tuple[str, ...]
    published_at: datetime | None
    published_precision: Precision | None = None
    modified_at: datetime | None
    fetched_at: datetime
    seen_at: datetime
    language: str | None
    images: tuple[Image, ...]
    section: str | None
    tags: tuple[str, ...]
    removed: tuple[Removed, ...]
    removed_kinds: tuple[str, ...]
    provenance: dict[str, str]
    originals: dict[str, str]
    content_hash: str
    confidence: Confidence
    paywalled: bool | None
    cleaner_version: str
    furniture_version: str | None
    page_type: PageType | None = None
    page_type_confidence: Confidence | None = None
    notes: dict[str, str] = {}
    extra: dict[str, Any] = {}
    feed: str | None = None
    withdrawn: str | None = None
    requested_url: str | None = None
    indexed_at: datetime | None = None
    changed_at: datetime | None = None
    changes: Changes | None = None

    @property
    def version(self) -> tuple[int, int]:
        """Return what is compared of two events of one id: the higher one holds."""
        return self.revision, self.edition

    @property
    def given_id(self) -> str | None:
        """Return the id that the article's row gave it, None without one."""
        return id_in(self.extra)

    @property
    def other_ids(self) -> tuple[str, ...]:
        """Return the ids of its other addresses: the one asked for, and the page's own where another counts."""
        return other_ids(self.id, self.url, self.canonical_url, self.requested_url)

    @property
    def text(self) -> str:
        """Return the paragraphs, joined by a blank line."""
        return "\n\n".join(self.paragraphs)

    @property
    def published(self) -> datetime | date | None:
        """Return the instant of publication, or the day where no more of it is sure."""
        return self.published_at.date() if self.published_at and self.published_precision else self.published_at

    def __bool__(self) -> Literal[True]:
        """Tell it from Refused, for a type checker too: each branch of `if article:` knows what it has."""
        return True


class DeadLetter(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Keep an event that could not go on: whole, or as hash and place when too large or never an event.

    `place` says where it came from (`articles.raw[3]@42`, or `file:line`). `event` is the original message as JSON
    when it is JSON, `event_text` when it is not. `topic` is where a replay publishes it again. `discarded` says why a
    person put it aside; a letter is written once more for that, as its own repeat. `key` is the message's, where that
    is not the source. `extra` is what else the article's
    row held, its own `id` included.
    """

    stage: str
    class_: DeadClass = msgspec.field(name="class")
    reason: str
    attempts: int
    failed_at: datetime
    place: str
    source: str = "local"
    id: str | None = None
    revision: int | None = None
    title: str | None = None
    topic: str | None = None
    headers: dict[str, str] = {}
    event: msgspec.Raw | UnsetType = UNSET
    event_text: str | None = None
    sha256: str | None = None
    size: int | None = None
    discarded: str | None = None
    key: str | None = None
    extra: dict[str, Any] = {}

    @property
    def given_id(self) -> str | None:
        """Return the id that the article's row gave it, None without one."""
        return id_in(self.extra)


AlarmKind = Literal[
    "silent", "fewer", "flood", "words_lost", "cuts_doubled", "titles_gone", "authors_gone", "dates_gone",
    "language_changed", "refusals_risen",
]  # fmt: skip


class AlarmArticle(Struct, frozen=True, kw_only=True):
    """Name an article to look at."""

    id: str
    revision: int
    title: str


class Alarm(Struct, frozen=True, kw_only=True):
    """Say that a source changed, or that it is as usual again: then `ended_at` is set, and `ended_because`.

    `id` is the alarm's own, the same when it ends; what is published twice has the same one too. `what` is a sentence
    for people. `was` and `now` are the figure that changed: articles a day, words in the median article, or a share.
    `articles` are two to compare, a usual one first, as far as there are any. Instants are those of the stream.
    """

    id: str
    source: str
    kind: AlarmKind
    what: str
    since: datetime
    found_at: datetime
    ended_at: datetime | None = None
    ended_because: Literal["as before", "usual now"] | None = None
    was: float
    now: float
    articles: tuple[AlarmArticle, ...] = ()


Decision = Literal["keep", "cut"]


class Correction(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Hold what a person decided on a text of a source: to keep it in its articles, or to cut it from them.

    `hash` names the text as a source's recurring text is named: whatever its case, its spaces and, where it is short,
    its numbers. `text` is one spelling of it, `article` the id of the article in which it was seen.
    """

    source: str
    hash: str
    decision: Decision
    text: str
    decided_at: datetime
    article: str | None = None


Event = Link | RawArticle | CleanArticle | DeadLetter | Alarm | Correction
E = TypeVar("E", bound=Struct)
BY_TYPE: dict[str, type[Event]] = {cls.__name__: cls for cls in get_args(Event)}

_encoder = msgspec.json.Encoder()
_decoders: dict[type[Struct], msgspec.json.Decoder[Any]] = {cls: msgspec.json.Decoder(cls) for cls in get_args(Event)}


def id_in(extra: Mapping[str, Any]) -> str | None:
    """Return the id that a row gave its article, among what else it held."""
    found = extra.get("id")
    return None if found is None else str(found)


def encode(event: Event) -> bytes:
    """Return the event as one JSON document in UTF-8, without line ends."""
    return _encoder.encode(event)


def decode(kind: type[E], value: bytes) -> E:
    """Read and validate an event; raises msgspec.ValidationError or msgspec.DecodeError, which name the field."""
    decoder: msgspec.json.Decoder[E] = _decoders[kind]
    return decoder.decode(value)
