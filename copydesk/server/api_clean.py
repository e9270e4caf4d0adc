"""Clean a document that a request holds, and store nothing."""

from litestar import post
from litestar.params import JSONBody
from msgspec import Struct

from copydesk.documents import raw_article
from copydesk.errors import InputError
from copydesk.events import CleanArticle, Hints, RawArticle, Refused
from copydesk.server.desk import TheDesk
from copydesk.server.problems import PROBLEMS, Problem, ProblemError


class CleanRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold a document: `html` or `text`, where known its `url`, and the `language` it is in."""

    html: str | None = None
    text: str | None = None
    url: str | None = None
    language: str | None = None


@post("/clean", status_code=200, operation_id="clean", responses=PROBLEMS)
async def clean_document(desk: TheDesk, data: JSONBody[CleanRequest]) -> CleanArticle:
    """Clean a document without storing it: the record of `clean --json`."""
    found = await clean_request(desk, data)
    if isinstance(found, Refused):
        raise ProblemError(Problem(422, "Not an article", found.reason, "html" if data.text is None else "text"))
    return found


async def clean_request(desk: TheDesk, asked: CleanRequest) -> CleanArticle | Refused:
    """Clean what was given, in the pool of processes; raises InputError, and Unavailable where too many wait."""
    if (asked.html is None) == (asked.text is None):
        raise InputError("html or text must be given, one of the two")
    raw = raw_article(
        asked.text or asked.html or "",
        asked.url,
        content_type="text/html" if asked.text is None else "text/plain",
        hints=Hints(language=asked.language) if asked.language else None,
    )
    return await desk.cleaning.clean(raw) if isinstance(raw, RawArticle) else raw
