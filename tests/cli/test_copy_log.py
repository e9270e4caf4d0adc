"""`copy-log` gives the embedded log more partitions, and what was indexed, learned and read stays so."""

import os
import subprocess
import sys
from pathlib import Path

from copydesk.adapters.sqlite_log.log import SqliteLog
from copydesk.pipeline import CLEAN, FURNITURE, RAW, SEEDS_STATE
from tests.support.places import SEEDS

COPYDESK = Path(sys.executable).with_name("copydesk")


def copydesk(folder: Path, *words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": os.environ["PATH"], "COPYDESK_DATA": str(folder), **settings}
    return subprocess.run([COPYDESK, *words], env=environment, cwd=folder.parent, capture_output=True, text=True)


def test_more_partitions_lose_no_state(tmp_path: Path) -> None:
    old, new, seeds = tmp_path / "old", tmp_path / "new", str(SEEDS)
    assert copydesk(old, "run", seeds, COPYDESK_PARTITIONS="3").returncode == 0
    done = copydesk(new, "copy-log", str(old), COPYDESK_PARTITIONS="11")
    assert done.returncode == 0, done.stderr
    assert "records copied" in done.stdout
    before, after = SqliteLog(old / "log.sqlite3", partitions=3), SqliteLog(new / "log.sqlite3", partitions=11)
    try:
        assert sum(each.partition.topic == RAW for each in after.status()) == 11
        for topic in (FURNITURE, SEEDS_STATE):
            assert dict(after.table(topic).items()) == dict(before.table(topic).items())
        assert after.lag(RAW, "clean") == after.lag(CLEAN, "index") == 0
        count = sum(1 for _ in before.scan(RAW))
    finally:
        before.close()
        after.close()
    assert copydesk(new, "reindex").returncode == 0
    assert copydesk(new, "run", seeds).returncode == 0
    again = SqliteLog(new / "log.sqlite3")
    try:
        assert sum(1 for _ in again.scan(RAW)) == count, "what was read is read no second time"
    finally:
        again.close()
    assert "ferry" in copydesk(new, "search", "ferry").stdout


def test_a_log_is_not_copied_onto_itself_or_out_of_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    nothing = copydesk(folder, "copy-log", str(tmp_path / "nowhere"))
    assert nothing.returncode == 2
    assert "holds no embedded log" in nothing.stderr
    assert copydesk(folder, "run", str(SEEDS / "en-hill-race.txt")).returncode == 0
    same = copydesk(folder, "copy-log", str(folder))
    assert same.returncode == 2
    assert "the same" in same.stderr
