# ruff: noqa: E501 - tables of what pages are made of
"""Pages and texts made by chance, by a grammar and by breaking the repository's own seeds; and what must hold of all."""

import time
from collections import Counter
from datetime import UTC, datetime
from unicodedata import category

import msgspec
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, LexborNode

from copydesk.cleaning.article import clean_article, clean_blocks
from copydesk.cleaning.normalise import as_written
from copydesk.cleaning.records import Cleaned
from copydesk.cleaning.report import in_order
from copydesk.events import CleanArticle, ContentType, Refused, decode, encode
from tests.support.documents import raw_page
from tests.support.places import SEEDS

DEADLINE = 20.0
"""CPU seconds for one small page on a machine that does other things too."""

_UNSEEN = frozenset(("script", "style", "template", "head"))
_BLOCK = ("div", "p", "article", "section", "ul", "li", "table", "tr", "td", "h1", "h2", "blockquote", "figure",
          "figcaption", "aside", "nav", "footer", "form", "pre", "dl", "dd", "main", "header", "button", "center")  # fmt: skip
_INLINE = (
    "a href=/x",
    "b",
    "i",
    "span",
    "em",
    "strong",
    "time datetime=2026-03-04",
    "small",
    "font",
    "u",
    "sup",
    "label",
)
_CLASSES = (
    "article-body",
    "newsletter",
    "related",
    "author byline",
    "caption",
    "menu",
    "share",
    "comments",
    "date",
    "x",
)
_WORDS = ("The council met again on Tuesday and put the vote off until spring.", "Sign up for our newsletter", "Read more",
          "By Mara Lind", "4 March 2026", "Photo: Jon Okafor / Agency", "We use cookies. Accept all", "© 2026 The Courier",
          "港务委员会周二再次开会。", "Портовый совет снова собрался во вторник.", "اجتمع مجلس الميناء", "港の評議会が火曜日に開かれた。",
          "Support independent journalism today.", "Page not found", "Log in", "word", "&amp;&lt;p&gt;", "&nosuch;", "\u200b",
          "\u00a0", "\x00", "\ufffe", "<", ">", '"', "'", "]]>", "<!--", "-->", "<!", "</", "&#0;", "&#x110000;")  # fmt: skip
_VOID = (
    "<br>",
    "<br><br>",
    "<hr>",
    "<img src=x alt=y>",
    "<input>",
    "<wbr>",
    "<meta itemprop=datePublished content=2026>",
)
_HEADS = ("<title>The council meets again | The Courier</title>", "<meta property=og:type content=article>",
          '<script type="application/ld+json">{"@type":"NewsArticle","headline":"x","datePublished":"2026-03-04"}</script>',
          '<script type="application/ld+json">{"@type":[{}],"author":{"name":[[]]}}</script>', "<base href=//>",
          "<meta name=author content='Mara Lind'>", "<link rel=canonical href='http://['>", "<style>p{}</style>", "")  # fmt: skip

# What stands aside within a line comes after it.
_OUT_OF_LINE = ("hidden", "style=", "svg")

_text = st.sampled_from(_WORDS) | st.text(max_size=30)
_leaf = _text | st.sampled_from(_VOID)


def _element(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    tag = st.sampled_from(_BLOCK + _INLINE)
    attributes = st.sampled_from(("", " hidden", " style='display:none'", *(f' class="{name}"' for name in _CLASSES)))
    closing = st.sampled_from((True, True, True, True, True, False))
    return st.builds(
        lambda tag, extra, parts, close: f"<{tag}{extra}>{''.join(parts)}" + (f"</{tag.split()[0]}>" if close else ""),
        tag, attributes, st.lists(inner, max_size=6), closing,
    )  # fmt: skip


_tree = st.recursive(_leaf, _element, max_leaves=40)
_made = st.builds(
    lambda heads, parts: f"<!doctype html><html><head>{''.join(heads)}</head><body>{''.join(parts)}</body></html>",
    st.lists(st.sampled_from(_HEADS), max_size=4), st.lists(_tree, max_size=12),
)  # fmt: skip


@st.composite
def _broken(draw: st.DrawFn, kind: str) -> str:
    """A seed with pieces cut out, doubled, moved or overwritten."""
    path = draw(st.sampled_from(sorted(SEEDS.glob(f"*.{kind}"))))
    text = path.read_text(encoding="utf-8", errors="replace")
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 400)))
        piece = draw(st.sampled_from(("", text[start:end] * 2, text[start:end][::-1])) | _text | _leaf)
        text = text[:start] + piece + text[end:]
    return text


pages = _made | _broken("html")
texts = _broken("txt") | st.lists(_text, max_size=60).map("\n".join)


def check(content: str, content_type: ContentType) -> str:
    """Clean one document and check what must hold of any; `kept` or `refused`, AssertionError when it does not."""
    when = datetime(2026, 3, 4, tzinfo=UTC)
    raw = raw_page(content, "https://courier.example/a", content_type=content_type, fetched_at=when)
    start = time.process_time()
    found, whole = clean_blocks(raw), clean_article(raw)
    assert time.process_time() - start < DEADLINE
    if isinstance(found, Refused):
        assert found.reason.strip()
        return "refused"
    if isinstance(whole, CleanArticle):
        assert decode(CleanArticle, encode(whole)) == whole
        msgspec.json.decode(msgspec.json.encode(whole))
    told = in_order(found)
    assert [block.position for block in told] == list(range(len(told)))
    assert 0 <= found.confidence <= 1
    _nothing_lost(found, content, content_type)
    return "kept"


def _nothing_lost(found: Cleaned, content: str, content_type: str) -> None:
    content = as_written(content)
    shown = _shown(content) if content_type == "text/html" else content.removeprefix("\ufeff")
    whole = "".join(block.text for block in in_order(found))
    seen = _is_ink
    if found.title_position is not None:  # a headline may be told with other marks and capitals than it is printed with
        seen, whole, shown = str.isalnum, whole.casefold(), shown.casefold()
    ours, theirs = [c for c in whole if seen(c)], [c for c in shown if seen(c)]
    if content_type == "text/plain" or not any(mark in content for mark in _OUT_OF_LINE):
        assert ours == theirs
    more, less = Counter(ours), Counter(theirs)
    assert more == less, {"too much": more - less, "lost": less - more}


def _is_ink(character: str) -> bool:
    """Whether a character is seen: soft hyphens and marks of no width leave the text where no letter needs them."""
    return not character.isspace() and category(character) != "Cf"


def _shown(html: str) -> str:
    """The text of a page by a reading of its own: every text node outside what is never seen."""
    root = LexborHTMLParser(html.encode("utf-8", "replace")).root
    out: list[str] = []
    stack: list[LexborNode] = [root] if root is not None else []
    while stack:
        node = stack.pop()
        if node.tag == "-text":
            out.append(node.text_content or "")
        elif node.tag not in _UNSEEN:
            stack.extend(reversed(list(node.iter(include_text=True))))
    return "".join(out)
