"""Writing a call down, so that it can be made again elsewhere."""

from __future__ import annotations

import dataclasses
from typing import Any

import ml_dtypes
import numpy as np

from fuzzing.calls import Call
from support.arrays import Array
from support.bits import same_bits

#: Larger arrays are not written down.
FEW = 300
#: What the literals below need.
HEADER = "import ml_dtypes, numpy as np\nfrom numpy import inf, nan"


def literal(x: Any) -> str:
    """Return an expression that makes an array, to the bit, or the value of a keyword."""
    if not isinstance(x, np.ndarray):
        return f"np.{x!r}".replace("np.np.", "np.") if isinstance(x, np.generic) else repr(x)
    dtype = _dtype(x.dtype)
    if x.size == 0:
        return f"np.empty({x.shape}, {dtype})"
    if x.dtype.kind in "mM":
        text = f"np.array({x.view('i8').tolist()}).view({dtype})"
    else:
        text = f"np.array({x.tolist()}, {dtype})"
    if _gives(text, x):
        return text
    text = f"np.frombuffer(bytes.fromhex('{x.tobytes().hex()}'), {dtype}).reshape({x.shape})"
    return text if x.dtype.kind not in "OT" and _gives(text, x) else f"<{x!r}>"


def _dtype(dtype: np.dtype[Any]) -> str:
    if isinstance(dtype, np.dtypes.StringDType):
        return f"np.dtypes.{dtype!r}"
    return f"ml_dtypes.{dtype.name}" if dtype.isbuiltin == 2 else repr(dtype.str)


def _gives(text: str, x: Array) -> bool:
    names = {"np": np, "ml_dtypes": ml_dtypes, "inf": np.inf, "nan": np.nan}
    try:
        made = eval(text, names)
    except (TypeError, ValueError, NameError, SyntaxError):
        return False
    return bool(made.dtype == x.dtype and made.shape == x.shape and same_bits(made, x))


def spelled(call: Call) -> str:
    """Return the call as a user writes it, who knows `laid`."""
    text = "".join(f", {word}={literal(value)}" for word, value in call.words.items())
    if call.where is not None:
        text += f", where={_lying(call.where, call.where_layout)}"
    k = f", {call.k!r}" if call.name == "top_k" else ""
    out = f", out=<an array of dtype {call.out}>" if call.out else ""
    return f"minloc.{call.name}({_lying(call.values, call.layout)}{k}{text}{out})"


def _lying(x: Array, layout: str) -> str:
    return literal(x) if layout == "C" else f"laid({layout!r}, {literal(x)})"


def constructed(call: Call) -> str:
    """Return an expression that makes the `Call`."""
    parts = []
    for field in dataclasses.fields(call):
        value = getattr(call, field.name)
        if field.name == "words":
            inner = ", ".join(f"{word!r}: {literal(x)}" for word, x in value.items())
            parts.append(f"words={{{inner}}}")
        elif field.default is dataclasses.MISSING or value is not field.default:
            parts.append(f"{field.name}={literal(value)}")
    return f"Call({', '.join(parts)})"
