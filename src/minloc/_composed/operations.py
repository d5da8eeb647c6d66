"""Operations: what the composed path asks of a library, in the names of the array API standard.

The standard leaves a few things open, and libraries differ in them: which dtypes can be compared,
which integer counts elements, how the best k are found, whether an array has values yet. A library
that has more, or less, than the standard derives from this class.
"""

from __future__ import annotations

import contextlib
import re
from typing import Any

import numpy as np

from minloc._masks import boolean

#: What the name of a dtype begins with, and what NumPy calls the kind of such numbers.
KINDS = {"bool": "b", "int": "i", "uint": "u", "float": "f", "bfloat": "f", "complex": "c"}
#: What stands for a dtype that NumPy does not have.
STAND_INS = {"i": np.int64, "u": np.uint64, "f": np.float32, "c": np.complex64}


class Operations:
    """The operations of a library, and what is to be known of its arrays.

    Parameters
    ----------
    xp : module
        The library, as ``__array_namespace__`` returns it.
    device : object
        Where results are made; None for the library's default.
    concrete : bool
        Whether arrays have values that Python can look at. While a function is traced they have
        none, so no error can depend on them.
    """

    def __init__(self, xp: Any, device: Any = None, *, concrete: bool = True) -> None:
        self.xp = xp
        self.device = device
        self.concrete = concrete
        self.index_dtype = xp.int64
        #: Whether `least_at` can be asked.
        self.scatters = False
        #: Of how many elements keys are computed at a time; None for all.
        self.elements_at_once: int | None = None

    def check_can_raise(self, name: str, why: str) -> None:
        """Raise TypeError if a function cannot raise errors about elements, which have no values.

        Parameters
        ----------
        name : str
            The function.
        why : str
            What might be wrong with the elements, and what would work.
        """
        if not self.concrete:
            raise TypeError(
                f"{name}() of an array that is being traced cannot raise an error about its "
                f"elements, and {why}"
            )

    def numpy_dtype(self, dtype: Any) -> np.dtype[Any]:
        """Return NumPy's dtype of the same name, or for want of one another of the same kind."""
        name = str(dtype).rpartition(".")[2]
        with contextlib.suppress(TypeError):
            found = np.dtype(name)
            if found.isbuiltin == 1:
                return found
        return np.dtype(STAND_INS[self._kind_of(dtype)])

    def kind(self, x: Any) -> str:
        """Return what `numpy.dtype.kind` is for numbers like the elements of an array."""
        return self._kind_of(x.dtype)

    def _kind_of(self, dtype: Any) -> str:
        # By its name: NumPy calls the dtypes of ml_dtypes void.
        letters = re.match("[a-z]*", str(dtype).rpartition(".")[2])
        kind = KINDS.get(letters[0]) if letters else None
        if kind is None:
            raise TypeError(
                f"arrays of {dtype} are not supported: these are not numbers that have an order; "
                f"convert them to another dtype"
            )
        return kind

    def keys(self, x: Any) -> list[Any]:
        """Return the real arrays by which elements are compared, one after the other."""
        kind = self.kind(x)
        if kind == "c":
            return [self.xp.real(x), self.xp.imag(x)]
        return [self.xp.astype(x, self.xp.uint8) if kind == "b" else x]

    def has_distances(self, x: Any) -> bool:
        """Whether distances of the elements of a real array can be computed."""
        return True

    def float_distances(self, x: Any, target: Any) -> list[Any]:
        """Return what distances of floats are compared by, each rounded to their dtype."""
        with np.errstate(invalid="ignore", over="ignore"):  # of a library made of NumPy's arrays
            return self.keys(self.xp.abs(x - target))

    def unsigned(self, key: Any) -> Any:
        """Return the bits of integers as unsigned ones, or what is in the same order."""
        if self.kind(key) == "u":
            return key
        return self.xp.astype(key, getattr(self.xp, f"uint{self.xp.iinfo(key.dtype).bits}"))

    def worst(self, key: Any, largest: bool) -> Any:
        """Return, as an array without axes, what no element is worse than."""
        if self.kind(key) == "f":
            return self.full((), -np.inf if largest else np.inf, key.dtype)
        info = self.xp.iinfo(key.dtype)
        return self.full((), int(info.min if largest else info.max), key.dtype)

    def without_nan(self, key: Any, worst: Any) -> Any:
        """Return keys with what is worst in the place of NaN."""
        return self.xp.where(key == key, key, worst)

    def filled(self, key: Any, chosen: Any, worst: Any) -> Any:
        """Return keys with what is worst in the place of those that are not chosen."""
        return self.xp.where(chosen, key, worst)

    def full(self, shape: tuple[int, ...], value: Any, dtype: Any) -> Any:
        """Return an array of one value."""
        return self.xp.full(shape, value, dtype=dtype, device=self.device)

    def iota(self, n: int) -> Any:
        """Return the indices below `n`."""
        return self.xp.arange(n, dtype=self.index_dtype, device=self.device)

    def take(self, x: Any, index: Any, axis: int = -1) -> Any:
        """Return the elements at indices along an axis, by default the last."""
        return self.xp.take_along_axis(x, index, axis=axis)

    def top(self, key: Any, k: int, largest: bool) -> tuple[Any, Any]:
        """Return the best `k` along the last axis, best first, and indices; any of equal ones."""
        order = self.xp.argsort(key, axis=-1, descending=largest, stable=False)[..., :k]
        return self.take(key, order), self.integers(order)

    def least_at(self, key: Any, place: Any, size: int) -> Any:
        """Return, for each place below `size`, the least of the integers that have it.

        Where no element has it, the greatest of the dtype.
        """
        raise NotImplementedError

    def bits(self, key: Any) -> Any:
        """Return the bits of floats as signed integers of the same width."""
        raise NotImplementedError

    def integers(self, index: Any) -> Any:
        """Return indices in the dtype in which they are computed with."""
        return self.xp.astype(index, self.index_dtype, copy=False)

    def result_dtype(self, dtype: np.dtype[Any], given: bool) -> Any:
        """Return the dtype of indices in a result; `given` says that the caller has named one."""
        return getattr(self.xp, dtype.name) if given else self.index_dtype

    def is_true(self, x: Any) -> bool:
        """Return a truth value, of an array without axes."""
        return bool(x)

    def has_values(self, x: Any) -> bool:
        """Whether an array has values that Python can look at, while others are traced, too."""
        return True

    def read(self, x: Any) -> np.ndarray[Any, np.dtype[Any]]:
        """Return an array as one of NumPy's, copied from its device: for an error."""
        try:
            return np.from_dlpack(x)
        except (RuntimeError, ValueError, TypeError, BufferError):
            return np.from_dlpack(x, device="cpu", copy=True)

    def casts_safely(self, of: Any, to: Any) -> bool:
        """Whether a dtype has all values of another."""
        one, other = self.numpy_dtype(of), self.numpy_dtype(to)
        known = [str(dtype).rpartition(".")[2] for dtype in (of, to)] == [one.name, other.name]
        return bool(of == to or (known and np.can_cast(one, other, "safe")))

    def own(self, keyword: str, given: Any, a: Any) -> Any:
        """Return an argument that is an array of the library, or else None."""
        is_numpy = isinstance(given, (np.ndarray, np.generic))
        is_own = hasattr(type(given), "__array_namespace__") and not is_numpy
        return given if is_own or type(given) is type(a) else None

    def moved(self, keyword: str, plain: np.ndarray[Any, Any], a: Any) -> Any:
        """Return an array of NumPy's that is an argument as one of the library."""
        return self.xp.asarray(plain, device=self.device)

    def mask(self, where: Any, a: Any) -> Any:
        """Return the mask of an array `a` as an array of the library."""
        if isinstance(where, (bool, list, tuple, np.ndarray, np.bool)):
            where = self.xp.asarray(boolean(where), device=self.device)
        if getattr(where, "dtype", None) != self.xp.bool:
            got = getattr(where, "dtype", type(where).__qualname__)
            raise TypeError(f"where must be an array of bool, got one of dtype {got}")
        return where
