"""Answer the API's questions about dead letters, and publish them again."""

from typing import Annotated, Any

from litestar import get, post
from litestar.params import JSONBody, QueryParameter
from msgspec import Struct

from copydesk.answers.letter_actions import (
    LetterGroup,
    choose_letters,
    discard_letters,
    letter_document,
    letter_groups,
    matching_letters,
    replay_letter,
)
from copydesk.answers.letters import FoundLetter, read_letters, with_what_became
from copydesk.errors import InputError
from copydesk.events import DeadClass
from copydesk.server.desk import TheDesk
from copydesk.server.problems import PROBLEMS

OfStage = Annotated[str | None, QueryParameter(description="Only letters of this stage.")]
OfClass = Annotated[DeadClass | None, QueryParameter(name="class", description="Only refused or failed ones.")]
OfReason = Annotated[str | None, QueryParameter(description="Only letters of this reason, as a group names it.")]


class LetterChoice(Struct, frozen=True, kw_only=True, rename={"class_": "class"}, forbid_unknown_fields=True):
    """Choose dead letters: by handles or article ids, or all open ones of a stage, class and reason."""

    letters: list[str] | None = None
    stage: str | None = None
    class_: DeadClass | None = None
    reason: str | None = None


class DiscardRequest(LetterChoice, frozen=True, kw_only=True, rename={"class_": "class"}, forbid_unknown_fields=True):
    """Choose dead letters, and say why they are put aside."""

    because: str = "discarded by hand"


class Replayed(Struct, frozen=True):
    """Count the letters that were published again; `gone` are those whose event is not kept, or never was one."""

    published: int
    gone: int


class Discarded(Struct, frozen=True):
    """Count the letters that were put aside."""

    discarded: int


@get("/dead", sync_to_thread=True, operation_id="dead", responses=PROBLEMS)
def list_letters(
    desk: TheDesk, stage: OfStage = None, class_: OfClass = None, reason: OfReason = None
) -> list[dict[str, Any]]:
    """List the open dead letters, oldest first, as `dead list --json` prints them."""
    return [letter_document(each) for each in choose_letters(open_letters(desk), stage, class_, reason)]


@get("/dead/groups", sync_to_thread=True, operation_id="dead_groups", responses=PROBLEMS)
def list_groups(desk: TheDesk) -> list[LetterGroup]:
    """Count the open dead letters by stage, class and reason; the group with the newest letter stands first."""
    return letter_groups(open_letters(desk))


@post("/dead/replay", sync_to_thread=True, status_code=200, operation_id="replay", responses=PROBLEMS)
def replay_letters(desk: TheDesk, data: JSONBody[LetterChoice]) -> Replayed:
    """Publish dead letters again to the topic they died in; answered when the log has them."""
    return replay_chosen(desk, data)


@post("/dead/discard", sync_to_thread=True, status_code=200, operation_id="discard", responses=PROBLEMS)
def discard_asked(desk: TheDesk, data: JSONBody[DiscardRequest]) -> Discarded:
    """Put dead letters aside, with the reason; answered when the log has it."""
    return Discarded(discard_letters(desk.log, letters_chosen(desk, data), data.because))


def open_letters(desk: TheDesk) -> list[FoundLetter]:
    """Return the letters that are neither resolved nor discarded, oldest first."""
    known = with_what_became(list(read_letters(desk.log)), desk.log, desk.index)
    return [each for each in known if each.state == "open"]


def replay_chosen(desk: TheDesk, asked: LetterChoice) -> Replayed:
    """Replay what was chosen; errors as `letters_chosen`."""
    chosen = letters_chosen(desk, asked)
    published = sum(not replay_letter(desk.log, each) for each in chosen)
    return Replayed(published, len(chosen) - published)


def letters_chosen(desk: TheDesk, asked: LetterChoice) -> list[FoundLetter]:
    """Return what was chosen; raises InputError where nothing was, NotFound for a letter that is not there."""
    if asked.letters is None and asked.stage is None and asked.class_ is None and asked.reason is None:
        raise InputError("letters must name the dead letters; or give stage, class or reason for all of these")
    if asked.letters is not None:
        found = {each.handle: each for name in asked.letters for each in matching_letters(desk.log, name)}
    else:
        found = {each.handle: each for each in open_letters(desk)}
    return choose_letters(found.values(), asked.stage, asked.class_, asked.reason)
