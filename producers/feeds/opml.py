"""Convert sources to and from OPML, the format feed readers exchange their lists in. Pure."""

import re
from collections.abc import Iterable

from lxml import etree

from copydesk.errors import InputError
from copydesk.events import Refused
from copydesk.producers.feeds.feed_list import LANGUAGE_CODE, Source, SourceList
from copydesk.producers.feeds.formats.safe_xml import UTF8, read_text, safe_xml
from copydesk.producers.web.plain_text import plain_text
from copydesk.web.allowed_addresses import AddressNotAllowed
from copydesk.web.urls import has_secrets, read_target

_FEED_SCHEME = re.compile(r"feed:(?://)?(?=https?://)|feed(?=://)", re.IGNORECASE)
"""How readers spell the address of a feed: `feed:https://…` and `feed://…`."""


def read_opml(data: bytes, name: str) -> SourceList:
    """Return the feeds of an OPML file, in its order, each address once, with the outlines around it as its folder.

    What is left out is named. Raises InputError where it is no OPML; DTDs and entities are refused.
    """
    text = read_text(data)
    xml = text if isinstance(text, Refused) else safe_xml(text)
    if isinstance(xml, Refused):
        raise InputError(f"{name}: {xml.reason}")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        raise InputError(f"{name} is not XML that can be read: {error}") from None
    if root.tag != "opml":
        raise InputError(f"{name} is XML, but no OPML")
    found, names = SourceList([], []), dict[str, str]()
    for outline in root.iter("outline"):
        fields = _fields(outline)
        url = _FEED_SCHEME.sub(lambda scheme: "" if ":" in scheme[0] else "http", fields.get("xmlurl", "").strip())
        title = plain_text(fields.get("text") or fields.get("title") or "", 200)
        if not url and not fields.get("type") and not fields.get("htmlurl"):
            continue  # a folder
        try:
            host = read_target(url).host.name if url else ""
        except AddressNotAllowed as refused:
            found.problems.append(f"{name}: {title or 'an outline'}: no web address: {refused}")
            continue
        if not url or url in names:
            why = "has no address of a feed" if not url else f"has the same address as {names[url]}"
            found.problems.append(f"{name}: {title or host or 'an outline'} {why}")
            continue
        language = fields.get("language", "").strip()
        names[url] = title or host
        found.sources.append(
            Source(
                name=title or host,
                feed=url,
                language=language if LANGUAGE_CODE.fullmatch(language) else None,
                folder=_folder(outline),
            )
        )
    return found


def _fields(outline: etree._Element) -> dict[str, str]:
    return {key.lower(): value for key, value in outline.attrib.items()}


def _folder(outline: etree._Element) -> str:
    """Return the names of the outlines around one, outermost first."""
    around = [_fields(each) for each in outline.iterancestors("outline")]
    named = [plain_text(each.get("text") or each.get("title") or "", 200).replace("/", "-") for each in around]
    return "/".join(name for name in reversed(named) if name)


def write_opml(sources: Iterable[Source], *, with_secrets: bool = False) -> tuple[str, int]:
    """Return the feeds as OPML 2.0, in their folders, and how many were left out as their addresses hold secrets."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Copydesk's sources"
    places, left_out = {"": etree.SubElement(root, "body")}, 0
    for source in sources:
        if source.feed is None:
            continue
        if has_secrets(source.feed) and not with_secrets:
            left_out += 1
            continue
        fields = {"type": "rss", "text": source.name, "title": source.name, "xmlUrl": source.feed}
        etree.SubElement(
            _place(places, source.folder),
            "outline",
            fields | ({"language": source.language} if source.language else {}),
        )
    return UTF8 + etree.tostring(root, encoding="unicode", pretty_print=True), left_out


def _place(places: dict[str, etree._Element], folder: str) -> etree._Element:
    """Return the outline of a folder, made within that of the folder around it where it is new."""
    if folder not in places:
        around, _, name = folder.rpartition("/")
        places[folder] = etree.SubElement(_place(places, around), "outline", {"text": name, "title": name})
    return places[folder]
