"""Read the article's body out of a page's data: JSON-LD, and the JSON that scripts hold for the browser to render."""

import json
import re
from collections.abc import Iterator, Sequence
from html import unescape
from itertools import pairwise
from typing import Any

from copydesk.cleaning.normalise import SENTENCE_ENDS, bare, fold_spaces, plain
from copydesk.cleaning.page import elements
from copydesk.cleaning.page.jsonld import Node, types
from copydesk.cleaning.page.tree_walk import read_page
from copydesk.cleaning.thresholds.page import (
    CASE_GROWS,
    DATA_LEAST_CHARACTERS,
    DATA_MOST_CHARACTERS,
    DATA_MOST_DEPTH,
    DATA_MOST_NODES,
    DATA_MOST_VALUES,
    DATA_PROSE,
)

_SCRIPT = re.compile(r"<script\b[^>]*+>", re.I)
_VALUE = re.compile(r"(?:[=(,]|\A)\s*+(?=[\[{])|\bparse\(\s*+(?=\")")
_ENTRIES = "liveblogupdate"
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,400}>")
_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9]{0,20})\b")
_PARTS_TEXT = elements.BLOCK | {"br"}
# What an editing system writes where an advertisement or an embed is to stand.
_PLACEHOLDER = re.compile(r"[$%#{\[]{1,3}[A-Z0-9_ .:-]{2,80}[$%#}\]]{1,3}")
_ENDS = (*SENTENCE_ENDS, "”", "»", "」", '"', ":")
_LEADS_ELSEWHERE = ("url", "href", "src", "link", "permalink", "canonical_url", "website_url")
_DECODER = json.JSONDecoder()


def stated_paragraphs(article: Node, scripts: str, titles: Sequence[str]) -> list[str]:
    """Return the paragraphs of the longest body that the page's data hold for this article; none where it holds none.

    `article` is the page's JSON-LD node, `scripts` the page's markup, read for JSON in scripts where the node has no
    body; `titles` are what the article is called, by which its record is known among others.
    """
    found = _of_node(article)
    if found:
        return found
    names = frozenset(name for title in titles if (name := bare(plain(title))))
    if not names:
        return []
    bodies = [body for value in _values(scripts) for body in _bodies(value, names)]
    return max(bodies, key=_length, default=[])


def _length(paragraphs: Sequence[str]) -> int:
    return sum(map(len, paragraphs))


def _of_node(article: Node) -> list[str]:
    """Read `articleBody`, and of a live blog each entry's headline and body."""
    body = article.get("articleBody") or article.get("text")
    found = _paragraphs(body) if isinstance(body, str) else []
    for key, entries in article.items():
        if key.lower() == _ENTRIES and isinstance(entries, list):
            for entry in entries:
                if isinstance(entry, dict) and types(entry):
                    for name in ("headline", "articleBody"):
                        if isinstance(text := entry.get(name), str):
                            found += _paragraphs(text)
    return found


def _values(html: str) -> Iterator[Any]:
    """Yield what can be read as JSON of the page's scripts: a whole script, or what one assigns."""
    read = 0
    for opening in _SCRIPT.finditer(html):
        end = html.find("</script", opening.end())
        script = html[opening.end() : end if end >= 0 else len(html)]
        if not DATA_LEAST_CHARACTERS <= len(script) <= DATA_MOST_CHARACTERS or "ld+json" in opening[0]:
            continue
        at = 0
        while read < DATA_MOST_VALUES and (start := _VALUE.search(script, at)):
            read += 1
            try:
                value, at = _DECODER.raw_decode(script, start.end())
                value = _DECODER.decode(value) if isinstance(value, str) else value
            except (ValueError, RecursionError):
                at = start.end() + 1
                continue
            if at - start.end() >= DATA_LEAST_CHARACTERS:
                yield value


def _bodies(value: Any, names: frozenset[str]) -> Iterator[list[str]]:
    """Yield the prose of every record that is called by one of the names, of the field of it that holds most."""
    queue = [value]
    for _ in range(DATA_MOST_NODES):
        if not queue:
            return
        item = queue.pop()
        inner = list(item.values() if isinstance(item, dict) else item)
        if isinstance(item, dict) and _is_called(item, names):
            yield max((_prose(field) for field in inner), key=_length)
        queue.extend([each for each in inner if isinstance(each, (dict, list))])


def _is_called(record: dict[str, Any], names: frozenset[str]) -> bool:
    least = min(map(len, names)) // CASE_GROWS
    for value in record.values():
        texts = value.values() if isinstance(value, dict) else (value,)
        if any(
            isinstance(text, str) and least <= len(text) < DATA_LEAST_CHARACTERS and bare(plain(text)) in names
            for text in texts
        ):
            return True
    return False


def _prose(field: Any) -> list[str]:
    """Return the paragraphs below a field: the texts under the key that holds most sentences, in order."""
    texts: dict[str, list[str]] = {}
    for key, text in _texts("", field, DATA_MOST_DEPTH):
        texts.setdefault(key, []).append(text)
    kept = max(texts.values(), key=lambda found: sum(len(t) for t in found if _ends_sentence(t)), default=[])
    return [paragraph for text in kept for paragraph in _paragraphs(text)]


def _ends_sentence(text: str) -> bool:
    return (_MARKUP.sub("", text) if text.rstrip().endswith(">") else text).rstrip().endswith(_ENDS)


def _texts(key: str, value: Any, deep: int) -> Iterator[tuple[str, str]]:
    """Yield each text below a value with its key; a list of pieces of one line is one text."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, dict) and deep:
        if not any(isinstance(value.get(name), str) for name in _LEADS_ELSEWHERE):
            for name, inner in value.items():
                yield from _texts(name, inner, deep - 1)
    elif isinstance(value, list) and deep:
        found = [[*_texts(key, inner, deep - 1)] for inner in value]
        if (line := _one_line(found)) is not None:
            yield line
        else:
            for texts in found:
                yield from texts


def _one_line(found: Sequence[Sequence[tuple[str, str]]]) -> tuple[str, str] | None:
    """Join the pieces of one line, such as a bold word and what stands around it; None where they are none."""
    pieces = [max(texts, key=lambda text: len(text[1])) for texts in found if texts]
    if len(pieces) < 2 or not any(a[1][-1:] == " " or b[1][:1] == " " for a, b in pairwise(pieces)):
        return None
    return pieces[0][0], "".join(text for _, text in pieces)


def _paragraphs(text: str) -> list[str]:
    """Split a body into paragraphs: by its markup where it has any, else by its lines."""
    if "&lt;" in text:
        text = unescape(text)
    if any(tag.lower() in _PARTS_TEXT for tag in _TAG.findall(text)):
        lines = [run.text for run in read_page(text).runs if run.link_chars < DATA_PROSE * len(run.text)]
    else:
        lines = [fold_spaces(unescape(line)) for line in _MARKUP.sub("", text).splitlines()]
    return [line for line in lines if line and not _PLACEHOLDER.fullmatch(line)]
