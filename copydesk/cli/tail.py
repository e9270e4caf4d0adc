"""Print the events of a topic, and the status of the topics and the index: `tail`, `status`."""

from contextlib import closing
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec
import typer
from rich.table import Table

from copydesk.answers.pipeline_state import IndexState, PipelineState, pipeline_state
from copydesk.answers.topic_tail import check_topic, value_as_line
from copydesk.cli.ailing_feeds import feeds_in_short, feeds_named
from copydesk.cli.output import STORAGE, console, print_json
from copydesk.cli.status_check import Bounds, age_of, oldest_waiting, problems, worst
from copydesk.cli.terminal import safe
from copydesk.cli.wiring import engines, open_log
from copydesk.errors import InputError
from copydesk.events import Alarm
from copydesk.log_port import Record
from copydesk.settings import load

_ALARMS_SHOWN = 10


class _Glimpse(msgspec.Struct):
    title: str | None = None
    url: str | None = None
    stage: str | None = None
    reason: str | None = None
    what: str | None = None
    ended_at: str | None = None
    hints: dict[str, Any] = {}


def tail(
    topic: Annotated[str, typer.Argument(help="Topic to read, such as articles.clean.")],
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Wait for more, until Ctrl-C.")] = False,
    start: Annotated[
        Literal["beginning", "end"] | None,
        typer.Option("--from", help="Where to begin; the end when following, else the beginning."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="The whole event, one JSON line each.")] = False,
) -> None:
    """Print a topic's events, one line each: time, source, kind of event, title, size."""
    check_topic(topic)
    with closing(open_log(load(), reading=not follow)) as log:
        for record in log.scan(topic, start or ("end" if follow else "beginning"), follow):
            print_json(value_as_line(record.value)) if json else typer.echo(line(record))


def line(record: Record) -> str:
    """Return one readable line about an event, safe to print whatever the event holds."""
    value = record.value or b""
    try:
        seen = msgspec.json.decode(value, type=_Glimpse, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError):
        seen = _Glimpse()
    words = seen.title or seen.hints.get("title") or seen.what or seen.url or record.key
    if seen.ended_at:
        words = f"over: {words}"
    if seen.reason:
        words = f"{words} — {seen.stage}: {seen.reason}"
    time = datetime.fromtimestamp(record.timestamp / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
    kind = record.headers.get("type", "?")
    return safe(f"{time}  {record.key:<24.24}  {kind:<12.12}  {str(words)[:100]}  {len(value):,} B")


def status(
    json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Only say what is wrong; the exit code is not 0 where something is.")
    ] = False,
    max_lag: Annotated[
        int | None, typer.Option("--max-lag", min=0, help="With --check: events that a stage may be behind.")
    ] = None,
    max_age: Annotated[
        str | None,
        typer.Option("--max-age", help="With --check: how old the newest article, or an event to do, may be: 10m."),
    ] = None,
    max_dead: Annotated[
        int | None, typer.Option("--max-dead", min=0, help="With --check: dead letters there may be.")
    ] = None,
) -> None:
    """Topics, offsets and lag, the index, and the dead letters; with --check for a monitor."""
    bounds = Bounds(max_lag, age_of(max_age), max_dead)
    if bounds != Bounds() and not check:
        raise InputError("--max-lag, --max-age and --max-dead are for --check")
    with engines(load(), reading=True) as (log, index):
        state = pipeline_state(log, index)
        waiting = oldest_waiting(log, log.status()) if bounds.age is not None else {}
    wrong = list(problems(state, bounds, waiting, datetime.now(UTC))) if check else []
    if json:
        print_json(msgspec.to_builtins(state) | {"problems": [words for _, words in wrong]} if check else state)
    elif check:
        for words in [words for _, words in wrong] or [_well(state.alarms)]:
            typer.echo(safe(words))
    else:
        _show_status(state)
    code = STORAGE if state.index.lost else worst(wrong)
    if code:
        raise typer.Exit(code)


def _show_status(state: PipelineState) -> None:
    table = Table("topic", "partitions", "records", "group", "lag", box=None, pad_edge=False)
    for name, topic in state.topics.items():
        groups = [(group, f"{each.lag:,}") for group, each in topic.groups.items()] or [("", "")]
        for number, cells in enumerate(groups):
            about = (name, str(topic.partitions), f"{topic.records:,}") if number == 0 else ("", "", "")
            table.add_row(*about, *cells)
    console.print(table)
    _show_index(state.index)
    console.print("dead letters  " + ", ".join(f"{count:,} {name}" for name, count in state.dead_letters.items()))
    if state.feeds["asked"]:
        console.print(f"feeds         {feeds_in_short(state.feeds)}", markup=False)
        for ailing in feeds_named(state.feeds):
            console.print(f"              {ailing}", markup=False, style="yellow")
    _show_alarms(state.alarms)


def _well(alarms: list[Alarm]) -> str:
    """Say that nothing is wrong here; alarms are of the sources, and no fault of the pipeline's."""
    number = f"{len(alarms):,} alarms of sources are" if len(alarms) != 1 else "1 alarm of a source is"
    return f"All is well; {number} open: copydesk sources health --alarms" if alarms else "All is well."


def _show_alarms(alarms: list[Alarm]) -> None:
    if alarms:
        console.print(f"alarms        {len(alarms):,} open: copydesk sources health --alarms")
        for alarm in alarms[:_ALARMS_SHOWN]:
            words = f"              {safe(alarm.source)}: {safe(alarm.what)}"
            console.print(words, markup=False, style="yellow", soft_wrap=True)


def _show_index(index: IndexState) -> None:
    if index.unavailable:
        console.print(f"\nindex         does not answer: {index.unavailable}", markup=False)
        return
    size = (index.size_bytes or 0) / 1e6
    newest = f", newest {index.newest_indexed_at:%Y-%m-%d %H:%M:%S}" if index.newest_indexed_at else ""
    console.print(f"\nindex         {index.documents:,} articles, {size:.1f} MB{newest}")
    if index.lost:
        console.print(f"              lost: {index.lost}", markup=False, style="red", soft_wrap=True)
    elif index.waiting:
        console.print(f"              waiting: {index.waiting}", markup=False, style="yellow")
    if index.advice:
        console.print(f"              {index.advice}", markup=False, style="yellow", soft_wrap=True)
