"""Show the dead letters in groups, one beside what it was, and try or replay them."""

import asyncio
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from msgspec import UnsetType

from copydesk.answers.clean_again import header_of_source
from copydesk.answers.letter_actions import choose_letters, discard_letters, letter_groups, matching_letters
from copydesk.events import DeadLetter, RawArticle, Refused, decode
from copydesk.server.api_dead import LetterChoice, letters_chosen, open_letters, replay_chosen
from copydesk.server.desk import TheDesk
from copydesk.server.pages_articles import HTML
from copydesk.server.pages_try import own_form
from copydesk.server.rendering import page_address, render
from copydesk.server.shown_blocks import article_runs, refused_runs

_MOST_SHOWN = 200
_MOST_TEXT = 200_000


@get("/dead", sync_to_thread=True, include_in_schema=False)
def dead_page(
    desk: TheDesk,
    stage: FromQuery[str] = "",
    reason: FromQuery[str] = "",
    class_name: FromQuery[str] = "",
    published: FromQuery[int | None] = None,
    gone: FromQuery[int] = 0,
    discarded: FromQuery[int | None] = None,
) -> Response[bytes]:
    """Show the groups, and the letters of one where it is named."""
    found = open_letters(desk)
    chosen = choose_letters(found, stage or None, class_name or None, reason or None)[::-1][:_MOST_SHOWN]
    page = render(
        "dead.html", key=desk.form_key, groups=letter_groups(found), chosen=chosen if stage or reason else [],
        stage=stage, reason=reason, class_name=class_name,
        published=published, gone=gone, discarded=discarded,
    )  # fmt: skip
    return Response(page.encode(), media_type=HTML)


@get("/dead/{handle:str}", include_in_schema=False)
async def letter_page(desk: TheDesk, handle: FromPath[str], clean: FromQuery[bool] = False) -> Response[bytes]:
    """Show one letter, and with `clean` what the clean stage would make of it now."""
    found = (await asyncio.to_thread(matching_letters, desk.log, handle))[-1]
    raw, cleaned = _raw_of(found.letter), None
    if clean and raw:
        cleaned = await desk.cleaning.clean(raw, await asyncio.to_thread(header_of_source, desk.log, raw.source))
    runs = [] if cleaned is None else refused_runs(cleaned) if isinstance(cleaned, Refused) else []
    if cleaned is not None and not isinstance(cleaned, Refused):
        runs = article_runs(cleaned, cuts=True)
    page = render(
        "letter.html", key=desk.form_key, handle=found.handle, letter=found.letter, text_of=_text_of(found.letter),
        raw=raw, cleaned=cleaned, runs=runs,
    )  # fmt: skip
    return Response(page.encode(), media_type=HTML)


@post("/dead/replay", status_code=303, include_in_schema=False)
async def replay_form(desk: TheDesk, request: Request[Any, Any, Any]) -> Redirect:
    """Replay a letter or a group, and go back to the list."""
    done = await asyncio.to_thread(replay_chosen, desk, _choice(await own_form(desk, request)))
    return Redirect(page_address("/dead", published=str(done.published), gone=done.gone), status_code=303)


@post("/dead/discard", status_code=303, include_in_schema=False)
async def discard_form(desk: TheDesk, request: Request[Any, Any, Any]) -> Redirect:
    """Put a letter or a group aside, with the reason, and go back to the list."""
    form = await own_form(desk, request)
    because = str(form.get("because") or "").strip() or "discarded by hand"
    chosen = await asyncio.to_thread(letters_chosen, desk, _choice(form))
    done = await asyncio.to_thread(discard_letters, desk.log, chosen, because)
    return Redirect(page_address("/dead", discarded=str(done)), status_code=303)


def _choice(form: Any) -> LetterChoice:
    """Return what a form chooses: one letter, or a group."""
    given = {name: str(form.get(name) or "") for name in ("letter", "stage", "class", "reason")}
    chosen: dict[str, Any] = {name: text for name, text in given.items() if text and name != "letter"}
    return msgspec.convert(chosen | ({"letters": [given["letter"]]} if given["letter"] else {}), LetterChoice)


def _raw_of(letter: DeadLetter) -> RawArticle | None:
    if isinstance(letter.event, UnsetType):
        return None
    try:
        return decode(RawArticle, bytes(letter.event))
    except msgspec.MsgspecError:
        return None


def _text_of(letter: DeadLetter) -> str:
    """Return what the letter holds as text, a page as it came where it is one."""
    raw = _raw_of(letter)
    event = b"" if isinstance(letter.event, UnsetType) else bytes(letter.event)
    text = raw.content if raw else event.decode("utf-8", "replace") or letter.event_text or ""
    return text[:_MOST_TEXT]
