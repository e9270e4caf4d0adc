"""`status --check` says what it looks at, and what it does not."""

from pathlib import Path

from copydesk.adapters.sqlite_log.log import SqliteLog
from copydesk.events import encode
from copydesk.health.figures import OpenAlarm, SourceFigures
from copydesk.log_port import Message
from copydesk.pipeline import HEALTH, TOPICS
from tests.support.command import copydesk


def test_open_alarms_are_told_and_are_no_fault_of_the_pipeline(tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text("The mill turned on Sunday, and the baker was there to see it.\n" * 5)
    copydesk("run", tmp_path / "story.txt", data=tmp_path / "data")
    figures = SourceFigures(alarms=[OpenAlarm("silent", 1e9, 1e9, 3.0, 0.0, "No article since then", [], "")])
    log = SqliteLog(tmp_path / "data" / "log.sqlite3")
    log.setup(TOPICS)
    log.publish(HEALTH, [Message("courier.example", encode(figures), {"type": "SourceFigures", "schema_version": "1"})])
    log.close()
    done = copydesk("status", "--check", data=tmp_path / "data")
    said = b"All is well; 1 alarm of a source is open: copydesk sources health --alarms\n"
    assert (done.returncode, done.stdout) == (0, said)
    health = copydesk("sources", "health", "--alarms", data=tmp_path / "data").stdout.decode()
    assert "courier.example: No article since then (as found on 2001-09-09)" in health
