"""The door for everything that is not a plain ndarray.

The core answers exact ndarrays, and subclasses that change nothing of what argmin means. Whatever
else is passed arrives here, with the call just as the caller spelled it, and is answered

1. by the adapter that knows it, one small file a library, which is found by the object's class and
   never imports the library;
2. by NumPy, if the object says by ``__array_function__``, an ``argmin`` of its own or
   ``__array_wrap__`` how it wants to be treated by ``numpy.argmin``;
3. by the core, as an array made of it: a list, a scalar, a buffer. An object that does not convert
   to the array that it represents, such as a sparse matrix, is a TypeError.

Calls whose `where` is not a plain array arrive here too, and it is converted.
"""

import operator
from typing import Any

import numpy as np

from minloc._adapters import arrow, dask, masked, memmap, netcdf4, pandas, polars, stores, xarray
from minloc._adapters.classes import name_of_class
from minloc._adapters.labels import laid_as
from minloc._adapters.values import values_of, with_default
from minloc._masks import is_given

#: The functions that NumPy has too; what others are asked cannot be handed on.
NUMPY_FUNCTIONS = frozenset({"argmin", "argmax", "nanargmin", "nanargmax"})
#: The keywords that `numpy.argmin` has too.
NUMPY_KEYWORDS = frozenset({"a", "axis", "out", "keepdims"})
#: Builtin classes, of which NumPy makes the array that they seem to be.
BUILTINS = frozenset({list, tuple, bool, int, float, complex, str, bytes, range})
#: What works for an object that only NumPy answers.
INSTEAD = "pass an array of its values, with its missing elements, if any, excluded by where"


def answer(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return what the function called `name` gives for a call the core does not know.

    Parameters
    ----------
    name : str
        A public function of the core, such as ``"argmin"``.
    args, kwargs : tuple, dict
        The call as it was spelled; the core has checked that it has an `a`.

    Returns
    -------
    object
        An array or scalar of whatever library answers.
    """
    words = dict(kwargs)
    a, *rest = args if args else (words.pop("a"),)
    out = args[2] if len(args) > 2 else words.get("out")
    if type(a) in BUILTINS and type(out) in (type(None), np.ndarray):
        return masked.ask(name, np.asarray(a), None, tuple(rest), words)
    if not isinstance(a, np.ndarray):
        if dask.knows(a):
            return dask.answer(name, args, kwargs)
        for library in (xarray, pandas):
            if library.knows(a):
                kwargs = with_default(name, a, kwargs)
                if is_given(words.get("where", True)):
                    kwargs = {**kwargs, "where": laid_as(a, words["where"])}
                return library.answer(name, args, kwargs)
    if out is not None and not isinstance(out, np.ndarray) and not _overrides_numpy(out):
        axis = rest[0] if rest else words.get("axis")
        if axis is not None and not isinstance(axis, tuple):
            operator.index(axis)  # of two mistakes NumPy reports this one
        raise TypeError("output must be an array")
    if _overrides_numpy(a) or _overrides_numpy(out):
        return _ask_numpy(name, a if _overrides_numpy(a) else out, args, kwargs)
    if masked.knows(a):
        return masked.ask(name, *masked.values_of(a), tuple(rest), words)
    if memmap.knows(a):
        return memmap.answer(name, args, kwargs)
    if netcdf4.knows(a):
        return netcdf4.answer(name, args, kwargs)
    if stores.knows(a):
        return stores.answer(name, args, kwargs)
    if _wants_numpy(name, a):
        return _ask_numpy(name, a, args, kwargs)
    if isinstance(a, np.ndarray):
        return masked.ask(name, a, None, tuple(rest), words)  # the core did not know the mask
    values, missing = values_of(f"{name}()", a)
    return masked.ask(name, values, missing, tuple(rest), words)


def _overrides_numpy(x: object) -> bool:
    """Whether the class of `x` has an ``__array_function__`` that is not ndarray's."""
    protocol = getattr(type(x), "__array_function__", None)
    return protocol is not None and protocol is not np.ndarray.__array_function__


def _wants_numpy(name: str, a: object) -> bool:
    """Whether `numpy.argmin` would let `a` itself answer, or dress the answer."""
    if isinstance(a, np.generic) or polars.knows(a) or arrow.knows(a):
        return False
    if isinstance(a, np.ndarray):
        cls = type(a)
        return cls.argmin is not np.ndarray.argmin or cls.argmax is not np.ndarray.argmax
    if name.startswith("nan") or name not in NUMPY_FUNCTIONS:
        return False  # numpy.nanargmin makes an array of it
    return getattr(a, name, None) is not None or hasattr(a, "__array_wrap__")


def _ask_numpy(name: str, whose: object, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return NumPy's answer; `whose` is `a` or `out`, the one whose class asks for it."""
    cls = name_of_class(whose)
    if name not in NUMPY_FUNCTIONS:
        raise TypeError(f"{name}() does not support {cls}; {INSTEAD}")
    beyond = ", ".join(map(repr, sorted(kwargs.keys() - NUMPY_KEYWORDS)))
    if beyond and whose is (args[0] if args else kwargs["a"]):
        raise TypeError(
            f"{name}() of a {cls} is computed by NumPy, which has no keyword {beyond}; leave it "
            f"out, or {INSTEAD}"
        )
    if beyond:
        raise TypeError(
            f"{name}() with an out of class {cls} is computed by NumPy, which has no keyword "
            f"{beyond}; leave it out, or pass a plain ndarray as out"
        )
    return getattr(np, name)(*args, **kwargs)
