"""Sources as data: the feed list, OPML, and finding a page's feed."""

from pathlib import Path

import pytest

from copydesk.errors import FetchFailed, InputError
from copydesk.producers.feeds.discovery import NamedFeed, discover, named_feeds
from copydesk.producers.feeds.feed_list import Source, append_sources, load_sources, parse_sources, to_toml
from copydesk.producers.feeds.opml import read_opml, write_opml
from copydesk.producers.web.hosts import HostThrottle
from tests.support.places import SEEDS
from tests.support.web.desk import Desk, on_a_desk
from tests.support.web.outlet import too_close
from tests.support.web.server import Answer, Asked

SHIPPED = SEEDS / "feeds.toml"
RSS = '<rss version="2.0"><channel><title>The Post</title><item><title>x</title></item></channel></rss>'


def test_the_shipped_list_is_good_and_speaks_many_languages() -> None:
    sources, problems = load_sources(SHIPPED)
    assert problems == []
    assert len(sources) >= 40
    assert "The Moscow Times" in {source.name for source in sources}
    assert len({source.language for source in sources}) >= 20
    assert "UNVERIFIED" in SHIPPED.read_text("utf-8")
    assert all(source.url.startswith("https://") and source.language and source.rights for source in sources)


def problem_of(text: str) -> str:
    """Why a list, or a source in it, cannot be used."""
    try:
        return parse_sources(text, "feeds.toml").problems[0]
    except InputError as error:
        return str(error)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sources = []", "unknown key 'sources'"),
        ("source = 1", "must be written [[source]]"),
        ("[[source]]\nfeed = 'https://a.example/'", "source 1: the key `name` is missing"),
        ("[[source]]\nname = 3", "source 1: key `name`: expected `str`, got `int`"),
        ("[[source]]\nname = ' '\nfeed = 'https://a.example/'", "key `name` is empty"),
        ("[[source]]\nname = 'A'\nfeeed = 'x'", "source 1 (A): unknown key `feeed`; known are name, feed,"),
        ("[[source]]\nname = 'A'", "needs exactly one of the keys `feed`, `sitemap` and `home`, has 0"),
        ("[[source]]\nname = 'A'\nfeed = 'https://a.example'\nhome = 'https://a.example'", "has 2"),
        ("[[source]]\nname = 'A'\nfeed = 'file:///etc/passwd'", "key `feed` is no web address: only http and https"),
        ("[[source]]\nname = 'A'\nhome = 'http://0x7f.1/'", "key `home` is no web address: an odd spelling"),
        ("[[source]]\nname = 'A'\nfeed = 'https://a.example'\nfull_text = 'both'", "key `full_text`: invalid enum"),
        ("[[source]]\nname = 'A'\nfeed = 'https://a.example'\nlanguage = 'English'", "key `language` must be a code"),
        ("[[source]]\nname = 'A'\nfeed = 'https://a.example'\npoll_min = 0", "`poll_min` and `poll_max`"),
        (
            "[[source]]\nname = 'A'\nfeed = 'https://a.example'\npoll_min = 60\npoll_max = 5",
            "`poll_min` and `poll_max`",
        ),
        ("[[source]]\nname = 'A\n", "is not TOML: "),
        (
            "[[source]]\nname = 'A'\nfeed = 'https://a.example'\n[[source]]\nname = 'A'\nfeed = 'https://b.example'",
            "source 2 has the same name as source 1",
        ),
        (
            "[[source]]\nname = 'A'\nfeed = 'https://a.example'\n[[source]]\nname = 'B'\nfeed = 'https://a.example'",
            "source 2 has the same address as source 1",
        ),
        (
            "[[source]]\nname = 'A'\nfeed = 'https://a.example'\ntimezone = 'Mars/North'",
            "key `timezone` must be a time zone such as Europe/Berlin",
        ),
    ],
)
def test_a_mistake_is_named_with_its_file_table_and_key(text: str, words: str) -> None:
    said = problem_of(text)
    assert said.startswith("feeds.toml")
    assert words in said


def test_an_error_never_shows_a_password() -> None:
    assert "s3cret" not in problem_of("[[source]]\nname = 'A'\nfeed = 'ftp://me:s3cret@a.example/?key=s3cret'")


def test_the_sources_beside_a_bad_one_are_read() -> None:
    good = "[[source]]\nname = '{0}'\nfeed = 'https://{0}.example/'\n"
    text = (
        good.format("a") + "[[source]]\nname = 'b'\n" + good.format("c") + good.format("a") + "[[source]]\nfeeed = 1\n"
    )
    found = parse_sources(text, "feeds.toml")
    assert [source.name for source in found.sources] == ["a", "c"]
    assert [problem.split(":")[1].split()[1] for problem in found.problems] == ["2", "4", "5"]


def test_files_that_are_no_list_are_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b"# caf\xe9\n")
    for name, words in (("none.toml", "No such file"), ("latin.toml", "is not UTF-8"), (".", "Is a directory")):
        with pytest.raises(InputError, match=words):
            load_sources(tmp_path / name)


def test_sources_are_added_once_and_the_rest_of_the_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text('# mine\n[[source]]\nname = "A"\nfeed = "https://a.example/"\n', "utf-8")
    tricky = Source(name='Q "x" \\ é\t', home="https://b.example/?a=1&b=2", language="pt-BR", poll_min=2.5)
    again = Source(name="Other", feed="https://a.example/")
    namesake = Source(name="A", feed="https://c.example/")
    assert [each.name for each in append_sources(path, [tricky, again, namesake])] == [tricky.name, "A (2)"]
    assert path.read_text("utf-8").startswith("# mine\n")
    assert [each.name for each in load_sources(path).sources] == ["A", tricky.name, "A (2)"]
    assert load_sources(path).sources[1] == tricky
    assert append_sources(path, [tricky]) == []
    assert [each.name for each in tmp_path.iterdir()] == ["feeds.toml"]
    assert append_sources(tmp_path / "new.toml", [again]) == [again]


def test_toml_is_read_back_as_it_was_written() -> None:
    source = Source(name="A", sitemap="https://a.example/s.xml", full_text="feed", rights="© A\x7f", enabled=False)
    assert parse_sources(to_toml(source), "x").sources == [source]


def test_opml_comes_in_with_folders_and_goes_out_again() -> None:
    opml = b"""<?xml version="1.0" encoding="ISO-8859-1"?><opml version="1.1"><body><outline text="News">
      <outline text="Caf\xe9 &lt;b&gt;Post&lt;/b&gt;" type="rss" xmlUrl="https://a.example/feed" language="fr"/>
      <outline title="B" XMLURL="http://b.example/rss"/><outline xmlUrl="https://a.example/feed"/>
      <outline xmlUrl="javascript:alert(1)"/><outline xmlUrl="https://c.example/x" language="Klingon!"/>
      </outline></body></opml>"""
    sources, problems = read_opml(opml, "list.opml")
    assert [(each.name, each.feed, each.language, each.folder) for each in sources] == [
        ("Café Post", "https://a.example/feed", "fr", "News"),
        ("B", "http://b.example/rss", None, "News"),
        ("c.example", "https://c.example/x", None, "News"),
    ]
    assert problems == [
        "list.opml: a.example has the same address as Café Post",
        "list.opml: an outline: no web address: only http and https are fetched",
    ]
    written, left_out = write_opml(sources)
    assert (read_opml(written.encode(), "again"), left_out) == ((sources, []), 0)


def test_opml_keeps_folders_within_folders_and_names_what_it_leaves_out() -> None:
    opml = b"""<opml version="2.0"><body><outline text="News"><outline title="North/South">
      <outline text="A" xmlUrl="feed://a.example/rss"/><outline text="B" xmlUrl="feed:https://b.example/rss"/>
      </outline></outline><outline text="C" type="rss" htmlUrl="https://c.example/"/>
      <outline text="D" xmlUrl="https://d.example/rss"/></body></opml>"""
    found = read_opml(opml, "list.opml")
    assert [(each.feed, each.folder) for each in found.sources] == [
        ("http://a.example/rss", "News/North-South"),
        ("https://b.example/rss", "News/North-South"),
        ("https://d.example/rss", ""),
    ]
    assert found.problems == ["list.opml: C has no address of a feed"]
    assert read_opml(write_opml(found.sources)[0].encode(), "again") == (found.sources, [])
    assert [parse_sources(to_toml(each), "x").sources for each in found.sources] == [[each] for each in found.sources]


def test_private_addresses_do_not_leave_by_opml_unasked() -> None:
    private = [Source(name="P", feed="https://me:pw@a.example/"), Source(name="K", feed="https://b.example/?token=t1")]
    written, left_out = write_opml([*private, Source(name="H", home="https://c.example/")])
    assert left_out == 2
    assert "a.example" not in written
    assert "t1" not in written
    assert "me:pw@a.example" in write_opml(private, with_secrets=True)[0]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'<!DOCTYPE opml [<!ENTITY a SYSTEM "file:///etc/passwd">]><opml>&a;</opml>', "entities"),
        ('<!DOCTYPE opml SYSTEM "http://127.0.0.1/"><opml/>'.encode("utf-16"), "document type"),
        (b"<rss/>", "no OPML"),
        (b"<opml><body>", "not XML"),
        (b"\x89PNG\r\n\x00", "not text"),
        (b"<opml>" + b"<outline>" * 5000, "not XML"),
    ],
)
def test_opml_that_must_not_be_read_is_refused(body: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_opml(body, "list.opml")


def test_a_page_names_its_feeds_and_comments_come_last() -> None:
    page = """<html><head><base href="https://post.example/news/">
      <link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">
      <link rel="alternate" type="application/atom+xml" title="Atom" href="atom.xml">
      <LINK REL='Alternate' TYPE='application/rss+xml; charset=utf-8' TITLE='All &lt;news&gt;' HREF='//cdn.example/rss'>
      <link rel="alternate" type="text/html" hreflang="de" href="/de"><link rel="stylesheet" href="x.css">
      <link rel="alternate" type="application/rss+xml" href="javascript:alert(1)"></head><body></body></html>"""
    assert named_feeds(page, "https://other.example/") == [
        NamedFeed("https://cdn.example/rss", "All <news>"),
        NamedFeed("https://post.example/news/atom.xml", "Atom"),
        NamedFeed("https://post.example/comments/feed", "Comments"),
    ]


def test_a_feed_is_found_at_an_address_by_its_page_or_at_a_usual_place() -> None:
    def page(asked: Asked) -> Answer:
        if asked.host == "named.example" and asked.path == "/":
            return Answer(body=b'<link rel="alternate" type="application/rss+xml" href="/x.rss" title="T">')
        if asked.path in {"/direct", "/rss.xml"}:
            return Answer(body=RSS.encode())
        return Answer(body=b"<html>nothing</html>") if asked.path == "/" else Answer(404)

    async def work(desk: Desk) -> list[object]:
        for host in ("a.example", "named.example", "usual.example", "poor.example"):
            desk.web.hosts[host] = page
        desk.web.hosts["poor.example"] = lambda asked: Answer(200 if asked.path == "/" else 404, body=b"<html>")
        hosts = HostThrottle(gap=1.0)
        async with desk.net.fetcher() as fetcher:
            found: list[object] = [
                await discover(fetcher, f"http://{place}", hosts)
                for place in ("a.example/direct", "named.example/", "usual.example/", "poor.example/")
            ]
            with pytest.raises(FetchFailed):
                await discover(fetcher, "http://a.example/none", hosts)
        for host in desk.web.hosts:
            assert too_close([asked.at for asked in desk.web.asked_of(host)], 1.0) == []
        return found

    assert on_a_desk(work) == [
        [NamedFeed("http://a.example/direct", "The Post")],
        [NamedFeed("http://named.example/x.rss", "T")],
        [NamedFeed("http://usual.example/rss.xml", "The Post")],
        [],
    ]
