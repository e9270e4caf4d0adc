"""A simulated week: outlets with every fault, one poller and one page fetcher; the server's own log is the judge."""

import asyncio
import functools
import gzip
import random
from collections import Counter
from collections.abc import Iterator

import pytest

from copydesk.events import Link, RawArticle
from copydesk.producers.feeds.feed_list import Source
from tests.support.web.desk import Desk, on_a_desk
from tests.support.web.outlet import Outlet, Story, stories, too_close
from tests.support.web.press import Press
from tests.support.web.server import Answer

HOUR, DAY = 3600.0, 86_400.0
PROSE = {
    "windows-1251": "Городские власти сообщили, что движение открыто с раннего утра и билеты подешевели.",
    "shift_jis": "市によると、便は早朝から通常どおり運航しており、運賃も少し安くなったという。",
    "gbk": "市政府昨天在会上表示，这条航线从今天起可以正常使用，而且票价比上个月还要低，不少市民都很高兴。",
}
WORDS = {
    "utf-8": "Fähre Паром 港", "windows-1251": "Паром через залив", "shift_jis": "港のフェリーが運航を再開",
    "gbk": "港口渡轮恢复运行", "utf-16": "Fähre nach Föhr",
}  # fmt: skip


def outlets(dice: random.Random, count: int, articles: int, start: float, end: float) -> list[Outlet]:
    """Outlets of every kind, `count` in all."""
    found = []
    for number in range(count):
        encoding = list(WORDS)[number % len(WORDS)]
        form = ("rss", "rss", "atom", "rss", "json", "sitemap", "rss")[number % 7]
        found.append(
            Outlet(
                f"o{number}.example",
                stories(dice, max(2, int(dice.gauss(articles / count, 3))), start, end, WORDS[encoding]),
                format=form,
                encoding=encoding if form in {"rss", "atom"} else "utf-8",
                declared=number % 4 != 3,
                guids=("stable", "changing", "repeating", "none")[number // 2 % 4] if form == "rss" else "stable",
                validators=("em", "e", "m", "")[number // 3 % 4],
                max_age=dice.choice((0, 0, 0, 600, 7200)),
                ttl=dice.choice((0, 0, 1800)) if form == "rss" else 0,
                whole=form in {"atom", "json"} and number % 2 == 0,
                packed=number % 5 == 1,
                prose=PROSE.get(encoding, ""),
            )
        )
    for number, outlet in enumerate(found):
        outlet.faults = list(faults(number, dice, start, end))
        if "m" in outlet.validators or outlet.format == "atom":
            at = dice.uniform(start + (end - start) / 3, end - HOUR)
            outlet.old_copies = [(at, at + 6 * HOUR, 8 * HOUR)]
    for number, outlet in enumerate(found[::6]):
        outlet.gap = (5.0, 30.0)[number % 2]
        outlet.robots = f"User-agent: *\nCrawl-delay: {outlet.gap:g}\n"
    return found


def faults(number: int, dice: random.Random, start: float, end: float) -> Iterator[tuple[float, float, object]]:
    """Two bad spells for an outlet, each some hours long."""
    answers = (
        Answer(500), Answer(503, headers={"Retry-After": "5400"}), Answer(429, headers={"Retry-After": "600"}),
        Answer(body=b"<rss><channel><item><title>cut", cut=10), Answer(wait=100.0),
        Answer(302, headers={"Location": "/feed"}), Answer(body=b"<html><body>Consent, please</body></html>"),
        Answer(body=bomb(), headers={"Content-Encoding": "gzip"}),
        Answer(body=b"<!DOCTYPE rss [<!ENTITY a 'b'>]><rss/>"), Answer(404), Answer(403),
        Answer(raw=b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 30_000),
        Answer(body=b"\x80\x81\xfe\xff" * 100), Answer(body=b"x" * 300, drip=5.0), Answer(200, body=b""),
    )  # fmt: skip
    for turn in range(2):
        answer = answers[(2 * number + turn) % len(answers)]
        at = dice.uniform(start, end - 8 * HOUR)
        yield at, at + dice.uniform(1, 4) * HOUR, lambda _asked, answer=answer: answer


@functools.cache
def bomb() -> bytes:
    """Return a small body that unfolds to more than a feed may have."""
    return gzip.compress(b"\0" * 70_000_000)


def week(count: int, articles: int, giant: int, days: float, restarts: int, seed: int) -> None:
    """Let it run, then judge."""

    async def work(desk: Desk) -> None:
        dice = random.Random(seed)
        start, end = desk.loop.steady(), desk.loop.steady() + days * DAY
        found = outlets(dice, count, articles, start, end)
        whole = [Story(n, start - DAY, [(start - DAY, f"Giant {n} v0")]) for n in range(giant)]
        whole[3].versions.append((start + days * DAY / 2, "Giant 3 v1"))
        found.append(Outlet("giant.example", whole, window=giant, max_age=6 * 3600, whole=True))
        lawless = Outlet(
            "closed.example", stories(dice, 5, start, end, "Closed"), robots="User-agent: *\nDisallow: /s/"
        )
        found.append(lawless)
        for outlet in found:
            desk.web.hosts[f"feeds.{outlet.name}"] = outlet.feed
            desk.web.hosts[f"www.{outlet.name}"] = outlet.page
            kind = "sitemap" if outlet.format == "sitemap" else "feed"
            full_text = "feed" if outlet.whole else "page"
            desk.sources.append(Source(name=outlet.name, full_text=full_text, **{kind: outlet.feed_url}))  # type: ignore[arg-type]
        await run(desk, days, restarts, dice)
        judge(desk, found, lawless)

    on_a_desk(work)


async def run(desk: Desk, days: float, restarts: int, dice: random.Random) -> None:
    """Poll and fetch; now and then the poller starts anew, and the clock is set back: once between, once meanwhile."""
    press = Press(desk)
    fetching = asyncio.ensure_future(press.run(days * DAY + 2 * DAY, tick=30))
    spell = days * DAY / (restarts + 1)
    for turn in range(restarts + 1):
        if turn == restarts // 2:
            desk.loop.jump -= 5 * HOUR
        if turn == restarts // 2 + 2:
            asyncio.get_running_loop().call_later(spell / 2, set_back, desk)
        await desk.watch(spell, dice=dice.random)
    await desk.watch(1.5 * DAY, dice=dice.random)
    await fetching
    await press.close()


def set_back(desk: Desk) -> None:
    """Set the clock back by a day."""
    desk.loop.jump -= DAY


def judge(desk: Desk, found: list[Outlet], lawless: Outlet) -> None:
    """Each article once, each edit once, no host more often than it wished, nothing that robots.txt forbids."""
    sent: dict[str, list[str]] = {}
    for event in sorted([*desk.links, *desk.articles], key=when):
        if isinstance(event, Link) and event.attempts:
            continue  # brought back from a delay topic
        if isinstance(event, Link) or event.fetch["from"] == "feed":
            sent.setdefault(event.url or "", []).append(event.hints.title or "")
    fetched = Counter(article.url for article in desk.articles)
    delayed = {link.url for link in desk.links if link.not_before}
    for outlet in found:
        assert outlet.early == [], f"{outlet.name} was asked too early"
        assert outlet.shown, f"{outlet.name} was never read"
        for number, titles in outlet.shown.items():
            url = f"http://www.{outlet.name}/s/{number}"
            got = list(dict.fromkeys(sent.get(url, []))) if url in delayed else sent.get(url, [])
            assert got == titles, f"{url}: {got} was sent, {titles} was shown"
            if not outlet.whole and outlet is not lawless:
                assert 1 <= fetched[url] <= len(titles)
        times = [asked.at for asked in desk.web.asked_of(f"www.{outlet.name}")]
        assert too_close(times[1:], outlet.gap) == [], f"{outlet.name} was asked too often"
    assert {asked.path for asked in desk.web.asked_of("www.closed.example")} <= {"/robots.txt"}
    assert {letter.reason for letter in desk.letters} <= {"forbidden: robots.txt does not allow it"}
    assert len({(article.id, article.revision) for article in desk.articles}) == len(desk.articles)


def when(event: Link | RawArticle) -> float:
    """Return the revision of an event, in seconds."""
    return event.found_at_time.timestamp() if isinstance(event, Link) else event.revision / 1000


def test_two_days_of_outlets_with_every_fault() -> None:
    week(count=24, articles=240, giant=1200, days=2, restarts=6, seed=1)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_week_of_two_hundred_feeds_and_one_of_fifty_thousand_items() -> None:
    week(count=200, articles=5000, giant=50_000, days=7, restarts=12, seed=2)
