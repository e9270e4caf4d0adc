"""Write queries as SQL over the embedded index's tables: what is selected, in which order, counted how. Pure."""

from typing import NamedTuple

from copydesk.adapters.index_values import is_encodable, to_microseconds
from copydesk.adapters.sqlite_index.document import match_expression
from copydesk.adapters.sqlite_index.past import mask_of
from copydesk.index_port import CountedBy, TermField
from copydesk.search.query import MAX_RESULTS, Query

Value = str | int | bytes | float | None
_TITLE_WEIGHT, _BODY_WEIGHT = 8.0, 1.0


class Selection(NamedTuple):
    """Hold the FROM and WHERE of what a query finds, with its values; `a` is the table of articles.

    `words` is the table that ranks, empty when nothing is to be ranked. The join is a CROSS one so that SQLite goes
    from the words to the articles, never the other way round.
    """

    source: str
    where: str
    values: tuple[Value, ...]
    words: str


class Statement(NamedTuple):
    """Hold SQL with the values to bind."""

    sql: str
    values: tuple[Value, ...]


def select(query: Query, generation: int) -> Selection | None:
    """Return what the query selects in a generation; None when a filter holds what no stored text does."""
    articles, words = f"articles_{generation}", f"words_{generation}"
    required, excluded = match_expression(query.terms)
    conditions: list[tuple[str, Value]] = []
    if required:
        conditions.append((f"{words} MATCH ?", f"({required}) NOT ({excluded})" if excluded else required))
    elif excluded:
        conditions.append((f"a.number NOT IN (SELECT rowid FROM {words} WHERE {words} MATCH ?)", excluded))
    for column, value in (("a.source = ?", query.source), ("a.language = ?", query.language)):
        if value is not None:
            if not is_encodable(value):
                return None
            conditions.append((column, value))
    for field, value in (("section", query.section), ("author", query.author), ("removed_kinds", query.removed_kinds)):
        if value is not None:
            if not is_encodable(value):
                return None
            labelled = f"a.number IN (SELECT number FROM labels_{generation} WHERE field = '{field}' AND value = ?)"
            conditions.append((labelled, value))
    if query.since is not None:
        conditions.append(("a.seen_at >= ?", to_microseconds(query.since)))
    if query.until is not None:
        conditions.append(("a.seen_at < ?", to_microseconds(query.until)))
    if query.changed_since is not None or query.changes is not None:
        since = 0 if query.changed_since is None else to_microseconds(query.changed_since)
        changed = f"SELECT number FROM changes_{generation} WHERE changed_at >= ?"
        if query.changes is not None:
            changed += f" AND classes & {mask_of([query.changes])}"
        conditions.append((f"a.number IN ({changed})", since))
    return Selection(
        source=f"{words} CROSS JOIN {articles} a ON a.number = {words}.rowid" if required else f"{articles} a",
        where=" AND ".join(condition for condition, _ in conditions) or "true",
        values=tuple(value for _, value in conditions),
        words=words if required else "",
    )


def hits(query: Query, selected: Selection) -> Statement:
    """Select (id, score) of one page of results; the score is 0 unless they are ranked by it."""
    ranked = selected.words and query.sort == "relevance"
    score = f"-bm25({selected.words}, {_TITLE_WEIGHT}, {_BODY_WEIGHT})" if ranked else "0.0"
    order = "seen_at, id" if query.sort == "oldest" else "seen_at DESC, id DESC"
    if ranked:
        order = f"score DESC, {order}"
    offset = 0 if query.after else max(0, query.offset)
    limit = max(0, min(query.limit, MAX_RESULTS - offset))
    behind, place = _behind(query, bool(ranked))
    return Statement(
        f"SELECT id, score FROM (SELECT a.id, a.seen_at, {score} AS score FROM {selected.source}"
        f" WHERE {selected.where}) WHERE {behind} ORDER BY {order} LIMIT ? OFFSET ?",
        (*selected.values, *place, limit, offset),
    )


def counts(selected: Selection) -> Statement:
    """Select (source, language, day, how many) over all that is selected."""
    return Statement(
        f"SELECT a.source, a.language, a.day, count(*) FROM {selected.source} WHERE {selected.where} GROUP BY 1, 2, 3",
        selected.values,
    )


def counts_by_day(selected: Selection, by: CountedBy | None, generation: int) -> Statement:
    """Select (day, value, how many), in order; the value is empty where nothing is counted by."""
    value, join = f"a.{by}" if by else "''", ""
    if by == "section":
        value, join = "l.value", f" JOIN labels_{generation} l ON l.number = a.number AND l.field = 'section'"
    return Statement(
        f"SELECT a.day, {value} AS value, count(*) FROM {selected.source}{join}"
        f" WHERE {selected.where} AND value IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2",
        selected.values,
    )


def frequent_values(selected: Selection, field: TermField, generation: int, limit: int) -> Statement:
    """Select (value, how many) of a field's most frequent values."""
    order = "GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?"
    if field in {"source", "language"}:
        where = f"WHERE {selected.where} AND a.{field} IS NOT NULL {order}"
        return Statement(f"SELECT a.{field}, count(*) FROM {selected.source} {where}", (*selected.values, limit))
    labels = f"labels_{generation} l"
    if selected.where == "true":  # most of the time goes into articles, and all of them are counted
        return Statement(f"SELECT l.value, count(*) FROM {labels} WHERE l.field = ? {order}", (field, limit))
    return Statement(
        f"SELECT l.value, count(*) FROM {selected.source} CROSS JOIN {labels} ON l.number = a.number AND l.field = ?"
        f" WHERE {selected.where} {order}",
        (field, *selected.values, limit),
    )


def page_of_keys(selected: Selection, after: tuple[int, str] | None, size: int) -> Statement:
    """Select (seen_at, id) of the next articles in order of time."""
    later, place = ("(a.seen_at, a.id) > (?, ?)", after) if after else ("true", ())
    return Statement(
        f"SELECT a.seen_at, a.id FROM {selected.source} WHERE {selected.where} AND {later}"
        " ORDER BY a.seen_at, a.id LIMIT ?",
        (*selected.values, *place, size),
    )


def _behind(query: Query, ranked: bool) -> tuple[str, tuple[Value, ...]]:
    """Return the condition, with its values, that leaves the hits behind the query's place."""
    if query.after is None:
        return "true", ()
    place: tuple[Value, ...] = (to_microseconds(query.after.seen_at), query.after.id)
    if ranked:
        return "(score, seen_at, id) < (?, ?, ?)", (query.after.score, *place)
    return f"(seen_at, id) {'>' if query.sort == 'oldest' else '<'} (?, ?)", place
