"""What becomes of a feed's bytes: items, plain text, clean links, true dates, or a reason."""

import json
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.events import Refused
from copydesk.producers.feeds.formats.dates import feed_date, read_feed_date
from copydesk.producers.feeds.formats.items import Feed, Item
from copydesk.producers.feeds.formats.parse import parse_feed
from copydesk.producers.feeds.formats.safe_xml import safe_xml
from copydesk.producers.web.link_cleaner import clean_link
from copydesk.producers.web.plain_text import plain_text

BASE = "https://feeds.example/news/rss.xml"
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def read(body: str | bytes, content_type: str | None = None) -> Feed:
    """Return a document that must be readable."""
    found = parse_feed(body.encode() if isinstance(body, str) else body, content_type, BASE, NOW)
    assert isinstance(found, Feed), found
    return found


def refused(body: str | bytes, content_type: str | None = None) -> str:
    """Why a document is not read."""
    found = parse_feed(body.encode() if isinstance(body, str) else body, content_type, BASE, NOW)
    assert isinstance(found, Refused), found
    return found.reason


def rss(*items: str, channel: str = "", declaration: str = '<?xml version="1.0"?>') -> str:
    """Return an RSS document."""
    inside = "".join(f"<item>{item}</item>" for item in items)
    return (
        f'{declaration}<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0">'
        f"<channel><title>The Harbour Post</title><link>https://post.example/</link>{channel}{inside}</channel></rss>"
    )


def first(*parts: str) -> Item:
    """Return the first item of an RSS document."""
    return read(rss("".join(parts))).items[0]


def test_rss_gives_every_field() -> None:
    item = first(
        "<title>Ferry &amp; bridge reopen</title><link>/2026/ferry?utm_source=rss&amp;id=7#top</link>",
        '<guid isPermaLink="false">post-7</guid><pubDate>Mon, 01 Jun 2026 10:00:00 +0200</pubDate>',
        "<dc:creator>Ada Quay</dc:creator><category>Harbour</category><category>Traffic</category>",
        "<description>The &lt;b&gt;ferry&lt;/b&gt; runs again.</description>",
        "<content:encoded><![CDATA[<p>The ferry runs again since <em>dawn</em>.</p>]]></content:encoded>",
    )
    assert item == Item(
        guid="post-7",
        url="https://feeds.example/2026/ferry?id=7",
        title="Ferry & bridge reopen",
        summary="The ferry runs again.",
        content="<p>The ferry runs again since <em>dawn</em>.</p>",
        authors=("Ada Quay",),
        published_at=datetime(2026, 6, 1, 8, tzinfo=UTC),
        tags=("Harbour", "Traffic"),
    )


def test_atom_gives_every_field() -> None:
    feed = read(
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Blatt</title>'
        '<entry><id>tag:blatt.example,2026:1</id><title type="html">A &amp;lt;b&amp;gt; &lt;i&gt;x&lt;/i&gt;</title>'
        '<link rel="enclosure" href="https://cdn.example/a.mp3"/><link rel="alternate" href="../a/1"/>'
        "<author><name>Jo Kai</name><email>jo@blatt.example</email></author><author><name>Uwe</name></author>"
        "<published>2026-05-31T23:30:00-01:00</published><updated>2026-06-01T02:00:00Z</updated>"
        '<summary type="text">Kurz</summary><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">'
        "<p>Lang</p></div></content></entry></feed>"
    )
    item = feed.items[0]
    assert (feed.format, feed.title, item.guid) == ("atom10", "Blatt", "tag:blatt.example,2026:1")
    assert (item.url, item.title, item.summary) == ("https://feeds.example/a/1", "A <b> x", "Kurz")
    assert item.authors == ("Jo Kai", "Uwe")
    assert (item.published_at, item.modified_at) == (
        datetime(2026, 6, 1, 0, 30, tzinfo=UTC),
        datetime(2026, 6, 1, 2, tzinfo=UTC),
    )
    assert "<p>Lang</p>" in item.content
    assert item.language == "de"


def test_rdf_gives_items() -> None:
    feed = read(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        '<channel rdf:about="https://old.example/"><title>Old</title></channel>'
        '<item rdf:about="https://old.example/1"><title>One</title></item></rdf:RDF>'
    )
    assert (feed.format, feed.items[0].url, feed.items[0].title) == ("rss10", "https://old.example/1", "One")


def test_a_json_feed_gives_every_field_and_forgives_wrong_types() -> None:
    feed = read(
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "title": "J",
                "language": "en",
                "authors": [{"name": "Ida Berg"}],
                "items": [
                    {
                        "id": 7, "url": "/a?fbclid=1", "title": "<b>T</b>", "content_text": "One & two\n\nthree",
                        "date_published": "2026-05-01T00:00:00Z", "tags": ["x", 3], "author": "wrong",
                    },
                    {"id": "8", "title": 5, "content_html": ["no"], "authors": "no", "date_modified": {}},
                    "not an item",
                ],
            }
        )
    )  # fmt: skip
    one, two = feed.items
    assert one == Item(
        guid="7",
        url="https://feeds.example/a",
        title="T",
        content="<p>One &amp; two</p>\n<p>three</p>",
        authors=("Ida Berg",),
        published_at=datetime(2026, 5, 1, tzinfo=UTC),
        language="en",
        tags=("x",),
    )
    assert (two.guid, two.title, two.content, two.url) == ("8", "", "", None)
    assert feed.problem == "some items are not objects"
    assert "no JSON Feed" in refused('{"version": 1, "items": []}')
    assert "without items" in refused('{"version": "https://jsonfeed.org/version/1"}')
    assert "not JSON" in refused('{"version"')
    assert "not JSON" in refused("[" * 100_000)


def test_a_news_sitemap_gives_links_with_titles() -> None:
    feed = read(
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://post.example/a</loc><news:news>'
        "<news:publication><news:name>Post</news:name><news:language>fi</news:language></news:publication>"
        "<news:publication_date>2026-06-01</news:publication_date><news:title>Jää lähti</news:title></news:news></url>"
        "<url><loc>https://post.example/b</loc><lastmod>2026-05-31T10:00:00Z</lastmod></url>"
        "<url><loc>javascript:alert(1)</loc></url></urlset>"
    )
    one, two = feed.items
    assert (one.url, one.title, one.language) == ("https://post.example/a", "Jää lähti", "fi")
    assert (one.published_at, one.modified_at) == (datetime(2026, 6, 1, tzinfo=UTC), None)
    assert (two.url, two.modified_at) == ("https://post.example/b", datetime(2026, 5, 31, 10, tzinfo=UTC))


def test_a_sitemap_index_gives_its_newest_children() -> None:
    children = "".join(
        f"<sitemap><loc>/s{day}.xml.gz</loc><lastmod>2026-05-{day:02}</lastmod></sitemap>" for day in range(1, 29)
    )
    feed = read(f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{children}</sitemapindex>')
    assert feed.children[:2] == ("https://feeds.example/s28.xml.gz", "https://feeds.example/s27.xml.gz")
    assert len(feed.children) == 10


DTDS = [
    '<!DOCTYPE rss [<!ENTITY a "b">]>',
    "<!DOCTYPE rss SYSTEM 'http://169.254.169.254/x'>",
    "<!doctype rss>",
    "<!-- <![CDATA[ --><!DOCTYPE rss><!-- ]]> -->",
    "<?x <a ?><!-- <rss> --><!DOCTYPE rss>",
    '<!ENTITY a "b">',
    "<!\nENTITY a SYSTEM 'file:///etc/passwd'>",
    "<![CDATA[<!ENTITY a 'b'>]]>",
]


@pytest.mark.parametrize("dtd", DTDS)
@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "cp037", "cp1251"],
)
def test_document_types_and_entities_are_refused_in_every_encoding(dtd: str, encoding: str) -> None:
    names = ["", encoding.replace("-sig", ""), "utf-7", "us-ascii", "nonsense"]
    for name in names:
        declaration = f'<?xml version="1.0" encoding="{name}"?>' if name else '<?xml version="1.0"?>'
        body = (declaration + dtd + rss("<title>&a;</title>", declaration="")).encode(encoding)
        found = parse_feed(body, None, BASE, NOW)
        assert isinstance(found, Refused), (name, found)


def test_an_encoding_that_hides_the_document_type_hides_it_from_the_parser_too() -> None:
    hidden = '<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE rss+AD4-' + rss("<title>x</title>", declaration="")
    found = parse_feed(hidden.encode(), "text/xml; charset=utf-7", BASE, NOW)
    assert isinstance(found, Refused) or [item.title for item in found.items] == ["x"]


def test_a_page_in_a_cdata_section_is_no_document_type() -> None:
    item = first("<title>x</title><content:encoded><![CDATA[<!DOCTYPE html><p>y</p>]]></content:encoded>")
    assert "<p>y</p>" in item.content


def test_a_billion_laughs_is_refused_at_once() -> None:
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    started = time.process_time()
    assert "entities" in refused(
        f'<!DOCTYPE x [<!ENTITY l0 "ha">{lines}]>' + rss("<title>&l9;</title>", declaration="")
    )
    assert time.process_time() - started < 10


def test_openings_that_nothing_closes_take_linear_time() -> None:
    started = time.process_time()
    for opening in ("<!--", "<![CDATA[", "<!-- <![CDATA["):
        parse_feed((opening * 200_000 + "<rss>").encode(), None, BASE, NOW)
        safe_xml("<rss>" + opening * 200_000)
    assert time.process_time() - started < 10


TEXTS = {
    "utf-16": "Öffnung der Fähre",
    "windows-1251": "Паром через залив снова ходит по расписанию",
    "shift_jis": "港のフェリーが今朝から運航を再開しました",
    "gbk": "港口渡轮今天早上恢复运行，市民表示欢迎",
    "euc-kr": "항구의 여객선이 오늘 아침 운항을 재개했다고 시청이 밝혔으며 시민들은 이를 크게 환영하고 있다",
    "koi8-r": "Паром через залив снова ходит по расписанию",
    "utf-8": "フェリー Fähre Паром",
}


@pytest.mark.parametrize("encoding", TEXTS)
@pytest.mark.parametrize("declared", ["xml", "http", "none", "wrong"])
def test_titles_come_out_right_in_every_encoding(encoding: str, declared: str) -> None:
    label = {"xml": encoding, "wrong": "utf-8"}.get(declared)
    declaration = f'<?xml version="1.0" encoding="{label}"?>' if label else '<?xml version="1.0"?>'
    text = TEXTS[encoding]
    body = rss(f"<title>{text}</title>", f"<title>{text} 2</title>", declaration=declaration).encode(encoding)
    content_type = f"text/xml; charset={encoding}" if declared == "http" else "text/xml"
    assert [item.title for item in read(body, content_type).items] == [text, f"{text} 2"]


def test_broken_xml_is_read_as_far_as_it_goes_and_said_to_be_broken() -> None:
    feed = read(rss("<title>One & two</title><link>https://post.example/1</link>", "<title>Two</title>") + "<oops>")
    assert [item.title for item in feed.items] == ["One & two", "Two"]
    assert feed.problem.startswith("the XML is broken")
    cut = read(rss("<title>One</title>", "<title>Two</title>")[:-40])
    assert cut.items[0].title == "One"


def test_a_comment_before_a_feed_does_not_make_it_a_web_page() -> None:
    feed = read("<!-- made by <p>us</p> <html> -->\n" + rss("<title>One</title>", declaration=""))
    assert [item.title for item in feed.items] == ["One"]
    assert "web page" in refused(b"<!-- <rss> --><html><body>x</body></html>")


def test_characters_that_xml_forbids_do_not_break_a_feed() -> None:
    feed = read(rss("<title>a\x0cb\x0bc\x1b</title>"))
    assert (feed.items[0].title, feed.problem) == ("abc", "")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not a feed"),
        (b"hello", "not a feed"),
        (b"<!DOCTYPE html><html><head><title>x</title></head></html>", "web page"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not text"),
        (b"<note>x</note>", "not a feed"),
        (b"/etc/passwd", "not a feed"),
        (b"http://127.0.0.1:1/feed", "not a feed"),
        (b"file:///etc/hostname", "not a feed"),
    ],
)
def test_what_is_no_feed_is_said_and_never_opened(body: bytes, reason: str) -> None:
    assert reason in refused(body)


def test_titles_come_out_as_plain_text() -> None:
    titles = {
        "Rock &amp; roll": "Rock & roll",
        "Rock &amp;amp; roll": "Rock & roll",
        "&lt;b&gt;Bold&lt;/b&gt;ly": "Boldly",
        "<![CDATA[<a href='javascript:alert(1)'>Click</a>]]>": "Click",
        "<![CDATA[<script>alert(1)</script>News]]>": "News",
        "<![CDATA[<img src=x onerror=alert(1)>News]]>": "News",
        "1 &lt; 2 &gt; 0": "1 < 2 > 0",
        "a\u202eb\u2066c\x0ed": "a b cd",
        "Line\none": "Line one",
    }
    assert {raw: first(f"<title>{raw}</title>").title for raw in titles} == titles


def test_links_come_out_plain_and_only_to_the_web() -> None:
    links = {
        "/a": "https://feeds.example/a",
        "b": "https://feeds.example/news/b",
        "//other.example/c": "https://other.example/c",
        "https://me:secret@x.example/d": "https://x.example/d",
        "https://x.example/?utm_source=a&UTM_Medium=b&id=1&fbclid=c&at_medium=RSS": "https://x.example/?id=1",
        "https://x.example/e?ref=rss&ref=5": "https://x.example/e?ref=5",
        "https://www.google.com/url?rct=j&sa=t&url=https://x.example/f%3Fid%3D1%26utm_x%3D2&ct=ga": "https://x.example/f?id=1",
        "https://news.google.com/news/url?sa=t&url=http%3A%2F%2Fx.example%2Fg": "http://x.example/g",
        "https://www.bing.com/news/apiclick.aspx?ref=FexRss&url=https%3a%2f%2fx.example%2fh": "https://x.example/h",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fx.example%2Fi%3Ffbclid%3D1": "https://x.example/i",
        "https://www.google.com/url?url=javascript:alert(1)": "https://www.google.com/url?url=javascript:alert(1)",
        "javascript:alert(1)": None,
        "data:text/html,x": None,
        "mailto:a@b.example": None,
        "ftp://x.example/": None,
        " \n": None,
        "https://x.example/a b": "https://x.example/a%20b",
        "https://x.example/a\nb#c": "https://x.example/ab",
    }
    assert {link: clean_link(link, BASE) for link in links} == links


def test_the_base_address_gives_no_credentials_to_links() -> None:
    assert clean_link("a", "https://me:secret@feeds.example/x/") == "https://feeds.example/x/a"


def test_feedburner_links_are_undone() -> None:
    item = first(
        "<link>http://feedproxy.example/~r/post/~3/x/</link>",
        "<feedburner:origLink>https://post.example/a</feedburner:origLink>",
    )
    assert item.url == "https://post.example/a"


def test_a_guid_is_no_address_unless_it_says_so() -> None:
    assert first("<guid>https://post.example/1</guid>").url == "https://post.example/1"
    assert first('<guid isPermaLink="false">https://post.example/1</guid>').url is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mon, 01 Jun 2026 10:00:00 GMT", "2026-06-01T10:00"),
        ("Mon, 1 Jun 26 10:00 EST", "2026-06-01T15:00"),
        ("01 Jun 2026 10:00:00 CEST", "2026-06-01T08:00"),
        ("Sun, 31 May 2026 10:00:00 MSK", "2026-05-31T07:00"),
        ("2026-06-01T10:00:00+05:30", "2026-06-01T04:30"),
        ("2026-06-01T10:00:00.123456789Z", "2026-06-01T10:00"),
        ("2026-06-01 10:00:00 +0300", "2026-06-01T07:00"),
        ("2026-05-31T24:00:00Z", "2026-06-01T00:00"),
        ("20260601T100000Z", "2026-06-01T10:00"),
        ("2026-06-01", "2026-06-01T00:00"),
        ("1780308000", "2026-06-01T10:00"),
        ("Mon, 1 Jun 2026 10:00:00 GMT+0100", "2026-06-01T09:00"),
        ("Mon, 1 Jun 2026 10:00:00 UTC+1", "2026-06-01T09:00"),
        ("Mon, 1 Jun 2026 10:00:00 +02:00", "2026-06-01T08:00"),
        ("Mon Jun 01 2026 10:00:00 GMT-0300 (Brasilia Standard Time)", "2026-06-01T13:00"),
        ("Mon, 1 Jun 2026 7:58 AM EST", "2026-06-01T12:58"),
        ("May 31, 2026 at 12:05 a.m. PDT", "2026-05-31T07:05"),
        ("31 mai 2026 19:58:02 +0100", "2026-05-31T18:58"),
        ("mar. 05 août 2025 10:00:00 GMT", "2025-08-05T10:00"),
        ("domingo, 31 de mayo de 2026 19:58:02 -0300", "2026-05-31T22:58"),
        ("Пн, 01 июн 2026 10:00:00 +0300", "2026-06-01T07:00"),
        ("11. Mai 2026, 8:15 Uhr", "2026-05-11T08:15"),
        ("2026年5月31日 19:58", "2026-05-31T19:58"),
        ("31.05.2026 19:58 CEST", "2026-05-31T17:58"),
        ("31 maja 2026", "2026-05-31T00:00"),
        ("31 mai 2026 29:58", None),
        ("31 février 2026 10:00", None),
        ("Mon, 31 Feb 2026 10:00:00 GMT", None),
        ("2026-13-01", None),
        ("2026-06-01T25:00:00Z", None),
        ("01/06/2026", None),
        ("yesterday", None),
        ("", None),
        ("Mon, 01 Jun 1970 10:00:00 GMT", None),
        ("2099-01-01", None),
        ("9" * 90, None),
        ("Mon, 01 Jun 99999 10:00:00 GMT", None),
    ],
)
def test_dates_are_read_or_left_out(text: str, expected: str | None) -> None:
    found = read_feed_date(text, NOW)
    assert (found and f"{found:%Y-%m-%dT%H:%M}") == expected


def test_another_reading_of_a_date_counts_only_when_it_agrees() -> None:
    guess = time.struct_time((2026, 5, 3, 1, 2, 3, 0, 0, 0))
    assert feed_date("3 Մայիսի 2026", NOW, guess) == (datetime(2026, 5, 3, 1, 2, 3, tzinfo=UTC), "clock")
    assert feed_date("3 Մայիսի 2025", NOW, guess) is None
    assert feed_date("05/03/2026", NOW, guess) is None


@pytest.mark.parametrize(
    ("text", "precision"),
    [
        ("Mon, 01 Jun 2026 10:00:00 GMT", None),
        ("2026-06-01T10:00:00Z", None),
        ("1 juin 2026 10:00 +0200", None),
        ("1780308000", None),
        ("2026-06-01 10:00:00", "clock"),
        ("Mon, 01 Jun 2026 10:00:00", "clock"),
        ("1 juin 2026, 10h15", "clock"),
        ("2026-06-01", "day"),
        ("1 juin 2026", "day"),
    ],
)
def test_a_date_says_how_exact_it_is(text: str, precision: str | None) -> None:
    found = feed_date(text, NOW)
    assert found is not None
    assert found.precision == precision


def test_the_ttl_is_read_in_seconds() -> None:
    assert read(rss(channel="<ttl>30</ttl>")).ttl == 1800
    assert read(rss(channel="<ttl>soon</ttl>")).ttl is None
    assert read(rss(channel="<ttl>999999999999</ttl>")).ttl == 7 * 86400


def test_long_fields_are_cut() -> None:
    item = first(f"<title>{'x' * 5000}</title><guid>{'g' * 5000}</guid><description>{'y ' * 50_000}</description>")
    assert (len(item.title), len(item.guid or ""), len(item.summary)) == (1000, 1000, 20_000)


@settings(max_examples=150)
@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(body: bytes) -> None:
    parse_feed(body, None, BASE, NOW)
    parse_feed(rss("<title>x</title>").encode()[:200] + body, "text/xml; charset=utf-16", BASE, NOW)


@settings(max_examples=150)
@given(st.text(max_size=200))
def test_plain_text_is_one_line_without_control_characters(text: str) -> None:
    found = plain_text(text)
    assert not set(found) & set("\r\n\t\x00\x1b\x9b\u202e")
    assert found == found.strip()
