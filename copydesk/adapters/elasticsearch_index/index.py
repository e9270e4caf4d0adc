"""Implement the Index port on Elasticsearch, with an alias to search and an alias to write."""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Self

from copydesk.adapters.elasticsearch_index import setup as templates
from copydesk.adapters.elasticsearch_index.bulk import BulkWriter, Homes, OtherMapping
from copydesk.adapters.elasticsearch_index.client import (
    ApiError,
    Client,
    ask_again_once,
    connect,
    failure,
    missing_index_error,
    translate_elasticsearch_errors,
)
from copydesk.adapters.elasticsearch_index.documents import REPEATED, Json, article_in
from copydesk.adapters.elasticsearch_index.health import advice_on, waiting_for
from copydesk.adapters.elasticsearch_index.notes import put_notes_index
from copydesk.adapters.elasticsearch_index.past import pasts, revisions_of
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
from copydesk.adapters.elasticsearch_index.rebuild import ElasticsearchRebuild
from copydesk.adapters.elasticsearch_index.scan import scan_documents
from copydesk.adapters.elasticsearch_index.setup import IndexNames, Live, Sharding
from copydesk.adapters.elasticsearch_index.time_counts import time_counts
from copydesk.adapters.elasticsearch_index.upkeep import IndexBounds, delete, keep_in_bounds
from copydesk.adapters.index_values import SHORTEST_ID_PREFIX
from copydesk.errors import ConfigError, IndexUnavailable
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

logger = logging.getLogger("copydesk.elasticsearch")

_IDS_AT_ONCE, _BODIES_AT_ONCE = 1_000, 100
_READ_TIMEOUT, _STATUS_TIMEOUT = 10.0, 3.0
_LAYOUT_ANEW = 60.0


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
        self._reader = self._client.within(_READ_TIMEOUT)
        self._writer = BulkWriter(self._client, self._names.write)
        self._layout_until = 0.0
        self._bounds, self._bounds_told = bounds, False
        self._has_written = False

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
        """See the port. Raises ConfigError or StorageError where waiting would not help.

        An index that was made for another version is waited for, as a missing one: a service that ended would be
        started again and again, and `reindex`, or the version before, mends it meanwhile.
        """
        if not articles:
            return []
        try:
            verdicts = self._write(articles, places, checked=bool(events))
        except OtherMapping as error:
            raise IndexUnavailable(str(error)) from error
        except ConfigError as error:
            # Credentials that have worked may work again: a cluster that starts or is being changed says no at first.
            if self._has_written:
                raise IndexUnavailable(str(error)) from error
            raise
        self._has_written = True
        return verdicts

    def get(self, id: str) -> CleanArticle | None:  # noqa: A002 - the port's
        """See the port. An id in full is found at once, that of a row and the beginning of one after a refresh."""
        if not possible_id(id):
            return None
        found = ask_again_once(partial(self._newest, [id], source=True)).get(id)
        if found is not None and found["_source"].get("withdrawn") is not None:
            return None
        if found is None:
            found = ask_again_once(partial(self._only, {"term": {"given_id": id}}))
        if found is None:
            found = ask_again_once(partial(self._only, {"term": {"other_ids": id}}))
        if found is None and len(id) >= SHORTEST_ID_PREFIX:
            found = ask_again_once(partial(self._only, {"prefix": {"id": id}}))
        return article_in(found) if found else None

    def count_ids(self, prefix: str) -> int:
        """See the port; after a refresh, as the beginning of an id is found."""
        if not possible_id(prefix):
            return 0
        counting = {"query": {"prefix": {"id": prefix}}, "size": 0, "track_total_hits": True}
        self._refresh(self._reader)
        return int(ask_again_once(partial(self._ask, counting))["hits"]["total"]["value"])

    def search(self, query: Query) -> Results:
        """See the port."""
        selected = selection(query)
        if selected is None:
            return Results(0, [], {"source": {}, "language": {}, "day": {}})
        body = search_body(query, selected)
        return results(query, ask_again_once(partial(self._ask, body)))

    def counts(self, query: Query, interval: Interval, by: CountedBy | None = None) -> Sequence[Count]:
        """See the port."""
        selected = selection(query)
        if selected is None:
            return []
        return ask_again_once(lambda: list(time_counts(self._ask, selected, interval, by)))

    def terms(self, query: Query, field: TermField, limit: int = FACET_VALUES) -> Mapping[str, int]:
        """See the port."""
        selected = selection(query)
        if selected is None:
            return {}
        return terms_found(ask_again_once(partial(self._ask, terms_body(selected, field, limit))))

    def scan(self, query: Query) -> Iterator[CleanArticle]:
        """See the port. It is of the moment it began, or of the moment it had to begin anew, where it left off."""
        selected = selection(query)
        if selected is None:
            return
        yield from map(article_in, scan_documents(self._reader, self._names.search, selected))

    def standing(self, ids: Sequence[str]) -> Mapping[str, CleanArticle]:
        """See the port."""
        found: dict[str, CleanArticle] = {}
        known = list(dict.fromkeys(each for each in ids if possible_id(each)))
        for start in range(0, len(known), _BODIES_AT_ONCE):
            documents = ask_again_once(partial(self._newest, known[start : start + _BODIES_AT_ONCE], source=True))
            found.update({article_id: article_in(document) for article_id, document in documents.items()})
        return found

    def revisions(self, ids: Sequence[str]) -> Mapping[str, int]:
        """See the port."""
        found: dict[str, int] = {}
        known = [each for each in ids if possible_id(each)]
        for start in range(0, len(known), _IDS_AT_ONCE):
            some = known[start : start + _IDS_AT_ONCE]
            documents = ask_again_once(partial(self._newest, some, source=VERSION_FIELDS))
            for article_id, document in documents.items():
                if document["_source"].get("withdrawn") is None:
                    found[article_id], _ = document_version(document)
        return found

    def history(self, article_id: str) -> Sequence[StoredRevision]:
        """See the port."""
        if not possible_id(article_id):
            return []
        found = ask_again_once(partial(self._newest, [article_id], source=True)).get(article_id)
        return revisions_of(found) if found else []

    def status(self) -> IndexStatus:
        """See the port. An index that is not there has no articles, and `waiting` says what to do."""
        client = self._client.within(_STATUS_TIMEOUT)
        found = templates.live(client, self._names)
        waiting = waiting_for(client, self._names, found)
        if not found.search:
            return IndexStatus(0, 0, None, waiting, missing=found.write is None)
        self._refresh(client)
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

    def _write(
        self, articles: Sequence[CleanArticle], places: Sequence[EventPlace | None], *, checked: bool
    ) -> list[Verdict]:
        now = time.monotonic()
        if now >= self._layout_until:  # again and again: a new index may have come, which looks otherwise
            self._writer.layout = templates.layout(self._client, self._names.write)
            if self._writer.layout.is_first and not self._has_written:
                logger.warning("%s", advice_on(self._client, templates.live(self._client, self._names)))
            self._layout_until = now + _LAYOUT_ANEW
            self._keep_in_bounds()
        known = list(dict.fromkeys(each.id for each in articles if possible_id(each.id)))
        live = templates.live(self._client, self._names)
        holders = self._holders(live, known, source=True)
        homes = Homes()
        if live.write in live.search:  # an article stays where it was seen first; a rebuild takes all
            homes = Homes({key: documents[0]["_index"] for key, documents in holders.items()}, live.write)
            if doubled := [document for documents in holders.values() for document in documents[1:]]:
                delete(self._client, doubled)  # written while the next index began, by a process that died over it
        found = pasts({key: max(each, key=document_version) for key, each in holders.items()}, articles, places)
        try:
            return self._writer.write(articles, checked=checked, pasts=found, homes=homes)
        except OtherMapping:
            old, self._writer.layout = self._writer.layout, templates.layout(self._client, self._names.write)
            if self._writer.layout == old:
                raise
            return self._writer.write(articles, checked=checked, pasts=found, homes=homes)

    def _newest(self, ids: Sequence[str], *, source: bool | Sequence[str]) -> Json:
        """Return these ids' documents in their highest version, also those that are withdrawn."""
        holders = self._holders(templates.live(self._reader, self._names), ids, source=source)
        return {key: max(documents, key=document_version) for key, documents in holders.items()}

    def _holders(self, live: Live, ids: Sequence[str], *, source: bool | Sequence[str]) -> dict[str, list[Json]]:
        """Return the documents of these ids by id, oldest index first: there may be two while a rebuild takes over."""
        indices = dict.fromkeys((*(live.search or (self._names.search,)), live.write or self._names.write))
        asked = [{"_index": index, "_id": each} for each in ids for index in indices]
        if not asked:
            return {}
        with translate_elasticsearch_errors(self._reader.address):
            answer = self._reader.api.mget(docs=asked, source=source, source_excludes=REPEATED).body
        found: dict[str, list[Json]] = {}
        for document in answer["docs"]:
            if "error" in document:
                kind, reason = failure(document)
                raise (
                    missing_index_error(reason, self._client.address)
                    if "not_found" in kind
                    else IndexUnavailable(reason)
                )
            if document["found"]:
                found.setdefault(document["_id"], []).append(document)
        return found

    def _keep_in_bounds(self) -> None:
        """Begin the next index, and drop what is old, where that is due and this user may."""
        try:
            keep_in_bounds(self._client, self._names, self._shape, self._bounds, datetime.now(UTC))
        except ConfigError as error:
            if not self._bounds_told:
                logger.warning(
                    "the index is not kept in its bounds by this user: run `copydesk setup` daily (%s)", error
                )
            self._bounds_told = True

    def _only(self, selected: Json) -> Any:
        """Return the one document that is selected, None where there are several."""
        self._refresh(self._reader)
        hits = self._ask({"query": selected, "size": 2, "_source": {"excludes": list(REPEATED)}})["hits"]["hits"]
        return hits[0] if len(hits) == 1 else None

    def _ask(self, body: Json) -> Json:
        with translate_elasticsearch_errors(self._reader.address):
            answer = self._reader.api.search(index=self._names.search, body=body, allow_partial_search_results=False)
        found: Json = answer.body
        return found

    def _refresh(self, client: Client) -> None:
        """Let searches see all that is written; who may not do that sees what is older than half a second."""
        with translate_elasticsearch_errors(client.address), suppress(ApiError):
            client.api.indices.refresh(index=self._names.search)
