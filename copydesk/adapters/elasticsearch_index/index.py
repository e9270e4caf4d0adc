"""Implement the Index port on Elasticsearch, with an alias to search and an alias to write."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Self

from copydesk.adapters.elasticsearch_index import setup as templates
from copydesk.adapters.elasticsearch_index.bulk import BulkWriter, OtherMapping
from copydesk.adapters.elasticsearch_index.client import (
    ApiError,
    Client,
    ask_again_once,
    connect,
    failure,
    missing_index_error,
    translate_elasticsearch_errors,
)
from copydesk.adapters.elasticsearch_index.health import waiting_for
from copydesk.adapters.elasticsearch_index.notes import put_notes_index
from copydesk.adapters.elasticsearch_index.past import pasts, revisions_of
from copydesk.adapters.elasticsearch_index.query import (
    Json,
    article,
    possible_id,
    results,
    search_body,
    selection,
    terms_body,
    terms_found,
)
from copydesk.adapters.elasticsearch_index.rebuild import ElasticsearchRebuild
from copydesk.adapters.elasticsearch_index.scan import scan_documents
from copydesk.adapters.elasticsearch_index.setup import IndexNames, Sharding
from copydesk.adapters.elasticsearch_index.time_counts import time_counts
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

_IDS_AT_ONCE = 1_000
_READ_TIMEOUT, _STATUS_TIMEOUT = 10.0, 3.0
_LANGUAGES_ANEW = 60.0


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
    ) -> None:
        """Put `prefix` before the names of aliases, indices and templates. Sends nothing. Raises ConfigError."""
        self._client = connect(
            url, api_key=api_key, ca=ca, password_file=password_file, certificate=certificate, key=key
        )
        self._names, self._shape = IndexNames(f"{prefix}articles"), Sharding(shards, replicas)
        self._reader = self._client.within(_READ_TIMEOUT)
        self._writer = BulkWriter(self._client, self._names.write)
        self._languages_until = 0.0
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
        )

    def __repr__(self) -> str:
        return f"ElasticsearchIndex({self._client.address}, {self._names.search})"

    def setup(self) -> None:
        """See the port. Puts templates, and the first index with both aliases."""
        templates.setup(self._client, self._names, self._shape)
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
        if found is None:
            found = ask_again_once(partial(self._only, {"term": {"given_id": id}}))
        if found is None:
            found = ask_again_once(partial(self._only, {"term": {"other_ids": id}}))
        if found is None and len(id) >= SHORTEST_ID_PREFIX:
            found = ask_again_once(partial(self._only, {"prefix": {"id": id}}))
        return article(found) if found else None

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
        yield from map(article, scan_documents(self._reader, self._names.search, selected))

    def revisions(self, ids: Sequence[str]) -> Mapping[str, int]:
        """See the port."""
        found: dict[str, int] = {}
        known = [each for each in ids if possible_id(each)]
        for start in range(0, len(known), _IDS_AT_ONCE):
            some = known[start : start + _IDS_AT_ONCE]
            documents = ask_again_once(partial(self._newest, some, source=False))
            found.update({article_id: document["_version"] for article_id, document in documents.items()})
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
        if found.search is None:
            return IndexStatus(0, 0, None, waiting, missing=found.write is None)
        self._refresh(client)
        newest = {"newest": {"max": {"field": "indexed_at", "format": "strict_date_optional_time"}}}
        with translate_elasticsearch_errors(client.address):
            counted = client.api.search(index=found.search, size=0, track_total_hits=True, aggs=newest).body
            sizes = client.api.indices.stats(index=found.search, metric="store", filter_path="_all.primaries").body
        newest_at = read_instant(counted["aggregations"]["newest"].get("value_as_string") or "", (iso_of_python,))
        return IndexStatus(
            counted["hits"]["total"]["value"],
            sizes["_all"]["primaries"]["store"]["size_in_bytes"],
            newest_at.when if newest_at else None,
            waiting,
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
        if now >= self._languages_until:  # again and again: a new index may have come, which knows others
            self._writer.languages = templates.languages(self._client, self._names.write)
            self._languages_until = now + _LANGUAGES_ANEW
        known = list(dict.fromkeys(each.id for each in articles if possible_id(each.id)))
        before = self._newest(known, source=True) if known else {}
        return self._writer.write(articles, checked=checked, pasts=pasts(before, articles, places))

    def _newest(self, ids: Sequence[str], *, source: bool) -> Json:
        """Return these ids' documents in their highest revision: aliases differ while a new index takes over."""
        aliases = (self._names.write, self._names.search)
        asked = [{"_index": alias, "_id": each} for each in ids for alias in aliases]
        with translate_elasticsearch_errors(self._reader.address):
            answer = self._reader.api.mget(docs=asked, source=source).body
        found: Json = {}
        for document in answer["docs"]:
            if "error" in document:
                kind, reason = failure(document)
                raise (
                    missing_index_error(reason, self._client.address)
                    if "not_found" in kind
                    else IndexUnavailable(reason)
                )
            last = found.get(document["_id"])
            if document["found"] and (last is None or document["_version"] > last["_version"]):
                found[document["_id"]] = document
        return found

    def _only(self, selected: Json) -> Any:
        """Return the one document that is selected, None where there are several."""
        self._refresh(self._reader)
        hits = self._ask({"query": selected, "size": 2})["hits"]["hits"]
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
