"""Show one article: as it went out, with what was cut and why, or as it came in: `show`."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from typing import Annotated

import msgspec
import typer
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from copydesk.answers.stored import raw_event_of, stored_article
from copydesk.cli.output import console, literal, print_json
from copydesk.cli.terminal import safe
from copydesk.cli.wiring import open_index, open_log
from copydesk.events import CleanArticle, RawArticle, encode
from copydesk.index_port import Index
from copydesk.settings import Settings, load

_LONGEST_EXTRA = 200


def show(
    article_id: Annotated[
        str,
        typer.Argument(metavar="ID|URL", help="An article's id or its first 6 characters, its row's id, its address."),
    ],
    removed: Annotated[bool, typer.Option("--removed", help="Beside it what was cut, and why.")] = False,
    raw: Annotated[bool, typer.Option("--raw", help="What came in, from the log.")] = False,
    json: Annotated[bool, typer.Option("--json", help="The whole record as one JSON document.")] = False,
) -> None:
    """Print one article of the index."""
    settings = load()
    with closing(open_index(settings, reading=True)) as index:
        article = stored_article(index, article_id, safe(article_id))
        found = _raw_of(settings, index, article) if raw else None
    if found is not None:
        print_json(encode(found)) if json else _show_raw(found)
    elif json:
        print_json(encode(article))
    else:
        _show(article, removed)


def _raw_of(settings: Settings, index: Index, article: CleanArticle) -> RawArticle:
    with closing(open_log(settings, reading=True)) as log:
        return raw_event_of(log, index, article)


def _facts(pairs: Mapping[str, object]) -> Iterator[Text]:
    for name, fact in pairs.items():
        if fact:
            shown = f"{fact.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if isinstance(fact, datetime) else fact
            yield Text(f"{name:<10} ", style="dim").append_text(literal(shown))


def _head(lines: Iterable[Text]) -> None:
    """Print the lines in a frame on a terminal; elsewhere whole, and a blank one."""
    if console.is_terminal:
        console.print(Panel(Text("\n").join(lines)))
        return
    for line in lines:
        console.print(line, soft_wrap=True)
    console.print()


def _show(article: CleanArticle, removed: bool) -> None:
    facts = {
        "source": article.source, "feed": article.feed, "url": article.canonical_url or article.url,
        "by": ", ".join(article.authors),
        "published": article.published, "modified": article.modified_at, "fetched": article.fetched_at,
        "indexed": article.indexed_at, "language": article.language, "section": article.section,
        "tags": ", ".join(article.tags), "id": f"{article.id}, revision {article.revision}",
        "row's id": article.given_id, **_others(article),
        "cleaner": article.cleaner_version, "removed": "" if removed else _removed_in_short(article),
    }  # fmt: skip
    title = literal(article.title or "(no title)")
    title.stylize("bold")
    _head([title, *_facts(facts)])
    for paragraph in article.paragraphs:
        console.print(literal(paragraph), soft_wrap=not console.is_terminal)
        console.print()
    for image in article.images:
        caption = " · ".join(safe(part) for part in (image.caption, image.credit, image.url) if part)
        console.print(Text(f"[image] {caption}", style="dim"), soft_wrap=not console.is_terminal)
    if removed:
        _show_removed(article)


def _others(article: CleanArticle) -> dict[str, str]:
    """Return what else the row held, as one line each, and what is to be said of how it was read."""
    found: dict[str, str] = {}
    for key, value in article.extra.items():
        if key != "id":
            line = value if isinstance(value, str) else msgspec.json.encode(value).decode()
            found[safe(key)] = " ".join(line.split())[:_LONGEST_EXTRA]
    return found | {f"{field}:": note for field, note in article.notes.items()}


def _removed_in_short(article: CleanArticle) -> str:
    if not article.removed:
        return "nothing"
    pieces = "1 piece" if len(article.removed) == 1 else f"{len(article.removed)} pieces"
    return f"{pieces} ({', '.join(article.removed_kinds)}); see them with --removed"


def _show_removed(article: CleanArticle) -> None:
    if not console.is_terminal:
        console.print("What was cut:" if article.removed else "Nothing was cut.")
        for piece in article.removed:
            words = f"{piece.position:>4}  {piece.kind:<20} {piece.confidence:.2f}  {piece.why}: {piece.text}"
            console.print(literal(" ".join(words.splitlines())), soft_wrap=True)
        return
    table = Table("block", "kind", "what was cut", "why", "sure", title="What was cut", show_lines=True, expand=True)
    for piece in article.removed:
        what, why = literal(piece.text), literal(piece.why)
        table.add_row(str(piece.position), piece.kind, what, why, f"{piece.confidence:.2f}")
    console.print(table if article.removed else "Nothing was cut.")


def _show_raw(raw: RawArticle) -> None:
    facts: Mapping[str, object] = {
        "source": raw.source, "url": raw.url, "type": raw.content_type, "fetched": raw.fetched_at,
        "id": f"{raw.id}, revision {raw.revision}", **raw.fetch,
    }  # fmt: skip
    _head(_facts(facts))
    for line in raw.content.splitlines():
        console.print(literal(line), soft_wrap=True)
