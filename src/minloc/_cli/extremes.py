"""Which elements are asked for: the smallest, the largest, or both, and how many of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from minloc._cli.nearness import Near

OPPOSITE = {"min": "max", "max": "min"}


@dataclass(frozen=True)
class Extremes:
    """The elements that are asked for.

    Attributes
    ----------
    which : tuple of {"min", "max"}
        The smallest, the largest, or both.
    k : int or None
        How many of them, for `minloc.top_k`; None for one.
    ties, nan : str
        The keywords `ties` and `nan_policy` of `minloc.argmin`.
    near : Near or None
        What the user compares elements by their distance to.
    distance_to : number or date, optional
        In an array, the same among the elements as they are stored.
    """

    which: tuple[str, ...]
    k: int | None
    ties: str
    nan: str
    near: Near | None = None
    distance_to: Any = None

    def reversed(self) -> Extremes:
        """Return what to ask for where a larger stored element means a smaller value."""
        if len(self.which) == 2:
            return self
        return replace(self, which=tuple(OPPOSITE[extreme] for extreme in self.which))

    def call(self) -> tuple[str, dict[str, Any]]:
        """Return the name of the function that finds them, and its keywords."""
        keywords: dict[str, Any] = {"nan_policy": self.nan}
        if self.distance_to is not None:
            keywords["distance_to"] = self.distance_to
        if self.k is not None:
            return "top_k", {**keywords, "k": self.k, "mode": self.mode}
        name = "argminmax" if len(self.which) == 2 else f"arg{self.which[0]}"
        return name, {**keywords, "ties": self.ties, "default": -1}

    @property
    def called(self) -> tuple[str, str]:
        """What the least and the largest that are asked for are called, in ``extreme``."""
        if self.near is None:
            return "min", "max"
        return ("smallest", "largest") if self.near.magnitude else ("nearest", "farthest")

    @property
    def mode(self) -> Literal["smallest", "largest"]:
        """The keyword `mode` of `minloc.top_k`."""
        return "smallest" if self.which == ("min",) else "largest"
