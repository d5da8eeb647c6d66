"""Progress: a bar, or a function of the caller's, told how many bytes are done."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any


@contextlib.contextmanager
def reported(progress: Any, name: str, total: int) -> Iterator[Callable[[int], Any]]:
    """Give a function that is told the bytes of each box that is done, and reports them.

    Parameters
    ----------
    progress : bool, callable or None
        True for a bar by tqdm; or a function, which is called with the bytes done and the total.
    name : str
        What the bar shows.
    total : int
        How many bytes there are.

    Raises
    ------
    TypeError
        If `progress` is something else.
    ImportError
        If there is no tqdm for the bar.
    """
    if progress is None or progress is False:
        yield lambda size: None
    elif callable(progress):
        done = 0

        def tell(size: int) -> None:
            nonlocal done
            done += size
            progress(done, total)

        yield tell
    elif progress is True:
        try:
            from tqdm import tqdm
        except ImportError:
            raise ImportError(
                "progress=True shows the bar of tqdm, which is not installed: "
                "pip install minloc[progress]"
            ) from None
        with tqdm(total=total, desc=name, unit="B", unit_scale=True, unit_divisor=1024) as bar:
            yield bar.update
    else:
        raise TypeError(
            f"progress must be True, False, or a function of the bytes done and the total, "
            f"got {progress!r}"
        )
