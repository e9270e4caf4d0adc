"""Write articles as the documents of an index, and read them back. Pure.

A document is the event with `removed` packed, and beside it what searching and counting need. Indices of the layout
before (its fields `words` hold the folded text) are read and written until `reindex` has replaced them.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec
import orjson

from copydesk.adapters.elasticsearch_index.packed import pack_removed, unpack_removed
from copydesk.adapters.elasticsearch_index.refolded import refolded, searchable
from copydesk.adapters.index_values import to_microseconds
from copydesk.errors import CorruptStorage
from copydesk.events import CleanArticle, encode

Json = dict[str, Any]
REPEATED = ("folded", "stemmed", "captions", "credits")
"""Fields that repeat what an article holds; who reads articles leaves them out."""

_NORWEGIAN = {"nb": "no", "nn": "no"}
_NONE_REMOVED = b'"removed":[]'
_BY_ITSELF = re.compile("[\u3041-\u30fa\u3400-\u4dbf\u4e00-\u9fff]")


class DocumentLayout(NamedTuple):
    """Say how the documents of an index look: its number (1 was the first), the languages it analyses, its fields."""

    number: int = 2
    languages: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()

    @property
    def is_first(self) -> bool:
        """Whether documents hold the event as it is, and all words a second time."""
        return self.number < 2


def document(
    article: CleanArticle, latency_ms: int | None, layout: DocumentLayout, known: Mapping[str, Any] = {}
) -> bytes:
    """Return the document as JSON, with what is `known` besides; raises as `encode` and orjson do for what is none."""
    more = _first_additions(article, layout) if layout.is_first else {**_additions(article, layout), **known}
    more["seen_us"] = to_microseconds(article.seen_at)
    if latency_ms is not None:
        more["latency_ms"] = latency_ms
    if article.given_id is not None:
        more["given_id"] = article.given_id
    event = _known_fields(article, layout) if layout.is_first else _with_removed(article)
    return event[:-1] + b"," + orjson.dumps(more)[1:]


def article_in(found: Json) -> CleanArticle:
    """Return the article of a document; raises CorruptStorage when it is none."""
    try:
        source = dict(found["_source"])
        if isinstance(source.setdefault("removed", []), dict):  # left out of hits; a list in the first layout
            source["removed"] = unpack_removed(source["removed"])
        return msgspec.convert(source, CleanArticle)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise CorruptStorage(
            f"the document {found.get('_id')!r} in Elasticsearch is not an article ({error}): run `copydesk reindex`"
        ) from error


def count_words(texts: Iterable[str]) -> int:
    """Count words as a reader does: what stands between spaces, each ideograph and kana by itself."""
    return sum(len((text if text.isascii() else _BY_ITSELF.sub(" x ", text)).split()) for text in texts)


def _known_fields(article: CleanArticle, layout: DocumentLayout) -> bytes:
    """Return the event with the fields alone that the index has: it was made when there were no others."""
    return orjson.dumps({name: value for name, value in orjson.loads(encode(article)).items() if name in layout.fields})


def _with_removed(article: CleanArticle) -> bytes:
    if not article.removed:
        return encode(article)
    bare = encode(msgspec.structs.replace(article, removed=()))
    # No text before it holds these quotes: there they are escaped, and `extra` stands behind.
    return bare.replace(_NONE_REMOVED, b'"removed":' + orjson.dumps(pack_removed(article.removed)), 1)


def _additions(article: CleanArticle, layout: DocumentLayout) -> Json:
    kept = article.paragraphs
    repeated = {
        "folded": _filled({"title": refolded([article.title]), "paragraphs": refolded(kept)}),
        "stemmed": {code: {"title": article.title, "paragraphs": kept} for code in _languages(article, layout)},
        "captions": [image.caption for image in article.images if image.caption],
        "credits": [image.credit for image in article.images if image.credit],
    }
    return {
        **_filled(repeated),
        "kept_chars": sum(map(len, kept)),
        "removed_chars": sum(len(piece.text) for piece in article.removed),
        "removed_count": len(article.removed),
        "words": count_words(kept),
    }


def _first_additions(article: CleanArticle, layout: DocumentLayout) -> Json:
    folded = {"title": searchable(article.title), "paragraphs": list(map(searchable, article.paragraphs))}
    stemmed = {code: {"title": article.title, "paragraphs": article.paragraphs} for code in _languages(article, layout)}
    return {"words": folded, **_filled({"stemmed": stemmed})}


def _languages(article: CleanArticle, layout: DocumentLayout) -> list[str]:
    """Return the language that the index analyses this article in, or none."""
    code = (article.language or "").split("-")[0].lower()
    code = _NORWEGIAN.get(code, code)
    return [code] if code in layout.languages else []


def _filled(values: Json) -> Json:
    return {name: value for name, value in values.items() if value}
