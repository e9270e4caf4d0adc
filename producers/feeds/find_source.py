"""Find the feed at an address and make the source of it that a list takes in."""

from collections.abc import Callable
from typing import NamedTuple

from copydesk.errors import NotFound
from copydesk.identity import host_of
from copydesk.producers.feeds.check import Checked, check
from copydesk.producers.feeds.discovery import discover
from copydesk.producers.feeds.feed_list import LANGUAGE_CODE, Source
from copydesk.producers.feeds.parse_process import ReadFeed
from copydesk.producers.web.hosts import HostThrottle
from copydesk.web.fetcher import Fetcher
from copydesk.web.urls import public


class FoundSource(NamedTuple):
    """Hold what was found: the source, what asking it brought, and the addresses of other feeds there."""

    source: Source
    checked: Checked
    others: tuple[str, ...]


async def find_source(
    fetcher: Fetcher, read: ReadFeed, url: str, hosts: HostThrottle, wall: Callable[[], float], name: str | None = None
) -> FoundSource:
    """Return the source at an address, a feed's or a page's that has one; `name` is how to call it.

    What is no feed after all has a `checked` that is not good. Raises FetchFailed, MustWait, NotFound.
    """
    url = url if "://" in url else f"https://{url}"
    found = [each.url for each in await discover(fetcher, url, hosts)]
    if not found:
        raise NotFound(f"no feed was found at {public(url)}")
    first = Source(name=host_of(found[0]) or found[0], feed=found[0])
    (checked,) = await check([first], fetcher, read, wall)
    source = Source(
        name=name or checked.title or first.name,
        feed=None if checked.format.startswith("sitemap") else found[0],
        sitemap=found[0] if checked.format.startswith("sitemap") else None,
        language=checked.language if checked.language and LANGUAGE_CODE.fullmatch(checked.language) else None,
        full_text="feed" if checked.whole_texts * 2 > checked.items else "page",
    )
    return FoundSource(source, checked, tuple(found[1:]))
