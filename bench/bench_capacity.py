"""Measure each term of a day's load on real servers, and multiply: `make capacity`, some minutes.

    make capacity        or: python -m bench.bench_capacity [PAGES.jsonl.gz…] [--pages 1000] [--a-day 10000000]

Pages are those of the files, else those of seeds/, padded to 100 kB, each with an address of its own.
CPU is that of one core of this machine; sizes are what Kafka and Elasticsearch have on disk, the latter after a merge.
What follows is in docs/capacity.md.
"""

import argparse
import json
import random
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from bench.bench_run import COPYDESK, articles, rows, timed, write
from bench.bench_stack import Stack, padded, running
from copydesk import clean
from copydesk.adapters.kafka_log.publisher import partition_of
from copydesk.cleaning.article import clean_article
from copydesk.events import RawArticle, decode
from copydesk.partition_keys import source_of_key
from copydesk.pipeline import CLEAN, FURNITURE, RAW
from copydesk.producers.seeds.produce import produce
from tests.support.fakes import MemoryLog

DAY = 86_400
SOURCES, AGENCY, CLEANERS, PARTITIONS = 150, 0.4, 4, 32


class Terms(NamedTuple):
    """Hold what one article costs: CPU in ms by who spends it, and bytes where they lie."""

    produce_ms: float
    clean_ms: float
    clean_way_ms: float
    index_ms: float
    kafka_ms: float
    elasticsearch_ms: float
    raw_bytes: float
    clean_bytes: float
    memory_bytes: float
    index_bytes: float


def cleaning(pages: list[dict[str, str]]) -> float:
    """Return the CPU that cleaning a page costs, in ms, once everything is loaded."""
    for page in pages[:40]:
        clean(page["html"], url=page["url"])
    began = time.process_time()
    for page in pages:
        clean(page["html"], url=page["url"])
    return (time.process_time() - began) / len(pages) * 1000


class Passage(NamedTuple):
    """Hold what a number of articles took on their way: CPU seconds by who spent them, bytes by where they lie."""

    count: int
    sources: int
    seconds: tuple[float, ...]
    sizes: tuple[float, ...]


def pass_through(stack: Stack, folder: Path, pages: list[dict[str, str]]) -> Passage:
    """Take the pages through the services, one after the other."""
    environment = stack.fresh()
    prefix = environment["COPYDESK_KAFKA_PREFIX"]
    file = write(folder / "pages.jsonl", pages)
    stages = (
        ["produce", "seeds", str(file)],
        ["consume", "clean", "--drain", "--workers", "1"],
        ["consume", "index", "--drain"],
    )
    before = stack.cpu()
    spent = [timed([*COPYDESK, *stage], **environment)[1] for stage in stages]
    spent += [now - then for now, then in zip(stack.cpu(), before, strict=True)]

    def on_disk(topic: str) -> float:
        logs = (stack.broker.folder / "data").glob(f"{prefix}{topic}-*/*.log")
        return sum(each.stat().st_size for each in logs)

    stack.server.ask("POST", f"/{prefix}articles-*/_forcemerge?max_num_segments=1")
    stack.server.ask("POST", f"/{prefix}articles-*/_flush")
    told = stack.server.ask("GET", f"/{prefix}articles-*/_stats/store,docs")["_all"]["primaries"]
    indexed = told["store"]["size_in_bytes"] / told["docs"]["count"] * len(pages)
    sources = len({page["url"].split("/")[2] for page in pages})
    return Passage(len(pages), sources, tuple(spent), (on_disk(RAW), on_disk(CLEAN), on_disk(FURNITURE), indexed))


def terms(few: Passage, many: Passage, clean_ms: float) -> Terms:
    """Return what one article more costs: what starting the services takes is in both, and goes out.

    `clean_ms` is what cleaning costs by itself; the rest of the cleaner's CPU is the way.
    """
    more = many.count - few.count
    produce_ms, cleaner_ms, index_ms, kafka, elasticsearch = (
        (much - little) / more * 1000 for much, little in zip(many.seconds, few.seconds, strict=True)
    )
    raw, cleaned, memory, indexed = many.sizes
    return Terms(
        produce_ms, clean_ms, cleaner_ms - clean_ms, index_ms, kafka, elasticsearch,
        raw / many.count, cleaned / many.count, memory / many.sources, indexed / many.count,
    )  # fmt: skip


def spread(count: int) -> tuple[float, float]:
    """Return how many times one cleaner four are with 40 % of the texts from one source, as it is and by source alone.

    Each text is cleaned, and its CPU counted for the cleaner that has its partition on Kafka.
    """
    chance, log = random.Random(11), MemoryLog()
    weights = [1 / (rank + 10) for rank in range(SOURCES)]
    chosen = articles(count)
    for number, row in enumerate(chosen):
        rank = chance.choices(range(SOURCES), weights)[0]
        site = "agency.example" if chance.random() < AGENCY else f"paper{rank}.example"
        row["url"] = f"https://{site}/{number}"
    with tempfile.TemporaryDirectory(prefix="copydesk-bench-") as name:
        produce([write(Path(name) / "texts.jsonl", chosen)], log)
    shared, alone = Counter[int](), Counter[int]()
    for record in log.scan(RAW):
        raw, began = decode(RawArticle, record.value or b""), time.process_time()
        clean_article(raw)
        took = time.process_time() - began
        for loads, key in ((shared, record.key), (alone, source_of_key(record.key))):
            loads[partition_of(key.encode(), PARTITIONS) * CLEANERS // PARTITIONS] += took  # type: ignore[assignment]
    return sum(shared.values()) / max(shared.values()), sum(alone.values()) / max(alone.values())


def multiplied(found: Terms, a_day: int, peak: float) -> list[tuple[str, str]]:
    """Return what a day of so many articles asks for, its peak hour being `peak` times the mean."""
    rate = a_day / DAY
    cores = (found.clean_ms + found.clean_way_ms) / 1000 * rate * peak
    gb = a_day / 1e9
    return [
        ("articles a second, mean and peak", f"{rate:.0f} and {rate * peak:.0f}"),
        ("cores for cleaning at the peak", f"{cores:.0f}"),
        ("cleaners of 8 workers, at 70 % of their cores", f"{cores / 8 / 0.7:.0f}"),
        ("cores for indexers at the peak", f"{found.index_ms / 1000 * rate * peak:.1f}"),
        ("cores for producers of seeds at the peak", f"{found.produce_ms / 1000 * rate * peak:.1f}"),
        ("cores of Kafka at the peak, before replicas", f"{found.kafka_ms / 1000 * rate * peak:.1f}"),
        ("cores of Elasticsearch at the peak, before replicas", f"{found.elasticsearch_ms / 1000 * rate * peak:.1f}"),
        ("Kafka's disks a day, three replicas", f"{3 * (found.raw_bytes + found.clean_bytes) * gb:.0f} GB"),
        ("index a day, one replica", f"{2 * found.index_bytes * gb:.0f} GB"),
        ("primary shards of 40 GB a day", f"{found.index_bytes * gb / 40:.1f}"),
        ("network into Kafka at the peak, with replication",
         f"{3 * (found.raw_bytes + found.clean_bytes) * rate * peak / 1e6:.0f} MB/s"),
        ("memory of 10,000 sources, over all cleaners", f"{found.memory_bytes * 10_000 / 1e6:.0f} MB"),
    ]  # fmt: skip


def main() -> None:
    """Measure, multiply and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("files", nargs="*", help="JSON Lines of pages; none: the pages in seeds/")
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--texts", type=int, default=6000)
    parser.add_argument("--a-day", type=int, default=10_000_000)
    parser.add_argument("--peak", type=float, default=3.0)
    parser.add_argument("--json", action="store_true", help="print the terms as JSON, too")
    given = parser.parse_args()
    pages = [row | {"html": padded(row["html"])} for row in rows(given.files, given.pages)]
    four, by_source = spread(given.texts)
    print(f"four cleaners do {four:.2f} times what one does with 40 % from one source; {by_source:.2f} by source alone")
    clean_ms = cleaning(pages)
    with tempfile.TemporaryDirectory(prefix="copydesk-bench-") as name, running() as stack:
        pass_through(stack, Path(name), pages[: given.pages // 4])  # until the servers are warm
        few = pass_through(stack, Path(name), pages[: given.pages // 4])
        found = terms(few, pass_through(stack, Path(name), pages), clean_ms)
    size = sum(len(page["html"]) for page in pages) / len(pages)
    print(f"{len(pages)} pages of {size / 1000:.0f} kB\n| term, of one article | measured |\n|---|---|")
    for term, value in found._asdict().items():
        unit = "ms" if term.endswith("_ms") else "bytes"
        print(f"| {term.removesuffix('_ms').removesuffix('_bytes').replace('_', ' ')} | {value:,.2f} {unit} |")
    print(f"\n| {given.a_day:,} articles a day | |\n|---|---|")
    for what, value in multiplied(found, given.a_day, given.peak):
        print(f"| {what} | {value} |")
    if given.json:
        print(json.dumps(found._asdict()))


if __name__ == "__main__":
    main()
