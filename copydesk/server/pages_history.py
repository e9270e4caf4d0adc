"""Show the pages of the past: an article's revisions and what changed between two, and the trace of a document."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery

from copydesk.answers.revisions import difference, revision_entries
from copydesk.answers.trace import trace
from copydesk.errors import InputError, NotFound
from copydesk.server.api_articles import article_asked
from copydesk.server.api_history import FromRevision, RevisionAsked
from copydesk.server.caching import with_etag
from copydesk.server.desk import TheDesk
from copydesk.server.pages_articles import HTML
from copydesk.server.rendering import render


@get("/articles/{article_id:str}/history", sync_to_thread=True, include_in_schema=False)
def history_page(
    desk: TheDesk,
    request: Request[Any, Any, Any],
    article_id: FromPath[str],
    earlier: FromRevision = None,
    to: RevisionAsked = None,
) -> Response[Any]:
    """Show the headlines an article had, and what changed between two revisions: the last two, unless named."""
    article = article_asked(desk, article_id)
    entries = revision_entries(desk.log, desk.index, article)
    found, wrong = None, ""
    if len(entries) > 1 or earlier is not None:
        try:
            found = difference(desk.log, desk.index, article, earlier, to)
        except (InputError, NotFound) as error:
            wrong = str(error)
    page = render("history.html", article=article, entries=entries, found=found, wrong=wrong)
    return with_etag(request, page.encode(), HTML)


@get("/trace", sync_to_thread=True, include_in_schema=False)
def trace_page(desk: TheDesk, q: FromQuery[str] = "") -> Response[bytes]:
    """Show what became of an address or an article, one line a step."""
    found = trace(desk.log, desk.index, q) if q.strip() else None
    return Response(render("trace.html", asked=q, found=found).encode(), media_type=HTML)
