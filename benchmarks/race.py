"""The clock: contenders take turns in one process, so that a busy moment meets all of them."""

import math
from collections.abc import Mapping
from random import Random
from statistics import median
from timeit import Timer
from typing import NamedTuple

from benchmarks.contender import Call

BATCH = 20e-6  # seconds that one timing lasts at least: a shorter call is repeated in it
SHARE = 0.06  # seconds for each contender, within these bounds of rounds
FEWEST, MOST = 3, 1000


class Times(NamedTuple):
    """What came out.

    Attributes
    ----------
    seconds : dict of str to float
        The shortest time that a call took.
    ratios : dict of str to float
        The median, over the rounds, of its time over that of the reference in the same round.
    """

    seconds: dict[str, float]
    ratios: dict[str, float]


def race(calls: Mapping[str, Call], reference: str) -> Times:
    """Time the calls in turns.

    A round asks each contender once, in an order of its own, so that nobody always comes after
    the same one and finds the cache as that one left it. The slower a contender is, the fewer
    rounds it is in: nobody needs the digits of a contender ten times slower. The reference is in
    all of them.
    """
    timers = {name: call.timer() for name, call in calls.items()}
    batches = {name: batch(timer) for name, timer in timers.items()}
    rounds = {
        name: min(max(FEWEST, math.ceil(SHARE / seconds)), MOST)
        for name, (_, seconds) in batches.items()
    }
    rounds[reference] = max(rounds.values())
    times: dict[str, list[float]] = {name: [] for name in calls}
    random = Random(0)
    for i in range(rounds[reference]):
        turn = [name for name in calls if i < rounds[name]]
        for name in random.sample(turn, len(turn)):
            number, _ = batches[name]
            times[name].append(timers[name].timeit(number) / number)
    ratios = {
        name: median(t / r for t, r in zip(own, times[reference], strict=False))
        for name, own in times.items()
    }
    return Times({name: min(own) for name, own in times.items()}, ratios)


def batch(timer: Timer) -> tuple[int, float]:
    """Return how many calls one timing has, and how long it takes.

    A single timing may be as long as a batch by chance, or because of what is made once. A short
    call that is in batches of one would be timed with the clock, and with the cache as others left
    it; so the shortest of three says whether a batch is long enough.
    """
    number, seconds = 1, timer.timeit(1)
    if seconds > 50 * BATCH:
        return number, seconds
    while (seconds := min(timer.repeat(3, number))) < BATCH:
        number *= 2
    return number, seconds
