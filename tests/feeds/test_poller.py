"""The poller against a web of its own: what is published, and as what."""

import asyncio

import msgspec
import pytest

from copydesk.cleaning.article import clean_article
from copydesk.events import CleanArticle, Hints, Link
from copydesk.pipeline import LINKS
from tests.support.documents import raw_page
from tests.support.fakes import MemoryLog
from tests.support.web.desk import DAY, FEED, Desk, on_a_desk, rss, serve, titles
from tests.support.web.server import Answer


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
        assert whole.fetch == {"from": "feed", "feed": FEED}
        assert whole.hints.feed == FEED
        assert (bare.url, bare.source) == (None, "post.example")
        assert "Five &lt; six" in bare.content
        assert titles(desk.links) == ["Only a link"]

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


def test_what_a_feed_says_of_an_article_is_marked_as_from_the_feed() -> None:
    prose = (
        "<p>The ferry across the bay has been running again since the early hours of the morning, they said.</p>" * 9
    )

    async def work(desk: Desk) -> None:
        items = rss("1", "2").replace(b"</description>", b"</description><author>a@b.c (Ann Lee)</author>")
        serve(desk, items.replace(b"Words 1", f"<![CDATA[{prose}]]>".encode()))
        desk.source(FEED, full_text="feed", language="en")
        await desk.once()
        article = clean_article(desk.articles[0])
        assert isinstance(article, CleanArticle)
        assert (article.title, article.authors) == ("Title 1", ("Ann Lee",))
        assert (article.provenance["title"], article.provenance["authors"]) == ("feed", "feed")

    on_a_desk(work)


def test_what_a_page_does_not_say_comes_from_the_feed_that_named_it() -> None:
    text = "The ferry across the bay has been running again since the early hours of the morning, they said. " * 9
    raw = raw_page(f"<p>{text}</p>", "http://post.example/1", hints=Hints(title="Ferry runs again"))
    for fetch, origin in (({"found_at": "http://post.example/feed"}, "feed"), ({"found_at": "urls.txt"}, "hint")):
        article = clean_article(msgspec.structs.replace(raw, fetch=fetch))
        assert isinstance(article, CleanArticle)
        assert (article.title, article.provenance["title"]) == ("Ferry runs again", origin)
