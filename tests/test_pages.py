"""The pages stage: what becomes of links, and how often hosts are asked."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import TypeVar

import pytest

from copydesk.identity import article_id
from copydesk.pipeline import LINK_DELAYS, LINKS, PAGES_STAGE, PAGES_STATE
from copydesk.ports import Message
from producers.link_delays import delay_topic, waiting_links
from producers.page_revisions import read_memory
from producers.politeness import Hosts
from tests.web.desk import Desk, on_a_desk
from tests.web.press import Press, link, publish
from tests.web.server import Answer, Asked

T = TypeVar("T")
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
HTML = {"Content-Type": "text/html; charset=utf-8"}


def page(title: str, head: str = "") -> Answer:
    """A page."""
    return Answer(body=f"<html><head>{head}<title>{title}</title></head><p>Words</p></html>".encode(), headers=HTML)


def site(desk: Desk, host: str, robots: str | Answer = "", **pages: Answer | Callable[[Asked], Answer]) -> None:
    """A host with a robots.txt and pages by path; any other path is a page too."""

    def serve(asked: Asked) -> Answer:
        if asked.path == "/robots.txt":
            return robots if isinstance(robots, Answer) else Answer(body=robots.encode())
        found = pages.get(asked.path.strip("/").partition("?")[0].replace("-", "_"))
        if found is None:
            return page(f"Page {asked.path}")
        return found if isinstance(found, Answer) else found(asked)

    desk.web.hosts[host] = serve


def at_a_press(work: Callable[[Desk, Press], Awaitable[T]], **options: float) -> T:
    """Run something with one process of the stage."""

    async def run(desk: Desk) -> T:
        press = Press(desk, **options)  # type: ignore[arg-type]
        try:
            return await work(desk, press)
        finally:
            await press.close()

    return on_a_desk(run)


def done(desk: Desk) -> bool:
    """Whether no link is left anywhere."""
    return desk.log.lag(LINKS, PAGES_STAGE.name) == 0 and waiting_links(desk.log) == 0


def gaps(desk: Desk, host: str) -> list[float]:
    """Seconds between the requests a host got."""
    return [later.at - earlier.at for earlier, later in pairwise(desk.web.asked_of(host))]


def test_a_page_becomes_an_article_with_the_facts_of_its_fetch() -> None:
    async def work(desk: Desk, press: Press) -> None:
        head = '<link rel="canonical" href="/story">'
        answer = page("Ferry", head)
        answer.headers |= {"ETag": '"7"', "Last-Modified": "Mon, 01 Jun 2026 10:00:00 GMT", "Set-Cookie": "id=1"}
        site(desk, "www.post.example", story=answer)
        found = link("http://www.post.example/story?id=1&utm_source=rss", desk.loop.wall(), "Hint")
        publish(desk, found)
        await press.run(60)
        (article,) = desk.articles
        assert (article.source, article.url) == ("post.example", "http://www.post.example/story?id=1")
        assert article.id == article_id(url="http://www.post.example/story")
        assert article.content == answer.body.decode()
        assert article.revision == int(article.fetched_at.timestamp() * 1000)
        assert article.hints.title == "Hint"
        assert article.fetch == {
            "from": "page", "status": "200", "encoding": "utf-8", "content-type": HTML["Content-Type"], "etag": '"7"',
            "last-modified": "Mon, 01 Jun 2026 10:00:00 GMT", "found_at": "http://feeds.example/",
        }  # fmt: skip
        assert [asked.path for asked in desk.web.asked] == ["/robots.txt", "/story?id=1&utm_source=rss"]
        assert done(desk)

    at_a_press(work)


@pytest.mark.parametrize(
    ("encoding", "text", "header", "meta"),
    [
        ("windows-1251", "Паром снова ходит через залив по расписанию", True, False),
        ("shift_jis", "港のフェリーが今朝から運航を再開しました", False, True),
        ("gbk", "港口渡轮今天早上恢复运行市民表示欢迎", False, False),
        ("utf-16", "Fähre fährt wieder", False, False),
        ("utf-8", "Fähre フェリー Паром", False, False),
    ],
)
def test_pages_come_out_right_in_every_encoding(encoding: str, text: str, header: bool, meta: bool) -> None:
    async def work(desk: Desk, press: Press) -> None:
        charset = f'<meta charset="{encoding}">' if meta else ""
        body = f"<html><head>{charset}<title>x</title></head><p>{text}</p><p>{text}</p></html>".encode(encoding)
        kind = f"text/html; charset={encoding}" if header else "text/html"
        site(desk, "post.example", a=Answer(body=body, headers={"Content-Type": kind}))
        publish(desk, link("http://post.example/a", desk.loop.wall()))
        await press.run(60)
        assert text in desk.articles[0].content

    at_a_press(work)


PDF = Answer(body=b"%PDF", headers={"Content-Type": "application/pdf"})
REFUSED = {
    "gone": (Answer(410), "gone: HTTP status 410", 1),
    "lost": (Answer(404), "gone: HTTP status 404", 2),
    "secret": (Answer(403), "forbidden: HTTP status 403", 1),
    "private": (page("no"), "forbidden: robots.txt does not allow it", 1),
    "paper": (PDF, "not html: an answer of the type application/pdf", 1),
    "unsaid": (Answer(body=b"%PDF-1.7\n\xff\x00"), "not html: what came is a PDF file, not text", 1),
    "blank": (Answer(body=b" \n", headers=HTML), "not html: the page is empty", 1),
    "huge": (Answer(body=b"a" * (17 << 20), headers=HTML), "too big: the answer is over the limit", 1),
    "odd": (Answer(302, headers={"Location": "javascript:x"}), "bad url: a redirect to something", 1),
    "inside": (
        Answer(302, headers={"Location": "http://inside.post.example/"}),
        "blocked: inside.post.example is at",
        1,
    ),
}


def test_what_cannot_be_had_is_refused_by_class_and_said_why() -> None:
    async def work(desk: Desk, press: Press) -> None:
        desk.net.names["inside.post.example"] = ["10.0.0.1"]
        site(
            desk,
            "post.example",
            "User-agent: copydesk\nDisallow: /private",
            **{n: a for n, (a, _, _) in REFUSED.items()},
        )
        publish(desk, *(link(f"http://post.example/{name}", desk.loop.wall(), name) for name in REFUSED))
        publish(
            desk, link("http://post.example/good", desk.loop.wall()), link("ftp://post.example/x", desk.loop.wall())
        )
        desk.log.publish(LINKS, [Message("post.example", b'{"url": 1}', {})])
        await press.run(2 * HOUR, until=lambda: done(desk))
        letters = {letter.title or letter.reason: letter for letter in desk.letters}
        for name, (_, reason, attempts) in REFUSED.items():
            letter = letters[name]
            assert letter.reason.startswith(reason), letter.reason
            assert (letter.stage, letter.class_, letter.attempts, letter.topic) == ("pages", "refused", attempts, LINKS)
        assert any("only http and https" in reason for reason in letters)
        assert any("not a Link event" in reason for reason in letters)
        assert [article.url for article in desk.articles] == ["http://post.example/good"]
        assert press.pages.counts["refused"] == len(REFUSED) + 1

    at_a_press(work)


def test_what_may_work_later_is_tried_again_for_a_day_and_then_fails() -> None:
    async def work(desk: Desk, press: Press) -> None:
        back_at = desk.loop.wall() + 3 * HOUR
        site(
            desk, "post.example",
            hour=lambda asked: Answer(500) if asked.at < back_at else page("Back"),
            never=Answer(502), cut=Answer(body=b"a" * 100, cut=10),
        )  # fmt: skip
        publish(
            desk, *(link(f"http://post.example/{name}", desk.loop.wall(), name) for name in ("hour", "never", "cut"))
        )
        await press.run(5 * DAY, until=lambda: done(desk), tick=60)
        assert [article.hints.title for article in desk.articles] == ["hour"]
        assert {(letter.title, letter.class_, letter.attempts) for letter in desk.letters} == {
            ("never", "failed", 9), ("cut", "failed", 9),
        }  # fmt: skip
        asked = [asked.at for asked in desk.web.asked if asked.path == "/never"]
        assert asked[-1] - asked[0] > DAY
        assert all(later > earlier for earlier, later in pairwise([b - a for a, b in pairwise(asked)][:4]))

    at_a_press(work)


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
        site(desk, "post.example", a=lambda asked: answers.pop(0) if answers else page("a"))
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


def test_a_page_that_moved_to_another_site_is_fetched_under_that_source() -> None:
    async def work(desk: Desk, press: Press) -> None:
        site(desk, "short.example", x=Answer(301, headers={"Location": "http://www.post.example/real"}))
        site(desk, "www.post.example", real=Answer(302, headers={"Location": "http://amp.post.example/final"}))
        site(desk, "amp.post.example")
        site(desk, "ring.example", r=Answer(302, headers={"Location": "http://rong.example/r"}))
        site(desk, "rong.example", r=Answer(302, headers={"Location": "http://ring.example/r"}))
        publish(
            desk, link("http://short.example/x", desk.loop.wall(), "T"), link("http://ring.example/r", desk.loop.wall())
        )
        await press.run(HOUR, until=lambda: done(desk))
        (article,) = desk.articles
        assert (article.source, article.url, article.hints.title) == (
            "post.example",
            "http://amp.post.example/final",
            "T",
        )
        assert article.fetch["requested"] == "http://www.post.example/real"
        assert article.fetch["redirects"] == "1"
        (letter,) = desk.letters
        assert letter.reason == "bad url: it moves from site to site"
        moved = [each for each in desk.links if each.redirects]
        assert {(each.source, each.url) for each in moved} >= {("post.example", "http://www.post.example/real")}

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
        site(desk, "login.example", robots=Answer(302, headers={"Location": "http://login.example/robots.txt"}))
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


def test_a_page_found_twice_is_fetched_once_and_an_edit_again() -> None:
    async def work(desk: Desk, press: Press) -> None:
        site(desk, "post.example", a=lambda asked: page(f"As of {asked.at}"))
        found = desk.loop.wall()
        publish(desk, link("http://post.example/a", found))
        await press.run(20)
        publish(desk, link("http://post.example/a?utm_source=other", found))
        await press.run(20)
        assert press.pages.counts["repeated"] == 1
        publish(desk, link("http://post.example/a", desk.loop.wall()))
        await press.run(20)
        first, second = desk.articles
        assert (first.id, first.revision < second.revision) == (second.id, True)

    at_a_press(work)


def test_a_page_that_is_as_it_was_keeps_its_revision() -> None:
    async def work(desk: Desk) -> None:
        titles = {"/a": "One", "/b": "Other"}
        site(desk, "post.example", a=lambda asked: page(titles["/a"]), b=lambda asked: page(titles["/b"]))

        async def fetch(path: str, hint: str) -> int:
            press = Press(desk)  # each time a process of its own
            publish(desk, link(f"http://post.example{path}", desk.loop.wall(), hint))
            await press.run(30)
            await press.close()
            return desk.articles[-1].revision

        first = await fetch("/a", "hint")
        assert await fetch("/b", "hint") > first
        assert await fetch("/a", "hint") == first
        assert (newer := await fetch("/a", "another hint")) > first
        titles["/a"] = "Two"
        assert (newest := await fetch("/a", "another hint")) > newer
        titles["/a"] = "One"
        assert await fetch("/a", "another hint") > newest, "going back is an edit too"

    on_a_desk(work)


def test_revisions_grow_though_the_clock_goes_back_and_the_process_starts_anew() -> None:
    async def work(desk: Desk) -> None:
        site(desk, "post.example", a=lambda asked: page(f"As of {asked.at}"))
        for jump in (0.0, -DAY, -2 * DAY):
            desk.loop.jump = jump
            press = Press(desk)
            publish(desk, link("http://post.example/a", desk.loop.wall()))
            await press.run(30)
            await press.close()
        revisions = [article.revision for article in desk.articles]
        assert revisions[1:] == [revisions[0] + 1, revisions[0] + 2]
        assert read_memory(desk.log.table(PAGES_STATE).get("post.example")).last == revisions[-1]

    on_a_desk(work)


def test_what_an_earlier_version_wrote_of_revisions_is_understood() -> None:
    async def work(desk: Desk, press: Press) -> None:
        later = int(desk.loop.wall() * 1000) + 10**9
        desk.log.publish(PAGES_STATE, [Message("post.example", str(later).encode(), {})])
        site(desk, "post.example")
        publish(desk, link("http://post.example/a", desk.loop.wall()))
        await press.run(30)
        assert desk.articles[0].revision == later + 1

    at_a_press(work)
    assert [read_memory(value).last for value in (None, b"", b"nonsense", b"12")] == [0, 0, 0, 12]


def test_a_link_knows_the_article_it_is_a_version_of() -> None:
    async def work(desk: Desk, press: Press) -> None:
        site(desk, "post.example")
        publish(desk, link("http://post.example/new-slug", desk.loop.wall(), known_as="ab" * 16))
        await press.run(30)
        assert desk.articles[0].id == "ab" * 16

    at_a_press(work)


def test_a_link_under_a_wrong_key_goes_to_its_own_source_first() -> None:
    async def work(desk: Desk, press: Press) -> None:
        site(desk, "post.example")
        publish(desk, link("http://post.example/a", desk.loop.wall(), source="local"))
        await press.run(30)
        assert (desk.articles[0].source, press.pages.counts["moved"]) == ("post.example", 1)

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


def test_waits_go_to_the_topic_that_fits() -> None:
    waits = {
        1: "1m",
        60: "1m",
        300: "1m",
        480: "10m",
        600: "10m",
        2000: "10m",
        2880: "1h",
        9000: "1h",
        20_000: "6h",
        10**6: "6h",
    }
    assert {seconds: delay_topic(seconds).rpartition(".")[2] for seconds in waits} == waits
    assert {name.rpartition(".")[2] for name in LINK_DELAYS} == {"1m", "10m", "1h", "6h"}


def test_hosts_that_are_long_idle_are_forgotten() -> None:
    async def work(desk: Desk) -> None:
        hosts = Hosts(gap=1.0)
        for number in range(5000):
            hosts.of(f"h{number}.example")
            await asyncio.sleep(1.0)
        assert len(hosts._hosts) < 2500

    on_a_desk(work)
