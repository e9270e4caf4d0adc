"""Show a document's blocks in order on a page, kept and cut in colour, with kind, reason and confidence."""

from collections.abc import Sequence
from html import escape
from itertools import count
from typing import Literal, NamedTuple

from copydesk.cleaning.corrections import KEPT_WHY, UNCORRECTED, Corrections
from copydesk.cleaning.normalise import fold_case
from copydesk.cleaning.records import Cleaned
from copydesk.events import CleanArticle, Removed

REPORT_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b; }
h1 { font-size: 1.3rem; } .sum, small { color: #555; } ol { list-style: none; padding: 0; }
li { display: grid; grid-template-columns: 3rem 11rem 1fr; gap: .75rem; padding: .4rem .6rem; }
li { border-left: .4rem solid; }
li + li { margin-top: 2px; } li span { overflow-wrap: anywhere; } li b { font-weight: 600; font-size: .85rem; }
.title { border-color: #1c5fa8; background: #e9f1fb; font-weight: 600; }
.body { border-color: #2b7a3d; background: #eef7f0; }
.cut { border-color: #b3402a; background: #fbeeeb; } .cut span.text { text-decoration: line-through #b3402a88; }
small { display: block; font-weight: 400; text-decoration: none; }
@media (prefers-color-scheme: dark) { body { background: #161616; color: #e8e8e8; } .sum, small { color: #aaa; }
.title { background: #15273b; } .body { background: #15261a; } .cut { background: #2e1a16; } }
"""


class Shown(NamedTuple):
    """Represent one block in its place; `label` is its kind, `why` and `confidence` are empty for what was kept."""

    position: int
    state: Literal["title", "body", "cut"]
    label: str
    text: str
    why: str = ""
    confidence: float | None = None


def in_order(found: Cleaned, corrections: Corrections = UNCORRECTED) -> list[Shown]:
    """List every block of the document, by position; paragraphs that stand by one of the corrections say so."""
    blocks = _placed(found.removed, found.title, found.title_position, found.paragraphs)
    return [
        block._replace(why=KEPT_WHY) if block.state == "body" and corrections.of_text(block.text) == "keep" else block
        for block in blocks
    ]


def article_in_order(article: CleanArticle) -> list[Shown]:
    """List every block of the document that an article was made of, by position.

    An article does not say which block became its title. One did where there are more blocks than paragraphs and
    pieces, or where the title comes from the document and there is no telling: the first block that is not cut.
    """
    taken = {piece.position for piece in article.removed}
    first = next(position for position in range(len(taken) + 1) if position not in taken)
    last = max(taken, default=-1)
    certain = last + 1 > len(taken) + len(article.paragraphs)
    open_end = last + 1 < len(taken) + len(article.paragraphs)
    from_document = article.provenance.get("title", "hint") not in {"hint", "feed", "given"}
    at = first if certain or (open_end and from_document) else None
    return _placed(article.removed, article.title, at, article.paragraphs)


def _placed(
    removed: Sequence[Removed], title: str, title_position: int | None, paragraphs: Sequence[str]
) -> list[Shown]:
    blocks = [
        Shown(piece.position, "cut", piece.kind, piece.text, _reason(piece), piece.confidence) for piece in removed
    ]
    taken = {piece.position for piece in removed}
    if title_position is not None:
        blocks.append(Shown(title_position, "title", "title", title))
        taken.add(title_position)
    free = (position for position in count() if position not in taken)
    blocks += [Shown(next(free), "body", "body", text) for text in paragraphs]
    return sorted(blocks, key=lambda block: block.position)


def html_report(found: Cleaned, name: str, corrections: Corrections = UNCORRECTED) -> str:
    """Render one self-contained HTML page, without scripts; everything from the document is escaped."""
    rows = "\n".join(block_row(block) for block in in_order(found, corrections))
    kept, cut = len(found.paragraphs), len(found.removed)
    origins = ", ".join(f"{field} from {origin}" for field, origin in sorted(found.provenance.items()))
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{escape(name)}: what was kept and cut</title><style>{REPORT_STYLE}</style></head><body>
<h1 dir="auto">{escape(found.title or name)}</h1>
<p class="sum">{escape(name)}: {kept} paragraphs kept, {cut} pieces cut, confidence {found.confidence:.2f}.
{escape(origins)}</p>
<ol>
{rows}
</ol></body></html>
"""


def block_row(block: Shown) -> str:
    """Return a block as an item of a list: its place, its kind, its text and why it was cut."""
    sure = "" if block.confidence is None else f" {block.confidence:.2f}"
    why = f'<small dir="auto">{escape(block.why)}</small>' if block.why else ""
    return (
        f'<li class="{block.state}"><span>{block.position}</span><b>{escape(block.label)}{sure}</b>'
        f'<span dir="auto"><span class="text">{escape(block.text)}</span>{why}</span></li>'
    )


def _reason(piece: Removed) -> str:
    """Return why it was cut; evidence in quotation marks where it is words of the piece, not something said of it."""
    if not piece.evidence:
        return piece.why
    quoted = fold_case(piece.evidence) in fold_case(piece.text)
    return f"{piece.why}: “{piece.evidence}”" if quoted else f"{piece.why} ({piece.evidence})"
