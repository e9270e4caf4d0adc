"""Change one source of a `feeds.toml` in place, comments and order as they were: pause it, take it up, remove it.

The text is changed line by line and read again: a change that comes out as anything but what was meant is not written.
"""

import re
from collections.abc import Callable
from pathlib import Path

import msgspec

from copydesk.errors import InputError
from copydesk.producers.feeds.feed_list import Source, SourceList, parse_sources, write_list

_TABLE = re.compile(r"[ \t]*+\[\[[ \t]*+source[ \t]*+\]\]")
_ENABLED = re.compile(r"[ \t]*+enabled[ \t]*+=")


def set_enabled(path: Path, name: str, enabled: bool) -> None:
    """Pause a source of a list, or take it up again. Raises InputError for a name that the list does not have."""
    text, source = _read(path, name)

    def change(lines: list[str]) -> list[str]:
        rest = [line for line in lines if not _ENABLED.match(line)]
        said = [] if enabled else ["enabled = false\n"]
        return [rest[0], *said, *rest[1:]]

    _write(path, text, source, change, msgspec.structs.replace(source, enabled=enabled))


def remove_source(path: Path, name: str) -> None:
    """Take a source out of a list. Raises InputError for a name that the list does not have."""
    text, source = _read(path, name)
    _write(path, text, source, lambda _: [], None)


def _read(path: Path, name: str) -> tuple[str, Source]:
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}") from error
    found = next((each for each in parse_sources(text, str(path)).sources if each.name == name), None)
    if found is None:
        raise InputError(f"{path} has no source {name[:80]!r}; `copydesk feeds list` names those it has")
    return text, found


def _write(
    path: Path, text: str, source: Source, change: Callable[[list[str]], list[str]], wanted: Source | None
) -> None:
    before = parse_sources(text, str(path))
    meant = [wanted if each == source else each for each in before.sources]
    for first, last in _tables(text):
        lines = text.splitlines(keepends=True)
        table = lines[first:last]
        if not table[0].endswith("\n"):
            table[0] += "\n"
        changed = "".join([*lines[:first], *change(table), *lines[last:]])
        if _means(changed, path, [each for each in meant if each is not None], before):
            write_list(path, changed)
            return
    raise InputError(
        f"{path} is written in a way that is not changed here: edit its source {source.name[:80]!r} by hand"
    )


def _means(text: str, path: Path, wanted: list[Source], before: SourceList) -> bool:
    try:
        after = parse_sources(text, str(path))
    except InputError:
        return False
    return after.sources == wanted and len(after.problems) == len(before.problems)


def _tables(text: str) -> list[tuple[int, int]]:
    """Return the lines of each table, to before the comments and blank lines that stand before the next one."""
    lines = text.splitlines(keepends=True)
    heads = [number for number, line in enumerate(lines) if _TABLE.match(line)]
    found = []
    for first, after in zip(heads, [*heads, len(lines)][1:], strict=True):
        last = after
        while last > first + 1 and (not lines[last - 1].strip() or lines[last - 1].lstrip().startswith("#")):
            last -= 1
        found.append((first, last))
    return found
