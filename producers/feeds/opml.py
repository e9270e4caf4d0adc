"""Convert sources to and from OPML, the format feed readers exchange their lists in. Pure."""

from collections.abc import Iterable

from lxml import etree

from copydesk.errors import InputError
from copydesk.events import Refused
from copydesk.producers.feeds.feed_list import LANGUAGE_CODE, Source
from copydesk.producers.feeds.formats.safe_xml import UTF8, read_text, safe_xml
from copydesk.producers.web.plain_text import plain_text
from copydesk.web.allowed_addresses import AddressNotAllowed
from copydesk.web.urls import has_secrets, read_target


def read_opml(data: bytes, name: str) -> list[Source]:
    """Return the feeds of an OPML file, in its order, each address once; raises InputError.

    DTDs and entities are refused.
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
    found: dict[str, Source] = {}
    for outline in root.iter("outline"):
        fields = {key.lower(): value for key, value in outline.attrib.items()}
        url = fields.get("xmlurl", "").strip()
        try:
            read_target(url)
        except AddressNotAllowed:
            continue
        title = plain_text(fields.get("text") or fields.get("title") or "", 200) or read_target(url).host.name
        language = fields.get("language", "").strip()
        found.setdefault(
            url, Source(name=title, feed=url, language=language if LANGUAGE_CODE.fullmatch(language) else None)
        )
    return list(found.values())


def write_opml(sources: Iterable[Source], *, with_secrets: bool = False) -> tuple[str, int]:
    """Return the feeds as OPML 2.0, and how many were left out because their addresses hold credentials or keys."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Copydesk's sources"
    body, left_out = etree.SubElement(root, "body"), 0
    for source in sources:
        if source.feed is None:
            continue
        if has_secrets(source.feed) and not with_secrets:
            left_out += 1
            continue
        fields = {"type": "rss", "text": source.name, "title": source.name, "xmlUrl": source.feed}
        etree.SubElement(body, "outline", fields | ({"language": source.language} if source.language else {}))
    return UTF8 + etree.tostring(root, encoding="unicode", pretty_print=True), left_out
