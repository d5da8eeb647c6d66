"""What the pictures share: a drawing of text, lines and bars in SVG, over a logarithmic axis.

Text stays text, and the colours follow the reader's choice of light or dark.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape

STYLE = """\
  <style>
    text { fill: #1c2733 } .note { fill: #57606a }
    .end { text-anchor: end } .mid { text-anchor: middle }
    .bold { font-weight: bold } .bar { fill: #2a78b5 } .slow { fill: #c2410c }
    .range { stroke: #2a78b5; stroke-width: 2 } .median { stroke: #1c2733; stroke-width: 3 }
    .grid { stroke: #d0d7de } .one { stroke: #57606a; stroke-width: 1.5 }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 } .note { fill: #a9b4bf } .bar { fill: #58a6e0 } .slow { fill: #f0883e }
      .range { stroke: #58a6e0 } .median { stroke: #e6edf3 }
      .grid { stroke: #3d444d } .one { stroke: #a9b4bf }
    }
  </style>"""


@dataclass(frozen=True)
class LogAxis:
    """The places of values between two pixels, on a logarithmic scale."""

    low: float
    high: float
    left: float
    right: float

    def __call__(self, value: float) -> float:
        """Return the place of a value, which is clipped to the axis."""
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return round(self.left + min(max(share, 0), 1) * (self.right - self.left), 1)


@dataclass
class Drawing:
    """A picture of a given size, to which marks are added."""

    width: int
    height: int
    label: str
    marks: list[str] = field(default_factory=list)

    def text(self, x: float, y: float, words: str, names: str = "") -> None:
        """Write words, their start at x, or their middle or end as a class says."""
        self.marks.append(f'<text x="{x:g}" y="{y:g}"{_classes(names)}>{escape(words)}</text>')

    def line(self, x1: float, y1: float, x2: float, y2: float, names: str) -> None:
        """Draw a line."""
        self.marks.append(f'<path d="M{x1:g} {y1:g}L{x2:g} {y2:g}"{_classes(names)}/>')

    def bar(self, x1: float, x2: float, y: float, height: float, names: str) -> None:
        """Draw a rectangle between two places."""
        left, width = min(x1, x2), abs(x2 - x1)
        self.marks.append(
            f'<rect x="{left:g}" y="{y:g}" width="{width:g}" height="{height:g}"{_classes(names)}/>'
        )

    def grid(self, axis: LogAxis, ticks: Iterable[float], top: float, bottom: float) -> None:
        """Draw the lines of an axis and their numbers, equality in bold."""
        for tick in ticks:
            self.line(axis(tick), top, axis(tick), bottom, "one" if tick == 1 else "grid")
            self.text(axis(tick), bottom + 15, f"{tick:g}", "note mid")

    def __str__(self) -> str:
        """Return the file."""
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}"'
                f' font-family="sans-serif" font-size="13" role="img"'
                f' aria-label="{escape(self.label)}">',
                STYLE,
                *(f"  {mark}" for mark in self.marks),
                "</svg>\n",
            ]
        )


def _classes(names: str) -> str:
    return f' class="{names}"' if names else ""
