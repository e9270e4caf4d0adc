"""The poller against a web of its own: what is published, remembered, and asked when."""

import asyncio
import gzip
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from copydesk.errors import LogUnavailable
from copydesk.events import Link
from copydesk.outcome import Outcome
from copydesk.pipeline import FEEDS_STATE, LINKS
from producers.feed_items import Unreadable
from producers.feed_reader import FeedReader, ToRead, read_event
from producers.feed_state import read_head
from producers.feeds import Poller
from tests.fakes import Crash, FailingLog, MemoryLog
from tests.web.desk import Desk, on_a_desk, titles
from tests.web.server import Answer, Asked

FEED = "http://post.example/feed"
HOUR, DAY = 3600.0, 86_400.0


def rss(*items: str, channel: str = "") -> bytes:
    """An RSS document; an item is `n` or `n:title`."""
    inside = ""
    for item in items:
        number, _, title = item.partition(":")
        inside += (
            f"<item><guid>g{number}</guid><link>https://post.example/{number}</link>"
            f"<title>{title or 'Title ' + number}</title><description>Words {number}</description></item>"
        )
    return f'<rss version="2.0"><channel><title>Post</title>{channel}{inside}</channel></rss>'.encode()


def serve(desk: Desk, *answers: Answer | bytes, host: str = "post.example") -> None:
    """Let a host give these answers in turn, the last one for ever."""
    left = [Answer(body=each) if isinstance(each, bytes) else each for each in answers]
    desk.web.hosts[host] = lambda asked: left.pop(0) if len(left) > 1 else left[0]


def test_the_first_poll_publishes_every_item_as_a_link() -> None:
    async def work(desk: Desk) -> None:
        serve(desk, rss("1", "2:Two &amp; more"))
        desk.source(FEED, language="en")
        poller = await desk.once()
        assert titles(desk.links) == ["Title 1", "Two & more"]
        first = desk.links[0]
        assert (first.url, first.source, first.found_at) == ("https://post.example/1", "post.example", FEED)
        assert (first.hints.guid, first.hints.summary, first.hints.language) == ("g1", "Words 1", "en")
        assert poller.counts["links"] == 2
        record = next(iter(desk.log.scan(LINKS)))
        assert (record.key, record.headers["type"]) == ("post.example", "Link")

    on_a_desk(work)


def test_a_feed_of_full_texts_publishes_articles() -> None:
    async def work(desk: Desk) -> None:
        serve(
            desk,
            b'<rss version="2.0" xmlns:c="http://purl.org/rss/1.0/modules/content/"><channel>'
            b"<item><guid>1</guid><link>https://post.example/1?utm_source=x</link><title>A &lt;b&gt;B&lt;/b&gt;</title>"
            b"<c:encoded><![CDATA[<p>The <b>whole</b> text.</p>]]></c:encoded></item>"
            b"<item><guid>2</guid><link>https://post.example/2</link><title>Only a link</title></item>"
            b"<item><guid>3</guid><title>No link</title><description>Five &lt; six</description></item>"
            b"</channel></rss>",
        )
        desk.source(FEED, full_text="feed")
        await desk.once()
        whole, bare = sorted(desk.articles, key=lambda article: article.hints.title or "")
        assert (whole.url, whole.hints.title, whole.content_type) == ("https://post.example/1", "A B", "text/html")
        assert "<p>The <b>whole</b> text.</p>" in whole.content
        assert "<h1>A B</h1>" in whole.content
        assert whole.fetch == {"from": "feed", "feed": FEED, "feed_name": FEED}
        assert (bare.url, bare.source) == (None, "post.example")
        assert "Five &lt; six" in bare.content
        assert titles(desk.links) == ["Only a link"]

    on_a_desk(work)


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


def test_an_edit_is_published_once_and_an_old_copy_never() -> None:
    async def work(desk: Desk) -> None:
        serve(desk, *(rss(each, "2") for each in ("1:v1", "1:v2", "1:v1", "1:v2", "1:v3", "1:v1")))
        desk.source(FEED)
        for _ in range(8):
            await desk.once(now=True)
            await asyncio.sleep(100)
        links = [link for link in desk.links if link.url.endswith("/1")]
        assert titles(links) == ["v1", "v2", "v3"]
        times = [link.found_at_time for link in links]
        assert times == sorted(set(times))

    on_a_desk(work)


@pytest.mark.parametrize("full_text", ["page", "feed"])
def test_an_edit_after_the_clock_went_back_still_has_a_higher_revision(full_text: str) -> None:
    async def work(desk: Desk) -> None:
        serve(desk, rss("1:v1"), rss("1:v2"))
        desk.source(FEED, full_text=full_text)
        await desk.once()
        desk.loop.jump = -DAY
        await desk.once(now=True)
        if full_text == "page":
            one, two = [link.found_at_time for link in desk.links]
            assert two > one
        else:
            first, second = desk.articles
            assert (second.id, second.revision) == (first.id, first.revision + 1)

    on_a_desk(work)


def test_what_several_feeds_of_a_site_list_is_published_once() -> None:
    async def work(desk: Desk) -> None:
        serve(desk, rss("1", "2"))
        for name in "abc":
            desk.source(f"http://post.example/{name}")
        await desk.once()
        await desk.once(now=True)
        assert sorted(titles(desk.links)) == ["Title 1", "Title 2"]

    on_a_desk(work)


def test_nothing_is_published_twice_after_a_restart() -> None:
    async def work(desk: Desk) -> None:
        serve(desk, rss("1", "2"), rss("1", "2", "3"))
        desk.source(FEED)
        for _ in range(3):
            await desk.once(now=True)
        assert titles(desk.links) == ["Title 1", "Title 2", "Title 3"]

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


def test_a_permanent_move_is_remembered_and_a_temporary_one_is_not() -> None:
    async def work(desk: Desk) -> None:
        for status, host in ((301, "old.example"), (302, "away.example")):
            desk.web.hosts[host] = lambda asked, status=status: Answer(  # type: ignore[misc]
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
        desk.web.hosts["post.example"] = lambda asked: Answer(500) if broken else Answer(body=rss("1"))
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


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(body=b"<!DOCTYPE html><html><body>Welcome</body></html>"), "what came is a web page, not a feed"),
        (Answer(body=b"<!DOCTYPE rss [<!ENTITY a 'b'>]>" + rss("1")), "what came declares XML entities"),
        (Answer(body=b"\x00\x01\x02" * 50), "what came is a binary file"),
        (Answer(body=gzip.compress(b"\0" * 80_000_000)), "what came does not unpack"),
        (Answer(body=rss("1"), cut=20), "the answer is broken"),
        (Answer(302, headers={"Location": "javascript:x"}), "a redirect to something that is not a web address"),
        (Answer(200, body=b"", raw=b"HTTP/9 nonsense\r\n\r\n"), "the answer is broken"),
        (Answer(403), "HTTP status 403"),
        (Answer(body=rss("1"), wait=120.0), "no answer in time"),
        (Answer(304), ""),
    ],
)
def test_a_bad_answer_is_a_failure_that_is_said_and_tried_again(answer: Answer, words: str) -> None:
    async def work(desk: Desk) -> None:
        serve(desk, answer, rss("1"), host="bad.example")
        serve(desk, rss("2"), host="good.example")
        bad = desk.source("http://bad.example/feed")
        desk.source("http://good.example/feed")
        await desk.once()
        assert words in desk.state(bad).error
        await desk.watch(2 * HOUR)
        assert sorted(titles(desk.links)) == ["Title 1", "Title 2"]

    on_a_desk(work)


def test_a_gzipped_sitemap_and_an_index_of_sitemaps_are_read() -> None:
    def sitemap(*numbers: int) -> bytes:
        urls = "".join(f"<url><loc>https://post.example/{n}</loc></url>" for n in numbers)
        return gzip.compress(f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{urls}</urlset>".encode())

    async def work(desk: Desk) -> None:
        children = b"".join(b"<sitemap><loc>/%d.xml.gz</loc></sitemap>" % number for number in (1, 2))
        index = b"<sitemapindex>" + children + b"</sitemapindex>"
        files = {"/index.xml": index, "/1.xml.gz": sitemap(1, 2), "/2.xml.gz": sitemap(3)}
        desk.web.hosts["post.example"] = lambda asked: Answer(body=files[asked.path])
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


def test_our_own_outage_is_not_the_sources_fault() -> None:
    async def work(desk: Desk) -> None:
        names = [f"s{n}.example" for n in range(12)]
        for name in names:
            serve(desk, rss("1"), host=name)
        sources = [desk.source(f"http://{name}/feed") for name in names]
        await desk.watch(HOUR)
        weights = [desk.state(source).interval for source in sources]
        desk.net.go_down()
        await desk.watch(6 * HOUR)
        assert [desk.state(source).failures for source in sources] == [0] * 12
        assert "nothing can be reached" in desk.state(sources[0]).error
        desk.net.down = False
        before = len(desk.web.asked)
        await desk.watch(HOUR)
        assert len({asked.host for asked in desk.web.asked[before:]}) == 12, "all are back within the hour"
        assert [desk.state(source).interval for source in sources] == pytest.approx(weights, rel=0.5)

    on_a_desk(work)


def test_one_source_that_is_not_there_is_its_own_fault() -> None:
    async def work(desk: Desk) -> None:
        serve(desk, rss("1"), host="good.example")
        desk.source("http://good.example/feed")
        lost = [desk.source(f"http://{n}.unknown.example/feed") for n in range(6)]
        await desk.watch(DAY)
        assert all(desk.state(source).failures > 3 for source in lost)

    on_a_desk(work)


def test_credentials_and_keys_stay_out_of_everything(caplog: pytest.LogCaptureFixture) -> None:
    async def work(desk: Desk) -> None:
        body = rss("1").replace(b"</title>", b" s3cret-key</title>").replace(b"example/1", b"example/1?k=s3cret-key")
        serve(desk, Answer(body=body), Answer(500), Answer(401), b"<html>s3cret-pass</html>")
        source = desk.source("http://user:s3cret-pass@post.example/feed?token=s3cret-key", full_text="feed")
        desk.sources.append(
            source.__class__(name="links", feed="http://u:s3cret-pass@post.example/f?api_key=s3cret-key")
        )
        for _ in range(4):
            await desk.once(now=True)
        assert desk.web.asked[0].headers["authorization"].startswith("Basic ")
        assert "token=s3cret-key" in desk.web.asked[0].path
        everything = desk.everything()
        assert len(desk.articles + desk.links) > 0
        assert b"s3cret" not in everything
        assert b"czNjcmV0" not in everything, "not in base64 either"
        assert "s3cret" not in caplog.text

    caplog.set_level("DEBUG")
    on_a_desk(work)


def test_an_article_over_the_limit_becomes_a_dead_letter_and_its_neighbours_go_on() -> None:
    async def work(desk: Desk) -> None:
        serve(desk, rss("1", "2:" + "x" * 900, "3"))
        source = desk.source(FEED, full_text="feed")
        await desk.once()
        await desk.once(now=True)
        assert titles(desk.articles) == ["Title 1", "Title 3"]
        (letter,) = desk.letters
        assert (letter.stage, letter.class_, letter.place, letter.source) == ("feeds", "refused", FEED, "post.example")
        assert letter.sha256
        assert desk.state(source).good_at

    on_a_desk(work, MemoryLog(limit=1500))


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


def test_items_are_written_down_then_published_and_only_then_is_the_tag_kept() -> None:
    order: list[str] = []

    class Watched(MemoryLog):
        def publish(self, topic: str, messages: object) -> None:  # type: ignore[override]
            for message in messages:  # type: ignore[attr-defined]
                kind = "seen" if "/" in message.key else "head"
                etag = topic == FEEDS_STATE and kind == "head" and (read_head(message.value) or 0).etag  # type: ignore[union-attr]
                order.append(topic if topic != FEEDS_STATE else kind + (" with its tag" if etag else ""))
            super().publish(topic, messages)  # type: ignore[arg-type]

    async def work(desk: Desk) -> None:
        serve(desk, Answer(body=rss("1", "2"), headers={"ETag": '"1"'}))
        desk.source(FEED)
        await desk.once()
        assert order == ["head", "seen", LINKS, LINKS, "head with its tag"]

    on_a_desk(work, Watched())


@pytest.mark.parametrize("crash_at", range(4))
@pytest.mark.parametrize("appended", [False, True])
def test_a_kill_between_any_two_writes_loses_nothing_and_asks_no_earlier(crash_at: int, appended: bool) -> None:
    log = FailingLog(lambda topic, call: (Crash(), appended) if call == crash_at else None)

    async def work(desk: Desk) -> None:
        serve(
            desk,
            Answer(body=rss("1", "2"), headers={"ETag": '"1"'}),
            Answer(body=rss("1", "2"), headers={"ETag": '"1"'}),
        )
        desk.source(FEED)
        with pytest.raises(BaseException):  # noqa: B017, PT011 - the crash, in whatever it comes out of a thread
            await desk.once()
        desk.log = log
        log.calls = 99
        await asyncio.sleep(5)
        await desk.once()
        early = len(desk.web.asked)
        await asyncio.sleep(61)
        await desk.once()
        assert early <= 1, "within the minute it is not asked again"
        assert {link.url for link in desk.links} == {"https://post.example/1", "https://post.example/2"}
        assert len({(link.url, link.found_at_time) for link in desk.links}) == 2, "a repeat is the same event again"

    on_a_desk(work, log)


def test_a_log_that_does_not_answer_is_waited_for() -> None:
    failures = iter([LogUnavailable("down")] * 3)

    def fault(topic: str, call: int) -> tuple[BaseException, bool] | None:
        error = next(failures, None)
        return (error, False) if error else None

    async def work(desk: Desk) -> None:
        serve(desk, rss("1"))
        desk.source(FEED)
        await desk.once()
        assert len(desk.links) == 1

    on_a_desk(work, FailingLog(fault))


def test_stopping_drops_what_is_being_asked_and_keeps_what_is_done() -> None:
    async def work(desk: Desk) -> None:
        serve(desk, Answer(body=rss("1"), wait=15.0), host="slow.example")
        serve(desk, rss("2"), host="fast.example")
        desk.source("http://slow.example/feed")
        desk.source("http://fast.example/feed")
        await desk.watch(8.0)
        assert titles(desk.links) == ["Title 2"]
        await desk.watch(120.0)
        assert sorted(titles(desk.links)) == ["Title 1", "Title 2"]

    on_a_desk(work)


def test_sources_can_change_while_the_poller_runs() -> None:
    async def work(desk: Desk) -> None:
        serve(desk, rss("1"), host="one.example")
        serve(desk, rss("2"), host="two.example")
        one = desk.source("http://one.example/feed")
        watching = asyncio.ensure_future(desk.watch(5 * HOUR))
        await asyncio.sleep(HOUR)
        assert isinstance(desk.poller, Poller)
        two = one.__class__(name="two", feed="http://two.example/feed")
        await desk.poller.load([two])
        asked = len(desk.web.asked_of("one.example"))
        await watching
        assert len(desk.web.asked_of("one.example")) == asked
        assert len(desk.web.asked_of("two.example")) > 3
        assert sorted(titles(desk.links)) == ["Title 1", "Title 2"]

    on_a_desk(work)


def test_a_surprise_in_one_source_does_not_end_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(desk: Desk) -> None:
        serve(desk, rss("1"), host="odd.example")
        serve(desk, rss("2"), host="good.example")
        desk.source("http://odd.example/feed")
        desk.source("http://good.example/feed")
        from tests.web import desk as module

        calm: Callable[..., object] = module.read_here

        async def surprised(request: object) -> object:
            if b"odd" in request.base.encode():  # type: ignore[attr-defined]
                raise RuntimeError("boom")
            return await calm(request)  # type: ignore[misc]

        monkeypatch.setattr(module, "read_here", surprised)
        poller = await desk.watch(HOUR)
        assert titles(desk.links) == ["Title 2"]
        assert poller.counts["failures"] >= 1

    on_a_desk(work)


def test_an_article_known_by_its_guid_keeps_its_id_when_its_address_changes() -> None:
    async def work(desk: Desk) -> None:
        new = rss("1:Edited").replace(b"example/1", b"example/new-slug")
        serve(desk, rss("1"), new)
        desk.source(FEED)
        await desk.once()
        await desk.once(now=True)
        first, second = desk.links
        assert isinstance(first, Link)
        assert (first.known_as, second.url) == (None, "https://post.example/new-slug")
        assert second.known_as is not None

    on_a_desk(work)


def hang_on_a_word(value: bytes) -> Outcome:
    """A reader that some documents hang or crash."""
    if b"hang" in value:
        time.sleep(60)
    if b"crash" in value:
        os._exit(1)
    return read_event(value)


def test_a_document_that_hangs_or_crashes_the_reader_costs_only_itself() -> None:
    async def run() -> None:
        reader = FeedReader(hang_on_a_word, deadline=4.0)
        now = datetime(2026, 6, 1, tzinfo=UTC)
        outcomes = []
        for body in (rss("1", "2"), rss("3:hang"), rss("4:crash"), b"<html>", rss("5")):
            found = await reader(ToRead(body, "text/xml", FEED, "post.example", now))
            outcomes.append(
                found.reason if isinstance(found, Unreadable) else [each.item.title for each in found.known]
            )
        reader.close()
        assert outcomes == [
            ["Title 1", "Title 2"],
            "took longer than 4 s, 1 times",
            "ended the process (exit code 1), 1 times",
            "is a web page, not a feed",
            ["Title 5"],
        ]

    asyncio.run(run())
