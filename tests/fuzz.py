"""Ask random calls in every way there is, for a given time, and compare with the oracle.

    python tests/fuzz.py --seconds 60
    python tests/fuzz.py --seed 3 --first 41 --calls 1 --only partial    # one call again

Every call has a seed of its own, so that a run of the same `--seed` asks the same calls, as many
as there is time for. The first difference is made as small as it can be and printed, so that it
can be asked again, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import collections
import faulthandler
import sys
import time
import zlib
from typing import Any

import numpy as np

from fuzzing import paths
from fuzzing.calls import Call, draw, has_order
from fuzzing.checks import PATHS, Difference, check
from fuzzing.expected import expected
from fuzzing.shrink import shrink
from fuzzing.spelling import FEW, HEADER, constructed, spelled
from fuzzing.spoiled import spoil

#: A call that takes longer hangs.
LONGEST = 300
#: So many of the paths are asked each call, beside the plain one.
AT_ONCE = 3


def main() -> int:
    """Run, and return the exit status."""
    options = _options()
    paths.ISAS[:] = options.isa or paths.ISAS
    paths.born_flushing()
    start = time.monotonic()
    compared: collections.Counter[str] = collections.Counter()
    calls = errors = differences = 0
    number = options.first
    while time.monotonic() < start + options.seconds and calls < options.calls:
        faulthandler.dump_traceback_later(LONGEST, exit=True, file=2)  # stderr
        call, want = call_of(options.seed, number)
        if options.trace:
            print(number, call.name, call.values.dtype, call.values.shape, call.words, flush=True)
        errors += isinstance(want, list)
        for path in options.only or _some_paths(options.seed, number):
            seed = seed_of(options.seed, number, path)
            count, found = check(call, want, path, seed)
            compared[path] += count
            if found:
                differences += 1
                print(f"\ndifference in call {number} of seed {options.seed}:")
                print(
                    _told(call, found, seed, f"--seed {options.seed} --first {number}"), flush=True
                )
                if not options.keep_going:
                    faulthandler.cancel_dump_traceback_later()
                    return 1
        calls += 1
        number += 1
    faulthandler.cancel_dump_traceback_later()
    seconds = time.monotonic() - start
    print(
        f"seed {options.seed}: {calls} calls in {seconds:.0f} s, {errors} of them errors; compared:"
    )
    for path in PATHS:
        print(f"  {path:<12}{compared[path]:>9}")
    print(f"{differences} differences")
    return 1 if differences else 0


def call_of(seed: int, number: int) -> tuple[Call, Any]:
    """Return the call of that number, and what is wanted of it."""
    rng = np.random.default_rng([seed, number])
    call = draw(rng)
    want = expected(call)
    if not isinstance(want, list) and rng.random() < 0.06:
        return spoil(call, rng)
    return call, want


def seed_of(seed: int, number: int, path: str) -> list[int]:
    """Return the seed of what a path leaves to chance."""
    return [seed, number, zlib.crc32(path.encode())]


def _some_paths(seed: int, number: int) -> list[str]:
    rng = np.random.default_rng([seed, number, 0])
    plain, *others = PATHS
    return [plain, *map(str, rng.choice(others, AT_ONCE, replace=False))]


def _told(call: Call, found: Difference, seed: list[int], options: str) -> str:
    """Return what is to be known of a difference, for a call made as small as possible."""
    smallest = {"call": (call, found)}

    def is_wrong(simpler: Call) -> bool:
        if not has_order(simpler):
            return False
        try:
            want = expected(simpler)
        except Exception:  # the oracle cannot be asked what nobody draws
            return False
        again = check(simpler, want, found.path, seed)[1]
        if again is None or type(again.got) is not type(found.got):
            return False
        smallest["call"] = simpler, again
        return True

    if not call.spoiled:
        shrink(call, is_wrong, 20)
    call, found = smallest["call"]
    lines = [f"path {found.path}: {found.how}", f"  {found.text}", f"  got {found.got!r}"]
    lines += [f"  again: python tests/fuzz.py {options} --calls 1 --only {found.path}"]
    if call.values.size <= FEW and not call.spoiled:
        code = f"{HEADER}\nfrom fuzzing.calls import Call\nfrom fuzzing.checks import explain\n"
        code += f"explain({constructed(call)}, {found.path!r}, {seed})"
        lines += [f"  made small: {spelled(call)}", "  in tests/:", code]
    return "\n".join(lines)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60.0, help="how long (default 60)")
    parser.add_argument("--calls", type=int, default=sys.maxsize, help="at most so many calls")
    parser.add_argument("--seed", type=int, default=0, help="of all calls (default 0)")
    parser.add_argument("--first", type=int, default=0, help="number of the first call")
    parser.add_argument("--only", action="append", choices=PATHS, help="ask only in this way")
    parser.add_argument("--isa", action="append", choices=paths.ISAS, help="with this alone")
    parser.add_argument("--keep-going", action="store_true", help="do not stop at a difference")
    parser.add_argument("--trace", action="store_true", help="print each call before it is asked")
    return parser.parse_args()


if __name__ == "__main__":
    faulthandler.enable()
    sys.exit(main())
