"""Answer errors as problems (RFC 9457) to programs, and as a page to people."""

import logging
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Literal, get_args, get_origin

import msgspec
from litestar import Request, Response
from litestar.exceptions import ClientException, HTTPException, MethodNotAllowedException, ValidationException
from litestar.openapi.datastructures import ResponseSpec
from litestar.types import HTTPResponseBodyEvent, HTTPResponseStartEvent, Message
from litestar.typing import FieldDefinition
from msgspec import Struct

from copydesk.errors import CopydeskError, FetchFailed, InputError, MessageTooLarge, NotFound, Unavailable
from copydesk.server.rendering import render

PROBLEM_TYPE = "application/problem+json"
API, DESCRIPTION = "/api/", "/api/v1/openapi.json"
_MISSING = re.compile(r"[Mm]issing required query parameter '(\w++)'")
_UNKNOWN = re.compile(r"unknown field `")
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
    problem = problem_of(error, _parameters(request))
    if problem.status == 500 and not isinstance(error, CopydeskError):
        logger.error("a request for %s failed", request.url.path, exc_info=error)
    body, media_type = _body(problem, request.url.path, request.headers.get("accept", ""))
    headers = {"retry-after": "5"} if problem.status == 503 else {}
    if isinstance(error, HTTPException) and error.headers:
        headers |= {name: value for name, value in error.headers.items() if name.lower() == "allow"}
    return Response(body, status_code=problem.status, media_type=media_type, headers=headers)


def problem_of(error: Exception, parameters: Mapping[str, FieldDefinition] | None = None) -> Problem:
    """Return what an error says of itself; `parameters` are those of the handler that was asked, by their names."""
    match error:
        case ProblemError():
            return error.problem
        case ValidationException():
            return Problem(error.status_code, "Unusable input", *_fault(error, parameters or {}))
        case MethodNotAllowedException():
            return Problem(405, HTTPStatus(405).phrase, "the header Allow names the methods that do")
        case ClientException() if error.status_code == 400:
            return Problem(400, "Unusable input", f"the body must be as {DESCRIPTION} says: {error.detail}")
        case HTTPException():
            return Problem(error.status_code, HTTPStatus(error.status_code).phrase, error.detail)
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


def _parameters(request: Request[Any, Any, Any]) -> Mapping[str, FieldDefinition]:
    """Return the parameters of the handler of a request; none where no route was found."""
    handler = request.scope.get("route_handler")
    return handler.parsed_fn_signature.parameters if handler else {}


def _fault(error: ValidationException, parameters: Mapping[str, FieldDefinition]) -> tuple[str, str | None]:
    """Return the words on a wrong input, with what it may be where that is a few words, and its name."""
    extra = error.extra
    if isinstance(extra, list) and extra and isinstance(extra[0], dict):
        key, words = str(extra[0].get("key") or ""), str(extra[0].get("message") or error.detail)
        known = parameters.get(key)
        field = (getattr(known.kwarg_definition, "name", None) if known else None) or key or None
        words = (_allowed(known) if known else "") or words
        if _UNKNOWN.search(words) and (names := _fields_of_body(parameters)):
            words = f"{words}; it may have {', '.join(names)}"
        return (f"{field}: {words}" if field else words), field
    missing = _MISSING.search(error.detail)
    return (f"{missing[1]} must be given" if missing else error.detail), missing[1] if missing else None


def _allowed(parameter: FieldDefinition) -> str:
    """Say what a parameter may be, where that is a few words or a range; "" for any other."""
    if choices := _words_allowed(parameter.annotation):
        return f"it must be one of {', '.join(choices)}"
    least, most = (getattr(parameter.kwarg_definition, name, None) for name in ("ge", "le"))
    return "" if least is None or most is None else f"it must be a number from {least} to {most}"


def _fields_of_body(parameters: Mapping[str, FieldDefinition]) -> list[str]:
    """Return the names that the JSON body of a handler may have; none where it takes no record."""
    body = parameters.get("data")
    kind = body.annotation if body else None
    if not (isinstance(kind, type) and issubclass(kind, Struct)):
        return []
    return [each.encode_name for each in msgspec.structs.fields(kind)]


def _words_allowed(annotation: Any) -> list[str]:
    """Return the words that a parameter may be, where it takes nothing else."""
    inner = get_args(annotation)
    if get_origin(annotation) is Literal:
        return [str(each) for each in inner]
    return [word for each in inner if get_origin(each) is not None for word in _words_allowed(each)]


def _body(problem: Problem, path: str, accept: str) -> tuple[bytes, str]:
    if path.startswith(API) or "text/html" not in accept:
        return msgspec.json.encode(problem), PROBLEM_TYPE
    page = "login.html" if problem.status == 401 else "error.html"
    return render(page, problem=problem).encode(), "text/html"
