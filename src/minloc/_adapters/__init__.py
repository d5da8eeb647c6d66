"""The door for everything that is not a plain ndarray.

The core answers exact ndarrays, and subclasses that change nothing of what argmin means. Whatever
else is passed arrives here, with the call just as the caller spelled it, and is answered

1. by the adapter that knows it, one small file a library, which is found by the object's class and
   never imports the library;
2. by NumPy, if the object says by ``__array_function__``, an ``argmin`` of its own or
   ``__array_wrap__`` how it wants to be treated by ``numpy.argmin``;
3. by the core, as an array made of it: a list, a scalar, a buffer.
"""

from typing import Any

import numpy as np

from minloc import _core
from minloc._adapters import dask, masked, memmap, stores, xarray

#: The functions that NumPy has too; what others are asked cannot be handed on.
NUMPY_FUNCTIONS = frozenset({"argmin", "argmax", "nanargmin", "nanargmax"})
#: The keywords that `numpy.argmin` has too.
NUMPY_KEYWORDS = frozenset({"a", "axis", "out", "keepdims"})


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
    a = args[0] if args else kwargs["a"]
    out = args[2] if len(args) > 2 else kwargs.get("out")
    if dask.knows(a):
        return dask.answer(name, args, kwargs)
    if xarray.knows(a):
        return xarray.answer(name, args, kwargs)
    if _overrides_numpy(a) or _overrides_numpy(out):
        return _ask_numpy(name, a, args, kwargs)
    if masked.knows(a):
        return masked.answer(name, args, kwargs)
    if memmap.knows(a):
        return memmap.answer(name, args, kwargs)
    if stores.knows(a):
        return stores.answer(name, args, kwargs)
    if _wants_numpy(name, a):
        return _ask_numpy(name, a, args, kwargs)
    array = np.asarray(a)
    if args:
        return getattr(_core, name)(array, *args[1:], **kwargs)
    return getattr(_core, name)(**{**kwargs, "a": array})


def _overrides_numpy(x: object) -> bool:
    """Whether the class of `x` has an ``__array_function__`` that is not ndarray's."""
    protocol = getattr(type(x), "__array_function__", None)
    return protocol is not None and protocol is not np.ndarray.__array_function__


def _wants_numpy(name: str, a: object) -> bool:
    """Whether `numpy.argmin` would let `a` itself answer, or dress the answer."""
    if isinstance(a, np.generic):
        return False
    if isinstance(a, np.ndarray):
        return True  # its class has an argmin of its own, or the core had answered
    if name.startswith("nan") or name not in NUMPY_FUNCTIONS:
        return False  # numpy.nanargmin makes an array of it
    return getattr(a, name, None) is not None or hasattr(a, "__array_wrap__")


def _ask_numpy(name: str, a: object, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if name not in NUMPY_FUNCTIONS:
        raise TypeError(
            f"{name}() takes no {type(a).__module__}.{type(a).__qualname__}; of a plain array "
            f"(numpy.asarray) it gives an answer"
        )
    beyond = sorted(kwargs.keys() - NUMPY_KEYWORDS)
    if beyond:
        raise TypeError(
            f"{name}() of a {type(a).__module__}.{type(a).__qualname__} is NumPy's own, which has "
            f"no keyword {', '.join(map(repr, beyond))}; without it, or with a plain array "
            f"(numpy.asarray), it works"
        )
    return getattr(np, name)(*args, **kwargs)
