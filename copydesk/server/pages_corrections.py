"""Take what readers say of an article's pieces, show the way back, and before that what it would change."""

import asyncio
from typing import Any

from litestar import Request, Response, post
from litestar.params import FromPath
from litestar.response import Redirect

from copydesk.answers.corrections import correct, named_text, take_back
from copydesk.answers.source_preview import SourcePreview, TextDecision
from copydesk.cleaning.recurring_counts import text_hash
from copydesk.cleaning.report import article_in_order
from copydesk.errors import InputError
from copydesk.events import CleanArticle, Decision
from copydesk.server.api_articles import article_asked
from copydesk.server.desk import Desk, TheDesk
from copydesk.server.pages_articles import HTML
from copydesk.server.pages_try import own_form
from copydesk.server.rendering import page_address, render

_DECISIONS: dict[str, Decision | None] = {"keep": "keep", "cut": "cut", "back": None}


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


@post("/articles/{article_id:str}/preview", status_code=200, include_in_schema=False)
async def preview_piece(desk: TheDesk, request: Request[Any, Any, Any], article_id: FromPath[str]) -> Response[bytes]:
    """Show what a decision on one piece of an article would change at its source, before it is recorded."""
    form = await own_form(desk, request)
    given = {name: str(text) for name, text in form.items()}
    return await asyncio.to_thread(_preview_piece, desk, article_id, given)


@post("/sources/{name:str}/preview", status_code=200, include_in_schema=False)
async def preview_text(desk: TheDesk, request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """Show what a decision on a text of a source, by its hash, would change there, before it is recorded."""
    form = await own_form(desk, request)
    given = {each: str(text) for each, text in form.items()}
    return await asyncio.to_thread(_preview_text, desk, name, given)


def _record(desk: Desk, article_id: str, given: dict[str, str]) -> int:
    article = article_asked(desk, article_id)
    action, place = _asked(given)
    text = _piece(article, place)
    if action == "back":
        take_back(desk.log, article.source, text_hash(text))
    else:
        correct(desk.log, article.source, text, "keep" if action == "keep" else "cut", article.id)
    return int(place)


def _decide(desk: Desk, source: str, given: dict[str, str]) -> None:
    action, which = _asked(given)
    if action == "back":
        take_back(desk.log, source, which)
    else:
        correct(desk.log, source, which, "keep" if action == "keep" else "cut")


def _preview_piece(desk: Desk, article_id: str, given: dict[str, str]) -> Response[bytes]:
    article = article_asked(desk, article_id)
    action, place = _asked(given)
    text, here = _piece(article, place), f"/articles/{article_id}"
    found = desk.recleaning.preview(article.source, TextDecision(text_hash(text), _DECISIONS[action]))
    return _preview_page(desk, found, text, (action, place), (f"{here}/correct", f"{here}?cuts=true#b{place}"))


def _preview_text(desk: Desk, source: str, given: dict[str, str]) -> Response[bytes]:
    action, which = _asked(given)
    hashed, text = named_text(desk.log, source, which)
    here = page_address(f"/sources/{source}")
    found = desk.recleaning.preview(source, TextDecision(hashed, _DECISIONS[action]))
    return _preview_page(desk, found, text, (action, which), (f"{here}/correct", here))


def _preview_page(
    desk: Desk, found: SourcePreview, text: str, asked: tuple[str, str], ways: tuple[str, str]
) -> Response[bytes]:
    """Show a preview, with a button that does what was `asked`; `ways` are where that goes, and the way back."""
    (name, value), (action, back) = asked, ways
    page = render(
        "preview.html", found=found, words=text, name=name, value=value, action=action, back=back, key=desk.form_key
    )
    return Response(page.encode(), media_type=HTML)


def _asked(given: dict[str, str]) -> tuple[str, str]:
    """Return which button was pressed, and the piece or text that it is for; raises InputError for none."""
    asked = next(((name, text) for name, text in given.items() if name in _DECISIONS), None)
    if asked is None:
        raise InputError("keep, cut or back must name a text: by its hash, or by its place in the article")
    return asked


def _piece(article: CleanArticle, place: str) -> str:
    """Return the text of a block; raises InputError where there is none of that number."""
    found = [block.text for block in article_in_order(article) if str(block.position) == place]
    if not found:
        raise InputError("the article has changed meanwhile: open it again, and correct it from there")
    return found[0]
