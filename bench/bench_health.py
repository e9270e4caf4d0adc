"""Measure the alarms on made streams: how many planted changes they find, how soon, how often they are wrong.

And what the watch costs a `run`, as a share of the CPU of all its processes.
"""

import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from bench.bench_run import COPYDESK, articles, rows, timed, write
from bench.health_streams import CHANGES, Made, make_sources, stream
from copydesk.adapters.sqlite_log.log import SqliteLog
from copydesk.consumers.watch_sources import SourceWatcher
from copydesk.events import Alarm
from copydesk.health.figures import Sighting
from copydesk.health.stream import SourceWatch
from copydesk.health.thresholds import DAY
from copydesk.log_port import Message
from copydesk.pipeline import CLEAN, DEAD, TOPICS

SEEDS = (301, 302, 303)
"""Seeds that no threshold was set on."""
SOURCES, DAYS, PLANTED, PARTITIONS = 200, 60, 40, 8
TEXTS, PAGES = 3000, 400
IN_TIME_ARTICLES, IN_TIME_DAYS = 20, 2.0


@dataclass
class Score:
    """Hold what came of one stream. `late` and `missed` name the changes, `false` the alarms."""

    planted: int = 0
    found: Counter[str] = field(default_factory=Counter)
    late: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    false: list[Alarm] = field(default_factory=list)
    source_years: float = 0.0
    events: int = 0
    seconds: float = 0.0


def measure_alarms(seed: int, sources: int = SOURCES, days: int = DAYS, planted: int = PLANTED) -> Score:
    """Run one stream through the watch, and compare its alarms with what was planted."""
    made = make_sources(seed, sources, days, planted)
    holiday, elections = range(days * 2 // 5 - 3, days * 2 // 5), range(days * 4 // 5, days * 4 // 5 + 2)
    watch, alarms, score = SourceWatch(), [], Score(source_years=sources * days / 365)
    partition = {each.name: number % PARTITIONS for number, each in enumerate(made)}
    began = time.process_time()
    for _, what in stream(seed, made, days, holiday, elections):
        score.events += 1
        if isinstance(what, Sighting):
            alarms += watch.article(what, partition[what.source])
        else:
            watch.refusal(what, partition[what.source])
    score.seconds = time.process_time() - began
    alarms += watch.sweep()
    for each in made:
        _judge(each, [alarm for alarm in alarms if alarm.source == each.name and alarm.ended_at is None], score)
    return score


def _judge(made: Made, begun: list[Alarm], score: Score) -> None:
    """Count one source's alarms: those of its planted change, others that follow from it, and false ones."""
    if not made.planted:
        score.false += begun
        return
    score.planted += 1
    right = [each for each in begun if each.kind in CHANGES[made.planted] and each.found_at.timestamp() >= made.since]
    score.false += [each for each in begun if each.found_at.timestamp() < made.since]
    name = f"{made.planted} {made.name} rate {made.rate:.1f} strength {made.strength:.2f}"
    if not right:
        score.missed.append(f"{name}: {[each.kind for each in begun]}")
        return
    at = min(each.found_at.timestamp() for each in right)
    articles, days = sum(due <= at for due in made.due), (at - made.since) / DAY
    publishing = sum(made.weekly[int(made.since // DAY + n + 3) % 7] > 0.1 for n in range(int(days) + 1)) - 1 + days % 1
    if articles <= IN_TIME_ARTICLES or publishing <= IN_TIME_DAYS:
        score.found[made.planted] += 1
    else:
        score.late.append(f"{name}: {articles} articles, {days:.1f} days")


def share_of_run(folder: Path, name: str, chosen: list[dict[str, str]]) -> None:
    """Print the CPU of the watch over what a `run` published, beside that of the run, start-up included."""
    _, whole = timed(
        [*COPYDESK, "run", str(write(folder / f"{name}.jsonl", chosen)), "--workers", "2"],
        COPYDESK_DATA=str(folder / name),
    )
    log, again = SqliteLog(folder / name / "log.sqlite3"), SqliteLog(folder / f"{name}.again")
    again.setup(TOPICS)
    for topic in (CLEAN, DEAD):  # a log that nobody watched yet
        records = list(log.scan(topic))
        again.publish(topic, [Message(each.key, each.value, each.headers) for each in records])
    ending = threading.Event()
    ending.set()
    began = time.process_time()
    SourceWatcher(again, wall=None).run(threading.Event(), ending)
    spent = time.process_time() - began
    print(f"{name}: {spent / len(chosen) * 1000:.2f} ms an article of {whole / len(chosen) * 1000:.2f} ms that a run "
          f"takes, {spent / whole:.1%}")  # fmt: skip


def main() -> None:
    """Print the table, and the bars."""
    seeds = [int(word) for word in sys.argv[1:]] or list(SEEDS)
    total, found, false, years = 0, 0, 0, 0.0
    for seed in seeds:
        score = measure_alarms(seed)
        total, found = total + score.planted, found + score.found.total()
        false, years = false + len(score.false), years + score.source_years
        print(
            f"seed {seed}: {score.found.total()} of {score.planted} found in time, {len(score.late)} late, "
            f"{len(score.missed)} missed; {len(score.false)} false alarms in {score.source_years:.0f} source-years; "
            f"{score.seconds / score.events * 1e6:.0f} µs an event"
        )
        for words in [*score.late, *(f"missed: {each}" for each in score.missed)]:
            print(f"  {words}")
        print(f"  false: {dict(Counter(each.kind for each in score.false))}")
        for alarm in score.false[:8]:
            print(f"    {alarm.source}: {alarm.what}")
    with tempfile.TemporaryDirectory(prefix="copydesk-bench-") as name:
        share_of_run(Path(name), "texts", articles(TEXTS))
        share_of_run(Path(name), "pages", rows([], PAGES))
    print(f"{found / total:.1%} found in time (bar 95 %), {false / years:.2f} false alarms a source-year (bar 1)")


if __name__ == "__main__":
    main()
