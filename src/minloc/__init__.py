"""Where is the minimum? NumPy's `argmin` for every layout, without its copies, and beyond."""

from minloc._api import show_config
from minloc._core import (
    argmax,
    argmin,
    argminmax,
    findmax,
    findmin,
    get_num_threads,
    maxloc,
    minloc,
    moving_argmax,
    moving_argmin,
    moving_findmax,
    moving_findmin,
    nanargmax,
    nanargmin,
    running_argmax,
    running_argmin,
    set_num_threads,
    top_k,
)
from minloc._core import build_info as _build_info
from minloc._labels import idxmax, idxmin
from minloc._partial import Partial
from minloc._results import ArgMinMax, FindResult, TopK
from minloc._threads import default_num_threads as _default_num_threads
from minloc._threads import threads

__all__ = [
    "ArgMinMax",
    "FindResult",
    "Partial",
    "TopK",
    "argmax",
    "argmin",
    "argminmax",
    "findmax",
    "findmin",
    "get_num_threads",
    "idxmax",
    "idxmin",
    "maxloc",
    "minloc",
    "moving_argmax",
    "moving_argmin",
    "moving_findmax",
    "moving_findmin",
    "nanargmax",
    "nanargmin",
    "running_argmax",
    "running_argmin",
    "set_num_threads",
    "show_config",
    "threads",
    "top_k",
]

__version__: str = _build_info()["version"]

set_num_threads(_default_num_threads())
