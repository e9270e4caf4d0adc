"""Print what the desk adds over a real Elasticsearch to the time that this says a question took, beside the bar.

    make bench-serve-servers    or: python -m bench.bench_serve_servers [ARTICLES]

The servers are started here; the articles are those of bench_serve. Each question is asked of the desk over HTTP, and
then of Elasticsearch alone through the same adapter, whose answers hold `took`. The exit code is 1 where the bar is
passed.
"""

import itertools
import random
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

import httpx

from bench.bench_index import BATCH, articles
from bench.bench_serve import SOURCES, dressed, words
from bench.bench_stack import running
from bench.served_desk import cpu, middle_and_most, served, tell
from copydesk.adapters.elasticsearch_index.index import ElasticsearchIndex
from copydesk.index_port import Index
from copydesk.search.query import Query, parse
from copydesk.settings import load

ASKED, WARMING, BAR = 300, 50, 10.0


class Question(NamedTuple):
    """Hold a question as the desk is asked it, and as the index is."""

    path: str
    ask: Callable[[Index], object]


class TimedIndex(ElasticsearchIndex):
    """Add up what Elasticsearch says that searches took, in milliseconds."""

    took = 0.0

    def _ask(self, body: dict[str, Any]) -> dict[str, Any]:
        answer = super()._ask(body)
        self.took += answer["took"]
        return answer


def main() -> None:
    """Fill an index, ask, and print a line a question."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with running() as stack:
        environment = stack.fresh()
        log, index = stack.opened(environment)
        rng = random.Random(14)
        made = dressed(articles(count, "en", rng), rng)
        while batch := list(itertools.islice(made, BATCH)):
            index.upsert(batch)
        log.close()
        index.close()
        asking = TimedIndex.from_settings(load(environment))
        with closing(asking), served(environment) as (url, pid), httpx.Client(base_url=url, timeout=60) as client:
            passed = [measure(name, make, client, pid, asking) for name, make in QUESTIONS.items()]
    if not all(passed):
        sys.exit(1)


def measure(
    name: str, make: Callable[[random.Random], Question], client: httpx.Client, pid: int, index: TimedIndex
) -> bool:
    """Ask one question again and again, the desk and Elasticsearch in turns; the first ones warm up both."""
    rng, whole, took, cost = random.Random(name), list[float](), list[float](), list[float]()
    for number in range(ASKED + WARMING):
        question, before = make(rng), cpu(pid)
        began = time.perf_counter()
        client.get(question.path).raise_for_status()
        seconds, index.took = time.perf_counter() - began, 0.0
        spent = cpu(pid) - before
        question.ask(index)
        if number >= WARMING:
            whole.append(1000 * seconds)
            took.append(index.took)
            cost.append(1000 * spent)
    added = middle_and_most(whole)[0] - middle_and_most(took)[0]
    said = f"p50 {middle_and_most(whole)[0]:.1f} ms, of it Elasticsearch {middle_and_most(took)[0]:.0f}: we add "
    said += f"{added:.1f} (bar {BAR:.0f}); CPU of the desk {middle_and_most(cost)[0]:.1f}"
    return tell(name, said, well=added <= BAR)


def search(rng: random.Random) -> Question:
    """Return a search for words."""
    text = words(rng)
    return Question(f"/api/v1/articles?{urlencode({'q': text})}", lambda index: index.search(Query(parse(text))))


def narrowed(rng: random.Random) -> Question:
    """Return a search within a source and a month."""
    text, source = words(rng), rng.choice(SOURCES)
    first, last = datetime(2024, 3, 1, tzinfo=UTC), datetime(2024, 4, 1, tzinfo=UTC)
    asked = urlencode({"q": text, "source": source, "since": "2024-03-01", "until": "2024-03-31"})
    return Question(
        f"/api/v1/articles?{asked}",
        lambda index: index.search(Query(parse(text), source=source, since=first, until=last)),
    )


def newest(_: random.Random) -> Question:
    """Return the list of what is new."""
    return Question("/api/v1/articles?sort=newest", lambda index: index.search(Query(sort="newest")))


def counts(_: random.Random) -> Question:
    """Return the counts over all, by day."""
    return Question("/api/v1/counts?interval=day", lambda index: index.counts(Query(), "day"))


def sources(_: random.Random) -> Question:
    """Return the counts over all, by month and source."""
    return Question("/api/v1/counts?interval=month&by=source", lambda index: index.counts(Query(), "month", "source"))


QUESTIONS = {
    "search": search, "search, a source and a month": narrowed, "newest": newest, "counts over all": counts,
    "counts by source": sources,
}  # fmt: skip


if __name__ == "__main__":
    main()
