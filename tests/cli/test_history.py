"""What `history`, `diff` and `trace` print, and how they end."""

import json
from pathlib import Path

import msgspec
import pytest

from copydesk.adapters.sqlite_index.index import SqliteIndex
from copydesk.adapters.sqlite_log.log import SqliteLog
from copydesk.events import CleanArticle, Removed, encode
from copydesk.identity import article_id, content_hash
from copydesk.log_port import Message, Partition
from copydesk.message_headers import headers
from copydesk.pipeline import CLEAN, INDEX_STAGE, TOPICS
from copydesk.settings import Settings
from tests.contracts.index_samples import HOUR, NOON, appeal, article
from tests.support.command import copydesk

URL = "https://courier.example/ferry"
KEY = article_id(url=URL)
SAILS = "Ferry \x1b[1msails"
FERRY = "The ferry will sail again from Monday, the harbour office said after the talks on Friday."


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fill a data folder with two revisions of an article."""
    away = "It had been away for {} days."
    first, second = revision(1, "Ferry back", FERRY, away.format(12)), revision(2, SAILS, FERRY, away.format(14))
    return filled(tmp_path_factory.mktemp("data"), first, second)


def revision(number: int, title: str, *paragraphs: str, removed: tuple[Removed, ...] = ()) -> CleanArticle:
    """Return one revision of the article."""
    one = article(
        *paragraphs, id=KEY, url=URL, source="courier.example", title=title, revision=number,
        fetched_at=NOON + number * HOUR, removed=removed,
    )  # fmt: skip
    return msgspec.structs.replace(one, content_hash=content_hash(title, *paragraphs))


def filled(folder: Path, *revisions: CleanArticle) -> Path:
    """Fill a data folder with revisions that are indexed."""
    settings = Settings(data=folder)
    log, index = SqliteLog(settings.log_file), SqliteIndex(settings.index_file)
    log.setup(TOPICS)
    for one in revisions:
        log.publish(CLEAN, [Message(one.source, encode(one), headers(CleanArticle))])
        *_, record = log.scan(CLEAN)
        index.upsert([one], [], [record.place])
    reader = log.reader(CLEAN, INDEX_STAGE.name)
    while log.lag(CLEAN, INDEX_STAGE.name):
        reader.commit({Partition(r.topic, r.partition): r.offset + 1 for r in reader.poll(1.0).records})
    reader.close()
    log.close()
    index.close()
    return settings.data


def test_revisions_and_what_changed_are_printed_without_controls(data: Path) -> None:
    listed = copydesk("history", KEY, data=data)
    assert listed.returncode == 0
    first, last = listed.stdout.decode().splitlines()
    assert first.endswith("Ferry back")
    assert last.endswith(": headline, number")
    shown = copydesk("diff", URL, data=data)
    assert b"away for [-12-] {+14+} days" in shown.stdout
    assert b"\x1b" not in listed.stdout + shown.stdout
    assert json.loads(copydesk("diff", KEY, "1", "2", "--json", data=data).stdout)["classes"] == ["headline", "number"]


def test_what_is_cut_since_is_said_to_be_no_change_of_the_source(tmp_path: Path) -> None:
    plea = "Give to the harbour paper, which lives of its readers."
    cut = revision(2, "Ferry back", FERRY, removed=(appeal(plea),))
    data = filled(tmp_path / "data", revision(1, "Ferry back", FERRY, plea), cut)
    listed = copydesk("history", KEY, data=data).stdout.decode().splitlines()
    assert listed[-1].endswith(": cleaned otherwise, the source changed nothing")
    shown = copydesk("diff", KEY, data=data).stdout.decode()
    assert "by Copydesk, not by the source. it asks for money" in shown


def test_what_is_not_there_is_said_in_one_line(data: Path) -> None:
    for args, code in ((("diff", KEY, "7"), 1), (("history", "abcdef123456"), 1), (("search", "--changes", "odd"), 2)):
        done = copydesk(*args, data=data)
        assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (code, b"", 1)


def test_a_trace_has_a_line_a_step_and_fails_where_nothing_is_known(data: Path) -> None:
    done = copydesk("trace", f"{URL}?utm_source=x", data=data)
    assert done.returncode == 0
    assert [line.split()[2] for line in done.stdout.decode().splitlines()] == ["cleaned", "indexed"]
    assert json.loads(copydesk("trace", KEY, "--json", data=data).stdout)["fate"] == "indexed"
    unknown = copydesk("trace", "https://courier.example/fery", data=data)
    assert unknown.returncode == 1
    assert URL in unknown.stdout.decode()


def test_a_search_is_narrowed_to_what_changed(data: Path) -> None:
    for changes, total in (("headline", 1), ("moved", 0)):
        done = copydesk("search", "--changes", changes, "--changed-since", "2024-01-01", "--json", data=data)
        assert json.loads(done.stdout)["total"] == total
