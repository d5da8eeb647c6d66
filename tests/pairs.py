"""One function, NumPy's and minloc's: what tests that hold the two side by side call."""

from collections.abc import Callable
from typing import Any

import numpy as np

import minloc


def theirs(name: str) -> Callable[..., Any]:
    """Return NumPy's function."""
    function: Callable[..., Any] = getattr(np, name)
    return function


def ours(name: str) -> Callable[..., Any]:
    """Return minloc's function."""
    function: Callable[..., Any] = getattr(minloc, name)
    return function
