"""Follow meta refresh: find where a page without content sends its reader at once. Pure."""

import re

from selectolax.lexbor import LexborHTMLParser

from copydesk.web.urls import join

_LONGEST_PAGE = 20_000
_MOST_TEXT = 300
_AT_ONCE = 5
_CONTENT = re.compile(r"(\d{1,3})(?:\.\d{0,9})?\s*[;,]\s*(.+)", re.DOTALL)
_NAME = re.compile(r"url\s*=\s*", re.IGNORECASE)


def meta_refresh_target(page: str, url: str) -> str | None:
    """Return the http(s) address to which a page at `url` sends its reader by `<meta http-equiv=refresh>`.

    Only within five seconds, and if the page holds hardly anything else; None otherwise, and for a page that only loads
    itself again.
    """
    if len(page) > _LONGEST_PAGE or "refresh" not in page.lower():
        return None
    tree = LexborHTMLParser(page)
    tree.strip_tags(["script", "style", "noscript", "template"])
    text = tree.body.text(separator=" ") if tree.body is not None else ""
    if len(" ".join(text.split())) > _MOST_TEXT:
        return None
    base = tree.css_first("base[href]")
    base_url = join(url, base.attributes.get("href") or "") if base is not None else None
    for meta in tree.css("meta[http-equiv][content]"):
        if (meta.attributes["http-equiv"] or "").strip().lower() != "refresh":
            continue
        found = _CONTENT.fullmatch((meta.attributes["content"] or "").lstrip())
        if found is None or int(found[1]) > _AT_ONCE:
            return None
        address = _unquoted(_NAME.sub("", found[2].strip(), count=1) if _NAME.match(found[2]) else found[2].strip())
        onward = join(base_url or url, address) if address else None
        return None if onward is None or _bare(onward) == _bare(url) else onward
    return None


def _unquoted(text: str) -> str:
    return text[1:].partition(text[0])[0] if text.startswith(("'", '"')) else text


def _bare(url: str) -> str:
    return url.partition("#")[0]
