"""Find the files that the given paths mean, in directories too; what cannot be read is named with its reason."""

import os
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from copydesk.errors import InputError
from copydesk.producers.seeds.kinds.table import KindName, kind_of_name


class SeedFile(NamedTuple):
    """Name a regular file to read, and what its name says it holds; None where only its content can say.

    `given` says that a person named it.
    """

    path: Path
    kind: KindName | None
    size: int
    given: bool


class UnreadablePath(NamedTuple):
    """Name something that was asked for and cannot be read; `reason` is a sentence, as in Refused."""

    path: Path
    reason: str


class Skipped(NamedTuple):
    """Name something in a directory that is left alone."""

    path: Path


FoundPath = SeedFile | UnreadablePath | Skipped


def check_paths(paths: Sequence[Path]) -> None:
    """Raise InputError, naming them, when paths given by a person do not exist."""
    missing = [printable_path(path) for path in paths if not os.path.lexists(path)]
    if missing:
        raise InputError(f"there is no {', no '.join(missing)}; nothing was read")


def search(paths: Sequence[Path]) -> Iterator[FoundPath]:
    """Yield what the paths hold, in the order given, directories in the order of their names, lazily.

    In directories hidden files and feed lists (`feeds.toml`, `*.opml`) are left alone; symbolic links to files are
    followed when they stay inside the directory that was given, links to directories never.
    """
    for path in paths:
        try:
            mode = path.stat().st_mode
        except OSError as error:
            yield UnreadablePath(path, os_error_words(error))
            continue
        if stat.S_ISDIR(mode):
            yield from _walk(path, Path(os.path.realpath(path)))
        else:
            yield _classify(path, mode, path.stat().st_size, given=True)


def printable_path(path: Path) -> str:
    """Return the path as text that any terminal, key and JSON can hold.

    Undecodable bytes and control characters escaped.
    """
    return printable_name(os.fsencode(path).decode("utf-8", "backslashreplace"))


def printable_name(text: str) -> str:
    """Return a name, of a file or of a member of an archive, as `printable_path` does a path."""
    return "".join(
        char if char.isprintable() or unicodedata.category(char) == "Zs" else f"\\x{ord(char):02x}" for char in text
    )


def _walk(directory: Path, root: Path) -> Iterator[FoundPath]:
    """Walk depth first without recursion: names of one letter nest deeper than Python does."""
    open_directories = [_entries(directory)]
    while open_directories:
        entry = next(open_directories[-1], None)
        if entry is None:
            open_directories.pop()
        elif isinstance(entry, UnreadablePath):
            yield entry
        elif not entry.name.startswith("."):
            path = Path(entry.path)
            try:
                if entry.is_symlink():
                    yield _linked(path, root)
                elif entry.is_dir():
                    open_directories.append(_entries(path))
                else:
                    status = entry.stat()
                    yield _classify(path, status.st_mode, status.st_size, given=False)
            except OSError as error:
                yield UnreadablePath(path, os_error_words(error))


def _entries(directory: Path) -> Iterator[os.DirEntry[str] | UnreadablePath]:
    try:
        with os.scandir(directory) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        yield UnreadablePath(directory, os_error_words(error))
        return
    yield from found


def _linked(path: Path, root: Path) -> FoundPath:
    """Return what a symbolic link inside a directory stands for."""
    target = Path(os.path.realpath(path))
    if target != root and root not in target.parents:
        return UnreadablePath(
            path,
            f"The path is a symbolic link that leads outside {printable_path(root)}: "
            f"name {printable_path(target)} itself",
        )
    status = path.stat()
    if not stat.S_ISDIR(status.st_mode):
        return _classify(path, status.st_mode, status.st_size, given=False)
    here = Path(os.path.realpath(path.parent))
    if target == here or target in here.parents:
        return UnreadablePath(path, f"The path is a symbolic link back to {printable_path(target)}, a loop")
    return Skipped(path)  # its files are found at their own place


def _classify(path: Path, mode: int, size: int, *, given: bool) -> FoundPath:
    if not stat.S_ISREG(mode):
        return UnreadablePath(path, f"The path is {_special(mode)}, not a file")
    name = path.name.lower()
    if _is_feed_list(name):
        return UnreadablePath(path, "The file is a list of feeds, not an article") if given else Skipped(path)
    return SeedFile(path, kind_of_name(name), size, given)


def left_alone(path: Path) -> bool:
    """Whether a skipped file needs no word: a feed list beside the articles."""
    return _is_feed_list(path.name.lower())


def _is_feed_list(name: str) -> bool:
    return name == "feeds.toml" or name.endswith(".opml")


def _special(mode: int) -> str:
    if stat.S_ISFIFO(mode):
        return "a named pipe"
    if stat.S_ISSOCK(mode):
        return "a socket"
    return "a device" if stat.S_ISCHR(mode) or stat.S_ISBLK(mode) else "a directory"


def os_error_words(error: OSError) -> str:
    """Return why a path cannot be read, as a sentence."""
    if isinstance(error, PermissionError):
        return "The path cannot be opened: permission denied"
    if isinstance(error, FileNotFoundError):
        return "The path is gone, or is a symbolic link to nothing"
    return f"The path cannot be read: {(error.strerror or str(error)).lower()}"
