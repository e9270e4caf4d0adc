"""When feeds are asked, and where: by their own rhythm, by what servers wish, and no host too often."""

import asyncio
import gzip
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from tests.support.web.desk import DAY, FEED, HOUR, Desk, on_a_desk, rss, serve, titles
from tests.support.web.server import Answer, Asked


def test_conditional_requests_send_both_validators_and_a_304_costs_nothing() -> None:
    async def work(desk: Desk) -> None:
        headers = {"ETag": 'W/"v1"', "Last-Modified": "Mon, 01 Jun 2026 10:00:00 GMT"}
        serve(desk, Answer(body=rss("1"), headers=headers), Answer(304))
        source = desk.source(FEED)
        await desk.once()
        assert (desk.state(source).etag, desk.state(source).last_modified) == tuple(headers.values())
        await desk.once(now=True)
        assert desk.web.asked[0].headers.get("if-none-match") is None
        assert desk.web.asked[1].headers["if-none-match"] == headers["ETag"]
        assert desk.web.asked[1].headers["if-modified-since"] == headers["Last-Modified"]
        assert len(desk.links) == 1

    on_a_desk(work)


def test_a_source_is_asked_only_when_it_is_due() -> None:
    async def work(desk: Desk) -> None:
        serve(desk, rss("1"))
        desk.source(FEED)
        await desk.once()
        await desk.once()
        assert len(desk.web.asked) == 1
        await asyncio.sleep(1000)
        await desk.once()
        assert len(desk.web.asked) == 2

    on_a_desk(work)


def test_servers_say_how_often_they_may_be_asked() -> None:
    async def work(desk: Desk) -> None:
        fresh = {
            "ttl.example": Answer(body=rss("1", channel="<ttl>120</ttl>")),
            "age.example": Answer(body=rss("1"), headers={"Cache-Control": "max-age=7200"}),
            "free.example": Answer(body=rss("1")),
        }
        for host, answer in fresh.items():
            serve(desk, answer, host=host)
            desk.source(f"http://{host}/feed")
        await desk.watch(2 * HOUR - 60)
        asked = {host: len(desk.web.asked_of(host)) for host in fresh}
        assert (asked["ttl.example"], asked["age.example"]) == (1, 1)
        assert asked["free.example"] > 3
        await desk.watch(300)
        assert [len(desk.web.asked_of(host)) for host in fresh][:2] == [2, 2]

    on_a_desk(work)


def test_a_busy_source_is_asked_more_often_than_a_quiet_one() -> None:
    async def work(desk: Desk) -> None:
        def busy(asked: Asked) -> Answer:
            newest = int(asked.at // 600)
            return Answer(body=rss(*(str(n) for n in range(newest - 20, newest))))

        desk.web.hosts["busy.example"] = busy
        serve(desk, rss("1"), host="quiet.example")
        desk.source("http://busy.example/feed")
        desk.source("http://quiet.example/feed")
        await desk.watch(2 * DAY)
        asked = {host: [a.at for a in desk.web.asked_of(host)] for host in ("busy.example", "quiet.example")}
        end = desk.loop.wall()
        busy_day = [at for at in asked["busy.example"] if at > end - DAY]
        assert 144 < len(busy_day) < 144 * 6, "about three times for every item"
        assert len([at for at in asked["quiet.example"] if at > end - DAY]) <= 60
        assert all(later - earlier >= 60 for earlier, later in pairwise(busy_day))

    on_a_desk(work)


def test_the_users_own_limits_hold() -> None:
    async def work(desk: Desk) -> None:
        serve(desk, rss("1"))
        desk.source(FEED, poll_min=30, poll_max=40)
        await desk.watch(DAY)
        gaps = [b.at - a.at for a, b in pairwise(desk.web.asked)]
        assert all(1800 <= gap <= 2400 for gap in gaps)

    on_a_desk(work)


@pytest.mark.parametrize(("permanent", "temporary"), [(301, 302), (308, 307)])
def test_a_permanent_move_is_remembered_and_a_temporary_one_is_not(permanent: int, temporary: int) -> None:
    async def work(desk: Desk) -> None:
        for status, host in ((permanent, "old.example"), (temporary, "away.example")):
            desk.web.hosts[host] = lambda _asked, status=status: Answer(  # type: ignore[misc]
                status, headers={"Location": "http://new.example/feed"}
            )
        serve(desk, rss("1"), host="new.example")
        moved, away = desk.source("http://old.example/feed"), desk.source("http://away.example/feed")
        await desk.once()
        await desk.once(now=True)
        assert desk.state(moved).address == "http://new.example/feed"
        assert desk.state(away).address is None
        assert (len(desk.web.asked_of("old.example")), len(desk.web.asked_of("away.example"))) == (1, 2)
        assert len(desk.links) == 1

    on_a_desk(work)


def test_a_new_address_that_stops_working_is_given_up_for_the_old_one() -> None:
    async def work(desk: Desk) -> None:
        serve(desk, Answer(301, headers={"Location": "http://new.example/feed"}), rss("2"), host="old.example")
        serve(desk, rss("1"), Answer(404), host="new.example")
        desk.source("http://old.example/feed")
        for _ in range(6):
            await desk.once(now=True)
        assert titles(desk.links) == ["Title 1", "Title 2"]

    on_a_desk(work)


def test_gone_for_good_retires_a_source_and_nothing_else_does() -> None:
    async def work(desk: Desk) -> None:
        serve(desk, Answer(410), host="gone.example")
        serve(desk, Answer(404), host="lost.example")
        gone, lost = desk.source("http://gone.example/feed"), desk.source("http://lost.example/feed")
        await desk.watch(30 * DAY)
        assert len(desk.web.asked_of("gone.example")) == 1
        assert len(desk.web.asked_of("lost.example")) >= 25, "asked every day, for ever"
        assert desk.state(gone).retired
        assert not desk.state(lost).retired
        assert desk.state(lost).error == "HTTP status 404"
        await desk.once(now=True)
        assert len(desk.web.asked_of("gone.example")) == 1

    on_a_desk(work)


def test_failures_wait_longer_each_time_and_a_success_ends_them() -> None:
    async def work(desk: Desk) -> None:
        broken = True
        desk.web.hosts["post.example"] = lambda _asked: Answer(500) if broken else Answer(body=rss("1"))
        source = desk.source(FEED)
        await desk.watch(3 * DAY)
        gaps = [b.at - a.at for a, b in pairwise(desk.web.asked)]
        assert gaps[0] == pytest.approx(900, abs=5)
        assert all(later >= earlier - 5 for earlier, later in pairwise(gaps))
        assert gaps[-1] <= DAY + 5
        assert desk.state(source).failures == len(desk.web.asked)
        broken = False
        await desk.watch(DAY)
        assert (desk.state(source).failures, desk.state(source).error) == (0, "")
        assert len(desk.links) == 1

    on_a_desk(work)


def test_retry_after_is_obeyed_by_number_and_by_date() -> None:
    async def work(desk: Desk) -> None:
        serve(desk, Answer(429, headers={"Retry-After": "7200"}), rss("1"), host="number.example")
        date = datetime.fromtimestamp(desk.loop.wall() + 5 * HOUR, UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
        serve(desk, Answer(503, headers={"Retry-After": date}), rss("2"), host="date.example")
        desk.source("http://number.example/feed")
        desk.source("http://date.example/feed")
        await desk.watch(6 * HOUR)
        for host, wait in (("number.example", 2 * HOUR), ("date.example", 5 * HOUR)):
            first, second = desk.web.asked_of(host)[:2]
            assert wait - 5 <= second.at - first.at <= wait + 60

    on_a_desk(work)


def test_a_gzipped_sitemap_and_an_index_of_sitemaps_are_read() -> None:
    def sitemap(*numbers: int) -> bytes:
        urls = "".join(f"<url><loc>https://post.example/{n}</loc></url>" for n in numbers)
        return gzip.compress(f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{urls}</urlset>".encode())

    async def work(desk: Desk) -> None:
        children = b"".join(b"<sitemap><loc>/%d.xml.gz</loc></sitemap>" % number for number in (1, 2))
        index = b"<sitemapindex>" + children + b"</sitemapindex>"
        files = {"/index.xml": index, "/1.xml.gz": sitemap(1, 2), "/2.xml.gz": sitemap(3)}
        desk.web.hosts["post.example"] = lambda asked: (
            Answer(304) if "if-none-match" in asked.headers else Answer(body=files[asked.path], headers={"ETag": '"1"'})
        )
        desk.sources = [desk.source("http://x.example/").__class__(name="P", sitemap="http://post.example/index.xml")]
        await desk.once()
        files["/2.xml.gz"] = sitemap(3, 4)
        await desk.once(now=True)
        assert [link.url[-1] for link in desk.links] == ["1", "2", "3", "4"]

    on_a_desk(work)


def test_a_home_page_leads_to_its_feed() -> None:
    async def work(desk: Desk) -> None:
        page = b'<link rel="alternate" type="application/rss+xml" href="/real">'
        desk.web.hosts["post.example"] = lambda asked: Answer(body=page if asked.path == "/" else rss("1"))
        source = desk.source(FEED).__class__(name="P", home="http://post.example/")
        desk.sources = [source]
        await desk.once()
        await desk.once(now=True)
        assert [asked.path for asked in desk.web.asked] == ["/", "/real", "/real"]
        assert desk.state(source).address == "http://post.example/real"
        assert len(desk.links) == 1

    on_a_desk(work)


def test_a_host_with_many_feeds_is_asked_once_a_second() -> None:
    async def work(desk: Desk) -> None:
        serve(desk, rss("1"))
        for number in range(60):
            desk.source(f"http://post.example/{number}")
        await desk.once()
        times = [asked.at for asked in desk.web.asked]
        assert len(times) == 60
        assert all(later - earlier >= 0.999 for earlier, later in pairwise(times))

    on_a_desk(work)
