"""Items across polls: each once, each edit once, whatever happens to guids, addresses and caches."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.identity import article_id
from copydesk.producers.feeds.formats.items import Item
from copydesk.producers.feeds.new_items import (
    FORGET_AFTER_DAYS,
    MOST_GONE,
    Comparison,
    compare_items,
    recognise,
)
from copydesk.producers.feeds.state import (
    FeedState,
    Seen,
    feed_key,
    read_head,
    read_shard,
    shard_of,
    shards_for,
    split,
    write,
)

T0 = 1_780_000_000_000


class Reader:
    """Polls one feed again and again."""

    def __init__(self) -> None:
        self.seen: dict[str, Seen] = {}
        self.at = T0

    def poll(self, *items: Item, later: int = 60_000, **options: bool) -> list[tuple[str, str]]:
        """Return what one version of the document brings: kind and title of each piece of news."""
        return [(each.kind, each.item.title) for each in self.judged(items, later, **options).news]

    def judged(self, items: Sequence[Item], later: int = 60_000, **options: bool) -> Comparison:
        """Return the same, whole."""
        self.at += later
        found = compare_items(recognise(items, "post.example"), self.seen, self.at, **options)
        self.seen = found.seen
        return found


def item(n: int, title: str = "", **fields: object) -> Item:
    """Return an item of its own."""
    defaults: dict[str, object] = {
        "guid": f"g{n}", "url": f"https://post.example/{n}", "title": title or f"Title {n}", "summary": f"Words {n}"
    }  # fmt: skip
    return Item(**(defaults | fields))  # type: ignore[arg-type]


def day(n: int) -> datetime:
    """Return an instant."""
    return datetime(2026, 5, 1, tzinfo=UTC) + timedelta(days=n)


def test_the_first_poll_takes_every_item_and_the_next_takes_none() -> None:
    reader = Reader()
    assert reader.poll(item(1), item(2)) == [("new", "Title 1"), ("new", "Title 2")]
    assert reader.poll(item(1), item(2)) == []
    assert reader.poll(item(3), item(1)) == [("new", "Title 3")]
    assert reader.poll(item(2)) == [], "an item that comes back is not new"


def test_an_edit_is_a_higher_revision_of_the_same_article() -> None:
    reader = Reader()
    first = reader.judged([item(1)]).news[0]
    edit = reader.judged([item(1, "Better title")]).news[0]
    assert (edit.kind, edit.id, edit.moved) == ("edit", first.id, False)
    assert edit.revision > first.revision
    assert first.id == article_id(url="https://post.example/1")
    assert reader.poll(item(1, "Better title")) == []


def test_a_revision_grows_though_the_clock_goes_back() -> None:
    reader = Reader()
    first = reader.judged([item(1)]).news[0]
    edit = reader.judged([item(1, "Edited")], later=-86_400_000).news[0]
    assert edit.revision == first.revision + 1


def test_an_older_cached_copy_is_no_edit() -> None:
    reader = Reader()
    reader.poll(item(1, "v1"))
    assert reader.poll(item(1, "v2")) == [("edit", "v2")]
    assert reader.poll(item(1, "v1")) == [], "a text it had before"
    assert reader.poll(item(1, "v2")) == []
    assert reader.poll(item(1, "v3")) == [("edit", "v3")]
    assert reader.poll(item(1, "v1"), item(2)) == [("new", "Title 2")]


def test_dates_of_change_tell_an_old_copy_from_an_edit_and_a_revert_from_an_old_copy() -> None:
    reader = Reader()
    reader.poll(item(1, "v2", modified_at=day(2)))
    assert reader.poll(item(1, "v1", modified_at=day(1))) == []
    assert reader.poll(item(1, "v3", modified_at=day(3))) == [("edit", "v3")]
    assert reader.poll(item(1, "v2", modified_at=day(4))) == [("edit", "v2")], "taken back, and said so"
    assert reader.poll(item(1, "v3", modified_at=day(3))) == []


def test_an_older_document_brings_new_items_but_no_edits() -> None:
    reader = Reader()
    reader.poll(item(1, "v2"))
    assert reader.poll(item(1, "v0"), item(9), stale=True) == [("new", "Title 9")]


def test_markup_and_addresses_in_the_text_are_no_edit() -> None:
    reader = Reader()
    reader.poll(item(1, content="<p>Same <b>words</b></p>", published_at=day(0)))
    assert reader.poll(item(1, content="<div>Same words<img src='x?cb=7'></div>", published_at=day(1))) == []
    assert reader.poll(item(1, content="<p>Other words</p>")) == [("edit", "Title 1")]


def test_guids_that_change_at_every_visit_do_not_double_or_pile_up() -> None:
    reader = Reader()
    reader.poll(item(1, guid="a"), item(2, guid="b"))
    size = len(reader.seen)
    for visit in range(50):
        assert reader.poll(item(1, guid=f"a{visit}"), item(2, guid=f"b{visit}")) == []
    assert len(reader.seen) == size
    assert reader.poll(item(1, "Edited", guid="z")) == [("edit", "Edited")]


def test_addresses_that_change_under_one_guid_stay_one_article() -> None:
    reader = Reader()
    first = reader.judged([item(1)]).news[0]
    assert reader.poll(item(1, url="https://post.example/new-slug")) == []
    edit = reader.judged([item(1, "Edited", url="https://post.example/new-slug")]).news[0]
    assert (edit.kind, edit.id, edit.moved) == ("edit", first.id, True)


def test_a_guid_that_is_an_address_knows_the_item_when_its_link_changes() -> None:
    reader = Reader()
    reader.poll(item(1, guid="https://post.example/1"))
    assert reader.poll(item(1, guid="https://post.example/1", url="https://post.example/1-long")) == []


def test_guids_that_repeat_in_a_feed_name_nothing() -> None:
    reader = Reader()
    items = [item(n, guid="same") for n in range(3)]
    assert len(reader.poll(*items)) == 3
    assert reader.poll(*items) == []
    assert reader.poll(item(1, "Edited", guid="same"), items[0], items[2]) == [("edit", "Edited")]


def test_a_guid_given_out_anew_is_a_new_item() -> None:
    reader = Reader()
    reader.poll(item(1, guid="1"))
    assert reader.poll(item(2, guid="1")) == [("new", "Title 2")]
    assert reader.poll(item(2, guid="1")) == []


def test_addresses_that_repeat_in_a_feed_name_nothing() -> None:
    reader = Reader()
    live = [item(n, url="https://post.example/live") for n in range(3)]
    news = reader.judged(live).news
    assert len({each.id for each in news}) == 3, "three articles though one address"
    assert reader.poll(*live) == []


def test_items_without_guid_and_address_are_known_by_their_words() -> None:
    reader = Reader()
    bare = Item(title="Tide table", summary="High at noon")
    first = reader.judged([bare, bare])
    assert len(first.news) == 1
    assert first.news[0].source == "post.example"
    assert reader.poll(bare) == []
    assert reader.poll(Item(title="Tide table", summary="High at one")) == [("new", "Tide table")]


def test_an_item_listed_in_two_versions_counts_as_its_latest() -> None:
    reader = Reader()
    assert reader.poll(item(1, "old", modified_at=day(1)), item(1, "new", modified_at=day(2))) == [("new", "new")]
    assert reader.poll(item(1, "new", modified_at=day(2)), item(1, "old", modified_at=day(1))) == []


def test_items_on_other_sites_belong_to_those() -> None:
    known = recognise([item(1, url="https://www.other.example/a")], "post.example")
    assert known[0].source == "other.example"


def test_a_later_date_alone_is_an_edit_where_dates_count() -> None:
    reader = Reader()
    items = [item(n, modified_at=day(1)) for n in range(20)]
    reader.poll(*items, by_date=True)
    bumped = item(3, modified_at=day(2))
    assert reader.poll(*items[:3], bumped, *items[4:], by_date=True) == [("edit", "Title 3")]
    assert reader.poll(*items[:3], bumped, *items[4:], by_date=True) == []
    assert Reader().poll(bumped, by_date=True) == [("new", "Title 3")]


def test_dates_that_all_change_at_once_say_nothing() -> None:
    reader = Reader()
    for number in range(5):
        news = reader.poll(*(item(n, modified_at=day(number)) for n in range(20)), by_date=True)
        assert len(news) == (20 if number == 0 else 0)


def test_what_is_gone_for_long_is_forgotten_and_never_too_much_is_kept() -> None:
    reader = Reader()
    reader.poll(*(item(n) for n in range(10)))
    reader.poll(item(1))
    assert len(reader.seen) == 20
    reader.poll(item(1), later=(FORGET_AFTER_DAYS + 1) * 86_400_000)
    assert len(reader.seen) == 2
    many = {f"g{n:015x}": Seen("h", "i", 1, 0, n) for n in range(1, MOST_GONE + 500)}
    kept = compare_items([], many, 86_400_000).seen
    assert len(kept) == MOST_GONE
    assert "g000000000000001" not in kept, "the longest gone goes first"


def test_a_feed_of_fifty_thousand_items_is_taken_once() -> None:
    known = recognise([item(n) for n in range(50_000)], "post.example")
    first = compare_items(known, {}, T0)
    assert len(first.news) == 50_000
    second = compare_items(known, first.seen, T0 + 60_000)
    assert second.news == []
    assert first.seen == second.seen
    third = compare_items([*known, *recognise([item(50_001)], "post.example")], first.seen, T0 + 60_000)
    assert [each.item.title for each in third.news] == ["Title 50001"]
    parts = split(first.seen, shards_for(len(first.seen), 1))
    assert len(parts) == 256
    assert max(len(write(part)) for part in parts) < 100_000, "no shard is near a message limit"
    assert {key: each for part in parts for key, each in read_shard(write(part)).items()} == first.seen


def test_shards_grow_and_never_shrink() -> None:
    assert [shards_for(n, 1) for n in (0, 600, 601, 9_600, 9_601, 10**6)] == [1, 1, 16, 16, 256, 256]
    assert shards_for(10, 16) == 16
    assert {shard_of(f"g{n:015x}", 16) for n in range(0, 1 << 50, 1 << 44)} <= set(range(16))


def test_state_survives_writing_and_unreadable_state_is_no_state() -> None:
    head = FeedState(name="Post", etag='"1"', next_at=12.5, retired=True)
    assert read_head(write(head)) == head
    assert read_head(b'{"name": 3}') is None
    assert read_head(None) is None
    assert read_shard(b"\xff") == {}
    key = feed_key("https://me:secret@post.example/rss?token=abc")
    assert key.startswith("post.example:")
    assert "secret" not in key
    assert "abc" not in key
    assert key != feed_key("https://post.example/rss")


@settings(max_examples=150)
@given(
    st.lists(
        st.lists(
            st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(0, 9)), max_size=6, unique_by=lambda t: t[0]
        ),
        max_size=8,
    )
)
def test_no_text_of_an_item_is_ever_sent_twice(polls: list[list[tuple[int, int, int]]]) -> None:
    reader, sent, revisions = Reader(), set(), dict[str, int]()
    for document in polls:
        items = [item(n, f"{n} v{version}", guid=f"g{n}-{guid}") for n, version, guid in document]
        for news in reader.judged(items).news:
            assert (news.id, news.item.title) not in sent
            sent.add((news.id, news.item.title))
            assert news.revision > revisions.get(news.id, 0)
            revisions[news.id] = news.revision
    assert len(revisions) == len({n for document in polls for n, _, _ in document})
