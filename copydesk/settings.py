"""Read the settings, as the only reader of the environment: flags, then COPYDESK_* variables, then defaults."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, TypeVar, get_args

from copydesk.errors import ConfigError
from copydesk.events import ALL_PAGE_TYPES, LIST_TYPES, PageType

SECRETS = (
    "COPYDESK_KAFKA_PASSWORD", "COPYDESK_ELASTICSEARCH_API_KEY", "COPYDESK_ELASTIC_PASSWORD", "COPYDESK_TOKEN",
)  # fmt: skip
"""Variables that a file may hold instead: the name of that file is in the variable with _FILE behind its name."""

W = TypeVar("W", bound=str)
LogFormat = Literal["text", "json"]
LogLevel = Literal["debug", "info", "warning", "error"]

_FOR_TESTS = ("COPYDESK_TEST_", "COPYDESK_REQUIRE_STACK")
_AGE, _UNITS = re.compile(r"([1-9]\d{0,3})([hd])", re.ASCII), {"h": 3600.0, "d": 86_400.0}


@dataclass(frozen=True)
class Settings:
    """Hold what a run needs to know. `log` and `index` are empty for the embedded engine, else a URL.

    `feeds` are the lists of feeds where none is named. `contact` (an address or a page) goes into the User-Agent;
    `proxy` is the only proxy ever used, `revisit` the ages in seconds at which young pages are asked again. Hubs reach
    us at `websub_url`, which leads to `websub_listen`. What may hold a password is not in the repr. A prefix goes
    before every name of ours on a cluster shared with others: topics and groups, aliases and indices.
    `elastic_password` is the one to give Elasticsearch's first user in the compose stack, `token` the one that the desk
    asks for. Figures and health are served at `metrics`, and name `metrics_sources` sources; spans go to the collector
    at `traces`.
    """

    data: Path = Path(".copydesk")
    feeds: tuple[Path, ...] = ()
    sites: Path | None = None
    refuse: tuple[PageType, ...] = LIST_TYPES
    log: str = field(default="", repr=False)
    index: str = field(default="", repr=False)
    workers: int = 1
    partitions: int = 8
    retention_days: float | None = None
    heartbeat: Path | None = None
    contact: str = ""
    proxy: str = ""
    websub_url: str = ""
    websub_listen: tuple[str, int] = ("127.0.0.1", 8089)
    revisit: tuple[float, ...] = (3600.0, 21_600.0, 86_400.0, 259_200.0)
    kafka_username: str = ""
    kafka_password: str = field(default="", repr=False)
    kafka_mechanism: str = "PLAIN"
    kafka_ca: Path | None = None
    kafka_certificate: Path | None = None
    kafka_key: Path | None = None
    kafka_replication: int | None = None
    kafka_max_message_bytes: int = 16 << 20
    kafka_prefix: str = ""
    elasticsearch_api_key: str = field(default="", repr=False)
    elasticsearch_password_file: Path | None = None
    elasticsearch_ca: Path | None = None
    elasticsearch_certificate: Path | None = None
    elasticsearch_key: Path | None = None
    elasticsearch_shards: int | None = None
    elasticsearch_replicas: int | None = None
    elasticsearch_prefix: str = ""
    elasticsearch_rollover_mb: int | None = None
    elasticsearch_retention_days: int | None = None
    elastic_password: str = field(default="", repr=False)
    metrics: tuple[str, int] | None = None
    metrics_sources: int = 50
    log_format: LogFormat = "text"
    log_level: LogLevel = "warning"
    traces: str = ""
    token: str = field(default="", repr=False)

    @property
    def log_file(self) -> Path:
        """Name the file of the embedded log."""
        return self.data / "log.sqlite3"

    @property
    def index_file(self) -> Path:
        """Name the file of the embedded index; it can be deleted and rebuilt from the log."""
        return self.data / "index.sqlite3"


def load(environ: Mapping[str, str] | None = None, *, workers: int | None = None) -> Settings:
    """Read the settings; raises ConfigError naming the variable, what it holds, and what it may hold."""
    env = os.environ if environ is None else environ
    log, index = env.get("COPYDESK_LOG", ""), env.get("COPYDESK_INDEX", "")
    if log and not log.startswith(("kafka://", "kafka+ssl://")):
        raise ConfigError("COPYDESK_LOG must look like kafka://host:9092; leave it unset for the embedded log")
    if index and not index.startswith(("http://", "https://")):
        raise ConfigError("COPYDESK_INDEX must look like https://host:9200; leave it unset for the embedded index")
    return Settings(
        data=Path(env.get("COPYDESK_DATA") or ".copydesk"),
        log=log,
        index=index,
        feeds=tuple(Path(name) for name in env.get("COPYDESK_FEEDS", "").split(os.pathsep) if name.strip()),
        sites=_path(env, "COPYDESK_SITES"),
        refuse=_types(env),
        workers=workers or _number(env, "COPYDESK_WORKERS", 1, 256) or len(os.sched_getaffinity(0)),
        partitions=_number(env, "COPYDESK_PARTITIONS", 1, 1024) or 8,
        retention_days=_number(env, "COPYDESK_RETENTION_DAYS", 1, 100_000),
        heartbeat=_path(env, "COPYDESK_HEARTBEAT"),
        contact=_contact(env),
        proxy=_proxy(env),
        websub_url=_web_address(env, "COPYDESK_WEBSUB_URL", "https://news.example/hubs"),
        websub_listen=read_listener("COPYDESK_WEBSUB_LISTEN", env.get("COPYDESK_WEBSUB_LISTEN", ""), "127.0.0.1:8089")
        or Settings.websub_listen,
        revisit=_ages(env),
        kafka_username=env.get("COPYDESK_KAFKA_USERNAME", ""),
        kafka_password=_secret(env, "COPYDESK_KAFKA_PASSWORD"),
        kafka_mechanism=env.get("COPYDESK_KAFKA_MECHANISM") or "PLAIN",
        kafka_ca=_path(env, "COPYDESK_KAFKA_CA"),
        kafka_certificate=_path(env, "COPYDESK_KAFKA_CERTIFICATE"),
        kafka_key=_path(env, "COPYDESK_KAFKA_KEY"),
        kafka_replication=_number(env, "COPYDESK_KAFKA_REPLICATION", 1, 32),
        kafka_max_message_bytes=_number(env, "COPYDESK_KAFKA_MAX_MESSAGE_BYTES", 1 << 10, 90 << 20) or 16 << 20,
        kafka_prefix=env.get("COPYDESK_KAFKA_PREFIX", ""),
        elasticsearch_api_key=_secret(env, "COPYDESK_ELASTICSEARCH_API_KEY"),
        elasticsearch_password_file=_path(env, "COPYDESK_ELASTICSEARCH_PASSWORD_FILE"),
        elasticsearch_ca=_path(env, "COPYDESK_ELASTICSEARCH_CA"),
        elasticsearch_certificate=_path(env, "COPYDESK_ELASTICSEARCH_CERTIFICATE"),
        elasticsearch_key=_path(env, "COPYDESK_ELASTICSEARCH_KEY"),
        elasticsearch_shards=_number(env, "COPYDESK_ELASTICSEARCH_SHARDS", 1, 1024),
        elasticsearch_replicas=_number(env, "COPYDESK_ELASTICSEARCH_REPLICAS", 0, 32),
        elasticsearch_prefix=env.get("COPYDESK_ELASTICSEARCH_PREFIX", ""),
        elasticsearch_rollover_mb=_number(env, "COPYDESK_ELASTICSEARCH_ROLLOVER_MB", 1, 10_000_000),
        elasticsearch_retention_days=_number(env, "COPYDESK_ELASTICSEARCH_RETENTION_DAYS", 1, 100_000),
        elastic_password=_secret(env, "COPYDESK_ELASTIC_PASSWORD"),
        metrics=read_listener("COPYDESK_METRICS", env.get("COPYDESK_METRICS", ""), "127.0.0.1:9464"),
        metrics_sources=_named_sources(env),
        log_format=log_settings(env)[0],
        log_level=log_settings(env)[1],
        traces=_web_address(env, "COPYDESK_TRACES", "http://127.0.0.1:4318"),
        token=_secret(env, "COPYDESK_TOKEN"),
    )


def log_settings(environ: Mapping[str, str] | None = None) -> tuple[LogFormat, LogLevel]:
    """Read how lines of the log look, and how much is said: needed before anything else is. Raises ConfigError."""
    env = os.environ if environ is None else environ
    return (
        _word(env, "COPYDESK_LOG_FORMAT", get_args(LogFormat), Settings.log_format),
        _word(env, "COPYDESK_LOG_LEVEL", get_args(LogLevel), Settings.log_level),
    )


def set_variables(environ: Mapping[str, str] | None = None) -> list[str]:
    """Return the names of our variables that are set, by name."""
    env = os.environ if environ is None else environ
    return sorted(name for name in env if name in all_variables())


def unknown_variables(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Map each COPYDESK_* variable that is set and read by nobody to the one that may be meant, or to nothing."""
    env = os.environ if environ is None else environ
    names = sorted(name for name in env if name.startswith("COPYDESK_") and not name.startswith(_FOR_TESTS))
    close = {name: get_close_matches(name, all_variables(), 1, 0.8) for name in names if name not in all_variables()}
    return {name: found[0] if found else "" for name, found in close.items()}


def all_variables() -> list[str]:
    """Return the names of all our variables: each setting has one, each secret one more, for a file that holds it."""
    names = [f"COPYDESK_{each.name.upper()}" for each in fields(Settings)]
    return names + [f"{name}_FILE" for name in SECRETS]


def _secret(env: Mapping[str, str], name: str) -> str:
    """Read a secret, or the file that holds it and that the variable with _FILE behind its name names."""
    file = _path(env, f"{name}_FILE")
    if file is None:
        return env.get(name, "")
    if env.get(name):
        raise ConfigError(f"{name} and {name}_FILE are both set: keep one of them")
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{name}_FILE names {file}, which cannot be read: {getattr(error, 'strerror', error)}"
        ) from None


def _path(env: Mapping[str, str], name: str) -> Path | None:
    return Path(text) if (text := env.get(name, "").strip()) else None


def _types(env: Mapping[str, str]) -> tuple[PageType, ...]:
    """Read COPYDESK_REFUSE: types of pages, or the word none."""
    words = set((env.get("COPYDESK_REFUSE") or " ".join(LIST_TYPES)).replace(",", " ").split())
    if unknown := sorted(words.difference(ALL_PAGE_TYPES, {"none"})):
        raise ConfigError(
            f"COPYDESK_REFUSE names {unknown}; it may name {', '.join(ALL_PAGE_TYPES)}, or be the word none"
        )
    return tuple(name for name in ALL_PAGE_TYPES if name in words)


def _contact(env: Mapping[str, str]) -> str:
    text = env.get("COPYDESK_CONTACT", "").strip()
    if text and not (text.isascii() and text.isprintable() and len(text) <= 200 and not set(text) & set("()")):
        raise ConfigError("COPYDESK_CONTACT must be a mail address or the address of a page, in plain ASCII")
    return text


def _proxy(env: Mapping[str, str]) -> str:
    """Read COPYDESK_PROXY: a proxy; the usual proxy variables count only when it says `environment`."""
    text = env.get("COPYDESK_PROXY", "").strip()
    if text == "environment":
        names = ("https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy", "ALL_PROXY")
        text = next((env[name] for name in names if env.get(name)), "")
    if text and not text.startswith(("http://", "https://")):
        raise ConfigError("COPYDESK_PROXY must look like http://host:3128, or be the word environment")
    return text


def _web_address(env: Mapping[str, str], name: str, example: str) -> str:
    text = env.get(name, "").strip()
    if text and not text.startswith(("http://", "https://")):
        raise ConfigError(f"{name} must look like {example}")
    return text


def read_listener(name: str, text: str, example: str) -> tuple[str, int] | None:
    """Read a host and a port to listen on, None where there are none; raises ConfigError that names the setting."""
    host, _, port = text.strip().rpartition(":")
    if not text.strip():
        return None
    if not (host and port.isascii() and port.isdigit() and int(port) < 65_536):
        raise ConfigError(f"{name} must look like {example}")
    return host.strip("[]"), int(port)


def _word(env: Mapping[str, str], name: str, words: tuple[W, ...], usual: W) -> W:
    text = env.get(name, "").strip().lower()
    found = next((word for word in words if word == text), None)
    if text and found is None:
        raise ConfigError(f"{name} is {text!r}; it may be {', '.join(words)}")
    return found or usual


def _ages(env: Mapping[str, str]) -> tuple[float, ...]:
    """Read COPYDESK_REVISIT: ages such as `1h 6h 1d`, or the word never."""
    words = env.get("COPYDESK_REVISIT", "").replace(",", " ").split()
    if words == ["never"]:
        return ()
    found = [_AGE.fullmatch(word) for word in words]
    if not all(found):
        raise ConfigError("COPYDESK_REVISIT must be ages such as 1h 6h 1d 3d, or the word never")
    ages = sorted(int(age[1]) * _UNITS[age[2]] for age in found if age)
    return tuple(ages) or Settings.revisit


def _named_sources(env: Mapping[str, str]) -> int:
    found = _number(env, "COPYDESK_METRICS_SOURCES", 0, 200)
    return Settings.metrics_sources if found is None else found


def _number(env: Mapping[str, str], name: str, low: int, high: int) -> int | None:
    text = env.get(name, "").strip()
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise ConfigError(f"{name} is {text!r}; it must be a whole number from {low} to {high}")
    return int(text)


@contextmanager
def importing_nothing_from_here() -> Iterator[None]:
    """Keep Python processes started meanwhile from importing what lies in the current folder."""
    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONSAFEPATH"]
        else:
            os.environ["PYTHONSAFEPATH"] = before
