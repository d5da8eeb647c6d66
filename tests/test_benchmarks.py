"""The benchmarks ask what they say, and know the answers. Nothing here depends on a time."""

import dataclasses
from collections.abc import Callable
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from timeit import Timer
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

import minloc
from benchmarks.cases import Case
from benchmarks.contender import Call, Contender
from benchmarks.contenders import CONTENDERS
from benchmarks.families import FAMILIES, QUICK, cases_of
from benchmarks.fills import DTYPES, FILLS, NAN, fill
from benchmarks.layouts import LAYOUTS
from benchmarks.memory import extra_bytes
from benchmarks.oracle import is_as_good, is_right
from benchmarks.plot import ROWS, bars, spread
from benchmarks.questions import QUESTIONS, K
from benchmarks.race import BATCH, batch, race
from benchmarks.report import BEGIN, END, HEADLINES, PICTURED, with_table, write_report
from benchmarks.results import Cell, Run, about, check_machine, load, renewed, save
from benchmarks.terminal import row, worst
from benchmarks.timing import fault_of
from benchmarks.verdicts import NOISE, NUMPY, best_of
from minloc.reference import argbest

CASES = cases_of(FAMILIES)


def shrunken(case: Case) -> Case:
    """Return the case with a few elements along each axis, not as many along each."""
    few = 3 if len(case.shape) > 2 else 7 if case.function != "top_k" else K
    return replace(case, shape=tuple(n if n <= 3 else few + i for i, n in enumerate(case.shape)))


def call(function: Callable[..., Any], a: Any, **words: Any) -> Call:
    """Return a call with an answer of one part."""
    return Call(function, (a,), words, lambda answer: (answer,))


SMALL_CASES = sorted({shrunken(case) for case in CASES}, key=lambda case: case.name)


def results() -> Run:
    """Return the results of a run in which every fourth answer of NumPy was slower."""
    cells = [
        Cell(case, family, dict(seconds), dict(seconds), {"minloc": 0, "NumPy": case.nbytes}, {})
        for (case, family), numpy in zip(
            CASES.items(), cycle([0.5, 2.0, 20.0, 200.0]), strict=False
        )
        for seconds in [{"minloc": 1.0, "NumPy": numpy, "PyTorch": 3.0, "read pass": 0.8}]
    ]
    cells[-1] = replace(cells[-1], seconds={}, ratios={}, wrong={"minloc": "another answer"})
    return Run(about("full", 1, 0.5), cells)


def test_names_are_unique_and_quick_cases_are_of_the_full_grid() -> None:
    """A name is one case, and a quick run times nothing that a full one does not."""
    assert len({case.name for case in CASES}) == len(CASES)
    assert len({family.name for family in FAMILIES}) == len(FAMILIES)
    assert set(cases_of(QUICK)) <= set(CASES)
    assert {*HEADLINES, *PICTURED} <= {case.name for case in CASES}


def test_every_value_of_every_dimension_is_in_a_case() -> None:
    """No dtype, layout or fill is declared and never timed."""
    assert {case.dtype for case in CASES} == set(DTYPES)
    assert {case.layout for case in CASES} == set(LAYOUTS)
    assert {case.fill for case in CASES} == set(FILLS)
    assert {case.dtype for case in CASES if case.fill == "1%nan"} == set(NAN)


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_expected_answers_are_the_oracles_and_minlocs(dtype: str) -> None:
    """On a few elements, the whole-array oracle, the plain one and minloc agree in every case."""
    for case in SMALL_CASES:
        if case.dtype != dtype:
            continue
        a = fill(case.dtype, case.shape, case.fill)
        if case.fill == "1%nan":  # of so few elements probably none is
            a.flat[[1, a.size // 2]] = NAN[dtype]
        view = LAYOUTS[case.layout](a).view
        assert view.shape == case.shape, case.name
        question = QUESTIONS[case.function]
        want = question.expected(view, case.axis)
        if question.plain:
            policy = "omit" if case.function == "nanargmin" else "propagate"
            assert np.array_equal(want[0], argbest(view, case.axis, nan_policy=policy)), case.name
        more = (K,) if case.function == "top_k" else ()
        answer = getattr(minloc, question.function)(
            view, *more, axis=case.axis, **question.words_for(view, case.axis)
        )
        assert is_right(question.parts(answer), want), case.name


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_keep_the_values_and_have_one_run_of_memory(layout: str) -> None:
    """A view has the values that it was made of; what a read pass reads can be read in one go."""
    a = fill("f64", (6, 5, 4), "random")
    laid = LAYOUTS[layout](a)
    if layout == "broadcast":
        a = np.broadcast_to(a[:1], a.shape)
    assert np.array_equal(laid.view, a)
    assert laid.memory.flags.forc
    assert laid.memory.nbytes >= laid.view.nbytes


@pytest.mark.parametrize(
    ("dtype", "how"), [(d, h) for d in DTYPES for h in FILLS if h != "1%nan" or d in NAN]
)
def test_fills_are_what_they_are_called(dtype: str, how: str) -> None:
    """Ascending values never fall, constant ones are equal, one in a hundred is NaN."""
    a = fill(dtype, (200, 100), how)
    assert a.dtype == DTYPES[dtype]
    assert a.flags.c_contiguous
    flat = a.reshape(-1)
    match how:
        case "ascending":
            assert np.all(flat[:-1] <= flat[1:])
        case "descending":
            assert np.all(flat[:-1] >= flat[1:])
        case "constant":
            assert np.all(flat == flat[0])
        case "1%nan":
            assert 0.005 < np.mean(a != a) < 0.02
        case "random":
            assert len(np.unique(flat)) > (1 if dtype == "bool" else 200)


def test_wrong_answers_are_seen() -> None:
    """A contender that answers another place, shape or value is not timed."""
    a = np.array([[2.0, 1.0, 1.0], [np.nan, 0.0, np.nan]])
    expected = QUESTIONS["argmin"].expected
    want = expected(a, 1)
    assert want[0].tolist() == [1, 0]
    assert not is_right(([2, 0],), want)
    assert not is_right(([1, 0], [1, 0]), want)
    assert is_as_good(([2, 2],), want, a, 1)
    assert not is_as_good(([0, 0],), want, a, 1)
    assert not is_as_good(([1, 1],), want, a, 1)
    assert not is_as_good((1,), want, a, 1)
    assert is_as_good((5,), expected(a, None), a, None)
    minloc_itself = CONTENDERS[0]
    assert fault_of(minloc_itself, call(minloc.argmin, a, axis=1), a, 1, want) == ""
    assert fault_of(minloc_itself, call(minloc.argmax, a, axis=1), a, 1, want) == "another answer"
    fault = fault_of(minloc_itself, call(minloc.argmin, a, axis=2), a, 2, want)
    assert fault.startswith("AxisError: ")


@pytest.mark.parametrize("contender", CONTENDERS, ids=lambda contender: contender.name)
def test_contenders_are_asked_only_what_exists(contender: Contender) -> None:
    """Each contender can answer some case; minloc can answer all, and each has a read pass."""
    answered = [case for case in CASES if contender.can_answer(case)]
    assert answered
    if contender.name in ("minloc", "read pass"):
        assert len(answered) == len(CASES)


def test_extra_memory_is_what_a_call_uses_beyond_its_answer() -> None:
    """A copy is seen, and the answer itself is not counted."""
    a = np.ones((1000, 1000))
    assert extra_bytes(call(np.copy, a)) < a.nbytes // 4
    assert extra_bytes(call(lambda a: (a.copy(), a.copy()), a)) < a.nbytes // 4
    assert extra_bytes(call(lambda a: float(a.copy()[0, 0]), a)) >= a.nbytes


def test_the_fewest_rounds_are_enough_for_a_result() -> None:
    """A race gives each contender a time, and the reference a ratio of 1."""
    a = np.zeros(10)
    times = race({"minloc": call(minloc.argmin, a), "b": call(np.argmin, a, axis=0)}, "minloc")
    assert set(times.seconds) == set(times.ratios) == {"minloc", "b"}
    assert times.ratios["minloc"] == 1


class _SlowAtFirst(Timer):
    """A clock by which a call takes a tenth of a batch, and the first ones take five batches."""

    timings = 0

    def __init__(self, slow: int) -> None:
        super().__init__()
        self.slow = slow

    def timeit(self, number: int = 1) -> float:
        self.timings += 1
        return 5 * BATCH if self.timings <= self.slow else number * BATCH / 10


@pytest.mark.parametrize("slow", [0, 1, 3])
def test_a_short_call_is_timed_in_batches_though_its_first_ones_are_slow(slow: int) -> None:
    """What is made once, or happens by chance, does not leave batches of one call."""
    assert batch(_SlowAtFirst(slow)) == (16, 1.6 * BATCH)


def test_results_are_read_as_they_were_written(tmp_path: Path) -> None:
    """Saving and loading loses nothing."""
    run = results()
    save(run, tmp_path / "results.json")
    assert load(tmp_path / "results.json") == run


def test_a_family_is_timed_again(tmp_path: Path) -> None:
    """Its cells take the place of the old ones, other families stay, and the page says so."""
    run = results()
    old = run.cells[0]
    others = [cell for cell in run.cells if cell.family != old.family]
    new = dataclasses.replace(old, seconds={"minloc": 1.0})
    again = renewed(run, old.family, [new])
    assert again.cells == [new, *others]
    assert renewed(Run(run.about, others), old.family, [new]).cells == [*others, new]
    (tmp_path / "README.md").write_text(f"{BEGIN}\n{END}\n")
    write_report(again, tmp_path)
    assert f"by themselves: {old.family} (" in (tmp_path / "docs" / "speed.md").read_text()


@pytest.mark.parametrize("name", ["processor", "threads", "isa"])
def test_no_family_is_timed_again_by_another_machine(name: str) -> None:
    """Times of two machines are not put into one run."""
    now = about("full", 1, 0)
    check_machine(Run({**now, "minutes": 1}, []), now)
    with pytest.raises(ValueError, match=f"the results have {name} 'another'"):
        check_machine(Run(now | {name: "another"}, []), now)


def test_a_report_is_made_of_results(tmp_path: Path) -> None:
    """The README gets its table between the marks, again and again; the page has every part."""
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{BEGIN}\n{END}\nafter\n")
    for _ in range(2):
        write_report(results(), tmp_path)
        text = readme.read_text()
        assert text.startswith(f"before\n{BEGIN}\n\n| array |")
        assert text.endswith(f"\n{END}\nafter\n")
        assert text.count("float64") >= 8
    page = (tmp_path / "docs" / "speed.md").read_text()
    assert "$" not in page
    for family in FAMILIES:
        assert page.count(f"| {family.name} |") == 2
    assert "- minloc, " in page


def test_pictures_show_the_results_and_are_well_formed() -> None:
    """A bar for every case that was timed, one colour for what is slower; a row for each layout."""
    run = results()
    names = [cell.case.name for cell in run.cells]
    drawn = ElementTree.fromstring(bars(run, [*names, "no such case"]))
    shown = [rect.get("class") for rect in drawn.iter("{http://www.w3.org/2000/svg}rect")]
    timed = [rival for cell in run.cells if cell.seconds and (rival := best_of(cell, NUMPY))]
    assert shown == ["slow" if rival.times < NOISE else "bar" for rival in timed]
    assert set(shown) == {"slow", "bar"}
    words = [text.text for text in ElementTree.fromstring(spread(run)).iter() if text.text]
    assert all(row in words for row in ROWS.values())


def test_rows_for_the_terminal_say_what_is_wrong_and_what_is_worst() -> None:
    """A wrong answer is in capitals; the list of the worst cells begins with the worst."""
    cells = results().cells
    assert "MINLOC IS WRONG: another answer" in row(cells[-1])
    assert "\n 2.00 NumPy " in worst(cells, 5)
    assert "\n 1.25 " in worst(cells, 5)


def test_a_readme_without_marks_is_left_alone() -> None:
    """No guess is made where the table belongs."""
    with pytest.raises(SystemExit, match="must have one"):
        with_table("no marks", "a table")
