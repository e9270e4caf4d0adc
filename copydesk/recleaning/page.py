"""Show on a page what cleaning the past again would change: counts, and examples side by side, kept and cut in colour.

The page is one file without scripts, in the style of `explain --html`; everything from articles is escaped.
"""

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from html import escape

from copydesk.cleaning.report import REPORT_STYLE, Shown, block_row
from copydesk.recleaning.tally import Example, Passed, Tally
from copydesk.recleaning.verdict import ALL_CHANGES, AnswerChange

CHANGE_WORDS: dict[AnswerChange, str] = {
    "text_gained": "text gained", "text_lost": "text lost", "metadata_changed": "metadata changed",
    "now_refused": "now refused", "now_accepted": "now accepted",
}  # fmt: skip
PASSED_WORDS: dict[Passed, str] = {
    "older": "of older revisions", "waiting": "not in the index yet", "repeated": "repeats of the same revision",
    "unreadable": "no events", "failed": "failed in the cleaning", "still_refused": "refused, then and now",
}  # fmt: skip
_MOST_SOURCES = 100
_STYLE = """
body { max-width: 90rem; } table { border-collapse: collapse; margin: 1rem 0; } td, th { padding: .15rem .8rem; }
td { text-align: right; } td:first-child, th:first-child { text-align: left; } th { font-weight: 600; }
section { border-top: 1px solid #8886; margin-top: 2rem; } h2 { font-size: 1.1rem; margin-bottom: 0; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: .5rem; align-items: start; margin-top: 2px; }
.pair ol { margin: 0; } .pair li { grid-template-columns: 2.5rem 8rem 1fr; } summary { color: #777; }
.heads b { padding: .4rem .6rem; }
"""


def recleaning_page(tally: Tally, title: str) -> str:
    """Render one self-contained HTML page."""
    examples = "\n".join(map(_example, tally.most_changed)) or "<p>No article changes.</p>"
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{escape(title)}</title><style>{REPORT_STYLE}{_STYLE}</style></head><body>
<h1 dir="auto">{escape(title)}</h1>
<p class="sum">{tally.changed:,} of {tally.compared:,} articles change. {escape(passed_line(tally.passed))}</p>
{_counts_table("source", tally.sources)}
{_kinds_table(tally)}
{_named_counts("metadata", tally.fields)}
{_named_counts("now refused because", tally.reasons)}
<h1>The articles that change most</h1>
{examples}
</body></html>
"""


def passed_line(passed: Mapping[Passed, int]) -> str:
    """Return in words how many events were compared with nothing, and why; empty for none."""
    told = [f"{passed[why]:,} {words}" for why, words in PASSED_WORDS.items() if passed.get(why)]
    return f"Other events: {', '.join(told)}." if told else ""


def _counts_table(name: str, counted: Mapping[str, Mapping[str, int]]) -> str:
    columns = ("unchanged", "changed", *ALL_CHANGES)
    most = sorted(counted.items(), key=lambda item: (-item[1].get("changed", 0), item[0]))[:_MOST_SOURCES]
    rows: list[tuple[str | int, ...]] = [(key, *(counts.get(each, 0) for each in columns)) for key, counts in most]
    return _table((name, "unchanged", "changed", *CHANGE_WORDS.values()), rows)


def _kinds_table(tally: Tally) -> str:
    rows = [(kind, counts.cut, counts.kept) for kind, counts in sorted(tally.kinds.items())]
    return _table(("kind of piece", "cut now", "kept now"), rows)


def _named_counts(name: str, counted: Mapping[str, int]) -> str:
    most = sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:_MOST_SOURCES]
    return _table((name, "articles"), most)


def _table(heads: Sequence[str], rows: Sequence[tuple[str | int, ...]]) -> str:
    if not rows:
        return ""
    head = "".join(f"<th>{escape(each)}</th>" for each in heads)
    body = "\n".join("<tr>" + "".join(f"<td>{_cell(each)}</td>" for each in row) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>\n{body}</table>"


def _cell(value: str | int) -> str:
    return f"{value:,}" if isinstance(value, int) else escape(value)


def _example(example: Example) -> str:
    found = example.comparison
    told = [CHANGE_WORDS[change] for change in found.changes]
    if found.gained or found.lost:
        told.append(f"{found.gained:,} characters more, {found.lost:,} less")
    if found.fields:
        told.append(", ".join(found.fields))
    if found.reason:
        told.append(found.reason)
    name = example.url or f"{example.source} {example.id}"
    return f"""<section><h2 dir="auto">{escape(example.title)}</h2>
<p class="sum">{escape(name)}<br>{escape("; ".join(told))}</p>
<div class="pair heads"><b>{"as it stands" if example.before else "refused"}</b>
<b>{"today" if example.after else "refused today"}</b></div>
{"".join(_side_by_side(example.before, example.after))}</section>"""


def _side_by_side(before: Sequence[Shown], after: Sequence[Shown]) -> Iterator[str]:
    """Yield the blocks in pairs, what is alike folded away."""
    was, now = ([(block.state, block.text) for block in blocks] for blocks in (before, after))
    for tag, start, stop, first, last in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        pair = f'<div class="pair"><ol>{_rows(before[start:stop])}</ol><ol>{_rows(after[first:last])}</ol></div>'
        if tag == "equal":
            yield f"<details><summary>{stop - start} blocks as they were</summary>{pair}</details>"
        else:
            yield pair


def _rows(blocks: Sequence[Shown]) -> str:
    return "".join(map(block_row, blocks))
