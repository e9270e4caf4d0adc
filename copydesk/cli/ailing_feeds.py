"""Tell which feeds fail and which are silent, for `status` and `doctor`."""

import time
from typing import Any

from copydesk.cli.terminal import safe
from copydesk.pipeline import FEEDS_STATE
from copydesk.ports import Log
from copydesk.producers.feeds.health import ailing, span
from copydesk.producers.feeds.state_changes import utc_instant

_NAMED = 10


def feeds_document(log: Log) -> dict[str, Any]:
    """Return how the feeds are that the log knows, to be written as JSON. Raises LogUnavailable."""
    table = log.table(FEEDS_STATE)
    table.refresh()
    asked, failing, silent = ailing(table, time.time())
    return {
        "asked": asked,
        "failing": [
            {
                "name": each.name, "failures": each.failures, "error": each.error,
                "last_good": utc_instant(each.good_at) if each.good_at else None,
            }
            for each in failing
        ],
        "silent": [{"name": each.name, "last_new": utc_instant(each.fresh_at)} for each in silent],
    }  # fmt: skip


def feeds_in_short(document: dict[str, Any]) -> str:
    """Return one line: `40 asked, 2 failing, 1 silent`."""
    return f"{document['asked']:,} asked, {len(document['failing']):,} failing, {len(document['silent']):,} silent"


def feeds_named(document: dict[str, Any]) -> list[str]:
    """Return a line for each feed that fails or is silent, a few of each."""
    now = time.time()
    failing = [
        f"{safe(each['name'])}: fails, {each['failures']:,} times in a row: {safe(each['error'])}"
        for each in document["failing"][:_NAMED]
    ]
    silent = [
        f"{safe(each['name'])}: answers, but nothing new for {span(now - each['last_new'].timestamp())}"
        for each in document["silent"][:_NAMED]
    ]
    more = len(document["failing"]) + len(document["silent"]) - len(failing) - len(silent)
    return [*failing, *silent, *([f"and {more:,} more: copydesk feeds list"] if more else [])]
