"""Who comes from another library is told the argument to use, in a note; texts stay NumPy's."""

from typing import Any

import numpy as np
import pytest

import minloc
from minloc._partial import FUNCTIONS

WRONGLY: Any = minloc  # called with what checkers of types refuse
A = np.arange(6.0).reshape(2, 3)
HINTS = {
    "mask": "where=~mask",
    "skipna": "nan_policy: 'omit' skips NaN",
    "dim": "axis",
    "dims": "axis",
    "axes": "axis",
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("keyword", HINTS)
def test_keywords_of_other_libraries_lead_to_ours(name: str, keyword: str) -> None:
    """The text is Python's, and a note, which pytest matches too, has the keyword."""
    k = (1,) if name == "top_k" else ()
    text = rf"^{name}\(\) got an unexpected keyword argument '{keyword}'\n"
    with pytest.raises(TypeError, match=text) as raised:
        getattr(WRONGLY, name)(A, *k, **{keyword: True})
    [note] = raised.value.__notes__
    assert HINTS[keyword] in note


def test_hints_are_about_the_function_that_was_called() -> None:
    """Only `top_k` has a k, and only the nan functions lack a NaN policy."""
    with pytest.raises(TypeError, match="argument 'k'") as raised:
        WRONGLY.top_k(A, k=2)
    assert raised.value.__notes__ == ["k is given by position, as in top_k(a, 3)"]
    with pytest.raises(TypeError, match="argument 'largest'") as raised:
        WRONGLY.top_k(A, 2, largest=True)
    assert "mode='largest'" in raised.value.__notes__[0]
    with pytest.raises(TypeError, match="argument 'nan_policy'") as raised:
        WRONGLY.nanargmin(A, nan_policy="omit")
    assert "always leave NaN out" in raised.value.__notes__[0]
    with pytest.raises(TypeError, match="argument 'min_periods'") as raised:
        WRONGLY.moving_argmin(A, 2, min_periods=1)
    assert "the keyword is min_count" in raised.value.__notes__[0]
    with pytest.raises(TypeError, match="argument 'num_segments'") as raised:
        WRONGLY.argmin(A, by=[0, 1, 1], axis=1, num_segments=2)
    assert raised.value.__notes__ == ["the keyword is num_groups"]
    for keyword in ("k", "largest", "min_periods", "no_such"):
        with pytest.raises(TypeError, match=f"argument '{keyword}'$") as raised:
            WRONGLY.argmin(A, **{keyword: 1})
        assert not hasattr(raised.value, "__notes__"), keyword


@pytest.mark.parametrize(
    ("axis", "note"),
    [
        ([0, 1], "several axes are a tuple: axis=tuple([0, 1])"),
        ("time", "only the dimensions of an xarray object have names"),
    ],
)
def test_an_axis_that_is_none_says_what_would_be(axis: object, note: str) -> None:
    """The text is NumPy's."""
    with pytest.raises(TypeError) as numpys:
        np.argmin(A, axis=axis)  # type: ignore[call-overload]
    with pytest.raises(TypeError) as raised:
        WRONGLY.argmin(A, axis=axis)
    assert str(raised.value) == str(numpys.value)
    assert raised.value.__notes__ == [note]


def test_an_axis_whose_index_raises_keeps_its_exception() -> None:
    """A subclass of list may be an index, and what that raises is passed on."""

    class Axis(list[int]):
        def __index__(self) -> int:
            raise RuntimeError("not today")

    with pytest.raises(RuntimeError, match=r"^not today$"):
        WRONGLY.argmin(A, axis=Axis())


def test_no_mask_is_a_keyword_that_is_left_out() -> None:
    """None is no mask, and the message says how to search all elements."""
    with pytest.raises(TypeError, match=r"^where must be an array of bool, got None; leave it out"):
        WRONGLY.argmin(A, where=None)
