"""Which elements of the joined array are candidates: not missing, and meeting the condition."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from minloc._cli.along import Along, NoNameError
from minloc._cli.expression import Expression
from minloc._cli.formats.conventions import stored_dtype
from minloc._cli.formats.missing import Missing
from minloc._cli.joined import Joined
from minloc._cli.truth import holds
from minloc._streams.grid import Box


class Mask:
    """Which elements are candidates: those that are not missing and meet a condition.

    Parameters
    ----------
    joined : Joined
        The array.
    condition : Expression or None
        The condition; it may name the variable, its axes and other variables.

    Raises
    ------
    RefusalError
        If the condition has a name that means nothing.
    """

    def __init__(self, joined: Joined, condition: Expression | None) -> None:
        self.joined, self.condition = joined, condition
        self.shape, self.ndim, self.dtype = joined.shape, joined.ndim, np.dtype(bool)
        self.chunks = joined.chunks
        try:
            self._along = Along(joined, () if condition is None else tuple(condition.names))
        except NoNameError as error:
            assert condition is not None
            raise condition.error(str(error), error.name) from None
        self._missing = [
            Missing.of(part.attributes, stored_dtype(part.store.dtype, part.attributes))
            for part in joined.parts
        ]
        #: Whether some elements may not be candidates.
        self.needed = condition is not None or any(self._missing)

    def __getitem__(self, box: Box) -> NDArray[np.bool]:
        return self.joined.gather(box, self._part)

    def _part(self, i: int, box: Box) -> NDArray[np.bool]:
        shape = tuple(s.stop - s.start for s in box)
        there = None
        if self._missing[i]:
            stored = self.joined.stored(i, self.joined.parts[i], box)
            there = self._missing[i].present(stored)
        if self.condition is not None:
            known = {name: self._along.read(i, name, box) for name in self._along.names}
            chosen = np.broadcast_to(holds(self.condition, known), shape)
            there = chosen if there is None else there & chosen
        return np.ones(shape, bool) if there is None else np.asarray(there)
