"""A progress bar on standard error, with the rate and the time left, if that is a terminal."""

from __future__ import annotations

import sys
from typing import Any


def bar(total: int) -> Any:
    """Return a progress bar over this many bytes, or None if none should be shown.

    It appears after a second, so that short runs show none.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        return None
    try:
        from tqdm import tqdm
    except ImportError:  # the bar is optional
        return None
    return tqdm(
        total=total or None, unit="B", unit_scale=True, unit_divisor=1000, delay=1, leave=False,
        file=sys.stderr,
    )  # fmt: skip
