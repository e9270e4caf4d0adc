"""The pages stage: what becomes of links."""

from itertools import pairwise

import pytest

from copydesk.identity import article_id
from copydesk.log_port import Message
from copydesk.message_headers import trace_of
from copydesk.pipeline import LINK_DELAYS, LINKS, RAW
from copydesk.producers.pages.delays import delay_topic
from tests.support.web.desk import Desk
from tests.support.web.press import HTML, Press, at_a_press, done, link, page, publish, site
from tests.support.web.server import Answer

HOUR, DAY = 3600.0, 86_400.0


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
        (record,) = desk.log.scan(RAW)
        assert record.headers["traceparent"] == trace_of(article.id, article.revision)
        (asked,) = desk.log.scan(LINKS)
        assert record.headers["parent"] == str(asked.place)

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
    "unsaid": (Answer(body=b"%PDF-1.7\n\xff\x00"), "not html: The document is a PDF file, not text", 1),
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


def test_a_link_under_a_wrong_key_goes_to_its_own_source_first() -> None:
    async def work(desk: Desk, press: Press) -> None:
        site(desk, "post.example")
        publish(desk, link("http://post.example/a", desk.loop.wall(), source="local"))
        await press.run(30)
        assert (desk.articles[0].source, press.pages.counts["moved"]) == ("post.example", 1)

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
