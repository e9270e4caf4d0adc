"""Add, pause and remove feeds: the list in its file stays the truth."""

import asyncio
from pathlib import Path
from typing import Any

from litestar import Request, post
from litestar.response import Redirect

from copydesk.errors import CopydeskError, InputError
from copydesk.producers.feeds.feed_list import append_sources, load_sources
from copydesk.producers.feeds.list_edits import remove_source, set_enabled
from copydesk.server.desk import EditableLists, TheDesk
from copydesk.server.pages_try import own_form
from copydesk.server.rendering import page_address


@post("/sources/feeds", status_code=303, include_in_schema=False)
async def change_feeds(desk: TheDesk, request: Request[Any, Any, Any]) -> Redirect:
    """Do what the form asks, and go back to the sources, where it is said what came of it."""
    form = await own_form(desk, request)
    given = {name: str(text).strip() for name, text in form.items()}
    try:
        said, wrong = await _change(desk.feeds, given), ""
    except CopydeskError as error:
        said, wrong = "", str(error)
    return Redirect(page_address("/sources", said=said, wrong=wrong) + "#feeds", status_code=303)


async def _change(feeds: EditableLists | None, given: dict[str, str]) -> str:
    if feeds is None or not feeds.files:
        raise InputError("there is no list of feeds: COPYDESK_FEEDS names one")
    if given.get("do") == "add":
        return await _add(feeds, given.get("address", ""), given.get("called", ""))
    name = given.get("name", "")
    file = await asyncio.to_thread(feeds.to_edit, await asyncio.to_thread(_file_of, feeds, name))
    match given.get("do"):
        case "pause":
            await asyncio.to_thread(set_enabled, file, name, enabled=False)
            return f"{name} is paused in {file}"
        case "resume":
            await asyncio.to_thread(set_enabled, file, name, enabled=True)
            return f"{name} is asked again; {file} says so"
        case "remove":
            await asyncio.to_thread(remove_source, file, name)
            return f"{name} is out of {file}"
    raise InputError("do must be add, pause, resume or remove")


async def _add(feeds: EditableLists, address: str, called: str) -> str:
    if not address:
        raise InputError("address must be that of a feed, or of a page that has one")
    if feeds.find is None:
        raise InputError("fetching needs packages that are not installed: pip install 'copydesk[feeds]'")
    file = await asyncio.to_thread(feeds.to_edit, feeds.files[0])
    source, problem = await feeds.find(address, called or None)
    if problem:
        raise InputError(problem)
    added = await asyncio.to_thread(append_sources, file, [source])
    return f"{added[0].name} is in {file}" if added else f"{file} has it already"


def _file_of(feeds: EditableLists, name: str) -> Path:
    """Return the list that has a source of this name."""
    for file in feeds.files:
        if any(each.name == name for each in load_sources(file).sources):
            return file
    raise InputError(f"no list has a source {name[:80]!r}")
