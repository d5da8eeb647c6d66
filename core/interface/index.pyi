# The functions that answer with indices.

def argmin(
    a, axis=None, out=None, *, keepdims=False, where=True, nan_policy="propagate", ties="first",
    default=None, dtype=None, by=None, num_groups=None, distance_to=None,
) -> np.intp:
    """Index of the smallest element: of the whole array, or along axes.

    The same answers as `numpy.argmin`, but no layout is copied first, there
    are more keywords, and more kinds of arrays are accepted.

    Parameters
    ----------
    {parameters}

    Returns
    -------
    numpy.intp or ndarray of numpy.intp
        The index, or one for each position along the axes that are kept; `out`
        if it was given. For a subclass of ndarray an array of that subclass,
        except that a masked array gives a plain ndarray.

    {progress}

    {raises}
        If `dtype` is not an integer dtype, or that of `out` does not cast
        safely to `numpy.intp`. (If it is one, but too narrow for the largest
        possible index or for `default`, that is a ValueError.)

    See Also
    --------
    argmax : Index of the largest element.
    findmin : Its value, too.
    minloc : Its coordinates.

    Notes
    -----
    Ties are settled in C order, whatever the memory layout and the number of
    threads. The GIL is released for arrays of 16 KiB or more, except those of
    objects.

    The term is that of `numpy.argmin`; `nan_policy` is SciPy's.

    Examples
    --------
    >>> import numpy as np
    >>> import minloc
    >>> a = np.array([[6, 3, 8], [5, 2, 9]])
    >>> print(minloc.argmin(a))
    4
    >>> print(minloc.argmin(a, axis=0))
    [1 1 0]
    >>> print(minloc.argmin(a, axis=1, keepdims=True))
    [[1]
     [1]]

    The last of the smallest among the elements above 2:

    >>> print(minloc.argmin(a, axis=1, where=a > 2, ties='last'))
    [1 0]

    A slice without a number does not hide the answers for the others:

    >>> b = np.array([[np.nan, 2.0], [np.nan, np.nan]])
    >>> print(minloc.argmin(b, axis=1, nan_policy='omit', default=-1))
    [ 1 -1]

    Over two axes at once:

    >>> print(minloc.argmin(np.arange(24).reshape(2, 3, 4) % 5, axis=(0, 2)))
    [0 1 2]

    One answer for each group, 0 and 1:

    >>> print(minloc.argmin([15, 21, 18, 9], by=[0, 1, 0, 1]))
    [0 3]
    """

def argmax(
    a, axis=None, out=None, *, keepdims=False, where=True, nan_policy="propagate", ties="first",
    default=None, dtype=None, by=None, num_groups=None, distance_to=None,
) -> np.intp:
    """Index of the largest element: of the whole array, or along axes.

    `argmin` under the reversed order: parameters, result, errors, ties and NaN
    are the same.

    Parameters
    ----------
    {parameters}

    Returns
    -------
    numpy.intp or ndarray of numpy.intp
        The index, or one for each position along the axes that are kept; `out`
        if it was given.

    {progress}

    {raises}

    See Also
    --------
    argmin : Index of the smallest element.
    findmax : Its value, too.
    maxloc : Its coordinates.

    Notes
    -----
    Of equal elements the first is the answer, or the last; a NaN beats every
    number unless `nan_policy` says otherwise.

    The term is that of `numpy.argmax`.

    Examples
    --------
    >>> import minloc
    >>> print(minloc.argmax([[6, 3, 8], [5, 2, 9]], axis=1))
    [2 2]
    >>> print(minloc.argmax([1, 3, 3, 2], ties='last'))
    2
    """

def nanargmin(
    a, axis=None, out=None, *, keepdims=False, where=True, ties="first", default=None,
    dtype=None, by=None, num_groups=None, distance_to=None,
) -> np.intp:
    """Index of the smallest element that is not NaN.

    The same as `argmin` with ``nan_policy='omit'``: NaN (NaT, or a complex
    number with a NaN part) is not a candidate.

    Parameters
    ----------
    {parameters}

    Returns
    -------
    numpy.intp or ndarray of numpy.intp
        The index, or one for each position along the axes that are kept.

    {progress}

    {raises}

    See Also
    --------
    argmin : The same, where the first NaN is the answer.

    Notes
    -----
    Infinity is a number: of ``[nan, inf]`` the answer is 1.

    The term is that of `numpy.nanargmin`.

    Examples
    --------
    >>> import numpy as np
    >>> import minloc
    >>> print(minloc.nanargmin([np.nan, 2.0, 1.0]))
    2
    >>> print(minloc.nanargmin([[np.nan, 2.0], [1.0, np.nan]], axis=1))
    [1 0]
    >>> print(minloc.nanargmin([[np.nan, 2.0], [np.nan, np.nan]], axis=1, default=-1))
    [ 1 -1]
    """

def nanargmax(
    a, axis=None, out=None, *, keepdims=False, where=True, ties="first", default=None,
    dtype=None, by=None, num_groups=None, distance_to=None,
) -> np.intp:
    """Index of the largest element that is not NaN.

    The same as `argmax` with ``nan_policy='omit'``; see `nanargmin`.

    Parameters
    ----------
    {parameters}

    Returns
    -------
    numpy.intp or ndarray of numpy.intp
        The index, or one for each position along the axes that are kept.

    {progress}

    {raises}

    See Also
    --------
    argmax : The same, where the first NaN is the answer.

    Notes
    -----
    The term is that of `numpy.nanargmax`.

    Examples
    --------
    >>> import numpy as np
    >>> import minloc
    >>> print(minloc.nanargmax([np.nan, 2.0, 1.0]))
    1
    """

def argminmax(
    a, axis=None, *, keepdims=False, where=True, nan_policy="propagate", ties="first",
    default=None, dtype=None, by=None, num_groups=None, distance_to=None,
) -> ArgMinMax:
    """Index of the smallest and of the largest element, in one call.

    Parameters
    ----------
    {parameters}

    Returns
    -------
    ArgMinMax
        A named tuple ``(argmin, argmax)`` of the results of those functions.

    {progress}

    {raises}

    See Also
    --------
    argmin, argmax : One of the two.

    Notes
    -----
    Ties and NaN are as in `argmin`; `ties` applies to both. The name joins
    NumPy's two.

    Examples
    --------
    Where are the lowest and the highest sample?

    >>> import minloc
    >>> low, high = minloc.argminmax([3, 1, 4, 1, 5, 9, 2, 6])
    >>> print(low, high)
    1 5
    """
