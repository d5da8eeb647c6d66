"""Importing this makes `threadpoolctl`_ know minloc, and its limits hold for minloc's calls.

.. _threadpoolctl: https://github.com/joblib/threadpoolctl

``threadpoolctl.threadpool_info()`` lists minloc from then on, and
``threadpoolctl.threadpool_limits(n)`` limits it beside BLAS and OpenMP; ``user_api="minloc"``
limits minloc alone. A limit is that of `minloc.set_num_threads`: it is for the whole process.
"""

import threadpoolctl

import minloc

__all__ = ["MinlocController"]


class MinlocController(threadpoolctl.LibController):  # type: ignore[misc]
    """What threadpoolctl asks of minloc's core."""

    user_api = internal_api = "minloc"
    filename_prefixes = ("_core",)
    #: Other libraries have a ``_core``, too.
    check_symbols = ("minloc_core",)

    def get_num_threads(self) -> int:
        """Return how many threads a call from this thread may use."""
        return minloc.get_num_threads()

    def set_num_threads(self, num_threads: int) -> None:
        """Set how many threads calls may use."""
        minloc.set_num_threads(num_threads)

    def get_version(self) -> str:
        """Return minloc's version."""
        return minloc.__version__


threadpoolctl.register(MinlocController)
