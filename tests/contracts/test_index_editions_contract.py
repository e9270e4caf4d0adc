"""What an index keeps of editions: the highest (revision, edition), and of what is withdrawn nothing but its place."""

import itertools
import threading

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copydesk.consumers.new_editions import withdrawn_article
from copydesk.consumers.reindex import reindex
from copydesk.events import CleanArticle
from copydesk.index_port import Index
from copydesk.search.query import Query
from tests.contracts.index_engines import Engine
from tests.contracts.index_fixtures import Shelf
from tests.contracts.index_samples import article, unique
from tests.contracts.test_reindex_contract import publish
from tests.support.fakes import MemoryLog
from tests.support.waiting import eventually

few = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def edition(first: CleanArticle, number: int, **fields: object) -> CleanArticle:
    return msgspec.structs.replace(first, edition=number, title=f"edition {number}", **fields)


def outcome(index: Index, one: CleanArticle) -> str:
    [verdict] = index.upsert([one])
    return verdict.outcome


def stands(index: Index, article_id: str) -> tuple[int, int] | None:
    found = index.standing([article_id]).get(article_id)
    return found and found.version


def test_a_higher_edition_takes_the_place_of_the_same_revision(shelf: Shelf) -> None:
    first = shelf.article("before", revision=7)
    shelf.put(first)
    assert outcome(shelf.index, edition(first, 1, paragraphs=(shelf.word, "afterwards"))) == "stored"
    assert outcome(shelf.index, edition(first, 1)) == "stale"
    assert outcome(shelf.index, first) == "stale"
    found = shelf.index.get(first.id)
    assert found is not None
    assert (found.title, found.version) == ("edition 1", (7, 1))
    assert shelf.index.revisions([first.id]) == {first.id: 7}
    eventually(lambda: shelf.ids("afterwards") == [first.id])
    assert shelf.ids("before") == []


def test_a_higher_revision_wins_over_any_edition(index: Index) -> None:
    first = article(revision=7)
    assert outcome(index, edition(first, 500)) == "stored"
    later = msgspec.structs.replace(first, revision=8, title="later")
    assert outcome(index, later) == "stored"
    assert outcome(index, edition(first, 501)) == "stale"
    assert stands(index, first.id) == (8, 0)


def test_editions_of_one_article_in_one_batch_are_taken_in_order(index: Index) -> None:
    first = article(revision=7)
    batch = [first, edition(first, 2), edition(first, 1), msgspec.structs.replace(first, revision=6, edition=9)]
    assert [verdict.outcome for verdict in index.upsert(batch)] == ["stored", "stored", "stale", "stale"]
    assert stands(index, first.id) == (7, 2)


@few
@given(data=st.data())
def test_any_order_ends_with_the_highest_version(index: Index, data: st.DataObject) -> None:
    first = article()
    versions = data.draw(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.booleans()), min_size=1))
    known: dict[tuple[int, int], bool] = {}
    for revision, number, gone in versions:  # an event of a version is always the same one
        known.setdefault((revision, number), gone)
    for revision, number, _ in versions:
        one = msgspec.structs.replace(first, revision=revision, edition=number)
        index.upsert([withdrawn_article(one, number, "no article") if known[revision, number] else one])
    highest = max(known)
    assert stands(index, first.id) == highest
    assert (index.get(first.id) is None) == known[highest]


def test_what_is_withdrawn_is_found_by_nothing_and_keeps_its_place(shelf: Shelf) -> None:
    kept, gone = (shelf.article(revision=7, extra={"id": unique()}) for _ in range(2))
    shelf.put(kept, gone)
    documents = shelf.index.status().documents
    withdrawn = withdrawn_article(gone, 1, "The page is a list")
    assert outcome(shelf.index, withdrawn) == "stored"
    assert outcome(shelf.index, withdrawn) == "stale"
    assert outcome(shelf.index, gone) == "stale", "as it comes again when the indexer was killed"
    eventually(lambda: shelf.ids() == [kept.id])
    assert shelf.index.get(gone.id) is None
    assert shelf.index.get(gone.id[:20]) is None
    assert shelf.index.get(str(gone.given_id)) is None
    assert shelf.index.count_ids(gone.id) == 0
    assert shelf.index.revisions([kept.id, gone.id]) == {kept.id: 7}
    assert [each.id for each in shelf.index.scan(Query(source=shelf.source))] == [kept.id]
    assert shelf.index.status().documents == documents - 1
    standing = shelf.index.standing([gone.id])[gone.id]
    assert (standing.withdrawn, standing.version, standing.paragraphs) == ("The page is a list", (7, 1), ())


@pytest.mark.parametrize("again", [{"edition": 2}, {"revision": 8, "edition": 0}])
def test_a_higher_version_of_what_is_withdrawn_enters_again(shelf: Shelf, again: dict[str, int]) -> None:
    first = shelf.article(revision=7)
    shelf.put(first)
    shelf.index.upsert([withdrawn_article(first, 1, "no article")])
    eventually(lambda: shelf.ids() == [])
    documents = shelf.index.status().documents
    back = msgspec.structs.replace(first, title="back", **again)
    shelf.put(back)
    assert shelf.index.status().documents == documents + 1
    assert stands(shelf.index, first.id) == back.version
    shelf.index.upsert([withdrawn_article(back, back.edition + 1, "no article")])
    eventually(lambda: shelf.ids() == [])


def test_what_is_withdrawn_before_it_was_ever_seen_never_comes_in(index: Index) -> None:
    first = article(revision=7)
    assert outcome(index, withdrawn_article(first, 3, "no article")) == "stored"
    assert outcome(index, first) == "stale"
    assert index.get(first.id) is None


def test_an_edition_touches_neither_changes_nor_history(shelf: Shelf) -> None:
    first = shelf.article("The council voted for the bridge.", revision=7)
    second = msgspec.structs.replace(
        first, revision=8, title="Another headline", content_hash="1" * 32, paragraphs=("It fell by 40 votes.",)
    )
    shelf.index.upsert([first])
    shelf.index.upsert([second])
    before, history = shelf.index.get(first.id), shelf.index.history(first.id)
    assert before is not None
    assert before.changes is not None
    for number, paragraphs in ((1, ("It fell.",)), (3, ())):
        if number == 3:
            shelf.index.upsert([withdrawn_article(second, 2, "no article")])
        shelf.index.upsert([edition(second, number, content_hash=str(number) * 32, paragraphs=paragraphs)])
        found = shelf.index.get(first.id)
        assert found is not None
        assert (found.changed_at, found.changes) == (before.changed_at, before.changes)
        assert shelf.index.history(first.id) == history


def test_a_rebuild_comes_to_the_same_editions(engine: Engine) -> None:
    log, index, shelf = MemoryLog(), engine(), Shelf(engine())
    first = [shelf.article(revision=7) for _ in range(60)]
    raised = [edition(each, 1) for each in first[:20]]
    gone = [withdrawn_article(each, 1, "no article") for each in first[20:40]]
    back = [edition(each, 2) for each in first[30:40]]
    events = [*first, *raised, *gone, *back]
    lost = [shelf.article(revision=3) for _ in range(4)]  # events that the log no longer holds
    lost_editions = [edition(lost[0], 1), withdrawn_article(lost[1], 1, "no article"), lost[2]]
    for each in (*events, *lost, *lost_editions):
        index.upsert([each])
    publish(log, *events)
    publish(log, lost[1])  # an old event of what was withdrawn
    expected = {key: each.version for key, each in index.standing([each.id for each in (*first, *lost)]).items()}
    shown = {each.id for each in (*first[:20], *first[30:], *lost[2:], lost[0])}
    for _ in range(2):
        assert reindex(log, index, threading.Event())
        assert {key: each.version for key, each in index.standing(list(expected)).items()} == expected
        eventually(lambda: {each.id for each in index.scan(Query(source=shelf.source))} == shown)
    assert {index.upsert([each])[0].outcome for each in itertools.chain(events, lost, lost_editions)} == {"stale"}
