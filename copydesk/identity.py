"""Who an article is: its source, its id, its next revision. Pure; the rules are in CONTRIBUTING under `design`."""

import hashlib
import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList


LOCAL = "local"
_USERINFO = re.compile(r"^([a-zA-Z][a-zA-Z0-9+.-]*:)?//[^/?#]*@")


@cache
def _suffixes() -> "PublicSuffixList":
    from publicsuffixlist import PublicSuffixList  # takes 50 ms, which commands without URLs need not wait for

    return PublicSuffixList()


@lru_cache(4096)
def registrable_domain(host: str) -> str:
    """`news.bbc.co.uk` -> `bbc.co.uk`; an address or a name without a public suffix is its own domain."""
    host = host.rstrip(".").lower()
    if re.fullmatch(r"[0-9.]+|.*:.*", host):
        return host
    return _suffixes().privatesuffix(host) or host


def strip_credentials(url: str) -> str:
    """The URL without user and password."""
    return _USERINFO.sub(lambda m: f"{m[1] or ''}//", url)


@lru_cache(1024)
def host_of(url: str) -> str | None:
    """The host of an http(s) URL in lower case, None when it is not one."""
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname
    except ValueError:
        return None
    return host.lower() if parts.scheme.lower() in {"http", "https"} and host else None


def source_of(url: str | None, given: str | None = None) -> str:
    """The key of an article's events: the URL's registrable domain, else the given name, else `local`."""
    host = host_of(url) if url else None
    return registrable_domain(host) if host else (given or "").strip() or LOCAL


def normalise_url(url: str) -> str:
    """One spelling per address: no credentials, fragment, default port or tracking parameters; query sorted."""
    import courlan  # takes 50 ms as well

    try:
        cleaned: str = courlan.normalize_url(strip_credentials(url.strip()), strict=False)
        return urlunsplit(urlsplit(cleaned)._replace(fragment=""))
    except (ValueError, TypeError):
        return strip_credentials(url.strip())


def final_url(url: str, canonical: str | None) -> str:
    """The page's own canonical URL when it stays within the registrable domain of the URL, else the URL."""
    host, other = host_of(url), host_of(canonical) if canonical else None
    if canonical and host and other and registrable_domain(host) == registrable_domain(other):
        return canonical
    return url


def article_id(
    *,
    url: str | None,
    canonical: str | None = None,
    source: str = LOCAL,
    given: str | None = None,
    content: str = "",
) -> str:
    """32 hex digits: of the final URL; without one, of source and given id; without that, of source and content."""
    if url and host_of(url):
        bare = normalise_url(final_url(url, canonical)).split("://", 1)[-1]
        basis: tuple[str, ...] = ("url", bare)
    elif given:
        basis = ("given", source, given)
    else:
        basis = ("content", source, content)
    return hashlib.sha256("\x1f".join(basis).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def content_hash(*parts: str) -> str:
    """32 hex digits over texts, for telling whether an article changed."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def next_revision(fetched_ms: int, last: int | None) -> int:
    """The fetch instant in milliseconds, always above the last revision of that id."""
    return fetched_ms if last is None or fetched_ms > last else last + 1
