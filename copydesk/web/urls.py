"""Read addresses on the web: take them apart for fetching, and show them without their secrets. Pure."""

import base64
import re
from typing import NamedTuple
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

from copydesk.identity import strip_credentials
from copydesk.web.allowed_addresses import AddressNotAllowed, Host, read_host, read_port

_LONGEST = 8192
_ODD = re.compile(r"[\x00-\x20\x7f-\xa0\\\u2028\u2029\ufeff]")
_SECRET = re.compile(
    r"(?i)(?:^|[_.-])(?:access|api|auth|private|secret|session|user)?[_.-]?"
    r"(?:key|token|secret|password|passwd|pwd|pass|auth|credential|sig|signature|hash|jwt|apikey|sessionid|sid)$"
)
_SAFE = "%/:=&?~#+!$,;'@()*[]|"


class Target(NamedTuple):
    """Hold one request's address. `path` begins with a slash and holds the query; `authorization` is a Basic header."""

    scheme: str
    host: Host
    port: int
    path: str
    authorization: str | None

    @property
    def origin(self) -> tuple[str, str, int]:
        """Return what two addresses of one server share."""
        return self.scheme, self.host.name, self.port

    @property
    def netloc(self) -> str:
        """Return host and port as in a Host header."""
        name = f"[{self.host.name}]" if ":" in self.host.name else self.host.name
        return name if self.port == (443 if self.scheme == "https" else 80) else f"{name}:{self.port}"

    @property
    def url(self) -> str:
        """Return the address as text, without credentials."""
        return f"{self.scheme}://{self.netloc}{self.path}"


def read_target(url: str) -> Target:
    """Take an http(s) URL apart; raises AddressNotAllowed, whose message never holds the URL."""
    url = url.strip()
    if len(url) > _LONGEST or _ODD.search(url):
        raise AddressNotAllowed(
            "the URL is too long" if len(url) > _LONGEST else "the URL holds spaces or control characters"
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressNotAllowed("the URL cannot be read") from None
    if parts.scheme.lower() not in {"http", "https"}:
        raise AddressNotAllowed("only http and https are fetched")
    userinfo, _, hostport = parts.netloc.rpartition("@")
    host = hostport[: hostport.index("]") + 1] if hostport.startswith("[") else hostport.partition(":")[0]
    return Target(
        scheme=parts.scheme.lower(),
        host=read_host(host),
        port=read_port(parts.scheme.lower(), port),
        path=quote(urlunsplit(("", "", parts.path or "/", parts.query, "")), safe=_SAFE),
        authorization=_basic(userinfo),
    )


def _basic(userinfo: str) -> str | None:
    if not userinfo:
        return None
    user, _, password = userinfo.partition(":")
    pair = f"{unquote(user)}:{unquote(password)}".encode()
    return "Basic " + base64.b64encode(pair).decode("ascii")


def join(base: str, link: str) -> str | None:
    """Return a link found at `base` as an absolute http(s) URL without credentials, None when it is none."""
    link = re.sub(r"[\t\r\n]", "", link.strip()).replace(" ", "%20")
    try:
        url = strip_credentials(urljoin(strip_credentials(base), link))
        return url if read_target(url) else None
    except (ValueError, AddressNotAllowed):
        return None


def has_secrets(url: str) -> bool:
    """Whether a URL carries credentials, or a query parameter that looks like a key."""
    return public(url) != url


def public(url: str) -> str:
    """Return a URL as it may be shown and stored: without credentials, values of key-like parameters hidden."""
    bare = strip_credentials(url)
    head, mark, query = bare.partition("?")
    if not mark:
        return bare
    query, hash_, fragment = query.partition("#")
    pairs = (_hide(pair) for pair in query.split("&"))
    return f"{head}?{'&'.join(pairs)}{hash_}{fragment}"


def _hide(pair: str) -> str:
    name, equals, value = pair.partition("=")
    return f"{name}=hidden" if equals and value and _SECRET.search(unquote(name)) else pair
