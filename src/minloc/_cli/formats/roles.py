"""Which variables of a file hold data, by the CF conventions: the others label or describe them.

A variable that another one names in an attribute such as ``coordinates`` or ``bounds`` belongs to
it. So do variables with the name of an axis, and those whose attributes say that they are
coordinates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from minloc._cli.formats.arrays import Variable

#: Attributes that name other variables: alone, or after words that end with a colon.
NAMING = (
    "coordinates", "bounds", "climatology", "ancillary_variables", "grid_mapping", "cell_measures",
    "formula_terms", "node_coordinates", "node_count", "part_node_count", "interior_ring",
)  # fmt: skip
COORDINATES = ("latitude", "longitude", "time", "projection_x_coordinate",
               "projection_y_coordinate", "forecast_reference_time")  # fmt: skip


def data(variables: Mapping[str, Variable], attributes: Mapping[str, Any]) -> list[Variable]:
    """Return the variables that are not coordinates, bounds and the like, and have axes.

    Parameters
    ----------
    variables : mapping
        All variables of the file, by name.
    attributes : mapping
        The attributes of the whole file, which may name coordinates, too.
    """
    belonging = {dim for variable in variables.values() for dim in variable.dims}
    belonging.update(named(attributes))
    for variable in variables.values():
        belonging.update(named(variable.attributes))
    return [
        variable
        for name, variable in variables.items()
        if variable.dims
        and name not in belonging
        and name.rpartition("/")[2] not in belonging
        and not is_coordinate(variable.attributes)
    ]


def of_numbers(variables: Iterable[Variable]) -> list[Variable]:
    """Return the variables that hold numbers, not texts, dates or flags."""
    return [
        variable
        for variable in variables
        if np.dtype(variable.store.dtype).kind in "iufc"
        and " since " not in str(variable.attributes.get("units", ""))
        and not {"flag_values", "flag_masks"} & set(variable.attributes)
    ]


def coordinates(variable: Variable) -> list[str]:
    """Return the names in the attribute ``coordinates`` of a variable."""
    text = variable.attributes.get("coordinates", "")
    return text.split() if isinstance(text, str) else []


def labels_axis(variable: Variable) -> bool:
    """Whether a variable has the name of its only axis."""
    return variable.dims == (variable.name.rpartition("/")[2],)


def named(attributes: Mapping[str, Any]) -> set[str]:
    """Return the names of other variables in attributes."""
    found: set[str] = set()
    for attribute in NAMING:
        text = attributes.get(attribute)
        if isinstance(text, str):
            words = text.split()
            found.update(word for word in words if not word.endswith(":"))
            if attribute == "grid_mapping":  # "crs: x y"
                found.update(word.removesuffix(":") for word in words)
    return found


def is_coordinate(attributes: Mapping[str, Any]) -> bool:
    """Whether a variable says that it is a coordinate."""
    return (
        str(attributes.get("axis", "")) in ("X", "Y", "Z", "T")
        or str(attributes.get("standard_name", "")) in COORDINATES
        or str(attributes.get("units", "")).lower().replace("_", "")
        in ("degreesnorth", "degreenorth", "degreeseast", "degreeeast")
        or "grid_mapping_name" in attributes
        or "cf_role" in attributes
    )
