"""The table of cases."""

from benchmarks.cases import Case, Family, Place, Shape, every_axis
from benchmarks.fills import DTYPES, NAN
from benchmarks.layouts import LAYOUTS
from benchmarks.questions import GROUPED, NEAR, QUESTIONS

#: The questions that are not NumPy's own, and those of them with a family for all.
WORDS = [name for name, question in QUESTIONS.items() if not question.plain]
#: Those about windows, and those whose cost beside argmin is told for all shapes.
WINDOWS = [name for name in WORDS if name.startswith(("moving", "running"))]
KEYWORDS = [name for name in WORDS if name not in {"top_k", *WINDOWS, *GROUPED, *NEAR}]

LINES: list[Shape] = [(10,), (1_000,), (100_000,), (10_000_000,)]
SMALL: list[Shape] = [(8, 10)]
PLANES: list[Shape] = [(1_000, 1_000), (4_096, 4_096)]
ODD_PLANE: Shape = (4_095, 4_097)  # rows that begin at every alignment
THIN: list[Shape] = [(1_000_000, 3), (3, 1_000_000), (65_537, 17), (17, 65_537)]
SOLID: Shape = (100, 240, 320)  # as a stack of images
FIVE: Shape = (12, 10, 14, 16, 18)

#: One of each width, with and without NaN: other dtypes of the same width take the same ways.
WIDTHS = ["u8", "i32", "f64"]
OTHER_LAYOUTS = [layout for layout in LAYOUTS if layout != "C"]

#: Where a NaN can change the way: along, across and through the middle, in and out of cache.
NAN_PLACES: list[Place] = [
    *every_axis((1_000,), (10_000_000,), *PLANES),
    ((1_000_000, 3), 1),
    (SOLID, 1),
]

FAMILIES = [
    Family(
        "dtypes and shapes",
        "each dtype has its own kernel, and each shape and axis its own way through memory",
        DTYPES,
        [*every_axis(*LINES, *SMALL, *PLANES, ODD_PLANE, *THIN, SOLID, FIVE), ((10,), 0)],
    ),
    Family(
        "slices of logits",
        "(N, classes): short and middling slices show what a slice costs beside its reading",
        ["f32", "f16", "f64", "i32", "u8"],
        [((8_000_000 // n, n), 1) for n in (5, 10, 33, 100, 200, 360, 1_000, 2_000)],
    ),
    Family(
        "short series",
        "(series, times, channels): a tile for each series, of which there are many small ones",
        ["f32", "f64", "u8"],
        [((100_000, 10, 3), 1), ((20_000, 64, 2), 1), ((10_000, 16, 18), 1)],
    ),
    Family(
        "layouts and shapes",
        "strides decide which way is taken, and what is in the cache",
        WIDTHS,
        every_axis((100_000,), (10_000_000,), *SMALL, *PLANES, *THIN, SOLID),
        layouts=OTHER_LAYOUTS,
    ),
    Family(
        "layouts and dtypes",
        "no dtype may lack the kernel for a layout",
        DTYPES,
        every_axis((1_000, 1_000)),
        layouts=OTHER_LAYOUTS,
    ),
    Family(
        "values",
        "the time must not depend on the values; only bool may stop early",
        ["bool", "u8", "i32", "f32", "f64"],
        [
            ((1_000,), None),
            ((10_000_000,), None),
            ((4_096, 4_096), 0),
            ((4_096, 4_096), 1),
            ((1_000_000, 3), 1),
            (SOLID, 1),
        ],
        fills=["ascending", "descending", "constant"],
    ),
    Family(
        "NaN wins",
        "argmin may stop at the first NaN of the whole array; along an axis it has to go on",
        NAN,
        NAN_PLACES,
        fills=["1%nan"],
    ),
    Family(
        "NaN left out",
        "nanargmin costs little more than argmin, whether there are NaN or not",
        NAN,
        [((10,), None), *every_axis((8, 10)), *NAN_PLACES],
        fills=["random", "1%nan"],
        functions=["nanargmin"],
    ),
    Family(
        "NaN left out, layouts",
        "nanargmin has the kernels that argmin has",
        ["f64"],
        every_axis(*PLANES),
        # Broadcast along axis 0, a NaN is a lane of NaN, which has no answer.
        layouts=[layout for layout in OTHER_LAYOUTS if layout != "broadcast"],
        fills=["1%nan"],
        functions=["nanargmin"],
    ),
    Family(
        "NaN left out, nothing to leave out",
        "nanargmin of a dtype without NaN is argmin",
        ["bool", "i32"],
        every_axis((1_000, 1_000)),
        functions=["nanargmin"],
    ),
    Family(
        "words",
        "what a word, or a second answer, costs beside plain argmin of the same array",
        ["f64", "f32", "i32", "u8"],
        [
            ((10,), None),
            ((1_000,), None),
            ((100_000,), None),
            ((10_000_000,), None),
            *((plane, axis) for plane in PLANES for axis in (0, 1)),
            (SOLID, 1),
            ((1_000_000, 3), 1),
            ((3, 1_000_000), 0),
        ],
        functions=KEYWORDS,
    ),
    Family(
        "words, layouts",
        "words have no layout that they are slow in",
        ["f64"],
        every_axis((1_000, 1_000)),
        layouts=["F", "second-column", "reversed", "unaligned"],
        functions=KEYWORDS,
    ),
    Family(
        "top_k",
        "the 10 smallest: the bound is reached soon, or, descending, never",
        ["f64", "f32", "i32", "u8"],
        [
            ((1_000,), None),
            ((10_000_000,), None),
            *((plane, axis) for plane in PLANES for axis in (0, 1)),
            ((65_537, 17), 1),
        ],
        fills=["random", "descending", "constant"],
        functions=["top_k"],
    ),
    Family(
        "windows",
        "the time must depend neither on the length of windows nor on the values",
        ["f64", "f32"],
        [((10_000_000,), None)],
        fills=["random", "ascending", "descending", "constant"],
        functions=WINDOWS,
    ),
    Family(
        "windows of maps",
        "rows are read as they lie, whatever the window",
        ["f64", "f32"],
        [((4_096, 4_096), 0)],
        functions=[name for name in WINDOWS if name != "moving_argmin 10000"],
    ),
    Family(
        "groups",
        "few groups stay in the first-level cache, and many in none",
        ["f64"],
        [((10_000_000,), None)],
        functions=[name for name in GROUPED if name != "argmin by 12"],
    ),
    Family(
        "groups and dtypes",
        "each dtype has its own kernel; small arrays show what a table costs",
        ["f32", "i64", "i32", "u8"],
        [((10_000,), None), ((1_000_000,), None)],
        functions=["argmin by 1000"],
    ),
    Family(
        "groups of maps",
        "(days, latitudes, longitudes) by month: rows are read as they lie",
        ["f32", "i32"],
        [((1_217, 180, 360), 0)],
        functions=["argmin by 12"],
    ),
    Family(
        "distances",
        "nothing is written but the answer, and integers do not wrap around",
        ["f64", "f32", "f16", "i32", "u8", "i8", "complex128"],
        [((10_000_000,), None), ((1_000,), None), *(((4_096, 4_096), axis) for axis in (0, 1))],
        functions=NEAR,
    ),
]

#: A minute's worth, all of it in `FAMILIES` too: one plane in cache for every dtype and layout, the
#: cost of a call, and each way through memory out of cache.
QUICK = [
    Family("every dtype", "", DTYPES, every_axis((1_000, 1_000))),
    Family("every layout", "", ["f64"], every_axis((1_000, 1_000)), layouts=OTHER_LAYOUTS),
    Family("the call", "", ["f64"], every_axis((10,), (8, 10))),
    Family("out of cache", "", ["f64"], every_axis((4_096, 4_096))),
    Family("thin", "", ["f64"], [((3, 1_000_000), 0), ((1_000_000, 3), 1)]),
    Family("slow dtype", "", ["f16"], [((10_000_000,), None)]),
    Family("NaN", "", ["f64"], [((10_000_000,), None)], fills=["1%nan"], functions=["nanargmin"]),
]


def cases_of(families: list[Family]) -> dict[Case, str]:
    """Return the cases without repetition, each with the name of the first family it is in.

    They are ordered so that cases about the same values follow each other.
    """
    families_of: dict[Case, str] = {}
    for family in families:
        for case in family:
            families_of.setdefault(case, family.name)
    first_seen: dict[tuple[str, Shape, str], int] = {}
    for case in families_of:
        first_seen.setdefault((case.dtype, case.shape, case.fill), len(first_seen))
    order = {layout: i for i, layout in enumerate(LAYOUTS)}
    return dict(
        sorted(
            families_of.items(),
            key=lambda item: (
                first_seen[item[0].dtype, item[0].shape, item[0].fill],
                order[item[0].layout],
            ),
        )
    )
