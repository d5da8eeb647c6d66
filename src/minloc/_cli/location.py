"""One location that was found, in the terms of the file that it is in, and its value as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from minloc._cli.formats.times import text_of

#: The extremes as they are printed.
NAMES = {
    "min": "minimum", "max": "maximum", "nearest": "nearest value", "farthest": "farthest value",
    "smallest": "smallest magnitude", "largest": "largest magnitude",
}  # fmt: skip


@dataclass(frozen=True)
class Location:
    """One location.

    Attributes
    ----------
    extreme : str
        Which extreme it is, a key of `NAMES`.
    rank : int
        0 for the best, 1 for the next, …
    file : str
        The file, as the user named it; "" if nothing was found and it could be any.
    name : str
        The column or the variable.
    found : bool
        Whether there is one. If not, this stands for a slice without a candidate.
    value : object
        The element, unpacked.
    row : int or None
        In a table, the row's number in its file, from 0.
    fields : mapping or None
        In a table, the whole row.
    as_text : bool
        Whether elements were compared as text.
    start : int
        How many rows, or elements along the first axis, the files before have.
    index : mapping
        In an array, the index along each axis; None along reduced axes if nothing was found.
    labels : mapping
        In an array, the label along each axis that has labels in the file, and those that belong
        to several axes.
    units : str
        In an array, the units of the value; "" for dates.
    groups : mapping
        In an array that is searched by groups, what the group has.
    """

    extreme: str
    rank: int
    file: str
    name: str
    found: bool
    value: Any
    start: int = 0
    row: int | None = None
    fields: Mapping[str, Any] | None = None
    as_text: bool = False
    index: Mapping[str, int | None] = field(default_factory=dict)
    labels: Mapping[str, Any] = field(default_factory=dict)
    units: str = ""
    groups: Mapping[str, Any] = field(default_factory=dict)


def text(value: Any) -> str:
    """Return a value as it is printed.

    Examples
    --------
    >>> import numpy as np
    >>> text(np.float32(0.1)), text(np.datetime64("2020-01-01T00:00:00")), text(None)
    ('0.1', '2020-01-01T00:00:00', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool | np.bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return text_of(value) or str(value)
