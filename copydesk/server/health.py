"""Tell whether the desk is up, and whether log and index answer; let people log in."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.response import Redirect

from copydesk.errors import CopydeskError
from copydesk.server.desk import TheDesk
from copydesk.server.guard import COOKIE, Policy, is_token
from copydesk.server.pages_articles import HTML
from copydesk.server.problems import Problem, ProblemError
from copydesk.server.rendering import render


@get("/healthz", include_in_schema=False)
async def healthz() -> Response[str]:
    """Say that the desk is up."""
    return Response("ok\n", media_type="text/plain")


@get("/readyz", sync_to_thread=True, include_in_schema=False)
def readyz(desk: TheDesk) -> Response[str]:
    """Say whether log and index answer."""
    failing = []
    for name, ask in (("log", desk.log.status), ("index", desk.index.status)):
        try:
            ask()
        except CopydeskError:
            failing.append(name)
    words = f"{' and '.join(failing)} not answering\n" if failing else "ok\n"
    return Response(words, status_code=503 if failing else 200, media_type="text/plain")


@get("/login", include_in_schema=False)
async def login_page() -> Response[bytes]:
    """Show the form that takes the token."""
    return Response(render("login.html", problem=None).encode(), media_type=HTML)


@post("/login", include_in_schema=False)
async def login(policy: NamedDependency[Policy], request: Request[Any, Any, Any]) -> Redirect:
    """Take the token, and keep it in a cookie that no other site sends and no script reads."""
    given = str((await request.form()).get("token") or "").strip()
    if not policy.token or not is_token(given, policy):
        raise ProblemError(Problem(401, "Wrong token", "that is not the token that `copydesk serve` printed", "token"))
    cookie = Cookie(key=COOKIE, value=given, path="/", httponly=True, samesite="strict")
    return Redirect("/", status_code=303, cookies=[cookie])
