"""Print the events of a topic, and the status of the topics and the index: `tail`, `status`."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec
import typer
from rich.table import Table

from copydesk.cli.ailing_feeds import feeds_document, feeds_in_short, feeds_named
from copydesk.cli.letters import read_letters, with_what_became
from copydesk.cli.output import STORAGE, console, print_json
from copydesk.cli.status_check import Bounds, age_of, oldest_waiting, problems, worst
from copydesk.cli.terminal import safe
from copydesk.cli.wiring import engines, open_log
from copydesk.consumers.lost_index import lost_index
from copydesk.errors import InputError, NotFound, Unavailable
from copydesk.pipeline import STAGES, TOPICS
from copydesk.ports import Index, IndexStatus, Log, PartitionStatus, Record
from copydesk.settings import load


class _Glimpse(msgspec.Struct):
    title: str | None = None
    url: str | None = None
    stage: str | None = None
    reason: str | None = None
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
    known = [each.name for each in TOPICS]
    if topic not in known:
        raise NotFound(f"there is no topic {topic!r}; the topics are {', '.join(known)}")
    log = open_log(load(), reading=not follow)
    try:
        for record in log.scan(topic, start or ("end" if follow else "beginning"), follow):
            print_json(_document(record)) if json else typer.echo(line(record))
    finally:
        log.close()


def line(record: Record) -> str:
    """Return one readable line about an event, safe to print whatever the event holds."""
    value = record.value or b""
    try:
        seen = msgspec.json.decode(value, type=_Glimpse, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError):
        seen = _Glimpse()
    words = seen.title or seen.hints.get("title") or seen.url or record.key
    if seen.reason:
        words = f"{words} — {seen.stage}: {seen.reason}"
    time = datetime.fromtimestamp(record.timestamp / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
    kind = record.headers.get("type", "?")
    return safe(f"{time}  {record.key:<24.24}  {kind:<12.12}  {str(words)[:100]}  {len(value):,} B")


def _document(record: Record) -> bytes:
    try:
        return msgspec.json.format(record.value or b"null", indent=-1)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return msgspec.json.encode({"unreadable": (record.value or b"").decode("utf-8", "backslashreplace")})


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
        partitions = log.status()
        try:
            found: IndexStatus | str = index.status()
        except Unavailable as error:
            found = str(error)
        lost = "" if isinstance(found, str) else lost_index(log, found)
        document = _status_document(partitions, found, lost, _dead_counts(log, index)) | {"feeds": feeds_document(log)}
        waiting = oldest_waiting(log, partitions) if bounds.age is not None else {}
    wrong = list(problems(document, bounds, waiting, datetime.now(UTC))) if check else []
    if json:
        print_json(document | {"problems": [words for _, words in wrong]} if check else document)
    elif check:
        for words in [words for _, words in wrong] or ["All is well."]:
            typer.echo(safe(words))
    else:
        _show_status(document)
    code = STORAGE if lost else worst(wrong)
    if code:
        raise typer.Exit(code)


def _dead_counts(log: Log, index: Index) -> dict[str, int]:
    """Count the dead letters by class, and apart from them those that were resolved or discarded since."""
    counts: dict[str, int] = {"refused": 0, "failed": 0}
    for found in with_what_became(list(read_letters(log)), log, index):
        word = found.letter.class_ if found.state == "open" else found.state
        counts[word] = counts.get(word, 0) + 1
    return counts


def _status_document(
    partitions: list[PartitionStatus] | Any, index: IndexStatus | str, lost: str, dead: dict[str, int]
) -> dict[str, Any]:
    topics: dict[str, Any] = {}
    groups = {stage.reads: stage.name for stage in STAGES}
    for each in partitions:
        topic = topics.setdefault(
            each.partition.topic, {"partitions": 0, "records": 0, "published": 0, "offsets": {}, "groups": {}}
        )
        topic["partitions"] += 1
        topic["records"] += each.end - each.begin
        topic["published"] += each.end
        topic["offsets"][str(each.partition.number)] = {"begin": each.begin, "end": each.end}
        names = {*each.committed, *([groups[each.partition.topic]] if each.partition.topic in groups else [])}
        for name in names:
            group = topic["groups"].setdefault(name, {"lag": 0, "committed": {}})
            committed = max(each.committed.get(name, each.begin), each.begin)
            group["lag"] += each.end - committed
            group["committed"][str(each.partition.number)] = committed
    return {
        "topics": topics,
        "index": {"unavailable": index}
        if isinstance(index, str)
        else index._asdict() | ({"lost": lost} if lost else {}),
        "dead_letters": dead,
    }


def _show_status(document: dict[str, Any]) -> None:
    table = Table("topic", "partitions", "records", "group", "lag", box=None, pad_edge=False)
    for name, topic in document["topics"].items():
        groups = topic["groups"] or {"": {"lag": ""}}
        for number, (group, facts) in enumerate(groups.items()):
            first = number == 0
            table.add_row(
                name if first else "",
                str(topic["partitions"]) if first else "",
                f"{topic['records']:,}" if first else "",
                group,
                f"{facts['lag']:,}" if group else "",
            )
    console.print(table)
    index, dead = document["index"], document["dead_letters"]
    if "unavailable" in index:
        console.print(f"\nindex         does not answer: {index['unavailable']}", markup=False)
    else:
        newest = f", newest {index['newest_indexed_at']:%Y-%m-%d %H:%M:%S}" if index["newest_indexed_at"] else ""
        console.print(f"\nindex         {index['documents']:,} articles, {index['size_bytes'] / 1e6:.1f} MB{newest}")
        if "lost" in index:
            console.print(f"              lost: {index['lost']}", markup=False, style="red", soft_wrap=True)
        elif index["waiting"]:
            console.print(f"              waiting: {index['waiting']}", markup=False, style="yellow")
    console.print("dead letters  " + ", ".join(f"{count:,} {name}" for name, count in dead.items()))
    if document["feeds"]["asked"]:
        console.print(f"feeds         {feeds_in_short(document['feeds'])}", markup=False)
        for ailing in feeds_named(document["feeds"]):
            console.print(f"              {ailing}", markup=False, style="yellow")
