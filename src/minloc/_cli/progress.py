"""A bar on standard error, with the rate and the time that is left, if a person sees it."""

from __future__ import annotations

import sys
from typing import Any


def bar(total: int) -> Any:
    """Return a progress bar over this many bytes, or None where there is none to be shown.

    It appears after a second: short work needs none.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        return None
    try:
        from tqdm import tqdm
    except ImportError:  # it is a courtesy, so the work goes on without
        return None
    return tqdm(
        total=total or None, unit="B", unit_scale=True, unit_divisor=1000, delay=1, leave=False,
        file=sys.stderr,
    )  # fmt: skip
