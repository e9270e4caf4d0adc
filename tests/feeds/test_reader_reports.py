"""What people who run readers report of feeds: names, titles, texts and links as feeds really write them."""

from datetime import UTC, datetime, timedelta

import pytest

from copydesk.events import Link, RawArticle
from copydesk.producers.feeds.events import events
from copydesk.producers.feeds.feed_list import Source
from copydesk.producers.feeds.formats.authors import read_authors
from copydesk.producers.feeds.formats.items import Item
from copydesk.producers.feeds.new_items import recognise
from tests.feeds.test_formats import NOW, first, read, rss
from tests.feeds.test_new_items import Reader

ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>Pier</title>{}</feed>'


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("jane@post.example (Jane Roe)", ["Jane Roe"]),
        ("Jane Roe <jane@a-long.domain.engineering>", ["Jane Roe"]),
        ("By Jane Roe and John Doe", ["Jane Roe", "John Doe"]),
        ("Jane Roe, John Doe & Ida Berg", ["Jane Roe", "John Doe", "Ida Berg"]),
        ("Jane Roe, Staff Writer", ["Jane Roe"]),
        ("Von Jane Roe und John Doe", ["Jane Roe", "John Doe"]),
        ("Par Jane Roé et Jean Dupont", ["Jane Roé", "Jean Dupont"]),
        ("Por Ana Ruiz y Luis Soto", ["Ana Ruiz", "Luis Soto"]),
        ("Roe, Jane", ["Jane Roe"]),
        ("The Post", []),
        ("admin", []),
        ("Administrador", []),
        ("noreply@post.example (Unknown)", []),
        ("wordpress", []),
        ("jane@post.example", []),
    ],
)
def test_authors_are_people(said: str, names: list[str]) -> None:
    assert list(read_authors([said, None, 7], "The Post")) == names


def test_an_atom_feed_lends_its_author_to_entries_without_one_and_rss_does_not_lend_its_editor() -> None:
    author = "<author><name>Jane Roe</name></author>"
    entries = (
        "<entry><id>a</id></entry>"
        "<entry><id>b</id><author><name>John Doe</name></author></entry>"
        "<entry><id>c</id><source><author><name>Ida Berg</name></author></source></entry>"
    )
    found = read(ATOM.format(author + entries)).items
    assert [item.authors for item in found] == [("Jane Roe",), ("John Doe",), ("Ida Berg",)]
    edited = read(rss("<title>x</title>", channel="<managingEditor>jane@post.example (Jane Roe)</managingEditor>"))
    assert edited.items[0].authors == ()


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Rock & Roll, R&D, AT&T", "Rock & Roll, R&D, AT&T"),
        ("Use &lt;b&gt; beside &lt;strong&gt; today", "Use <b> beside <strong> today"),
        ("&lt;i&gt;Star&lt;/i&gt; and the &lt;nav&gt; element", "Star and the <nav> element"),
        ("&lt;p&gt;Rain&lt;p&gt;Wind", "Rain Wind"),
        ("Caf&eacute; &nbsp;&copy; &nosuch; x", "Café © &nosuch; x"),
        ("<![CDATA[Salt & <em>pepper</em>]]>", "Salt & pepper"),
    ],
)
def test_titles_keep_what_only_looks_like_markup(written: str, title: str) -> None:
    found = read(rss(f"<title>{written}</title><link>https://post.example/s?a=1&b=2&copy=3</link>"))
    assert (found.items[0].title, found.problem) == (title, "")
    assert found.items[0].url == "https://post.example/s?a=1&b=2&copy=3"


def test_a_description_with_markup_or_paragraphs_is_the_text() -> None:
    marked = first("<title>x</title><description><![CDATA[<p>One.</p><p>Two.</p>]]></description>")
    assert (marked.content, marked.summary) == ("<p>One.</p><p>Two.</p>", "One. Two.")
    assert first("<title>x</title><description>One.\n\nTwo &amp;amp; a half.</description>").content.count("<p>") == 2
    assert first("<title>x</title><description>Only &lt;a teaser</description>").content == ""
    both = "<description><![CDATA[<p>Teaser</p>]]></description><content:encoded>Whole</content:encoded>"
    assert first(f"<title>x</title>{both}").content == "Whole"


def test_a_date_of_change_is_that_of_publication_and_stays_it_when_the_item_is_edited() -> None:
    entry = "<entry><id>a</id><title>{}</title><updated>{}</updated></entry>"
    reader = Reader()
    before = read(ATOM.format(entry.format("One", "2026-05-01T10:00:00Z"))).items
    after = read(ATOM.format(entry.format("Two", "2026-05-03T10:00:00Z"))).items
    published = datetime(2026, 5, 1, 10, tzinfo=UTC)
    (new,), (edit,) = reader.judged(before).news, reader.judged(after).news
    assert (new.item.published_at, edit.kind, edit.item.published_at) == (published, "edit", published)
    assert edit.item.modified_at == published + timedelta(days=2)
    dated = read(rss("<title>x</title><dc:date>2026-05-01T12:00:00+02:00</dc:date>")).items[0]
    assert dated.published_at == published


def made(source: Source, *items: str) -> list[Link | RawArticle | None]:
    """The events of a feed seen for the first time."""
    found = Reader().judged(read(rss(*items)).items)
    return [events(news, source, "https://post.example/feed", NOW) for news in found.news]


def test_items_that_share_a_page_are_articles_of_their_own_with_their_own_text() -> None:
    items = [
        f"<title>Release {n}</title><link>https://post.example/log</link><guid>https://post.example/log#v{n}</guid>"
        f"<description>Version {n} is out.</description>"
        for n in range(3)
    ]
    for full_text in ("feed", "page"):
        found = made(Source(name="Post", feed="https://post.example/feed", full_text=full_text), *items)  # type: ignore[arg-type]
        assert [type(event) for event in found] == [RawArticle] * 3
        assert len({event.id for event in found if isinstance(event, RawArticle)}) == 3


def test_a_guid_and_a_link_that_are_the_same_in_all_items_name_none_of_them() -> None:
    items = [f"<title>Tide {n}</title><link>N/A</link><guid isPermaLink='false'>N/A</guid>" for n in range(3)]
    found = made(Source(name="Post", feed="https://post.example/feed", full_text="feed"), *items)
    assert [event and event.hints.title for event in found] == ["Tide 0", "Tide 1", "Tide 2"]
    assert {event.url for event in found if event} == {None}


def test_a_guid_that_names_a_place_in_a_page_is_not_the_page() -> None:
    found = recognise([Item(guid=f"https://post.example/#{n}", title=f"Title {n}") for n in range(3)], "post.example")
    assert len({each.keys for each in found}) == len({each.id for each in found}) == 3


def test_a_clock_without_a_zone_is_in_that_of_its_source() -> None:
    item, feed = "<link>/a</link><pubDate>Tue, 04 Mar 2025 17:45:00</pubDate>", "https://post.example/feed"
    for zone, told in ((None, (17, "clock")), ("Europe/Berlin", (16, None))):
        (link,) = made(Source(name="Post", feed=feed, timezone=zone), item)
        assert link is not None
        assert link.hints.published_at == datetime(2025, 3, 4, told[0], 45, tzinfo=UTC)
        assert link.hints.published_precision == told[1]
