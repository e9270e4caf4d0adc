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
