# The number of threads.

def get_num_threads() -> int:
    """How many threads a call from this thread may use, the calling one included.

    Returns
    -------
    int

    See Also
    --------
    set_num_threads : Change it.
    threads : Change it for a block of code.

    Examples
    --------
    >>> import minloc
    >>> with minloc.threads(2):
    ...     minloc.get_num_threads()
    2
    """

def set_num_threads(n: SupportsIndex, /) -> None:
    """Set how many threads a call may use, the calling one included.

    Answers do not depend on it. Small arrays are always reduced by one thread.
    At import the number is ``MINLOC_NUM_THREADS`` from the environment or else
    the number of CPUs that the process may use (its affinity, its cgroup), but
    no more than ``OMP_NUM_THREADS``.

    Parameters
    ----------
    n : int
        From 1 to 4096.

    Returns
    -------
    None

    Raises
    ------
    ValueError
        If `n` is out of that range.

    See Also
    --------
    threads : Change it for a block of code.

    Notes
    -----
    The term is Numba's and PyTorch's.

    Examples
    --------
    >>> import minloc
    >>> before = minloc.get_num_threads()
    >>> minloc.set_num_threads(1)
    >>> minloc.get_num_threads()
    1
    >>> minloc.set_num_threads(before)
    """

def set_num_threads_here(n: SupportsIndex, /) -> int:
    """Override set_num_threads in the calling thread, 0 to stop; return the override before."""
