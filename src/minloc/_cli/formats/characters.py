"""Texts that NetCDF stores as arrays of characters, along a last axis for their length."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


class Texts:
    """A store of characters as a store of texts, with one axis less.

    Parameters
    ----------
    store : Store
        Of dtype ``S1``, with at least one axis.
    """

    def __init__(self, store: Any) -> None:
        self._store = store
        self.shape: tuple[int, ...] = store.shape[:-1]
        self.dtype = np.dtype(f"S{store.shape[-1]}")

    def __getitem__(self, key: Any) -> NDArray[np.bytes_]:
        keys = key if isinstance(key, tuple) else (key,)
        characters = np.ascontiguousarray(self._store[(*keys, ...)])
        texts: NDArray[np.bytes_] = characters.view(self.dtype)[..., 0]
        return texts
