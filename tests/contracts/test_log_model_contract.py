"""A group that publishes, reads, commits and starts again in any order does on every log what a small model says."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copydesk.log_port import Message, Partition
from tests.contracts.log_helpers import KEYS, LogUnderTest

action = st.one_of(
    st.tuples(st.just("publish"), st.lists(st.sampled_from(KEYS[:6]), max_size=8)),
    st.tuples(st.just("poll"), st.integers(0, 9)),
    st.tuples(st.just("commit"), st.integers(0, 3)),
    st.tuples(st.just("restart"), st.none()),
)


def test_a_group_reads_as_the_model_says(tested: LogUnderTest) -> None:
    """The model: positions start at the commit, offsets follow each other, and in the end everything was read."""

    @settings(max_examples=tested.engine.examples, suppress_health_check=list(HealthCheck))
    @given(st.lists(action, max_size=25))
    def check(actions: list[tuple[str, object]]) -> None:
        topic, group = tested.topic(), tested.group()
        run = GroupModel(tested, topic, group)
        for name, argument in actions:
            getattr(run, name)(argument)
        run.finish()

    check()


class GroupModel:
    """A group with one reader at a time, and what must hold after each step."""

    def __init__(self, tested: LogUnderTest, topic: str, group: str) -> None:
        self.tested, self.topic, self.group = tested, topic, group
        self.reader = tested.log.reader(topic, group)
        self.published = 0
        self.seen: set[tuple[int, int]] = set()
        self.position: dict[int, int] = {}
        self.committed: dict[int, int] = {}

    def publish(self, keys: list[str]) -> None:
        self.tested.log.publish(self.topic, [Message(key, b"x", {}) for key in keys])
        self.published += len(keys)

    def poll(self, max_records: int) -> None:
        batch = self.reader.poll(0.01, max_records=max_records)
        assert len(batch.records) <= max_records
        assert batch.lost == frozenset(), "there is nobody who could take anything"
        for record in batch.records:
            assert record.offset == self.position.get(record.partition, 0)
            self.position[record.partition] = record.offset + 1
            self.seen.add((record.partition, record.offset))

    def commit(self, behind: int) -> None:
        held = {partition.number for partition in self.reader.assigned()}  # none before the first poll
        offsets = {n: max(0, position - behind) for n, position in self.position.items() if n in held}
        self.reader.commit({Partition(self.topic, number): offset for number, offset in offsets.items()})
        self.committed |= offsets

    def restart(self, _: None) -> None:
        self.reader.close()
        self.reader = self.tested.log.reader(self.topic, self.group)
        self.position = dict(self.committed)

    def finish(self) -> None:
        assert self.tested.log.lag(self.topic, self.group) == self.published - sum(self.committed.values())
        unread = self.published - sum(self.position.values())

        def nothing_left() -> bool:
            self.poll(500)
            return self.published == sum(self.position.values())

        assert unread >= 0
        self.tested.wait(nothing_left)
        self.reader.close()
        assert len(self.seen) == self.published
        assert self.seen == {(record.partition, record.offset) for record in self.tested.log.scan(self.topic)}
