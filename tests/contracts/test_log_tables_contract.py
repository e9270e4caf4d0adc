"""What every log keeps in a compacted topic: the latest value of each key, read as a table."""

from copydesk.log_port import Message
from tests.contracts.log_helpers import LogUnderTest


def test_a_table_has_the_latest_value_of_each_key(tested: LogUnderTest) -> None:
    topic = tested.topic("state", compacted=True)
    empty = tested.log.table(topic)
    assert empty.get("a") is None
    assert list(empty.items()) == []
    tested.log.publish(topic, [Message("a", b"1", {}), Message("b", b"1", {}), Message("a", b"2", {})])
    tested.log.publish(topic, [Message("b", b"2", {}), Message("ключ 🙂", b"x" * 5000, {}), Message("", b"", {})])
    table = tested.log.table(topic)
    table.refresh()
    wanted = {"a": b"2", "b": b"2", "ключ 🙂": b"x" * 5000, "": b""}
    assert dict(table.items()) == wanted
    assert {key: table.get(key) for key in wanted} == wanted
    assert table.get("c") is None


def test_no_value_removes_a_key_from_a_table_until_it_is_published_again(tested: LogUnderTest) -> None:
    topic = tested.topic("state", compacted=True)
    table = tested.log.table(topic)
    tested.log.publish(topic, [Message("a", b"1", {}), Message("b", b"1", {}), Message("a", None, {})])
    tested.log.publish(topic, [Message("never there", None, {})])
    table.refresh()
    assert dict(table.items()) == {"b": b"1"}
    assert table.get("a") is None
    tested.log.publish(topic, [Message("a", b"3", {})])
    table.refresh()
    assert table.get("a") == b"3"


def test_a_refreshed_table_has_what_other_clients_published(tested: LogUnderTest) -> None:
    topic, other = tested.topic("state", compacted=True), tested.client()
    table = tested.log.table(topic)
    table.refresh()
    for number in range(20):
        other.publish(topic, [Message("a", b"%d" % number, {})])
        table.refresh()
        assert table.get("a") == b"%d" % number


def test_a_large_table_is_whole(tested: LogUnderTest) -> None:
    topic = tested.topic("state", compacted=True)
    for turn in (b"old", b"new"):
        tested.log.publish(topic, [Message(f"key {number}", turn, {}) for number in range(1000)])
    table = tested.log.table(topic)
    table.refresh()
    found = list(table.items())
    assert len(found) == 1000
    assert dict(found) == {f"key {number}": b"new" for number in range(1000)}


def test_two_topics_do_not_mix(tested: LogUnderTest) -> None:
    one, other = tested.topic("one", compacted=True), tested.topic("other", compacted=True)
    tested.log.publish(one, [Message("a", b"one", {})])
    tested.log.publish(other, [Message("a", b"other", {}), Message("b", None, {})])
    tables = [tested.log.table(one), tested.log.table(other)]
    for table in tables:
        table.refresh()
    assert [dict(table.items()) for table in tables] == [{"a": b"one"}, {"a": b"other"}]
    assert [record.value for record in tested.log.scan(one)] == [b"one"]


def test_a_table_by_need_answers_for_every_key_as_one_read_whole(tested: LogUnderTest) -> None:
    topic, keys = tested.topic("state", compacted=True), [f"key {number}" for number in range(40)]
    tested.log.publish(topic, [Message(key, turn, {}) for turn in (b"old", b"new") for key in keys])
    table = tested.log.table(topic, by_need=True)
    assert [table.get("key 1"), table.get("never there")] == [b"new", None]
    tested.client().publish(topic, [Message("key 1", b"newer", {}), Message("key 2", None, {})])
    table.refresh()
    wanted = dict.fromkeys(keys, b"new") | {"key 1": b"newer"}
    del wanted["key 2"]
    assert {key: table.get(key) for key in keys} == {"key 2": None, **wanted}
    assert dict(table.items()) == wanted


def test_a_table_reads_again_what_it_let_go_of(tested: LogUnderTest) -> None:
    topic, keys = tested.topic("state", compacted=True), [f"key {number}" for number in range(40)]
    tested.log.publish(topic, [Message(key, b"1", {}) for key in keys])
    table = tested.log.table(topic, by_need=True)
    assert {table.get(key) for key in keys} == {b"1"}
    for kept in (["key 1"], [], ["key 2", "key 3"]):
        table.keep(kept)
        tested.log.publish(topic, [Message(key, b"%d" % len(kept), {}) for key in keys])
        table.refresh()
        assert {table.get(key) for key in reversed(keys)} == {b"%d" % len(kept)}
