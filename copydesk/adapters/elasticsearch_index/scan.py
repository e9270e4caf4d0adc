"""Read everything a query selects, oldest first, from a point in time of the index, in pages of bounded size."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from copydesk.adapters.elasticsearch_index.client import Client, NotFoundError, translate_elasticsearch_errors
from copydesk.adapters.elasticsearch_index.documents import REPEATED, Json
from copydesk.adapters.elasticsearch_index.query import BY_TIME
from copydesk.errors import CopydeskError

PAGE, BARE_PAGE = 100, 2_000
"""Documents read at once, whole or by a few fields."""
_KEEP_ALIVE = "5m"


def scan_documents(client: Client, alias: str, selected: Json, *, fields: Sequence[str] = ()) -> Iterator[Json]:
    """Yield the documents whole, or with these fields alone.

    A lost point in time (a pause, a new index) is replaced by one of that moment.
    """
    after: list[Any] | None = None
    view = _open(client, alias)
    shown = list(fields) if fields else {"excludes": list(REPEATED)}
    asked: Json = {"query": selected, "size": BARE_PAGE if fields else PAGE, "_source": shown, "version": True}
    try:
        while True:
            try:
                hits, view = _page(client, view, asked, after)
            except _ViewLostError:
                view = _open(client, alias)
                hits, view = _page(client, view, asked, after)
            yield from hits
            if len(hits) < asked["size"]:
                return
            after = hits[-1]["sort"]
    finally:
        with suppress(CopydeskError), translate_elasticsearch_errors(client.address):
            client.api.options(ignore_status=404).close_point_in_time(id=view)


class _ViewLostError(Exception):
    """Tell that the point in time is no more."""


def _open(client: Client, alias: str) -> str:
    with translate_elasticsearch_errors(client.address):
        return str(client.api.open_point_in_time(index=alias, keep_alive=_KEEP_ALIVE).body["id"])


def _page(client: Client, view: str, asked: Json, after: list[Any] | None) -> tuple[list[Json], str]:
    """Return the next documents, and the name of the view from now on."""
    body: Json = {
        **asked,
        "pit": {"id": view, "keep_alive": _KEEP_ALIVE},
        "sort": BY_TIME,
        "track_total_hits": False,
    }
    if after:
        body["search_after"] = after
    with translate_elasticsearch_errors(client.address):
        try:
            answer = client.api.search(body=body, allow_partial_search_results=False).body
        except NotFoundError as error:
            raise _ViewLostError from error
    return answer["hits"]["hits"], answer["pit_id"]
