"""Search the index, and export what is in it: `search`, `export`."""

import sys
from contextlib import closing
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.padding import Padding
from rich.text import Text

from copydesk.answers.found_articles import NO_WORD, Filters, find_articles, found_document, read_cursor, read_query
from copydesk.answers.nothing_found import known_source, unknown_filters
from copydesk.cli.output import complain, console, on_terminal, print_json, remark
from copydesk.cli.terminal import safe, safe_json
from copydesk.cli.wiring import open_index
from copydesk.errors import InputError
from copydesk.events import ALL_CHANGE_CLASSES, CleanArticle, encode
from copydesk.index_port import Hit, Index, Results
from copydesk.search.query import HIGHLIGHT_END, HIGHLIGHT_START, MAX_RESULTS, Query, Sort, misreadings
from copydesk.settings import load

SHORT_ID = 12
_FACETS_SHOWN = 5
_TITLE_SHOWN, _ADDRESS_SHOWN = 300, 200

_Words = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[QUERY]…",
        help="""In quotes: 'words "a phrase" pref* -not this OR that'; after -- where it begins with -.""",
    ),
]
_Source = Annotated[str | None, typer.Option("--source", help="Only this source, such as example.com.")]
_Language = Annotated[str | None, typer.Option("--language", help="Only this language, such as en.")]
_Section = Annotated[str | None, typer.Option("--section", help="Only this section, as articles name it.")]
_Author = Annotated[str | None, typer.Option("--author", help="Only by this author, as articles name them.")]
_Kind = Annotated[str | None, typer.Option("--removed-kinds", help="Only where this was cut, as donation_appeal.")]
_Since = Annotated[str | None, typer.Option("--since", help="From this date or instant on, or 7d, 24h back.")]
_ChangedSince = Annotated[
    str | None, typer.Option("--changed-since", help="Only what changed from this date or instant on, or 7d, 24h back.")
]
_Changes = Annotated[
    str | None,
    typer.Option("--changes", help=f"Only what ever changed in this way: {', '.join(ALL_CHANGE_CLASSES[:-1])}."),
]
_Until = Annotated[str | None, typer.Option("--until", help="Up to this instant, or to the end of this date.")]


def search(  # noqa: PLR0913 - a command's
    query: _Words = None,
    source: _Source = None,
    language: _Language = None,
    section: _Section = None,
    author: _Author = None,
    removed_kinds: _Kind = None,
    since: _Since = None,
    until: _Until = None,
    changed_since: _ChangedSince = None,
    changes: _Changes = None,
    sort: Annotated[Sort, typer.Option("--sort", help="By relevance, or by time.")] = "relevance",
    limit: Annotated[int, typer.Option("--limit", min=1, max=MAX_RESULTS, help="How many to show.")] = 10,
    cursor: Annotated[str | None, typer.Option("--cursor", help="Go on behind a page: its `cursor` in --json.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Find articles; without a QUERY, the newest."""
    filters = Filters(source, language, since, until, section, author, removed_kinds, changed_since, changes)
    text, asked = _asked(query, filters)
    with closing(open_index(load(), reading=True)) as index:
        asked = asked._replace(sort=sort, limit=limit, after=read_cursor(cursor) if cursor else None)
        asked = asked._replace(source=known_source(index, asked.source))
        results = find_articles(index, text, asked)
        if json:
            if text and not asked.terms:
                complain(NO_WORD.format(safe(text)))
            print_json(found_document(results, asked))
        elif results.hits:
            _show(results)
        else:
            console.print(_nothing(index, text, asked), markup=False, soft_wrap=True)


def export(  # noqa: PLR0913 - a command's
    query: _Words = None,
    source: _Source = None,
    language: _Language = None,
    section: _Section = None,
    author: _Author = None,
    removed_kinds: _Kind = None,
    since: _Since = None,
    until: _Until = None,
    changed_since: _ChangedSince = None,
    changes: _Changes = None,
) -> None:
    """Write articles as JSON Lines, one CleanArticle each, oldest first; QUERY and options as in search."""
    filters = Filters(source, language, since, until, section, author, removed_kinds, changed_since, changes)
    text, asked = _asked(query, filters)
    if text and not asked.terms:
        raise InputError(f"{NO_WORD.format(safe(text))}; leave it out to export everything")
    with closing(open_index(load(), reading=True)) as index:
        asked = asked._replace(source=known_source(index, asked.source))
        count = 0
        for count, article in enumerate(index.scan(asked), 1):  # noqa: B007 - counted
            sys.stdout.buffer.write(safe_json(encode(article)) + b"\n")
            sys.stdout.buffer.flush()  # each whole, also when the next one is interrupted
        if not count:
            for words in unknown_filters(index, asked):
                remark(words)


def _asked(words: list[str] | None, filters: Filters) -> tuple[str, Query]:
    """Return the QUERY as one text, and all that was asked. Raises InputError."""
    text = " ".join(words or ()).strip()
    for misreading in misreadings(text):
        remark(safe(misreading))
    return text, read_query(text, filters, datetime.now(UTC))


def _nothing(index: Index, text: str, asked: Query) -> str:
    """Say why nothing was found, as far as can be told, and what to try."""
    if not index.status().documents:
        return "Nothing found: the index is empty. Fill it with: copydesk run PATH"
    if text and not asked.terms:
        return f"Nothing found: {NO_WORD.format(safe(text))}."
    if unknown := unknown_filters(index, asked):
        return f"Nothing found: {'; '.join(unknown)}."
    names = ("source", "language", "section", "author", "removed_kinds", "since", "until", "changed_since", "changes")
    used = " ".join(f"--{name.replace('_', '-')}" for name in names if getattr(asked, name) is not None)
    hint = f"without {used}" if used else "fewer words, or the beginning of one: elect*"
    return f"Nothing found. Try {hint}."


def _show(results: Results) -> None:
    for hit in results.hits:
        console.print(_heading(hit), soft_wrap=True)
        for fragment in hit.highlights:
            _print_indented(_in_context(fragment, hit))
        console.print()
    shown = f"{len(results.hits):,} of {results.total:,} found"
    console.print(f"{shown}. Read one with: copydesk show {safe(results.hits[0].article.id[:SHORT_ID])}", markup=False)
    for name in ("source", "language"):
        counts = list(results.facets[name].items())
        line = ", ".join(f"{safe(value)} {count:,}" for value, count in counts[:_FACETS_SHOWN])
        more = ", …" if len(counts) > _FACETS_SHOWN else ""
        console.print(f"  {name}: {line}{more}", markup=False, style="dim", soft_wrap=not console.is_terminal)


def _print_indented(text: Text) -> None:
    """Print it broken between words on a terminal; elsewhere as one line, for `grep` and the like."""
    if console.is_terminal:
        console.print(Padding(text, (0, 0, 0, 2)))
    else:
        console.print(Text("  ").append_text(text), soft_wrap=True)


def _heading(hit: Hit) -> Text:
    article = hit.article
    address = article.url and on_terminal(article.url, _ADDRESS_SHOWN)
    facts = [article.id[:SHORT_ID], article.source, _day(article), article.language, address]
    heading = Text(on_terminal(article.title, _TITLE_SHOWN) or "(no title)", style="bold")
    return heading.append("\n  " + " · ".join(safe(fact) for fact in facts if fact), style="not bold dim")


def _day(article: CleanArticle) -> str:
    """Say when it was published; where nobody says, when it was fetched, and that it is that."""
    if article.published_at is not None:
        return f"{article.published_at:%Y-%m-%d}"
    return f"undated, fetched {article.fetched_at:%Y-%m-%d}"


def _in_context(fragment: str, hit: Hit) -> Text:
    """Put dots where the fragment's paragraph goes on."""
    bare = fragment.replace(HIGHLIGHT_START, "").replace(HIGHLIGHT_END, "")
    texts = (hit.article.title, *hit.article.paragraphs)
    before = "" if any(text.startswith(bare) for text in texts) else "… "
    after = "" if any(text.endswith(bare) for text in texts) else " …"
    return Text(before).append_text(_marked(fragment)).append(after)


def _marked(fragment: str) -> Text:
    """Make found words stand out: in colour, or between asterisks where there is none."""
    plain = not console.is_terminal or console.no_color
    shown = Text()
    for position, part in enumerate(fragment.replace(HIGHLIGHT_END, HIGHLIGHT_START).split(HIGHLIGHT_START)):
        if position % 2:
            shown.append(f"*{safe(part)}*" if plain else safe(part), style="bold yellow")
        else:
            shown.append(safe(part))
    return shown
