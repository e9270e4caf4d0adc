"""Fixtures of the index contract: the engine, and a shelf of the test's own in an index that many tests share."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from copydesk.events import CleanArticle
from copydesk.index_port import Index, Results
from copydesk.search.query import MAX_RESULTS, Query, parse
from tests.contracts.index_engines import ENGINES, Engine, Factory
from tests.contracts.index_samples import article, unique
from tests.support.waiting import eventually


class Shelf:
    """An index, and a word and a source that only this test's articles have."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.word = unique()
        self.source = f"{self.word}.example"

    def article(self, *paragraphs: str, **fields: Any) -> CleanArticle:
        """Return an article of this shelf's source, with its word in a paragraph of its own at the end."""
        return article(*paragraphs, self.word, **{"source": self.source, **fields})

    def put(self, *articles: CleanArticle) -> None:
        """Store articles and wait until searches find them."""
        assert [verdict.outcome for verdict in self.index.upsert(articles)] == ["stored"] * len(articles)
        self.wait(*articles)

    def wait(self, *articles: CleanArticle) -> None:
        """Wait until searches find these articles, in these revisions or later ones."""
        wanted: dict[str, dict[str, int]] = defaultdict(dict)
        for each in articles:
            wanted[each.source][each.id] = max(each.revision, wanted[each.source].get(each.id, 0))
        for source, revisions in wanted.items():

            def seen(source: str = source, revisions: dict[str, int] = revisions) -> bool:
                hits = self.index.search(Query(source=source, limit=MAX_RESULTS)).hits
                found = {hit.article.id: hit.article.revision for hit in hits}
                return all(found.get(key, -1) >= revision for key, revision in revisions.items())

            eventually(seen)

    def search(self, text: str = "", **filters: Any) -> Results:
        """Search this shelf only."""
        return self.index.search(self.query(text, **filters))

    def query(self, text: str = "", **filters: Any) -> Query:
        """Return the query of a search of this shelf only."""
        return Query(parse(f"{self.word} {text}"), **filters)

    def ids(self, text: str = "", **filters: Any) -> list[str]:
        """Return the ids that a search of this shelf finds, in order."""
        return [hit.article.id for hit in self.search(text, **{"limit": 1000, **filters}).hits]


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Open clients of one index."""
    factory: Factory = request.param
    with factory(request, tmp_path_factory.mktemp("index")) as opened:
        yield opened


@pytest.fixture(scope="module")
def index(engine: Engine) -> Index:
    """Open a client that the tests of a module share."""
    return engine()


@pytest.fixture
def shelf(index: Index) -> Shelf:
    """Make a shelf of the test's own."""
    return Shelf(index)
