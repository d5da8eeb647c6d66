"""The door for everything that is not a plain ndarray.

The core answers exact ndarrays, and subclasses that leave argmin as it is. It hands any other call
on to this module, with its arguments sorted by name, and the call is answered

1. by an adapter, one small file a library, which knows an object by its class and never imports the
   library;
2. by NumPy, if the object says by ``__array_function__``, an ``argmin`` of its own or
   ``__array_wrap__`` how it wants to be treated by ``numpy.argmin``;
3. by the core, once it has been converted to an array: a list, a scalar, a buffer. An object that
   does not convert to the array that it represents, such as a sparse matrix, is a TypeError.

Calls with a `where` that is not a plain array arrive here too, and the mask is converted.
"""

import operator
from typing import Any

import numpy as np

from minloc._adapters import dask, masked, memmap, netcdf4, pandas, stores, xarray
from minloc._adapters.call import Call
from minloc._containers import arrow, polars
from minloc._containers.classes import name_of_class
from minloc._containers.labels import laid_as
from minloc._containers.values import values_of, with_default
from minloc._masks import is_given

#: The functions that NumPy has too; calls of others cannot be handed on.
NUMPY_FUNCTIONS = frozenset({"argmin", "argmax", "nanargmin", "nanargmax"})
#: The keywords that `numpy.argmin` has too.
NUMPY_KEYWORDS = frozenset({"a", "axis", "out", "keepdims"})
#: Builtin classes that NumPy converts to the array that they represent.
BUILTINS = frozenset({list, tuple, bool, int, float, complex, str, bytes, range})
#: The functions about windows, which are for arrays in memory.
WINDOW_FUNCTIONS = frozenset(
    {
        *("moving_argmin", "moving_argmax", "moving_findmin", "moving_findmax"),
        *("running_argmin", "running_argmax"),
    }
)
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
    return route(Call(name, a, bound, (args, kwargs)))


def route(call: Call) -> Any:
    """Return the answer to a call about anything but a plain array with a plain mask."""
    name, a, out = call.name, call.a, call.keywords.get("out")
    if name in WINDOW_FUNCTIONS:
        return _answer_in_memory(call)
    if type(a) in BUILTINS and type(out) in (type(None), np.ndarray):
        return masked.ask(call, np.asarray(a), None)
    if not isinstance(a, np.ndarray):
        if dask.knows(a):
            return dask.answer(call)
        if xarray.knows(a) or pandas.knows(a):
            call = call._replace(keywords=with_default(name, a, call.keywords))
            if is_given(call.keywords.get("where", True)):
                call = call.about(a, where=laid_as(a, call.keywords["where"]))
            return xarray.answer(call, route) if xarray.knows(a) else pandas.answer(call)
    if out is not None and not isinstance(out, np.ndarray) and not _overrides_numpy(out):
        axis = call.keywords.get("axis")
        if axis is not None and not isinstance(axis, tuple):
            operator.index(axis)  # of two mistakes NumPy reports this one
        raise TypeError("output must be an array")
    if _overrides_numpy(a) or _overrides_numpy(out):
        return _ask_numpy(call, a if _overrides_numpy(a) else out)
    if masked.knows(a):
        return masked.ask(call, *masked.values_of(a))
    for library in (memmap, netcdf4, stores):
        if library.knows(a):
            return library.answer(call)
    if _wants_numpy(name, a):
        return _ask_numpy(call, a)
    if isinstance(a, np.ndarray):
        return masked.ask(call, a, None)  # it is the mask that the core does not know
    return masked.ask(call, *values_of(f"{name}()", a))


def _answer_in_memory(call: Call) -> Any:
    """Return the answer about an array in memory; any other array is refused."""
    a = call.a
    if isinstance(a, np.ndarray) and not _overrides_numpy(a) and not _wants_numpy(call.name, a):
        return masked.ask(call, a, None)
    if masked.knows(a):
        return masked.ask(call, *masked.values_of(a))
    libraries = (dask, xarray, pandas, netcdf4, stores)
    if _overrides_numpy(a) or any(library.knows(a) for library in libraries):
        raise TypeError(f"{call.name}() does not support {name_of_class(a)}; {INSTEAD}")
    if type(a) in BUILTINS:
        return masked.ask(call, np.asarray(a), None)
    return masked.ask(call, *values_of(f"{call.name}()", a))


def _overrides_numpy(x: object) -> bool:
    """Whether the class of `x` has an ``__array_function__`` that is not ndarray's."""
    protocol = getattr(type(x), "__array_function__", None)
    return protocol is not None and protocol is not np.ndarray.__array_function__


def _wants_numpy(name: str, a: object) -> bool:
    """Whether `numpy.argmin` would let `a` itself answer, or wrap the answer."""
    if isinstance(a, np.generic) or polars.knows(a) or arrow.knows(a):
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
    args, kwargs = call.spelled
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
