"""How often hosts are asked for pages, what their robots.txt has to say, and what an outage or a kill makes of it."""

import asyncio
from collections import Counter

import pytest

from copydesk.pipeline import LINKS, PAGES_STAGE
from copydesk.producers.web.hosts import HostThrottle
from tests.support.web.desk import Desk, on_a_desk
from tests.support.web.press import Press, at_a_press, done, gaps, link, page, publish, site
from tests.support.web.server import Answer

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0


@pytest.mark.parametrize("wish", [None, 3.0, 90.0])
def test_a_host_is_asked_in_its_own_time_whatever_is_wished_of_it(wish: float | None) -> None:
    async def work(desk: Desk, press: Press) -> None:
        site(desk, "post.example", f"User-agent: *\nCrawl-delay: {wish:g}" if wish else "")
        publish(desk, *(link(f"http://post.example/{n}", desk.loop.wall()) for n in range(60)))
        await press.run(12 * HOUR, until=lambda: done(desk))
        assert len(desk.articles) == 60
        assert min(gaps(desk, "post.example")[1:]) >= (wish or 1.0) - 0.001
        whole = desk.web.asked[-1].at - desk.web.asked[0].at
        assert whole < 60 * (wish or 1.0) * 3 + 15 * MINUTE, "and is not left waiting for much longer than that"
        assert max(Counter(asked.path for asked in desk.web.asked).values()) == 1

    at_a_press(work)


def test_a_slow_or_banned_host_holds_up_no_other_and_no_commit() -> None:
    async def work(desk: Desk, press: Press) -> None:
        site(desk, "slow.news.example", robots=Answer(wait=60.0), a=page("x"))
        site(desk, "full.news.example", robots="User-agent: *\nCrawl-delay: 500")
        site(desk, "angry.news.example", robots=Answer(429, headers={"Retry-After": "7200"}))
        site(desk, "fine.news.example")
        hosts = ("slow", "full", "angry", "fine")
        publish(desk, *(link(f"http://{h}.news.example/{n}", desk.loop.wall()) for n in range(12) for h in hosts))
        began = desk.loop.time()
        await press.run(300, until=lambda: len(desk.articles) >= 12)
        assert sum("fine" in (article.url or "") for article in desk.articles) == 12
        assert desk.loop.time() - began < 40
        await press.run(90, until=lambda: desk.log.lag(LINKS, PAGES_STAGE.name) == 0)
        assert desk.loop.time() - began < 100, "every link of the partition is settled"
        assert len(desk.web.asked_of("angry.news.example")) == 1

    at_a_press(work)


def test_a_host_that_says_it_is_too_much_is_left_alone_and_asked_more_slowly() -> None:
    async def work(desk: Desk, press: Press) -> None:
        answers = [Answer(429, headers={"Retry-After": "1800"}), Answer(503)]
        site(desk, "post.example", a=lambda _asked: answers.pop(0) if answers else page("a"))
        site(desk, "other.example")
        publish(desk, link("http://post.example/a", desk.loop.wall()))
        await press.run(10)
        publish(desk, *(link(f"http://post.example/{n}", desk.loop.wall()) for n in range(5)))
        publish(desk, *(link(f"http://other.example/{n}", desk.loop.wall()) for n in range(5)))
        await press.run(DAY, until=lambda: done(desk))
        assert len(desk.articles) == 11
        first_pause = next(gap for gap in gaps(desk, "post.example") if gap > 60)
        assert first_pause >= 1800
        assert desk.web.asked_of("other.example")[-1].at - desk.web.asked[0].at < 60

    at_a_press(work)


def test_robots_are_asked_once_a_day_and_on_every_host_of_the_way() -> None:
    async def work(desk: Desk, press: Press) -> None:
        site(desk, "post.example", go=Answer(302, headers={"Location": "http://no.post.example/x"}))
        site(desk, "no.post.example", "User-agent: *\nDisallow: /")
        publish(desk, link("http://post.example/go", desk.loop.wall(), "go"))
        publish(desk, *(link(f"http://post.example/{n}", desk.loop.wall()) for n in range(5)))
        await press.run(HOUR, until=lambda: done(desk))
        assert desk.letters[0].reason == "forbidden: robots.txt does not allow it"
        assert [asked.path for asked in desk.web.asked_of("no.post.example")] == ["/robots.txt"]
        await press.run(23 * HOUR, tick=60)
        publish(desk, link("http://post.example/new", desk.loop.wall()))
        await press.run(2 * HOUR)
        publish(desk, link("http://post.example/newer", desk.loop.wall()))
        await press.run(MINUTE)
        paths = Counter(asked.path for asked in desk.web.asked_of("post.example"))
        assert paths["/robots.txt"] == 2

    at_a_press(work)


def test_without_robots_txt_everything_is_allowed_and_with_a_broken_one_nothing_is_yet() -> None:
    async def work(desk: Desk, press: Press) -> None:
        site(desk, "none.example", robots=Answer(404))
        mended = desk.loop.wall() + 2 * HOUR
        desk.web.hosts["broken.example"] = lambda asked: (
            (Answer(500) if asked.at < mended else Answer(404)) if asked.path == "/robots.txt" else page("x")
        )
        for host in ("none", "broken"):
            publish(desk, link(f"http://{host}.example/a", desk.loop.wall()))
        await press.run(HOUR)
        assert [article.source for article in desk.articles] == ["none.example"]
        await press.run(DAY, until=lambda: done(desk))
        assert [article.source for article in desk.articles] == ["none.example", "broken.example"]
        assert all(asked.path == "/robots.txt" for asked in desk.web.asked_of("broken.example") if asked.at < mended)

    at_a_press(work)


def test_a_kill_loses_no_link_and_restarting_asks_no_host_more_often() -> None:
    async def work(desk: Desk) -> None:
        for number in range(4):
            site(desk, f"s{number}.example", "User-agent: *\nCrawl-delay: 4")
        urls = [f"http://s{n % 4}.example/{n}" for n in range(40)]
        publish(desk, *(link(url, desk.loop.wall()) for url in urls))
        for _ in range(20):
            press = Press(desk, gap=4.0)
            await press.run(7.3)
            await press.crash()
        press = Press(desk, gap=4.0)
        await press.run(2 * HOUR, until=lambda: done(desk))
        await press.close()
        assert {article.url for article in desk.articles} == set(urls)
        for number in range(4):
            assert min(gaps(desk, f"s{number}.example")) >= 4.0 - 0.001

    on_a_desk(work)


def test_our_own_outage_does_not_use_up_a_links_tries() -> None:
    async def work(desk: Desk, press: Press) -> None:
        for number in range(6):
            site(desk, f"s{number}.example")
        publish(desk, *(link(f"http://s{n}.example/a", desk.loop.wall()) for n in range(6)))
        await press.run(60)
        desk.net.go_down()
        publish(desk, *(link(f"http://s{n}.example/{k}", desk.loop.wall()) for k in "bc" for n in range(6)))
        await press.run(4 * DAY, tick=60)
        assert desk.letters == []
        desk.net.down = False
        await press.run(DAY, until=lambda: done(desk), tick=60)
        assert len(desk.articles) == 18

    at_a_press(work)


def test_servers_that_fail_are_not_our_own_outage() -> None:
    async def work(desk: Desk, press: Press) -> None:
        for number in range(6):
            site(desk, f"s{number}.example")
        publish(desk, *(link(f"http://s{n}.example/a", desk.loop.wall()) for n in range(6)))
        await press.run(60)
        for number in range(6):
            site(desk, f"www.s{number}.example", robots=Answer(500))
        publish(desk, *(link(f"http://www.s{n}.example/b", desk.loop.wall()) for n in range(6)))
        await press.run(6 * DAY, until=lambda: done(desk), tick=60)
        assert {letter.reason for letter in desk.letters} == {"temporary: robots.txt cannot be had: HTTP status 500"}
        assert [letter.attempts for letter in desk.letters] == [9] * 6

    at_a_press(work)


def test_hosts_that_are_long_idle_are_forgotten() -> None:
    async def work(_desk: Desk) -> None:
        hosts = HostThrottle(gap=1.0)
        for number in range(5000):
            hosts.host(f"h{number}.example")
            await asyncio.sleep(1.0)
        assert len(hosts._hosts) < 2500

    on_a_desk(work)
