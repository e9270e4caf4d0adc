"""Keep an index in Elasticsearch in bounds: begin the next one when the last is full, and drop articles that are old.

The alias that is searched leads to all of them, the one that is written to the last. An article stays where its id was
seen first: whoever writes looks it up, so none stands in two.
"""

import logging
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

import orjson

from copydesk.adapters.elasticsearch_index.client import ApiError, Client, failure, translate_elasticsearch_errors
from copydesk.adapters.elasticsearch_index.query import VERSION_FIELDS
from copydesk.adapters.elasticsearch_index.scan import BARE_PAGE, scan_documents
from copydesk.adapters.elasticsearch_index.setup import SEARCHED, IndexNames, Live, Sharding, create_next, layout, live

logger = logging.getLogger("copydesk.elasticsearch")
_AT_ONCE = 10 * BARE_PAGE
"""Articles dropped one by one in a pass; the next pass goes on."""


class IndexBounds(NamedTuple):
    """Bound an index: MB of the last one's primaries at which the next begins, days that articles stay."""

    megabytes: float | None = None
    days: int | None = None


def keep_in_bounds(client: Client, names: IndexNames, shape: Sharding, bounds: IndexBounds, now: datetime) -> None:
    """Do what is due. Raises IndexUnavailable, ConfigError (this user may not)."""
    found = live(client, names)
    if found.write is None or found.write not in found.search:  # missing, or a rebuild takes over
        return
    if layout(client, found.write).is_first:  # an index of now beside it would be written otherwise: `reindex` first
        return
    if bounds.megabytes is not None and _megabytes(client, found.write) >= bounds.megabytes:
        _begin_next(client, names, shape, found.write)
    if bounds.days is not None:
        _drop_old(client, found, {"range": {"fetched_at": {"lt": f"{now.isoformat()}||-{bounds.days}d"}}})


def _megabytes(client: Client, index: str) -> float:
    """Return the size of the primaries; 0 while none is up, as when the server has just been started."""
    with translate_elasticsearch_errors(client.address):
        found = client.api.indices.stats(index=index, metric="store", filter_path="_all.primaries").body
    store = found.get("_all", {}).get("primaries", {}).get("store", {})
    return float(store.get("size_in_bytes", 0) / 1e6)


def _begin_next(client: Client, names: IndexNames, shape: Sharding, full: str) -> None:
    """Lead both aliases to a new index, in one step; of two at once, one does."""
    with translate_elasticsearch_errors(client.address):
        try:
            new = create_next(client, names, shape, {})
        except ApiError as error:
            if failure(error.body)[0] == "resource_already_exists_exception":
                return
            raise
        actions: list[dict[str, Any]] = [
            {"remove": {"index": full, "alias": names.write, "must_exist": True}},
            {"add": {"index": new, "alias": names.write, "is_write_index": True}},
            {"add": {"index": new, "alias": names.search, **SEARCHED}},
        ]
        try:
            client.api.indices.update_aliases(actions=actions)
        except ApiError:
            client.api.options(ignore_status=404).indices.delete(index=new)
            raise
        logger.info("%s is full: what comes is written to %s", full, new)
        client.api.indices.forcemerge(index=full, max_num_segments=1, wait_for_completion=False)


def _drop_old(client: Client, found: Live, old: dict[str, Any]) -> None:
    """Delete indices whose articles are all old, and the old articles of the others."""
    left = list(found.search)
    for index in found.search:
        with translate_elasticsearch_errors(client.address):
            client.api.indices.refresh(index=index)
            young = client.api.count(index=index, query={"bool": {"must_not": [old]}}).body["count"]
            if not young and index != found.write:
                client.api.options(ignore_status=404).indices.delete(index=index)
                logger.info("deleted the index %s, whose articles are all beyond the time of retention", index)
                left.remove(index)
    documents = islice(scan_documents(client, ",".join(left), old, fields=VERSION_FIELDS), _AT_ONCE)
    dropped = 0
    while some := list(islice(documents, BARE_PAGE)):
        delete(client, some)
        dropped += len(some)
    if dropped:
        logger.info("dropped %d articles beyond the time of retention", dropped)


def delete(client: Client, documents: list[dict[str, Any]]) -> None:
    """Delete documents in the versions that were read; one that is newer by now stays."""
    lines = [
        {"_index": each["_index"], "_id": each["_id"], "version": each["_version"], "version_type": "external_gte"}
        for each in documents
    ]
    body = b"".join(orjson.dumps({"delete": line}) + b"\n" for line in lines)
    with translate_elasticsearch_errors(client.address):
        client.api.bulk(operations=body, filter_path=["errors"])  # type: ignore[arg-type]  # lines as they go on the wire
