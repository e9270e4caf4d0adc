"""Implement the Index port on Elasticsearch, with an alias to search and an alias to write."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Self

from copydesk.adapters.elasticsearch_index import setup as templates
from copydesk.adapters.elasticsearch_index.client import (
    ask_again_once,
    connect,
    translate_elasticsearch_errors,
)
from copydesk.adapters.elasticsearch_index.documents import article_in
from copydesk.adapters.elasticsearch_index.health import advice_on, waiting_for
from copydesk.adapters.elasticsearch_index.notes import put_notes_index
from copydesk.adapters.elasticsearch_index.past import revisions_of
from copydesk.adapters.elasticsearch_index.query import (
    VERSION_FIELDS,
    document_version,
    possible_id,
    results,
    search_body,
    selection,
    terms_body,
    terms_found,
)
from copydesk.adapters.elasticsearch_index.reader import DocumentReader
from copydesk.adapters.elasticsearch_index.rebuild import ElasticsearchRebuild
from copydesk.adapters.elasticsearch_index.scan import scan_documents
from copydesk.adapters.elasticsearch_index.setup import IndexNames, Sharding
from copydesk.adapters.elasticsearch_index.time_counts import time_counts
from copydesk.adapters.elasticsearch_index.upkeep import IndexBounds, keep_in_bounds
from copydesk.adapters.elasticsearch_index.writer import ArticleWriter
from copydesk.adapters.index_values import SHORTEST_ID_PREFIX
from copydesk.events import CleanArticle
from copydesk.index_port import (
    FACET_VALUES,
    Count,
    CountedBy,
    IndexStatus,
    Interval,
    Results,
    StoredRevision,
    TermField,
    Verdict,
)
from copydesk.log_port import EventPlace
from copydesk.machine_dates import iso_of_python, read_instant
from copydesk.search.query import Query
from copydesk.settings import Settings

_IDS_AT_ONCE, _BODIES_AT_ONCE = 1_000, 100
_READ_TIMEOUT, _STATUS_TIMEOUT = 10.0, 3.0


class ElasticsearchIndex:
    """Keep the Index port's promises on one cluster. Sends nothing before the first call; threads may share it."""

    def __init__(  # noqa: PLR0913 - each a setting
        self,
        url: str,
        *,
        api_key: str = "",
        ca: Path | None = None,
        password_file: Path | None = None,
        certificate: Path | None = None,
        key: Path | None = None,
        shards: int | None = None,
        replicas: int | None = None,
        prefix: str = "",
        bounds: IndexBounds = IndexBounds(),  # noqa: B008 - a constant
    ) -> None:
        """Put `prefix` before the names of aliases, indices and templates. Sends nothing. Raises ConfigError."""
        self._client = connect(
            url, api_key=api_key, ca=ca, password_file=password_file, certificate=certificate, key=key
        )
        self._names, self._shape = IndexNames(f"{prefix}articles"), Sharding(shards, replicas)
        self._bounds = bounds
        self._reader = DocumentReader(self._client.within(_READ_TIMEOUT), self._names)
        self._writer = ArticleWriter(self._client, self._names, self._shape, bounds, self._reader)

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Return the index that the settings name."""
        return cls(
            settings.index,
            api_key=settings.elasticsearch_api_key,
            ca=settings.elasticsearch_ca,
            password_file=settings.elasticsearch_password_file,
            certificate=settings.elasticsearch_certificate,
            key=settings.elasticsearch_key,
            shards=settings.elasticsearch_shards,
            replicas=settings.elasticsearch_replicas,
            prefix=settings.elasticsearch_prefix,
            bounds=IndexBounds(settings.elasticsearch_rollover_mb, settings.elasticsearch_retention_days),
        )

    def __repr__(self) -> str:
        return f"ElasticsearchIndex({self._client.address}, {self._names.search})"

    def setup(self) -> None:
        """See the port. Puts templates, and the first index with both aliases."""
        templates.setup(self._client, self._names, self._shape)
        keep_in_bounds(self._client, self._names, self._shape, self._bounds, datetime.now(UTC))
        put_notes_index(self._client, self._names)

    def upsert(
        self, articles: Sequence[CleanArticle], events: Sequence[bytes] = (), places: Sequence[EventPlace | None] = ()
    ) -> Sequence[Verdict]:
        """See the port. Raises ConfigError or StorageError where waiting would not help."""
        return self._writer.write(articles, places, checked=bool(events)) if articles else []

    def get(self, id: str) -> CleanArticle | None:  # noqa: A002 - the port's
        """See the port. An id in full is found at once, that of a row and the beginning of one after a refresh."""
        if not possible_id(id):
            return None
        found = ask_again_once(partial(self._reader.newest, [id], source=True)).get(id)
        if found is not None and found["_source"].get("withdrawn") is not None:
            return None
        if found is None:
            found = ask_again_once(partial(self._reader.only, {"term": {"given_id": id}}))
        if found is None:
            found = ask_again_once(partial(self._reader.only, {"term": {"other_ids": id}}))
        if found is None and len(id) >= SHORTEST_ID_PREFIX:
            found = ask_again_once(partial(self._reader.only, {"prefix": {"id": id}}))
        return article_in(found) if found else None

    def count_ids(self, prefix: str) -> int:
        """See the port; after a refresh, as the beginning of an id is found."""
        if not possible_id(prefix):
            return 0
        counting = {"query": {"prefix": {"id": prefix}}, "size": 0, "track_total_hits": True}
        self._reader.refresh()
        return int(ask_again_once(partial(self._reader.ask, counting))["hits"]["total"]["value"])

    def search(self, query: Query) -> Results:
        """See the port."""
        selected = selection(query)
        if selected is None:
            return Results(0, [], {"source": {}, "language": {}, "day": {}})
        body = search_body(query, selected)
        return results(query, ask_again_once(partial(self._reader.ask, body)))

    def counts(self, query: Query, interval: Interval, by: CountedBy | None = None) -> Sequence[Count]:
        """See the port."""
        selected = selection(query)
        if selected is None:
            return []
        return ask_again_once(lambda: list(time_counts(self._reader.ask, selected, interval, by)))

    def terms(self, query: Query, field: TermField, limit: int = FACET_VALUES) -> Mapping[str, int]:
        """See the port."""
        selected = selection(query)
        if selected is None:
            return {}
        return terms_found(ask_again_once(partial(self._reader.ask, terms_body(selected, field, limit))))

    def scan(self, query: Query) -> Iterator[CleanArticle]:
        """See the port. It is of the moment it began, or of the moment it had to begin anew, where it left off."""
        selected = selection(query)
        if selected is None:
            return
        yield from map(article_in, scan_documents(self._reader.client, self._names.search, selected))

    def standing(self, ids: Sequence[str]) -> Mapping[str, CleanArticle]:
        """See the port."""
        found: dict[str, CleanArticle] = {}
        known = list(dict.fromkeys(each for each in ids if possible_id(each)))
        for start in range(0, len(known), _BODIES_AT_ONCE):
            documents = ask_again_once(
                partial(self._reader.newest, known[start : start + _BODIES_AT_ONCE], source=True)
            )
            found.update({article_id: article_in(document) for article_id, document in documents.items()})
        return found

    def revisions(self, ids: Sequence[str]) -> Mapping[str, int]:
        """See the port."""
        found: dict[str, int] = {}
        known = [each for each in ids if possible_id(each)]
        for start in range(0, len(known), _IDS_AT_ONCE):
            some = known[start : start + _IDS_AT_ONCE]
            documents = ask_again_once(partial(self._reader.newest, some, source=VERSION_FIELDS))
            for article_id, document in documents.items():
                if document["_source"].get("withdrawn") is None:
                    found[article_id], _ = document_version(document)
        return found

    def history(self, article_id: str) -> Sequence[StoredRevision]:
        """See the port."""
        if not possible_id(article_id):
            return []
        found = ask_again_once(partial(self._reader.newest, [article_id], source=True)).get(article_id)
        return revisions_of(found) if found else []

    def status(self) -> IndexStatus:
        """See the port. An index that is not there has no articles, and `waiting` says what to do."""
        client = self._client.within(_STATUS_TIMEOUT)
        found = templates.live(client, self._names)
        waiting = waiting_for(client, self._names, found)
        if not found.search:
            return IndexStatus(0, 0, None, waiting, missing=found.write is None)
        DocumentReader(client, self._names).refresh()
        newest = {"newest": {"max": {"field": "indexed_at", "format": "strict_date_optional_time"}}}
        with translate_elasticsearch_errors(client.address):
            searched = ",".join(found.search)
            counted = client.api.search(index=self._names.search, size=0, track_total_hits=True, aggs=newest).body
            sizes = client.api.indices.stats(index=searched, metric="store", filter_path="_all.primaries").body
        newest_at = read_instant(counted["aggregations"]["newest"].get("value_as_string") or "", (iso_of_python,))
        return IndexStatus(
            counted["hits"]["total"]["value"],
            sizes["_all"]["primaries"]["store"]["size_in_bytes"],
            newest_at.when if newest_at else None,
            waiting,
            advice=advice_on(client, found),
        )

    def rebuild(self) -> ElasticsearchRebuild:
        """See the port."""
        return ElasticsearchRebuild(self._client, self._names, self._shape)

    def close(self) -> None:
        """See the port."""
        self._writer.close()
        self._client.api.close()
