"""Say why a search found nothing: a source or language that no article has, and those that there are."""

from collections.abc import Mapping
from difflib import get_close_matches

from copydesk.identity import host_of, registrable_domain
from copydesk.index_port import Index
from copydesk.search.query import Query

_NAMED, _LOOKED_THROUGH = 8, 1000


def known_source(index: Index, given: str | None) -> str | None:
    """Return the source that is meant: as it was given if the index has it, else the domain of a host or an address."""
    if given is None or _count(index, source=given):
        return given
    host = host_of(given if "://" in given else f"https://{given}")
    meant = registrable_domain(host) if host else given
    return meant if meant != given and _count(index, source=meant) else given


def unknown_filters(index: Index, asked: Query) -> list[str]:
    """Return a sentence for each filter that no article of the index passes, with what there is instead."""
    facets = index.search(Query(limit=1)).facets
    found = []
    if asked.source is not None and not _count(index, source=asked.source):
        close = get_close_matches(asked.source, facets["source"], n=1)
        near = f"; did you mean {close[0]}?" if close else ""
        found.append(f"no article is of the source {asked.source}; there are {_named(facets['source'])}{near}")
    if asked.language is not None and not _count(index, language=asked.language):
        found.append(f"no article is in the language {asked.language}; there are {_named(facets['language'])}")
    for field, value in (("section", asked.section), ("author", asked.author)):
        if value is not None and not index.terms(Query(**{field: value}), field, 1):  # type: ignore[arg-type]
            named = index.terms(Query(), field, _LOOKED_THROUGH)  # type: ignore[arg-type]
            close = get_close_matches(value, named, n=1)
            near = f"; did you mean {close[0]}?" if close else ""
            found.append(f"no article has the {field} {value}; there are {_named(named)}{near}")
    return found


def _count(index: Index, *, source: str | None = None, language: str | None = None) -> int:
    return index.search(Query(source=source, language=language, limit=1)).total


def _named(counts: Mapping[str, int]) -> str:
    names = [f"{name} {count:,}" for name, count in list(counts.items())[:_NAMED]]
    return ", ".join(names + (["…"] if len(counts) > _NAMED else [])) or "none"
