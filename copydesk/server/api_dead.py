"""Answer the API's questions about dead letters, and publish them again."""

from typing import Annotated

from litestar import get, post
from litestar.params import JSONBody, QueryParameter
from msgspec import Struct

from copydesk.answers.letters import (
    LetterGroup,
    choose_letters,
    letter_groups,
    letters,
    matching_letters,
    replay_letter,
)
from copydesk.errors import InputError
from copydesk.events import DeadClass, DeadLetter
from copydesk.server.desk import TheDesk
from copydesk.server.problems import PROBLEMS

OfStage = Annotated[str | None, QueryParameter(description="Only letters of this stage.")]
OfClass = Annotated[DeadClass | None, QueryParameter(name="class", description="Only refused or failed ones.")]
OfReason = Annotated[str | None, QueryParameter(description="Only letters of this reason, as a group names it.")]


class ReplayRequest(Struct, frozen=True, kw_only=True, rename={"class_": "class"}, forbid_unknown_fields=True):
    """Choose dead letters: by handles or article ids, or all of a stage, class and reason."""

    letters: list[str] | None = None
    stage: str | None = None
    class_: DeadClass | None = None
    reason: str | None = None


class Replayed(Struct, frozen=True):
    """Count the letters that were published again, and those whose event is not kept any more."""

    published: int
    gone: int


@get("/dead", sync_to_thread=True, operation_id="dead", responses=PROBLEMS)
def list_letters(
    desk: TheDesk, stage: OfStage = None, class_: OfClass = None, reason: OfReason = None
) -> list[DeadLetter]:
    """List the dead letters, oldest first, as `dead list --json` prints them."""
    return [each.letter for each in choose_letters(letters(desk.log), stage, class_, reason)]


@get("/dead/groups", sync_to_thread=True, operation_id="dead_groups", responses=PROBLEMS)
def list_groups(desk: TheDesk) -> list[LetterGroup]:
    """Count the dead letters by stage, class and reason; the group with the newest letter stands first."""
    return letter_groups(letters(desk.log))


@post("/dead/replay", sync_to_thread=True, status_code=200, operation_id="replay", responses=PROBLEMS)
def replay_letters(desk: TheDesk, data: JSONBody[ReplayRequest]) -> Replayed:
    """Publish dead letters again to the topic they died in; answered when the log has them."""
    return replay_chosen(desk, data)


def replay_chosen(desk: TheDesk, asked: ReplayRequest) -> Replayed:
    """Replay what was chosen; raises InputError where nothing was, NotFound for a letter that is not there."""
    if asked.letters is None and asked.stage is None and asked.class_ is None and asked.reason is None:
        raise InputError("letters must name the dead letters; or give stage, class or reason for all of these")
    if asked.letters is not None:
        found = {each.handle: each for name in asked.letters for each in matching_letters(desk.log, name)}
    else:
        found = {each.handle: each for each in letters(desk.log)}
    chosen = choose_letters(found.values(), asked.stage, asked.class_, asked.reason)
    published = sum(replay_letter(desk.log, each) for each in chosen)
    return Replayed(published, len(chosen) - published)
