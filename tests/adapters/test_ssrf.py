"""No spelling, DNS answer or redirect reaches an address inside."""

import asyncio
import contextlib
import socket
from collections.abc import Sequence
from urllib.parse import urlsplit

import pytest

from copydesk.errors import FetchFailed
from copydesk.web.allowed_addresses import AddressNotAllowed, read_host, read_port, why_blocked
from copydesk.web.urls import has_secrets, join, public, read_target
from tests.support.web.net import Net
from tests.support.web.server import Answer, Web

# What must not be reached listens on the loopback at PORT; each spelling tries to get there, or elsewhere inside.
SPELLINGS = """
127.0.0.1 127.0.0.2 127.1 127.0.1 127.255.255.254 0.0.0.0 0 0.0 0x0 2130706433 017700000001 0x7f000001 0x7f.0.0.1
0x7f.1 0177.0.0.1 0177.0.0.01 00000177.0.0.1 127.0.0.01 127.00.0.1 127.0.0.0x1 0x7F.0X0.0.0x1 017700000001. 2130706433.
127.0.0.1. 127.0.0.1.. 127。0。0。1 127．0．0．1 １２７.0.0.1 ①②⑦.⓪.⓪.① 127%2e0%2e0%2e1 %31%32%37.0.0.1 127.0.0.1%00
[::1] [::] [0:0:0:0:0:0:0:1] [0000::1] [::0001] [::ffff:127.0.0.1] [::ffff:7f00:1] [::ffff:7f00:0001] [::127.0.0.1]
[::7f00:1] [0:0:0:0:0:ffff:127.0.0.1] [::ffff:0:127.0.0.1] [64:ff9b::127.0.0.1] [64:ff9b::7f00:1] [64:ff9b:1::7f00:1]
[2002:7f00:1::] [2002:7f00:0001::1] [2002:c0a8:0101::1] [2001:0:7f00:1::] [2001:0:4136:e378:8000:63bf:80ff:fffe]
[fe80::1] [fe80::1%25lo] [fe80::1%lo] [::1%25lo] [::1%lo] [fec0::1] [fc00::1] [fd00::1] [fd12:3456:789a::1]
[fd00:ec2::254] [ff02::1] [ff0e::1] [100::1] [2001:db8::1] [3fff::1] [2001:2::1] [2001:10::1] [5f00::1] [4000::1]
[2607:f8b0::5efe:127.0.0.1] [2607:f8b0::200:5efe:7f00:1] [::ffff:169.254.169.254] [::1 ::1] [::1]x [v1.a] []
10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 192.168.255.255 169.254.169.254 169.254.0.1
100.64.0.1 100.100.100.200 100.127.255.255 192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1 198.18.0.1 198.19.255.255
198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 168.63.129.16 0.1.2.3 0.255.255.255
2852039166 0xA9FEA9FE 0251.0376.0251.0376 169.16689662 3232235521 0xc0a80001 10.1 192.168.257 4294967295 4294967296
99999999999 256.0.0.1 1.2.3.256 1.2.3.4.5 1.2.3 0x 1.0x 08.0.0.1
a@127.0.0.1 a:b@127.0.0.1 good.example@127.0.0.1 good.example:80@127.0.0.1 good.example%40127.0.0.1
good.example%2f@127.0.0.1 good.example#@127.0.0.1 good.example?@127.0.0.1 good.example\\@127.0.0.1
127.0.0.1\\@good.example @127.0.0.1 :@127.0.0.1 a@b@127.0.0.1 [::1]@127.0.0.1
inside.example loop.example six.example mixed.example mapped.example nat64.example sixtofour.example metadata.example
localhost.example INSIDE.EXAMPLE inside.example. zero.example
"""
NAMES = {
    "inside.example": ["10.0.0.1"],
    "loop.example": ["127.0.0.1"],
    "localhost.example": ["127.0.0.1", "::1"],
    "six.example": ["::1"],
    "mixed.example": ["8.8.8.8", "127.0.0.1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "nat64.example": ["64:ff9b::7f00:1"],
    "sixtofour.example": ["2002:7f00:1::"],
    "metadata.example": ["169.254.169.254"],
    "zero.example": ["0.0.0.0"],
}
SCHEMES = """
file:///etc/passwd ftp://127.0.0.1/ gopher://127.0.0.1:PORT/_x dict://127.0.0.1:PORT/ ldap://127.0.0.1:PORT/ jar:http://127.0.0.1:PORT!/
javascript:alert(1) data:text/html,x //127.0.0.1:PORT/ /etc/passwd http:127.0.0.1:PORT/ http:/127.0.0.1:PORT/ http:///127.0.0.1:PORT/
http:\\\\127.0.0.1:PORT/ http://127.0.0.1:22/ http://good.example:25/ http://good.example:6379/ http://good.example:0/
http://good.example:99999/ http://good.example:80:PORT/ http://good.example:-1/ view-source:http://127.0.0.1:PORT/
"""


class Trap:
    """Listeners inside that count who comes."""

    def __init__(self) -> None:
        self.reached = 0
        self.port = 0
        self._servers: list[asyncio.Server] = []

    async def start(self) -> None:
        """Listen on both families; every address of 127/8 and the wildcard lead here."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._servers.append(await asyncio.start_server(self._caught, "0.0.0.0", self.port))
        with contextlib.suppress(OSError):
            self._servers.append(await asyncio.start_server(self._caught, "::1", self.port))

    def _caught(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reached += 1
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecret")
        writer.close()

    async def stop(self) -> None:
        """Close."""
        for server in self._servers:
            server.close()


def targets(port: int) -> list[str]:
    """Every address that must not be reached."""
    spelled = [f"http://{_with_port(host, port)}/" for host in SPELLINGS.replace("\\\\", "\\").split()]
    return spelled + SCHEMES.replace("\\\\", "\\").replace("PORT", str(port)).split()


def _with_port(host: str, port: int) -> str:
    return f"{host}:{port}"


async def _hunt(use_redirects: bool, **options: object) -> tuple[int, Trap, Net, dict[str, str]]:
    web, trap = Web(), Trap()
    await web.start()
    await trap.start()
    net = Net(web, NAMES)
    fetcher = net.fetcher(**options)
    answered, repeated = {}, []
    urls = targets(trap.port)
    for url in urls:
        ask = url
        if use_redirects:
            web.hosts["good.example"] = lambda asked, url=url: (  # type: ignore[misc]
                Answer(302, headers={"Location": url.encode().decode("latin-1")}) if asked.path == "/go" else Answer()
            )
            ask = "http://good.example/go"
        try:
            got = await asyncio.wait_for(fetcher.get(ask), 60)
        except FetchFailed as error:
            repeated += [url] if str(trap.port) in str(error) else []
        else:
            answered[url] = got.body.decode()
    await fetcher.aclose()
    await web.stop()
    await trap.stop()
    assert not repeated, "an error never repeats the address"
    return len(urls), trap, net, answered


@pytest.mark.parametrize("use_redirects", [False, True], ids=["asked", "redirected"])
def test_no_spelling_reaches_a_listener_inside(use_redirects: bool) -> None:
    count, trap, net, answered = asyncio.run(_hunt(use_redirects))
    assert count >= 150
    assert trap.reached == 0
    assert net.strangers == [], "nothing but the test web was ever dialled"
    assert not any("secret" in body for body in answered.values())
    # What is left are honest readings: everything that was answered was answered by the host it names.
    assert {urlsplit(url).hostname for url in answered} <= {"good.example", None}  # None: a path on good.example


def test_the_trap_works_and_private_networks_can_be_allowed() -> None:
    async def run() -> tuple[int, list[str]]:
        trap, web = Trap(), Web()
        await trap.start()
        await web.start()
        fetcher = Net(web, NAMES).fetcher(allow_private=True)
        refused = []
        for host in ("127.0.0.1", "loop.example", "[::ffff:127.0.0.1]", "2130706433", "169.254.169.254", "0.0.0.0"):
            try:
                await asyncio.wait_for(fetcher.get(f"http://{host}:{trap.port}/"), 60)
            except FetchFailed:
                refused.append(host)
        await fetcher.aclose()
        await web.stop()
        await trap.stop()
        return trap.reached, refused

    assert asyncio.run(run()) == (2, ["[::ffff:127.0.0.1]", "2130706433", "169.254.169.254", "0.0.0.0"])


def test_a_name_that_changes_its_address_is_judged_at_every_connection() -> None:
    async def run() -> tuple[int, list[str], list[str]]:
        web, trap = Web(), Trap()
        await web.start()
        await trap.start()
        net = Net(web)
        answers = [["127.0.0.1"], ["10.0.0.1"]]
        ask = net.resolve

        async def rebinding(host: str, port: int) -> Sequence[str]:
            first = await ask(host, port)
            return first if len(net.resolved) == 1 else answers[len(net.resolved) % 2]

        net.resolve = rebinding  # type: ignore[method-assign]
        web.page("rebind.example", "public", headers={"Connection": "close"}, length=False)
        fetcher = net.fetcher()
        outcomes = []
        for _ in range(4):
            try:
                outcomes.append((await fetcher.get(f"http://rebind.example:{trap.port}/")).body.decode())
            except FetchFailed as error:
                outcomes.append(error.kind)
        await fetcher.aclose()
        await web.stop()
        await trap.stop()
        return trap.reached, outcomes, net.resolved

    reached, outcomes, resolved = asyncio.run(run())
    assert reached == 0
    assert outcomes == ["public", "blocked", "blocked", "blocked"]
    assert len(resolved) == 4, "one look-up for each connection, and what it said is what is dialled"


def test_public_addresses_pass() -> None:
    for address in ("8.8.8.8", "151.101.1.1", "172.32.0.1", "172.15.255.255", "100.63.255.255", "198.17.255.255",
                    "223.255.255.255", "2606:4700::1111", "2a00:1450:4001::1", "2607:f8b0::5efe:808:808"):  # fmt: skip
        assert why_blocked(address) is None, address
    assert why_blocked("not an address") == "not an address"
    assert why_blocked("fd00:ec2::254", allow_private=True) == "a cloud's own service"
    assert why_blocked("192.168.1.1", allow_private=True) is None
    assert why_blocked("fd12::1", allow_private=True) is None
    assert why_blocked("100.64.0.1", allow_private=True) == "carrier-grade NAT"


def test_hosts_have_one_spelling() -> None:
    assert read_host("News.Example.").name == "news.example"
    assert read_host("bücher.example").name == "xn--bcher-kva.example"
    assert read_host("[2A00:1450:4001:0::1]") == ("2a00:1450:4001::1", True)
    assert read_host("8.8.8.8") == ("8.8.8.8", True)
    for odd in ("", ".", "a..b", "-a.example", "a b", "a%20b", "a/b", "a" * 64 + ".example", "[fe80::1%25eth0]"):
        with pytest.raises(AddressNotAllowed):
            read_host(odd)
    assert (read_port("http", None), read_port("https", None), read_port("http", 8080)) == (80, 443, 8080)


def test_addresses_are_shown_without_their_secrets() -> None:
    secret = "https://me:p%40ss@feeds.example/rss?lang=en&token=abc123&api_key=x&monkey=1#top"
    assert public(secret) == "https://feeds.example/rss?lang=en&token=hidden&api_key=hidden&monkey=1#top"
    assert has_secrets(secret)
    assert not has_secrets("https://feeds.example/rss?lang=en&page=2")
    assert read_target("HTTPS://me:pw@Feeds.example:443/a?b#c").url == "https://feeds.example/a?b"


def test_links_are_made_absolute_or_dropped() -> None:
    base = "https://me:pw@feeds.example/a/b"
    assert join(base, "../c d") == "https://feeds.example/c%20d"
    assert join(base, "//x:y@other.example/z") == "https://other.example/z"
    for bad in ("javascript:alert(1)", "data:text/html,x", "mailto:a@b.example", "http://[", "http://0x7f.1/", "tel:1"):
        assert join(base, bad) is None
