"""Outlets that publish and edit stories over time, with the habits and faults of real ones, and what they showed."""

import bisect
import gzip
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from itertools import pairwise

from copydesk.producers.feeds.formats.safe_xml import UTF8
from tests.support.web.server import Answer, Asked

Fault = Callable[[Asked], Answer]
HTML = "text/html; charset=utf-8"


@dataclass
class Story:
    """One article: when it came out, and its versions as (since, title)."""

    number: int
    at: float
    versions: list[tuple[float, str]]

    def version(self, now: float) -> int:
        """Which version stands at an instant."""
        return bisect.bisect_right([since for since, _ in self.versions], now) - 1


@dataclass
class Outlet:
    """An outlet at `feeds.<name>` and `www.<name>`.

    `guids`: stable, changing (at every visit), repeating (one for all), none. `validators`: letters of e(tag) and
    m(odified). `old_copies` are spans in which a cache answers with what stood `age` seconds before. `faults` are spans
    with another answer than the feed. `said` is when the feed may next be asked, by what its last answer said.
    """

    name: str
    stories: list[Story]
    format: str = "rss"
    encoding: str = "utf-8"
    declared: bool = True
    guids: str = "stable"
    validators: str = "em"
    dates: bool = True
    window: int = 30
    max_age: int = 0
    ttl: int = 0
    whole: bool = False
    prose: str = ""
    robots: str = ""
    gap: float = 1.0
    old_copies: Sequence[tuple[float, float, float]] = ()
    faults: Sequence[tuple[float, float, Fault]] = ()
    packed: bool = False
    shown: dict[int, list[str]] = field(default_factory=dict)
    said: float = 0.0
    early: list[str] = field(default_factory=list)
    dice: random.Random = field(default_factory=lambda: random.Random(7))

    @property
    def feed_url(self) -> str:
        """Where the feed is."""
        return f"http://feeds.{self.name}/feed"

    def feed(self, asked: Asked) -> Answer:
        """Return what the feed's host answers."""
        if asked.at < self.said - 0.5:
            self.early.append(f"{asked.at:.0f}, {self.said - asked.at:.0f} s before its time")
        for start, end, fault in self.faults:
            if start <= asked.at < end:
                answer = fault(asked)
                wait = float(answer.headers.get("Retry-After", "60"))
                self.said = asked.at + max(60.0, wait) if answer.status not in {301, 302} else 0.0
                return answer
        stands = next((asked.at - age for start, end, age in self.old_copies if start <= asked.at < end), asked.at)
        self.said = asked.at + max(60.0, self.max_age, self.ttl)
        body = self.document(stands)
        headers = self._headers(stands, body)
        if self._is_known(asked, headers):
            return Answer(304, headers=headers)
        self._note(stands)
        if self.packed:
            return Answer(body=gzip.compress(body), headers=headers | {"Content-Encoding": "gzip"})
        return Answer(body=body, headers=headers)

    def page(self, asked: Asked) -> Answer:
        """Return what the host of the pages answers."""
        if asked.path == "/robots.txt":
            return Answer(body=self.robots.encode())
        number = int(asked.path.rpartition("/")[2])
        story = next(story for story in self.stories if story.number == number)
        title = story.versions[story.version(asked.at)][1]
        return Answer(
            body=f"<html><title>{title}</title><p>{title}</p></html>".encode(), headers={"Content-Type": HTML}
        )

    def current(self, now: float) -> list[Story]:
        """Return the stories in the feed, newest first."""
        out = [story for story in self.stories if story.at <= now]
        return out[-self.window :][::-1]

    def document(self, now: float) -> bytes:
        """Return the feed as it stands at an instant."""
        rows = [(story, story.versions[story.version(now)]) for story in self.current(now)]
        if self.format == "json":
            return self._json(rows)
        if self.format == "sitemap":
            return self._sitemap(rows)
        text = self._atom(rows) if self.format == "atom" else self._rss(rows)
        declaration = f'<?xml version="1.0" encoding="{self.encoding}"?>' if self.declared else '<?xml version="1.0"?>'
        return (declaration + text).encode(self.encoding, "xmlcharrefreplace")

    def _rss(self, rows: list[tuple[Story, tuple[float, str]]]) -> str:
        ttl = f"<ttl>{self.ttl // 60}</ttl>" if self.ttl else ""
        items = "".join(
            f"<item><title>{escape(title)}</title><link>http://www.{self.name}/s/{story.number}?utm_source=rss</link>"
            f"{self._guid(story)}<pubDate>{format_datetime(instant(story.at))}</pubDate>"
            f"<description>{escape(f'<p>{title}. {self.prose}</p>')}</description></item>"
            for story, (_, title) in rows
        )
        return f'<rss version="2.0"><channel><title>{self.name}</title>{ttl}{items}</channel></rss>'

    def _atom(self, rows: list[tuple[Story, tuple[float, str]]]) -> str:
        items = "".join(
            f"<entry><id>tag:{self.name},{story.number}</id><title>{escape(title)}</title>"
            f'<link href="//www.{self.name}/s/{story.number}#top"/><updated>{instant(since).isoformat()}</updated>'
            f"<content type='html'>{escape(f'<p>{title}. {self.prose}</p>')}</content></entry>"
            for story, (since, title) in rows
        )
        return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>{self.name}</title>{items}</feed>'

    def _json(self, rows: list[tuple[Story, tuple[float, str]]]) -> bytes:
        items = [
            {"id": story.number, "url": f"http://www.{self.name}/s/{story.number}", "title": title,
             "content_text": f"About {title}"}
            for story, (_, title) in rows
        ]  # fmt: skip
        return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}).encode()

    def _sitemap(self, rows: list[tuple[Story, tuple[float, str]]]) -> bytes:
        urls = "".join(
            f"<url><loc>http://www.{self.name}/s/{story.number}</loc><n:news><n:title>{escape(title)}</n:title>"
            f"<n:publication_date>{instant(story.at).isoformat()}</n:publication_date></n:news></url>"
            for story, (_, title) in rows
        )
        spaces = (
            'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
            'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'
        )
        return f"{UTF8}<urlset {spaces}>{urls}</urlset>".encode()

    def _guid(self, story: Story) -> str:
        if self.guids == "none":
            return ""
        names = {"changing": self.dice.random(), "repeating": "same", "stable": f"{self.name}-{story.number}"}
        return f'<guid isPermaLink="false">{names[self.guids]}</guid>'

    def _headers(self, now: float, body: bytes) -> dict[str, str]:
        changed = max((since for story in self.current(now) for since, _ in story.versions if since <= now), default=0)
        headers = {"ETag": f'"{hash(body)}"'} if "e" in self.validators else {}
        if "m" in self.validators:
            headers["Last-Modified"] = format_datetime(instant(changed), usegmt=True)
        return headers | ({"Cache-Control": f"max-age={self.max_age}"} if self.max_age else {})

    def _is_known(self, asked: Asked, headers: dict[str, str]) -> bool:
        if "ETag" in headers and "if-none-match" in asked.headers:
            return asked.headers["if-none-match"] == headers["ETag"]
        modified = asked.headers.get("if-modified-since")
        return modified is not None and modified == headers.get("Last-Modified")

    def _note(self, now: float) -> None:
        for story in self.current(now):
            shown = self.shown.setdefault(story.number, [])
            titles = [title for _, title in story.versions]
            title = titles[story.version(now)]
            if not shown or titles.index(title) > titles.index(shown[-1]):
                shown.append(title)


def instant(at: float) -> datetime:
    """Seconds since the epoch as an instant."""
    return datetime.fromtimestamp(int(at), UTC)


def stories(dice: random.Random, count: int, start: float, end: float, word: str) -> list[Story]:
    """So many stories over a time, a third of them out before it begins; some are edited, once or twice."""
    found = []
    times = sorted(dice.uniform(start - (end - start) / 2, end) for _ in range(count))
    for number, at in enumerate(times):
        edits = sorted(at + dice.uniform(600, 86_400) for _ in range(dice.choice((0, 0, 0, 1, 2))))
        versions = [(since, f"{word} {number} v{place}") for place, since in enumerate([at, *edits])]
        found.append(Story(number, at, versions))
    return found


def too_close(times: list[float], gap: float) -> list[float]:
    """Return the gaps between requests that are shorter than they may be."""
    return [later - earlier for earlier, later in pairwise(times) if later - earlier < gap - 0.001]
