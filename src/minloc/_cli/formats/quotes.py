"""Where quoted fields of CSV text open and close, and where records end.

A quote opens a field only at its start, and must be followed by a delimiter or the end of the
record where it closes; what breaks that rule is an error that names the line, for else a quote that
is missing would swallow records without a word. Where quotes alternate between opening and closing,
which is almost everywhere, NumPy looks at all of a block at once; elsewhere they are walked one by
one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

QUOTE, NEWLINE, RETURN = b'"'[0], b"\n"[0], b"\r"[0]
Positions = NDArray[np.intp]


class UnclosedError(Exception):
    """A quoted field at this position of a text does not end as it should."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(reason)
        self.position = position


def quoted(data: bytes, delimiter: bytes, quotes: bool = True) -> tuple[Positions, Positions]:
    """Return where quoted spans open and close; ``len(data)`` for one that does not close.

    Two quotes in a quoted field, which stand for one, end a span and begin the next.

    Raises
    ------
    UnclosedError
        If a quoted field goes on after its closing quote.
    """
    if not quotes or b'"' not in data:
        return np.empty(0, np.intp), np.empty(0, np.intp)
    at = np.flatnonzero(np.frombuffer(data, np.uint8) == QUOTE)
    if not alternating(data, delimiter, at):
        return _walked(data, at.tolist(), delimiter)
    opens, closes = at[0::2], at[1::2]
    if len(opens) > len(closes):
        closes = np.append(closes, len(data))
    return opens, closes


def alternating(
    data: bytes, delimiter: bytes, at: Positions | None = None, whole: bool = False
) -> bool:
    """Whether every other quote opens a field and the next one closes it, or both stand for one.

    If the text is `whole`, the last has to close one.
    """
    text = np.frombuffer(data, np.uint8)
    if at is None:
        at = np.flatnonzero(text == QUOTE)
    if len(at) == 0:
        return True
    opens, closes = at[0::2], at[1::2]
    if whole and len(opens) > len(closes):
        return False
    before = text[opens - 1]  # of one at 0, the last
    good = (before == delimiter[0]) | (before == NEWLINE) | (before == RETURN)
    good[0] |= opens[0] == 0
    good[1:] |= opens[1:] == closes[: len(opens) - 1] + 1
    after = text[closes[closes < len(data) - 1] + 1]
    ended = (after == delimiter[0]) | (after == NEWLINE) | (after == RETURN) | (after == QUOTE)
    return bool(good.all() and ended.all())


def likely_end(data: bytes) -> int:
    """Return where the last complete record ends, if quotes alternate; 0 if there is none."""
    text = np.frombuffer(data, np.uint8)
    high, before = len(data), int(np.count_nonzero(text == QUOTE))
    while True:
        found = data.rfind(b"\n", 0, high)
        if found < 0:
            return 0
        before -= int(np.count_nonzero(text[found:high] == QUOTE))
        if before % 2 == 0:
            return found + 1
        high, before = data.rfind(b'"', 0, found), before - 1


def _walked(data: bytes, at: list[int], delimiter: bytes) -> tuple[Positions, Positions]:
    """Return what `quoted` does, quote by quote."""
    around = {delimiter[0], NEWLINE, RETURN}
    opens, closes = [], []
    i = 0
    while i < len(at):
        if at[i] > 0 and data[at[i] - 1] not in around:
            i += 1  # inside of a field that does not start with a quote
            continue
        close = i + 1
        while close + 1 < len(at) and at[close + 1] == at[close] + 1:
            close += 2
        opens.append(at[i])
        if close >= len(at):
            closes.append(len(data))
            break
        end = at[close]
        if end + 1 < len(data) and data[end + 1] not in around:
            raise UnclosedError(
                at[i], "a quoted field goes on after a closing quote, or a quote is missing"
            )
        closes.append(end)
        i = close + 1
    return np.array(opens, np.intp), np.array(closes, np.intp)


def last_end(data: bytes, delimiter: bytes, quotes: bool, first: bool = False) -> int:
    """Return where the last record that is complete ends, or the first; 0 if there is none."""
    opens, closes = quoted(data, delimiter, quotes)
    low, high = 0, len(data)
    while True:
        found = data.find(b"\n", low) if first else data.rfind(b"\n", 0, high)
        if found < 0:
            return 0
        span = int(np.searchsorted(opens, found)) - 1
        if span < 0 or closes[span] < found:
            return found + 1
        low, high = int(closes[span]), int(opens[span])


def spans(data: bytes, delimiter: bytes, quotes: bool) -> tuple[Positions, Positions]:
    """Return where the records of a block start and stop, without blank lines."""
    text = np.frombuffer(data, np.uint8)
    stops = np.flatnonzero(text == NEWLINE)
    opens, closes = quoted(data, delimiter, quotes)
    if len(opens):
        span = np.searchsorted(opens, stops) - 1
        stops = stops[(span < 0) | (closes[span] < stops)]
    starts = np.concatenate(([0], stops + 1))
    stops = np.append(stops, len(data))
    lengths = stops - starts
    full = (lengths > 1) | ((lengths == 1) & (text[np.minimum(starts, len(data) - 1)] != RETURN))
    return starts[full], stops[full]
