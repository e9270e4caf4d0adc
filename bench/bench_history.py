"""Print what the past costs: a trace, a diff, what history adds to an index, and cleaning again beside `clean --jsonl`.

    make bench-history        or: python -m bench.bench_history [--articles 20000] [--rows 3000] [--server URL|start]

Everything runs in a temporary folder on the embedded engines. The log of the traces holds raw and clean events of made
articles, a dead letter in fifty, and a thousand events that wait. With `--server` the share of history in an index of
Elasticsearch is measured as well, on the server named, or on one that is started and ends again.
"""

import argparse
import os
import random
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import apsw
import msgspec

from bench.bench_index_size import Writer, measure, server
from bench.bench_run import COPYDESK, articles, timed, write
from copydesk.adapters.elasticsearch_index import bulk
from copydesk.adapters.sqlite_index import tables
from copydesk.adapters.sqlite_index.index import SqliteIndex
from copydesk.adapters.sqlite_log.log import SqliteLog
from copydesk.answers.trace import trace
from copydesk.events import CleanArticle, RawArticle, encode
from copydesk.history.compare import compare
from copydesk.history.records import Version
from copydesk.history.sentences import tokens_of
from copydesk.identity import article_id
from copydesk.log_port import Message, Record
from copydesk.message_headers import headers
from copydesk.pipeline import CLEAN, RAW, TOPICS
from copydesk.runtime import dead_letters

TRACE_BAR, READ_BAR, DIFF_BAR, SIZE_BAR, TIME_BAR, RATE_BAR = 100.0, 1000.0, 30.0, 0.05, 0.1, 0.9
_BATCH, _DEAD_EVERY, _WAITING, _ASKED = 500, 50, 1000, 100
_SIZE = 50_000


def told(what: str, value: float, unit: str, bar: float, *, most: bool = True) -> None:
    """Print a figure with its bar, and whether it is reached."""
    reached = value <= bar if most else value >= bar
    print(
        f"{what}: {value:,.3g} {unit} ({'at most' if most else 'at least'} {bar:g}){'' if reached else '  NOT REACHED'}"
    )


def filled(folder: Path, count: int) -> tuple[SqliteLog, SqliteIndex, dict[str, list[str]]]:
    """Return a log and an index of so many articles, and addresses by what became of them."""
    log, index, made = SqliteLog(folder / "log.sqlite3"), SqliteIndex(folder / "index.sqlite3"), Writer(5)
    log.setup(TOPICS)
    index.setup()
    known: dict[str, list[str]] = {"indexed": [], "dead": [], "waiting": []}
    for start in range(0, count, _BATCH):
        some = [_named(made.article(number)) for number in range(start, min(count, start + _BATCH))]
        raws = _published(log, RAW, [Message(each.source, encode(_raw(each)), headers(RawArticle)) for each in some])
        dead = [record for number, record in enumerate(raws) if number % _DEAD_EVERY == 0]
        letters = [dead_letters.from_record(each, "clean", "refused", "The page is a list") for each in dead]
        dead_letters.publish(log, letters)
        gone = {each.id for each in letters}
        going = [(article, record) for article, record in zip(some, raws, strict=True) if article.id not in gone]
        cleans = _published(
            log, CLEAN,
            [Message(a.source, encode(a), headers(CleanArticle, parent=str(r.place), seconds=0.03)) for a, r in going],
        )  # fmt: skip
        index.upsert([article for article, _ in going], [], [record.place for record in cleans])
        known["indexed"] += [str(article.url) for article, _ in going]
        known["dead"] += [str(article.url) for article in some if article.id in gone]
    for topic, group in ((RAW, "clean"), (CLEAN, "index")):
        _commit(log, topic, group)
    waiting = [_named(made.article(count + number)) for number in range(_WAITING)]
    log.publish(RAW, [Message(each.source, encode(_raw(each)), headers(RawArticle)) for each in waiting])
    known["waiting"] = [str(each.url) for each in waiting]
    return log, index, known


def _named(article: CleanArticle) -> CleanArticle:
    return msgspec.structs.replace(article, id=article_id(url=article.url))


def _raw(article: CleanArticle) -> RawArticle:
    return RawArticle(
        id=article.id, revision=article.revision, source=article.source, url=article.url, content=article.text,
        content_type="text/plain", fetched_at=article.fetched_at, fetch={"from": "page", "status": "200"},
    )  # fmt: skip


def _published(log: SqliteLog, topic: str, messages: Sequence[Message]) -> list[Record]:
    """Publish, and return the records in the order of the messages."""
    before = {each.partition.number: each.end for each in log.status() if each.partition.topic == topic}
    log.publish(topic, messages)
    by_value = {record.value: record for record in log.scan(topic, before)}
    return [by_value[each.value] for each in messages]


def _commit(log: SqliteLog, topic: str, group: str) -> None:
    reader = log.reader(topic, group)
    while log.lag(topic, group):
        reader.poll(1.0, max_records=0)
        ends = {each.partition: each.end for each in log.status() if each.partition in reader.assigned()}
        reader.commit(ends)
    reader.close()


def traces(folder: Path, count: int) -> None:
    """Print how long traces take, by what became of the document."""
    log, index, known = filled(folder, count)
    known["never seen"] = [f"{url}-other" for url in known["indexed"]]
    chance = random.Random(1)
    for fate, urls in known.items():
        times = sorted(_timed(lambda url=url: trace(log, index, url)) for url in chance.sample(urls, _ASKED))  # type: ignore[misc]
        bar = TRACE_BAR if fate == "indexed" else READ_BAR
        told(f"trace of {fate}, {count:,} articles in the log, p50", statistics.median(times), " ms", bar)
        told(f"trace of {fate}, p99", times[int(0.99 * len(times))], " ms", bar)
    log.close()
    index.close()


def _timed(work: Callable[[], object]) -> float:
    """Return the milliseconds of CPU that some work took: other programs do not count."""
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


def diffs() -> None:
    """Print how long it takes to compare two texts of 50 kB: one sentence reworded, and one word of each twelve."""
    made, chance = Writer(3), random.Random(3)
    old: list[str] = []
    while sum(map(len, old)) < _SIZE:
        old.append(" ".join(made.sentence() for _ in range(chance.randint(2, 5))))

    def reworded(paragraph: str) -> str:
        words = paragraph.split(" ")
        for _ in range(max(1, len(words) // 12)):
            words[chance.randrange(len(words))] = made.sentence().partition(" ")[0].lower()
        return " ".join(words)

    one = Version("A title", tuple(old), "en")
    for what, paragraphs in (
        ("one paragraph reworded", [*old[:20], reworded(old[20]), *old[21:]]),
        ("not one paragraph the same", [reworded(each) for each in old]),
    ):
        other = Version("A title", tuple(paragraphs), "en")
        times = []
        for _ in range(9):
            tokens_of.cache_clear()  # or only the first comparison would read the texts
            times.append(_timed(lambda other=other: compare(one, other)))  # type: ignore[misc]
        told(f"diff of two texts of {_SIZE // 1000} kB, {what}", statistics.median(times), " ms", DIFF_BAR)


def history_of_sqlite(folder: Path, count: int) -> None:
    """Print what history takes of an embedded index of articles that never change: room, and time on the way in."""
    spent, real = [0.0], tables.write_past

    def measured(*given: Any) -> None:
        began = time.process_time()
        real(*given)
        spent[0] += time.process_time() - began

    index, made = SqliteIndex(folder / "sizes.sqlite3"), Writer(7)
    index.setup()
    tables.write_past = measured
    try:
        for start in range(0, count, 200):
            index.upsert([made.article(start + number) for number in range(200)])
    finally:
        tables.write_past = real
    index.close()
    connection = apsw.Connection(str(folder / "sizes.sqlite3"))
    sizes = dict(connection.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name"))
    past = sum(size for name, size in sizes.items() if str(name).startswith(("revisions_", "changes_", "addresses_")))
    told("history in the embedded index, of its size", past / (sum(sizes.values()) - past), "", SIZE_BAR)
    told("history in the embedded index, CPU an article", 1000 * spent[0] / count, " ms", TIME_BAR)


def history_of_elasticsearch(given: str, count: int) -> None:
    """Print how much larger an index is for the history in it."""
    real = bulk.past_fields
    with server("" if given == "start" else given) as url:
        made = Writer(7)
        *_, with_it = measure(url, map(made.article, range(count)))
        bulk.past_fields = lambda *_: {}
        try:
            made = Writer(7)
            *_, without = measure(url, map(made.article, range(count)))
        finally:
            bulk.past_fields = real
    told("history in Elasticsearch, of the index's size", with_it / without - 1, "", SIZE_BAR)


def again(folder: Path, count: int, workers: int) -> None:
    """Print the rate of `reclean` over that of `clean --jsonl`, by the CPU of all their processes, and its memory."""
    ratios, peaks = [], []
    for number, some in enumerate((count // 4, count)):
        file = write(folder / f"rows{number}.jsonl", articles(some))
        data = {"COPYDESK_DATA": str(folder / f"data{number}")}
        timed([*COPYDESK, "run", str(file), "--workers", str(workers)], **data)
        peaks.append(_peak([*COPYDESK, "reclean", "--json", "--workers", str(workers)], data))
    for _ in range(3):
        _, clean = timed([*COPYDESK, "clean", "--jsonl", str(file), "--workers", str(workers)])
        _, anew = timed([*COPYDESK, "reclean", "--workers", str(workers)], **data)
        ratios.append(clean / anew)
        print(f"  {count:,} rows: clean --jsonl {clean:.1f} s of CPU, reclean {anew:.1f} s, ratio {clean / anew:.2f}")
    told("reclean, of the rate of clean --jsonl", statistics.median(ratios), "", RATE_BAR, most=False)
    print(f"reclean, its own process: {peaks[0]:.0f} MiB over {count // 4:,} articles, {peaks[1]:.0f} over {count:,}")


def _peak(command: list[str], environment: dict[str, str]) -> float:
    """Return the most memory that a command's own process held, in MiB."""
    most = 0.0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=os.environ | environment) as process:
        while process.poll() is None:
            status = Path(f"/proc/{process.pid}/status").read_text()
            held = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
            most = max(most, *(int(each) / 1024 for each in held), 0.0)
            time.sleep(0.1)
    return most


def main() -> None:
    """Print all figures, each with its bar."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=20_000, help="articles in the log that is traced")
    parser.add_argument("--rows", type=int, default=3_000, help="articles that are cleaned again")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--server", default="", help="an Elasticsearch, as http://user:password@host:9200, or `start`")
    asked = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC; times are of CPU")
    diffs()
    for part, count in ((history_of_sqlite, 4_000), (traces, asked.articles)):
        with tempfile.TemporaryDirectory() as folder:
            part(Path(folder), count)
    with tempfile.TemporaryDirectory() as folder:
        again(Path(folder), asked.rows, asked.workers)
    if asked.server:
        history_of_elasticsearch(asked.server, 2_000)


if __name__ == "__main__":
    main()
