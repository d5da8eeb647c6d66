"""The door for everything that is not a plain ndarray.

The core answers exact ndarrays, and subclasses that change nothing of what argmin means. Whatever
else is passed arrives here, with the call just as the caller spelled it, and is answered

1. by the adapter that knows it, one small file a library, which is found by the object's class and
   never imports the library;
2. by NumPy, if the object says by ``__array_function__``, an ``argmin`` of its own or
   ``__array_wrap__`` how it wants to be treated by ``numpy.argmin``;
3. by the core, as an array made of it: a list, a scalar, a buffer; what does not become the array
   that it seems to be, such as a sparse matrix, is refused.

A mask that is not a plain array comes here, too, and is made one.
"""

from typing import Any

import numpy as np

from minloc._adapters import arrow, dask, masked, memmap, netcdf4, pandas, polars, stores, xarray
from minloc._adapters.labels import laid_as
from minloc._adapters.names import type_name
from minloc._adapters.values import values_of
from minloc._masks import is_given

#: The functions that NumPy has too; what others are asked cannot be handed on.
NUMPY_FUNCTIONS = frozenset({"argmin", "argmax", "nanargmin", "nanargmax"})
#: The keywords that `numpy.argmin` has too.
NUMPY_KEYWORDS = frozenset({"a", "axis", "out", "keepdims"})
#: What can be asked in the place of an object that cannot.
PLAIN = "an array of its values can be asked, with a mask for those that it calls missing"


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
    if dask.knows(a):
        return dask.answer(name, args, kwargs)
    for library in (xarray, pandas):
        if library.knows(a):
            if is_given(words.get("where", True)):
                kwargs = {**kwargs, "where": laid_as(a, words["where"])}
            return library.answer(name, args, kwargs)
    if out is not None and not isinstance(out, np.ndarray) and not _overrides_numpy(out):
        raise TypeError("output must be an array")
    if _overrides_numpy(a) or _overrides_numpy(out):
        return _ask_numpy(name, a if _overrides_numpy(a) else out, args, kwargs)
    if memmap.knows(a):
        return memmap.answer(name, args, kwargs)
    if netcdf4.knows(a):
        return stores.answer(name, (netcdf4.Store(a), *rest), words)
    if stores.knows(a):
        return stores.answer(name, args, kwargs)
    if masked.knows(a):
        values, present = values_of(name, a)
    elif _wants_numpy(name, a):
        return _ask_numpy(name, a, args, kwargs)
    elif isinstance(a, np.ndarray):  # what the core did not know is the mask
        values, present = a, None
    else:
        values, present = values_of(f"{name}()", a)
    return masked.ask(name, values, present, tuple(rest), words)


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
    """Return NumPy's answer, as it is the class of `whose` that has an opinion."""
    if name not in NUMPY_FUNCTIONS:
        raise TypeError(f"{name}() takes no {type_name(whose)}; {PLAIN}")
    beyond = ", ".join(map(repr, sorted(kwargs.keys() - NUMPY_KEYWORDS)))
    if beyond and whose is (args[0] if args else kwargs["a"]):
        raise TypeError(
            f"{name}() of a {type_name(whose)} is NumPy's own, which has no keyword {beyond}; "
            f"{PLAIN}"
        )
    if beyond:
        raise TypeError(
            f"{name}() into a {type_name(whose)} is NumPy's own, which has no keyword {beyond}; an "
            f"out that is a plain array works"
        )
    return getattr(np, name)(*args, **kwargs)
