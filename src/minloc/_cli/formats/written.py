"""How the values of a column are written, so that those of two files can be compared."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Written:
    """What a column of one file says about how it is meant.

    Attributes
    ----------
    units : frozenset of str
        The units of its numbers; "" for none.
    orders : frozenset of str
        The orders of day, month and year that its dates allow; empty without such dates.
    zoned : frozenset of bool
        Whether its times have a time zone.
    """

    units: frozenset[str] = frozenset()
    orders: frozenset[str] = frozenset()
    zoned: frozenset[bool] = frozenset()

    def differs(self, other: Written) -> str:
        """Return how a column is written otherwise than in another file, "" if it is not.

        Examples
        --------
        >>> Written(frozenset({"%"})).differs(Written(frozenset({""})))
        "numbers with '%', and before numbers without a unit"
        """
        units = {each for each in self.units | other.units if each}
        if len(units) > 1 or {"%", ""} <= self.units | other.units:
            return f"numbers {_with(self.units)}, and before numbers {_with(other.units)}"
        if self.orders and other.orders and not self.orders & other.orders:
            ways = " or ".join(sorted(self.orders)), " or ".join(sorted(other.orders))
            return f"dates in the order {ways[0]}, and before in the order {ways[1]}"
        if len(self.zoned | other.zoned) > 1:
            words = {True: "with a time zone", False: "without one"}
            return f"times {words[max(self.zoned)]}, and before {words[max(other.zoned)]}"
        return ""

    def merged(self, other: Written) -> Written:
        """Return what both say."""
        orders = self.orders & other.orders if self.orders and other.orders else (
            self.orders or other.orders
        )  # fmt: skip
        return Written(self.units | other.units, orders, self.zoned | other.zoned)


def _with(units: frozenset[str]) -> str:
    named = " and ".join(repr(each) for each in sorted(units) if each)
    return f"with {named}" if named else "without a unit"
