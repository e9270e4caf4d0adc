"""Who may ask the desk, from where, and what a browser may do with the answers."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from copydesk.server.app import LARGEST_BODY
from copydesk.server.guard import Policy, refusal
from tests.support.desk import ServedDesk, desk_on

TOKEN = "a-token-of-the-tests"
PATHS = ["/", "/try", "/sources", "/api/v1/pipeline", "/nothing", "/static/desk.css", "/healthz", "/api/v1/articles/x"]


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[ServedDesk]:
    with desk_on(tmp_path, Policy(TOKEN, frozenset({"desk.example"}))) as served:
        yield served


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_headers(own_desk: ServedDesk, path: str) -> None:
    headers = own_desk.client.get(path, headers={"accept": "text/html"}).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert "server" not in headers
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize(
    ("host", "taken"),
    [
        ("127.0.0.1:8080", True), ("localhost", True), ("localhost:1", True), ("[::1]:8080", True), ("127.9.9.9", True),
        ("evil.example", False), ("evil.example:8080", False), ("localhost.evil.example", False), ("", False),
        ("192.168.1.7", False), ("[", False), ("127.0.0.1.evil.example", False), ("desk.example", False),
    ],
)  # fmt: skip
def test_a_host_that_is_not_ours_is_not_answered(host: str, taken: bool) -> None:
    found = refusal("GET", "/", {"host": host}, Policy())
    assert (found is None) == taken
    assert found is None or found.status == 421


def test_names_that_were_given_are_ours_and_addresses_where_a_token_is_asked_for() -> None:
    policy = Policy(TOKEN, frozenset({"desk.example"}))
    known = {"authorization": f"Bearer {TOKEN}"}
    assert refusal("GET", "/", {"host": "desk.example:8080", **known}, policy) is None
    assert refusal("GET", "/", {"host": "192.168.1.7:8080", **known}, policy) is None
    assert refusal("GET", "/", {"host": "evil.example", **known}, policy) is not None


@pytest.mark.parametrize(
    ("headers", "taken"),
    [
        ({}, True),
        ({"origin": "http://localhost:8080"}, True),
        ({"origin": "http://localhost:8080", "sec-fetch-site": "same-origin"}, True),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, True),
        ({"origin": "null"}, False),
        ({"origin": "null", "sec-fetch-site": "cross-site"}, False),
        ({"origin": "http://evil.example"}, False),
        ({"origin": "http://localhost:9999"}, False),
        ({"origin": "http://localhost:8080", "sec-fetch-site": "cross-site"}, False),
        ({"origin": "http://localhost:8080.evil.example"}, False),
        ({"sec-fetch-site": "same-site"}, False),
    ],
)
def test_a_change_is_asked_from_our_own_pages_or_by_a_program(headers: dict[str, str], taken: bool) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        found = refusal(method, "/api/v1/clean", {"host": "localhost:8080", **headers}, Policy())
        assert (found is None) == taken
    assert refusal("GET", "/api/v1/pipeline", {"host": "localhost:8080", **headers}, Policy()) is None


def test_a_form_without_the_key_of_our_own_forms_changes_nothing(own_desk: ServedDesk) -> None:
    for path in ("/try", "/dead/replay"):
        answer = own_desk.client.post(path, data={"document": "text", "stage": "clean", "key": "wrong"})
        assert answer.status_code == 403


def test_nothing_is_told_without_the_token(locked: ServedDesk) -> None:
    for path in ("/", "/try", "/api/v1/pipeline", "/api/v1/openapi.json", "/nothing"):
        assert locked.client.get(path).status_code == 401
    for path in ("/healthz", "/readyz", "/static/desk.css", "/login"):
        assert locked.client.get(path).status_code == 200
    page = locked.client.get("/", headers={"accept": "text/html"})
    assert page.status_code == 401
    assert "COPYDESK_TOKEN" in page.text


@pytest.mark.parametrize("given", ["", "wrong", TOKEN[:-1], f"{TOKEN}x", "é" * 20])
def test_another_token_does_not_do(given: str) -> None:
    for headers in ({"authorization": f"Bearer {given}"}, {"cookie": f"copydesk_token={given}"}):
        assert refusal("GET", "/", {"host": "localhost", **headers}, Policy(TOKEN)) is not None


def test_the_token_opens_as_bearer_and_as_a_cookie_that_scripts_do_not_see(locked: ServedDesk) -> None:
    assert locked.client.get("/api/v1/pipeline", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert locked.client.post("/login", data={"token": "wrong"}).status_code == 401
    answer = locked.client.post("/login", data={"token": TOKEN})
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert locked.client.get("/api/v1/pipeline").status_code == 200  # the client keeps cookies


def test_a_body_over_the_limit_is_not_read(own_desk: ServedDesk) -> None:
    def chunks() -> Iterator[bytes]:
        yield b'{"text": "'
        for _ in range(LARGEST_BODY // 65_536 + 2):
            yield b"a" * 65_536

    headers = {"content-type": "application/json"}
    try:
        answer = own_desk.client.post("/api/v1/clean", content=chunks(), headers=headers)
    except httpx.TransportError:
        return  # the connection was closed on what was still being sent
    assert answer.status_code == 413
    assert answer.json()["status"] == 413
