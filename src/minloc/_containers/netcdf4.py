"""Variables of netCDF4, whose slices are masked arrays."""

from __future__ import annotations

from minloc._containers.classes import is_of


def knows(x: object) -> bool:
    """Whether `x` is a variable of one file or, as a `MFDataset` has them, of several."""
    return is_of(x, "netCDF4", "Variable") or is_of(x, "netCDF4._netCDF4", "_Variable")
