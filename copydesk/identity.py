"""Compute the source, id and revision of an article. Pure; the rules are in docs/architecture.md."""

import hashlib
import html
import re
from contextlib import suppress
from functools import cache, lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit, urlunsplit

from copydesk.tracking import dropped_from_ids

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList


LOCAL = "local"
"""The source of what has neither a URL nor a name."""
_USERINFO = re.compile(r"^([a-zA-Z][a-zA-Z0-9+.-]*:)?//[^/?#]*@")
_SLASHES = re.compile(r"/+")
_LEADING_UPS = re.compile(r"^(?:/\.\.(?![^/]))+")
_DEFAULT_PORTS = {("http", 80), ("https", 443)}
_DEFAULT_PORT = re.compile(r"(?<=\w):(?:80|443)")
_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_AHEAD_MS = 24 * 3600 * 1000
_PLAIN_IN_PATHS = "/%!=:,-"


@cache
def _suffixes() -> "PublicSuffixList":
    from publicsuffixlist import PublicSuffixList  # takes 50 ms, which commands without URLs need not wait for

    return PublicSuffixList()


@lru_cache(4096)
def registrable_domain(host: str) -> str:
    """Return `bbc.co.uk` for `news.bbc.co.uk`; an address or a name without a public suffix is its own domain."""
    host = host.rstrip(".").lower()
    if re.fullmatch(r"[0-9.]+|.*:.*", host):
        return host
    return _suffixes().privatesuffix(host) or host


def strip_credentials(url: str) -> str:
    """Return the URL without user and password."""
    return _USERINFO.sub(lambda m: f"{m[1] or ''}//", url)


@lru_cache(1024)
def host_of(url: str) -> str | None:
    """Return the host of an http(s) URL in lower case, None when it is not one."""
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname
    except ValueError:
        return None
    return host.lower() if parts.scheme.lower() in {"http", "https"} and host else None


def source_of(url: str | None, given: str | None = None) -> str:
    """Return the key of an article's events: the URL's registrable domain, else the given name, else `local`."""
    host = host_of(url) if url else None
    return registrable_domain(host) if host else (given or "").strip() or LOCAL


def normalise_url(url: str) -> str:
    """Return the one spelling of an address that its id is made of; what cannot be read stays, without credentials.

    Gone are credentials, fragment, a default port, tracking parameters, those without a value, doubled slashes and
    `/..` at the beginning. Scheme and host are in lower case, labels of the host in Unicode, the path and the query in
    percent-encoded UTF-8, the query in the order of its names. Ids are stored: **no answer of this may ever change**,
    odd ones included; `tests/project/test_identity.py` holds them.
    """
    bare = strip_credentials(url.strip())
    try:
        parts = urlsplit(html.unescape(bare))  # addresses copied out of markup say &amp;
        path = quote(_LEADING_UPS.sub("", _SLASHES.sub("/", parts.path)), safe=_PLAIN_IN_PATHS)
        query = _normal_query(parts.query)
        path = path or ("/" if query else "")
        return urlunsplit((parts.scheme.lower(), _normal_netloc(parts), path, query, ""))
    except ValueError:
        return bare


def _normal_netloc(parts: SplitResult) -> str:
    """Return the host, and its port unless that is the scheme's; IPv6 addresses lose any `:80` then, as ever."""
    netloc = ".".join(map(_unicode_label, parts.netloc.lower().split(".")))
    with suppress(ValueError):  # a port that is no number stays
        if (parts.scheme.lower(), parts.port) in _DEFAULT_PORTS:
            return _DEFAULT_PORT.sub("", netloc)
    return netloc


def _unicode_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label.encode().decode("idna")
    except UnicodeError:
        return label


def _normal_query(query: str) -> str:
    pairs = [pair for pair in parse_qsl(query) if not dropped_from_ids(pair[0])]
    return urlencode(sorted(pairs, key=itemgetter(0)))


def final_url(url: str, canonical: str | None) -> str:
    """Return the page's own canonical URL when it stays within the registrable domain of the URL, else the URL."""
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
    """Return 32 hex digits: of the final URL; without one, of source and given id; else of source and content."""
    if url and host_of(url):
        bare = normalise_url(final_url(url, canonical)).split("://", 1)[-1]
        basis: tuple[str, ...] = ("url", bare)
    elif given:
        basis = ("given", source, given)
    else:
        basis = ("content", source, content)
    return hashlib.sha256("\x1f".join(basis).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def other_ids(article_id_: str, *urls: str | None) -> tuple[str, ...]:
    """Return the ids that an article would have by these addresses of it, its own left out."""
    found = dict.fromkeys(article_id(url=url) for url in dict.fromkeys(urls) if url and host_of(url))
    return tuple(each for each in found if each != article_id_)


def problem_of_event(article_id: str, revision: int, now_ms: int) -> str:
    """Return why an event's id and revision cannot be ours, as a Refused.reason; empty when they can.

    Whoever may write to the log writes what he likes: an id that is none would be one in the index, and no revision of
    an article would ever be above one of the far future.
    """
    if not _ID.fullmatch(article_id):
        return f"The event's `id` must be 32 hex digits, not {article_id[:80]!r}"
    if revision > now_ms + _AHEAD_MS:
        return f"The event's `revision` is {revision}, more than a day ahead of the clock"
    return ""


def content_hash(*parts: str) -> str:
    """Return 32 hex digits over texts, for telling whether an article changed."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def next_revision(fetched_ms: int, last: int | None) -> int:
    """Return the fetch instant in milliseconds, always above the last revision of that id."""
    return fetched_ms if last is None or fetched_ms > last else last + 1
