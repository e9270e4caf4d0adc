"""The file that shows that a service works: there and renewed while it does, gone afterwards."""

import os
from pathlib import Path

import pytest

from copydesk.errors import ConfigError
from copydesk.runtime import heartbeat
from copydesk.runtime.heartbeat import Heartbeat


def test_the_file_is_renewed_from_time_to_time_and_gone_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign, now = tmp_path / "working", [100.0]
    monkeypatch.setattr(heartbeat.time, "monotonic", lambda: now[0])
    with Heartbeat(sign) as beat:
        assert not sign.exists()
        for seconds, renewed in ((0.0, True), (heartbeat.EVERY - 1, False), (heartbeat.EVERY + 1, True)):
            now[0] = 100.0 + seconds
            if sign.exists():
                os.utime(sign, (0, 0))
            beat()
            assert (sign.stat().st_mtime > 0) == renewed
    assert not sign.exists()


def test_without_a_file_nothing_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    files: list[Path] = []
    for change in ("touch", "open", "write_text", "write_bytes", "unlink"):
        monkeypatch.setattr(Path, change, lambda path, *_, **__: files.append(path))
    with Heartbeat(None) as beat:
        beat()
        assert os.listdir(tmp_path) == []
    assert files == []


def test_a_file_that_cannot_be_is_named(tmp_path: Path) -> None:
    with Heartbeat(tmp_path / "missing" / "working") as beat, pytest.raises(ConfigError, match="missing/working"):
        beat()
