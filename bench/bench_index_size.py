"""Print what an article takes in a real Elasticsearch, fresh and after a merge, over its title and paragraphs.

    make bench-index-size [DATA=pages.jsonl.gz]        or: python -m bench.bench_index_size [PAGES...] [--count 4000]

Without DATA the articles are made: words by Zipf's law, some that often stand together and some of the article's own,
names, figures, sentences and paragraphs of many lengths, and what was cut beside them. Zstandard takes them to .41
of their size, and English news to .38. With DATA they are the articles of its pages, as they are cleaned. Fresh is
after the last write and a refresh, with the segments that come about by themselves; merged is one segment.
"""

import argparse
import gzip
import itertools
import json
import random
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import copydesk
from copydesk.adapters.elasticsearch_index.index import ElasticsearchIndex
from copydesk.events import CleanArticle, Removed
from tests.support.stack.elasticsearch import Elasticsearch, request

BATCH = 200
MERGED, FRESH = 1.3, 1.8
_SIZES_KEPT = 11.0
_VOCABULARY, _PHRASES, _LETTERS = 20_000, 5_000, "etaoinshrdlcumwfgypbvk"
_FIGURES, _TOPIC, _TOGETHER = 0.05, 0.4, 0.8
"""Shares of a text, one behind the other: odd words, the article's own, words that often stand together, others."""

_WHY = {
    "related_links": "Leads to other articles",
    "advertisement": "An advertisement, or a note about advertising",
    "navigation": "A button or heading of the page",
    "donation_appeal": "Asks readers for money",
}


class Writer:
    """Write articles of made words that come as often as words do; the same seed writes the same."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        words = {self._word(): None for _ in range(2 * _VOCABULARY)}
        self._words = sorted(list(words)[:_VOCABULARY], key=len)
        weights = [1 / (rank + 2.7) for rank in range(len(self._words))]
        self._heaps = list(itertools.accumulate(weights))
        self._phrases = [" ".join(self._drawn(self._chance.randint(2, 4))) for _ in range(_PHRASES)]
        self._topic: list[str] = []
        self._furniture = [self.sentence() for _ in range(400)]

    def article(self, number: int) -> CleanArticle:
        """Return an article of about 5 kB, with what was cut of it; its own words come again in it."""
        self._topic = [*self._drawn(60), *(self._name() for _ in range(8))]
        paragraphs = tuple(
            " ".join(self.sentence() for _ in range(self._chance.randint(1, 5)))
            for _ in range(max(2, round(self._chance.gauss(19, 7))))
        )
        when = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=977 * number)
        source = f"site{number % 50}.example"
        removed = tuple(self._removed(place) for place in range(self._chance.randint(0, 36)))
        return CleanArticle(
            id=f"{self._chance.getrandbits(128):032x}", revision=1_700_000_000_000 + number, source=source,
            url=f"https://{source}/{when:%Y/%m/%d}/{number}", canonical_url=None, title=self.sentence()[:90],
            paragraphs=paragraphs, authors=(self._name(),), published_at=when, modified_at=None, fetched_at=when,
            seen_at=when, language="en", images=(), section=None, tags=(), removed=removed,
            removed_kinds=tuple(dict.fromkeys(piece.kind for piece in removed)),
            provenance={"title": "open-graph", "published_at": "json-ld"}, originals={},
            content_hash=f"{self._chance.getrandbits(128):032x}", confidence=0.97, paywalled=False,
            cleaner_version="2", furniture_version=None,
        )  # fmt: skip

    def sentence(self) -> str:
        """Return a sentence of 4 to 30 words, with a name, a figure or an apostrophe here and there."""
        words: list[str] = []
        for word in self._drawn(self._chance.randint(4, 18)):
            kind = self._chance.random()
            if kind < _FIGURES:
                words.append(self._chance.choice([self._figure(), f"{word}’s", f"self-{word}"]))
            elif kind < _TOPIC and self._topic:
                words.append(self._chance.choice(self._topic))
            elif kind < _TOGETHER:
                words.append(self._phrases[int(_PHRASES * self._chance.random() ** 3)])
            else:
                words.append(word)
        text = " ".join(words)
        return f"{text[0].upper()}{text[1:]}."

    def _drawn(self, count: int) -> list[str]:
        return self._chance.choices(self._words, cum_weights=self._heaps, k=count)

    def _removed(self, place: int) -> Removed:
        kind: Any = self._chance.choice(list(_WHY))
        old = self._chance.random() < 0.6
        text = self._chance.choice(self._furniture) if old else self.sentence()
        return Removed(text=text[:80], kind=kind, why=_WHY[kind], position=place, confidence=0.9)

    def _word(self) -> str:
        length = min(14, max(1, round(self._chance.gauss(6.5, 2.8))))
        return "".join(self._chance.choices(_LETTERS, weights=range(len(_LETTERS), 0, -1), k=length))

    def _name(self) -> str:
        return f"{self._word().capitalize()} {self._word().capitalize()}"

    def _figure(self) -> str:
        return self._chance.choice(["{:,}", "{}", "{}%"]).format(self._chance.randint(2, 20_000))


def of_pages(paths: list[str]) -> Iterator[CleanArticle]:
    """Yield the articles of the pages of these files, a JSON row with `html` or `text` a line."""
    for path in paths:
        with gzip.open(path, "rt") as lines:
            rows = map(json.loads, lines)
            known = ({name: row[name] for name in ("html", "text", "url") if row.get(name)} for row in rows)
            yield from filter(None, copydesk.clean_many(known))


def size(url: str, prefix: str) -> int:
    """Return the bytes of the primaries."""
    found = request(url, "GET", f"/{prefix}articles/_stats/store")
    return int(found["_all"]["primaries"]["store"]["size_in_bytes"])


def measure(url: str, articles: Iterable[CleanArticle]) -> tuple[int, float, float, float]:
    """Return how many articles there were, their mean bytes of text, and both sizes over the text."""
    prefix = f"bench-{uuid.uuid4().hex[:8]}-"
    index = ElasticsearchIndex(url, prefix=prefix)
    index.setup()
    count = text = 0
    waiting = iter(articles)
    while batch := list(itertools.islice(waiting, BATCH)):
        verdicts = index.upsert(batch)
        stored = [article for article, verdict in zip(batch, verdicts, strict=True) if verdict.outcome == "stored"]
        count += len(stored)
        text += sum(len(part.encode()) for article in stored for part in (article.title, *article.paragraphs))
    request(url, "POST", f"/{prefix}articles/_flush")
    fresh = size(url, prefix)
    request(url, "POST", f"/{prefix}articles/_forcemerge?max_num_segments=1")
    request(url, "POST", f"/{prefix}articles/_flush")
    request(url, "POST", f"/{prefix}articles/_refresh")
    time.sleep(_SIZES_KEPT)  # the server measures anew only then
    merged = size(url, prefix)
    index.close()
    return count, text / count, fresh / text, merged / text


@contextmanager
def server(given: str) -> Iterator[str]:
    """Give the URL of a server: the one named, or one that ends with the block."""
    if given:
        yield given
        return
    started = Elasticsearch()
    try:
        yield started.launch().url()
    finally:
        started.remove()


def main() -> None:
    """Print both ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="*")
    parser.add_argument("--count", type=int, default=4000, help="articles to make")
    parser.add_argument("--server", default="", help="a running Elasticsearch, as http://user:password@host:9200")
    asked = parser.parse_args()
    writer = Writer(7)
    articles = of_pages(asked.pages) if asked.pages else map(writer.article, range(asked.count))
    with server(asked.server) as url:
        count, text, fresh, merged = measure(url, articles)
    print(f"{count:,} articles of {text:,.0f} bytes of text: fresh {fresh:.2f} times the text (at most {FRESH}), "
          f"merged {merged:.2f} (at most {MERGED})")  # fmt: skip


if __name__ == "__main__":
    main()
