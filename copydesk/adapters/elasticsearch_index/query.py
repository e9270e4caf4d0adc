"""Write queries as Elasticsearch's JSON, and read its answers as results. Pure.

Words are found in `title` and `paragraphs`, which are indexed as they are and, where `copydesk.search.words` reads them
otherwise, folded beside it: so they are found alike on every server and in both engines. An index of the first layout
has them folded under `words`. Where the server has analyzers for languages, `stemmed` finds other forms of a word too.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from copydesk.adapters.elasticsearch_index.documents import REPEATED, Json, article_in
from copydesk.adapters.elasticsearch_index.refolded import overlapping
from copydesk.adapters.index_values import is_encodable, to_microseconds
from copydesk.index_port import FACET_DAYS, FACET_VALUES, LONGEST_TERM, Hit, Results, TermField
from copydesk.search.highlight import Needle, highlights, needles
from copydesk.search.query import HIGHLIGHT_END, HIGHLIGHT_START, MAX_RESULTS, Query, ResultPlace, Term
from copydesk.search.words import words

TITLE_WEIGHT = 8
MAX_ID_BYTES = 512
BY_TIME: list[Json] = [{"seen_us": "asc"}, {"id": "asc"}]

_NEWEST: list[Json] = [{"seen_us": "desc"}, {"id": "desc"}]
_WIDEST_PREFIX = 10_000
_CANDIDATES = 5_000
_LONGEST_WORD = 255  # Elasticsearch cuts longer ones
_STEMMED = ["stemmed.*.title", "stemmed.*.paragraphs"]
_TITLE, _BODY = ("title", "words.title"), ("paragraphs", "words.paragraphs")


def possible_id(text: str) -> bool:
    """Whether any stored article can have this id, or one that begins so."""
    return is_encodable(text) and 0 < len(text.encode()) <= MAX_ID_BYTES


def selection(query: Query) -> Json | None:
    """Return what the query selects, as a `query`; None when a filter holds what no stored text does."""
    filters: list[Json] = []
    for field, value, longest in (
        ("source", query.source, LONGEST_TERM), ("language", query.language, 64),
        ("section", query.section, LONGEST_TERM), ("authors", query.author, LONGEST_TERM),
        ("removed_kinds", query.removed_kinds, 64),
    ):  # fmt: skip
        if value is not None:
            if not is_encodable(value) or len(value) > longest:  # longer ones are in no index
                return None
            filters.append({"term": {field: value}})
    seen = {
        name: to_microseconds(when) for name, when in (("gte", query.since), ("lt", query.until)) if when is not None
    }
    if seen:
        filters.append({"range": {"seen_us": seen}})
    if query.changed_since is not None:
        filters.append({"range": {"changed_at": {"gte": query.changed_since.isoformat()}}})
    if query.changes is not None:
        filters.append({"term": {"changes.classes": query.changes}})
    return {
        "bool": {
            "filter": filters,
            "must": [found for term in query.terms if not term.excluded and (found := _term(term))],
            "must_not": [found for term in query.terms if term.excluded and (found := _exactly(term))],
        }
    }


def search_body(query: Query, selected: Json) -> Json:
    """Return the body of a search for one page of results and the counts over all of them."""
    offset = 0 if query.after else max(0, query.offset)
    limit = max(0, min(query.limit, MAX_RESULTS - offset))
    order = _order(query, selected)
    return {
        **({"search_after": _place(query.after, order)} if query.after else {}),
        "query": selected,
        "_source": {"excludes": [*REPEATED, *(() if query.removed else ("removed",))]},
        "from": offset if limit else 0,
        "size": limit,
        "track_total_hits": True,
        "sort": order,
        "aggs": {
            "source": _most_frequent("source"),
            "language": _most_frequent("language"),
            "day": {"composite": {"size": FACET_DAYS, "sources": [{"day": {"date_histogram": _DAY}}]}},
        },
        "highlight": {
            "pre_tags": [HIGHLIGHT_START],
            "post_tags": [HIGHLIGHT_END],
            "fields": {name: {"fragment_size": 200, "number_of_fragments": 3} for name in _STEMMED},
        },
    }


def terms_body(selected: Json, field: TermField, limit: int) -> Json:
    """Return the body of a search that counts the values of a field."""
    counted = _most_frequent("authors" if field == "author" else field, limit)
    return {"query": selected, "size": 0, "track_total_hits": False, "aggs": {"terms": counted}}


def terms_found(answer: Json) -> dict[str, int]:
    """Return the counts in the answer to a `terms_body`."""
    return _counts(answer["aggregations"]["terms"]["buckets"])


def results(query: Query, answer: Json) -> Results:
    """Return the results in the answer to a `search_body`; raises CorruptStorage where a document is no article."""
    wanted = needles(query.terms)
    facets = answer["aggregations"]
    return Results(
        answer["hits"]["total"]["value"],
        [_hit(found, wanted) for found in answer["hits"]["hits"]],
        {
            "source": _counts(facets["source"]["buckets"]),
            "language": _counts(facets["language"]["buckets"]),
            "day": {each["key"]["day"]: each["doc_count"] for each in reversed(facets["day"]["buckets"])},
        },
    )


VERSION_FIELDS = ("revision", "edition", "withdrawn")
NO_VERSION = (-1, 0)


def document_version(found: Json) -> tuple[int, int]:
    """Return the (revision, edition) of a document that was read with VERSION_FIELDS at least."""
    source = found["_source"]
    return int(source["revision"]), int(source.get("edition", 0))


def _order(query: Query, selected: Json) -> list[Json]:
    if query.sort == "oldest":
        return BY_TIME
    ranked = query.sort == "relevance" and bool(selected["bool"]["must"])
    return [{"_score": "desc"}, *_NEWEST] if ranked else _NEWEST


def _place(after: ResultPlace, order: list[Json]) -> list[Any]:
    """Return the values of the sort fields at a place."""
    values = {"_score": after.score, "seen_us": to_microseconds(after.seen_at), "id": after.id}
    return [values[field] for each in order for field in each]


def _term(term: Term) -> Json | None:
    """Match any spelling of a term, in any field; None when it holds no word."""
    choices = [found for each in (term, *term.alternatives) if (found := _exactly(each))]
    choices += [_stemmed(each) for each in (term, *term.alternatives) if _may_be_inflected(each)] if choices else []
    return {"bool": {"should": choices, "minimum_should_match": 1}} if choices else None


def _exactly(term: Term) -> Json | None:
    found = words(term.text)
    if not found:
        return None
    choices = [
        _in_either(_TITLE, found, term.prefix, TITLE_WEIGHT),
        _in_either(_BODY, found, term.prefix, 1),
    ]
    return {"bool": {"should": choices, "minimum_should_match": 1}}


def _in_either(fields: Sequence[str], found: Sequence[str], prefix: bool, boost: float) -> Json:
    return {"dis_max": {"queries": [_in_field(field, found, prefix, boost) for field in fields]}}


def _in_field(field: str, found: Sequence[str], prefix: bool, boost: float) -> Json:
    if prefix and len(found) == 1:
        return {"prefix": {field: {"value": found[0][:_LONGEST_WORD], "boost": boost}}}
    *parts, last = overlapping(found)
    asked: Json = {"query": " ".join(last), "boost": boost}
    if prefix:
        ending: Json = {"match_phrase_prefix": {field: {**asked, "max_expansions": _WIDEST_PREFIX}}}
    else:
        ending = {"match_phrase": {field: asked}}
    if not parts:
        return ending
    return {"bool": {"must": [*({"match_phrase": {field: " ".join(part)}} for part in parts), ending]}}


def _may_be_inflected(term: Term) -> bool:
    """Whether other forms of a term are looked for: of one word, as several in a row are meant as they stand."""
    return not term.prefix and len(words(term.text)) == 1


def _stemmed(term: Term) -> Json:
    title, paragraphs = _STEMMED
    return {"multi_match": {"query": term.text, "operator": "and", "fields": [f"{title}^{TITLE_WEIGHT}", paragraphs]}}


_DAY = {"field": "seen_at", "calendar_interval": "day", "format": "yyyy-MM-dd", "order": "desc"}


def _most_frequent(field: str, limit: int = FACET_VALUES) -> Json:
    order = [{"_count": "desc"}, {"_key": "asc"}]
    return {"terms": {"field": field, "size": limit, "shard_size": _CANDIDATES, "order": order}}


def _counts(buckets: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    return {each["key"]: each["doc_count"] for each in buckets}


def _hit(found: Json, wanted: Sequence[Needle]) -> Hit:
    shown = article_in(found)
    marked = highlights(shown.title, shown.paragraphs, wanted)
    if not marked:
        marked = tuple(fragment for fragments in found.get("highlight", {}).values() for fragment in fragments)
    return Hit(shown, found["_score"] or 0.0, marked)
