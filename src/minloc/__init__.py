"""Where is the minimum? NumPy's `argmin` for every layout, without its copies."""

from minloc._api import show_config
from minloc._core import (
    argmax,
    argmin,
    get_num_threads,
    nanargmax,
    nanargmin,
    set_num_threads,
)
from minloc._threads import default_num_threads as _default_num_threads
from minloc._threads import threads

__all__ = [
    "argmax",
    "argmin",
    "get_num_threads",
    "nanargmax",
    "nanargmin",
    "set_num_threads",
    "show_config",
    "threads",
]

set_num_threads(_default_num_threads())
