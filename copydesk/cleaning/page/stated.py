"""Read the facts that a page states in its head and its JSON-LD, once for all who use them."""

from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import urlsplit

from copydesk.cleaning.normalise import bare, plain
from copydesk.cleaning.page.jsonld import Node, article_of, nodes, text_of, texts_of, types
from copydesk.cleaning.page.model import HOME, Page
from copydesk.cleaning.thresholds.page import LONGEST_SECTION_NAME, LONGEST_SITE_NAME, MOST_URL_FOLDERS
from copydesk.identity import host_of, registrable_domain

_OUTLETS = frozenset(("website", "newsmediaorganization", "organization"))


class Facts(NamedTuple):
    """Hold what a page states: `metas` is the first content per name, `named` every (name, content).

    `article` is its JSON-LD node, empty if none; `site` has the outlet's names and `sections` those of its sections,
    each without spaces and marks, in lower case.
    """

    metas: dict[str, str]
    named: list[tuple[str, str]]
    nodes: list[Node]
    article: Node
    site: frozenset[str]
    sections: frozenset[str]

    def meta(self, *names: str) -> str:
        """Return the first of these metas that says something, as one line of plain text."""
        return next((text for name in names if (text := plain(self.metas.get(name, "")))), "")

    def ids(self) -> dict[str, Node]:
        """Map the JSON-LD nodes that others point to by their `@id`."""
        return {node["@id"]: node for node in self.nodes if isinstance(node.get("@id"), str)}


def read_facts(page: Page, url: str | None) -> Facts:
    """Collect what head and JSON-LD say."""
    metas = dict(reversed(page.metas))
    found = nodes(page.scripts)
    article = article_of(found) or {}
    site = frozenset((*_site_names(metas, found, article, url), *_home_names(page, url)))
    return Facts(metas, page.metas, found, article, site, frozenset(_sections(metas, article, url)))


def _sections(metas: dict[str, str], article: Node, url: str | None) -> Iterator[str]:
    """Yield the article's section as stated, and the folders of its address."""
    stated = [*texts_of(article.get("articleSection")), metas.get("article:section", ""), metas.get("section", "")]
    with suppress(ValueError):
        stated += urlsplit(url or "").path.split("/")[1:-1][:MOST_URL_FOLDERS]
    for name in stated:
        if len(name) <= LONGEST_SECTION_NAME and (section := bare(plain(name))) and not section.isdigit():
            yield section


def _home_names(page: Page, url: str | None) -> Iterator[str]:
    """Yield what links to the site's own front page call it."""
    host = host_of(url) if url else None
    for mark in page.marks:
        if mark.what == HOME:
            href, _, text = mark.value.partition(" ")
            name = bare(plain(text))
            if 1 < len(name) <= LONGEST_SITE_NAME and (href == "/" or (host and host_of(href) == host)):
                yield name


def _site_names(metas: dict[str, str], found: list[Node], article: Node, url: str | None) -> Iterator[str]:
    host = host_of(url) if url else None
    stated = [metas.get(name, "") for name in ("og:site_name", "application-name", "apple-mobile-web-app-title")]
    stated += [metas.get(name, "").partition("(")[0] for name in ("publisher", "dc.publisher", "twitter:site")]
    stated += [text_of(article.get("publisher"))]
    stated += [name for node in found if types(node) & _OUTLETS for name in texts_of([node.get("name")])[:1]]
    if host:
        domain = registrable_domain(host)
        stated += [host.removeprefix("www."), domain, domain.split(".")[0]]
    headline = bare(text_of(article.get("headline")))
    for name in stated:
        folded = bare(plain(name))
        if 1 < len(folded) <= LONGEST_SITE_NAME and folded != headline:
            yield folded
