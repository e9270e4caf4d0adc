"""Parse sitemaps, news sitemaps and sitemap indexes into items. Pure; takes XML that `safe_xml` let through."""

from datetime import UTC, datetime

from lxml import etree

from copydesk.events import Refused
from copydesk.producers.feeds.formats.dates import read_feed_date
from copydesk.producers.feeds.formats.items import LONGEST_FEED_NAME, MOST_ITEMS, Feed, Item
from copydesk.producers.web.link_cleaner import clean_link
from copydesk.producers.web.plain_text import one_line, plain_text

MOST_CHILDREN = 10
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def read_sitemap(xml: str, base: str, now: datetime) -> Feed | Refused:
    """Read a `urlset` or `sitemapindex` found at `base`; broken XML is read as far as it goes."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(xml.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        return Refused("The document is not XML that can be read")
    problem = "the XML is broken" if len(parser.error_log) else ""
    if _name(root) == "sitemapindex":
        return Feed(format="sitemapindex", children=_children(root, base, now), problem=problem)
    if _name(root) != "urlset":
        return Refused(f"The document is XML with the root {one_line(_name(root), 40)}, which is no feed")
    items = (_item(each, base, now) for each in root if _name(each) == "url")
    return Feed(format="sitemap", items=tuple(item for item in items if item)[:MOST_ITEMS], problem=problem)


def _children(root: etree._Element, base: str, now: datetime) -> tuple[str, ...]:
    dated = []
    for each in root:
        fields = _fields(each)
        url = clean_link(fields.get("loc"), base)
        if url is not None:
            dated.append((read_feed_date(fields.get("lastmod"), now) or _LONG_AGO, url))
    dated.sort(key=lambda pair: pair[0], reverse=True)  # stable: without dates the order of the file holds
    return tuple(dict.fromkeys(url for _, url in dated))[:MOST_CHILDREN]


def _item(element: etree._Element, base: str, now: datetime) -> Item | None:
    fields = _fields(element)
    url = clean_link(fields.get("loc"), base)
    if url is None:
        return None
    keywords = fields.get("news:keywords", "").split(",")
    return Item(
        url=url,
        title=plain_text(fields.get("news:title", "")),
        published_at=read_feed_date(fields.get("news:publication_date"), now),
        modified_at=read_feed_date(fields.get("lastmod"), now),
        language=one_line(fields.get("news:language", ""), 35) or None,
        tags=tuple(tag for tag in (one_line(word, LONGEST_FEED_NAME) for word in keywords[:50]) if tag),
    )


def _fields(element: etree._Element) -> dict[str, str]:
    """Return the leaf texts by name; those of the news extension begin with `news:`."""
    found: dict[str, str] = {}
    for child in element.iter():
        name, space = _name(child), _space(child)
        if child.text and child.text.strip() and name:
            found.setdefault(f"news:{name}" if "sitemap-news" in space else name, child.text.strip())
    return found


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _space(element: etree._Element) -> str:
    return (etree.QName(element).namespace or "") if isinstance(element.tag, str) else ""
