"""``.safetensors``: the tensors that its own library writes, those of narrow dtypes too."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
import safetensors.numpy
from numpy.typing import NDArray

from support.command import Run

RNG = np.random.default_rng(29)
#: What the file calls dtypes that NumPy lacks.
NARROW: dict[str, Any] = {
    "BF16": ml_dtypes.bfloat16, "F8_E4M3": ml_dtypes.float8_e4m3fn,
    "F8_E5M2": ml_dtypes.float8_e5m2, "F8_E8M0": ml_dtypes.float8_e8m0fnu,
}  # fmt: skip


def write(path: str, tensors: dict[str, tuple[str, NDArray[Any]]], **more: Any) -> None:
    """Write tensors with the dtypes that are given, as the format's specification says."""
    header, data = dict[str, Any](more), b""
    for name, (dtype, values) in tensors.items():
        start, data = len(data), data + values.tobytes()
        header[name] = {
            "dtype": dtype, "shape": list(values.shape), "data_offsets": [start, len(data)],
        }  # fmt: skip
    text = json.dumps(header).encode()
    Path(path).write_bytes(struct.pack("<Q", len(text)) + text + data)


def test_tensors_of_every_dtype(run: Run) -> None:
    """Written by the library of the format, and found where NumPy finds them."""
    tensors = {
        np.dtype(code).name: RNG.integers(0, 100, (3, 4, 5)).astype(code)
        for code in ("f8", "f4", "f2", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", "?")
    }
    safetensors.numpy.save_file(tensors, "a.safetensors", {"by": "test"})
    for name, values in tensors.items():
        for end, at in ("--min", values.argmin()), ("--max", values.argmax()):
            [found] = run("a.safetensors", "-v", name, end, "--json").answers
            index = np.unravel_index(at, values.shape)
            assert list(found["index"].values()) == list(map(int, index))
            assert found["value"] == values[index]
    listed = run("a.safetensors", "--list", "--json").answers
    assert {one["variable"]: one["type"] for one in listed} == {name: name for name in tensors}
    assert listed[0]["axes"] == {"axis0": 3, "axis1": 4, "axis2": 5}
    assert "has several variables; choose one with --var" in run("a.safetensors").err


@pytest.mark.parametrize("name", NARROW)
def test_dtypes_that_numpy_lacks(run: Run, name: str) -> None:
    """All of their values, NaN and infinities as such."""
    dtype = np.dtype(NARROW[name])
    bits = RNG.permutation(np.arange(256, dtype="u1"))
    if name == "BF16":
        bits = np.r_[bits.repeat(2), bits].astype("u1")
    values = bits.view(dtype)
    wide = values.astype("f4")
    write("a.safetensors", {"v": (name, values)})
    for end, at in ("--min", np.nanargmin(wide)), ("--max", np.nanargmax(wide)):
        [found] = run("a.safetensors", end, "--json").answers
        assert found["index"]["axis0"] == at
        assert np.float32(found["value"]) == wide[at]
    [found] = run("a.safetensors", "--nan", "propagate", "--json").answers
    assert found["index"]["axis0"] == np.isnan(wide).argmax()
    bound = float(np.float32(np.median(wide[np.isfinite(wide)])))
    [found] = run("a.safetensors", "-w", f"value > {bound}", "--json").answers
    assert np.float32(found["value"]) == wide[wide > bound].min()


def test_what_cannot_be_read(run: Run) -> None:
    """Damage is one line, and a dtype that is unknown does not hide the others."""
    values = RNG.normal(size=(2, 3))
    write("a.safetensors", {"v": ("F64", values), "w": ("F4", np.zeros(3, "u1"))})
    assert run("a.safetensors", "--json").answers[0]["value"] == values.min()
    assert "cannot be searched: has 'w' of dtype F4" in run("a.safetensors", "--list").out
    data = Path("a.safetensors").read_bytes()
    good = len(data)
    for length in 3, 8, 40, good - 1:
        Path("b.safetensors").write_bytes(data[:length])
        err = run("b.safetensors", "-v", "v").err
        assert err.startswith("minloc: b.safetensors: is damaged"), length
    Path("b.safetensors").write_bytes(struct.pack("<Q", 1 << 60) + data[8:])
    assert "its header would have 1152921504606846976 bytes" in run("b.safetensors").err
    write("b.safetensors", {}, v={"dtype": "F64", "shape": [2, 2], "data_offsets": [0, 0]})
    assert "shape (2, 2) of F64 does not have 0 bytes" in run("b.safetensors").err
    write("b.safetensors", {}, v={"dtype": "F64", "shape": [-1], "data_offsets": [8, 0]})
    assert "is damaged" in run("b.safetensors").err
    write("b.safetensors", {})
    assert "without a tensor" in run("b.safetensors").err
    write("b.safetensors", {"v": ("F64", np.empty((0, 2)))})
    assert run("b.safetensors").status == 1


@pytest.mark.parametrize("length", [0x80, 0x8B1F, 0x10580, 0x685A42])
def test_a_length_that_looks_like_another_format(run: Run, length: int) -> None:
    """Files start with the length of their header, which may be that of a pickle or of gzip."""
    values = RNG.normal(size=(2, 3))
    about = {"__metadata__": {"about": ""}}
    write("a.safetensors", {"v": ("F64", values)}, **about)
    [short] = struct.unpack("<Q", Path("a.safetensors").read_bytes()[:8])
    about["__metadata__"]["about"] = "-" * (length - short)
    write("a.safetensors", {"v": ("F64", values)}, **about)
    assert struct.unpack("<Q", Path("a.safetensors").read_bytes()[:8]) == (length,)
    [found] = run("a.safetensors", "--json").answers
    assert found["value"] == values.min()
