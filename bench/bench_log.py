"""Print what the embedded log costs: CPU per message, and how soon another process sees a message.

Run it as `python -m bench.bench_log`. CPU is this process's own, both user and system; disk waits show only in the wall
time. Pages are made up of words, tags and numbers; a real page compresses about as well.
"""

import multiprocessing
import random
import statistics
import tempfile
import time
from pathlib import Path

from copydesk.adapters.sqlite_log.log import SqliteLog
from copydesk.log_port import Message
from copydesk.pipeline import RAW, Topic

HEADERS = {"type": "RawArticle", "schema_version": "1"}
GROUP = "bench"


def page(size: int, seed: int) -> bytes:
    """Return about `size` bytes that look like markup."""
    dice = random.Random(seed)
    words = ["".join(dice.choices("abcdefghijklmnop", k=dice.randint(2, 9))) for _ in range(400)]
    parts: list[str] = []
    length = 0
    while length < size:
        parts.append(f'<p class="c{dice.randint(1, 40)}">{" ".join(dice.choices(words, k=30))}</p>')
        length += len(parts[-1])
    return "".join(parts).encode()[:size]


def cost(folder: Path, size: int, batch: int, messages: int) -> None:
    """Print CPU and wall time per message, for values of `size` bytes published `batch` at a time."""
    log = SqliteLog(folder / f"{size}-{batch}.sqlite3")
    log.setup([Topic(RAW)])
    values = [page(size, seed) for seed in range(20)]
    batches = [
        [Message(f"site{n % 20}", values[(start + n) % 20], HEADERS) for n in range(batch)]
        for start in range(0, messages, batch)
    ]
    cpu, wall = time.process_time(), time.perf_counter()
    for one in batches:
        log.publish(RAW, one)
    published_cpu, published = time.process_time() - cpu, time.perf_counter() - wall
    reader, count = log.reader(RAW, GROUP), 0
    cpu = time.process_time()
    while records := reader.poll(0.0).records:
        count += len(records)
    read_cpu = time.process_time() - cpu
    log.close()
    bytes_kept = sum(path.stat().st_size for path in folder.glob(f"{size}-{batch}.*"))
    print(
        f"{size:>7,} bytes in batches of {batch:>3}: publish {published_cpu / count * 1e3:.3f} ms CPU"
        f" ({published / len(batches) * 1e3:.2f} ms a batch), read {read_cpu / count * 1e3:.3f} ms CPU,"
        f" {bytes_kept / count:,.0f} bytes on disk"
    )


def latency(folder: Path, messages: int) -> None:
    """Print how long a blocked poll takes to return what another process published, and what blocking costs."""
    path = folder / "latency.sqlite3"
    log = SqliteLog(path)
    log.setup([Topic(RAW)])
    reader = log.reader(RAW, GROUP)
    reader.poll(0.0)
    publisher = multiprocessing.get_context("spawn").Process(target=publish_now_and_then, args=(path, messages))
    publisher.start()
    waits: list[float] = []
    while len(waits) < messages:
        batch = reader.poll(5.0)
        waits += [(time.time_ns() - int(record.value or b"")) / 1e6 for record in batch.records]
    publisher.join()
    waits.sort()
    print(
        f"publish to poll, two processes: p50 {statistics.median(waits):.1f} ms, p99 {waits[-len(waits) // 100]:.1f} ms"
    )
    cpu, wall = time.process_time(), time.perf_counter()
    reader.poll(10.0)
    share = (time.process_time() - cpu) / (time.perf_counter() - wall)
    print(f"a blocked poll takes {share:.2%} of a core")
    reader.close()
    log.close()


def publish_now_and_then(path: Path, messages: int) -> None:
    """Publish the time at uneven intervals, in the other process."""
    log, dice = SqliteLog(path), random.Random(1)
    for _ in range(messages):
        time.sleep(dice.uniform(0.01, 0.2))
        log.publish(RAW, [Message("site", str(time.time_ns()).encode(), HEADERS)])
    log.close()


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        for size, batch, messages in [(2_000, 100, 5_000), (2_000, 1, 1_000), (100_000, 10, 500), (100_000, 1, 500)]:
            cost(Path(folder), size, batch, messages)
        latency(Path(folder), 200)


if __name__ == "__main__":
    main()
