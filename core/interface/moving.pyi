# The functions about windows.

def moving_argmin(
    a, window, axis=-1, *, step=1, partial=False, center=False, min_count=None, relative=False,
    where=True, nan_policy="propagate", ties="first", default=None, dtype=None,
) -> NDArray[Any]:
    """Index of the smallest element of each window that moves along an axis.

    The windows are those of `numpy.lib.stride_tricks.sliding_window_view`, and
    the answers those of `argmin` for each; but each element is read once, so
    the time depends neither on the length of the window nor on the elements.

    Parameters
    ----------
    {moving}

    Returns
    -------
    ndarray of numpy.intp
        One index for each window; the axis has as many elements as there are
        windows.

    {moving_raises}

    See Also
    --------
    moving_argmax : Index of the largest element.
    moving_findmin : The smallest element, too.
    running_argmin : Index of the smallest element so far.
    argmin : Index of the smallest element of the whole.

    Notes
    -----
    For windows over several axes the index, and the order by which ties are
    settled, count in C order over the axes in the order in which they are given.

    The term is that of bottleneck's `move_argmin`, which counts from the end of
    the window; pandas calls such windows *rolling*.

    Examples
    --------
    >>> import minloc
    >>> print(minloc.moving_argmin([5, 3, 4, 6, 1, 2], 3))
    [1 1 4 4]

    One answer for each element, from the elements that there are:

    >>> print(minloc.moving_argmin([5, 3, 4, 6, 1, 2], 3, partial=True, min_count=1))
    [0 1 1 1 4 4]
    """

def moving_argmax(
    a, window, axis=-1, *, step=1, partial=False, center=False, min_count=None, relative=False,
    where=True, nan_policy="propagate", ties="first", default=None, dtype=None,
) -> NDArray[Any]:
    """Index of the largest element of each window that moves along an axis.

    `moving_argmin` under the reversed order: parameters, result, errors, ties and
    NaN are the same.

    Parameters
    ----------
    {moving}

    Returns
    -------
    ndarray of numpy.intp
        One index for each window, as of `moving_argmin`.

    {moving_raises}

    See Also
    --------
    moving_argmin : Index of the smallest element.
    moving_findmax : The largest element, too.

    Notes
    -----
    The term is that of bottleneck's `move_argmax`.

    Examples
    --------
    >>> import minloc
    >>> print(minloc.moving_argmax([5, 3, 4, 6, 1, 2], 3))
    [0 3 3 3]
    """

def moving_findmin(
    a, window, axis=-1, *, step=1, partial=False, center=False, min_count=None, relative=False,
    where=True, nan_policy="propagate", ties="first", default=None, dtype=None,
) -> FindResult:
    """Smallest element of each window that moves along an axis, and its index.

    Parameters
    ----------
    {moving}

    Returns
    -------
    FindResult
        A named tuple ``(values, indices)`` of arrays. The values are elements of
        `a`, bit for bit. Where the index is `default`, the value is NaN or NaT.

    {moving_raises}
        If a window gets `default` and the dtype has neither NaN nor NaT.

    See Also
    --------
    moving_findmax : The largest element and its index.
    moving_argmin : The index alone.

    Notes
    -----
    Ties and NaN are as in `moving_argmin`.

    Examples
    --------
    >>> import minloc
    >>> found = minloc.moving_findmin([5, 3, 4, 6, 1, 2], 3)
    >>> print(found.values, found.indices)
    [3 3 1 1] [1 1 4 4]
    """

def moving_findmax(
    a, window, axis=-1, *, step=1, partial=False, center=False, min_count=None, relative=False,
    where=True, nan_policy="propagate", ties="first", default=None, dtype=None,
) -> FindResult:
    """Largest element of each window that moves along an axis, and its index.

    Parameters
    ----------
    {moving}

    Returns
    -------
    FindResult
        A named tuple ``(values, indices)``, as of `moving_findmin`.

    {moving_raises}
        If a window gets `default` and the dtype has neither NaN nor NaT.

    See Also
    --------
    moving_findmin : The smallest element and its index.
    moving_argmax : The index alone.

    Notes
    -----
    Ties and NaN are as in `moving_argmin`.

    Examples
    --------
    >>> import minloc
    >>> found = minloc.moving_findmax([5, 3, 4, 6, 1, 2], 3)
    >>> print(found.values, found.indices)
    [5 6 6 6] [0 3 3 3]
    """

def running_argmin(
    a, axis=-1, *, where=True, nan_policy="propagate", ties="first", default=None, dtype=None,
) -> NDArray[Any]:
    """Index of the smallest element so far, at every element along an axis.

    Parameters
    ----------
    {window_a}
    axis : int or None, optional
        The axis, the last one by default. For None the array is taken as
        flattened in C order.
    {where}
    nan_policy : {'propagate', 'omit', 'raise'}, optional
        How to treat NaN (NaT, or a complex number with a NaN part): by default it
        beats every number, so the first one stays the answer; under 'omit' it is
        not a candidate; under 'raise' it is an error.
    ties : {'first', 'last'}, optional
        Which of several equal elements is the answer. 0.0 and -0.0 are equal.
    default : int, optional
        The index to return where there has been no candidate, such as -1. If it
        is not given, this is an error.
    {dtype}

    Returns
    -------
    ndarray of numpy.intp
        One index for each element of `a`, in its shape.

    {running_raises}

    See Also
    --------
    running_argmax : Index of the largest element so far.
    moving_argmin : The same of the last few elements.

    Notes
    -----
    The elements at the indices are those of `numpy.minimum.accumulate`. PyTorch
    calls it `cummin`, and gives the last of equal elements.

    Examples
    --------
    >>> import minloc
    >>> print(minloc.running_argmin([5, 3, 4, 3, 1, 2]))
    [0 1 1 1 4 4]
    """

def running_argmax(
    a, axis=-1, *, where=True, nan_policy="propagate", ties="first", default=None, dtype=None,
) -> NDArray[Any]:
    """Index of the largest element so far, at every element along an axis.

    `running_argmin` under the reversed order: parameters, result, errors, ties
    and NaN are the same.

    Parameters
    ----------
    {window_a}
    axis : int or None, optional
        The axis, the last one by default. For None the array is taken as
        flattened in C order.
    {where}
    {nan_policy}
    ties : {'first', 'last'}, optional
        Which of several equal elements is the answer. 0.0 and -0.0 are equal.
    default : int, optional
        The index to return where there has been no candidate, such as -1. If it
        is not given, this is an error.
    {dtype}

    Returns
    -------
    ndarray of numpy.intp
        One index for each element of `a`, in its shape.

    {running_raises}

    See Also
    --------
    running_argmin : Index of the smallest element so far.
    moving_argmax : The same of the last few elements.

    Notes
    -----
    The elements at the indices are those of `numpy.maximum.accumulate`. PyTorch
    calls it `cummax`, and gives the last of equal elements.

    Examples
    --------
    >>> import minloc
    >>> print(minloc.running_argmax([5, 3, 6, 3, 6, 7]))
    [0 0 2 2 2 5]
    """
