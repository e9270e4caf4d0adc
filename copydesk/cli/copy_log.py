"""Copy the log into one with other partitions, or on another engine: `copy-log`."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from copydesk.cli.output import console
from copydesk.cli.wiring import nothing_yet, open_log
from copydesk.consumers.copy_log import copy_log as copy_all
from copydesk.errors import InputError
from copydesk.pipeline import TOPICS
from copydesk.settings import Settings, load


def copy_log(
    source: Annotated[
        str,
        typer.Argument(metavar="FROM", help="The old log: a data folder, or kafka://host:9092 with the same access."),
    ],
    prefix: Annotated[str, typer.Option("--prefix", help="Prefix of the old log's topics on Kafka.")] = "",
) -> None:
    """Copy a log, state and what was done included, into the one that the settings name, which must be empty.

    So topics get more partitions (COPYDESK_PARTITIONS), or move from the embedded log to Kafka. Stop everything first.
    """
    settings = load()
    old = _old(settings, source, prefix)
    with closing(open_log(old)) as before, closing(open_log(settings)) as after:
        after.setup(TOPICS)
        count = copy_all(before, after, lambda name, records: console.print(f"{name:<20} {records:,} records"))
    console.print(f"{count:,} records copied. Now start everything on this log, then: copydesk reindex")


def _old(settings: Settings, source: str, prefix: str) -> Settings:
    if source.startswith(("kafka://", "kafka+ssl://")):
        found = replace(settings, log=source, kafka_prefix=prefix)
    else:
        found = replace(settings, log="", data=Path(source))
        if nothing_yet(found):
            raise InputError(f"{source} holds no embedded log")
    where = prefix == settings.kafka_prefix if found.log else found.data.absolute() == settings.data.absolute()
    if found.log == settings.log and where:
        raise InputError("the old log and the new one are the same: name another prefix, or another folder")
    return found
