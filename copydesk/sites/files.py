"""Read site rules, one TOML file a site: those that come with Copydesk, then a user's folder, which wins."""

import re
import tomllib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from copydesk.cleaning.site_rules import DateRule, SiteRules, broken_selector
from copydesk.errors import ConfigError

SHIPPED = Path(__file__).parent
_LISTS = ("hosts", "keep", "drop", "keep_text", "drop_text", "title_suffix")
_KNOWN = (*_LISTS, "published", "timezone")
_PUBLISHED = ("selector", "format", "zone")
_HOST = re.compile(r"[a-z0-9-]++(?:\.[a-z0-9-]++)++")
_ADDRESS_PARTS = re.compile(r"[/:@?#]")
_BEFORE_KEY = re.compile(r"\s*+\[?+\s*+\"?+")
_AFTER_KEY = re.compile(r"\"?+\s*+[=\].]")
_LARGEST = 256 << 10


def read_rules(folder: Path | None) -> dict[str, SiteRules]:
    """Return rules by host. Raise ConfigError that names the file, its line, what is wrong and the way out."""
    if folder is not None and not folder.is_dir():
        raise ConfigError(f"{folder} is no folder; name one that holds a .toml file for each site")
    found = read_folder(SHIPPED)
    return found if folder is None else found | read_folder(folder)


def read_folder(folder: Path) -> dict[str, SiteRules]:
    """Return the rules of one folder alone, by host; errors as in `read_rules`."""
    found: dict[str, SiteRules] = {}
    for path in sorted(folder.glob("*.toml")):
        rules = read_file(path)
        for host in rules.hosts:
            if host in found:
                raise ConfigError(f"{path}: {host} has rules in {found[host].name} too; put them in one file")
            found[host] = rules
    return found


def read_file(path: Path) -> SiteRules:
    """Read one file's rules; errors as in `read_rules`."""
    text, told = _read(path)
    for key in told:
        if key not in _KNOWN:
            raise _wrong(path, text, key, f"no rule is called {key}; there are {', '.join(_KNOWN)}")
    lists = {key: _strings(path, text, key, told.get(key, [])) for key in _LISTS}
    if not lists["hosts"]:
        raise _wrong(path, text, "hosts", 'say whose pages these rules are for: hosts = ["news.example"]')
    for host in lists["hosts"]:
        if not (_HOST.fullmatch(host) or ("." not in host and not _ADDRESS_PARTS.search(host))):
            raise _wrong(path, text, "hosts", f"{host!r} is no host in lower case, without https:// and path")
    _check(path, text, "keep", lists["keep"])
    _check(path, text, "drop", lists["drop"])
    published = _published(path, text, told["published"]) if "published" in told else None
    timezone = _zone(path, text, "timezone", told["timezone"]) if "timezone" in told else None
    return SiteRules(
        path.name, lists["hosts"], lists["keep"], lists["drop"], lists["title_suffix"], published, timezone,
        lists["keep_text"], lists["drop_text"],
    )  # fmt: skip


def _read(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        if path.stat().st_size > _LARGEST:
            raise ConfigError(f"{path} is larger than {_LARGEST >> 10} KiB; rules are a few lines")
        text = path.read_text(encoding="utf-8")
        return text, tomllib.loads(text)
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8; save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not TOML: {error}") from error


def _strings(path: Path, text: str, key: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(one, str) and one.strip() for one in value):
        return tuple(value)
    raise _wrong(path, text, key, f'must be a list of strings: {key} = ["…"]')


def _check(path: Path, text: str, key: str, selectors: Iterable[str]) -> None:
    for selector in selectors:
        if broken_selector(selector):
            raise _wrong(path, text, key, f"{selector!r} is no CSS selector")


def _published(path: Path, text: str, value: Any) -> DateRule:
    if not isinstance(value, dict) or not value.keys() <= set(_PUBLISHED) or not {"selector", "format"} <= value.keys():
        raise _wrong(path, text, "published", "needs selector and format, and may have zone, nothing else")
    for key, one in value.items():
        if not isinstance(one, str):
            raise _wrong(path, text, key, "must be a string")
    _check(path, text, "selector", [value["selector"]])
    try:
        datetime.strptime(datetime(2001, 2, 3, 4, 5, 6).strftime(value["format"]), value["format"])
    except ValueError as error:
        raise _wrong(path, text, "format", f"cannot be read back: {error}; such as %d.%m.%Y %H:%M") from error
    return DateRule(value["selector"], value["format"], _zone(path, text, "zone", value.get("zone", "UTC")))


def _zone(path: Path, text: str, key: str, value: Any) -> ZoneInfo:
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError) as error:
        raise _wrong(path, text, key, f"{value!r} is no time zone; such as Europe/Berlin") from error


def _wrong(path: Path, text: str, key: str, what: str) -> ConfigError:
    at = next((n for n, line in enumerate(text.splitlines(), 1) if _sets(line, key)), None)
    return ConfigError(f"{path}{f', line {at}' if at else ''}: {key}: {what}")


def _sets(line: str, key: str) -> bool:
    before = _BEFORE_KEY.match(line)
    start = before.end() if before else 0
    return line.startswith(key, start) and _AFTER_KEY.match(line, start + len(key)) is not None
