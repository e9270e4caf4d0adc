"""A source that is hot is spread over partitions; the revisions of one article never are."""

import json
import random
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from copydesk.adapters.kafka_log.publisher import partition_of
from copydesk.errors import LogUnavailable
from copydesk.events import RawArticle, decode
from copydesk.log_port import Log, Message, Record
from copydesk.partition_keys import BUCKETS, raw_key, source_of_key
from copydesk.pipeline import HOT, RAW
from copydesk.producers.hot_sources import EXCHANGE_SECONDS, HOT_SHARE, HOT_WINDOW, HotSources
from copydesk.producers.seeds.produce import produce
from tests.support.fakes import MemoryLog

CLEANERS, PARTITIONS = 4, 32
ARTICLES, AGENCY = 12_000, 0.4


def write(place: Path, rows: Iterable[dict[str, str]]) -> Path:
    place.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return place


def row(site: str, number: int, text: str = "") -> dict[str, str]:
    return {"url": f"https://{site}/news/{number}", "text": text or f"Body of article {number} of {site}."}


def skewed(articles: int) -> list[dict[str, str]]:
    """Rows of which 40 % are one source's, and the others those of 150, from many to few."""
    chance = random.Random(7)
    weights = [1 / (rank + 10) for rank in range(150)]
    others = chance.choices([f"paper-{rank}.example" for rank in range(150)], weights, k=articles)
    sites = ["agency.example" if chance.random() < AGENCY else other for other in others]
    return [row(site, number) for number, site in enumerate(sites)]


def raw(log: Log) -> list[Record]:
    return list(log.scan(RAW))


@pytest.mark.parametrize("source", ["agency.example", "local", "an odd name#7", "#", "Zeitung#2a"])
def test_a_key_tells_its_source_and_an_id_is_always_in_one_bucket(source: str) -> None:
    keys = {raw_key(source, f"{number:032x}", True) for number in range(BUCKETS * 2)}
    assert len(keys) == BUCKETS
    assert {source_of_key(key) for key in keys} == {source}
    assert raw_key(source, f"{17:032x}", False) == source
    assert raw_key(source, f"{17:032x}", True) == raw_key(source, f"{17:032x}", True)


def kafka_partition(key: str) -> int:
    return partition_of(key.encode(), PARTITIONS)


def embedded_partition(key: str) -> int:
    return zlib.crc32(key.encode()) % PARTITIONS


@pytest.mark.parametrize("partition", [kafka_partition, embedded_partition])
def test_four_cleaners_do_three_times_what_one_does_though_one_source_brings_40_percent(
    partition: Callable[[str], int], tmp_path: Path
) -> None:
    log = MemoryLog(partitions=8)
    produce([write(tmp_path / "rows.jsonl", skewed(ARTICLES))], log)
    found = raw(log)
    assert len(found) == ARTICLES
    keys = Counter(record.key for record in found)
    assert {source_of_key(key) for key in keys if key != source_of_key(key)} == {"agency.example"}

    def times(named: Callable[[Record], str]) -> float:
        loads: Counter[int] = Counter(partition(named(record)) * CLEANERS // PARTITIONS for record in found)
        return len(found) / max(loads.values())

    assert times(lambda record: record.key) >= 3
    assert times(lambda record: source_of_key(record.key)) < 2.5, "without the buckets they would not"


def test_an_article_stays_in_its_partition_when_its_source_becomes_hot_and_when_it_is_revised(tmp_path: Path) -> None:
    log, file = MemoryLog(partitions=8), tmp_path / "rows.jsonl"
    early = [row("agency.example", number) for number in range(20)]
    produce([write(file, early)], log)
    late = [row("agency.example", number) for number in range(1000, 1000 + 3 * HOT_WINDOW)]
    produce([write(file, late)], log)
    edited = [row("agency.example", number, f"Corrected {number}.") for number in (*range(20), *range(1000, 4000, 7))]
    produce([write(file, edited)], log)
    produce([write(file, [each | {"text": "Once more."} for each in edited])], log)
    places, revisions = defaultdict[str, set[int]](set), defaultdict[str, list[int]](list)
    for record in raw(log):
        article = decode(RawArticle, record.value or b"")
        places[article.id].add(record.partition)
        revisions[article.id].append(article.revision)
        assert article.source == source_of_key(record.key)
    assert len({number for each in places.values() for number in each}) == 8, "it was spread"
    assert all(len(each) == 1 for each in places.values())
    assert sum(len(each) == 3 for each in revisions.values()) == len(edited)


def test_what_one_producer_finds_hot_every_other_knows_within_seconds_and_for_ever() -> None:
    log, now = MemoryLog(), [0.0]
    one, other = HotSources(log, lambda: now[0]), HotSources(log, lambda: now[0])
    other.exchange()
    one.count(["agency.example"] * int(HOT_SHARE * HOT_WINDOW) + ["paper.example"] * HOT_WINDOW)
    assert not one.hot("agency.example")
    one.count(["agency.example"] * int(HOT_SHARE * HOT_WINDOW + 1))
    one.exchange()
    assert one.hot("agency.example")
    other.exchange()
    assert not other.hot("agency.example")
    now[0] += EXCHANGE_SECONDS
    other.exchange()
    assert other.hot("agency.example")
    one.count(["paper.example"] * 2 * HOT_WINDOW)
    assert HotSources(log).hot("agency.example") is False, "nothing is asked before `exchange`"
    successor = HotSources(log)
    successor.exchange()
    assert successor.hot("agency.example")


def test_few_articles_of_one_source_make_it_not_hot() -> None:
    log = MemoryLog()
    sources = HotSources(log)
    sources.count(["agency.example"] * (HOT_WINDOW - 1))
    sources.exchange()
    assert not sources.hot("agency.example")
    assert not list(log.scan(HOT))


def test_a_log_that_does_not_answer_leaves_keys_as_they_are() -> None:
    class Away(MemoryLog):
        away = True

        def publish(self, topic: str, messages: Iterable[Message]) -> None:
            if self.away:
                raise LogUnavailable("away")
            super().publish(topic, list(messages))

    log = Away()
    sources = HotSources(log, lambda: 0.0)
    sources.count(["agency.example"] * 2 * HOT_WINDOW)
    sources.exchange()
    assert not sources.hot("agency.example")
    log.away = False
    sources.exchange()
    assert sources.hot("agency.example")
