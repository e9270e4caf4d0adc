"""What every index keeps: the highest revision of each article, found again by id, in order of time, and counted."""

import threading
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copydesk.events import CleanArticle, Image
from copydesk.index_port import Index
from copydesk.search.query import Query, parse
from tests.contracts.index_engines import Engine
from tests.contracts.index_fixtures import Shelf
from tests.contracts.index_samples import DAY, HOUR, NOON, appeal, article, unique
from tests.support.waiting import eventually

slow_engine = settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def outcomes(index: Index, articles: Iterable[CleanArticle]) -> list[str]:
    return [verdict.outcome for verdict in index.upsert(list(articles))]


def without_time(found: CleanArticle | None) -> CleanArticle | None:
    return found and msgspec.structs.replace(found, indexed_at=None)


FULL = article(
    "First <b>paragraph</b> & so on.", "", "手机 🙂 \0 \x1b \u202e שלום", "  spaces  kept\n\tand lines ",
    title="Title “with” <i>everything</i>", revision=1_700_000_000_123, url="https://a.example/b?c=d",
    canonical_url="https://a.example/b", authors=("A. Writer", "Ö. Ğ"), published_at=NOON - DAY, modified_at=NOON,
    fetched_at=NOON + timedelta(microseconds=123_456), seen_at=NOON - DAY, language="en",
    images=(Image(url="https://a.example/i.png", caption="Café", credit=None), Image()), section="World",
    tags=("a", "b c"), removed=(appeal("Give now."), appeal("")), removed_kinds=("donation_appeal",),
    provenance={"title": "open-graph", "odd.key": "x"}, originals={"published_at": "10. März"}, confidence=0.25,
    paywalled=True, furniture_version="7", notes={"published_at": "Read with the day first"},
    extra={"id": 17, "none": None, "a.b": {"c": [1, 2.5, "x", {"d": []}]}, "id ": "17", "n": (1 << 63) - 1},
)  # fmt: skip


def test_an_article_comes_back_as_it_went_in_with_the_time_of_indexing(index: Index) -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    assert outcomes(index, [FULL]) == ["stored"]
    found = index.get(FULL.id)
    assert found is not None
    assert found.indexed_at is not None
    assert before <= found.indexed_at <= datetime.now(UTC) + timedelta(milliseconds=1)
    assert without_time(found) == FULL


def test_an_article_is_found_by_the_id_of_its_row_where_that_is_of_one_alone(index: Index) -> None:
    given = unique()
    first, second = article(extra={"id": given}), article(extra={"id": f"{given}2"})
    assert outcomes(index, [first, second]) == ["stored", "stored"]
    assert without_time(index.get(given)) == first, "in full, and not as the beginning of the other"
    assert without_time(index.get(f"{given}2")) == second
    assert outcomes(index, [article(extra={"id": given})]) == ["stored"]
    assert index.get(given) is None
    anew = msgspec.structs.replace(second, revision=second.revision + 1, extra={})
    assert outcomes(index, [anew]) == ["stored"]
    assert index.get(f"{given}2") is None


def test_what_an_article_says_of_its_own_indexing_is_ignored(index: Index) -> None:
    claimed = article(indexed_at=NOON)
    assert outcomes(index, [claimed]) == ["stored"]
    found = index.get(claimed.id)
    assert found is not None
    assert found.indexed_at is not None
    assert found.indexed_at > NOON


def test_nothing_is_written_by_writing_nothing(index: Index) -> None:
    assert list(index.upsert([])) == []


def test_a_lower_or_equal_revision_changes_nothing(index: Index) -> None:
    second, again, first = (article(title=title, id="", revision=n) for title, n in (("b", 2), ("c", 2), ("a", 1)))
    key = uuid.uuid4().hex
    second, again, first = (msgspec.structs.replace(each, id=key) for each in (second, again, first))
    assert outcomes(index, [second]) == ["stored"]
    stored = index.get(key)
    assert outcomes(index, [again]) == ["stale"]
    assert outcomes(index, [first]) == ["stale"]
    assert index.get(key) == stored
    assert without_time(stored) == second


def test_a_higher_revision_takes_the_place_of_the_lower(shelf: Shelf) -> None:
    old, new = unique(), unique()
    first = shelf.article(old, title=old, revision=5, language="en", seen_at=NOON)
    second = shelf.article(new, title=new, id=first.id, revision=6, language="fr", seen_at=NOON + DAY)
    shelf.put(first)
    shelf.put(second)
    assert without_time(shelf.index.get(first.id)) == second
    assert shelf.ids(old) == []
    assert shelf.ids(new) == [first.id]
    assert shelf.search().facets == {"source": {shelf.source: 1}, "language": {"fr": 1}, "day": {"2024-03-11": 1}}
    assert [each.id for each in shelf.index.scan(Query(source=shelf.source))] == [first.id]


def test_revisions_of_one_article_in_one_batch_are_taken_in_order(index: Index) -> None:
    key = uuid.uuid4().hex
    batch = [article(id=key, revision=revision, title=str(at)) for at, revision in enumerate((3, 1, 3, 7, 4))]
    assert outcomes(index, batch) == ["stored", "stale", "stale", "stored", "stale"]
    assert without_time(index.get(key)) == batch[3]


@slow_engine
@given(data=st.data())
def test_any_order_of_revisions_ends_with_the_highest(index: Index, data: st.DataObject) -> None:
    prefix = uuid.uuid4().hex
    write = st.tuples(st.integers(0, 3), st.integers(0, 6))
    model: dict[str, CleanArticle] = {}
    for batch in data.draw(st.lists(st.lists(write, max_size=6), max_size=5)):
        articles = [article(id=f"{prefix}{who}", revision=revision, title=unique()) for who, revision in batch]
        expected = []
        for each in articles:
            newer = each.id not in model or each.revision > model[each.id].revision
            expected.append("stored" if newer else "stale")
            if newer:
                model[each.id] = each
        assert outcomes(index, articles) == expected
    ids = [f"{prefix}{who}" for who in range(4)]
    assert {key: found for key in ids if (found := without_time(index.get(key)))} == model
    assert index.revisions(ids) == {key: each.revision for key, each in model.items()}


def test_two_writers_at_once_end_with_the_highest_revision(engine: Engine) -> None:
    ids = [uuid.uuid4().hex for _ in range(20)]
    failures: list[BaseException] = []

    def write(revisions: range) -> None:
        index = engine()
        try:
            for revision in revisions:
                index.upsert([article(id=key, revision=revision) for key in ids])
        except BaseException as error:
            failures.append(error)
            raise

    writers = [threading.Thread(target=write, args=(range(start, 24, 2),)) for start in (0, 1)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert not failures
    assert engine().revisions(ids) == dict.fromkeys(ids, 23)


UNUSABLE = [
    article(title="half \ud800 of a pair"),
    article("a paragraph \udfff"),
    article(removed=(appeal("\ud800"),)),
    article(id="lone" + "\udc00" + uuid.uuid4().hex),
    article(revision=-1),
    article(revision=1 << 63),
]


@pytest.mark.parametrize("bad", UNUSABLE, ids=["title", "text", "removed", "id", "negative", "too-large"])
def test_a_refused_article_does_not_harm_its_neighbours(shelf: Shelf, bad: CleanArticle) -> None:
    left, right = shelf.article(), shelf.article()
    verdicts = shelf.index.upsert([left, bad, right])
    assert [verdict.outcome for verdict in verdicts] == ["stored", "refused", "stored"]
    assert verdicts[1].reason
    shelf.wait(left, right)
    assert set(shelf.ids()) == {left.id, right.id}
    assert shelf.index.get(bad.id) is None


def test_a_refused_revision_leaves_the_stored_one(index: Index) -> None:
    good = article(revision=1)
    assert outcomes(index, [good]) == ["stored"]
    assert outcomes(index, [msgspec.structs.replace(good, revision=2, title="\ud800")]) == ["refused"]
    assert without_time(index.get(good.id)) == good


def test_an_article_of_a_megabyte_is_stored_and_found(shelf: Shelf) -> None:
    needle = unique()
    large = shelf.article(*["Words by the thousand, 手机 too. " * 900] * 30, needle)
    shelf.put(large)
    assert without_time(shelf.index.get(large.id)) == large
    assert shelf.ids(needle) == [large.id]


def test_an_article_without_any_text_is_stored(shelf: Shelf) -> None:
    empty = article(source=shelf.source, title="", language=None)
    shelf.put(empty)
    assert [hit.article.id for hit in shelf.index.search(Query(source=shelf.source)).hits] == [empty.id]


def test_an_id_may_be_cut_short_while_it_is_unique(index: Index) -> None:
    common = uuid.uuid4().hex[:10]
    first, second, longer = (article(id=common + rest) for rest in ("a1", "a2", "a1x"))
    assert outcomes(index, [first, second, longer]) == ["stored"] * 3
    assert without_time(index.get(first.id)) == first, "a whole id is no prefix of another"
    assert without_time(index.get(common + "a2")) == second
    assert without_time(index.get(longer.id[:-1] + "x")) == longer
    assert index.get(common) is None, "three have it"
    assert [index.count_ids(begun) for begun in (common, first.id, longer.id, f"{longer.id}0")] == [3, 2, 1, 0]
    lonely = article(id=uuid.uuid4().hex)
    assert outcomes(index, [lonely]) == ["stored"]
    eventually(lambda: index.get(lonely.id[:12]) is not None)
    assert without_time(index.get(lonely.id[:12])) == lonely
    assert index.get(lonely.id[:5]) is None, "too short to mean one article"
    assert index.get(lonely.id + "0") is None


@pytest.mark.parametrize(
    "text", ["", "x", "nobody", "*", "??????", "______", "%%%%%%", "\0" * 6, "\ud800" * 6, "a" * 3000]
)
def test_an_unknown_id_finds_nothing(index: Index, text: str) -> None:
    assert index.get(text) is None
    assert index.count_ids(text + "none") == 0


@pytest.mark.parametrize("odd", ["a b/c?d#e", "'\"\\", "ключ", "手机", "%2F", "..", "_id", "🙂"])
def test_any_text_may_be_an_id(index: Index, odd: str) -> None:
    one = article(id=f"{uuid.uuid4().hex}{odd}")
    assert outcomes(index, [one]) == ["stored"]
    assert without_time(index.get(one.id)) == one
    assert index.revisions([one.id]) == {one.id: one.revision}


def test_revisions_of_many_ids_are_found_at_once(index: Index) -> None:
    known = [article(revision=number) for number in range(1, 701)]
    assert set(outcomes(index, known)) == {"stored"}
    unknown = [uuid.uuid4().hex for _ in range(900)]
    expected = {each.id: each.revision for each in known}
    assert index.revisions([*unknown, *expected, *expected, "\ud800", ""]) == expected
    assert index.revisions([]) == {}


def test_what_stands_of_many_ids_is_read_at_once(index: Index) -> None:
    stored = [article(revision=number + 1) for number in range(250)]
    assert set(outcomes(index, stored)) == {"stored"}
    ids = [each.id for each in stored]
    found = index.standing([*ids, unique(), ids[0][:20], ids[0], "\ud800", ""])
    assert {key: without_time(each) for key, each in found.items()} == {each.id: each for each in stored}
    assert index.standing([]) == {}


def test_a_scan_goes_by_time_then_id_and_ignores_limit_and_sort(shelf: Shelf) -> None:
    articles = [shelf.article(seen_at=NOON + number % 7 * HOUR) for number in range(250)]
    shelf.put(*articles)
    found = list(shelf.index.scan(Query(source=shelf.source, limit=3, offset=2, sort="newest")))
    keys = [(each.seen_at, each.id) for each in found]
    assert keys == sorted((each.seen_at, each.id) for each in articles)
    assert all(each.indexed_at for each in found)


def test_a_scan_takes_words_and_filters(shelf: Shelf) -> None:
    word = unique()
    yes = [shelf.article(word, language="fr", seen_at=NOON + number * HOUR) for number in range(3)]
    no = [
        shelf.article(language="fr"),
        shelf.article(word, language="de"),
        shelf.article(word, language="fr", seen_at=NOON + DAY),
    ]
    shelf.put(*no, *yes)
    query = Query(parse(word), language="fr", since=NOON, until=NOON + DAY)
    assert [each.id for each in shelf.index.scan(query)] == [each.id for each in yes]
    assert list(shelf.index.scan(Query(source="\ud800"))) == []
    assert list(shelf.index.scan(Query(source=unique()))) == []


def test_a_scan_goes_on_while_others_write_and_may_be_left(shelf: Shelf) -> None:
    articles = [shelf.article(seen_at=NOON + number * HOUR) for number in range(120)]
    shelf.put(*articles)
    scan, left = (shelf.index.scan(Query(source=shelf.source)) for _ in range(2))
    first = list(islice(scan, 10))
    assert len(list(islice(left, 5))) == 5
    later = shelf.article(seen_at=NOON + 500 * HOUR)
    shelf.put(later)
    ids = [each.id for each in [*first, *scan]]
    assert [key for key in ids if key != later.id] == [each.id for each in articles]


def test_the_status_counts_documents_and_knows_the_newest(index: Index) -> None:
    before = index.status()
    written = [article() for _ in range(7)]
    assert outcomes(index, written) == ["stored"] * 7
    assert outcomes(index, [msgspec.structs.replace(each, revision=2) for each in written[:3]]) == ["stored"] * 3
    assert outcomes(index, written) == ["stale"] * 7
    eventually(lambda: index.status().documents == before.documents + 7)
    after = index.status()
    newest = max(found.indexed_at for each in written if (found := index.get(each.id)) and found.indexed_at)
    assert after.newest_indexed_at is not None
    assert abs(after.newest_indexed_at - newest) <= timedelta(milliseconds=1)
    assert after.size_bytes > 0
    assert after.waiting == ""


def test_another_client_sees_what_was_written(engine: Engine) -> None:
    written = article()
    writer, reader = engine(), engine()
    assert outcomes(writer, [written]) == ["stored"]
    writer.close()
    assert without_time(reader.get(written.id)) == written
    reader.close()
    reader.close()


def test_times_of_any_year_are_kept_in_order(shelf: Shelf) -> None:
    instants = [datetime(year, 1, 1, tzinfo=UTC) for year in (1, 1905, 1969, 1970, 2038, 9999)]
    assert all(early < late for early, late in pairwise(instants))
    shelf.put(*(shelf.article(seen_at=each, fetched_at=each) for each in reversed(instants)))
    assert [each.seen_at for each in shelf.index.scan(Query(source=shelf.source))] == instants
    assert list(shelf.search().facets["day"]) == [each.date().isoformat() for each in instants]
