"""From the results to what is read: the table of README.md, the page, and the pictures."""

import re
from pathlib import Path
from textwrap import fill

from benchmarks.markdown import table
from benchmarks.page import page
from benchmarks.plot import bars, spread
from benchmarks.results import Run
from benchmarks.verdicts import NUMPY, best_of, best_peer, read_passes
from benchmarks.wording import digits, duration, sentence

#: The rows of README.md: what people ask most, where NumPy is good, and where it is not.
HEADLINES = [
    "argmin f64 10 axis=None C random",
    "argmin f64 8x10 axis=0 C random",
    "argmin f64 10000000 axis=None C random",
    "argmin f16 10000000 axis=None C random",
    "nanargmin f64 10000000 axis=None C 1%nan",
    "argmin f64 4096x4096 axis=1 C random",
    "argmin f64 4096x4096 axis=0 C random",
    "argmin i32 4096x4096 axis=0 C random",
    "argmin u8 4096x4096 axis=0 C random",
    "argmin f64 4096x4096 axis=None F random",
    "argmin f32 100x240x320 axis=1 C random",
    "argmin f64 3x1000000 axis=0 C random",
    "argmin f64 1000000x3 axis=1 C random",
    "argmin f32 80000x100 axis=1 C random",
    "argmin f16 8000x1000 axis=1 C random",
    "argmin u8 80000x100 axis=1 C random",
]
#: Those of the picture, where the README's reader sees what to expect.
PICTURED = [
    "argmin f64 10 axis=None C random",
    "argmin f64 10000000 axis=None C random",
    "argmin f64 4096x4096 axis=1 C random",
    "argmin f32 80000x100 axis=1 C random",
    "argmin f64 1000000x3 axis=1 C random",
    "argmin f64 4096x4096 axis=0 C random",
    "argmin f64 4096x4096 axis=None F random",
    "nanargmin f64 10000000 axis=None C 1%nan",
    "argmin u8 4096x4096 axis=0 C random",
]
BEGIN, END = "<!-- speed:begin -->", "<!-- speed:end -->"


def write_report(run: Run, into: Path) -> None:
    """Write all of it under a directory that has a README.md with the two marks."""
    readme = into / "README.md"
    readme.write_text(with_table(readme.read_text("utf-8"), headline_table(run)), "utf-8")
    docs = into / "docs"
    (docs / "img").mkdir(parents=True, exist_ok=True)
    (docs / "speed.md").write_text(page(run), "utf-8")
    for name, drawing in pictures(run).items():
        (docs / "img" / name).write_text(drawing, "utf-8")


def pictures(run: Run) -> dict[str, str]:
    """Return the pictures by their names in docs/img."""
    return {"headlines.svg": bars(run, PICTURED), "speed.svg": spread(run)}


def with_table(readme: str, text: str) -> str:
    """Return the README with the text between its marks."""
    between = re.compile(f"(?<={re.escape(BEGIN)}\n).*(?={re.escape(END)})", re.DOTALL)
    if len(between.findall(readme)) != 1:
        raise SystemExit(f"README.md must have one {BEGIN} and, on a later line, one {END}")
    return between.sub(lambda _: text, readme)


def headline_table(run: Run) -> str:
    """Return the README's table and what its columns say."""
    cells = {cell.case.name: cell for cell in run.cells if cell.seconds}
    rows = []
    for name in HEADLINES:
        if name not in cells:
            continue
        cell = cells[name]
        numpy, peer = best_of(cell, NUMPY), best_peer(cell)
        rows.append(
            [
                sentence(cell.case),
                duration(cell.seconds["minloc"]),
                digits(numpy.times if numpy else None),
                f"{digits(peer.times)} {peer.name}" if peer else "–",
                digits(read_passes(cell)),
            ]
        )
    columns = ["array", "minloc", "× NumPy", "× best peer", "÷ read pass"]
    about = run.about
    threads = "one thread" if about["threads"] == 1 else f"{about['threads']} threads"
    words = (
        "`argmin` unless said otherwise. The columns are minloc's time; NumPy's time over minloc's,"
        " for small arrays that of the method `a.argmin()`, which is quicker to call than the"
        " function `np.argmin(a)`; the time of the fastest of bottleneck, numbagg, PyTorch and"
        " polars over minloc's; and minloc's time over that of reading the array once."
        f" {about['processor']}, {threads}, NumPy {about['versions']['numpy']}."
        " The method and every kind of case are in [docs/speed.md](docs/speed.md)."
    )
    return f"\n{table(columns, rows)}\n{fill(words, 110)}\n\n"
