"""Normalise links of feeds: absolute, without redirectors, tracking parameters, fragments and credentials. Pure."""

import re
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from copydesk.tracking import dropped_from_links
from copydesk.web.urls import join

# Pages that only send the reader on: host, path, and the parameter that names where to.
_REDIRECTORS = (
    (re.compile(r"(?:www|news)\.google\.[a-z.]{2,7}"), re.compile(r"/(?:news/)?url"), ("url", "q")),
    (re.compile(r"(?:www|news)\.bing\.com"), re.compile(r"/news/apiclick\.aspx"), ("url",)),
    (re.compile(r"lm?\.facebook\.com"), re.compile(r"/l\.php"), ("u",)),
    (re.compile(r"out\.reddit\.com"), re.compile(r"/.*"), ("url",)),
    (re.compile(r"t\.umblr\.com"), re.compile(r"/redirect"), ("z",)),
    (re.compile(r"(?:www\.)?youtube\.com"), re.compile(r"/redirect"), ("q",)),
    (re.compile(r"(?:m\.)?vk\.com"), re.compile(r"/away\.php"), ("to",)),
    (re.compile(r"(?:www\.)?awin1\.com"), re.compile(r"/.*"), ("ued", "p")),
)
_YAHOO = re.compile(r"/RU=([^/]+)/")
_DEPTH = 3


def clean_link(link: str | None, base: str) -> str | None:
    """Return the address a link in a document at `base` really names, None when that is no web address."""
    url = join(base, link) if link and link.strip() else None
    for _ in range(_DEPTH):
        onward = _behind(url) if url else None
        if onward is None:
            break
        url = onward
    return _plain(url) if url else None


def _behind(url: str) -> str | None:
    """Return where a redirector's address leads, None when it is none."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if host.endswith("r.search.yahoo.com") and (found := _YAHOO.search(parts.path)):
        return join(url, unquote(found[1]))
    for hosts, paths, names in _REDIRECTORS:
        if hosts.fullmatch(host) and paths.fullmatch(parts.path):
            query = dict(parse_qsl(parts.query, max_num_fields=200))
            named = next((query[name] for name in names if name in query), "")
            return join(url, named) if named.startswith(("http://", "https://", "//")) else None
    return None


def _plain(url: str) -> str:
    parts = urlsplit(url)
    kept = [pair for pair in parts.query.split("&") if pair and not _is_tracking(pair)]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "&".join(kept), ""))


def _is_tracking(pair: str) -> bool:
    name, _, value = pair.partition("=")
    return dropped_from_links(unquote(name), unquote(value))
