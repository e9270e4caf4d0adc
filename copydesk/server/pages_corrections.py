"""Take what readers say of an article's pieces, and show the way back."""

import asyncio
from typing import Any

from litestar import Request, post
from litestar.params import FromPath
from litestar.response import Redirect

from copydesk.answers.corrections import correct, take_back
from copydesk.cleaning.recurring import text_hash
from copydesk.cleaning.report import article_in_order
from copydesk.errors import InputError
from copydesk.events import CleanArticle
from copydesk.server.api_articles import article_asked
from copydesk.server.desk import Desk, TheDesk
from copydesk.server.pages_try import own_form
from copydesk.server.rendering import page_address


@post("/articles/{article_id:str}/correct", status_code=303, include_in_schema=False)
async def correct_piece(desk: TheDesk, request: Request[Any, Any, Any], article_id: FromPath[str]) -> Redirect:
    """Record what a reader says of one piece of an article, and go back to it."""
    form = await own_form(desk, request)
    place = await asyncio.to_thread(_record, desk, article_id, {name: str(text) for name, text in form.items()})
    return Redirect(f"/articles/{article_id}?cuts=true#b{place}", status_code=303)


@post("/sources/{name:str}/correct", status_code=303, include_in_schema=False)
async def correct_text(desk: TheDesk, request: Request[Any, Any, Any], name: FromPath[str]) -> Redirect:
    """Pin, release or leave alone a text of a source, by its hash, and go back to the source."""
    form = await own_form(desk, request)
    given = {each: str(text) for each, text in form.items()}
    await asyncio.to_thread(_decide, desk, name, given)
    return Redirect(page_address(f"/sources/{name}") + "#corrections", status_code=303)


def _record(desk: Desk, article_id: str, given: dict[str, str]) -> int:
    article = article_asked(desk, article_id)
    action, place = next(((name, text) for name, text in given.items() if name in {"keep", "cut", "back"}), ("", ""))
    text = _piece(article, place)
    if action == "back":
        take_back(desk.log, article.source, text_hash(text))
    else:
        correct(desk.log, article.source, text, "keep" if action == "keep" else "cut", article.id)
    return int(place)


def _piece(article: CleanArticle, place: str) -> str:
    """Return the text of a block; raises InputError where there is none of that number."""
    found = [block.text for block in article_in_order(article) if str(block.position) == place]
    if not found:
        raise InputError("the article has changed meanwhile: open it again, and correct it from there")
    return found[0]


def _decide(desk: Desk, source: str, given: dict[str, str]) -> None:
    match given:
        case {"keep": which}:
            correct(desk.log, source, which, "keep")
        case {"cut": which}:
            correct(desk.log, source, which, "cut")
        case {"back": which}:
            take_back(desk.log, source, which)
        case _:
            raise InputError("keep, cut or back must name a text by its hash")
