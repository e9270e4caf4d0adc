"""Read the words that show what one line is, from `lines/*.toml`, and build patterns of them.

A line often stands in another language than its page, so the words of all languages are read together, and with them
the names of classes and metas that show what an element is. They are few: patterns are built of them at import.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any


def line_words(name: str) -> tuple[str, ...]:
    """Return the words of a list (`byline.noun`) in all languages, each once, sorted.

    Raises KeyError where no file has that list.
    """
    return _lists()[name]


@lru_cache
def lists_of(topic: str) -> Mapping[str, tuple[str, ...]]:
    """Return all lists of a topic (`class_word`) by their names in it, the words as `line_words` has them."""
    parted = ((name.partition("."), words) for name, words in _lists().items())
    return {name: words for (above, _, name), words in parted if above == topic}


def any_of(*names: str) -> str:
    """Return a group for a pattern that matches the longest of the words in some lists.

    `*` ends a stem or stands for letters within a word; alone it is any word.
    """
    return alternatives(word for name in names for word in line_words(name))


def alternatives(words: Iterable[str]) -> str:
    """Return a group that matches the longest of the words: a tree, so that words which begin alike are read once."""
    tree: dict[str, Any] = {}
    for word in words:
        node = tree
        for atom in _atoms(word):
            node = node.setdefault(atom, {})
        node[""] = {}
    return f"(?:{_branches(tree)})"


def shortest(words: Iterable[str]) -> tuple[str, ...]:
    """Return the words that contain no other of them: where one of all stands, one of these does."""
    known = sorted(set(words))
    return tuple(word for word in known if not any(other in word and other != word for other in known))


def _branches(node: dict[str, Any]) -> str:
    return "|".join(atom + _rest(below) for atom, below in sorted(node.items()) if atom)


def _rest(node: dict[str, Any]) -> str:
    if not (found := _branches(node)):
        return ""
    if "" in node:
        return f"(?:{found})?"
    return f"(?:{found})" if len(node) > 1 else found


def _atoms(word: str) -> Iterator[str]:
    for number, part in enumerate(word.split(" ")):
        if number:
            yield " "
        if part == "*":
            yield r"\w+"
        else:
            yield from (r"\w*" if letter == "*" else re.escape(letter) for letter in part)


@lru_cache
def _lists() -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    folder = files("copydesk.cleaning.lexicon") / "lines"
    for path in folder.iterdir():
        for topic, lists in tomllib.loads(path.read_text("utf-8")).items():
            for name, words in lists.items():
                found.setdefault(f"{topic}.{name}", set()).update(words)
    return {name: tuple(sorted(words)) for name, words in found.items()}
