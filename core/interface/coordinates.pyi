# The functions that answer with an index for each reduced axis.

def minloc(
    a, axis=None, *, keepdims=False, where=True, nan_policy="propagate", ties="first",
    default=None, dtype=None, by=None, num_groups=None, distance_to=None,
) -> tuple[Any, ...]:
    """Coordinates of the smallest element: one index for each reduced axis.

    Parameters
    ----------
    {parameters}

    Returns
    -------
    tuple of numpy.intp or of ndarray of numpy.intp
        The coordinate along each reduced axis, in the order of `axis`, each of
        them as `argmin` would return an index. For the whole array they index
        it: ``a[minloc(a)]`` is the smallest element. Where a slice has no
        candidate, each is `default`.

    {progress}

    {raises}

    See Also
    --------
    maxloc : Coordinates of the largest element.
    argmin : One index into the flattened axes.

    Notes
    -----
    With an axis, the tuple does not index `a`: ``a[minloc(a, axis=1)]`` takes
    the coordinates for those along the first axis, without an error. Index the
    axes that are kept, too, as below, or ask `findmin` for the values.

    Ties and NaN are as in `argmin`: of equal elements the first in C order. The
    term is that of Fortran's ``MINLOC``.

    Examples
    --------
    In which row and column is the smallest element?

    >>> import numpy as np
    >>> import minloc
    >>> a = np.array([[6, 3, 8], [5, 2, 9]])
    >>> row, column = minloc.minloc(a)
    >>> print(row, column)
    1 1
    >>> print(a[minloc.minloc(a)])
    2

    And in each map of a series?

    >>> maps = np.array([[[6, 3], [8, 5]], [[7, 9], [1, 4]]])
    >>> y, x = minloc.minloc(maps, axis=(1, 2))
    >>> print(y, x)
    [0 1] [1 0]
    >>> print(maps[np.arange(2), y, x])
    [3 1]
    """

def maxloc(
    a, axis=None, *, keepdims=False, where=True, nan_policy="propagate", ties="first",
    default=None, dtype=None, by=None, num_groups=None, distance_to=None,
) -> tuple[Any, ...]:
    """Coordinates of the largest element: one index for each reduced axis.

    `minloc` under the reversed order: parameters, result, errors, ties and NaN
    are the same.

    Parameters
    ----------
    {parameters}

    Returns
    -------
    tuple of numpy.intp or of ndarray of numpy.intp
        The coordinate along each reduced axis, in the order of `axis`.

    {progress}

    {raises}

    See Also
    --------
    minloc : Coordinates of the smallest element.
    argmax : One index into the flattened axes.

    Notes
    -----
    The term is that of Fortran's ``MAXLOC``.

    Examples
    --------
    >>> import minloc
    >>> row, column = minloc.maxloc([[6, 3, 8], [5, 2, 9]])
    >>> print(row, column)
    1 2
    """
