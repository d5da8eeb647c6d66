"""Call: a call of a public function, whose arguments the core has sorted by name.

The core does that once, when it hands a call on. Adapters pass the call on to each other, about
another array or with other keywords, and its arguments are not sorted again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from minloc import _core
from minloc._window_axes import WINDOW_FUNCTIONS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Call(NamedTuple):
    """A call of a public function.

    Attributes
    ----------
    name : str
        The function.
    a : object
        The array.
    keywords : dict
        What else was given, by name, also what was given by position; without what says that
        nothing is given, such as ``out=None``.
    spelled : tuple of tuple and dict, or None
        The positional and keyword arguments as the caller wrote them; None of a call that an
        adapter has made of another one.
    """

    name: str
    a: Any
    keywords: dict[str, Any]
    spelled: tuple[tuple[Any, ...], dict[str, Any]] | None = None

    def about(self, a: Any, **changes: Any) -> Call:
        """Return the same call about another array, with some keywords added or replaced."""
        return Call(self.name, a, {**self.keywords, **changes})

    def without(self, *names: str) -> Call:
        """Return the same call without some keywords."""
        keywords = {name: value for name, value in self.keywords.items() if name not in names}
        return Call(self.name, self.a, keywords)

    def put_to(self, adapter: Any, *route: Any) -> Any:
        """Return the answer of an adapter: of its `windows` if the call is about windows.

        An adapter without `windows` hands such calls on as it does all others.
        """
        answer = adapter.answer
        if self.name in WINDOW_FUNCTIONS:
            answer = getattr(adapter, "windows", answer)
        return answer(self, *route)

    def answer(self, values: NDArray[Any], missing: NDArray[np.bool] | None = None) -> Any:
        """Return the core's answer to the same call about a plain array.

        Parameters
        ----------
        values : ndarray
            The elements.
        missing : ndarray of bool or None
            Which of them are missing, in the place of the call's `where`; None if none is.

        Returns
        -------
        object
            Plain arrays and scalars of NumPy.
        """
        named = dict(self.keywords)
        k = (named.pop("k"),) if "k" in named else ()
        if missing is None:
            return getattr(_core, self.name)(values, *k, **named)
        named.pop("where", None)
        return _core.masked(self.name, missing, values, *k, **named)
