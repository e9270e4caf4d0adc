"""Read documents of the index: by id through every index that holds one, or what a query selects."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from copydesk.adapters.elasticsearch_index import setup as templates
from copydesk.adapters.elasticsearch_index.client import (
    ApiError,
    Client,
    failure,
    missing_index_error,
    translate_elasticsearch_errors,
)
from copydesk.adapters.elasticsearch_index.documents import REPEATED, Json
from copydesk.adapters.elasticsearch_index.query import document_version
from copydesk.adapters.elasticsearch_index.setup import IndexNames, Live
from copydesk.errors import IndexUnavailable


class DocumentReader:
    """Ask one cluster for documents, within the time that `client` allows. All methods raise IndexUnavailable."""

    def __init__(self, client: Client, names: IndexNames) -> None:
        self.client, self._names = client, names

    def newest(self, ids: Sequence[str], *, source: bool | Sequence[str]) -> Json:
        """Return these ids' documents in their highest version, also those that are withdrawn."""
        holders = self.holders(templates.live(self.client, self._names), ids, source=source)
        return {key: max(documents, key=document_version) for key, documents in holders.items()}

    def holders(self, live: Live, ids: Sequence[str], *, source: bool | Sequence[str]) -> dict[str, list[Json]]:
        """Return the documents of these ids by id, oldest index first: there may be two while a rebuild takes over."""
        indices = dict.fromkeys((*(live.search or (self._names.search,)), live.write or self._names.write))
        asked = [{"_index": index, "_id": each} for each in ids for index in indices]
        if not asked:
            return {}
        with translate_elasticsearch_errors(self.client.address):
            answer = self.client.api.mget(docs=asked, source=source, source_excludes=REPEATED).body
        found: dict[str, list[Json]] = {}
        for document in answer["docs"]:
            if "error" in document:
                kind, reason = failure(document)
                raise (
                    missing_index_error(reason, self.client.address)
                    if "not_found" in kind
                    else IndexUnavailable(reason)
                )
            if document["found"]:
                found.setdefault(document["_id"], []).append(document)
        return found

    def only(self, selected: Json) -> Any:
        """Return the one document that is selected, None where there are several."""
        self.refresh()
        hits = self.ask({"query": selected, "size": 2, "_source": {"excludes": list(REPEATED)}})["hits"]["hits"]
        return hits[0] if len(hits) == 1 else None

    def ask(self, body: Json) -> Json:
        """Return the answer of a search, from all shards or none."""
        with translate_elasticsearch_errors(self.client.address):
            answer = self.client.api.search(index=self._names.search, body=body, allow_partial_search_results=False)
        found: Json = answer.body
        return found

    def refresh(self) -> None:
        """Let searches see all that is written; who may not do that sees what is older than half a second."""
        with translate_elasticsearch_errors(self.client.address), suppress(ApiError):
            self.client.api.indices.refresh(index=self._names.search)
