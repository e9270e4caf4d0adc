"""Decode the bytes of a feed, sitemap or OPML file, once, into XML that is safe to parse: without DTD. Pure."""

import re
from html.entities import html5

from copydesk.events import Refused
from copydesk.web.charset import charset_of, decode_text

# How a document begins in the encodings that the general detection does not know.
_BEGINNINGS = ((b"\x00\x00\x00<", "utf-32-be"), (b"<\x00\x00\x00", "utf-32-le"), (b"\x4c\x6f\xa7\x94", "cp037"))
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_DECLARATION = re.compile(r"(?<!\s)\s*<\?xml\b[^>]{0,400}>", re.IGNORECASE)
_OPENINGS = re.compile(r"<!--|<!\[CDATA\[|<!\s*(DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)\b", re.IGNORECASE)
_AMPERSAND = re.compile(r"&(?!#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|(?:amp|lt|gt|quot|apos);)(?:(\w{2,31});)?")
_CLOSERS = {"<!--": "-->", "<![CDATA[": "]]>"}
_ENTITY = re.compile(r"<!\s*ENTITY\b", re.IGNORECASE)
UTF8 = '<?xml version="1.0" encoding="utf-8"?>\n'


def read_text(body: bytes, content_type: str | None = None) -> str | Refused:
    """Return a document's text, or Refused where it is none.

    Broken bytes become U+FFFD, characters that XML forbids are left out.
    """
    for beginning, name in _BEGINNINGS:
        if body.startswith(beginning):
            return _NOT_XML.sub("", body.decode(name, "replace"))
    found = decode_text(body, charset_of(content_type), repair=True)
    if isinstance(found, Refused):
        return found
    return _NOT_XML.sub("", found.text)


def safe_xml(text: str) -> str | Refused:
    """Return XML that declares UTF-8 and holds no document type, or Refused when it has one.

    What a parser gets is this text and nothing else, so no encoding can hide a declaration from the check. Entities
    are refused wherever they stand, even in comments: loose parsers look for them everywhere. Ampersands that nobody
    escaped (`D&D`) are, and the characters that HTML alone has names for (`&nbsp;`) are put in their place.
    """
    body = _DECLARATION.sub("", text.lstrip("\ufeff"), count=1).lstrip()
    if _ENTITY.search(body):
        return Refused("The document declares XML entities, which are refused")
    at, parts, endless = (
        0,
        list[str](),
        set[str](),
    )  # what is not closed here is not closed later either, and not looked for again
    while (found := _OPENINGS.search(body, at)) is not None:
        if found[1]:
            return Refused("The document has an XML document type, which is refused")
        closer = _CLOSERS[found[0].upper()]
        end = -1 if closer in endless else body.find(closer, found.end())
        if end < 0:
            endless.add(closer)
        upto = end if end >= 0 else found.end()
        parts += (_AMPERSAND.sub(_escaped, body[at : found.start()]), body[found.start() : upto])
        at = upto
    return UTF8 + "".join((*parts, _AMPERSAND.sub(_escaped, body[at:])))


def _escaped(found: re.Match[str]) -> str:
    """Return the character that HTML names so, or the ampersand escaped."""
    if found[1] and (named := html5.get(f"{found[1]};")):
        return named
    return f"&amp;{found[0][1:]}"
