"""The commands."""

import argparse
import sys
import time
from pathlib import Path

from benchmarks.families import FAMILIES, QUICK, cases_of
from benchmarks.report import write_report
from benchmarks.results import RESULTS, Cell, Run, about, check_machine, load, renewed, save
from benchmarks.terminal import row, worst
from benchmarks.threads import use_threads
from benchmarks.timing import installed, time_case

ROOT = Path(__file__).parent.parent
GRIDS = {"quick": QUICK, "full": FAMILIES}


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Check and time minloc against others. Timings of a busy machine are ratios.",
    )
    parser.add_argument(
        "command",
        choices=[*GRIDS, "report", "worst", "list"],
        help="quick: a minute; full: about twenty. report: from the results, write README.md's "
        "table, docs/speed.md and the pictures. worst: the cells to work on. list: name the cases.",
    )
    parser.add_argument(
        "--only",
        metavar="SUBSTRING",
        action="append",
        default=[],
        help="only cases with this in their name; may be repeated, and all have to match. "
        "The results are then printed and not saved, unless --results says where",
    )
    parser.add_argument(
        "--renew",
        metavar="FAMILY",
        choices=[family.name for family in FAMILIES],
        help="time only the cases of this family, and put them into the results of the full run",
    )
    parser.add_argument("--threads", metavar="N", type=int, default=1, help="of everybody")
    parser.add_argument("--results", metavar="FILE", type=Path, help="instead of results.json")
    parser.add_argument(
        "--into", metavar="DIR", type=Path, default=ROOT, help="where report finds README.md"
    )
    return parser.parse_args()


def matches(name: str, parts: list[str]) -> bool:
    """Whether the name of a case has all the parts; a blank matches at its ends too."""
    return all(part in f" {name} " for part in parts)


def run(
    grid: str, only: list[str], threads: int, results: Path | None, renew: str | None = None
) -> list[Cell]:
    """Check and time the cases of a grid, print them as they come, and save them."""
    started = time.monotonic()
    use_threads(threads)
    contenders = installed()
    families_of = cases_of(GRIDS[grid])
    cases = {case: f for case, f in families_of.items() if matches(case.name, only)}
    if renew:
        check_machine(load(results or RESULTS), about(grid, threads, 0))
        cases = {case: family for case, family in cases.items() if family == renew}
    cells = []
    for i, (case, family) in enumerate(cases.items(), 1):
        cells.append(time_case(case, family, contenders))
        print(f"{i:>4}/{len(cases)}  {row(cells[-1])}", flush=True)
    minutes = (time.monotonic() - started) / 60
    if renew:
        save(renewed(load(results or RESULTS), renew, cells), results or RESULTS)
    elif results or not only:
        save(Run(about(grid, threads, minutes), cells), results or RESULTS)
    print(f"{len(cells)} cases in {minutes:.1f} minutes")
    return cells


def main() -> int:
    """Run a command."""
    args = arguments()
    match args.command:
        case "report":
            write_report(load(args.results or RESULTS), args.into)
        case "worst":
            cells = load(args.results or RESULTS).cells
            print(worst(cell for cell in cells if matches(cell.case.name, args.only)))
        case "list":
            for case, family in cases_of(FAMILIES).items():
                if matches(case.name, args.only):
                    print(f"{case.name:<56}  {family}")
        case grid:
            cells = run(grid, args.only, args.threads, args.results, args.renew)
            return int(any("minloc" in cell.wrong for cell in cells))
    return 0


if __name__ == "__main__":
    sys.exit(main())
