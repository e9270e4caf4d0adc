"""Draw boxes and arrows as SVG that reads on a light and on a dark page, without a library."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

_STYLE = """
text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1c2430; }
.head { font-weight: 600; font-size: 14px; } .small { font-size: 12px; fill: #4a566b; }
.note { font-size: 12px; fill: #4a566b; font-style: italic; }
.box { fill: #f3f5f9; stroke: #6b7a94; } .topic { fill: #e5eefb; stroke: #2f66b3; }
.stage { fill: #e8f4ea; stroke: #2f7d43; } .out { fill: #fbeeea; stroke: #b3482f; }
.frame { fill: none; stroke: #8b97ab; stroke-dasharray: 5 4; }
.line { fill: none; stroke: #55637c; stroke-width: 1.4; } .tip { fill: #55637c; }
@media (prefers-color-scheme: dark) {
text { fill: #e9edf4; } .small, .note { fill: #b4bfd0; }
.box { fill: #2a3040; stroke: #8593ab; } .topic { fill: #1d3250; stroke: #7fb0f2; }
.stage { fill: #1d3a26; stroke: #7ccf92; } .out { fill: #45251d; stroke: #ef9a84; }
.frame { stroke: #7b8699; } .line { stroke: #aab5c7; } .tip { fill: #aab5c7; }
}
"""
LINE = 17


class Spot(NamedTuple):
    """A box on the canvas, to lead arrows to."""

    x: float
    y: float
    width: float
    height: float

    @property
    def left(self) -> tuple[float, float]:
        """Return the middle of the left side."""
        return self.x, self.y + self.height / 2

    @property
    def right(self) -> tuple[float, float]:
        """Return the middle of the right side."""
        return self.x + self.width, self.y + self.height / 2

    @property
    def top(self) -> tuple[float, float]:
        """Return the middle of the top."""
        return self.x + self.width / 2, self.y

    @property
    def bottom(self) -> tuple[float, float]:
        """Return the middle of the bottom."""
        return self.x + self.width / 2, self.y + self.height


class Drawing:
    """Collect shapes on a canvas of so many units, described in a sentence for those who cannot see it."""

    def __init__(self, width: int, height: int, description: str) -> None:
        self.width, self.height, self.description = width, height, description
        self._shapes: list[str] = []

    def box(self, place: Spot, head: str, lines: Sequence[str] = (), kind: str = "box") -> Spot:
        """Draw a box with a heading and lines of small text, centred."""
        x, y, width, height = place
        self._shapes.append(f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="6"/>')
        top = y + height / 2 - LINE * len(lines) / 2 + 5
        self.text(x + width / 2, top, head, "head")
        for number, line in enumerate(lines, 1):
            self.text(x + width / 2, top + LINE * number, line, "small")
        return place

    def frame(self, place: Spot, head: str) -> Spot:
        """Draw a dashed frame around what belongs together, its name inside at the top left."""
        x, y, width, height = place
        self._shapes.append(f'<rect class="frame" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="8"/>')
        self.text(x + 12, y + 20, head, "head", "start")
        return place

    def text(self, x: float, y: float, words: str, kind: str = "small", anchor: str = "middle") -> None:
        """Write a line."""
        self._shapes.append(f'<text class="{kind}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(words)}</text>')

    def arrow(self, *points: tuple[float, float], label: str = "", above: float = 6) -> None:
        """Draw an arrow along points, its label over the middle of the first stretch."""
        path = " ".join(f"{x:g},{y:g}" for x, y in points)
        self._shapes.append(f'<polyline class="line" points="{path}" marker-end="url(#tip)"/>')
        if label:
            (x1, y1), (x2, y2) = points[:2]
            self.text((x1 + x2) / 2, (y1 + y2) / 2 - above, label)

    def svg(self) -> str:
        """Return the drawing as a document of its own."""
        shapes = "\n".join(self._shapes)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" role="img">\n'
            f"<title>{escape(self.description)}</title>\n<style>{_STYLE}</style>\n"
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
            'orient="auto-start-reverse"><path class="tip" d="M0 0 8 4 0 8z"/></marker></defs>\n'
            f"{shapes}\n</svg>\n"
        )
