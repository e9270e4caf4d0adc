"""Write articles to Elasticsearch in bulk, and read every item's answer: stored, stale, refused, or unknown.

A document is refused for good only where Elasticsearch says that the document itself is at fault. Everything else
(overload, blocks, a missing or closed index, no permission) leaves the outcome open: nothing of it is a dead letter.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import msgspec
import orjson

from copydesk.adapters.elasticsearch_index.client import (
    ApiError,
    Client,
    failure,
    forbidden_error,
    missing_index_error,
    translate_elasticsearch_errors,
)
from copydesk.adapters.elasticsearch_index.documents import DocumentLayout, document
from copydesk.adapters.elasticsearch_index.past import Past, past_fields
from copydesk.adapters.elasticsearch_index.query import MAX_ID_BYTES
from copydesk.errors import CopydeskError, IndexUnavailable, StorageError
from copydesk.events import CleanArticle, decode, encode
from copydesk.index_port import Verdict
from copydesk.telemetry.figures import BULK_BYTES, BULK_REJECTIONS

BATCH_BYTES, BATCH_COUNT, IN_FLIGHT = 5 << 20, 500, 4
EDITION_BITS = 20
MAX_REVISION, MAX_EDITION = (1 << 63 - EDITION_BITS) - 1, (1 << EDITION_BITS) - 1
"""What fits into one version number of Elasticsearch: instants of the next 270 years, a million editions."""
MAX_DOCUMENT_BYTES = 64 << 20
"""The largest document that is sent, in bytes of JSON; Elasticsearch takes requests of up to 100 MB."""

MILLISECOND = timedelta(milliseconds=1)

_DOCUMENT_AT_FAULT = frozenset({"document_parsing_exception", "mapper_parsing_exception", "parsing_exception"})
_NEEDED_AND_ALLOWED = re.compile(r"_operation_bytes=(\d+), max_\w+=(\d+)")
_FILTER = ["errors", "items.*.status", "items.*.error", "items.*._index"]
_ACTION = b'{"index":{'
_STORED, _STALE = Verdict("stored"), Verdict("stale")


class FirstWrite(NamedTuple):
    """Hold when an article was indexed first, and how long after it was fetched, where it came in live."""

    indexed_at: datetime
    latency_ms: int | None = None


class OtherMapping(StorageError):
    """Tell that the index was made for another version: `reindex`, or a way back to that version, mends it."""


class Homes(NamedTuple):
    """Hold the indices that articles are in, by id, and the last one, which the alias led to then: others go there."""

    by_id: Mapping[str, str] = {}
    last: str | None = None


class _Line(NamedTuple):
    """Hold a document as its two lines of a bulk request, its place among the articles given, and where it belongs."""

    place: int
    data: bytes
    home: str | None = None

    def at_home(self, homes: Homes, article_id: str) -> "_Line":
        """Return the line as it goes to the index that the article is in: by name, where that is not the last."""
        home = homes.by_id.get(article_id)
        if home is None or home == homes.last:
            return self._replace(home=home)
        named = orjson.dumps({"_index": home, "require_alias": False})[1:-1]
        return _Line(self.place, b"%s%s,%s" % (_ACTION, named, self.data.removeprefix(_ACTION)), home)


class BulkWriter:
    """Write through one alias, never making an index. Batches are bounded, and a few are under way at once."""

    def __init__(self, client: Client, alias: str, layout: DocumentLayout = DocumentLayout()) -> None:  # noqa: B008 - a constant
        """Write through `alias`, documents of the `layout` of the index behind it."""
        self._client, self._alias, self.layout = client, alias, layout
        self._pool = ThreadPoolExecutor(IN_FLIGHT, thread_name_prefix="elasticsearch-bulk")

    def close(self) -> None:
        """Wait for the batches under way, and end the threads."""
        self._pool.shutdown()

    def write(
        self,
        articles: Sequence[CleanArticle],
        *,
        checked: bool = False,
        first: Mapping[tuple[str, int], FirstWrite] | None = None,
        pasts: Sequence[Past] = (),
        homes: Homes = Homes(),  # noqa: B008 - a constant
    ) -> list[Verdict]:
        """Return verdicts in order; raises IndexUnavailable, ConfigError, StorageError: then any may be stored.

        `checked`: the articles were read from events, and can be written and read again. `first`: they are indexed
        again; what is known of the first time, by id and revision. How late one is now would say nothing of it.
        `pasts`: what is to be stored of each one's past, where that is known; `homes`: where they are.
        """
        verdicts: dict[int, Verdict] = {}
        now = datetime.now(UTC)
        lines = []
        for place, article in enumerate(articles):
            if first is None:
                written = FirstWrite(now, (now - article.fetched_at) // MILLISECOND)
            else:
                written = first.get((article.id, article.revision)) or FirstWrite(now)
            line = self._line(place, pasts[place] if pasts else Past(article), article, written, checked)
            if isinstance(line, Verdict):
                verdicts[place] = line
            else:
                lines.append(line.at_home(homes, article.id))
        batches = list(_batches(lines))
        if len(batches) == 1:
            verdicts.update(self._send(batches[0]))
        else:
            futures = [self._pool.submit(self._send, batch) for batch in batches]
            wait(futures)  # none is left under way when one of them raises
            for future in futures:
                verdicts.update(future.result())
        return [verdicts[place] for place in range(len(articles))]

    def _line(
        self, place: int, past: Past, article: CleanArticle, written: FirstWrite, checked: bool
    ) -> _Line | Verdict:
        """Return the document, or the refusal of what would make Elasticsearch refuse the whole request."""
        size = len(article.id.encode("utf-8", "surrogatepass"))
        if not 0 < size <= MAX_ID_BYTES:
            return Verdict("refused", f"an id has 1 to {MAX_ID_BYTES} bytes, this one {size}")
        if not 0 <= article.revision <= MAX_REVISION:
            return Verdict("refused", f"a revision is from 0 to {MAX_REVISION}, this one is {article.revision}")
        if article.edition > MAX_EDITION:
            return Verdict("refused", f"an edition is from 0 to {MAX_EDITION}, this one is {article.edition}")
        try:
            version = article.revision if self.layout.is_first else article.revision << EDITION_BITS | article.edition
            action = {"index": {"_id": article.id, "version": version, "version_type": "external"}}
            if not checked:
                decode(CleanArticle, encode(article))  # what would not come back is not taken
            whole = past.article or article
            changed = {"changed_at": whole.changed_at, "changes": whole.changes}
            stored = msgspec.structs.replace(article, indexed_at=written.indexed_at, **changed)
            known = past_fields(past)
            data = b"%s\n%s\n" % (orjson.dumps(action), document(stored, written.latency_ms, self.layout, known))
        except (UnicodeError, msgspec.MsgspecError, TypeError, ValueError, OverflowError) as error:
            return Verdict("refused", f"it cannot be written as JSON and read again: {error}")
        if len(data) > MAX_DOCUMENT_BYTES:
            return Verdict(
                "refused", f"it takes {len(data):,} bytes, more than the {MAX_DOCUMENT_BYTES:,} an index holds"
            )
        return _Line(place, data)

    def _send(self, batch: list[_Line]) -> dict[int, Verdict]:
        body = b"".join(line.data for line in batch)
        BULK_BYTES.observe(len(body))
        with translate_elasticsearch_errors(self._client.address):
            try:
                answer = self._client.api.bulk(
                    operations=body,  # type: ignore[arg-type]  # the lines as they go on the wire
                    index=self._alias,
                    require_alias=True,
                    filter_path=_FILTER,
                    timeout="20s",
                ).body
            except ApiError as error:
                if error.meta.status == 413 or _beyond_memory(error.body):
                    return self._send_less(batch, len(body))
                BULK_REJECTIONS.add(1, _rejection(error.meta.status))
                raise
        items = answer.get("items") if isinstance(answer, dict) else None
        if not isinstance(items, list) or len(items) != len(batch):
            raise IndexUnavailable(f"Elasticsearch at {self._client.address} answered for other documents")
        answers = [item.get("index", {}) for item in items]
        if any(
            line.home not in {None, item.get("_index", line.home)} for line, item in zip(batch, answers, strict=True)
        ):
            raise IndexUnavailable(  # written again they go home, and what is double goes
                f"in Elasticsearch at {self._client.address} the next index began while articles were written"
            )
        if any(map(_beyond_memory, answers)):
            return self._send_less(batch, len(body))
        found = (verdict_of(each, self._client.address) for each in answers)
        return {line.place: verdict for line, verdict in zip(batch, found, strict=True)}

    def _send_less(self, batch: list[_Line], size: int) -> dict[int, Verdict]:
        """Halve a request of a size that the server does not take, down to the one document that is too large."""
        BULK_REJECTIONS.add(1, "too_large")
        if len(batch) == 1:
            reason = f"its {size:,} bytes are more than Elasticsearch takes at once: give it more memory, then replay"
            return {batch[0].place: Verdict("refused", reason)}
        middle = len(batch) // 2
        return self._send(batch[:middle]) | self._send(batch[middle:])


def verdict_of(item: dict[str, Any], address: str) -> Verdict:
    """Return a document's verdict, from its item of a bulk answer; raises where that is not known or not final."""
    status = item.get("status")
    if status in {200, 201}:
        return _STORED
    kind, reason = failure(item)
    if status == 409 and kind == "version_conflict_engine_exception":
        return _STALE
    if kind in _DOCUMENT_AT_FAULT or (kind == "illegal_argument_exception" and "immense term" in reason):
        return Verdict("refused", reason)
    raise _unsettled(status, kind, reason, address)


def _beyond_memory(answer: Any) -> bool:
    """Whether a rejection is for good: what was sent needs, alone, more than all the memory there is for writes.

    Elasticsearch counts four times the bytes of a document, against a tenth of its heap.
    """
    kind, reason = failure(answer)
    numbers = _NEEDED_AND_ALLOWED.search(reason) if kind == "es_rejected_execution_exception" else None
    return numbers is not None and int(numbers[1]) > int(numbers[2])


def _rejection(status: Any) -> str:
    return "busy" if status == 429 else "other"


def _unsettled(status: Any, kind: str, reason: str, address: str) -> CopydeskError:
    BULK_REJECTIONS.add(1, _rejection(status))
    if kind == "security_exception":
        return forbidden_error(reason, address)
    if kind == "index_not_found_exception":
        return missing_index_error(reason, address)
    if kind == "strict_dynamic_mapping_exception":
        return OtherMapping(
            f"the index in Elasticsearch at {address} was made for another version ({reason}): run `copydesk reindex`"
        )
    return IndexUnavailable(f"Elasticsearch at {address} does not store articles now ({status} {kind}): {reason}")


def _batches(lines: list[_Line]) -> Iterator[list[_Line]]:
    batch: list[_Line] = []
    size = 0
    for line in lines:
        if batch and (len(batch) == BATCH_COUNT or size + len(line.data) > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(line)
        size += len(line.data)
    if batch:
        yield batch
