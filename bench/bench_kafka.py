"""Print what the log on Kafka costs: client CPU per message published and read, and how soon a message is seen.

Run it as `python -m bench.bench_kafka`; it starts a broker, or uses the one that COPYDESK_TEST_KAFKA names. CPU is
this process's own, user and system, all threads; the broker's, another process here, is printed beside it.
"""

import os
import statistics
import time
import uuid
from collections.abc import Sequence

from bench.bench_log import HEADERS, page
from bench.process_cpu import cpu_of
from copydesk.adapters.kafka_log.log import KafkaLog
from copydesk.log_port import Message, Partition, Record
from copydesk.pipeline import Topic
from tests.support.stack.kafka import Broker, delete_topics

GROUP = "bench"


def main() -> None:
    """Print all figures."""
    given = os.environ.get("COPYDESK_TEST_KAFKA")
    broker = None if given else Broker().launch()
    url = given or (broker.url if broker else "")
    prefix = f"bench-{uuid.uuid4().hex[:8]}."
    log = KafkaLog(url, prefix=prefix)
    pid = broker.pid if broker else 0
    try:
        cost(log, 2_000, 200, 4_000, pid)  # the first one warms the broker up
        print("warm:")
        for size, batch, messages in ((100_000, 50, 1_000), (100_000, 1, 200), (2_000, 200, 10_000), (2_000, 1, 500)):
            cost(log, size, batch, messages, pid)
        latency(log, 300)
    finally:
        log.close()
        delete_topics(url, prefix)
        if broker:
            broker.remove()


def cost(log: KafkaLog, size: int, batch: int, messages: int, pid: int) -> None:
    """Print CPU per message, for values of `size` bytes published `batch` at a time and then read with commits."""
    topic = f"cost.{uuid.uuid4().hex[:8]}"
    log.setup([Topic(topic)])
    values = [page(size, seed) for seed in range(20)]
    log.publish(topic, [Message("first", b"", {})])
    start = _cpu(pid)
    for begin in range(0, messages, batch):
        log.publish(topic, [Message(f"site{n % 20}", values[n % 20], HEADERS) for n in range(begin, begin + batch)])
    published = _cpu(pid)
    reader, count = log.reader(topic, GROUP), 0
    while not reader.assigned():
        reader.poll(0.1, max_records=0)
    joined = _cpu(pid)
    while count < messages + 1:
        records = reader.poll(1.0).records
        count += len(records)
        reader.commit(_ends(records))
    read = _cpu(pid)
    reader.close()
    ours = [(after[0] - before[0]) / messages * 1e3 for before, after in ((start, published), (joined, read))]
    theirs = (read[1] - start[1]) / messages * 1e3
    wall = (published[2] - start[2]) / (messages / batch) * 1e3
    print(
        f"{size:>7,} bytes, {batch:>3} a call: publish {ours[0]:.3f} ms, read {ours[1]:.3f} ms,"
        f" both {sum(ours):.3f} ms of our CPU a message; broker {theirs:.3f} ms; a call takes {wall:.1f} ms"
    )


def latency(log: KafkaLog, messages: int) -> None:
    """Print how long a message takes from publish to poll when nothing else goes on."""
    topic = f"latency.{uuid.uuid4().hex[:8]}"
    log.setup([Topic(topic)])
    reader = log.reader(topic, GROUP)
    while not reader.assigned():
        reader.poll(0.1)
    publishes, waits = [], []
    for _ in range(messages):
        sent = time.perf_counter()
        log.publish(topic, [Message("site", b"x" * 2000, HEADERS)])
        publishes.append((time.perf_counter() - sent) * 1e3)
        while not reader.poll(1.0).records:
            pass
        waits.append((time.perf_counter() - sent) * 1e3)
        time.sleep(0.01)
    reader.close()
    for name, taken in (("publish", publishes), ("publish to poll", waits)):
        taken.sort()
        print(f"{name}, idle: p50 {statistics.median(taken):.1f} ms, p99 {taken[-len(taken) // 100]:.1f} ms")


def _ends(records: Sequence[Record]) -> dict[Partition, int]:
    return {Partition(record.topic, record.partition): record.offset + 1 for record in records}


def _cpu(pid: int) -> tuple[float, float, float]:
    """Return seconds of our CPU, of the broker's, and of the clock."""
    return time.process_time(), cpu_of(pid) if pid else 0.0, time.perf_counter()


if __name__ == "__main__":
    main()
