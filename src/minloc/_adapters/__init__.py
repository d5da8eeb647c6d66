"""The door for everything that is not a plain ndarray.

The core answers exact ndarrays, and subclasses that leave argmin as it is. It hands any other call
on to this module, with its arguments sorted by name, and the call is answered

1. by an adapter, one small file a library, which knows an object by its class without importing the
   library; those that are made of the library's operations are imported with its first object;
2. by NumPy, if the object says by ``__array_function__``, an ``argmin`` of its own or
   ``__array_wrap__`` how it wants to be treated by ``numpy.argmin``;
3. by the core, once it has been converted to an array: a list, a scalar, a buffer. An object that
   does not convert to the array that it represents, such as a sparse matrix, is a TypeError.

Calls with a `where` that is not a plain array arrive here too, and the mask is converted.
"""

import importlib
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from minloc._adapters import (
    arrow,
    dask,
    dask_series,
    dataset,
    masked,
    memmap,
    namespaces,
    netcdf4,
    pandas,
    polars,
    stores,
    xarray,
)
from minloc._adapters.call import Call
from minloc._containers.classes import is_of, name_of_class
from minloc._containers.labels import laid_as
from minloc._containers.values import values_of
from minloc._masks import is_given

#: The functions that NumPy has too; calls of others cannot be handed on.
NUMPY_FUNCTIONS = frozenset({"argmin", "argmax", "nanargmin", "nanargmax"})
#: The keywords that `numpy.argmin` has too.
NUMPY_KEYWORDS = frozenset({"a", "axis", "out", "keepdims"})
#: The adapters of libraries whose objects are known by their class alone.
LIBRARIES: tuple[Any, ...] = (*(dask, dask_series, xarray, dataset, pandas, polars, arrow),)
#: Classes whose adapters import the library, as module and name; each is named like the library.
IMPORTING = (("torch", "Tensor"), ("jax", "Array"))
#: The adapters of the classes that have been met.
_known: dict[type, Any] = {}
#: Those of arrays that need nothing of a call but its name and its keywords.
_by_name: dict[type, Callable[[str, Any, dict[str, Any]], Any]] = {}
#: Builtin classes that NumPy converts to the array that they represent.
BUILTINS = frozenset({list, tuple, bool, int, float, complex, str, bytes, range})
#: What to do about an object that only NumPy answers.
INSTEAD = "pass an array of its values, with its missing elements, if any, excluded by where"


def answer(name: str, args: tuple[Any, ...], kwargs: dict[str, Any], bound: dict[str, Any]) -> Any:
    """Return the answer to a call that the core hands on.

    Parameters
    ----------
    name : str
        A public function, such as ``"argmin"``.
    args, kwargs : tuple, dict
        The arguments as the caller wrote them.
    bound : dict
        The same arguments by name, `a` among them, as the core has sorted them.

    Returns
    -------
    object
        An array or scalar of whatever library answers.
    """
    a = bound.pop("a")
    known = _by_name.get(type(a))
    if known is not None:
        return known(name, a, bound)
    return route(Call(name, a, bound, (args, kwargs)))


def route(call: Call) -> Any:
    """Return the answer to a call about anything but a plain array with a plain mask."""
    name, a, out = call.name, call.a, call.keywords.get("out")
    cls = type(a)
    library = _known.get(cls)
    if library is None:
        # A plain array comes here with a mask of another library, or as the data of a container.
        if (cls is np.ndarray or cls in BUILTINS) and (out is None or type(out) is np.ndarray):
            return masked.ask(call, a if cls is np.ndarray else np.asarray(a), None)
        library = _library_of(a)
    if cls in _by_name:
        return library.answer(name, a, call.keywords)
    if library is dataset:
        return call.put_to(dataset, route)
    if library is xarray or library is pandas:
        if not name.startswith("nan"):  # NaN is how these write a missing number
            call = Call(name, a, {"nan_policy": "omit", **call.keywords}, call.spelled)
        if is_given(call.keywords.get("where", True)):
            call = call.about(a, where=laid_as(a, call.keywords["where"]))
    if library is xarray:
        return call.put_to(xarray, route)
    if library is not None:
        return call.put_to(library)
    if out is not None and not isinstance(out, np.ndarray) and not _overrides_numpy(out):
        axis = call.keywords.get("axis")
        if axis is not None and not isinstance(axis, tuple):
            operator.index(axis)  # of two mistakes NumPy reports this one
        raise TypeError("output must be an array")
    if _overrides_numpy(a) or _overrides_numpy(out):
        return _ask_numpy(call, a if _overrides_numpy(a) else out)
    if masked.knows(a):
        return masked.ask(call, *masked.values_of(a))
    for one in (memmap, netcdf4, stores):
        if one.knows(a):
            return call.put_to(one)
    if _wants_numpy(name, a):
        return _ask_numpy(call, a)
    if isinstance(a, np.ndarray):
        return masked.ask(call, a, None)  # it is the mask that the core does not know
    return masked.ask(call, *values_of(f"{name}()", a))


def _library_of(a: object) -> Any:
    """Return the adapter of the library that the class of `a` comes from, and keep it, or None."""
    cls = type(a)
    found = next((library for library in LIBRARIES if library.knows(a)), None)
    if found is None:
        found = _array_library_of(a)
        if found is not None:
            _by_name[cls] = found.answer
    if found is not None:
        _known[cls] = found
    return found


def _array_library_of(a: object) -> Any:
    """Return the adapter of the library whose operations can answer, or None."""
    for module, cls in IMPORTING:
        if is_of(a, module, cls):
            return importlib.import_module(f"minloc._adapters.{module}")
    return namespaces if namespaces.knows(a) else None


def _overrides_numpy(x: object) -> bool:
    """Whether the class of `x` has an ``__array_function__`` that is not ndarray's."""
    protocol = getattr(type(x), "__array_function__", None)
    return protocol is not None and protocol is not np.ndarray.__array_function__


def _wants_numpy(name: str, a: object) -> bool:
    """Whether `numpy.argmin` would let `a` itself answer, or wrap the answer."""
    if isinstance(a, np.generic):
        return False
    if isinstance(a, np.ndarray):
        cls = type(a)
        return cls.argmin is not np.ndarray.argmin or cls.argmax is not np.ndarray.argmax
    if name.startswith("nan") or name not in NUMPY_FUNCTIONS:
        return False  # numpy.nanargmin makes an array of it
    return getattr(a, name, None) is not None or hasattr(a, "__array_wrap__")


def _ask_numpy(call: Call, whose: object) -> Any:
    """Return NumPy's answer; `whose` is `a` or `out`, the one whose class asks for it."""
    name, cls = call.name, name_of_class(whose)
    if name not in NUMPY_FUNCTIONS:
        raise TypeError(f"{name}() does not support {cls}; {INSTEAD}")
    args, kwargs = call.spelled or ((call.a,), call.keywords)
    beyond = ", ".join(map(repr, sorted(kwargs.keys() - NUMPY_KEYWORDS)))
    if beyond and whose is call.a:
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
