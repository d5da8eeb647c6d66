"""Fixtures of the tests of the command."""

from support.command import climate, prices, run, same_minloc  # noqa: F401
