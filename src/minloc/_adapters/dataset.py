"""xarray's Dataset: each of its variables is a call of its own, and the answers are Datasets.

A variable is reduced over those of the dimensions that it has.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from minloc._adapters.call import Call
from minloc._adapters.xarray import like
from minloc._containers.xarray import is_dataset as knows
from minloc._masks import is_given

__all__ = ["answer", "knows"]


def answer(call: Call, route: Callable[[Call], Any]) -> Any:
    """Return the answer to a call about a Dataset.

    Parameters
    ----------
    call : Call
        The call. Dimensions have names, given as `dim` or as `axis`; a `where` or a `distance_to`
        is a Dataset too, or one for all variables.
    route : callable
        Answers a call about any array: about each variable.

    Returns
    -------
    object
        What the function returns, with Datasets in the place of arrays; `minloc` and `maxloc` have
        one for each dimension, of the variables that have it.
    """
    name = call.name
    if "out" in call.keywords:
        raise TypeError(f"{name}() of a Dataset takes no out; copy what it returns")
    return _by_variable(call, dims_of(call, needed=name == "top_k"), route)


def windows(call: Call, route: Callable[[Call], Any]) -> Any:
    """Return the answer to a call about windows, which move along dims of all variables."""
    dims = dims_of(call, needed=True)
    for key, variable in call.a.data_vars.items():
        _check_moves(call.name, key, variable, dims)
    return _by_variable(call, dims, route)


def _by_variable(call: Call, dims: Any, route: Callable[[Call], Any]) -> Any:
    """Return the answers about variables, put together."""
    a, name = call.a, call.name
    where, target = call.keywords.get("where", True), call.keywords.get("distance_to")
    one = call.without("axis", "dim", "where")
    found = {}
    for key, variable in a.data_vars.items():
        own: dict[str, Any] = {}
        if is_given(where):
            own["where"] = _of_variable("where", where, key)
        if target is not None:
            own["distance_to"] = _of_variable("distance_to", target, key)
        found[key] = route(one.about(variable, dim=_own(dims, variable), **own))
    if name in ("minloc", "maxloc"):
        return _coordinates(a, dims, found)
    if not found:
        raise ValueError(f"{name}() of a Dataset without variables")
    first = next(iter(found.values()))
    if not isinstance(first, tuple):
        return _dataset(a, found)
    ends = [{key: parts[i] for key, parts in found.items()} for i in range(len(first))]
    return like(first, [_dataset(a, end) for end in ends])


def dims_of(call: Call, needed: bool = False) -> Any:
    """Return the names of the dimensions that a call reduces: one, a tuple, or None for all.

    They have to be given where they are `needed`.
    """
    if "axis" in call.keywords and "dim" in call.keywords:
        raise TypeError(f"{call.name}() takes axis or dim, not both")
    default = () if needed else None
    dims = call.keywords.get("dim", call.keywords.get("axis", default))
    if dims == () and "dim" not in call.keywords and "axis" not in call.keywords:
        more = ", or dim=None for all" if call.name == "top_k" else ""
        raise TypeError(f"{call.name}() of a Dataset has no last axis; pass dim{more}")
    if dims is None or dims is ...:
        return None
    names = call.a.dims
    several = isinstance(dims, (list, tuple, set)) and dims not in names
    for dim in dims if several else (dims,):
        if dim not in names:
            raise ValueError(f"there is no dimension {dim!r}; there are {tuple(names)}")
    return tuple(dims) if several else dims


def _own(dims: Any, variable: Any) -> Any:
    """Return those of the dimensions that a variable has, spelled as they are given."""
    if dims is None:
        return None
    if isinstance(dims, tuple) and dims not in variable.dims:
        return tuple([dim for dim in dims if dim in variable.dims])
    return dims if dims in variable.dims else ()


def _check_moves(name: str, key: Any, variable: Any, dims: Any) -> None:
    """Raise ValueError unless windows can move along the dimensions of a variable."""
    along = dims if isinstance(dims, tuple) and dims not in variable.dims else (dims,)
    missing = [dim for dim in along if dim not in variable.dims]
    if dims is not None and missing:
        raise ValueError(
            f"{name}() of a Dataset moves along {missing[0]!r}, which the variable {key!r} does "
            f"not have; leave it out, as in a.drop_vars({key!r})"
        )


def _of_variable(keyword: str, given: Any, key: Any) -> Any:
    """Return the mask of a variable, or what its distances are from."""
    if not knows(given):
        return given
    if key not in given.data_vars:
        raise ValueError(f"{keyword} is a Dataset without the variable {key!r}")
    return given[key]


def _coordinates(a: Any, dims: Any, found: dict[Any, tuple[Any, ...]]) -> tuple[Any, ...]:
    """Return a Dataset for each dimension, of the variables that have it."""
    several = isinstance(dims, tuple) and dims not in a.dims
    names = tuple(a.sizes) if dims is None else dims if several else (dims,)
    along: dict[Any, dict[Any, Any]] = {dim: {} for dim in names}
    for key, places in found.items():
        own = a[key].dims if dims is None else [dim for dim in names if dim in a[key].dims]
        for dim, place in zip(own, places, strict=True):
            along[dim][key] = place
    return tuple([_dataset(a, along[dim]) for dim in names])


def _dataset(a: Any, variables: dict[Any, Any]) -> Any:
    """Return the answers about variables as a Dataset, with the attributes if xarray keeps them."""
    made = type(a)(variables)
    if sys.modules["xarray"].get_options()["keep_attrs"] in (True, "default"):
        made.attrs = dict(a.attrs)
    return made
