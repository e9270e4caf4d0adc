"""The pages of the sources measure them, and change their feeds in the file that lists them."""

import html
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest

from copydesk.answers.source_health import sources_health
from copydesk.consumers.watch_sources import SourceWatcher
from copydesk.errors import InputError, NotFound
from copydesk.events import DeadLetter, encode
from copydesk.log_port import Message
from copydesk.message_headers import headers
from copydesk.pipeline import CLEAN, DEAD
from copydesk.producers.feeds.feed_list import Source, load_sources
from copydesk.server.desk import EditableLists
from tests.contracts.index_samples import DAY, NOON, appeal, article
from tests.contracts.test_watch_contract import days
from tests.server.conftest import letter
from tests.support.desk import ServedDesk, desk_on

LIST = '# ours\n[[source]]\nname = "Post"  # daily\nfeed = "https://post.example/feed"\n'


async def find(url: str, name: str | None) -> tuple[Source, str]:
    if "nothing" in url:
        raise NotFound("no feed was found there")
    return Source(name=name or "Found", feed=url), "there are no items in it" if "empty" in url else ""


@pytest.fixture
def listed(tmp_path: Path) -> Iterator[tuple[ServedDesk, Path]]:
    """Serve a desk with a list of one feed."""
    file = tmp_path / "feeds.toml"
    file.write_text(LIST, encoding="utf-8")
    with desk_on(tmp_path, feeds=EditableLists((file,), lambda given: given, find)) as served:
        yield served, file


def ask(desk: ServedDesk, **form: str) -> httpx.Response:
    key = re.search(r'name="key" value="([^"]+)"', desk.page("/sources"))
    assert key
    return desk.client.post("/sources/feeds", data={"key": key[1], **form}, follow_redirects=True)


def test_a_source_is_measured(own_desk: ServedDesk) -> None:
    piece = appeal("p" * 50)
    own_desk.index.upsert([
        article("x" * 100, id=f"{n:032x}", title=f"T {n}" if n else "", source="pier.example", removed=(piece,),
                authors=("Ada",) if n else (), published_at=NOON if n > 1 else None, seen_at=NOON + n * DAY)
        for n in range(4)
    ])  # fmt: skip
    refused = msgspec.structs.replace(letter("no article"), source="pier.example")
    own_desk.log.publish(DEAD, [Message("pier.example", encode(refused), headers(DeadLetter))])
    words = words_of(own_desk.page("/sources/pier.example"))
    assert "4 , 1.0 a day" in words
    assert "refused 1 dead letter" in words
    assert "without title of its own 25 %, author 25 %, date 50 %" in words
    assert "donation appeal 33 %" in words
    assert "worked out now" in words
    assert "pier.example: 4 articles from 2024-03-10 on, by day" in own_desk.page("/sources")


def test_what_the_watching_stage_keeps_of_a_source_is_what_its_page_says(own_desk: ServedDesk) -> None:
    own_desk.log.publish(CLEAN, [*days("lost.example", 0, 30), *days("lost.example", 30, 33, words=20)])
    drain = threading.Event()
    drain.set()
    SourceWatcher(own_desk.log).run(threading.Event(), drain)
    [known] = sources_health(own_desk.log, "lost.example")
    words = words_of(own_desk.page("/sources/lost.example"))
    assert f"{known.words} words, the median" in words
    assert known.alarms[0].what in words
    assert "as the stage watch-sources keeps them" in words
    assert "⚠ 1 alarm" in words_of(own_desk.page("/sources"))


def words_of(page: str) -> str:
    """The text of a page, its spaces and line ends as one space."""
    return html.unescape(" ".join(re.sub(r"<[^>]*>", " ", page).split()))


def test_a_feed_is_paused_taken_up_and_removed_in_its_file(listed: tuple[ServedDesk, Path]) -> None:
    desk, file = listed
    assert "Post" in desk.page("/sources/post.example")
    assert "is paused" in ask(desk, do="pause", name="Post").text
    assert "enabled = false" in file.read_text("utf-8")
    assert "is asked again" in ask(desk, do="resume", name="Post").text
    assert file.read_text("utf-8") == LIST
    assert "is out of" in ask(desk, do="remove", name="Post").text
    assert load_sources(file).sources == []
    assert "# ours" in file.read_text("utf-8")


def test_a_feed_is_added_where_there_is_one(listed: tuple[ServedDesk, Path]) -> None:
    desk, file = listed
    assert "Tide is in" in ask(desk, do="add", address="https://tide.example/feed", called="Tide").text
    assert file.read_text("utf-8").startswith(LIST)
    assert [each.name for each in load_sources(file).sources] == ["Post", "Tide"]
    assert "has it already" in ask(desk, do="add", address="https://tide.example/feed").text
    for address, words in (("https://empty.example", "no items"), ("https://nothing.example", "no feed was found")):
        assert words in ask(desk, do="add", address=address).text
    assert "no list has a source" in ask(desk, do="pause", name="None such").text
    assert desk.client.post("/sources/feeds", data={"do": "remove", "name": "Post"}).status_code == 403
    assert len(load_sources(file).sources) == 2


def test_a_list_that_may_not_be_changed_stays(tmp_path: Path) -> None:
    file = tmp_path / "feeds.toml"
    file.write_text(LIST, encoding="utf-8")

    def refuse(_: Path) -> Path:
        raise InputError("git tracks it")

    with desk_on(tmp_path, feeds=EditableLists((file,), refuse, find)) as desk:
        assert "git tracks it" in ask(desk, do="remove", name="Post").text
    assert file.read_text("utf-8") == LIST
