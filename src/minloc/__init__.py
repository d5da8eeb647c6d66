"""Where is the minimum? NumPy's `argmin` for every layout, without its copies."""

from minloc._api import show_config
from minloc._core import argmax, argmin, nanargmax, nanargmin

__all__ = ["argmax", "argmin", "nanargmax", "nanargmin", "show_config"]
