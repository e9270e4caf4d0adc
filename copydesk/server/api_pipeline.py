"""Answer the API's questions about the pipeline: its state, and the events of a topic as they come."""

import asyncio
from collections.abc import AsyncIterator

from litestar import get
from litestar.params import FromPath
from litestar.response import ServerSentEvent, ServerSentEventMessage

from copydesk.answers.pipeline_state import PipelineState, pipeline_state
from copydesk.answers.topic_tail import check_topic, value_as_line
from copydesk.errors import Unavailable
from copydesk.log_port import Log, Partition, Record
from copydesk.server.desk import TheDesk
from copydesk.server.problems import PROBLEMS

_LOOK_EVERY = 1.0
_MOST_AT_ONCE = 100


@get("/pipeline", sync_to_thread=True, operation_id="pipeline", responses=PROBLEMS)
def pipeline_now(desk: TheDesk) -> PipelineState:
    """Return topics with offsets and lag, the index, and the number of dead letters, as `status --json`."""
    return pipeline_state(desk.log, desk.index)


@get("/events/{topic:str}", operation_id="events", responses=PROBLEMS, media_type="text/event-stream")
async def topic_events(desk: TheDesk, topic: FromPath[str]) -> ServerSentEvent:
    """Send the events of a topic as they are published from now on, as server-sent events."""
    check_topic(topic)
    return ServerSentEvent(_events(desk.log, topic))


async def _events(log: Log, topic: str) -> AsyncIterator[ServerSentEventMessage]:
    """Look again and again for what is new; a log that does not answer is asked again."""
    ends: dict[Partition, int] | None = None
    while True:
        found: list[Record] = []
        try:
            found, ends = await asyncio.to_thread(new_records, log, topic, ends)
        except Unavailable as error:
            yield ServerSentEventMessage(event="waiting", data=str(error))
        for record in found:
            yield ServerSentEventMessage(
                data=value_as_line(record.value), event=topic, id=f"{record.partition}@{record.offset}"
            )
        if not found:
            yield ServerSentEventMessage(data=None, comment="nothing new")  # so that a browser that left is noticed
            await asyncio.sleep(_LOOK_EVERY)


def new_records(log: Log, topic: str, ends: dict[Partition, int] | None) -> tuple[list[Record], dict[Partition, int]]:
    """Return what was published behind the offsets `ends`, and the offsets behind that; None is from now on."""
    now = {each.partition: each.end for each in log.status() if each.partition.topic == topic}
    if ends is None:
        return [], now
    found: list[Record] = []
    reached = dict(ends)
    for partition, end in now.items():
        offset = reached.get(partition, end)
        while offset < end and len(found) < _MOST_AT_ONCE:
            if record := log.read(topic, partition.number, offset):
                found.append(record)
            offset += 1
        reached[partition] = offset
    return found, reached
