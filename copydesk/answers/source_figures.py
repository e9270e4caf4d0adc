"""Measure a source by its newest articles and its dead letters: lengths, what is missing, cut and refused."""

from collections import Counter
from datetime import datetime
from statistics import median

from msgspec import Struct

from copydesk.answers.letters import read_letters
from copydesk.index_port import Index
from copydesk.log_port import Log
from copydesk.search.query import Query

MEASURED = 200
"""How many of the newest articles are measured."""


class MeasuredSource(Struct, frozen=True):
    """Hold the figures of a source. `articles` are all it has, `measured` the newest of them, which the rest is of.

    `median_length` is in characters; `cut` maps kinds to their share of the text, the largest first. `refused` counts
    the documents that were no articles and are so still, `refused_share` their part of all that came.
    """

    articles: int
    measured: int
    newest: datetime | None
    median_length: int
    without_title: int
    without_author: int
    without_date: int
    cut: dict[str, float]
    languages: dict[str, int]
    refused: int
    refused_share: float


def source_figures(log: Log, index: Index, source: str) -> MeasuredSource:
    """Measure a source. Raises LogUnavailable, IndexUnavailable."""
    results = index.search(Query(source=source, sort="newest", limit=MEASURED, removed=True))
    articles = [hit.article for hit in results.hits]
    lengths = [len(each.text) for each in articles]
    cut = Counter[str]()
    for each in articles:
        for piece in each.removed:
            cut[piece.kind] += len(piece.text)
    whole = sum(lengths) + cut.total()
    refused = refused_by_source(log).get(source, 0)
    return MeasuredSource(
        articles=results.total,
        measured=len(articles),
        newest=articles[0].seen_at if articles else None,
        median_length=int(median(lengths)) if lengths else 0,
        without_title=sum(not each.title for each in articles),
        without_author=sum(not each.authors for each in articles),
        without_date=sum(each.published_at is None for each in articles),
        cut={kind: length / whole for kind, length in cut.most_common()},
        languages=dict(results.facets["language"]),
        refused=refused,
        refused_share=refused / (refused + results.total) if refused else 0.0,
    )


def refused_by_source(log: Log) -> Counter[str]:
    """Count the documents of each source that were refused and not put aside."""
    return Counter(
        each.letter.source for each in read_letters(log) if each.letter.class_ == "refused" and each.state == "open"
    )
