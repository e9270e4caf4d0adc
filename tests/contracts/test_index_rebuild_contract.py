"""What every index keeps while it is built anew: searches and writes go on, and nothing written meanwhile is lost.

Each test replaces all that the index holds.
"""

import uuid
from typing import Protocol, cast

import msgspec
import pytest

from copydesk.errors import StorageError
from copydesk.events import CleanArticle
from copydesk.index_port import Index, Rebuildable
from copydesk.search.query import Query
from tests.contracts.index_engines import Engine
from tests.contracts.index_fixtures import Shelf
from tests.contracts.index_samples import article
from tests.support.waiting import eventually


class Anew(Index, Rebuildable, Protocol):
    """An index that can be built anew."""


@pytest.fixture
def live(engine: Engine) -> Anew:
    """Open a client of the index."""
    return cast(Anew, engine())


def titles(index: Index, *articles: CleanArticle) -> list[str]:
    """Return the titles stored under the ids of these articles, those that are there."""
    return [found.title for each in articles if (found := index.get(each.id))]


def test_until_it_takes_over_a_rebuild_is_not_seen(live: Anew) -> None:
    shelf = Shelf(live)
    old = shelf.article(title="old")
    shelf.put(old)
    build = live.rebuild()
    assert build.upsert([]) == []
    assert [verdict.outcome for verdict in build.upsert([msgspec.structs.replace(old, title="new")])] == ["stored"]
    build.take_writes()
    assert [hit.article.title for hit in live.search(Query(source=shelf.source)).hits] == ["old"]
    build.take_searches()
    eventually(lambda: [hit.article.title for hit in live.search(Query(source=shelf.source)).hits] == ["new"])
    assert titles(live, old) == ["new"], "the same revision, cleaned anew, is taken"


def test_what_was_not_written_to_the_rebuild_is_gone_after_it(live: Anew) -> None:
    shelf = Shelf(live)
    gone, kept = shelf.article(title="gone"), shelf.article(title="kept")
    shelf.put(gone, kept)
    build = live.rebuild()
    build.upsert([kept])
    build.take_writes()
    build.take_searches()
    assert titles(live, gone, kept) == ["kept"]
    assert live.revisions([gone.id, kept.id]) == {kept.id: kept.revision}
    eventually(lambda: [each.id for each in live.scan(Query())] == [kept.id])
    eventually(lambda: live.status().documents == 1)


def test_what_others_write_after_the_writes_were_taken_is_in_the_new_index(live: Anew, engine: Engine) -> None:
    other, shelf = engine(), Shelf(live)
    build = live.rebuild()
    build.upsert([first := shelf.article(title="first")])
    build.take_writes()
    late, newer = shelf.article(title="late"), msgspec.structs.replace(first, revision=2, title="newer")
    assert [verdict.outcome for verdict in other.upsert([late, newer])] == ["stored", "stored"]
    assert [verdict.outcome for verdict in build.upsert([first, late])] == ["stale", "stale"]
    build.take_searches()
    assert titles(live, late, first) == titles(other, late, first) == ["late", "newer"]
    shelf.wait(late, newer)
    assert other.upsert([late])[0].outcome == "stale"


def test_a_refused_article_does_no_harm_to_a_rebuild(live: Anew) -> None:
    build = live.rebuild()
    verdicts = build.upsert([article(), article(title="\ud800"), article()])
    assert [verdict.outcome for verdict in verdicts] == ["stored", "refused", "stored"]
    build.abandon()


def test_an_abandoned_rebuild_leaves_the_index_as_it_was(live: Anew) -> None:
    shelf = Shelf(live)
    old = shelf.article(title="old")
    shelf.put(old)
    build = live.rebuild()
    build.upsert([stranger := shelf.article(title="stranger")])
    build.abandon()
    build.abandon()
    assert titles(live, old, stranger) == ["old"]
    shelf.put(later := shelf.article(title="later"))
    assert titles(live, old, later) == ["old", "later"]


def test_the_latest_rebuild_wins(live: Anew) -> None:
    shelf = Shelf(live)
    earlier = live.rebuild()
    earlier.upsert([shelf.article()])
    latest = live.rebuild()
    assert earlier.id != latest.id
    for step in (lambda: earlier.upsert([shelf.article()]), earlier.take_writes, earlier.take_searches):
        with pytest.raises(StorageError):
            step()
    earlier.abandon()
    latest.upsert([one := shelf.article(id=uuid.uuid4().hex)])
    latest.take_writes()
    latest.take_searches()
    shelf.wait(one)
    assert [each.id for each in live.scan(Query())] == [one.id]
