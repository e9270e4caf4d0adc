"""Define what cleaning works on: blocks in document order, a label for each, and the result."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from copydesk.events import Image, Kind, PageType, Precision, Removed


class Block(Struct, frozen=True, gc=False):
    """Represent one visible piece of the input: its text with white space folded, and where it stood.

    `tag` is the nearest block-level element (`p`, `h1`, `li`, `tr`, `figcaption`, …) or `line` for scraped text;
    `link_share` the part of its characters inside links, 0 to 1; `names` what markup calls the element and those
    around it (class, id, …), inmost first; `hidden` says that markup hides it; `gap` the number of blank lines before
    a `line`.
    """

    text: str
    tag: str = "line"
    link_share: float = 0.0
    names: tuple[str, ...] = ()
    hidden: bool = False
    gap: int = 0


class Label(Struct, frozen=True, gc=False):
    """Label a block: `kind` None for body text, else what it is cut as; why, on what evidence, how sure (0 to 1)."""

    kind: Kind | None
    why: str
    confidence: float
    evidence: str = ""


class Cleaned(Struct, frozen=True, kw_only=True):
    """Hold what the cleaning of one document found.

    Blocks neither in `removed` nor the title are the paragraphs, in order. `title_position` is the block that became
    the title, None when the title came from elsewhere: then every block is either a paragraph or removed.
    """

    title: str
    paragraphs: tuple[str, ...]
    removed: tuple[Removed, ...]
    confidence: float
    second_opinion: bool = False
    title_position: int | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    published_precision: Precision | None = None
    modified_at: datetime | None = None
    canonical_url: str | None = None
    language: str | None = None
    images: tuple[Image, ...] = ()
    section: str | None = None
    tags: tuple[str, ...] = ()
    paywalled: bool | None = None
    page_type: PageType | None = None
    page_type_confidence: float | None = None
    provenance: Mapping[str, str] = {}
    originals: Mapping[str, str] = {}
