"""Pages that are somewhere else."""

import pytest

from copydesk.producers.pages.meta_refresh import meta_refresh_target
from tests.support.web.desk import Desk
from tests.support.web.press import HTML, Press, at_a_press, done, gaps, link, publish, site
from tests.support.web.server import Answer

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0


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


def refresh(to: str, words: str = "Please wait.", head: str = "") -> Answer:
    """Return a page that sends its reader on."""
    meta = f'<meta HTTP-EQUIV="Refresh" content="{to}">'
    return Answer(body=f"<html><head>{head}{meta}</head><body>{words}</body></html>".encode(), headers=HTML)


def test_a_page_that_only_sends_its_reader_on_is_followed_with_every_check() -> None:
    async def work(desk: Desk, press: Press) -> None:
        desk.net.names["inside.post.example"] = ["169.254.169.254"]
        site(
            desk, "post.example", "User-agent: *\nDisallow: /closed",
            a=refresh("0;url=/b"), b=Answer(302, headers={"Location": "/c"}), c=refresh("0; URL='http://www.post.example/end'"),
            ring=refresh("0;url=/rong"), rong=refresh("0;url=/ring"), to_closed=refresh("0;url=/closed"),
            in_=refresh("0;url=http://inside.post.example/"), away=refresh("0;url=http://other.example/x"),
            odd=refresh("0;url=javascript:alert(1)"), again=refresh("0;url=#top"), later=refresh("600;url=/b"),
            story=refresh("0;url=/b", "Words of a story. " * 40),
        )  # fmt: skip
        site(desk, "www.post.example")
        site(desk, "other.example")
        names = ("a", "ring", "to-closed", "in_", "away", "odd", "again", "later", "story")
        publish(desk, *(link(f"http://post.example/{name}", desk.loop.wall(), name) for name in names))
        await press.run(3 * DAY, until=lambda: done(desk), tick=30)
        urls = {article.hints.title: article.url for article in desk.articles}
        assert urls == {
            "a": "http://www.post.example/end", "away": "http://other.example/x",
            **{name: f"http://post.example/{name}" for name in ("odd", "again", "later", "story")},
        }  # fmt: skip
        (moved,) = [article for article in desk.articles if article.hints.title == "a"]
        assert (moved.fetch["redirects"], moved.fetch["requested"]) == ("3", "http://post.example/a")
        assert {letter.title: letter.reason.partition(" (")[0] for letter in desk.letters} == {
            "ring": "temporary: more than 5 redirects",
            "to-closed": "forbidden: robots.txt does not allow it",
            "in_": "blocked: inside.post.example is at an address that must not be asked",
        }
        assert len([asked for asked in desk.web.asked if asked.path in {"/ring", "/rong"}]) <= 9 * 6
        assert min(gaps(desk, "post.example")[1:]) >= 1.0 - 0.001

    at_a_press(work)


@pytest.mark.parametrize(
    ("page", "to"),
    [
        ("<meta http-equiv=refresh content=0;url=/b>", "http://post.example/b"),
        ("<meta http-equiv=refresh content='0; /b'>", "http://post.example/b"),
        ("<meta http-equiv='refresh' content='2;URL=\"/b\"'>", "http://post.example/b"),
        ("<meta http-equiv=refresh content='0, url = b?c=1 '>", "http://post.example/x/b?c=1"),
        ("<base href='/y/'><meta http-equiv=refresh content='0;url=b'>", "http://post.example/y/b"),
        ("<meta http-equiv=refresh content='0.5;url=https://u:p@other.example/'>", "https://other.example/"),
        ("<script>" + "x" * 900 + "</script><meta http-equiv=refresh content=0;url=/b>", "http://post.example/b"),
        ("<noscript><meta http-equiv=refresh content=0;url=/no-script></noscript>", None),
        ("<meta http-equiv=refresh content=30;url=/b>", None),
        ("<meta http-equiv=refresh content=0>", None),
        ("<meta http-equiv=refresh content=0;url=/x/a#b>", None),
        ("<meta http-equiv=refresh content='0;url=file:///etc/passwd'>", None),
        ("<meta http-equiv=refresh content='0;url='>", None),
        ("<meta name=refresh content='0;url=/b'>", None),
        ("<!-- <meta http-equiv=refresh content=0;url=/b> -->", None),
        ("<meta http-equiv=refresh content=0;url=/b>" + "Words " * 100, None),
        ("refresh" + " " * 9_000 + "<meta http-equiv=refresh content='0" + " " * 9000 + "'>", None),
    ],
)
def test_where_a_page_sends_its_reader_is_read_as_browsers_do(page: str, to: str | None) -> None:
    assert meta_refresh_target(page, "http://post.example/x/a") == to


def test_rules_behind_redirects_without_end_count_as_none() -> None:
    async def work(desk: Desk, press: Press) -> None:
        site(desk, "login.example", robots=Answer(302, headers={"Location": "http://login.example/robots.txt"}))
        publish(desk, link("http://login.example/a", desk.loop.wall()))
        await press.run(MINUTE)
        assert [article.source for article in desk.articles] == ["login.example"]

    at_a_press(work)
