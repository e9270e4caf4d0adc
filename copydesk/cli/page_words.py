"""Say in words what the page fetcher did, and for whom its links wait until when."""

from collections.abc import Mapping
from datetime import datetime

from copydesk.app.page_service import PageService
from copydesk.cli.terminal import safe
from copydesk.producers.pages.delays import WaitingHost

_HOSTS_NAMED = 6
_OTHERWISE = (
    ("unchanged", "asked again and unchanged"), ("repeated", "fetched before"), ("moved", "moved to another site"),
    ("postponed", "put off"), ("refused", "refused"), ("failed", "failed"),
)  # fmt: skip


def pages_done(service: PageService) -> str:
    """Return what became of the links that were taken on: `12 pages fetched, 3 put off, 1 refused`."""
    fetched, others = service.pages.counts["fetched"], links_otherwise(service)
    return f"{fetched:,} {'page' if fetched == 1 else 'pages'} fetched" + (f", {others}" if others else "")


def links_otherwise(service: PageService) -> str:
    """Return what became of the links that did not become pages; empty where there is none."""
    counts = service.pages.counts
    return ", ".join(f"{counts[word]:,} {words}" for word, words in _OTHERWISE if counts[word])


def hosts_waited_for(hosts: Mapping[str, WaitingHost], now: datetime) -> str:
    """Return for whom links wait: `coast.example 2 until 14:05, other.example 1 until Nov 28 02:00 (UTC)`."""
    told = [
        f"{safe(host)} {waiting.links:,} until {_moment(waiting.until, now)}"
        for host, waiting in list(hosts.items())[:_HOSTS_NAMED]
    ]
    more = len(hosts) - _HOSTS_NAMED
    return ", ".join([*told, *([f"{more:,} more"] if more > 0 else [])]) + (" (UTC)" if told else "")


def pages_now(service: PageService) -> str:
    """Return how it is while it works: what is under way, for whom links wait, and what does not answer."""
    parts = [f"{pages_done(service)}, {service.pages.pending:,} under way"]
    if service.waiting_hosts:
        names = [safe(host) for host in service.waiting_hosts]
        more = [f"{len(names) - _HOSTS_NAMED:,} more"] if len(names) > _HOSTS_NAMED else []
        parts.append(f"links wait for {', '.join([*names[:_HOSTS_NAMED], *more])}")
    if service.waiting:
        parts.append(f"waiting: {safe(service.waiting)}")
    return "; ".join(parts)


def _moment(until: datetime, now: datetime) -> str:
    return f"{until:%H:%M}" if until.date() == now.date() else f"{until:%b %d %H:%M}"
