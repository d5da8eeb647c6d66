"""What an exception about a slice says beyond its text."""

from typing import Any

import pytest


def slice_of(raised: pytest.ExceptionInfo[Any]) -> tuple[int | None, ...]:
    """Return where in the result the slice is that an exception is about; its note agrees."""
    index: tuple[int | None, ...] = raised.value.index
    notes = getattr(raised.value, "__notes__", [])
    places = [note for note in notes if "slice at index" in note]
    assert places == ([f"for the slice at index {index} of the result"] if index else [])
    return index
