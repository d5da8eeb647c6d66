"""pandas with minloc in the place of its own argmin and idxmin: a plugin of pytest for its tests.

A method that is asked for something that minloc does not promise, such as ``skipna=False``, answers
itself. Where minloc raises, pandas has to raise too, in words of its own. How often minloc has
answered is printed at the end, so that a run that has asked nothing is seen.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pandas as pd

import minloc

uses = 0


def in_place_of(method: Callable[..., Any], name: str, axis: Any) -> Callable[..., Any]:
    """Return a method that has minloc answer, along this axis unless another is given."""

    @functools.wraps(method)
    def answer(self: Any, *args: Any, **keywords: Any) -> Any:
        global uses
        given = dict(zip(("axis", "skipna"), args, strict=False)) | keywords
        along = given.pop("axis", axis)
        skips = given.pop("skipna", True) and not given.pop("numeric_only", False)
        if not skips or given or along not in (None, 0, 1, "index", "columns"):
            return method(self, *args, **keywords)
        if isinstance(self, pd.MultiIndex):
            return method(self, *args, **keywords)
        uses += 1
        function: Any = getattr(minloc, name)
        try:
            return function(self, axis if along is None else along)
        except (ValueError, TypeError) as error:
            theirs = method(self, *args, **keywords)
            raise AssertionError(f"pandas answers {theirs!r}") from error

    return answer


for cls in pd.Series, pd.Index, pd.api.extensions.ExtensionArray:
    for name in "argmin", "argmax":
        setattr(cls, name, in_place_of(getattr(cls, name), name, None))
for name in "idxmin", "idxmax":
    setattr(pd.Series, name, in_place_of(getattr(pd.Series, name), name, None))
    setattr(pd.DataFrame, name, in_place_of(getattr(pd.DataFrame, name), name, 0))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print how often minloc has answered."""
    terminalreporter.write_line(f"minloc answered {uses} calls")
