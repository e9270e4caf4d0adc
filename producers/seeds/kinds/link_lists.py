"""Read lists of links: an address a line, with or without scheme, a title behind it, comments and blank lines."""

import re
from typing import NamedTuple

from copydesk.events import Refused
from copydesk.identity import strip_credentials
from copydesk.producers.seeds.rows import URL_LIMIT, usable_url

SNIFFED = 256 << 10
"""How many characters of a text are looked at to tell whether it is a list."""
_TITLE_LIMIT = 500
_PROSE = 20
"""A line counts once more for each so many words: paragraphs speak for an article, notes between links do not."""
_SEVERAL = 3
_SCHEMES = ("http://", "https://")
_HOST = re.compile(r"(?:[\w-]++\.)++[^\W\d_]{2,}+(?::\d{1,5})?+(?:[/?#]\S*+)?+")
_NUMBERED = re.compile(r"(?:(?:\d{1,3}\.){3}\d{1,3}|localhost)(?::\d{1,5}(?:[/?#]\S*+)?+|/\S*+)")
"""A host by its number, or this machine: with a port or a path, for a number alone may be a version's."""
_BULLET = re.compile(r"(?:[-*•–]|\d{1,6}[.)])\s++")
_BETWEEN = " \t|,;:–—-"


class Listed(NamedTuple):
    """Hold a listed address, without user and password, and the title that stands behind it."""

    url: str
    title: str = ""


def link_of_line(line: bytes) -> Listed | Refused | None:
    """Return the link on one line of a list; None for a blank line and a `#` comment."""
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        return Refused(f"The line is not UTF-8: byte 0x{line[error.start]:02x}")
    return link_of_text(text)


def link_of_text(line: str) -> Listed | Refused | None:
    """Return the link on one line of a list; None for a blank line and a `#` comment."""
    stripped = line.strip()
    if not stripped or stripped.startswith("#"):
        return None
    address, title = _parts(stripped)
    if title and "." not in address and "localhost" not in address:  # words, not a host
        address = ""
    url = _with_scheme(address)
    if not usable_url(url):
        return Refused(f"The line is not an http or https address of at most {URL_LIMIT:,} characters")
    return Listed(strip_credentials(url), title)


def lists_links(text: str) -> bool:
    """Whether a text is a list of links and no article: more lines are addresses than say something else."""
    links = others = 0
    for line in text[:SNIFFED].splitlines():
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        address, title = _parts(stripped)
        plain = "/" in address or address.lower().startswith("www.") or not title
        if address.lower().startswith(_SCHEMES) or (plain and _with_scheme(address)):
            links += 1
        else:
            others += 1 + len(stripped.split()) // _PROSE
    return links > others or _SEVERAL <= links == others


def _with_scheme(address: str) -> str:
    """Return an address with its scheme, which a host's number has no certificate for; empty for what is no address."""
    if address.lower().startswith(_SCHEMES):
        return address
    if _HOST.fullmatch(address):
        return f"https://{address}"
    return f"http://{address}" if _NUMBERED.fullmatch(address) else ""


def _parts(line: str) -> tuple[str, str]:
    """Return a line's address, without what lists put around it, and its title."""
    line = _BULLET.sub("", line, count=1) if _BULLET.match(line) else line
    address, _, rest = line.replace("\t", " ").partition(" ")
    title = "" if rest.lstrip().startswith("#") else rest.strip(_BETWEEN)
    if address.startswith("<") and address.endswith(">"):
        address = address[1:-1]
    return address.rstrip(",;|"), title[:_TITLE_LIMIT]
