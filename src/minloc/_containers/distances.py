"""Distances to a value of a library's own dtype: what is said where there are none.

Times are compared by ticks, so a value must have ticks in the same unit, exactly; a time without a
zone is at no distance from one with a zone.
"""

from typing import Any


def no_distances(what: str, dtype: Any) -> TypeError:
    """Return the error for elements that have an order, but no distances."""
    return TypeError(
        f"{what} knows no distances between the elements of dtype {dtype}; pass an array of numbers"
    )


def not_of_type(value: Any, dtype: Any) -> TypeError:
    """Return the error for a value of another kind than the elements."""
    return TypeError(
        f"distance_to {value!r} cannot be cast safely to the dtype {dtype} of a; pass a value of "
        f"that dtype, with a time zone only if the elements have one"
    )
