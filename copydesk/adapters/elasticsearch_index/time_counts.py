"""Write questions for counts over time as Elasticsearch's JSON, and read the answers, page by page."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from copydesk.adapters.elasticsearch_index.documents import Json
from copydesk.index_port import Count, CountedBy, Interval

BUCKETS_AT_ONCE = 1_000


def time_counts(
    ask: Callable[[Json], Json], selected: Json, interval: Interval, by: CountedBy | None
) -> Iterator[Count]:
    """Yield the counts of what is selected, in order; `ask` sends the body of a search."""
    after: Json | None = None
    while True:
        found = ask(_body(selected, interval, by, after))["aggregations"]["counts"]
        for bucket in found["buckets"]:
            key = bucket["key"]
            yield Count(date.fromisoformat(key["start"]), key.get("value", ""), bucket["doc_count"])
        after = found.get("after_key")
        if after is None:
            return


def _body(selected: Json, interval: Interval, by: CountedBy | None, after: Json | None) -> Json:
    histogram = {"field": "seen_at", "calendar_interval": interval, "format": "yyyy-MM-dd"}
    sources: list[Any] = [{"start": {"date_histogram": histogram}}]
    if by:
        sources.append({"value": {"terms": {"field": by}}})
    composite = {"size": BUCKETS_AT_ONCE, "sources": sources, **({"after": after} if after else {})}
    return {"query": selected, "size": 0, "track_total_hits": False, "aggs": {"counts": {"composite": composite}}}
