"""Check that the packages of an extra are installed before what needs them is imported."""

from importlib.util import find_spec

from copydesk.errors import MissingExtra

PACKAGES = {
    "archives": ("fastwarc",),
    "feeds": ("brotli", "certifi", "feedparser", "httpcore", "httpx", "uvicorn"),
    "kafka": ("crc32c", "kafka"),
    "elasticsearch": ("elasticsearch", "httpx"),
    "metrics": ("prometheus_client",),
    "otel": ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http"),
    "server": ("jinja2", "litestar", "uvicorn"),
}
"""Extras of pyproject.toml, and the modules that must be there."""


def require_extra(extra: str, purpose: str) -> None:
    """Raise MissingExtra with the command that installs the extra, unless its packages are there."""
    for name in PACKAGES[extra]:
        if not _installed(name):
            raise MissingExtra(f"{purpose} needs {name}, which is not installed: pip install 'copydesk[{extra}]'")


def is_extra_installed(extra: str) -> bool:
    """Whether all packages of an extra are there."""
    return all(map(_installed, PACKAGES[extra]))


def _installed(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except (ValueError, ImportError):  # a module that somebody hid
        return False
