"""Read a saved feed and clean the full texts in it: `python examples/feed_to_articles.py FEED URL`.

The feed's bytes may come from anywhere. `copydesk run feeds.toml` polls feeds, fetches their pages and remembers what
it has seen; this needs the extra `feeds` as well.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import copydesk
from copydesk.producers.feeds.formats.parse import parse_feed


def articles(feed: bytes, url: str) -> Iterator[copydesk.CleanArticle | copydesk.Refused]:
    """Yield what each item of a feed becomes; its title, authors and date count where its text says nothing."""
    found = parse_feed(feed, None, url, datetime.now(UTC))
    if isinstance(found, copydesk.Refused):
        raise copydesk.InputError(f"{url}: {found.reason}")
    for item in found.items:
        hints = copydesk.Hints(title=item.title, authors=item.authors, published_at=item.published_at, guid=item.guid)
        yield copydesk.clean(item.content or item.summary or "", item.url, hints=hints)


def main(feed: str, url: str) -> None:
    """Print a line for each item of a saved feed."""
    for article in articles(Path(feed).read_bytes(), url):
        print(f"{article.title}: {len(article.text)} characters" if article else f"refused: {article.reason}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
