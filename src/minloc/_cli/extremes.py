"""Which elements are asked for: the smallest, the largest, or both, and how many of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

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
    """

    which: tuple[str, ...]
    k: int | None
    ties: str
    nan: str

    def reversed(self) -> Extremes:
        """Return what to ask for where a larger stored element means a smaller value."""
        if len(self.which) == 2:
            return self
        return replace(self, which=tuple(OPPOSITE[extreme] for extreme in self.which))

    def call(self) -> tuple[str, dict[str, Any]]:
        """Return the name of the function that finds them, and its keywords."""
        keywords: dict[str, Any] = {"nan_policy": self.nan}
        if self.k is not None:
            return "top_k", {**keywords, "k": self.k, "mode": self.mode}
        name = "argminmax" if len(self.which) == 2 else f"arg{self.which[0]}"
        return name, {**keywords, "ties": self.ties, "default": -1}

    @property
    def mode(self) -> Literal["smallest", "largest"]:
        """The keyword `mode` of `minloc.top_k`."""
        return "smallest" if self.which == ("min",) else "largest"
