"""The page docs/speed.md: its text is in page.md, what is computed of it is here."""

from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from string import Template
from textwrap import fill
from typing import Any

from benchmarks.contenders import CONTENDERS
from benchmarks.families import FAMILIES, WORDS
from benchmarks.markdown import table
from benchmarks.results import Cell, Run
from benchmarks.verdicts import (
    NOISE,
    NUMPY,
    PEERS,
    Measure,
    best_of,
    best_other,
    geometric_mean,
    is_out_of_cache,
    over_numpy,
    over_plain,
    over_random,
    read_passes,
)
from benchmarks.wording import digits, duration, sentence, size

TEXT = Path(__file__).parent / "page.md"
WORST = 12


def page(run: Run) -> str:
    """Return the whole page."""
    cells = [cell for cell in run.cells if cell.seconds]
    large = [cell for cell in cells if is_out_of_cache(cell, run.about)]
    return Template(TEXT.read_text("utf-8")).substitute(
        short=_short(cells, large),
        cells=len(cells),
        families=table(["family", "reason"], [[f.name, f.reason] for f in FAMILIES], left=2),
        absent=_absent(run),
        machine=_machine(run),
        by_family=_summary("family", cells, run, lambda cell: cell.family),
        by_dtype=_summary("dtype", cells, run, lambda cell: cell.case.dtype),
        by_layout=_summary("layout", cells, run, lambda cell: cell.case.layout),
        by_words=_by_words(cells),
        worst_numpy=_worst_rivals(cells, NUMPY),
        worst_peer=_worst_rivals(cells, PEERS),
        worst_read=_worst("read passes", large, read_passes),
        worst_values=_worst("× random", cells, over_random(cells)),
        extra_minloc=size(max((cell.extra_bytes.get("minloc", 0) for cell in cells), default=0)),
        extra_numpy=_numpy_copies(cells),
        wrong=_wrong(run.cells),
    )


def _short(cells: list[Cell], large: list[Cell]) -> str:
    numpy = _known(map(over_numpy, cells))
    either = [rival.times for cell in cells if (rival := best_of(cell, NUMPY))]
    others = [rival.times for cell in cells if (rival := best_other(cell))]
    passes = _known(map(read_passes, large))
    words = [
        f"{digits(geometric_mean(numpy))} times as fast as NumPy's functions, as a geometric mean"
        f" over {len(numpy)} cases, and {digits(geometric_mean(either))} times as fast as the"
        f" faster of function and method; slower than the fastest of all others in"
        f" {sum(times < NOISE for times in others)} of {len(others)}"
    ]
    if passes:
        words.append(f"{digits(median(passes))} read passes in the median out of cache")
    return fill("**In short**: " + "; ".join(words) + ".", 110)


def _summary(word: str, cells: list[Cell], run: Run, key: Callable[[Cell], str]) -> str:
    columns = [word, "cases", "× NumPy", "slower", "than any", "÷ np.min", "read passes", "worst"]
    names = list(dict.fromkeys(map(key, cells)))
    groups = [(name, [cell for cell in cells if key(cell) == name]) for name in names]
    return table(columns, [_summary_row(name, group, run) for name, group in groups])


def _summary_row(name: str, cells: list[Cell], run: Run) -> list[str]:
    numpy = _known(map(over_numpy, cells))
    others = [rival.times for cell in cells if (rival := best_other(cell))]
    values = [1 / cell.ratios["np.min"] for cell in cells if "np.min" in cell.ratios]
    passes = _known(read_passes(cell) for cell in cells if is_out_of_cache(cell, run.about))
    return [
        name,
        str(len(cells)),
        digits(geometric_mean(numpy)) if numpy else "–",
        str(sum(times < NOISE for times in numpy)),
        str(sum(times < NOISE for times in others)),
        digits(geometric_mean(values)) if values else "–",
        digits(median(passes)) if passes else "–",
        digits(max(passes)) if passes else "–",
    ]


def _by_words(cells: list[Cell]) -> str:
    columns = ["question", "cases", "÷ plain, median", "worst", "in", "× best peer"]
    rows = []
    for name in WORDS:
        asked = [cell for cell in cells if cell.case.function == name]
        costs = [(cost, cell) for cell in asked if (cost := over_plain(cell)) is not None]
        if not costs:
            continue
        worst, where = max(costs, key=lambda pair: pair[0])
        peers = [rival.times for cell in asked if (rival := best_other(cell))]
        rows.append(
            [
                f"`{name}`",
                str(len(asked)),
                digits(median(cost for cost, _ in costs)),
                digits(worst),
                sentence(where.case),
                digits(geometric_mean(peers)) if peers else "–",
            ]
        )
    return table(columns, rows)


def _worst_rivals(cells: list[Cell], names: Iterable[str]) -> str:
    rivals = [(cell, rival) for cell in cells if (rival := best_of(cell, names))]
    rivals.sort(key=lambda pair: pair[1].times)
    rows = [
        [sentence(cell.case), duration(cell.seconds["minloc"]), rival.name, digits(1 / rival.times)]
        for cell, rival in rivals[:WORST]
    ]
    return table(["array", "minloc", "fastest", "÷ fastest"], rows)


def _worst(word: str, cells: list[Cell], measure: Measure) -> str:
    found = [(cell, value) for cell in cells if (value := measure(cell)) is not None]
    found.sort(key=lambda pair: -pair[1])
    rows = [
        [sentence(cell.case), duration(cell.seconds["minloc"]), digits(value)]
        for cell, value in found[:WORST]
    ]
    return table(["array", "minloc", word], rows)


def _numpy_copies(cells: list[Cell]) -> str:
    shares = [cell.extra_bytes.get("NumPy", 0) / cell.case.nbytes for cell in cells]
    copies = [share for share in shares if share > 0.1]
    return f"{digits(median(copies))} times the array's own size" if copies else "nothing"


def _wrong(cells: Iterable[Cell]) -> str:
    lines = [
        f"- {name}, {sentence(cell.case)}: {why}"
        for cell in cells
        for name, why in cell.wrong.items()
    ]
    return "\n".join(lines) or "None, of any contender in any case."


def _absent(run: Run) -> str:
    modules = {contender.module.partition(".")[0] for contender in CONTENDERS}
    absent = sorted(modules - set(run.about["versions"]))
    return f"\nNot installed, and so left out: {', '.join(absent)}." if absent else ""


def _machine(run: Run) -> str:
    about = run.about
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    return (
        f"The run of {about['date']}: {about['processor']}, {about['cores']} cores,"
        f" {about['cache'] / 2**20:.0f} MiB of last-level cache, {about['system']};\n"
        f"threads: {about['threads']}; minloc built by {about['compiler']}, using {about['isa']};"
        f" Python {about['python']},\n{versions}."
        f"{_renewed(about)}\nThe machine is shared: trust ratios, not digits."
    )


def _renewed(about: dict[str, Any]) -> str:
    dates = about.get("renewed", {})
    families = ", ".join(f"{family} ({date})" for family, date in dates.items())
    return f"\nFamilies that were timed again, by themselves: {families}." if families else ""


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]
