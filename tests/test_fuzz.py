"""The fuzz can fail: faults that are planted are found, on the path where they are, and told."""

import contextlib
import io
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import fuzz
import minloc
from fuzzing import lazy_paths, paths
from fuzzing.boxes import small_boxes
from fuzzing.calls import Call
from fuzzing.checks import PATHS, check, explain
from fuzzing.expected import expected
from fuzzing.spelling import HEADER, constructed
from support.arrays import Array

right = minloc.argmin
#: What is asked for the calls of argmin, by the path `windows` too.
ASKED = ("argmin", "moving_argmin", "moving_findmin", "running_argmin")
RIGHT = {name: getattr(minloc, name) for name in ASKED}
finish = minloc.Partial.finish


def last_of_equals(a: Any, *args: Any, **words: Any) -> Any:
    """Break the rule for ties."""
    return right(a, *args, **{**words, "ties": "last"})


def without_nan(a: Any, *args: Any, **words: Any) -> Any:
    """Leave NaN out, which propagates by default."""
    return right(a, *args, **{"nan_policy": "omit", **words})


def masked_too(a: Any, *args: Any, **words: Any) -> Any:
    """Take what is masked for a candidate."""
    return right(a, *args, **{word: value for word, value in words.items() if word != "where"})


def not_the_last(a: Any, *args: Any, **words: Any) -> Any:
    """Answer wrongly where the best is the last of many elements."""
    answer = right(a, *args, **words)
    return answer - 1 if np.ndim(answer) == 0 and answer == np.size(a) - 1 > 20 else answer


def python_ints(a: Any, *args: Any, **words: Any) -> Any:
    """Answer rightly, by another type."""
    answer = right(a, *args, **words)
    return int(answer) if np.ndim(answer) == 0 else answer


def no_error(a: Any, *args: Any, **words: Any) -> Any:
    """Answer what should be an error."""
    return right(a, *args, **{"default": 0, **words})


def another_text(a: Any, *args: Any, **words: Any) -> Any:
    """Raise the right error with a text that NumPy does not have."""
    try:
        return right(a, *args, **words)
    except ValueError as error:
        raise ValueError(f"{error}!") from None


def writing(a: Any, *args: Any, **words: Any) -> Any:
    """Change what is only to be read."""
    answer = right(a, *args, **words)
    if isinstance(a, np.ndarray) and a.flags.writeable and a.size:
        a.fill(a.flat[0])
    return answer


def beside_out(a: Any, *args: Any, out: Any = None, **words: Any) -> Any:
    """Write one number too many."""
    answer = right(a, *args, out=out, **words)
    if isinstance(out, np.ndarray) and out.size:
        memory: Array = out
        while isinstance(memory.base, np.ndarray):
            memory = memory.base
        memory[-1] = 0
    return answer


def by_threads(a: Any, *args: Any, **words: Any) -> Any:
    """Answer otherwise with many threads."""
    answer = right(a, *args, **words)
    return answer * (minloc.get_num_threads() != 7)


FAULTS = [
    last_of_equals, without_nan, masked_too, not_the_last, python_ints, no_error, another_text,
    writing, beside_out, by_threads,
]  # fmt: skip


def is_found(monkeypatch: pytest.MonkeyPatch, path: str, plant: Callable[[], None]) -> bool:
    """Whether what is planted makes a call differ that does not differ without it."""
    plant()
    for number in range(3000):
        call, want = fuzz.call_of(0, number)
        seed = fuzz.seed_of(0, number, path)
        if call.name != "argmin" or call.values.size > 5000 or not check(call, want, path, seed)[1]:
            continue
        with monkeypatch.context() as undone:
            for name, function in RIGHT.items():
                undone.setattr(minloc, name, function)
            undone.setattr(minloc.Partial, "finish", finish)
            if not check(call, want, path, seed)[1]:
                return True
    return False


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found(monkeypatch: pytest.MonkeyPatch, fault: Callable[..., Any]) -> None:
    """Whatever is wrong: ties, NaN, masks, types, errors, memory, threads."""
    assert is_found(monkeypatch, "plain", lambda: monkeypatch.setattr(minloc, "argmin", fault))


@pytest.mark.parametrize("path", [path for path in PATHS if path != "partial"])
def test_a_fault_is_found_on_every_path(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """A wrong answer where the path asks the public function."""

    def wrong(name: str) -> Callable[..., Any]:
        def plus_one(*args: Any, **words: Any) -> Any:
            answer = RIGHT[name](*args, **words)
            return answer if isinstance(answer, tuple) else answer + 1

        return plus_one

    def plant() -> None:
        for name in ASKED:
            monkeypatch.setattr(minloc, name, wrong(name))

    assert is_found(monkeypatch, path, plant)


@pytest.mark.parametrize("path", ["partial", "stores", "zarr", "hdf5", "maps"])
def test_a_fault_of_partial_is_found(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """A wrong answer of what is merged, on the paths that lead through it."""

    def wrong(self: minloc.Partial) -> Any:
        answer = finish(self)
        return answer if isinstance(answer, tuple) else answer + 1

    assert is_found(monkeypatch, path, lambda: monkeypatch.setattr(minloc.Partial, "finish", wrong))


def test_a_difference_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The script fails, and prints a small call, which differs when it is made again."""
    a = np.array([[5, 1, 7, 1], [8, 2, 2, 9]])
    call = Call("argmin", a, {"axis": -1, "keepdims": True}, layout="F", where=a > 0)
    monkeypatch.setattr(fuzz, "call_of", lambda seed, number: (call, expected(call)))
    monkeypatch.setattr(minloc, "argmin", last_of_equals)
    monkeypatch.setattr(sys, "argv", ["fuzz.py", "--only", "plain"])
    assert fuzz.main() == 1
    told = capsys.readouterr().out
    assert "made small: minloc.argmin(np.array([1, 1], '<i8'), keepdims=True)" in told
    code = told[told.index(HEADER) :]
    exec(code, {})
    again = capsys.readouterr().out
    assert "wanted:" in again
    assert "Difference(path='plain'" in again


def test_a_run_says_how_much_was_compared(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By path, and how many calls were errors."""
    monkeypatch.setattr("fuzz.check", lambda *call: (2, None))
    monkeypatch.setattr(sys, "argv", ["fuzz.py", "--calls", "20"])
    assert fuzz.main() == 0
    told = capsys.readouterr().out
    assert "seed 0: 20 calls in" in told
    assert "plain              40" in told
    assert "0 differences" in told


def test_a_seed_gives_the_same_calls() -> None:
    """Each number has its own call, whatever was asked before."""
    for number in range(30):
        one, other = (fuzz.call_of(7, number)[0] for _ in range(2))
        assert constructed(one) == constructed(other)


def test_small_arrays_are_read_in_many_boxes() -> None:
    """A store of a thousand elements is not read at once, and is when the fuzz is done with it."""
    read: list[Any] = []

    class Watched(lazy_paths.Store):
        def __getitem__(self, key: Any) -> Array:
            read.append(key)
            return super().__getitem__(key)

    a = np.arange(1000.0)
    store: Any = Watched(a, (5,))
    counts = []
    for seed in range(5):
        with small_boxes(a.nbytes, a.itemsize, np.random.default_rng(seed)):
            assert minloc.argmax(store) == 999
        counts.append(len(read))
        read.clear()
    assert max(counts) > 10
    assert minloc.argmax(store) == 999
    assert len(read) == 1


def test_boxes_whose_size_has_another_name_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """If it were not, small arrays would be read at once and nothing would be tested."""
    for module in [m for name, m in sys.modules.items() if name.startswith("minloc")]:
        monkeypatch.delattr(module, "LARGE", raising=False)
    with (
        pytest.raises(RuntimeError, match="no longer all of BYTES_AT_ONCE, LARGE"),
        small_boxes(100, 1, np.random.default_rng(0)),
    ):
        pass


@pytest.mark.skipif(paths.CONTROL is None, reason="the register cannot be set from Python here")
def test_flush_to_zero_is_for_a_while_and_one_thread() -> None:
    """NumPy takes subnormal numbers for zeros meanwhile, and no longer."""
    assert paths.CONTROL
    a = np.array([0.0, -1e-310])
    with paths.CONTROL.flushing():
        assert np.argmin(a) == 0
    assert np.argmin(a) == 1


def test_what_is_right_differs_in_nothing() -> None:
    """A call can be explained, and a right answer has no difference."""
    call = Call("findmin", np.array([2.0, np.nan, -0.0, 0.0]), {"nan_policy": "omit"})
    for path in PATHS:
        count, found = check(call, expected(call), path, 0)
        assert count > 0, path
        assert found is None
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        explain(call, "plain", 0)
    assert "nothing differs" in told.getvalue()
