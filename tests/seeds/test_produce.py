"""Seeds of every kind become events: who they are, what they say, which revision they are."""

import gzip
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from copydesk.errors import ConfigError, InputError, LogUnavailable
from copydesk.identity import article_id
from copydesk.log_port import Message
from copydesk.pipeline import RAW, SEEDS_STATE
from copydesk.producers.seeds import publisher
from copydesk.producers.seeds.produce import SeedCounts
from tests.support.fakes import FailingLog, MemoryLog
from tests.support.seeding import START_MS, Clock, age, articles, contents, letters, lines, links, seed

URL = "https://www.courier.example/2025/harbour"
BODY = "The harbour reopens.\n\nThe first ferry left at dawn.\n"


def test_a_text_file_is_one_article_of_the_local_source(tmp_path: Path) -> None:
    (tmp_path / "harbour.txt").write_text(BODY)
    log = MemoryLog()
    counts = seed(log, tmp_path / "harbour.txt")
    (article,) = articles(log)
    assert (article.content, article.content_type, article.source) == (BODY, "text/plain", "local")
    assert article.id == article_id(url=None, source="local", content=BODY)
    assert START_MS < article.revision < START_MS + 1000
    assert article.fetch == {"encoding": "utf-8", "file": str(tmp_path / "harbour.txt")}
    assert (counts.read, counts.published, counts.accepted, counts.bytes_done) == (1, 1, 1, len(BODY))
    assert [record.key for record in log.scan(RAW)] == ["local"]


@pytest.mark.parametrize("name", ["a.html", "a.htm", "A.HTML", "page.txt"])
def test_html_is_told_by_its_name_or_its_beginning(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("<!DOCTYPE html><html><title>Harbour</title><p>Reopens.</p></html>")
    log = MemoryLog()
    seed(log, tmp_path)
    assert [article.content_type for article in articles(log)] == ["text/html"]


def test_a_file_in_an_older_encoding_is_decoded_and_says_so(tmp_path: Path) -> None:
    text = "Городской совет во вторник утвердил план ремонта набережной."
    (tmp_path / "ru.txt").write_bytes(text.encode("windows-1251"))
    log = MemoryLog()
    seed(log, tmp_path)
    assert [(article.content, article.fetch["encoding"]) for article in articles(log)] == [(text, "windows-1251")]


def test_a_row_carries_its_facts(tmp_path: Path) -> None:
    row = {
        "html": "<p>Body</p>", "text": "ignored", "id": 17, "url": "https://reader:secret@www.courier.example/2025/harbour",
        "title": " Harbour ", "authors": ["Ana Lind", None, " "], "published_at": "2025-02-28T10:00:00+02:00",
        "fetched_at": 1740823200, "languages": {"unknown": [1, 2]}, "site": None,
    }  # fmt: skip
    (tmp_path / "rows.jsonl").write_bytes(b"\xef\xbb\xbf" + b"\r\n" + lines(row))
    log = MemoryLog()
    seed(log, tmp_path, source="ignored where there is a URL")
    (article,) = articles(log)
    assert (article.content, article.content_type) == ("<p>Body</p>", "text/html")
    assert (article.url, article.source) == (URL, "courier.example")
    assert article.id == article_id(url=URL)
    assert (article.hints.title, article.hints.authors, article.hints.guid) == ("Harbour", ("Ana Lind",), "17")
    assert article.hints.published_at == datetime(2025, 2, 28, 8, tzinfo=UTC)
    assert article.fetched_at == datetime(2025, 3, 1, 10, tzinfo=UTC)
    assert article.revision == 1740823200_000
    assert article.fetch == {"encoding": "utf-8", "file": str(tmp_path / "rows.jsonl"), "line": "2"}


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("2025-03-01", datetime(2025, 3, 1, tzinfo=UTC)),
        ("2025-03-01T08:00:00Z", datetime(2025, 3, 1, 8, tzinfo=UTC)),
        ("2025-03-01 08:00:00", datetime(2025, 3, 1, 8, tzinfo=UTC)),
        ("2025-03-01T08:00:00.5-01:00", datetime(2025, 3, 1, 9, 0, 0, 500_000, tzinfo=UTC)),
        (1740816000, datetime(2025, 3, 1, 8, tzinfo=UTC)),
        (1740816000.5, datetime(2025, 3, 1, 8, 0, 0, 500_000, tzinfo=UTC)),
        (1740816000500, datetime(2025, 3, 1, 8, 0, 0, 500_000, tzinfo=UTC)),
        ("1740816000", datetime(2025, 3, 1, 8, tzinfo=UTC)),
        (-86400, datetime(1969, 12, 31, tzinfo=UTC)),
        ("", None),
        (None, None),
    ],
)
def test_dates_are_iso_or_epoch(tmp_path: Path, value: object, wanted: datetime | None) -> None:
    (tmp_path / "rows.jsonl").write_bytes(lines({"text": "Body", "published_at": value}))
    log = MemoryLog()
    assert seed(log, tmp_path).refused == 0
    assert articles(log)[0].hints.published_at == wanted


@pytest.mark.parametrize(
    ("row", "flag", "source"),
    [
        ({"url": "https://news.courier.co.uk/a", "site": "Courier"}, "given", "courier.co.uk"),
        ({"site": "Courier"}, "given", "given"),
        ({"site": "Courier"}, None, "Courier"),
        ({"site": "https://www.courier.example/"}, None, "courier.example"),
        ({}, "given", "given"),
        ({}, "https://www.courier.example", "courier.example"),
        ({}, "  ", "local"),
        ({}, None, "local"),
    ],
)
def test_the_source_is_of_the_url_else_given_else_local(
    tmp_path: Path, row: dict[str, str], flag: str | None, source: str
) -> None:
    (tmp_path / "rows.jsonl").write_bytes(lines({"text": "Body"} | row))
    log = MemoryLog()
    seed(log, tmp_path, source=flag)
    assert [article.source for article in articles(log)] == [source]
    assert [record.key for record in log.scan(RAW)] == [source]


def test_identity_is_of_url_else_id_else_content(tmp_path: Path) -> None:
    page = '<html><head><link rel="canonical" href="https://courier.example/harbour"></head><p>Body</p>'
    (tmp_path / "rows.jsonl").write_bytes(
        lines(
            {"html": page, "url": "https://courier.example/harbour?print=1", "id": "a"},
            {"html": page, "url": "https://elsewhere.example/copy", "id": "a"},
            {"text": "Body", "id": "a"},
            {"text": "Body"},
        )
    )
    log = MemoryLog()
    seed(log, tmp_path)
    assert {article.id for article in articles(log)} == {
        article_id(url="https://courier.example/harbour"),
        article_id(url="https://elsewhere.example/copy"),
        article_id(url=None, given="a"),
        article_id(url=None, content="Body"),
    }


def test_a_url_that_is_no_address_costs_no_article(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_bytes(lines({"text": "Body", "url": "news/17.html", "site": "courier"}))
    log = MemoryLog()
    assert seed(log, tmp_path).published == 1
    (article,) = articles(log)
    assert (article.url, article.source, article.fetch["odd_url"]) == (None, "courier", "news/17.html")
    assert article.id == article_id(url=None, source="courier", given="news/17.html")


@pytest.mark.parametrize("name", ["rows.jsonl.gz", "rows.ndjson.gz", "misnamed.jsonl"])
def test_gzip_is_read_also_of_several_members(tmp_path: Path, name: str) -> None:
    parts = [lines({"text": f"Body {n}"}) for n in range(3)]
    (tmp_path / name).write_bytes(b"".join(map(gzip.compress, parts)) + b"\x00" * 64)
    log = MemoryLog()
    assert seed(log, tmp_path).published == 3
    assert contents(log) == ["Body 0", "Body 1", "Body 2"]


@pytest.mark.parametrize("name", ["list.urls", "list.txt"])
def test_a_list_of_urls_becomes_links_once(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(f"# to read\n\n{URL}\r\nhttps://ann:pw@other.example/x\n{URL}?utm_source=feed\n")
    log = MemoryLog()
    counts = seed(log, tmp_path)
    assert (counts.read, counts.links, counts.unchanged, counts.published) == (3, 2, 1, 0)
    found = {link.url: link for link in links(log)}
    assert set(found) == {URL, "https://other.example/x"}
    assert (found[URL].source, found[URL].found_at) == ("courier.example", f"{path}:3")
    (tmp_path / "again.urls").write_text(f"https://new.example/\n{URL}\n")
    counts = seed(log, tmp_path)
    assert (counts.links, counts.unchanged) == (1, 4)


@pytest.mark.parametrize("text", [f"{URL}\nis where to read it\n", "# only a heading\n", f"See {URL}\n"])
def test_a_text_with_more_than_urls_is_an_article(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.txt").write_text(text)
    log = MemoryLog()
    assert seed(log, tmp_path).published == 1
    assert contents(log) == [text]


def test_other_content_is_the_next_revision_in_the_order_read(tmp_path: Path) -> None:
    rows = [{"url": URL, "text": text} for text in ("A", "A", "B", "A")]
    (tmp_path / "rows.jsonl").write_bytes(lines(*rows))
    log = MemoryLog()
    counts = seed(log, tmp_path, clock=Clock(step=timedelta(0)))
    assert (counts.published, counts.unchanged) == (3, 1)
    assert [(article.content, article.revision - START_MS) for article in articles(log)] == [
        ("A", 0),
        ("B", 1),
        ("A", 2),
    ]


def test_another_title_is_another_content(tmp_path: Path) -> None:
    rows = [{"url": URL, "text": "A", "title": title} for title in ("One", "Two", "Two")]
    (tmp_path / "rows.jsonl").write_bytes(lines(*rows))
    log = MemoryLog()
    assert seed(log, tmp_path).published == 2


def test_fetched_at_orders_revisions_whatever_order_they_are_read_in(tmp_path: Path) -> None:
    fetched = [("B", 2_000), ("A", 1_000), ("C", 2_000), ("C", 2_000), ("D", 1_500), ("D", 1_500), ("C", 9_000)]
    rows = [{"url": URL, "text": text, "fetched_at": at} for text, at in fetched]
    (tmp_path / "rows.jsonl").write_bytes(lines(*rows))
    log = MemoryLog()
    counts = seed(log, tmp_path)
    assert [(article.content, article.revision) for article in articles(log)] == [
        ("B", 2_000_000), ("A", 1_000_000), ("C", 2_000_001), ("D", 1_500_000), ("C", 9_000_000),
    ]  # fmt: skip
    assert (counts.published, counts.unchanged) == (5, 2)


def test_a_row_without_fetched_at_comes_after_those_with_one_in_the_future(tmp_path: Path) -> None:
    future = START_MS // 1000 + 86_400
    rows = [{"text": "A", "fetched_at": future}, {"text": "B"}, {"text": "C", "fetched_at": future - 1}]
    (tmp_path / "rows.jsonl").write_bytes(lines(*({"url": URL} | row for row in rows)))
    log = MemoryLog()
    seed(log, tmp_path)
    assert [a.revision - future * 1000 for a in articles(log)] == [0, 1, -1000]


def test_directories_are_searched_in_order_and_what_is_no_seed_is_said_once(tmp_path: Path) -> None:
    for name in ("b/2.txt", "b/1.txt", "a.txt", "c/deep/er/3.txt", ".hidden.txt", ".git/x.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"Article {name}")
    for name in ("feeds.toml", "list.opml", "b/photo.png", "b/notes.pdf"):
        (tmp_path / name).write_text("something else")
    log = MemoryLog(partitions=1)
    counts = seed(log, tmp_path)
    assert contents(log) == [f"Article {name}" for name in ("a.txt", "b/1.txt", "b/2.txt", "c/deep/er/3.txt")]
    assert (counts.skipped, counts.refused, letters(log)) == (2, 0, [])
    assert counts.errors == ["left out 2 that are no articles by their kind: 1 .pdf, 1 .png; -v names each"]


def test_a_path_that_does_not_exist_is_refused_before_anything_is_done(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(BODY)
    log = MemoryLog()
    with pytest.raises(InputError, match=r"no .*missing\.txt"):
        seed(log, tmp_path / "a.txt", tmp_path / "missing.txt")
    assert articles(log) == []


@pytest.mark.parametrize("source", ["two\nlines", "x" * 201, "\x1b[31mred"])
def test_an_unusable_source_is_a_wrong_setting(tmp_path: Path, source: str) -> None:
    with pytest.raises(ConfigError, match="--source"):
        seed(MemoryLog(), tmp_path, source=source)


def test_batches_are_bounded_by_count_and_by_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    class Watched(MemoryLog):
        def publish(self, topic: str, messages: Sequence[Message]) -> None:
            if topic == RAW:
                sizes.append(len(messages))
            super().publish(topic, messages)

    monkeypatch.setattr(publisher, "SEED_BATCH_COUNT", 10)
    (tmp_path / "a.jsonl").write_bytes(lines(*({"text": f"Body {n}"} for n in range(25))))
    seed(Watched(), tmp_path)
    assert sizes == [10, 10, 5]
    sizes.clear()
    monkeypatch.setattr(publisher, "SEED_BATCH_BYTES", 50_000)
    (tmp_path / "b.jsonl").write_bytes(lines(*({"text": f"{n}" + "x" * 20_000} for n in range(7))))
    seed(Watched(), tmp_path / "b.jsonl")
    assert sizes == [3, 3, 1]


def test_a_log_that_does_not_answer_is_waited_for_and_nothing_is_lost(tmp_path: Path) -> None:
    seen: list[str] = []
    log = FailingLog(lambda _topic, call: (LogUnavailable("no answer"), call == 1) if call in {1, 2, 4} else None)
    counts = SeedCounts()

    class Watching(Clock):
        def __call__(self) -> datetime:
            seen.append(counts.waiting)
            return super().__call__()

    (tmp_path / "a.jsonl").write_bytes(lines({"url": URL, "text": "A"}, {"url": URL, "text": "B"}))
    seed(log, tmp_path, counts=counts, clock=Watching())
    assert counts.published == 2
    assert contents(log) == ["A", "B", "A", "B"]  # the first outcome was unknown: both again, with equal revisions
    assert len({(article.content, article.revision) for article in articles(log)}) == 2
    assert counts.waiting == ""
    assert seed(log, tmp_path).unchanged == 2


def test_stopping_while_the_log_does_not_answer_ends_the_run(tmp_path: Path) -> None:
    stop = threading.Event()

    def fault(_topic: str, call: int) -> tuple[BaseException, bool]:
        if call == 2:
            stop.set()
        return LogUnavailable("no answer"), False

    (tmp_path / "a.txt").write_text(BODY)
    counts = seed(FailingLog(fault), tmp_path, stop=stop)
    assert (counts.published, counts.waiting) == (0, "")


def test_a_run_that_is_stopped_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher, "SEED_BATCH_COUNT", 4)
    (tmp_path / "a.jsonl").write_bytes(lines(*({"id": str(n), "text": f"Body {n}"} for n in range(20))))
    log, stop = MemoryLog(), threading.Event()

    def room() -> bool:
        if log.lag(RAW, "clean") >= 8:
            stop.set()
        return not stop.is_set()

    counts = seed(log, tmp_path, stop=stop, room=room)
    assert counts.published == 8
    counts = seed(log, tmp_path)
    assert (counts.read, counts.published, counts.unchanged) == (20, 12, 8)
    assert contents(log) == [f"Body {n}" for n in range(20)]


def test_a_run_stops_between_two_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher, "SEED_BATCH_COUNT", 4)
    (tmp_path / "a.jsonl").write_bytes(lines(*({"id": str(n), "text": f"Body {n}"} for n in range(1000))))
    log, stop = MemoryLog(), threading.Event()

    class Stopping(Clock):
        def __call__(self) -> datetime:
            if len(contents(log)) >= 8:
                stop.set()
            return super().__call__()

    assert seed(log, tmp_path, stop=stop, clock=Stopping()).published == 8
    assert seed(log, tmp_path).published == 992


def test_no_more_is_published_while_there_is_no_room(tmp_path: Path) -> None:
    answers = iter([False, False, True])
    log = MemoryLog()
    (tmp_path / "a.txt").write_text(BODY)
    assert seed(log, tmp_path, room=lambda: next(answers)).published == 1
    assert next(answers, None) is None


def test_an_article_over_the_logs_limit_is_a_dead_letter_and_the_others_go_on(tmp_path: Path) -> None:
    log = MemoryLog(limit=2000)
    rows = [{"url": URL, "text": text} for text in ("A", "x" * 5000, "B", "y" * 5000)]
    (tmp_path / "a.jsonl").write_bytes(lines(*rows, {"id": "z", "text": "Z"}))
    counts = seed(log, tmp_path)
    assert (counts.read, counts.published, counts.refused) == (5, 3, 2)
    assert sorted(contents(log)) == ["A", "B", "Z"]
    first, second = letters(log)
    assert (first.place, second.place) == (f"{tmp_path}/a.jsonl:2", f"{tmp_path}/a.jsonl:4")
    assert first.id == article_id(url=URL)
    assert first.sha256 is not None
    assert first.size is not None
    assert first.size > 5000
    assert "over the log's limit" in first.reason
    assert (bool(first.event), first.event_text) == (False, None)
    counts = seed(log, tmp_path)
    assert (counts.published, counts.unchanged, counts.refused) == (0, 3, 2)
    (tmp_path / "b.jsonl").write_bytes(lines({"url": URL, "text": "x" * 5000}, {"url": URL, "text": "C"}))
    counts = seed(log, tmp_path)
    assert (counts.published, len(letters(log))) == (1, 2)
    (tmp_path / "c.jsonl").write_bytes(lines({"url": URL, "text": "D"}, {"url": URL, "text": "y" * 5000}))
    counts = seed(log, tmp_path / "c.jsonl")
    (tmp_path / "c.jsonl").write_bytes(lines({"url": URL, "text": "y" * 5000}))
    counts = seed(log, tmp_path / "c.jsonl")
    assert (counts.unchanged, counts.refused) == (0, 1)  # the log said no, so it is not known, and is tried again
    revisions = [article.revision for article in articles(log) if article.url]
    assert revisions == sorted(set(revisions))


def test_a_second_run_writes_nothing_at_all(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines({"text": "A"}, {"text": 5}))
    (tmp_path / "b.txt").write_text(BODY)
    (tmp_path / "c.urls").write_text(URL)
    age(*tmp_path.iterdir())
    log = MemoryLog()
    seed(log, tmp_path)
    before = sum(status.end for status in log.status())
    counts = seed(log, tmp_path)
    assert sum(status.end for status in log.status()) == before
    assert (counts.read, counts.unchanged, counts.refused) == (4, 3, 1)
    assert counts.errors == [f"{tmp_path}/a.jsonl: one of its rows was refused before: copydesk dead list"]


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl"])
def test_another_source_is_another_article(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(lines({"text": BODY}))
    age(tmp_path / name)
    log = MemoryLog()
    seed(log, tmp_path)
    assert seed(log, tmp_path, source="courier").published == 1
    assert seed(log, tmp_path, source="courier").published == 0
    assert {article.source for article in articles(log)} == {"local", "courier"}


def test_state_of_another_version_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(BODY)
    log = MemoryLog()
    seed(log, tmp_path)
    keys = {record.key for record in log.scan(SEEDS_STATE) if record.key != "clock"}
    log.publish(SEEDS_STATE, [Message(key, b'{"v": 2}', {}) for key in keys])
    assert seed(log, tmp_path).published == 1
