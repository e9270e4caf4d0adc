"""Read from /proc the seconds of CPU that other processes have used: one, or all of a group."""

import os
from pathlib import Path


def cpu_of(pid: int) -> float:
    """Return what a process has used by itself; none where it has ended."""
    fields = _fields(Path(f"/proc/{pid}/stat"))
    return _seconds(fields[11:13])


def cpu_of_group(group: int) -> float:
    """Return what a group's living processes have used, and those that they waited for."""
    living = map(_fields, Path("/proc").glob("[0-9]*/stat"))
    return sum(_seconds(fields[11:15]) for fields in living if fields and int(fields[2]) == group)


def _fields(stat: Path) -> list[str]:
    """Return what stands behind a process's name, from its state on; nothing where it has ended."""
    try:
        return stat.read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return []


def _seconds(ticks: list[str]) -> float:
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
