"""Watch a service while it runs: serve its figures and health where that is wanted, and log a line a minute."""

import logging
import platform
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Annotated

import typer

from copydesk import __version__
from copydesk.cli.extras import require_extra
from copydesk.cli.output import announce
from copydesk.log_port import Log
from copydesk.pipeline import Stage
from copydesk.runtime.progress import Counts
from copydesk.settings import Settings, read_listener
from copydesk.telemetry.figures import BUILD
from copydesk.telemetry.service_watch import ServiceWatch
from copydesk.telemetry.vitals import Vital, Vitals

logger = logging.getLogger("copydesk.telemetry")

Metrics = Annotated[
    str | None,
    typer.Option("--metrics", metavar="HOST:PORT", help="Serve figures and health there, as COPYDESK_METRICS says."),
]


@contextmanager
def watched(
    settings: Settings,
    metrics: str | None,
    log: Log,
    stages: Sequence[Stage],
    vitals: Vitals,
    renew: Callable[[], None] = lambda: None,
) -> Iterator[None]:
    """Watch within the block; where nobody wants figures nor lines at INFO it costs nothing.

    `metrics` is what --metrics says; `vitals` and `renew` are as for ServiceWatch. Raises ConfigError, InputError and
    MissingExtra.
    """
    place = read_listener("--metrics", metrics or "", "127.0.0.1:9464") or settings.metrics
    with ExitStack() as beside:
        if place is not None:
            require_extra("metrics", "serving figures (--metrics, COPYDESK_METRICS)")
            from copydesk.cleaning.article import CLEANER_VERSION  # with all that cleans
            from copydesk.telemetry.metrics_server import metrics_served  # of an extra

            BUILD.replace({(__version__, CLEANER_VERSION, platform.python_version()): 1.0})
            host, port = beside.enter_context(metrics_served(*place, vitals))
            shown = f"[{host}]" if ":" in host else host
            announce(f"Figures and health: http://{shown}:{port}/metrics")
        if place is not None or logger.isEnabledFor(logging.INFO):
            beside.enter_context(ServiceWatch(log, stages, vitals, renew).running())
        yield


def vital_of(stage: Stage, counts: Counts) -> Vital:
    """Return how the worker of a stage is."""
    return Vital(stage.name, counts.turned_at, counts.waiting)


def always(name: str, waiting: str) -> Vital:
    """Return the vital of a part without a loop: it lives while the process does."""
    return Vital(name, time.monotonic(), waiting)
