"""The ways to ask a call of arrays in memory, and of parts of them."""

from __future__ import annotations

import dataclasses
import math
import pickle
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import minloc
from fuzzing import flush
from fuzzing.boxes import small_boxes
from fuzzing.calls import Call, Rng
from fuzzing.contents import SHARED_FROM, WITH_KERNELS, is_float
from fuzzing.expected import expected
from minloc import _core
from support.arrays import Array
from support.bits import same_bits
from support.distances import quick_distances, values_for

THREADS = (1, 2, 7)
#: The instruction sets that are asked.
ISAS = list(_core.build_info()["isa_available"])
CONTROL = flush.control()


class Way(NamedTuple):
    """One way to ask a call."""

    how: str
    ask: Callable[[], Any]
    #: Which slice an error may be about: the first that has the fault, any that has it, or any,
    #: with None for where along axes of unknown sizes it is.
    place: str = "first"
    #: Outcomes that are as right as the one that is expected.
    others: tuple[Any, ...] = ()
    #: What is wanted instead of the answer of the call, if it is not asked itself.
    instead: Any = None


class Broken(Exception):  # noqa: N818  what is broken is not the fuzz
    """A call did what no answer shows: it wrote where nothing may be written, or lost a label."""


def keywords(call: Call, mask: Any) -> dict[str, Any]:
    """Return the keywords of a call, the mask among them if there is one."""
    return call.words if mask is None else {**call.words, "where": mask}


def ask(call: Call, a: Any, mask: Any, rng: Rng) -> Any:
    """Call the public function, with an `out` if it has one, which lies among other numbers."""
    function = getattr(minloc, call.name)
    words = keywords(call, mask)
    if call.out is None or call.spoiled:
        return function(a, *call.args, **words)
    sizes = [1 if i in call.axes else n for i, n in enumerate(call.values.shape)]
    shape = [n for i, n in enumerate(sizes) if call.keepdims or i in call.kept]
    size, step = math.prod(shape), int(rng.integers(1, 3))
    room = np.full(2 * size + 16, 90, call.out)
    out = room[8 : 8 + step * size : step].reshape(shape)
    try:
        got = function(a, *call.args, **words, out=out)
    except Exception:
        if (room != 90).any():
            raise Broken("an error came after something had been written to out") from None
        raise
    if got is not out:
        raise Broken("out is not what came back")
    answer = out.copy()
    out[...] = 90
    if (room != 90).any():
        raise Broken("something was written beside out")
    return answer


def plain(call: Call, a: Array, mask: Array | None, rng: Rng) -> Iterator[Way]:
    """Ask it of the array as it lies, with every instruction set and number of threads."""
    shared = a.nbytes >= SHARED_FROM
    for isa in ISAS:
        _core.use_isa(isa)
        for threads in THREADS if shared else [int(rng.choice(THREADS))]:
            with minloc.threads(threads):
                yield Way(f"{isa}, threads({threads})", lambda: ask(call, a, mask, rng))


def flushing(call: Call, a: Array, mask: Array | None, rng: Rng) -> Iterator[Way]:
    """Ask it under flush-to-zero: NumPy's answer there, with any number of threads."""
    of_floats = is_float(call.values.dtype) or call.values.dtype.kind == "c"
    if CONTROL is None or not of_floats or call.spoiled:
        return
    zeros = expected(_without_subnormals(call), call)
    first: list[Any] = []
    numpys = {"axis", "keepdims"} >= call.words.keys() and mask is None and call.out is None
    if numpys and call.name in ("argmin", "argmax") and not isinstance(call.axis, tuple) and a.size:
        with CONTROL.flushing():
            first.append(getattr(np, call.name)(a, **call.words))

    def alike() -> Any:
        with CONTROL.flushing():
            got = ask(call, a, mask, rng)
        first.append(got)
        parts = zip(*[x if isinstance(x, tuple) else (x,) for x in (got, first[0])], strict=True)
        if not all(same_bits(np.asarray(x), np.asarray(y)) for x, y in parts):
            raise Broken(f"it is {got!r}, and {first[0]!r} by NumPy, or with fewer threads")
        return got

    for threads in THREADS:
        with minloc.threads(threads):
            yield Way(f"flush-to-zero, threads({threads})", alike, others=(zeros,))


def _without_subnormals(call: Call) -> Call:
    part = np.empty(0, call.values.dtype).real.dtype
    if part not in (np.float32, np.float64):
        return call
    values = call.values.copy()
    for x in (values.real, values.imag) if values.dtype.kind == "c" else (values,):
        x[np.abs(x) < np.finfo(part).tiny] *= 0
    return dataclasses.replace(call, values=values)


def distances(call: Call, a: Array, mask: Array | None, rng: Rng) -> Iterator[Way]:
    """Ask it of the distances to some elements, or to one."""
    if call.spoiled or call.values.dtype not in WITH_KERNELS or call.values.size == 0:
        return
    for v in values_for(call.values, call.axes, rng):
        apart = dataclasses.replace(call, values=quick_distances(call.values, v))
        asked = dataclasses.replace(call, words={**call.words, "distance_to": v})
        want = expected(apart, call)
        for threads in THREADS if a.nbytes >= SHARED_FROM else [int(rng.choice(THREADS))]:
            with minloc.threads(threads):
                yield Way(
                    f"distances to {v!r}, threads({threads})",
                    lambda asked=asked: ask(asked, a, mask, rng),  # type: ignore[misc]
                    instead=want,
                )


def born_flushing() -> None:
    """Let some of the pool's threads begin under flush-to-zero, before all others."""
    if CONTROL is not None:
        with minloc.threads(3), CONTROL.flushing():
            minloc.argmin(np.ones(SHARED_FROM))


def containers(call: Call, a: Array, mask: Array | None, rng: Rng) -> Iterator[Way]:
    """Ask it of a list, a scalar, a masked array."""
    if a.size <= 300 and a.dtype.kind not in "OT":
        values: Any = a.tolist()
        again = np.asarray(values)
        same_dtype = again.dtype == a.dtype and again.dtype.char == a.dtype.char
        if same_dtype and again.shape == a.shape and same_bits(again, a):
            where = mask if mask is None else mask.tolist()
            if mask is None or (np.asarray(where).shape == mask.shape and mask.size):
                yield Way("of a list", lambda: ask(call, values, where, rng))
    # (A string as a scalar has the length that it needs.)
    if a.ndim == 0 and a.dtype.kind not in "OTSU":
        yield Way("of a scalar", lambda: ask(call, a[()], mask, rng))
    if a.dtype.kind == "T":
        return  # NumPy's masked arrays know no strings of any length
    if mask is None:
        masked = np.ma.array(a, copy=False)
        yield Way("of a masked array without a mask", lambda: ask(call, masked, None, rng))
        return
    chosen = spread(mask, a)
    if chosen is None:
        return
    whole = np.ma.array(a, mask=~chosen, copy=False)
    yield Way("of a masked array", lambda: ask(call, whole, None, rng))
    some = rng.random(a.shape) < 0.5
    split = np.ma.array(a, mask=~chosen & some, copy=False)
    yield Way("of a masked array, with where=", lambda: ask(call, split, chosen | some, rng))


def maps(call: Call, a: Array, mask: Array | None, rng: Rng) -> Iterator[Way]:
    """Ask it of a memory-mapped file, large and small, which is answered window by window."""
    if a.size == 0 or a.dtype.hasobject or a.dtype.kind == "T" or call.out is not None:
        return
    order: Any = rng.choice(["C", "F"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "map")
        mapped = np.memmap(path, a.dtype, "w+", shape=a.shape or (1,), order=order).reshape(a.shape)
        mapped[...] = a
        yield Way("of a memory map", lambda: _undressed(ask(call, mapped, mask, rng)))
        if a.ndim == 0:
            return  # no map of one element is large
        with small_boxes(a.nbytes, a.itemsize, rng) as told:
            words = keywords(call, mask)
            yield Way(
                f"of a memory map in order {order}, {told}",
                lambda: _undressed(_core.hand_on(call.name, mapped, *call.args, **words)),
            )


def _undressed(answer: Any) -> Any:
    """Return an answer with plain arrays in the place of memory maps of nothing."""
    if isinstance(answer, np.memmap):
        return answer.view(np.ndarray)
    if isinstance(answer, tuple):
        parts = [_undressed(part) for part in answer]
        return type(answer)(*parts) if hasattr(answer, "_fields") else tuple(parts)
    return answer


def partial(call: Call, a: Array, mask: Array | None, rng: Rng) -> Iterator[Way]:
    """Ask it of parts, cut and merged at random."""
    spread_mask = None if mask is None else spread(mask, a)
    if call.out is not None or (mask is not None and spread_mask is None):
        return
    boxes = cut(a.shape, int(rng.integers(10)), rng)
    shape = None if rng.random() < 0.3 else [n if rng.random() < 0.7 else None for n in a.shape]
    masked = mask is not None and a.dtype.kind != "T" and rng.random() < 0.3
    seed = int(rng.integers(1 << 32))

    def one(box: tuple[slice, ...]) -> minloc.Partial:
        chunk: Any = a[box] if a.ndim else a
        where: dict[str, Any] = {}
        if spread_mask is not None:
            where["where"] = spread_mask[box]
        if masked:
            chunk = np.ma.array(chunk, mask=~np.asarray(where.pop("where")))
        offset = [s.start for s in box]
        given = {"offset": offset, "shape": shape, **where, **call.words}
        return minloc.Partial.of(call.name, chunk, *call.args, **given)

    # NumPy reads a pickle of a user's dtype in the other order of bytes as an order to turn that
    # dtype itself, for all of the process.
    may_travel = a.dtype.isnative or a.dtype.isbuiltin != 2

    def merged() -> Any:
        random = np.random.default_rng(seed)
        parts = [one(box) for box in boxes]
        while len(parts) > 1:
            random.shuffle(parts)
            first, *others = [
                parts.pop() for _ in range(min(len(parts), int(random.integers(2, 5))))
            ]
            if may_travel and random.random() < 0.2:
                first = pickle.loads(pickle.dumps(first))
            parts.append(first.merge(*others))
        return parts[0].finish()

    told = ", ".join(str([f"{s.start}:{s.stop}" for s in box]) for box in boxes)
    yield Way(
        f"Partial, shape={shape}, {'masked ' * masked}chunks {told}, merge seed {seed}", merged
    )


def spread(mask: Array, a: Array) -> Array | None:
    """Return a mask in the shape of the array, or None if it is none for it."""
    try:
        return np.broadcast_to(mask, a.shape) if mask.dtype == bool else None
    except ValueError:
        return None


def cut(shape: tuple[int, ...], cuts: int, rng: Rng) -> list[tuple[slice, ...]]:
    """Return boxes that together are the array, a few of them empty."""
    boxes = [tuple(slice(0, n) for n in shape)]
    for _ in range(cuts if shape else 0):
        box = list(boxes.pop(int(rng.integers(len(boxes)))))
        axis = int(rng.integers(len(shape)))
        start, stop = box[axis].start, box[axis].stop
        at = int(rng.integers(start, stop + 1))
        for part in (slice(start, at), slice(at, stop)):
            boxes.append((*box[:axis], part, *box[axis + 1 :]))
    return boxes
