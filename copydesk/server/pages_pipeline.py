"""Show the pages of the pipeline, live, and the last events of a topic."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from litestar import Response, get
from litestar.params import FromPath
from litestar.response import ServerSentEvent, ServerSentEventMessage

from copydesk.answers.pipeline_state import PipelineState, TopicState, pipeline_state
from copydesk.answers.topic_tail import tail_of
from copydesk.pipeline import STAGES
from copydesk.server.desk import TheDesk
from copydesk.server.pages_articles import HTML
from copydesk.server.pipeline_watch import LIVE_EVERY, PipelineWatch, StageState
from copydesk.server.rendering import render

_TAILED = 50


@get("/pipeline", sync_to_thread=True, include_in_schema=False)
def pipeline_page(desk: TheDesk) -> Response[bytes]:
    """Show the stages in order, each with what it reads, how far behind it is, and what waits."""
    state = pipeline_state(desk.log, desk.index)
    return _html("pipeline.html", state=state, stages=STAGES, live=live_cells(state, desk.watch), nothing=TopicState())


@get("/pipeline/{topic:str}", sync_to_thread=True, include_in_schema=False)
def topic_page(desk: TheDesk, topic: FromPath[str]) -> Response[bytes]:
    """Show the last events of a topic, newest first; with scripts, those that come appear on top."""
    return _html("topic.html", topic=topic, events=tail_of(desk.log, topic, _TAILED))


@get("/pipeline/live", include_in_schema=False)
async def pipeline_live(desk: TheDesk) -> ServerSentEvent:
    """Send the numbers of the page again and again, as the watch of the desk sees them: one look serves all readers."""
    return ServerSentEvent(_live(desk.watch))


async def _live(watch: PipelineWatch) -> AsyncIterator[ServerSentEventMessage]:
    while True:
        watch.note_reader()
        if watch.problem:
            yield ServerSentEventMessage(data=msgspec.json.encode({"problem": watch.problem}))
        elif watch.state is not None:
            yield ServerSentEventMessage(data=msgspec.json.encode(live_cells(watch.state, watch)))
        await asyncio.sleep(LIVE_EVERY)


def live_cells(state: PipelineState, watch: PipelineWatch) -> dict[str, str]:
    """Return the texts of the page that change, by the names of their places."""
    index = state.index
    cells = {"problem": str(index.unavailable or index.waiting or ""), "documents": f"{index.documents or 0:,}"}
    cells |= {f"dead-{class_}": f"{count:,}" for class_, count in state.dead_letters.items()}
    cells |= {f"rate-{name}": _rate(rate) for name, rate in watch.rates().items()}
    cells |= {f"state-{name}": stage_words(each) for name, each in watch.stages().items()}
    for name, topic in state.topics.items():
        cells[f"records-{name}"] = f"{topic.records:,}"
        cells |= {f"lag-{name}-{group}": f"{each.lag:,}" for group, each in topic.groups.items()}
    return cells


def stage_words(state: StageState) -> str:
    """Return what a stage does, in words; clocks are in UTC."""
    clock = f"{state.since:%H:%M} UTC" if state.since else ""
    match state.word:
        case "waiting":
            return f"waiting since {clock}: {state.why}"
        case "stopped":
            return f"nothing taken since {clock}: does it run?"
        case "working":
            return f"working, {_rate(state.rate)}" if state.rate else "working"
    return state.word


def _rate(rate: float) -> str:
    return f"{rate:,.0f} a second" if rate >= 10 else f"{rate:.1f} a second" if rate >= 0.05 else ""


def _html(template: str, **values: Any) -> Response[bytes]:
    return Response(render(template, **values).encode(), media_type=HTML)
