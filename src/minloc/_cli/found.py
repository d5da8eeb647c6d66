"""What a search found: its answers, which can be asked for again, and what can be made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from minloc._cli.answers import Block

if TYPE_CHECKING:
    from minloc._cli.answer_map import AnswerMap


@dataclass(frozen=True)
class Found:
    """What was found.

    Attributes
    ----------
    blocks : callable
        Returns the answers, block by block.
    slices : str or None
        What there is an answer for each of, such as ``"along time"`` or ``"by region"``.
    draw : callable or None
        Draws the picture that ``--plot`` asks for.
    map : callable or None
        Returns the map of the answers, if there is one for each place along the axes that are kept.
    """

    blocks: Callable[[], Iterable[Block]]
    slices: str | None = None
    draw: Callable[[], None] | None = None
    map: Callable[[], AnswerMap] | None = None
