"""Rebuild into a new index beside the live one: fill it, switch the write alias, then the search alias."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import uuid4

import msgspec

from copydesk.adapters.elasticsearch_index import setup as templates
from copydesk.adapters.elasticsearch_index.bulk import BulkWriter, FirstWrite
from copydesk.adapters.elasticsearch_index.client import Client, translate_elasticsearch_errors
from copydesk.adapters.elasticsearch_index.documents import Json, article_in
from copydesk.adapters.elasticsearch_index.past import Known, pasts
from copydesk.adapters.elasticsearch_index.query import NO_VERSION, VERSION_FIELDS, document_version, possible_id
from copydesk.adapters.elasticsearch_index.scan import BARE_PAGE, PAGE, scan_documents
from copydesk.adapters.elasticsearch_index.setup import IndexNames, Sharding
from copydesk.errors import CopydeskError, IndexUnavailable, StorageError
from copydesk.events import CleanArticle
from copydesk.index_port import Verdict
from copydesk.log_port import EventPlace

logger = logging.getLogger("copydesk.elasticsearch")


_WHILE_FILLED = {
    "index.refresh_interval": "-1",
    "index.auto_expand_replicas": "false",
    "index.number_of_replicas": "0",
}


class _Written(Known, kw_only=True):
    """Hold what is kept of a document that is written again."""

    indexed_at: datetime
    latency_ms: int | None = None


class ElasticsearchRebuild:
    """Implement the Rebuild port; aliases move in one step each: no search and no write finds them missing."""

    def __init__(self, client: Client, names: IndexNames, shape: Sharding) -> None:
        """Delete what earlier rebuilds left, and create the index. Raises IndexUnavailable, ConfigError."""
        self._client, self._names = client, names
        templates.put_templates(client, names)
        self._delete_unused()
        self.id = uuid4().hex[:12]
        self._own_alias = f"{names.search}-rebuild-{self.id}"  # writes need an alias: an index they would make again
        with translate_elasticsearch_errors(client.address):
            self.name = templates.create_next(client, names, shape, {names.unused: {}, self._own_alias: {}})
            self._settings = self._put_aside()
        self._live = templates.live(client, names).search
        self._writer = BulkWriter(client, self._own_alias, templates.layout(client, self.name))

    def upsert(
        self, articles: Sequence[CleanArticle], events: Sequence[bytes] = (), places: Sequence[EventPlace | None] = ()
    ) -> Sequence[Verdict]:
        """See the port."""
        with self._still_there():
            if not articles:
                return []
            ids = [each.id for each in articles if possible_id(each.id)]
            written = self._written(ids)
            first = {
                (key, each.revision): FirstWrite(each.indexed_at, each.latency_ms) for key, each in written.items()
            }
            before = {each["_id"]: each for each in self._found([self.name], ids)}
            found = [
                past.with_known(written[each.id]) if each.id in written else past
                for each, past in zip(articles, pasts(before, articles, places), strict=True)
            ]
            return self._writer.write(articles, checked=bool(events), first=first, pasts=found)

    def lacking(self) -> Iterator[CleanArticle]:
        """See the port. Versions alone are compared, also of what is withdrawn; only what is lacking is read whole."""
        live = ",".join(self._live)
        if not live:
            return
        with translate_elasticsearch_errors(self._client.address):
            self._client.api.indices.refresh(index=live)
        documents = scan_documents(self._client, live, {"match_all": {}}, fields=VERSION_FIELDS)
        while some := {each["_id"]: document_version(each) for each in islice(documents, BARE_PAGE)}:
            found = self._found([self.name], list(some), source_includes=VERSION_FIELDS)
            there = {each["_id"]: document_version(each) for each in found}
            wanted = [key for key, version in some.items() if there.get(key, NO_VERSION) < version]
            for start in range(0, len(wanted), PAGE):
                yield from map(article_in, self._found(self._live, wanted[start : start + PAGE]))

    def take_writes(self) -> None:
        """See the port. From then on the index is refreshed, and has its replicas: a rebuild may end here."""
        found = templates.live(self._client, self._names)
        with self._still_there():
            with translate_elasticsearch_errors(self._client.address):
                self._client.api.indices.put_settings(index=self.name, settings=self._settings)
            self._move_alias(self._names.write, (found.write,) if found.write else (), keep=found.search)

    def take_searches(self) -> None:
        """See the port."""
        found = templates.live(self._client, self._names)
        with self._still_there():
            with translate_elasticsearch_errors(self._client.address):
                self._client.api.indices.refresh(index=self.name)
            kept = (found.write,) if found.write else ()
            self._move_alias(self._names.search, found.search, keep=kept, settings=templates.SEARCHED)
        with translate_elasticsearch_errors(self._client.address):
            self._client.api.options(ignore_status=404).indices.delete_alias(index=self.name, name=self._own_alias)
        self._writer.close()

    def abandon(self) -> None:
        """See the port."""
        with suppress(CopydeskError):
            aliases = self._indices_of(self._own_alias).get(self.name, {}).get("aliases", {})
            if self._names.unused in aliases:
                self._delete(self.name)
        with translate_elasticsearch_errors(self._client.address):
            self._client.api.options(ignore_status=404).indices.delete_alias(index=self.name, name=self._own_alias)
        self._writer.close()

    def _put_aside(self) -> dict[str, Any]:
        """Switch off what costs much while an index is filled and nobody searches it; returns what it was."""
        shown = self._client.api.indices.get_settings(index=self.name, flat_settings=True).body
        settings = shown[self.name]["settings"]
        self._client.api.indices.put_settings(index=self.name, settings=_WHILE_FILLED)
        return {name: settings.get(name) for name in _WHILE_FILLED}  # None is the server's own again

    def _written(self, ids: Sequence[str]) -> dict[str, _Written]:
        """Return what the live index knows of these ids: of the first time they were written, and of their past."""
        fields = list(_Written.__struct_fields__)
        found = self._found(self._live, ids, source_includes=fields)
        return {each["_id"]: msgspec.convert(each["_source"], _Written) for each in found}

    def _found(self, indices: Sequence[str], ids: Sequence[str], **wanted: Any) -> list[Json]:
        """Return the documents of these ids that the indices have; none where they are gone by now."""
        asked = [{"_index": index, "_id": each} for each in ids for index in indices]
        if not asked:
            return []
        with translate_elasticsearch_errors(self._client.address):
            documents = self._client.api.mget(docs=asked, **wanted).body["docs"]
        return [each for each in documents if each.get("found")]

    @contextmanager
    def _still_there(self) -> Iterator[None]:
        try:
            yield
        except IndexUnavailable as error:
            with translate_elasticsearch_errors(self._client.address):
                if not self._client.api.indices.exists_alias(name=self._own_alias):
                    raise StorageError(
                        f"{self.name} is gone: another rebuild has begun since, or it was deleted"
                    ) from error
            raise

    def _move_alias(
        self,
        alias: str,
        before: tuple[str, ...],
        *,
        keep: tuple[str, ...],
        settings: Mapping[str, Any] | None = None,
    ) -> None:
        """Lead an alias here; what it led to before is unused then, unless it is one to `keep`."""
        if before == (self.name,):
            return
        actions: list[dict[str, Any]] = [
            # This fails where another rebuild has taken the name: our own alias is not there any more.
            {"remove": {"index": self.name, "alias": self._own_alias, "must_exist": True}},
            {"add": {"index": self.name, "alias": self._own_alias}},
            {"remove": {"index": self.name, "alias": self._names.unused, "must_exist": False}},
            {"add": {"index": self.name, "alias": alias, **(settings or {})}},
        ]
        for index in before:
            actions.append({"remove": {"index": index, "alias": alias}})
            if index not in keep:
                actions.append({"add": {"index": index, "alias": self._names.unused}})
        with translate_elasticsearch_errors(self._client.address):
            self._client.api.indices.update_aliases(actions=actions)
        logger.info("the alias %s leads to %s now", alias, self.name)

    def _delete_unused(self) -> None:
        for index in self._indices_of(self._names.unused):
            self._delete(index)

    def _indices_of(self, alias: str) -> dict[str, Any]:
        with translate_elasticsearch_errors(self._client.address):
            found = self._client.api.options(ignore_status=404).indices.get_alias(index=alias).body
        return {index: value for index, value in found.items() if index not in {"error", "status"}}

    def _delete(self, index: str) -> None:
        with translate_elasticsearch_errors(self._client.address):
            self._client.api.options(ignore_status=404).indices.delete(index=index)
        logger.info("deleted the index %s, which is not used any more", index)
