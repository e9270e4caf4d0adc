"""The fetcher: what it asks, what it refuses, and where it stops."""

import asyncio
import gzip
import ssl
import zlib
from collections.abc import Awaitable, Callable
from typing import TypeVar

import brotli
import pytest
import trustme

from copydesk.errors import FetchFailed
from copydesk.web.content_encoding import TooBig, decode_body
from copydesk.web.fetcher import Fetched, Limits, require, retry_after
from copydesk.web.zstd import Compressor
from tests.support.web.net import Net
from tests.support.web.server import Answer, Asked, Web

T = TypeVar("T")


def on_the_web(work: Callable[[Web, Net], Awaitable[T]], tls: ssl.SSLContext | None = None) -> T:
    """Run something on a fresh web."""

    async def run() -> T:
        web = Web()
        await web.start(tls)
        try:
            return await work(web, Net(web))
        finally:
            await web.stop()

    return asyncio.run(run())


def fetch(page: Callable[[Asked], Answer], url: str = "http://news.example/a", **options: object) -> Fetched:
    """Return what one host's answer comes to."""

    async def work(web: Web, net: Net) -> Fetched:
        web.hosts["news.example"] = page
        fetcher = net.fetcher()
        try:
            return await fetcher.get(url, **options)  # type: ignore[arg-type]
        finally:
            await fetcher.aclose()

    return on_the_web(work)


def failure(page: Callable[[Asked], Answer], url: str = "http://news.example/a", **options: object) -> FetchFailed:
    """How one host's answer fails."""
    with pytest.raises(FetchFailed) as caught:
        fetch(page, url, **options)
    return caught.value


def redirects(hops: dict[str, str], status: int = 302) -> Callable[[Asked], Answer]:
    """Answer as a host that sends each path on, and the others with what it was asked."""

    def page(asked: Asked) -> Answer:
        if asked.path in hops:
            return Answer(status, headers={"Location": hops[asked.path]})
        return Answer(body=asked.path.encode())

    return page


def test_a_page_comes_back_with_its_headers_and_body() -> None:
    got = fetch(lambda _: Answer(body=b"hello", headers={"ETag": '"1"', "Content-Type": "text/html"}))
    assert (got.status, got.body, got.url, got.redirects) == (200, b"hello", "http://news.example/a", 0)
    assert got.headers["etag"] == '"1"'
    assert got.headers["content-type"] == "text/html"


def test_the_user_agent_names_us_and_the_contact() -> None:
    async def work(web: Web, net: Net) -> list[str]:
        web.page("news.example", "x")
        for contact in ("", "desk@paper.example"):
            fetcher = net.fetcher(contact=contact)
            await fetcher.get("http://news.example/")
            await fetcher.aclose()
        return [asked.headers["user-agent"] for asked in web.asked]

    plain, named = on_the_web(work)
    assert plain.startswith("Copydesk/")
    assert named == f"{plain} (+desk@paper.example)"


@pytest.mark.parametrize("status", [304, 404, 410, 429, 500, 503])
def test_an_answer_of_any_status_is_an_answer(status: int) -> None:
    assert fetch(lambda _: Answer(status, b"body", {"Retry-After": "7"})).status == status


def test_statuses_are_classed() -> None:
    import datetime

    now = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    kinds = {}
    for status in (401, 403, 404, 410, 451, 429, 500, 503, 400, 414):
        with pytest.raises(FetchFailed) as caught:
            require(Fetched("http://a.example/", status, {"retry-after": "9"}, b""), now)
        assert (caught.value.status, caught.value.retry_after) == (status, 9.0)
        kinds[status] = caught.value.kind
    assert {s for s, k in kinds.items() if k == "gone"} == {404, 410}
    assert {s for s, k in kinds.items() if k == "forbidden"} == {401, 403, 451}
    assert {s for s, k in kinds.items() if k == "temporary"} == {429, 500, 503}
    assert {s for s, k in kinds.items() if k == "bad_url"} == {400, 414}
    assert retry_after({"retry-after": "Thu, 01 Jan 2026 00:01:40 GMT"}, now) == 100.0
    assert retry_after({"retry-after": "soon"}, now) is None
    assert retry_after({"retry-after": "9" * 40}, now) == 7 * 86400


def test_redirects_are_followed_relative_and_across_hosts() -> None:
    got = fetch(redirects({"/a": "b?x=1", "/b?x=1": "//news.example/c"}))
    assert (got.body, got.url, got.redirects, got.moved) == (b"/c", "http://news.example/c", 2, None)


def test_only_a_chain_that_starts_permanent_moves_the_address() -> None:
    assert fetch(redirects({"/a": "/b", "/b": "/c"}, 301)).moved == "http://news.example/c"

    def mixed(asked: Asked) -> Answer:
        if asked.path == "/a":
            return Answer(308, headers={"Location": "/b"})
        return Answer(302, headers={"Location": "/c"}) if asked.path == "/b" else Answer()

    assert fetch(mixed).moved == "http://news.example/b"


def test_a_redirect_loop_ends() -> None:
    error = failure(redirects({"/a": "/b", "/b": "/a"}))
    assert (error.kind, str(error)) == ("temporary", "more than 5 redirects")


@pytest.mark.parametrize(
    "to", ["ftp://news.example/", "file:///etc/passwd", "javascript:alert(1)", "http://[", "data:,x"]
)
def test_a_redirect_to_no_web_address_is_refused(to: str) -> None:
    assert failure(redirects({"/a": to})).kind == "bad_url"


def test_every_hop_is_announced_before_it_is_asked() -> None:
    seen: list[str] = []

    async def before(url: str) -> None:
        seen.append(url)
        if url.endswith("/c"):
            raise FetchFailed("forbidden", "not this one")

    error = failure(redirects({"/a": "/b", "/b": "/c"}), before=before)
    assert error.kind == "forbidden"
    assert seen == [f"http://news.example/{each}" for each in "abc"]


def test_credentials_go_to_their_own_origin_only() -> None:
    async def work(web: Web, net: Net) -> list[tuple[str, str, str | None]]:
        web.hosts["private.example"] = redirects({"/feed": "/moved", "/moved": "http://other.example/x"})
        web.hosts["other.example"] = redirects({"/x": "http://private.example/back"})
        fetcher = net.fetcher()
        got = await fetcher.get("http://me:s3cret@private.example/feed")
        await fetcher.aclose()
        assert "s3cret" not in repr(got)
        return [(asked.host, asked.path, asked.headers.get("authorization")) for asked in web.asked]

    basic = "Basic bWU6czNjcmV0"
    assert on_the_web(work) == [
        ("private.example", "/feed", basic),
        ("private.example", "/moved", basic),
        ("other.example", "/x", None),
        ("private.example", "/back", None),
    ]


def test_credentials_in_a_redirect_are_dropped() -> None:
    seen: list[str | None] = []

    def page(asked: Asked) -> Answer:
        seen.append(asked.headers.get("authorization"))
        return Answer(302, headers={"Location": "http://a:b@news.example/b"}) if asked.path == "/a" else Answer()

    fetch(page)
    assert seen == [None, None]


def test_cookies_are_not_kept() -> None:
    seen: list[str | None] = []

    def page(asked: Asked) -> Answer:
        seen.append(asked.headers.get("cookie"))
        if asked.path == "/a":
            return Answer(302, headers={"Location": "/b", "Set-Cookie": "id=1"})
        return Answer()

    fetch(page)
    assert seen == [None, None]


@pytest.mark.parametrize("name", ["gzip", "br", "zstd", "deflate", "identity"])
def test_bodies_are_decoded(name: str) -> None:
    packed = PACK[name](b"news " * 1000)
    got = fetch(lambda _: Answer(body=packed, headers={"Content-Encoding": name}))
    assert got.body == b"news " * 1000


PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "br": brotli.compress,
    "zstd": Compressor(level=3).compress,
    "deflate": zlib.compress,
    "identity": bytes,
}


@pytest.mark.parametrize("name", ["gzip", "br", "zstd", "deflate"])
def test_a_bomb_is_refused_before_it_unfolds(name: str) -> None:
    bomb = PACK[name](b"\0" * 50_000_000)
    error = failure(lambda _: Answer(body=bomb, headers={"Content-Encoding": name}), limits=Limits(1_000_000))
    assert (error.kind, str(error)) == ("too_big", "the answer is over the limit of 1,000,000 bytes")


def test_a_bomb_in_a_bomb_is_refused() -> None:
    with pytest.raises(TooBig):
        decode_body(gzip.compress(gzip.compress(b"\0" * 50_000_000)), "gzip, gzip", 1_000_000)


def test_a_bomb_is_cut_where_a_cut_is_asked_for() -> None:
    bomb = gzip.compress(b"a" * 5_000_000)
    got = fetch(lambda _: Answer(body=bomb, headers={"Content-Encoding": "gzip"}), limits=Limits(1000, truncate=True))
    assert got.body == b"a" * 1000


@pytest.mark.parametrize("length", [True, False])
def test_a_body_over_the_limit_is_refused(length: bool) -> None:
    error = failure(lambda _: Answer(body=b"a" * 200_000, length=length), limits=Limits(100_000))
    assert error.kind == "too_big"


@pytest.mark.parametrize("name", ["gzip", "br", "zstd", "deflate"])
def test_a_body_that_is_not_what_it_says_or_is_cut_is_temporary(name: str) -> None:
    for body in (b"plain text", PACK[name](b"news" * 500)[:-3]):
        error = failure(lambda _, body=body: Answer(body=body, headers={"Content-Encoding": name}))  # type: ignore[misc]
        assert (error.kind, str(error)) == ("temporary", f"the body is not {name}, or is cut")


def test_a_body_cut_on_the_way_is_temporary() -> None:
    assert failure(lambda _: Answer(body=b"a" * 1000, cut=500)).kind == "temporary"


def test_endless_headers_are_refused() -> None:
    endless = b"HTTP/1.1 200 OK\r\n" + b"".join(b"x-%d: %s\r\n" % (n, b"a" * 1000) for n in range(400))
    assert failure(lambda _: Answer(raw=endless)).kind == "too_big"


def test_many_headers_are_refused() -> None:
    many = {f"x-{number}": "a" * 1000 for number in range(70)}
    assert failure(lambda _: Answer(headers=many)).kind == "too_big"


def test_the_deadline_is_for_the_whole_and_not_for_each_read() -> None:
    error = failure(lambda _: Answer(body=b"a" * 1000, drip=0.05), limits=Limits(deadline=0.6))
    assert (error.kind, str(error)) == ("temporary", "no whole answer within 0.6 s")


def test_the_deadline_counts_all_hops() -> None:
    def slow(asked: Asked) -> Answer:
        return Answer(302, headers={"Location": asked.path + "x"}, wait=0.3)

    assert "within 0.7 s" in str(failure(slow, limits=Limits(deadline=0.7, max_redirects=50)))


def test_waiting_politely_does_not_count_against_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    async def before(_: str) -> None:
        loop = asyncio.get_running_loop()
        clock = loop.time
        monkeypatch.setattr(loop, "time", lambda: clock() + 100.0)  # as if it had slept for so long
        await asyncio.sleep(0.01)  # what is due by then happens

    assert fetch(lambda _: Answer(body=b"x"), limits=Limits(deadline=30.0), before=before).body == b"x"


def test_another_content_type_is_refused_without_reading_it() -> None:
    page = Answer(body=b"%PDF" * 1_000_000, headers={"Content-Type": "Application/PDF; x=1"})
    error = failure(lambda _: page, types={"text/html"})
    assert (error.kind, str(error)) == ("not_html", "an answer of the type application/pdf")
    assert fetch(lambda _: Answer(body=b"x"), types={"text/html"}).body == b"x"


def test_a_server_that_is_not_there_is_temporary() -> None:
    async def work(web: Web, net: Net) -> tuple[FetchFailed, FetchFailed]:
        fetcher = net.fetcher()
        await web.stop()
        with pytest.raises(FetchFailed) as refused:
            await fetcher.get("http://news.example/")
        with pytest.raises(FetchFailed) as unknown:
            await fetcher.get("http://a.unknown.example/")
        await fetcher.aclose()
        return refused.value, unknown.value

    refused, unknown = on_the_web(work)
    assert (refused.kind, refused.status) == ("temporary", None)
    assert (unknown.kind, str(unknown)) == ("temporary", "no address for a.unknown.example: Name or service not known")


def test_proxy_variables_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert fetch(lambda _: Answer(body=b"direct")).body == b"direct"


def test_a_proxy_that_is_asked_for_is_used_and_addresses_are_still_judged() -> None:
    async def work(web: Web, net: Net) -> tuple[bytes, list[str]]:
        web.page("news.example", "through the proxy")
        net.names["inside.example"] = ["10.0.0.1"]
        fetcher = net.fetcher(proxy=f"http://me:pw@127.0.0.1:{web.port}")
        got = await fetcher.get("http://news.example/a")
        with pytest.raises(FetchFailed, match="private"):
            await fetcher.get("http://inside.example/")
        await fetcher.aclose()
        return got.body, [asked.path for asked in web.asked]

    assert on_the_web(work) == (b"through the proxy", ["http://news.example/a"])


def test_https_checks_the_certificate_of_the_name_and_not_of_the_address() -> None:
    authority = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("news.example").configure_cert(server)
    client = ssl.create_default_context()
    authority.configure_trust(client)

    async def work(web: Web, net: Net) -> tuple[bytes, FetchFailed, FetchFailed]:
        web.page("news.example", "safe")
        fetcher = net.fetcher(tls=client)
        got = await fetcher.get("https://news.example/")
        with pytest.raises(FetchFailed) as wrong_name:
            await fetcher.get("https://other.example/")
        await fetcher.aclose()
        stranger = net.fetcher()
        with pytest.raises(FetchFailed) as unknown:
            await stranger.get("https://news.example/")
        await stranger.aclose()
        return got.body, wrong_name.value, unknown.value

    body, wrong_name, unknown = on_the_web(work, server)
    assert body == b"safe"
    assert (wrong_name.kind, unknown.kind) == ("temporary", "temporary")
    assert "certificate" in str(wrong_name).lower()


def test_going_from_https_to_http_is_followed_but_not_remembered() -> None:
    authority = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("news.example").configure_cert(server)
    client = ssl.create_default_context()
    authority.configure_trust(client)

    async def work(web: Web, net: Net) -> tuple[Fetched, list[str | None]]:
        web.hosts["news.example"] = redirects({"/a": "http://news.example/b"}, 301)
        fetcher = net.fetcher(tls=client)
        got = await fetcher.get("https://me:pw@news.example/a")
        await fetcher.aclose()
        return got, [asked.headers.get("authorization") for asked in web.asked]

    got, sent = on_the_web(work, server)
    assert (got.url, got.moved) == ("http://news.example/b", None)
    assert sent == ["Basic bWU6cHc=", None]
