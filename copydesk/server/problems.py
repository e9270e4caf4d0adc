"""Answer errors as problems (RFC 9457) to programs, and as a page to people."""

import logging
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.openapi.datastructures import ResponseSpec
from litestar.types import HTTPResponseBodyEvent, HTTPResponseStartEvent, Message
from msgspec import Struct

from copydesk.errors import CopydeskError, FetchFailed, InputError, MessageTooLarge, NotFound, Unavailable
from copydesk.server.rendering import render

PROBLEM_TYPE = "application/problem+json"
API = "/api/"
logger = logging.getLogger("copydesk.server")


class Problem(Struct, frozen=True, omit_defaults=True):
    """Describe an error: `title` names its kind, `detail` the thing and the way out, `field` the input at fault."""

    status: int
    title: str
    detail: str = ""
    field: str | None = None
    type: str = "about:blank"


PROBLEMS = {
    status: ResponseSpec(Problem, description=words, media_type=PROBLEM_TYPE, generate_examples=False)
    for status, words in {
        400: "Unusable input", 401: "Token needed", 403: "Another origin", 404: "Not found", 413: "Too large",
        422: "Not an article", 503: "Not available now",
    }.items()
}  # fmt: skip
"""What every operation of the API may answer besides."""


class ProblemError(Exception):
    """Carry a problem to the answer."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def answer_error(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Answer a request that failed; what is not an error of ours or of HTTP is logged as a bug."""
    problem = problem_of(error)
    if problem.status == 500 and not isinstance(error, CopydeskError):
        logger.error("a request for %s failed", request.url.path, exc_info=error)
    body, media_type = _body(problem, request.url.path, request.headers.get("accept", ""))
    headers = {"retry-after": "5"} if problem.status == 503 else {}
    if isinstance(error, HTTPException) and error.headers:
        headers |= {name: value for name, value in error.headers.items() if name.lower() == "allow"}
    return Response(body, status_code=problem.status, media_type=media_type, headers=headers)


def problem_of(error: Exception) -> Problem:
    """Return what an error says of itself."""
    match error:
        case ProblemError():
            return error.problem
        case ValidationException():
            return Problem(error.status_code, "Unusable input", *_fault(error))
        case HTTPException():
            return Problem(error.status_code, error.__class__.__name__.removesuffix("Exception"), error.detail)
        case NotFound():
            return Problem(404, "Not found", str(error))
        case InputError():
            return Problem(400, "Unusable input", str(error), str(error).partition(" ")[0] or None)
        case FetchFailed():
            return Problem(502, "The page could not be had", str(error))
        case MessageTooLarge():
            return Problem(413, "Too large", str(error))
        case Unavailable():
            return Problem(503, "Not available now", str(error))
        case CopydeskError():
            return Problem(500, "Stored data cannot be used", str(error))
    return Problem(500, "A bug of copydesk", "the log of `copydesk serve` says where")


def problem_message(problem: Problem, path: str, accept: str) -> tuple[Message, Message]:
    """Return the ASGI messages that answer with a problem, before any application is asked."""
    body, media_type = _body(problem, path, accept)
    headers = [(b"content-type", f"{media_type}; charset=utf-8".encode()), (b"content-length", str(len(body)).encode())]
    if problem.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    start: HTTPResponseStartEvent = {"type": "http.response.start", "status": problem.status, "headers": headers}
    end: HTTPResponseBodyEvent = {"type": "http.response.body", "body": body, "more_body": False}
    return start, end


def _fault(error: ValidationException) -> tuple[str, str | None]:
    """Return the words on a wrong input, and its name."""
    extra = error.extra
    if isinstance(extra, list) and extra and isinstance(extra[0], dict):
        field = str(extra[0].get("key") or "") or None
        words = str(extra[0].get("message") or error.detail)
        return (f"{field}: {words}" if field else words), field
    return error.detail, None


def _body(problem: Problem, path: str, accept: str) -> tuple[bytes, str]:
    if path.startswith(API) or "text/html" not in accept:
        return msgspec.json.encode(problem), PROBLEM_TYPE
    page = "login.html" if problem.status == 401 else "error.html"
    return render(page, problem=problem).encode(), "text/html"
