"""The report of a document: every block once, in order, and nothing of the document works in it."""

import re
from html.parser import HTMLParser
from pathlib import Path

from copydesk.cleaning.records import Cleaned
from copydesk.cleaning.report import html_report, in_order
from copydesk.events import Removed
from tests.support.command import copydesk
from tests.support.places import SEEDS

HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(2)> "quoted" & more'
FOUND = Cleaned(
    title="A title",
    title_position=1,
    paragraphs=("First.", HOSTILE, "Last."),
    removed=(
        Removed(text="Menu", kind="navigation", why="A menu", position=0, confidence=0.5),
        Removed(text=HOSTILE, kind="other", why=HOSTILE, position=3, confidence=0.4, evidence="<b>"),
    ),
    confidence=0.8,
    provenance={"title": "json-ld"},
)


class Tags(HTMLParser):
    """Collect every tag with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, list[tuple[str, str | None]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.seen.append((tag, attrs))


def test_every_block_stands_once_at_its_place() -> None:
    shown = in_order(FOUND)
    assert [block.position for block in shown] == [0, 1, 2, 3, 4, 5]
    assert [block.state for block in shown] == ["cut", "title", "body", "cut", "body", "body"]
    assert [block.text for block in shown if block.state == "body"] == list(FOUND.paragraphs)


def test_nothing_of_the_document_is_markup_in_the_report() -> None:
    tags = Tags()
    tags.feed(html_report(FOUND, f"a {HOSTILE} file"))
    names = {tag for tag, _ in tags.seen}
    assert names <= {"html", "head", "meta", "title", "style", "body", "h1", "p", "ol", "li", "span", "b", "small"}
    assert not [name for _, attributes in tags.seen for name, _ in attributes if name.startswith("on")]


def test_a_block_of_the_report_stands_on_the_side_its_script_begins_at() -> None:
    """`dir=auto` goes by the text within, but for what names a direction of its own."""
    tags = Tags()
    tags.feed(html_report(FOUND, "file"))
    for at, (tag, attributes) in enumerate(tags.seen):
        if ("class", "text") in attributes:
            assert ("dir", "auto") not in attributes
            assert tags.seen[at - 1] == ("span", [("dir", "auto")]), "the cell, which is a block"
        assert tag not in {"h1", "small"} or ("dir", "auto") in attributes


def test_the_command_writes_a_page_and_prints_lines(tmp_path: Path) -> None:
    seed = SEEDS / "moscow_times_atacms.txt"
    page = tmp_path / "out.html"
    assert copydesk("explain", seed, "--html", page, data=tmp_path).returncode == 0
    text = page.read_text(encoding="utf-8")
    assert len(re.findall(r"<li class=", text)) == 30
    assert len(re.findall(r'<li class="cut"', text)) == 20
    lines = copydesk("explain", seed, data=tmp_path).stdout.decode()
    assert "donation_appeal" in lines
    assert copydesk("explain", seed, "--html", tmp_path / "no" / "such.html", data=tmp_path).returncode == 2
