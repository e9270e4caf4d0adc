"""Show the pages of the pipeline, live."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from litestar import Response, get
from litestar.response import ServerSentEvent, ServerSentEventMessage

from copydesk.answers.pipeline_state import PipelineState, TopicState, pipeline_state
from copydesk.errors import Unavailable
from copydesk.pipeline import STAGES
from copydesk.server.desk import TheDesk
from copydesk.server.pages_articles import HTML
from copydesk.server.rendering import render

_LIVE_EVERY = 2.0


@get("/pipeline", sync_to_thread=True, include_in_schema=False)
def pipeline_page(desk: TheDesk) -> Response[bytes]:
    """Show the stages in order, each with what it reads, how far behind it is, and what waits."""
    state = pipeline_state(desk.log, desk.index)
    return _html("pipeline.html", state=state, stages=STAGES, live=live_cells(state), nothing=TopicState())


@get("/pipeline/live", include_in_schema=False)
async def pipeline_live(desk: TheDesk) -> ServerSentEvent:
    """Send the numbers of the page again and again."""
    return ServerSentEvent(_live(desk))


async def _live(desk: TheDesk) -> AsyncIterator[ServerSentEventMessage]:
    while True:
        try:
            cells = live_cells(await asyncio.to_thread(pipeline_state, desk.log, desk.index))
        except Unavailable as error:
            cells = {"problem": f"The log does not answer: {error}"}
        yield ServerSentEventMessage(data=msgspec.json.encode(cells))
        await asyncio.sleep(_LIVE_EVERY)


def live_cells(state: PipelineState) -> dict[str, str]:
    """Return the texts of the page that change, by the names of their places."""
    index = state.index
    cells = {"problem": str(index.unavailable or index.waiting or ""), "documents": f"{index.documents or 0:,}"}
    cells |= {f"dead-{class_}": f"{count:,}" for class_, count in state.dead_letters.items()}
    for name, topic in state.topics.items():
        cells[f"records-{name}"] = f"{topic.records:,}"
        cells |= {f"lag-{name}-{group}": f"{each.lag:,}" for group, each in topic.groups.items()}
    return cells


def _html(template: str, **values: Any) -> Response[bytes]:
    return Response(render(template, **values).encode(), media_type=HTML)
