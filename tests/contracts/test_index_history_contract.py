"""What every index keeps of the past of its articles: their revisions, what changed, their other addresses."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from copydesk.events import Changes, CleanArticle
from copydesk.identity import article_id, content_hash
from copydesk.index_port import Index, StoredRevision
from copydesk.log_port import EventPlace
from copydesk.pipeline import CLEAN
from tests.contracts.index_engines import Engine
from tests.contracts.index_fixtures import Shelf
from tests.contracts.index_samples import HOUR, NOON
from tests.support.waiting import eventually

FERRY = "The ferry will sail again from Monday, the harbour office said after the talks on Friday."
TIDE = "The tide came higher than anybody in the village of Brackwater could remember that night."


def told(shelf: Shelf, revision: int, *paragraphs: str, **fields: Any) -> CleanArticle:
    """Return a revision of an article of the shelf's, fetched so many hours after noon."""
    whole = shelf.article(*paragraphs, revision=revision, fetched_at=NOON + revision * HOUR, **fields)
    return msgspec.structs.replace(whole, content_hash=content_hash(whole.title, *whole.paragraphs))


def place(offset: int) -> EventPlace:
    """Return a place in the log."""
    return EventPlace(CLEAN, 3, offset)


def revisions(index: Index, article: CleanArticle) -> list[tuple[int, EventPlace | None]]:
    """Return the revisions that an index keeps of an article, and their places."""
    return [(row.revision, row.place) for row in index.history(article.id)]


def test_a_revision_is_kept_with_its_title_hash_and_place(shelf: Shelf) -> None:
    one = told(shelf, 7, FERRY, title="Ferry back")
    shelf.index.upsert([one], (), [place(41)])
    assert list(shelf.index.history(one.id)) == [
        StoredRevision(7, one.fetched_at, one.content_hash, "Ferry back", place(41))
    ]
    found = shelf.index.get(one.id)
    assert found is not None
    assert (found.changed_at, found.changes) == (None, None)
    assert list(shelf.index.history(uuid.uuid4().hex)) == []


def test_each_text_leaves_a_row_and_writing_again_leaves_no_other(shelf: Shelf) -> None:
    key = uuid.uuid4().hex
    story = [told(shelf, at, FERRY.replace("Monday", day), id=key) for at, day in ((1, "Monday"), (2, "Tuesday"))]
    for _ in range(3):
        for at, each in enumerate(story):
            shelf.index.upsert([each], (), [place(at)])
    shelf.index.upsert(story, (), [place(0), place(1)])
    assert revisions(shelf.index, story[0]) == [(1, place(0)), (2, place(1))]


def test_several_revisions_in_one_batch_are_all_kept(shelf: Shelf) -> None:
    key = uuid.uuid4().hex
    story = [told(shelf, at, FERRY.replace("Monday", f"the {at}th"), id=key) for at in (1, 2, 3)]
    shelf.index.upsert(story, (), [place(at) for at in (1, 2, 3)])
    assert [at for at, _ in revisions(shelf.index, story[0])] == [1, 2, 3]
    found = shelf.index.get(key)
    assert found is not None
    assert found.changes == Changes(count=2, classes=("number",))
    assert found.changed_at == NOON + 3 * HOUR


def test_of_a_text_that_does_not_change_the_first_and_the_last_are_kept(shelf: Shelf) -> None:
    key = uuid.uuid4().hex
    for at in range(1, 6):
        shelf.index.upsert([told(shelf, at, FERRY, id=key)], (), [place(at)])
    found = shelf.index.get(key)
    assert found is not None
    assert revisions(shelf.index, found) == [(1, place(1)), (5, place(5))]
    assert (found.revision, found.changed_at, found.changes) == (5, None, None)


def test_what_changed_is_on_the_article_and_trivial_changes_leave_it_as_it_was(shelf: Shelf) -> None:
    key = uuid.uuid4().hex
    steps: list[tuple[dict[str, Any], datetime | None, tuple[str, ...]]] = [
        ({"title": "Ferry back"}, None, ()),
        ({"title": "Ferry sails again"}, NOON + 2 * HOUR, ("headline",)),
        ({"title": "Ferry sails again!"}, NOON + 2 * HOUR, ("headline",)),
        ({"title": "Ferry sails again", "more": (TIDE,)}, NOON + 4 * HOUR, ("headline", "added")),
    ]
    for at, (fields, changed_at, classes) in enumerate(steps, 1):
        given = dict(fields)
        shelf.index.upsert([told(shelf, at, FERRY, *given.pop("more", ()), id=key, **given)])
        found = shelf.index.get(key)
        assert found is not None
        assert (found.changed_at, found.changes.classes if found.changes else ()) == (changed_at, classes)
    assert found is not None
    assert found.changes is not None
    assert found.changes.count == 2


def test_a_search_finds_what_changed_lately_and_how(shelf: Shelf) -> None:
    same, retitled, counted = uuid.uuid4().hex, uuid.uuid4().hex, uuid.uuid4().hex
    first = [told(shelf, 1, FERRY, "It had been away for 12 days.", id=key) for key in (same, retitled, counted)]
    shelf.put(*first)
    shelf.put(
        told(shelf, 2, FERRY, "It had been away for 12 days.", id=retitled, title="Another headline altogether"),
        told(shelf, 5, FERRY, "It had been away for 14 days.", id=counted),
    )
    assert set(shelf.ids()) == {same, retitled, counted}
    assert shelf.ids(changed_since=NOON + 5 * HOUR) == [counted]
    assert set(shelf.ids(changed_since=NOON)) == {retitled, counted}
    assert shelf.ids(changes="headline") == [retitled]
    assert shelf.ids(changes="number") == [counted]
    assert shelf.ids(changes="number", changed_since=NOON + 5 * HOUR + timedelta(seconds=1)) == []
    assert shelf.search(changes="headline").total == 1


def test_an_article_is_found_by_its_other_addresses(shelf: Shelf) -> None:
    url, canonical = f"https://{shelf.source}/story?page=full", f"https://{shelf.source}/story"
    asked = f"https://go.{shelf.source}/x/91"
    one = told(
        shelf, 1, FERRY, id=article_id(url=url, canonical=canonical), url=url, canonical_url=canonical,
        requested_url=asked,
    )  # fmt: skip
    shelf.put(one)
    for address in (url, canonical, asked):
        found = shelf.index.get(article_id(url=address))
        assert found is not None, address
        assert found.id == one.id
    moved = told(shelf, 2, FERRY, id=one.id, url=canonical, canonical_url=canonical)
    shelf.put(moved)
    eventually(lambda: shelf.index.get(article_id(url=asked)) is None)


@pytest.mark.parametrize("kept_in_log", ["everything", "the last revision", "nothing"])
def test_a_rebuild_keeps_what_was_known(engine: Engine, kept_in_log: str) -> None:
    live = engine()
    shelf, key = Shelf(live), uuid.uuid4().hex
    story = [told(shelf, at, FERRY.replace("Monday", day), id=key) for at, day in ((1, "Monday"), (2, "9 May"))]
    story.append(told(shelf, 3, TIDE, id=key))
    live.upsert(story, (), [place(at) for at in (1, 2, 3)])
    before, rows = live.get(key), list(live.history(key))
    build = live.rebuild()
    read = {"everything": story, "the last revision": story[-1:], "nothing": []}[kept_in_log]
    build.upsert(read, (), [place(each.revision) for each in read])
    build.take_writes()
    build.upsert(list(build.lacking()))
    build.take_searches()
    after = live.get(key)
    assert before is not None
    assert after is not None
    assert before.changes is not None
    assert (after.changed_at, after.changes) == (before.changed_at, before.changes)
    assert list(live.history(key)) == rows


def test_what_is_written_while_a_rebuild_takes_over_has_its_past(engine: Engine) -> None:
    live = engine()
    shelf, key = Shelf(live), uuid.uuid4().hex
    one, two, three = (told(shelf, at, FERRY.replace("Monday", f"the {at}th"), id=key) for at in (1, 2, 3))
    live.upsert([one, two], (), [place(1), place(2)])
    build = live.rebuild()
    build.upsert([one], (), [place(1)])
    build.take_writes()
    live.upsert([three], (), [place(3)])
    build.upsert([two], (), [place(2)])
    build.take_searches()
    assert revisions(live, one) == [(1, place(1)), (2, place(2)), (3, place(3))]
    found = live.get(key)
    assert found is not None
    assert found.changes == Changes(count=2, classes=("number",))
