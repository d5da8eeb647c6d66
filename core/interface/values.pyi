# The functions that answer with elements and their indices.

def findmin(
    a, axis=None, *, keepdims=False, where=True, nan_policy="propagate", ties="first",
    default=None, by=None, num_groups=None, distance_to=None,
) -> FindResult:
    """Smallest element and its index, in one pass over the array.

    Parameters
    ----------
    {parameters}

    Returns
    -------
    FindResult
        A named tuple ``(values, indices)``: scalars, or arrays with an entry for
        each position along the axes that are kept. The values are elements of
        `a`, bit for bit, with the sign of a zero and the payload of a NaN; of
        an object array they are the objects themselves. Where the index is
        `default`, the value is NaN or NaT.

    {progress}

    {raises}
        If a slice gets `default` and the dtype has neither NaN nor NaT.

    See Also
    --------
    findmax : The largest element and its index.
    argmin : The index alone.

    Notes
    -----
    Ties and NaN are as in `argmin`. The term is that of Julia's `findmin`;
    PyTorch calls it ``min(dim)``.

    Examples
    --------
    What is the lowest temperature, and in which month is it?

    >>> import numpy as np
    >>> import minloc
    >>> t = np.array([[6.5, 3.0, 8.0], [5.0, 2.5, 9.0]])
    >>> value, index = minloc.findmin(t)
    >>> print(value, index)
    2.5 4
    >>> found = minloc.findmin(t, axis=1)
    >>> print(found.values, found.indices)
    [3.  2.5] [1 1]
    """

def findmax(
    a, axis=None, *, keepdims=False, where=True, nan_policy="propagate", ties="first",
    default=None, by=None, num_groups=None, distance_to=None,
) -> FindResult:
    """Largest element and its index, in one pass over the array.

    `findmin` under the reversed order: parameters, result, errors, ties and NaN
    are the same.

    Parameters
    ----------
    {parameters}

    Returns
    -------
    FindResult
        A named tuple ``(values, indices)``, as of `findmin`.

    {progress}

    {raises}
        If a slice gets `default` and the dtype has neither NaN nor NaT.

    See Also
    --------
    findmin : The smallest element and its index.
    argmax : The index alone.

    Notes
    -----
    The term is that of Julia's `findmax`.

    Examples
    --------
    >>> import minloc
    >>> found = minloc.findmax([[6, 3, 8], [5, 2, 9]], axis=1)
    >>> print(found.values, found.indices)
    [8 9] [2 2]
    """

def top_k(
    a, k, /, *, axis=-1, mode="largest", sorted=True, where=True, nan_policy="propagate",
    by=None, num_groups=None, distance_to=None,
) -> TopK:
    """Largest `k` elements and their indices, best first; or the smallest.

    Parameters
    ----------
    a : array_like
        The array, store, Dask array or DataArray, of any dtype that `argmin`
        takes.
    k : int
        How many. 0 gives empty arrays.
    axis : int, tuple of int or None, optional
        The axis to choose along, the last one by default. For None the array is
        taken as flattened; the index of a tuple counts in C order over its axes,
        in the order in which they are given. Axes of a DataArray may be given by
        the names of dimensions.
    mode : {'largest', 'smallest'}, optional
        Which end to choose from.
    sorted : bool, optional
        Accepted for compatibility with other `top_k`; the answer is always sorted.
    {where}
    nan_policy : {'propagate', 'omit', 'raise'}, optional
        By default NaN (NaT, or complex numbers with a NaN part) rank last, after
        all numbers, in either mode; under 'omit' they are not candidates; under
        'raise' they are an error.
    {by}
    {num_groups}
    {distance_to}

    Returns
    -------
    TopK
        A named tuple ``(values, indices)`` of arrays. A single `axis` has the
        size `k` in them; otherwise the `k` ranks are their last axis. With `by`
        the axis of ranks follows that of groups. The values are elements of `a`
        to the bit.

    {progress}

    Raises
    ------
    numpy.exceptions.AxisError
        If an axis is out of range.
    ValueError
        If a slice has fewer than `k` candidates, or one that is NaN under
        ``nan_policy='raise'``; the error's attribute `index` is the first such
        slice's place along the axes that are kept, that of groups among them, a tuple.
        If `k` is negative, `by` does not fit the array, or a keyword has a value
        that is not one of its choices.
    TypeError
        If `k`, `num_groups` or an axis is not an integer, `where` is not boolean,
        `by` is not an array of integers, or the dtype has no order.

    See Also
    --------
    argmax : Index of the largest element.
    findmax : The largest element and its index.

    Notes
    -----
    The order is stable: of equal elements the first comes first, on every path.
    The array is read once, without a copy and without sorting it; only dtypes
    that bring their own comparison (object, strings) are sorted.

    The term is that of `numpy.top_k` and of the array API standard, which leave
    open which of equal elements are chosen.

    Examples
    --------
    Which are the two warmest days?

    >>> import minloc
    >>> values, indices = minloc.top_k([15, 21, 18, 21, 9], 2)
    >>> print(values, indices)
    [21 21] [1 3]

    The nearest two of each row:

    >>> nearest = minloc.top_k([[3, 1, 2], [5, 6, 4]], 2, mode='smallest')
    >>> print(nearest.indices)
    [[1 2]
     [2 0]]
    """
