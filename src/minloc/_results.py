"""What functions with two answers return."""

from typing import Any, NamedTuple


class FindResult(NamedTuple):
    """The smallest, or largest, elements and where they are: what `findmin` returns.

    Attributes
    ----------
    values : ndarray or scalar
        The elements, of the array's dtype.
    indices : ndarray of numpy.intp or numpy.intp
        Where they are, as `argmin` says it.

    Examples
    --------
    >>> import minloc
    >>> found = minloc.findmin([3, 1, 2])
    >>> print(found.values, found.indices)
    1 1
    """

    values: Any
    indices: Any


class ArgMinMax(NamedTuple):
    """Where the smallest and the largest elements are: what `argminmax` returns.

    Attributes
    ----------
    argmin, argmax : ndarray of numpy.intp or numpy.intp
        What the two functions return.

    Examples
    --------
    >>> import minloc
    >>> ends = minloc.argminmax([3, 1, 2])
    >>> print(ends.argmin, ends.argmax)
    1 0
    """

    argmin: Any
    argmax: Any


class TopK(NamedTuple):
    """The `k` largest, or smallest, elements and where they are: what `top_k` returns.

    Attributes
    ----------
    values : ndarray
        The elements, the best first, of the array's dtype.
    indices : ndarray of numpy.intp
        Where they are along the reduced axis.

    Examples
    --------
    >>> import minloc
    >>> best = minloc.top_k([3, 1, 2], 2)
    >>> print(best.values, best.indices)
    [3 2] [0 2]
    """

    values: Any
    indices: Any
