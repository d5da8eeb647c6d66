"""What functions with two answers return.

To type checkers they are generic: of the types of the two fields, which are those of the array that
was asked. Where these are not named, they are Any.
"""

from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:  # only Python 3.13 has defaults
    from typing_extensions import TypeVar as WithDefault

    _Values = WithDefault("_Values", default=Any)
    _Indices = WithDefault("_Indices", default=Any)
else:
    _Values, _Indices = TypeVar("_Values"), TypeVar("_Indices")


class FindResult(NamedTuple, Generic[_Values, _Indices]):
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

    values: _Values
    indices: _Indices


class ArgMinMax(NamedTuple, Generic[_Indices]):
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

    argmin: _Indices
    argmax: _Indices


class TopK(NamedTuple, Generic[_Values, _Indices]):
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

    values: _Values
    indices: _Indices
