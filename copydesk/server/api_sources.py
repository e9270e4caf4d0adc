"""Answer the API's questions about sources, and record people's corrections of their texts."""

from typing import Annotated

from litestar import delete, get, post
from litestar.params import JSONBody, PathParameter
from msgspec import Struct

from copydesk.answers.corrections import correct, corrections_of, take_back
from copydesk.answers.learned_text import LearnedSource, LearnedText, learned_sources, learned_text
from copydesk.errors import InputError
from copydesk.events import Correction, Decision
from copydesk.server.desk import TheDesk
from copydesk.server.problems import PROBLEMS

SourceName = Annotated[str, PathParameter(description="A source, such as courier.example.")]
TextHash = Annotated[str, PathParameter(description="The hash of a text, as the list of corrections names it.")]


class CorrectionRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Decide on a text, given as it stands or by its `hash`: `keep` it in the source's articles, or `cut` it."""

    decision: Decision
    text: str | None = None
    hash: str | None = None
    article: str | None = None


@get("/sources", sync_to_thread=True, operation_id="sources", responses=PROBLEMS)
def all_sources(desk: TheDesk) -> list[LearnedSource]:
    """List the sources that something was learned of, as `sources list --json`."""
    return learned_sources(desk.log)


@get("/sources/{name:str}", sync_to_thread=True, operation_id="source", responses=PROBLEMS)
def one_source(desk: TheDesk, name: SourceName) -> LearnedText:
    """Return what recurs in a source's articles, as `sources show --json`."""
    return learned_text(desk.log, name)


@get("/sources/{name:str}/corrections", sync_to_thread=True, operation_id="corrections", responses=PROBLEMS)
def list_corrections(desk: TheDesk, name: SourceName) -> list[Correction]:
    """List the corrections that stand, newest first, as `sources correct list --json`."""
    return corrections_of(desk.log, name)


@post("/sources/{name:str}/corrections", sync_to_thread=True, operation_id="correct", responses=PROBLEMS)
def record_correction(desk: TheDesk, name: SourceName, data: JSONBody[CorrectionRequest]) -> Correction:
    """Record a correction, which the source's later articles follow; answered when the log has it."""
    if (data.text is None) == (data.hash is None):
        raise InputError("text or hash must be given, one of the two")
    return correct(desk.log, name, data.text or data.hash or "", data.decision, data.article)


@delete(
    "/sources/{name:str}/corrections/{hashed:str}",
    sync_to_thread=True, status_code=200, operation_id="take_back", responses=PROBLEMS,
)  # fmt: skip
def withdraw_correction(desk: TheDesk, name: SourceName, hashed: TextHash) -> Correction:
    """Take a correction back; answered when the log has it."""
    return take_back(desk.log, name, hashed)
