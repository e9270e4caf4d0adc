"""The feed commands as a user gives them, against a web on the loopback."""

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from copydesk.app.feed_run import FeedRun
from copydesk.cli import feed_services, feeds
from copydesk.cli.feed_table import LiveTable, Pace
from copydesk.errors import InputError
from copydesk.events import RawArticle, decode
from copydesk.pipeline import LINKS, RAW
from copydesk.producers.feeds.feed_list import load_sources
from tests.support.command import copydesk
from tests.support.fakes import MemoryLog
from tests.support.places import SEEDS
from tests.support.web.server import Answer, Asked, Web
from tests.support.web.thread import web_in_a_thread

app = typer.Typer()
app.add_typer(feeds.app, name="feeds")
app.command("produce-feeds")(feed_services.produce_feeds)
app.command("produce-pages")(feed_services.produce_pages)


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """Serve one outlet, and give the test a working directory of its own."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("COPYDESK_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COPYDESK_CONTACT", "desk@paper.example")
    monkeypatch.setenv("COLUMNS", "250")
    with web_in_a_thread() as found:
        found.hosts["127.0.0.1"] = outlet
        yield found


def outlet(asked: Asked) -> Answer:
    """Serve a home page, a feed and pages."""
    base = f"http://127.0.0.1:{asked.headers['host'].partition(':')[2]}"
    if asked.path == "/":
        return Answer(body=b'<link rel="alternate" type="application/rss+xml" href="/feed"><p>Welcome')
    if asked.path == "/feed":
        items = "".join(f"<item><title>News {n}</title><link>{base}/{n}</link></item>" for n in range(3))
        return Answer(body=f'<rss version="2.0"><channel><title>Harbour Post</title>{items}</channel></rss>'.encode())
    if asked.path == "/news.xml":
        return Answer(body=f"<urlset><url><loc>{base}/7</loc></url></urlset>".encode())
    if asked.path.strip("/").isdigit():
        return Answer(body=b"<html><p>Words</p></html>", headers={"Content-Type": "text/html"})
    return Answer(404)


def run(*args: str) -> Result:
    """Run a command and return it finished."""
    result = CliRunner().invoke(app, list(args))
    if result.exception is not None and not isinstance(result.exception, SystemExit | InputError):
        raise result.exception
    return result


def test_a_feed_is_added_by_its_page_checked_and_listed(web: Web) -> None:
    home = f"http://127.0.0.1:{web.port}/"
    added = run("feeds", "add", home, "--allow-private", "--file", "feeds.toml")
    assert added.exit_code == 0, added.output
    assert "127.0.0.1: rss20, 3 items" in added.output
    assert "Added 'Harbour Post' to feeds.toml; texts come from the pages it names." in added.output
    (source,) = load_sources(Path("feeds.toml")).sources
    assert (source.name, source.feed, source.full_text) == ("Harbour Post", f"{home}feed", "page")
    assert run("feeds", "add", f"{home}news.xml", "--allow-private", "--file", "maps.toml").exit_code == 0
    assert load_sources(Path("maps.toml")).sources[0].sitemap == f"{home}news.xml"
    assert "has it already" in run("feeds", "add", home, "--allow-private", "--file", "feeds.toml").output
    checked = run("feeds", "check", "feeds.toml", "--allow-private")
    assert (checked.exit_code, "1 of 1 sources bring a feed." in checked.output) == (0, True)
    assert web.asked[0].headers["user-agent"].endswith("(+desk@paper.example)")
    listed = run("feeds", "list", "feeds.toml")
    assert "never asked" in listed.output
    assert json.loads(run("feeds", "list", "feeds.toml", "--json").stdout)[0]["state"] == "never asked"


def test_checking_says_what_is_wrong_and_exits_with_1(web: Web) -> None:
    bad = run("feeds", "check", f"http://127.0.0.1:{web.port}/", f"http://127.0.0.1:{web.port}/x", "--allow-private")
    assert bad.exit_code == 1
    assert "The document is a web page, not a feed" in bad.output
    assert "HTTP status 404" in bad.output
    blocked = run("feeds", "check", f"http://me:s3cret@127.0.0.1:{web.port}/feed")
    assert blocked.exit_code == 1
    assert "is at an address that must not be asked (loopback); --allow-private (of run, serve," in blocked.output
    assert "s3cret" not in blocked.output
    found = json.loads(run("feeds", "check", f"http://127.0.0.1:{web.port}/feed", "--allow-private", "--json").stdout)
    assert (found[0]["ok"], found[0]["items"], found[0]["format"]) == (True, 3, "rss20")


def test_a_bad_row_is_named_and_the_others_are_asked(web: Web, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    good = f"[[source]]\nname = 'Post'\nfeed = 'http://127.0.0.1:{web.port}/feed'\n"
    Path("feeds.toml").write_text(f"{good}[[source]]\nname = 'Bad'\nfeeed = 'x'\n")
    checked = run("feeds", "check", "feeds.toml", "--allow-private")
    assert (checked.exit_code, "1 of 2 sources bring a feed." in checked.output) == (1, True)
    assert "feeds.toml: source 2 (Bad): unknown key `feeed`" in checked.output
    assert [each["ok"] for each in json.loads(run("feeds", "check", "feeds.toml", "--json").stdout)] == [False, False]
    done = copydesk("run", "feeds.toml", "--allow-private", data=tmp_path / "data")
    assert b"source 2 (Bad): unknown key `feeed`" in done.stderr
    assert len([asked for asked in web.asked if asked.path == "/1"]) == 1
    monkeypatch.setenv("COPYDESK_FEEDS", "feeds.toml")
    assert "source 2 (Bad)" in run("feeds", "list").output


@pytest.mark.usefixtures("web")
def test_a_list_that_is_not_there_is_said_with_the_way_out() -> None:
    for command in (["list"], ["check"], ["add", "https://a.example"], ["export"]):
        error = run("feeds", *command).exception
        assert isinstance(error, InputError)
        assert "name one, or set COPYDESK_FEEDS" in str(error)


@pytest.mark.usefixtures("web")
def test_a_list_that_git_tracks_is_edited_only_when_asked_to() -> None:
    Path("in.opml").write_text('<opml><body><outline text="A" xmlUrl="https://a.example/f"/></body></opml>')
    Path("feeds.toml").write_text("")
    for command in (["init", "-q"], ["add", "feeds.toml"]):
        subprocess.run(["git", *command], check=True)
    error = run("feeds", "import", "in.opml", "--file", "feeds.toml").exception
    assert isinstance(error, InputError)
    assert "git tracks feeds.toml" in str(error)
    assert Path("feeds.toml").read_text() == ""
    assert "Added 1 of 1 feeds to own.toml." in run("feeds", "import", "in.opml", "--file", "own.toml").output
    assert "Added 1 of 1 feeds" in run("feeds", "import", "in.opml", "--file", "feeds.toml", "--yes").output


PROSE = (
    "The ferry across the narrow bay has been running again since the early hours of the morning, the town said. "
    "For three weeks commuters had to take the long road around the water, which took them well over an hour."
)


def test_run_follows_a_feed_from_its_address_to_the_search(web: Web, tmp_path: Path) -> None:
    def news(asked: Asked) -> Answer:
        if not asked.path.strip("/").isdigit():
            return outlet(asked)
        paragraphs = "".join(f"<p>{PROSE} That was part {n} of it.</p>" for n in range(5))
        head = f"<head><title>Ferry {asked.path[1:]}</title></head>"
        body = f"<html>{head}<body><article>{paragraphs}</article></body></html>"
        return Answer(body=body.encode(), headers={"Content-Type": "text/html"})

    web.hosts["127.0.0.1"] = news
    Path("feeds.toml").write_text(f'[[source]]\nname = "Post"\nfeed = "http://127.0.0.1:{web.port}/feed"\n')
    done = copydesk("run", "feeds.toml", "--allow-private", data=tmp_path / "data")
    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(copydesk("search", "ferry", "--json", data=tmp_path / "data").stdout)
    assert found["total"] == 3
    stored = json.loads(copydesk("show", found["hits"][0]["id"], "--json", data=tmp_path / "data").stdout)
    assert (stored["feed"], stored["source"]) == ("Post", "127.0.0.1")
    state = json.loads(copydesk("feeds", "list", "feeds.toml", "--json", data=tmp_path / "data").stdout)[0]
    assert (state["state"], state["published"], state["failures"]) == ("good", 3, 0)
    again = copydesk("run", "feeds.toml", "--allow-private", "--now", data=tmp_path / "data")
    assert again.returncode == 0, again.stderr.decode()
    assert json.loads(copydesk("search", "ferry", "--json", data=tmp_path / "data").stdout)["total"] == 3
    assert len([asked for asked in web.asked if asked.path == "/1"]) == 1


@pytest.mark.usefixtures("web")
def test_opml_goes_in_and_out() -> None:
    Path("in.opml").write_text(
        '<opml version="2.0"><body><outline text="A" xmlUrl="https://a.example/f"/></body></opml>'
    )
    assert "Added 1 of 1 feeds to feeds.toml." in run("feeds", "import", "in.opml", "--file", "feeds.toml").output
    assert (
        "Added 0 of 1 feeds to feeds.toml; it has 1 already."
        in run("feeds", "import", "in.opml", "--file", "feeds.toml").output
    )
    assert 'xmlUrl="https://a.example/f"' in run("feeds", "export", "--file", "feeds.toml").stdout
    run("feeds", "export", "out.opml", "--file", "feeds.toml")
    assert "https://a.example/f" in Path("out.opml").read_text("utf-8")
    assert isinstance(run("feeds", "import", "none.opml").exception, InputError)
    assert isinstance(run("feeds", "export", "no/such/dir.opml", "--file", "feeds.toml").exception, InputError)


def test_a_gathering_polls_once_and_follows_the_pages_through(web: Web) -> None:
    Path("feeds.toml").write_text(f'[[source]]\nname = "Post"\nfeed = "http://127.0.0.1:{web.port}/feed"\n')
    log = MemoryLog()
    settings = feed_services.load()
    feed_run = feed_services.make_feed_run(
        settings, log, [Path("feeds.toml")], now=False, watch=False, allow_private=True
    )
    feed_run.produce(threading.Event(), lambda: True)
    articles = [decode(RawArticle, record.value or b"") for record in log.scan(RAW)]
    assert sorted(article.hints.title or "" for article in articles) == ["News 0", "News 1", "News 2"]
    assert feed_run.pages.left() == 0
    shown = LiveTable(feed_run).render()
    assert shown.row_count == 1
    assert "1 sources, 0 failing; 1 visits, 3 links, 0 articles; pages: 3 fetched, 0 under way" in str(shown.caption)
    assert "lag: 0 links, 0 waiting for their hosts, 3 to clean, 0 to index" in str(shown.caption)
    assert "lag" not in str(LiveTable(feed_run).render(live=False).caption)
    again: FeedRun = feed_services.make_feed_run(
        settings, log, [Path("feeds.toml")], now=True, watch=False, allow_private=True
    )
    again.produce(threading.Event(), lambda: True)
    assert len(list(log.scan(LINKS))) == 3
    assert len(list(log.scan(RAW))) == 3


def test_the_pace_is_that_of_the_last_minute() -> None:
    times = iter([0.0, 10.0, 30.0, 100.0, 130.0])
    pace = Pace(lambda: next(times))
    assert [pace.note(number) for number in (0, 100, 200, 200, 260)] == [
        (0.0,), (10.0,), (200 / 30,), (0.0,), (0.6,),
    ]  # fmt: skip


def test_what_is_no_address_is_told_so_before_the_list_is_looked_at(tmp_path: Path) -> None:
    for given in ("notanaddress", "ftp://example.com/feed", "https://"):
        done = copydesk("feeds", "add", given, "--file", SEEDS / "feeds.toml", data=tmp_path)
        assert (done.returncode, done.stdout) == (2, b"")
        assert f"{given!r} is no address" in done.stderr.decode()
