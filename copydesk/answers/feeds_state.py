"""Tell which feeds fail and which are silent."""

import time
from typing import Any

from copydesk.log_port import Table
from copydesk.producers.feeds.health import ailing
from copydesk.producers.feeds.state_changes import utc_instant


def feeds_document(table: Table) -> dict[str, Any]:
    """Return how the feeds are that the table `feeds.state` knows, to be written as JSON. Raises LogUnavailable."""
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
