"""Hold what is compared of two revisions, and what is found."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

import msgspec
from msgspec import Struct

from copydesk.events import ChangeClass

MarkedAs = Literal["same", "removed", "added"]


class Version(NamedTuple):
    """Hold what people read of one revision: its kept text. `cut` has what the cleaning cut of it, each with why."""

    title: str
    paragraphs: tuple[str, ...]
    language: str | None = None
    cut: Mapping[str, str] = MappingProxyType({})


class MarkedRun(Struct, frozen=True, gc=False):
    """Hold a run of a changed sentence, and whether both revisions have it or which one."""

    kind: MarkedAs
    text: str


class TextChange(Struct, frozen=True, kw_only=True):
    """Hold one change: its class, the sentences before and after, None where there are none, and their paragraphs.

    Paragraphs count from 0; the headline is in none. `words` runs through both sentences where they are versions of
    each other, so that what is the same can be told from what is not; it is empty elsewhere. `ours` says why the
    cleaning keeps or cuts what it did not before, by a correction mostly: the source has it as it was. None for what
    the source changed.
    """

    class_: ChangeClass = msgspec.field(name="class")
    old: str | None
    new: str | None
    old_paragraph: int | None = None
    new_paragraph: int | None = None
    words: tuple[MarkedRun, ...] = ()
    ours: str | None = None
