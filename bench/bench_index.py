"""Print what the embedded index costs: CPU an article on the way in, and the time of queries on the way out.

Usage: bench/bench_index.py [ARTICLES [FOLDER]]; the articles are made up, 3 KB each, words as frequent as in real text.
"""

import bisect
import itertools
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from copydesk.adapters.sqlite_index.index import SqliteIndex
from copydesk.events import CleanArticle, Removed
from copydesk.search.query import Query, parse

BATCH, SIZE, WORDS = 500, 3_000, 60_000
START = datetime(2024, 1, 1, tzinfo=UTC)
LETTERS = {
    "en": "etaoinshrdlcumwfgypbvk",
    "fr": "esaitnrulodcmpévqfbghàxèêç",
    "ru": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
    "zh": "".join(map(chr, range(0x4E00, 0x4E00 + 2500))),
}
QUERIES = {
    "a rare word": "w30000",
    "a common word": "w3",
    "three words": "w20 w50 w90",
    "a phrase": '"w1 w2"',
    "a prefix": "w30*",
    "two of Chinese": "\u4e01\u4e02",
    "everything": "",
}


def vocabulary(language: str, rng: random.Random) -> list[str]:
    """Return made-up words of a language, the frequent ones first."""
    letters = LETTERS[language]
    if language == "zh":
        return ["".join(rng.choices(letters[:400], k=rng.choice((1, 2, 2, 3)))) for _ in range(WORDS)]
    often = [1 / (rank + 3) ** 1.3 for rank in range(len(letters))]
    made = ["".join(rng.choices(letters, often, k=rng.randint(2, 9))) for _ in range(WORDS)]
    return [f"w{number}" if language == "en" and number % 3 == 0 else word for number, word in enumerate(made)]


def articles(count: int, language: str, rng: random.Random) -> Iterator[CleanArticle]:
    """Yield so many articles of such words, of about SIZE bytes each."""
    words = vocabulary(language, rng)
    weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(words))))
    joint = "" if language == "zh" else " "
    for number in range(count):
        paragraphs = []
        size = 0
        while size < SIZE:
            picked = [words[bisect.bisect(weights, rng.random() * weights[-1]) - 1] for _ in range(60)]
            paragraphs.append(joint.join(picked) + ("。" if language == "zh" else "."))
            size += len(paragraphs[-1].encode())
        seen = START + timedelta(minutes=7 * number)
        yield CleanArticle(
            id=f"{rng.getrandbits(128):032x}", revision=1, source=f"site{rng.randrange(200)}.example",
            url=f"https://site.example/{number}", canonical_url=None, title=joint.join(paragraphs[0].split()[:9])[:90],
            paragraphs=tuple(paragraphs), authors=("A. Writer",), published_at=seen, modified_at=None, fetched_at=seen,
            seen_at=seen, language=language, images=(), section=None, tags=(),
            removed=(Removed(text=paragraphs[0], kind="donation_appeal", why="asks for money", position=3, confidence=1.0),),  # noqa: E501
            removed_kinds=("donation_appeal",), provenance={"title": "open-graph"}, originals={}, content_hash="0" * 32,
            confidence=0.9, paywalled=None, cleaner_version="1", furniture_version=None,
        )  # fmt: skip


def fill(index: SqliteIndex, count: int, language: str) -> None:
    """Write so many articles, and print what that took."""
    made = articles(count, language, random.Random(7))
    cpu, wall, slowest = 0.0, 0.0, 0.0
    while batch := list(itertools.islice(made, BATCH)):
        began = time.process_time(), time.perf_counter()
        index.upsert(batch)
        took = time.perf_counter() - began[1]
        cpu, wall, slowest = cpu + time.process_time() - began[0], wall + took, max(slowest, took)
    print(f"{language}: {1000 * cpu / count:.3f} ms CPU, {1000 * wall / count:.3f} ms in all an article; "
          f"slowest batch of {BATCH}: {1000 * slowest:.0f} ms")  # fmt: skip


def ask(index: SqliteIndex) -> None:
    """Print how long each query takes."""
    for name, text in QUERIES.items():
        times = []
        for _ in range(7):
            began = time.perf_counter()
            results = index.search(Query(terms=parse(text)))
            times.append(1000 * (time.perf_counter() - began))
        print(f"{name:15} {text:14} {results.total:8,} found, median {statistics.median(times):7.2f} ms")


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as folder:
        index = SqliteIndex(Path(folder) / "index.sqlite3")
        for language in LETTERS:
            fill(index, count // len(LETTERS), language)
        status = index.status()
        print(f"{status.documents:,} articles in {status.size_bytes / 1e6:,.0f} MB")
        ask(index)
        index.close()


if __name__ == "__main__":
    main()
