"""Clean the past again for a program, and report: progress as events, then what would change. Nothing is written."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import msgspec
from litestar import post
from litestar.params import JSONBody
from litestar.response import ServerSentEvent, ServerSentEventMessage
from msgspec import Struct

from copydesk.answers.reclean_runs import RecleanRun, RecleanState
from copydesk.answers.time_bounds import between
from copydesk.server.desk import TheDesk
from copydesk.server.problems import PROBLEMS, Problem, problem_of

_LOOK_EVERY = 0.25


class RecleanRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Narrow what is cleaned: a `source`, fetched since and until a date, an instant or a span back, such as 7d."""

    source: str | None = None
    since: str | None = None
    until: str | None = None


@post("/reclean", status_code=200, operation_id="reclean", responses=PROBLEMS, media_type="text/event-stream")
async def reclean_past(desk: TheDesk, data: JSONBody[RecleanRequest]) -> ServerSentEvent:
    """Clean what came in again and compare it with the index, as `reclean` without --apply.

    Sends server-sent events: `progress` with the numbers done, total, compared and changed; at the end `report` with
    the document of `reclean --json`, or `problem`. It ends when nobody listens any more; a few run at once, else 503.
    """
    since, until = between(data.since or None, data.until or None, datetime.now(UTC), dashes="")
    run = desk.recleaning.begin(data.source or None, since, until)
    return ServerSentEvent(_events(run))


async def _events(run: RecleanRun) -> AsyncIterator[ServerSentEventMessage]:
    """Tell how far a run is whenever that changes, and what came of it; stop it where nobody listens any more."""
    told: RecleanState | None = None
    try:
        while not run.ended.is_set():
            state = run.state()
            if state is None or state == told:
                yield ServerSentEventMessage(data=None, comment="at work")  # so that a client that left is noticed
            else:
                yield _event("progress", state)
            told = state
            await asyncio.sleep(_LOOK_EVERY)
        if (state := run.state()) is not None and state != told:
            yield _event("progress", state)
        if run.report is not None:
            yield _event("report", run.report)
        else:
            stopped = Problem(503, "Not available now", "the desk is being stopped")
            yield _event("problem", problem_of(run.error) if run.error else stopped)
    finally:
        run.stop.set()


def _event(name: str, document: Struct) -> ServerSentEventMessage:
    return ServerSentEventMessage(event=name, data=msgspec.json.encode(document).decode())
