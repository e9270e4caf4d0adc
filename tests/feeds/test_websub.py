"""Feeds that hubs push: found, subscribed to, confirmed, signed, renewed and left; polls are the safety net."""

import asyncio
import hashlib
import hmac
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from urllib.parse import parse_qsl, urlencode

import httpx
import msgspec
import pytest

from copydesk.adapters.uvicorn_server import serve_asgi
from copydesk.errors import ConfigError, InputError
from copydesk.producers.feeds import websub
from copydesk.producers.feeds.callback import HubCallback
from copydesk.producers.feeds.poller import Poller
from copydesk.producers.feeds.subscriptions import LARGEST_PUSH
from copydesk.producers.feeds.websub import LEASE, Push, Subscription, confirmed, is_due, is_signed, push_of, pushes
from copydesk.settings import load
from tests.feeds.test_formats import read
from tests.support.web.desk import DAY, FEED, HOUR, Desk, on_a_desk, rss, titles
from tests.support.web.server import Answer, Asked

CALLBACK = "https://desk.example/hubs"
HUB = "http://hub.example/"
NAMED = f'<{HUB}>; rel="hub", <{FEED}>; rel="self"'


class Hub:
    """A hub that asks back at once, and pushes when told."""

    def __init__(self, desk: Desk, lease: float = LEASE) -> None:
        self.desk, self.lease = desk, lease
        self.forms: list[dict[str, str]] = []
        self.answers: list[tuple[int, bytes]] = []
        desk.web.hosts["hub.example"] = self.asked

    def asked(self, asked: Asked) -> Answer:
        form = dict(parse_qsl(asked.body.decode()))
        self.forms.append(form)
        asyncio.get_running_loop().create_task(self.ask_back(form))
        return Answer(202)

    async def ask_back(self, form: dict[str, str]) -> None:
        query = {key: form[key] for key in ("hub.mode", "hub.topic")}
        query |= {"hub.challenge": "c7", "hub.lease_seconds": f"{self.lease:.0f}"}
        self.answers.append(await self.send("GET", form["hub.callback"], query=urlencode(query)))

    async def push(self, body: bytes, signature: str | None = None, callback: str = "") -> int:
        form = self.forms[-1]
        signed = "sha256=" + hmac.new(form.get("hub.secret", "").encode(), body, hashlib.sha256).hexdigest()
        headers = {"x-hub-signature": signed if signature is None else signature, "content-type": "application/rss+xml"}
        status, _ = await self.send("POST", callback or form["hub.callback"], body, headers)
        await asyncio.sleep(5)
        return status

    async def send(
        self, method: str, url: str, body: bytes = b"", headers: dict[str, str] | None = None, query: str = ""
    ) -> tuple[int, bytes]:
        """Reach our callback as a server would hand it over."""
        poller = self.desk.poller
        assert poller is not None
        assert poller.subscriptions is not None
        parts = [body[:7], body[7:]]
        sent: list[dict[str, object]] = []

        async def receive() -> dict[str, object]:
            part = parts.pop(0)
            return {"type": "http.request", "body": part, "more_body": bool(parts)}

        async def take(message: object) -> None:
            sent.append(message)  # type: ignore[arg-type]

        scope = {
            "type": "http", "method": method, "path": httpx.URL(url).path, "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in (headers or {}).items()],
        }  # fmt: skip
        await HubCallback(poller.subscriptions)(scope, receive, take)
        return sent[0]["status"], sent[1]["body"]  # type: ignore[return-value]


async def at_work(desk: Desk, seconds: float, work: Callable[[], Awaitable[None]] | None = None) -> Poller:
    """Poll and take pushes for so long, as the service does; `work` happens meanwhile."""
    desk.poller = None
    running = asyncio.ensure_future(desk.watch(seconds, callback=CALLBACK))
    while desk.poller is None or desk.poller.subscriptions is None:
        await asyncio.sleep(0)
    asking = asyncio.ensure_future(desk.poller.subscriptions.run())
    if work is not None:
        await work()
    found = await running
    asking.cancel()
    with suppress(asyncio.CancelledError):
        await asking
    return found


def pushed_feed(desk: Desk, *items: str) -> Callable[..., None]:
    """Serve a feed that names the hub; the result changes its items."""
    now = {"items": items}
    desk.web.hosts["post.example"] = lambda _asked: Answer(body=rss(*now["items"]), headers={"Link": NAMED})
    desk.source(FEED)
    return lambda *changed: now.update(items=changed)


def test_a_feed_with_a_hub_is_subscribed_pushed_and_polled_less() -> None:
    async def work(desk: Desk) -> None:
        hub = Hub(desk)
        change = pushed_feed(desk, "1", "2")

        async def meanwhile() -> None:
            await asyncio.sleep(120)
            (form,) = hub.forms
            assert (form["hub.mode"], form["hub.topic"]) == ("subscribe", FEED)
            assert form["hub.callback"].startswith(f"{CALLBACK}/")
            assert len(form["hub.secret"]) >= 32
            assert hub.answers == [(200, b"c7")]
            asked = len(desk.web.asked_of("post.example"))
            change("1", "2", "3")
            assert await hub.push(rss("3")) == 202
            assert titles(desk.links) == ["Title 1", "Title 2", "Title 3"]
            assert await hub.push(rss("3", "2:Edited")) == 202
            assert titles(desk.links)[3:] == ["Edited"]
            assert len(desk.web.asked_of("post.example")) == asked

        await at_work(desk, DAY, meanwhile)
        assert 3 <= len(desk.web.asked_of("post.example")) <= 8, "every six hours or so"
        assert len(desk.links) == 4, "what was not in a push is not gone"

    on_a_desk(work)


def test_what_is_not_signed_by_the_hub_or_nobody_asked_for_is_not_taken() -> None:
    async def work(desk: Desk) -> None:
        hub = Hub(desk)
        pushed_feed(desk, "1")

        async def meanwhile() -> None:
            await asyncio.sleep(120)
            assert await hub.push(rss("9"), signature="") == 403
            assert await hub.push(rss("9"), signature="sha256=00") == 403
            assert await hub.push(rss("9"), signature="md5=00") == 403
            assert await hub.push(rss("9"), callback=f"{CALLBACK}/guess") == 410
            assert await hub.push(b"x" * (LARGEST_PUSH + 1)) == 413
            assert await hub.push(b"<html>no feed") == 202
            assert await hub.send("PUT", f"{CALLBACK}/x") == (405, b"")
            query = urlencode({"hub.mode": "subscribe", "hub.topic": FEED, "hub.challenge": "x"})
            assert await hub.send("GET", f"{CALLBACK}/guess", query=query) == (404, b"")
            other = urlencode({"hub.mode": "subscribe", "hub.topic": "http://evil.example/", "hub.challenge": "x"})
            assert await hub.send("GET", hub.forms[0]["hub.callback"], query=other) == (404, b"")
            leave = urlencode({"hub.mode": "unsubscribe", "hub.topic": FEED, "hub.challenge": "x"})
            assert await hub.send("GET", hub.forms[0]["hub.callback"], query=leave) == (404, b"")

        await at_work(desk, HOUR, meanwhile)
        assert titles(desk.links) == ["Title 1"]

    on_a_desk(work)


def test_the_lease_is_renewed_and_outlives_the_process() -> None:
    async def work(desk: Desk) -> None:
        hub = Hub(desk, lease=4 * HOUR)
        pushed_feed(desk, "1")
        await at_work(desk, 7 * HOUR)
        assert len(hub.forms) == 3, "asked at the start, and when a quarter of each lease is left"
        await at_work(desk, HOUR / 2)
        assert len(hub.forms) == 3
        assert len({form["hub.callback"] for form in hub.forms}) == 1

        async def meanwhile() -> None:
            await asyncio.sleep(10)
            assert await hub.push(rss("2")) == 202

        await at_work(desk, 60, meanwhile)
        assert titles(desk.links) == ["Title 1", "Title 2"]

    on_a_desk(work)


def test_a_feed_that_is_not_listed_any_more_is_left() -> None:
    async def work(desk: Desk) -> None:
        hub = Hub(desk)
        pushed_feed(desk, "1")
        await at_work(desk, 120)
        desk.sources.clear()
        await at_work(desk, 120)
        assert [form["hub.mode"] for form in hub.forms] == ["subscribe", "unsubscribe"]
        assert "hub.secret" not in hub.forms[1]
        assert hub.answers == [(200, b"c7")] * 2
        await at_work(desk, 3 * HOUR)
        assert len(hub.forms) == 2

    on_a_desk(work)


def test_a_hub_that_misses_news_is_not_relied_on() -> None:
    async def work(desk: Desk) -> None:
        Hub(desk)
        desk.web.hosts["post.example"] = lambda asked: Answer(
            body=rss(*(str(n) for n in range(int(asked.at // 900) - 9, int(asked.at // 900)))), headers={"Link": NAMED}
        )
        desk.source(FEED)
        await at_work(desk, 2 * DAY)
        assert len(desk.web.asked_of("post.example")) > 100

    on_a_desk(work)


def test_a_hub_inside_is_not_asked() -> None:
    async def work(desk: Desk) -> None:
        inside = Answer(body=rss("1"), headers={"Link": '<http://127.0.0.1:9/>; rel="hub"'})
        desk.web.hosts["post.example"] = lambda _asked: inside
        desk.source(FEED)
        await at_work(desk, 120)
        assert desk.net.strangers == []
        assert titles(desk.links) == ["Title 1"]

    on_a_desk(work)


def test_without_a_public_address_no_hub_is_asked() -> None:
    async def work(desk: Desk) -> None:
        hub = Hub(desk)
        pushed_feed(desk, "1")
        await desk.watch(HOUR)
        assert hub.forms == []

    on_a_desk(work)


def test_the_hub_is_found_in_headers_first_then_in_the_document() -> None:
    links = f'<link rel="hub" href="{HUB}"/><link rel="self" href="http://post.example/atom"/>'
    atom = read(f'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>{links}</feed>')
    assert push_of({}, atom.hubs, atom.self_url, FEED) == Push(HUB, "http://post.example/atom")
    assert push_of({"link": NAMED}, atom.hubs, atom.self_url, FEED) == Push(HUB, FEED)
    assert push_of({"link": "</hub>; rel=hub"}, (), None, FEED) == Push("http://post.example/hub", FEED)
    assert push_of({"link": '<http://x.example/>; rel="next"'}, (), None, FEED) is None
    assert push_of({"link": "<javascript:x>; rel=hub"}, (), None, FEED) is None
    channel = '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="http://hub.example/"/>'
    assert read(rss("1", channel=channel)).hubs == (HUB,)
    listed = b'{"version": "https://jsonfeed.org/version/1.1", "items": [], "feed_url": "https://a.example/f", "hubs": '
    found = read(listed + b'[{"type": "WebSub", "url": "http://hub.example/"}]}')
    assert (found.hubs, found.self_url) == ((HUB,), "https://a.example/f")


MADE = Subscription(hub=HUB, topic=FEED, token="t", secret="s")


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_a_signature_is_of_a_known_method_and_this_body(method: str) -> None:
    given = f"{method}={hmac.new(b's', b'body', method).hexdigest()}"
    assert is_signed(given, "s", b"body")
    assert is_signed(given.upper().replace(method.upper(), method), "s", b"body")
    assert not is_signed(given, "s", b"other")
    assert not is_signed(given, "other", b"body")
    assert not is_signed(given.partition("=")[2], "s", b"body")


def test_a_subscription_counts_while_its_lease_lasts_and_a_denial_waits_a_day() -> None:
    query = {"hub.mode": "subscribe", "hub.topic": FEED, "hub.challenge": "c", "hub.lease_seconds": "1000"}
    held = confirmed(MADE, query, 0.0)
    assert held is not None
    assert (pushes(held, 999.0), pushes(held, 1001.0), pushes(MADE, 0.0)) == (True, False, False)
    assert (is_due(held, 700.0), is_due(held, 760.0)) == (False, True)
    denied = confirmed(held, {"hub.mode": "denied", "hub.topic": FEED}, 10.0)
    assert denied is not None
    assert (pushes(denied, 11.0), is_due(denied, HOUR), is_due(denied, DAY + 11)) == (False, False, True)
    assert confirmed(MADE, query | {"hub.challenge": ""}, 0.0) is None
    forever = confirmed(MADE, query | {"hub.lease_seconds": "9" * 30}, 0.0)
    assert forever is not None
    assert forever.until == websub.LONGEST_LEASE
    assert msgspec.json.decode(msgspec.json.encode(held), type=Subscription) == held


def test_the_listener_serves_until_cancelled_and_says_what_is_taken() -> None:
    async def work() -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]

        async def application(scope: object, receive: object, send: Callable[[object], Awaitable[None]]) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"heard"})

        serving = asyncio.ensure_future(serve_asgi(application, "127.0.0.1", port))
        async with httpx.AsyncClient() as client:
            while True:
                with suppress(httpx.ConnectError):
                    answer = await client.get(f"http://127.0.0.1:{port}/hubs/x?a=1")
                    break
                await asyncio.sleep(0.02)  # until it listens
        assert answer.text == "heard"
        with pytest.raises(InputError, match="cannot be listened at"):
            await serve_asgi(application, "127.0.0.1", port)
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        again = asyncio.ensure_future(serve_asgi(application, "127.0.0.1", port))
        await asyncio.wait([again], timeout=0.2)
        assert not again.done(), "the address is free again"
        again.cancel()

    asyncio.run(work())


def test_the_public_address_and_the_listener_are_settings() -> None:
    assert load({}).websub_url == ""
    found = load({"COPYDESK_WEBSUB_URL": CALLBACK, "COPYDESK_WEBSUB_LISTEN": "[::1]:9000"})
    assert (found.websub_url, found.websub_listen) == (CALLBACK, ("::1", 9000))
    for name, odd in (("COPYDESK_WEBSUB_URL", "desk.example"), ("COPYDESK_WEBSUB_LISTEN", "9000")):
        with pytest.raises(ConfigError, match=name):
            load({name: odd})
