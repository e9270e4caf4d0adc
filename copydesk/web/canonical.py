"""Find the canonical URL a page states, by a bounded scan of its head instead of a parse."""

import html
import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from copydesk.identity import strip_credentials

HEAD_LIMIT = 256 << 10
"""How many characters of a page are looked at; some heads carry 200 kB of styles before their links."""

_TAG = re.compile(
    r"<(!--|(?:link|meta|script|style|noscript|template|title|body)(?=[\s/>])|/head(?=[\s>]))", re.IGNORECASE
)
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?""")
_LINK_LIMIT = 8192
_SPACE = re.compile(r"[\t\n\f\r]+")


def canonical_url(page: str, url: str) -> str | None:
    """Return the absolute http(s) URL of the first `rel=canonical` in the page's head, None without a usable one.

    `url` is where the page was found: relative addresses are joined to it. An address that names the site's front
    page, though the page is not it, is a common mistake that would make one article of all of them: it counts as none.
    Whether the host may speak for the page is for `identity.final_url` to say. Linear in HEAD_LIMIT; never raises.
    """
    head = page[:HEAD_LIMIT]
    if "canonical" not in head and "canonical" not in head.lower():
        return None
    href = _first_link(head)
    return None if href is None else usable(href, url)


def usable(href: str, url: str) -> str | None:
    """Return the address that a page at `url` states for itself, absolute and without user and password.

    None when it is no http(s) address, or names the site's front page while the page is not it. Never raises.
    """
    try:
        joined = strip_credentials(urljoin(url, _SPACE.sub("", href[:_LINK_LIMIT]).strip()))
        parts, own = urlsplit(joined), urlsplit(url)
        host = parts.hostname
        joined.encode()  # what is no text, such as half a surrogate pair, is no address
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc:
        return None
    if parts.path in {"", "/"} and not parts.query and (own.path not in {"", "/"} or own.query):
        return None
    return joined


def stated_addresses(page: str) -> Iterator[tuple[str, str]]:
    """Yield the absolute addresses that a page's head states for it, `rel=canonical` before `og:url`; with that name.

    Linear in HEAD_LIMIT; never raises.
    """
    head = page[:HEAD_LIMIT]
    href = _first_link(head)
    shared = next((told["content"] for told in _tags(head, "meta") if _is_og_url(told)), None)
    for name, told in (("rel=canonical", href), ("og:url", shared)):
        if told and (found := usable(told, "")):
            yield name, found


def _is_og_url(told: dict[str, str]) -> bool:
    return told.get("property", told.get("name", "")).lower() == "og:url" and bool(told.get("content"))


def _first_link(head: str) -> str | None:
    """Return the href of the first canonical link."""
    for told in _tags(head, "link"):
        if "canonical" in told.get("rel", "").lower().split() and told.get("href"):
            return told["href"]
    return None


def _tags(head: str, wanted: str) -> Iterator[dict[str, str]]:
    """Yield the attributes of the tags of one name that are markup.

    What stands in a comment, script, style, title or template is none.
    """
    at = 0
    while (tag := _TAG.search(head, at)) is not None:
        name = tag[1].lower()
        if name in {"body", "/head"}:
            return
        if name in {"link", "meta"}:
            at = end = _end_of_tag(head, tag.end())
            if name == wanted:
                yield _attributes(head[tag.end() : end])
            continue
        closer = "-->" if name == "!--" else f"</{name}"
        # `<!-->` is a whole comment: its end may overlap its beginning
        at = _find(head, closer, tag.end() - 2 if name == "!--" else tag.end())
        if at < 0:
            return


def _find(text: str, closer: str, start: int) -> int:
    """Find `closer`, of lower-case ASCII, at or after `start`, in any case; -1 when it is nowhere."""
    if closer == "-->":
        return text.find(closer, start)
    while (at := text.find("</", start)) >= 0:
        if text[at : at + len(closer)].lower() == closer:
            return at
        start = at + 2
    return -1


def _end_of_tag(text: str, start: int) -> int:
    """Return the index of the `>` that ends the tag, skipping quoted values; at most a few kilobytes on."""
    end = text.find(">", start, start + _LINK_LIMIT)
    if end >= 0 and text.count('"', start, end) % 2 == 0 and "'" not in text[start:end]:
        return end
    quote, limit = "", min(len(text), start + _LINK_LIMIT)
    for at in range(start, limit):
        char = text[at]
        if quote:
            quote = "" if char == quote else quote
        elif char == ">":
            return at
        elif char in "\"'" and text[at - 1] in "= \t\n\r":
            quote = char
    return limit


def _attributes(inside: str) -> dict[str, str]:
    """Map attribute names in lower case to values, character references decoded; the first of a name counts."""
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(inside):
        found.setdefault(name.lower(), html.unescape(double or single or bare))
    return found
