"""The order of elements is NumPy's for every dtype: zeros, NaN, NaT, bytes, text, nulls."""

import itertools
import struct

import ml_dtypes
import numpy as np
import pytest
from numpy.dtypes import StringDType

from support.arrays import Array
from support.objects import strings
from support.side_by_side import PLAIN, agree, cases, ours

RULES = cases(
    ("any byte but 0 is true", np.array([2, 0, 1, 255], "u1").view("?")),
    ("all true", np.array([1, 2, 255], "u1").view("?")),
    ("all false", np.zeros(100, "?")),
    ("-0.0 after 0.0", np.array([0.0, -0.0])),
    ("0.0 after -0.0", np.array([-0.0, 0.0])),
    ("all infinite", np.array([np.inf, np.inf])),
    ("all minus infinite", np.array([-np.inf, -np.inf])),
    ("infinity before a number", np.array([np.inf, 1.0, -np.inf])),
    ("uint64 above int64", np.array([2**63, 2**63 - 1, 2**64 - 1], "u8")),
    ("int64 that floats confuse", np.array([2**53, 2**53 + 1, 2**53 - 1])),
    ("denormals of either sign", np.array([5e-324, -5e-324, 0.0, 1e-323])),
    ("real parts tie", np.array([1 + 2j, 1 + 1j, 1 - 1j, 0 + 9j, 0 - 9j])),
    ("-0.0 ties 0.0 in the real part", np.array([complex(0.0, 1), complex(-0.0, 0)])),
    ("0.0 ties -0.0 in the real part", np.array([complex(-0.0, 0), complex(0.0, 1)])),
    ("infinite parts", np.array([complex(1, np.inf), complex(np.inf, -np.inf), complex(1, 0)])),
    ("the earliest time is not NaT", np.array([-(2**63) + 1, 2**63 - 1]).view("M8[ns]")),
    ("bytes are unsigned", np.array([b"\x7f", b"\x80", b"\xff", b"a"])),
    ("a NUL inside counts", np.array([b"a", b"a\0b", b"a\0a"])),
    ("NULs at the end do not", np.array([b"a\0", b"a", b"a\0\0"], "S3")),
    ("bytes of no width", np.zeros(3, [("x", "S0")])["x"]),
    ("text of no width", np.zeros(3, [("x", "U0")])["x"]),
    ("text by code point", np.array(["\uffff", "\U0001f600", "z", "Z"])),
    ("text with a NUL inside", np.array(["a", "a\0b", "a\0a"])),
    ("byte-swapped text", np.array(["Ā", "\x01", "ÿ"], ">U1")),
    ("code points out of range", np.array([0x110000, 2**32 - 1, 2**31, 0xD800], "u4").view("U1")),
    ("strings by UTF-8 byte", strings("\uffff", "\U0001f600", "z", "", null=None)),
    ("short and long strings", strings("x" * 300, "x" * 299, "x" * 15, "x" * 16, null=None)),
    ("null that is a string", strings("n", "m", "a", "m", "z", null="m")),
    ("null that is the empty string", strings("n", "", "a", "", null="")),
    ("null that is no string", strings("n", None, "a", null=None)),
    ("null that is a number", np.array(["n", 3, "a"], StringDType(na_object=3))),
)


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("a", RULES)
def test_rule(name: str, a: Array) -> None:
    """Elements are ordered as NumPy orders them."""
    agree(name, a)
    agree(name, a[::-1])
    agree(name, np.stack([a, a[::-1], a], 1), 0)
    agree(name, np.stack([a, a[::-1], a], 1), 1)


@pytest.mark.parametrize(
    "values", [["b", None, "a", None, "c"], [None, "b"], [None, None]], ids=str
)
def test_argmin_passes_over_null_strings(values: list[str | None]) -> None:
    """A null that is NaN is greater than every string for argmin."""
    a = strings(*[np.nan if value is None else value for value in values])
    agree("argmin", a)
    agree("argmin", a[::-1])


def nans(code: str) -> Array:
    """Return quiet and signalling NaNs of both signs, and with a payload."""
    info = np.finfo(code)
    if code == "g" and info.nmant == 63:
        rows = [(1 << 63 | low, high) for low in (1, 1 << 62, 3 << 61) for high in (0x7FFF, 0xFFFF)]
        return np.frombuffer(b"".join(struct.pack("<QH6x", *row) for row in rows), code)
    if code == "g":
        return np.array([np.nan, -np.nan], code)
    infinity = int(np.array(np.inf, code).view(f"u{info.bits // 8}"))
    quiet, sign = 1 << (info.nmant - 1), 1 << (info.bits - 1)
    bits = [infinity | low | high for low in (1, quiet, quiet | 5) for high in (0, sign)]
    return np.array(bits, f"u{info.bits // 8}").view(code)


@pytest.mark.parametrize("code", list("efdg"))
def test_every_nan_is_nan(code: str) -> None:
    """The first NaN of any sign and payload wins, in silence, and the others are passed over."""
    for nan, place, n in itertools.product(nans(code), (0, 3, 40), (41, 300)):
        a = np.arange(n).astype(code)
        a[[place, n - 1]] = nan
        assert np.isnan(a[place])
        with np.errstate(all="raise"):
            assert agree("argmin", a).value == agree("argmax", a[::-1].copy()[::-1]).value == place
            assert ours("nanargmin")(a) == (place == 0)
            assert ours("nanargmax")(a) == n - 2 - (place == n - 2)


@pytest.mark.parametrize("code", list("FDG"))
def test_a_complex_with_a_nan_in_either_part_is_nan(code: str) -> None:
    """The first element with a NaN in its real or its imaginary part wins."""
    parts = nans(code.lower() if code != "F" else "f")
    for nan, both, n in itertools.product(parts, ("real", "imag"), (5, 64)):
        a = np.arange(n).astype(code)
        getattr(a, both)[[3, n - 1]] = nan
        assert agree("argmin", a).value == agree("argmax", a).value == 3
        agree("nanargmin", a)
        agree("nanargmax", a)


@pytest.mark.parametrize("code", ["M8[s]", "M8[ns]", "m8[D]", "M8", "m8"])
def test_the_first_nat_wins(code: str) -> None:
    """NaT wins in argmin and argmax, whatever the unit."""
    for n, place in itertools.product((4, 70), (0, 3)):
        a = np.arange(n).astype("i8").view(code)
        a[[place, n - 1]] = np.datetime64("NaT", "s").view("i8").view(code)
        assert agree("argmin", a).value == agree("argmax", a).value == place


def test_a_dtype_of_another_package_is_known_by_its_type() -> None:
    """The NaN of an ml_dtypes float wins, though its dtype looks like raw bytes to its kind."""
    for name in ("bfloat16", "float8_e4m3fn", "float8_e5m2"):
        a = np.array([1, 2, np.nan, 0, np.nan], getattr(ml_dtypes, name))
        assert agree("argmin", a).value == agree("argmax", a).value == 2
        agree("argmin", a.reshape(5, 1), 1)
