"""Spell an address as a feed, a reader or the host itself may have written it. Pure.

Ids know nothing of scheme and tracking parameters: what is spelt here is what they do tell apart.
"""

import re
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

from copydesk.identity import article_id, host_of, normalise_url

_AMP_PATH = re.compile(r"/amp(?=/|\Z)|\.amp(?=\.html?\Z|\Z)", re.IGNORECASE)
_AMP_PARAMETERS = frozenset({"amp", "outputtype", "output_type"})


def typed_address(text: str) -> str | None:
    """Return the address that a text is, with or without its scheme; None for what is none."""
    text = text.strip()
    if host_of(text):
        return text
    bare = f"https://{text}"
    host = host_of(bare)
    return bare if host and "." in host and "/" in text and not re.search(r"\s", text) else None


def spellings_of(url: str) -> tuple[str, ...]:
    """Return an address in its ways of writing, as it is first: AMP or not, `www.` or not, a slash behind it or not."""
    found = {url: None}
    for change in (_without_amp, _with_amp, _other_www, _other_slash):
        for each in list(found):
            if other := change(each):
                found[other] = None
    return tuple(found)


def ids_of(url: str) -> tuple[str, ...]:
    """Return the ids that an article of this address may have, the most likely first."""
    return tuple(dict.fromkeys(article_id(url=each) for each in spellings_of(url)))


def comparable(url: str) -> str:
    """Return what two addresses of one page have in common: no scheme, no `www.`, no AMP, no slash at the end."""
    bare = normalise_url(_without_amp(url) or url).partition("://")[2] or url
    return bare.removeprefix("www.").rstrip("/")


def _without_amp(url: str) -> str | None:
    parts = _parts(url)
    if parts is None:
        return None
    host = parts.netloc.removeprefix("amp.") if parts.netloc.startswith("amp.") else parts.netloc
    query = urlencode([pair for pair in parse_qsl(parts.query) if pair[0].lower() not in _AMP_PARAMETERS])
    path = _AMP_PATH.sub("", parts.path)
    other = urlunsplit(parts._replace(netloc=host, path=path, query=query))
    return other if (host, path) != (parts.netloc, parts.path) or len(query) < len(parts.query) else None


def _with_amp(url: str) -> str | None:
    parts = _parts(url)
    if parts is None or _without_amp(url) is not None:
        return None
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/amp"))


def _other_www(url: str) -> str | None:
    parts = _parts(url)
    if parts is None:
        return None
    host = parts.netloc
    return urlunsplit(parts._replace(netloc=host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"))


def _other_slash(url: str) -> str | None:
    parts = _parts(url)
    if parts is None or len(parts.path) < 2:
        return None
    path = parts.path.removesuffix("/") if parts.path.endswith("/") else f"{parts.path}/"
    return urlunsplit(parts._replace(path=path))


def _parts(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None
