"""Show the page that cleans what a reader gives it: text, a file, an address, or the sample. Nothing is stored."""

import secrets
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import PurePath
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromQuery

from copydesk.documents import raw_article
from copydesk.errors import CopydeskError, InputError
from copydesk.events import CleanArticle, RawArticle, Refused
from copydesk.server.desk import TheDesk
from copydesk.server.pages_articles import HTML
from copydesk.server.problems import Problem, ProblemError
from copydesk.server.rendering import render
from copydesk.server.shown_blocks import article_runs, refused_runs
from copydesk.web.charset import charset_of
from copydesk.web.fetcher import require

SAMPLES = {"moscow": "moscow.txt"}
_TEXTS = frozenset({"", ".txt", ".md", ".markdown"})
_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml", "text/plain"})


@get("/try", include_in_schema=False)
async def try_page(desk: TheDesk, sample: FromQuery[str] = "") -> Response[bytes]:
    """Show the form, and below it what became of a sample."""
    if not sample:
        return _page(desk)
    if sample not in SAMPLES:
        raise ProblemError(Problem(404, "Not found", f"there is no sample of that name; there is {', '.join(SAMPLES)}"))
    document = files("copydesk.server").joinpath("samples", SAMPLES[sample]).read_bytes()
    found = await _cleaned(desk, raw_article(document, content_type="text/plain"))
    return _page(desk, found, given=document.decode())


@post("/try", status_code=200, include_in_schema=False)
async def try_document(desk: TheDesk, request: Request[Any, Any, Any]) -> Response[bytes]:
    """Clean what the form holds, and show it."""
    form = await own_form(desk, request)
    given, url = str(form.get("document") or ""), str(form.get("address") or "").strip()
    try:
        found = await _cleaned(desk, await _raw(desk, given, form.get("file"), url))
    except CopydeskError as error:
        return _page(desk, given=given, url=url, wrong=str(error))
    return _page(desk, found, given=given, url=url)


async def own_form(desk: TheDesk, request: Request[Any, Any, Any]) -> Any:
    """Return the form of a request; raises a problem where it does not carry the key of the desk's own forms."""
    form = await request.form()
    if not secrets.compare_digest(str(form.get("key") or "").encode(), desk.form_key.encode()):
        raise ProblemError(Problem(403, "Old form", "open the page again, and send its form from there", field="key"))
    return form


async def _raw(desk: TheDesk, given: str, file: object, url: str) -> RawArticle | Refused:
    if given.strip():
        return raw_article(given, url or None, content_type="text/html" if _is_html(given) else "text/plain")
    if isinstance(file, UploadFile) and file.filename:
        data = await file.read()
        html = file.filename.lower().endswith((".html", ".htm", ".xhtml")) or _is_html(data[:1024].decode("latin-1"))
        if not html and PurePath(file.filename).suffix.lower() not in _TEXTS:
            raise InputError(f"{file.filename} is neither .txt nor .html, which are read here; copydesk run reads more")
        return raw_article(data, url or None, content_type="text/html" if html else "text/plain")
    if url:
        return await _fetched(desk, url)
    raise InputError("paste a text or a page, choose a file, or give an address")


async def _fetched(desk: TheDesk, url: str) -> RawArticle | Refused:
    if desk.fetch_page is None:
        raise InputError("fetching needs packages that are not installed: pip install 'copydesk[feeds]'")
    answer = require(await desk.fetch_page(url), datetime.now(UTC))
    kind = answer.headers.get("content-type", "")
    if kind and kind.partition(";")[0].strip().lower() not in _PAGE_TYPES:
        raise InputError(f"what is at this address is no page but {kind[:80]}")
    return raw_article(
        answer.body, answer.url, content_type="text/plain" if kind.startswith("text/plain") else "text/html",
        encoding=charset_of(kind),
    )  # fmt: skip


async def _cleaned(desk: TheDesk, raw: RawArticle | Refused) -> CleanArticle | Refused:
    return await desk.cleaning.clean(raw) if isinstance(raw, RawArticle) else raw


def _is_html(text: str) -> bool:
    return text.lstrip("\ufeff \t\r\n").startswith("<")


def _page(
    desk: TheDesk, found: CleanArticle | Refused | None = None, *, given: str = "", url: str = "", wrong: str = ""
) -> Response[bytes]:
    article = found if isinstance(found, CleanArticle) else None
    refused = found if isinstance(found, Refused) else None
    runs = article_runs(article, cuts=True) if article else refused_runs(refused) if refused else []
    page = render(
        "try.html", key=desk.form_key, article=article, refused=refused, runs=runs, given=given, url=url, wrong=wrong,
        can_fetch=desk.fetch_page is not None,
    )  # fmt: skip
    return Response(page.encode(), media_type=HTML)
