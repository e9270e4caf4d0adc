"""Say which feeds fail and which are silent, for `status` and `doctor`."""

import time
from typing import Any

from copydesk.cli.terminal import safe
from copydesk.producers.feeds.health import span

_NAMED = 10


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
