"""Tell what an element's attributes say of it: that it is hidden, or names an author or a change."""

import re
from collections.abc import Mapping
from functools import lru_cache

from copydesk.cleaning.lexicon.line_words import any_of
from copydesk.cleaning.thresholds.page import ATTRIBUTE_READ

_NOT_SHOWN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|clip\s*:\s*rect\(\s*[01]|clip-path\s*:\s*inset\(\s*(?:50|100)%"
)
_FOR_READERS_ALOUD = re.compile(any_of("class_name.read_aloud"))
_OF_AUTHOR = re.compile(rf"(?<![a-z]){any_of('class_name.author')}")
_OF_CHANGE = re.compile(any_of("class_name.changed"))

Attributes = Mapping[str, str | None]
"""An element's attributes by name; None for those without a value."""


def hides_element(attributes: Attributes) -> bool:
    """Whether markup hides an element from those who read with their eyes."""
    if "hidden" in attributes:
        return True
    style, name = attributes.get("style"), attributes.get("class")
    return bool((style and _hides(style[:ATTRIBUTE_READ])) or (name and is_read_aloud(name[:ATTRIBUTE_READ])))


@lru_cache(4096)
def _hides(style: str) -> bool:
    return _NOT_SHOWN.search(style.lower()) is not None


@lru_cache(4096)
def is_read_aloud(name: str) -> bool:
    """Whether a class says that its element is for screen readers alone."""
    return _FOR_READERS_ALOUD.search(name.lower()) is not None


@lru_cache(4096)
def names_author(name: str) -> bool:
    """Whether a class is that of an author's name."""
    return _OF_AUTHOR.search(name.lower()) is not None


@lru_cache(4096)
def names_change(name: str) -> bool:
    """Whether class or property say that a time is that of a change."""
    return _OF_CHANGE.search(name.lower()) is not None
