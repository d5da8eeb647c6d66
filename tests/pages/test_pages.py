"""What pages and the help list or count is what the code has."""

from __future__ import annotations

import argparse
import inspect
import math
import re
import tomllib
from pathlib import Path

import dask
import pytest

import minloc
from benchmarks import dask_graphs
from benchmarks.families import FAMILIES, cases_of
from benchmarks.page import page as speed_page
from benchmarks.report import headline_table, pictures, with_table
from benchmarks.results import RESULTS, load
from minloc._adapters import dask_tree, memmap
from minloc._cli import arguments, errors
from minloc._cli.expression import ABOUT_MISSING, ARITHMETIC, COMPARISONS, FUNCTIONS
from minloc._cli.formats import COMPRESSED, SUFFIXES
from minloc._cli.formats.csv import NULLS
from minloc._cli.main import main
from minloc._partial import FUNCTIONS as NAMES
from minloc._streams import ahead, grid

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").glob("*.md")]
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def page(name: str) -> str:
    """Return the text of a page."""
    return (ROOT / name).read_text("utf-8")


def section(text: str, title: str) -> str:
    """Return what stands under a heading, up to the next one of its level."""
    level = title.partition(" ")[0]
    return re.split(rf"^{re.escape(title)}\n", text, flags=re.MULTILINE)[1].split(f"\n{level} ")[0]


def quoted(text: str) -> list[str]:
    """Return what stands in backticks."""
    return re.findall(r"`([^`\n]+)`", text)


# --- all pages ------------------------------------------------------------------------------------


def anchor(heading: str) -> str:
    """Return the fragment that leads to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    """The target of every relative link is there, its heading too."""
    prose = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    for link in re.findall(r"\]\(([^)\s]+)\)", prose):
        if link.startswith("https://"):
            continue
        name, _, fragment = link.partition("#")
        target = path.parent / name if name else path
        assert target.exists(), link
        if fragment:
            headings = re.findall(r"^#+ (.*)$", target.read_text("utf-8"), re.MULTILINE)
            assert fragment in [anchor(heading) for heading in headings], link


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_python_is_shown_where_tests_run_it(path: Path) -> None:
    """Examples are doctests of the pages that are run, but for the files that command.md makes."""
    languages = re.findall(r"^```(\w+)$", path.read_text("utf-8"), re.MULTILINE)
    is_run = path.name == "README.md" or "docs" in path.parts
    assert "pycon" not in languages or is_run
    makes_files = path == ROOT / "docs" / "command.md"
    assert languages.count("python") == (1 if makes_files else 0)
    assert "console" not in languages or makes_files


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_extras_variables_and_files_exist(path: Path) -> None:
    """Extras, environment variables and files of the project that a page names are there."""
    text = path.read_text("utf-8")
    for extras in re.findall(r"minloc\[([\w,]+)\]|\s`?\"?\.?\[(\w+(?:,\w+)*)\][`\"]", text):
        assert set("".join(extras).split(",")) <= set(PROJECT["optional-dependencies"]), extras
    code = "".join(
        file.read_text("utf-8")
        for folder in ("src", "core", "tests/cli")
        for file in sorted((ROOT / folder).rglob("*"))
        if file.suffix in (".py", ".cpp", ".hpp")
    ) + page("CMakeLists.txt")
    for name in re.findall(r"\bMINLOC_\w+", text):
        assert name in code, name
    for name in quoted(text):
        if re.fullmatch(r"(src|core|tests|docs|benchmarks|examples)/[\w./-]*", name):
            assert (ROOT / name).exists(), name


def test_the_map_of_the_code_names_what_is_there() -> None:
    """Each part that CONTRIBUTING names is a file of the folder under which it is named."""
    folders = section(page("CONTRIBUTING.md"), "## How the code is organized").split("\n- `")
    for folder, of in ("core", "core/`"), ("core/kernels", "core/kernels/`"):
        [part] = [part for part in folders if part.startswith(of)]
        stems = {file.stem for file in (ROOT / folder).iterdir()} | {"plan", "run", "top_k"}
        stems |= {"top_k_call", "reduce"}
        for name in quoted("`" + part):
            if name.rstrip("/") != folder:
                assert name.partition(".")[0] in stems, name
    [python] = [part for part in folders if part.startswith("src/minloc/`")]
    for name in quoted("`" + python):
        folder = "" if name.startswith(("src/", "core/")) else "src/minloc/"
        assert (ROOT / f"{folder}{name}").exists(), name


def test_the_design_has_a_page_for_each_decision() -> None:
    """Pages of docs/design are in its index, and say what was decided, why, and instead of what."""
    folder = ROOT / "docs" / "design"
    pages = {path.name for path in folder.glob("*.md")} - {"README.md"}
    assert pages == set(re.findall(r"^- \[.*?\]\((.*?)\)", page("docs/design/README.md"), re.M))
    for name in pages - {"call.md"}:  # which follows one through the code
        titles = re.findall(r"^## (.*)$", page(f"docs/design/{name}"), re.MULTILINE)
        assert titles == ["Context", "Decision", "Alternatives measured", "Consequences"], name


def test_what_comes_next_is_not_here_yet() -> None:
    """What README plans is no name of the package, and no keyword of a function."""
    words = quoted(section(page("README.md"), "## What comes next"))
    assert words
    for word in words:
        assert not hasattr(minloc, word), word
        for name in NAMES:
            assert word.rstrip("=") not in inspect.signature(getattr(minloc, name)).parameters


def test_every_function_is_on_a_page() -> None:
    """There is no function, and nothing else to call, that a reader of the pages does not meet."""
    text = "".join(path.read_text("utf-8") for path in PAGES)
    for name in minloc.__all__:
        if name not in ("ArgMinMax", "FindResult", "TopK"):  # what functions return
            assert re.search(rf"\b{name}\b", text), name


def test_what_is_generated_is_as_it_is_generated() -> None:
    """docs/speed.md, its pictures and README's are made of the results, which are of the grid."""
    run = load(RESULTS)
    assert page("docs/speed.md") == speed_page(run)
    assert page("README.md") == with_table(page("README.md"), headline_table(run))
    for name, drawing in pictures(run).items():
        assert page(f"docs/img/{name}") == drawing
        assert len(drawing) < 16_000
    assert {cell.case for cell in run.cells} == set(cases_of(FAMILIES))


def constant(name: str) -> int:
    """Return a constant of the core, which is the same wherever it is defined."""
    values = set()
    for file in sorted((ROOT / "core").rglob("*.[ch]pp")):
        values |= set(re.findall(rf"\b{name} = ([\d <*]+)[,;]", file.read_text("utf-8")))
    assert len(values) == 1, f"{name} is not one number in core/: {values}"
    return int(eval(values.pop()))


def test_numbers_of_the_core_are_those_of_its_constants() -> None:
    """Sizes on pages and in docstrings from which on the core does something."""
    mib, kib = 1 << 20, 1 << 10
    threads = " ".join(page("docs/design/threads.md").split())
    assert f"Arrays of {constant('worth_sharing') // mib} MiB or more" in page("README.md")
    assert f"Below {constant('worth_sharing') // mib} MiB of input nothing is shared" in threads
    assert f"A part has at least {constant('worth_a_part') // kib} KiB" in threads
    masks = " ".join(page("docs/design/masks.md").split())
    assert f"{constant('mask_piece') // kib} KB of it at a time" in masks
    assert f"pieces of {constant('element_piece') // kib} KB are copied" in masks
    along = " ".join(page("docs/design/min-then-find.md").split())
    assert f"a slice of up to {constant('several_vectors')} vectors" in along
    assert f"is read in blocks of {constant('block_vectors')} vectors" in along
    notes = " ".join((inspect.getdoc(minloc.argmin) or "").split())
    assert f"arrays of {constant('releases_gil_from') // kib} KiB or more" in notes


# --- larger than memory ---------------------------------------------------------------------------


def test_sizes_on_the_page_are_those_of_the_code() -> None:
    """Boxes, what is held of them, and the maps that are given back."""
    text = " ".join(page("docs/larger-than-memory.md").split())
    assert f"of about {grid.BYTES_AT_ONCE >> 20} MB, several" in text
    assert f"A store of at most {grid.BYTES_AT_ONCE >> 20} MB is read at once" in text
    assert f"a few boxes: {ahead.BYTES_IN_FLIGHT >> 20} MB of them at most" in text
    assert f"if a map has {memmap.LARGE >> 20} MB or more" in text
    numbers = {8: "eight", 16: "sixteen", 32: "thirty-two"}
    assert f"merged {numbers[dask_tree.SPLIT_EVERY]} at a time" in text


def test_the_depth_of_a_dask_graph_is_that_of_its_tree() -> None:
    """The table's depths follow from the number of chunks, as the page says, and graphs have it."""
    text = page("docs/design/dask.md")
    table = text.partition("| depth |")[2].partition("\n\n")[0]
    depths = dict(re.findall(r"^\| ([\d,]+) \| [\d,]+ \| (\d+) \|", table, re.MULTILINE))
    assert len(depths) == 3
    split = dask_tree.SPLIT_EVERY
    for count, depth in depths.items():
        assert int(depth) == 1 + math.ceil(math.log(int(count.replace(",", "")), split))
    (lazy,) = dask.optimize(dask_graphs.build(1000))
    depth = dask_graphs.depth_of(dict(lazy.__dask_graph__()), (lazy.name,))
    assert depth == int(depths["1,000"])


# --- the command ----------------------------------------------------------------------------------


def options() -> dict[str, argparse.Action]:
    """Return the options of the command by their long names."""
    actions = arguments.parser()._actions
    return {name: a for a in actions for name in a.option_strings if name.startswith("--")}


def suffixes(text: str) -> set[str]:
    """Return the suffixes of files in a text."""
    return set(re.findall(r"(?<![\w.*])\.[a-z]\w*", text))


def test_help_and_page_list_the_formats_of_the_code(capsys: pytest.CaptureFixture[str]) -> None:
    """Every suffix that is known is listed, and no other."""
    known = {*SUFFIXES, *COMPRESSED}
    with pytest.raises(SystemExit):
        main(["--help"])
    [files] = re.findall(r"^  FILE .*?\n\n", capsys.readouterr().out, re.DOTALL | re.MULTILINE)
    assert suffixes(files) == known
    rows = re.findall(r"^\| (`.*?) \|", section(page("docs/command.md"), "## Files"), re.MULTILINE)
    assert suffixes(" ".join(rows)) == known
    for row in rows:  # one row, one format; those of NumPy share one
        forms = {SUFFIXES[suffix] for suffix in suffixes(row) - set(COMPRESSED)}
        assert len(forms) == 1 or forms == {"npy", "npz"}, row
    [entry] = re.findall(r"^- The command `minloc`.*?(?=^- )", page("CHANGELOG.md"), re.S | re.M)
    assert all(form in entry.lower() for form in SUFFIXES.values())


def test_the_page_names_every_option_and_no_other() -> None:
    """The options of the page are those of the parser."""
    assert set(re.findall(r"--[a-z]+(?:-[a-z]+)*", page("docs/command.md"))) == set(options())


def test_the_page_tells_the_defaults_and_choices() -> None:
    """What is said of memory, NaN and the exit status is what the parser has."""
    text = page("docs/command.md")
    assert f"{options()['--memory'].default // 10**6} MB by default" in text
    assert f"the default is `--nan {options()['--nan'].default}`" in text
    choices = options()["--nan"].choices
    assert choices is not None
    assert all(f"`--nan {choice}`" in text for choice in choices)
    known = {
        errors.FOUND,
        errors.NOTHING,
        errors.WRONG,
        errors.INTERRUPTED,
        errors.PIPE_CLOSED,
    }
    table = text.partition("| exit status | |\n")[2].partition("\n\n")[0]
    assert {int(n) for n in re.findall(r"\b\d+(?=[,\d ]* \|)", table)} == known
    status = arguments.NOTES.partition("exit status:\n")[2]
    assert {int(n) for n in re.findall(r"\d+", status)} == known


def test_the_page_lists_the_grammar_of_conditions_and_the_missing_numbers() -> None:
    """Operators, functions, and the texts of CSV that stand for a missing number."""
    text = section(page("docs/command.md"), "## Conditions").partition("```")[0]
    inside = re.search(r"functions (.*?)\.", text, re.DOTALL)
    assert inside is not None
    assert quoted(inside[1]) == sorted([*FUNCTIONS, *ABOUT_MISSING])
    operators = {
        **dict(zip(("==", "!=", "<", "<=", ">", ">="), COMPARISONS, strict=True)),
        **dict(zip(("+", "-", "*", "/", "//", "%", "**"), ARITHMETIC, strict=True)),
    }
    assert set(operators) <= set(quoted(text))
    text = section(page("docs/command.md"), "## Tables")
    missing = re.search(r"[Aa]n empty field and (.*?) are missing", text, re.DOTALL)
    assert missing is not None
    assert ["", *quoted(missing[1])] == list(NULLS)
