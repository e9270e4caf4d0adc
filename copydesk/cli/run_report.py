"""Say at the end of a run what became of what it read, what was left for later, and what to try next."""

import re
import shutil
import sys
from collections import Counter
from datetime import UTC, datetime
from typing import NamedTuple

from rich.table import Table

from copydesk.cli.output import console, errors, literal, shortened
from copydesk.cli.page_words import hosts_waited_for, links_otherwise
from copydesk.cli.run_watch import RunInSight
from copydesk.cli.terminal import safe
from copydesk.events import CleanArticle

_ERRORS_SHOWN, _REASON_SHOWN = 20, 100
_QUOTED = re.compile(r":? “.*+", re.DOTALL)


class EndOfRun(NamedTuple):
    """Hold what was asked of the engines at the end: articles in the index, earlier dead letters, links that wait."""

    documents: int
    dead_before: int
    waiting_links: int
    seconds: float


def report_run(seen: RunInSight, end: EndOfRun) -> None:
    """Print the problems, and the closing table."""
    whole, counts = seen.whole, seen.counts
    listed = seen.feeds.pages.given_up if seen.feeds and counts.addresses else []
    _problems([*counts.errors, *listed], counts.problems + len(listed))
    verdicts, clean = whole.writer.verdicts, whole.clean.counts
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_column(style="dim")
    fetched = seen.feeds.pages.pages.counts["fetched"] if seen.feeds else 0
    table.add_row("read", f"{counts.read + fetched + _in_feeds(seen):,}", f"in {end.seconds:.1f} s")
    if seen.feeds:
        given_up = seen.feeds.pages.given_up
        table.add_row("pages", f"{fetched:,}", links_otherwise(seen.feeds.pages))
        table.add_row("given up", f"{len(given_up):,}", "copydesk dead list --stage pages" if given_up else "")
        hosts = hosts_waited_for(seen.feeds.pages.waiting_hosts, datetime.now(UTC))
        later = f"{hosts}; the next run, or `copydesk produce pages`, fetches them" if end.waiting_links else ""
        table.add_row("links that wait", f"{end.waiting_links:,}", literal(later))
    table.add_row("cleaned", f"{clean.done:,}", "")
    kinds = whole.writer.removed
    table.add_row("pieces removed", f"{sum(kinds.values()):,}", "")
    for kind, count in kinds.most_common():
        table.add_row(f"  {kind}", f"{count:,}", "")
    table.add_row("indexed", f"{verdicts['stored']:,}", f"{end.documents:,} articles in the index")
    left = end.dead_before
    waiting = f"{left:,} of before {'is' if left == 1 else 'are'} among the dead letters: copydesk dead list"
    table.add_row("unchanged", f"{counts.unchanged + verdicts['stale']:,}", waiting if left else "")
    if counts.links:
        table.add_row("links", f"{counts.links:,}", "" if seen.feeds else "to be fetched by `copydesk produce pages`")
    refused = counts.refused + clean.refused
    failed = clean.failed + whole.index.counts.failed
    table.add_row("refused", f"{refused:,}", literal(commonest(whole.reasons)) if refused else "")
    table.add_row("failed", f"{failed:,}", "copydesk dead list" if failed else "")
    console.print(table)


def suggest(articles: list[CleanArticle]) -> None:
    """Print commands to try, about an article that is there; one whose title everybody can type, if any."""
    article = next((each for each in articles if each.title.isascii() and each.title), articles[0])
    word = max(re.findall(r"\w+", safe(article.title)), key=len, default="QUERY")
    name = "copydesk" if shutil.which("copydesk") else sys.argv[0]
    commands = {f"{name} search {word}": "find articles", f"{name} show {article.id[:12]} --removed": "what was cut"}
    commands[f"{name} serve"] = "all of it, in a browser"
    width = max(map(len, commands)) + 3
    console.print("\nTry:")
    for command, words in commands.items():
        console.print(f"  {command:<{width}}{words}", markup=False, soft_wrap=True)


def commonest(reasons: Counter[str]) -> str:
    """Return the most frequent reason and how often it was given, what it quotes of a document left out."""
    alike: Counter[str] = Counter()
    for reason, count in reasons.items():
        alike[_QUOTED.sub("", reason)] += count
    if not alike:
        return "copydesk dead list"
    ((reason, count),) = alike.most_common(1)
    often = f"most often, {count:,} times: " if len(alike) > 1 and count > 1 else ""
    return f"{often or ('such as: ' if len(alike) > 1 else '')}{shortened(reason, _REASON_SHOWN)}"


def _in_feeds(seen: RunInSight) -> int:
    """Count the articles that feeds carry in full."""
    poller = seen.feeds.feeds.poller if seen.feeds else None
    return poller.counts["articles"] if poller else 0


def _problems(lines: list[str], problems: int) -> None:
    for line in lines[:_ERRORS_SHOWN]:
        errors.print(safe(line), style="yellow", markup=False, soft_wrap=True)
    hidden = problems - min(_ERRORS_SHOWN, len(lines))
    if hidden > 0:
        errors.print(f"… and {hidden:,} more: copydesk dead list", style="yellow")
