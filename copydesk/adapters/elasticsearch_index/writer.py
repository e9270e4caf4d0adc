"""Write articles to the index where each stands already, and keep the index within its bounds meanwhile."""

import logging
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from copydesk.adapters.elasticsearch_index import setup as templates
from copydesk.adapters.elasticsearch_index.bulk import BulkWriter, Homes, OtherMapping
from copydesk.adapters.elasticsearch_index.client import Client
from copydesk.adapters.elasticsearch_index.health import advice_on
from copydesk.adapters.elasticsearch_index.past import pasts
from copydesk.adapters.elasticsearch_index.query import document_version, possible_id
from copydesk.adapters.elasticsearch_index.reader import DocumentReader
from copydesk.adapters.elasticsearch_index.setup import IndexNames, Sharding
from copydesk.adapters.elasticsearch_index.upkeep import IndexBounds, delete, keep_in_bounds
from copydesk.errors import ConfigError, IndexUnavailable
from copydesk.events import CleanArticle
from copydesk.index_port import Verdict
from copydesk.log_port import EventPlace

logger = logging.getLogger("copydesk.elasticsearch")

_LAYOUT_ANEW = 60.0


class ArticleWriter:
    """Write what comes to the write alias; an article stays in the index in which it was seen first."""

    def __init__(
        self, client: Client, names: IndexNames, shape: Sharding, bounds: IndexBounds, reader: DocumentReader
    ) -> None:
        self._client, self._names, self._shape, self._bounds = client, names, shape, bounds
        self._reader, self._bulk = reader, BulkWriter(client, names.write)
        self._layout_until = 0.0
        self._bounds_told = self._has_written = False

    def write(
        self, articles: Sequence[CleanArticle], places: Sequence[EventPlace | None], *, checked: bool
    ) -> Sequence[Verdict]:
        """Write what stands in no higher version. Raises ConfigError or StorageError where waiting would not help.

        An index that was made for another version is waited for, as a missing one: a service that ended would be
        started again and again, and `reindex`, or the version before, mends it meanwhile.
        """
        try:
            verdicts = self._write(articles, places, checked=checked)
        except OtherMapping as error:
            raise IndexUnavailable(str(error)) from error
        except ConfigError as error:
            # Credentials that have worked may work again: a cluster that starts or is being changed says no at first.
            if self._has_written:
                raise IndexUnavailable(str(error)) from error
            raise
        self._has_written = True
        return verdicts

    def close(self) -> None:
        """End the threads that write."""
        self._bulk.close()

    def _write(
        self, articles: Sequence[CleanArticle], places: Sequence[EventPlace | None], *, checked: bool
    ) -> list[Verdict]:
        now = time.monotonic()
        if now >= self._layout_until:  # again and again: a new index may have come, which looks otherwise
            self._bulk.layout = templates.layout(self._client, self._names.write)
            if self._bulk.layout.is_first and not self._has_written:
                logger.warning("%s", advice_on(self._client, templates.live(self._client, self._names)))
            self._layout_until = now + _LAYOUT_ANEW
            self._keep_in_bounds()
        known = list(dict.fromkeys(each.id for each in articles if possible_id(each.id)))
        live = templates.live(self._client, self._names)
        holders = self._reader.holders(live, known, source=True)
        homes = Homes()
        if live.write in live.search:  # an article stays where it was seen first; a rebuild takes all
            homes = Homes({key: documents[0]["_index"] for key, documents in holders.items()}, live.write)
            if doubled := [document for documents in holders.values() for document in documents[1:]]:
                delete(self._client, doubled)  # written while the next index began, by a process that died over it
        found = pasts({key: max(each, key=document_version) for key, each in holders.items()}, articles, places)
        try:
            return self._bulk.write(articles, checked=checked, pasts=found, homes=homes)
        except OtherMapping:
            old, self._bulk.layout = self._bulk.layout, templates.layout(self._client, self._names.write)
            if self._bulk.layout == old:
                raise
            return self._bulk.write(articles, checked=checked, pasts=found, homes=homes)

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
