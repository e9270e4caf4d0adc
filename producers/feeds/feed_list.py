"""Read, check and extend `feeds.toml`, the list of sources; one that cannot be used is named, the others are."""

import contextlib
import json
import os
import re
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Struct

from copydesk.errors import InputError
from copydesk.producers.web.plain_text import one_line
from copydesk.web.allowed_addresses import AddressNotAllowed
from copydesk.web.urls import read_target

SOURCE_KINDS = ("feed", "sitemap", "home")
LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_LARGEST = 16 << 20
_DAY = 1440.0


class Source(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Hold one `[[source]]` table. Exactly one of `feed`, `sitemap` and `home` (a page that names its feed) is set.

    `full_text` says where articles come from: the item's `page`, or the `feed` itself. `poll_min` and `poll_max` bound
    the minutes between two visits. `timezone` is that of clocks in the feed which name none. `rights` is a note for
    people, `folder` where a reader's list had it (`News/Local`).
    """

    name: str
    feed: str | None = None
    sitemap: str | None = None
    home: str | None = None
    language: str | None = None
    timezone: str | None = None
    full_text: Literal["page", "feed"] = "page"
    rights: str = ""
    folder: str = ""
    poll_min: float = 1.0
    poll_max: float = _DAY
    enabled: bool = True

    @property
    def url(self) -> str:
        """Return the configured address, credentials and all: for fetching only."""
        return self.feed or self.sitemap or self.home or ""


class SourceList(NamedTuple):
    """Hold the sources of a list that can be used, and what is wrong with the others, a sentence each."""

    sources: list[Source]
    problems: list[str]


def load_sources(path: Path) -> SourceList:
    """Return the sources of a file; raises InputError naming the file where it is no list at all."""
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error
    if len(data) > _LARGEST:
        raise InputError(f"{path} is over {_LARGEST >> 20} MB; that is no list of feeds")
    try:
        return parse_sources(data.decode("utf-8"), str(path))
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8: byte {error.start}") from error


def parse_sources(text: str, name: str) -> SourceList:
    """Return the sources of a TOML text called `name`, and a sentence for each table that names none: its key and file.

    Raises InputError where the text is no list at all.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{name} is not TOML: {error}") from error
    except RecursionError:
        raise InputError(f"{name} is nested too deeply") from None
    tables = document.pop("source", [])
    if document:
        raise InputError(f"{name}: unknown key {next(iter(document))!r}; a source is a [[source]] table")
    if not isinstance(tables, list):
        raise InputError(f"{name}: `source` must be written [[source]], once for each source")
    found = SourceList([], [])
    names: dict[str, int] = {}
    addresses: dict[str, int] = {}
    for number, table in enumerate(tables, 1):
        try:
            source = _source(table, f"{name}: source {number}")
            _know(names, source.name, "name", name, number)
            _know(addresses, source.url, "address", name, number)
        except InputError as error:
            found.problems.append(str(error))
        else:
            found.sources.append(source)
    return found


def _know(known: dict[str, int], value: str, key: str, name: str, number: int) -> None:
    first = known.setdefault(value, number)
    if first != number:
        raise InputError(f"{name}: source {number} has the same {key} as source {first}")


def _source(table: Any, where: str) -> Source:
    if isinstance(table, dict) and isinstance(table.get("name"), str):
        where += f" ({one_line(table['name'], 60)})"
    try:
        source = msgspec.convert(table, Source)
    except msgspec.ValidationError as error:
        raise InputError(f"{where}: {_in_words(str(error))}") from None
    given = [kind for kind in SOURCE_KINDS if getattr(source, kind)]
    if not source.name.strip():
        raise InputError(f"{where}: key `name` is empty")
    if len(given) != 1:
        raise InputError(f"{where}: needs exactly one of the keys `feed`, `sitemap` and `home`, has {len(given)}")
    try:
        read_target(source.url)
    except AddressNotAllowed as refused:
        raise InputError(f"{where}: key `{given[0]}` is no web address: {refused}") from None
    if source.language is not None and not LANGUAGE_CODE.fullmatch(source.language):
        raise InputError(f"{where}: key `language` must be a code such as en, ru or pt-BR")
    if source.timezone is not None and not _is_timezone(source.timezone):
        raise InputError(f"{where}: key `timezone` must be a time zone such as Europe/Berlin")
    if not 1 <= source.poll_min <= source.poll_max <= _DAY:
        raise InputError(f"{where}: keys `poll_min` and `poll_max` are minutes, 1 to 1440, the first not over the last")
    return source


def _is_timezone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _in_words(problem: str) -> str:
    """Put msgspec's message in our words; it names the key and the types, never the value."""
    if found := re.fullmatch(r"Object contains unknown field `(.*)`", problem):
        return f"unknown key `{one_line(found[1], 60)}`; known are {', '.join(Source.__struct_fields__)}"
    if found := re.fullmatch(r"Object missing required field `(.*)`", problem):
        return f"the key `{found[1]}` is missing"
    if found := re.fullmatch(r"(.*) - at `\$\.(.*)`", problem):
        return f"key `{found[2]}`: {found[1][:1].lower()}{found[1][1:]}"
    return problem[:1].lower() + problem[1:]


def to_toml(source: Source) -> str:
    """Return a source as a `[[source]]` table."""
    lines = [f"{key} = {_value(value)}" for key, value in msgspec.to_builtins(source).items()]
    return "\n".join(["[[source]]", *lines, ""])


def _value(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def append_sources(path: Path, sources: Sequence[Source]) -> list[Source]:
    """Add the sources a file does not have yet, by address, and return those; a taken name gets a number.

    The file is replaced as a whole, so that a kill leaves the old one or the new one. Raises InputError.
    """
    there = load_sources(path).sources if path.exists() else []
    names, addresses = {each.name for each in there}, {each.url for each in there}
    added = []
    for source in sources:
        if source.url in addresses:
            continue
        name, number = source.name, 2
        while name in names:
            name, number = f"{source.name} ({number})", number + 1
        added.append(msgspec.structs.replace(source, name=name))
        names.add(name)
        addresses.add(source.url)
    if added:
        before = path.read_text("utf-8").rstrip() + "\n\n" if path.exists() else ""
        write_list(path, before + "\n".join(to_toml(each) for each in added))
    return added


def write_list(path: Path, text: str) -> None:
    """Replace a list as a whole, so that a kill leaves the old one or the new one. Raises InputError."""
    try:
        number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(number, "w", encoding="utf-8") as file:
                file.write(text)
            os.chmod(name, path.stat().st_mode & 0o777 if path.exists() else 0o644)
            os.replace(name, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}") from error
