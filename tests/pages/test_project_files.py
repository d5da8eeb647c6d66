"""What files of the project say of it is what pyproject.toml and the package say."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import minloc

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def page(name: str) -> str:
    """Return the text of a file."""
    return (ROOT / name).read_text("utf-8")


def test_the_versions_that_pages_demand_are_the_projects() -> None:
    """Pages ask for the Python and the NumPy that pyproject.toml asks for."""
    python = PROJECT["requires-python"].removeprefix(">=")
    [numpy] = [line.removeprefix("numpy>=") for line in PROJECT["dependencies"]]
    assert f"Python {python} or newer" in page("README.md")
    assert f"Python {python} or newer and NumPy {numpy} or newer" in page("docs/getting-started.md")
    assert f"it needs Python {python} and NumPy {numpy}," in page("docs/policies.md")


def test_the_version_is_one() -> None:
    """What is cited, what is installed, and what the package says."""
    assert f"\nversion: {PROJECT['version']}\n" in page("CITATION.cff")
    assert minloc.__version__ == PROJECT["version"]


def test_presets_set_what_cmake_reads() -> None:
    """Every variable of a preset is one of CMakeLists.txt, or CMake's own."""
    presets = json.loads(page("CMakePresets.json"))
    for preset in presets["configurePresets"]:
        for name in preset["cacheVariables"]:
            assert name in page("CMakeLists.txt") or name == "CMAKE_BUILD_TYPE", name
    built = [preset["configurePreset"] for preset in presets["buildPresets"]]
    assert built == [preset["name"] for preset in presets["configurePresets"]]


def test_extras_for_users_are_all_in_one() -> None:
    """`all` has every extra but those that others have, and getting started lists them."""
    extras = PROJECT["optional-dependencies"]
    [line] = extras["all"]
    within = set(re.findall(r"\w+", line)) - {"minloc"}
    nested = {"plot", "progress"}  # in cli
    brought = {"torch", "jax", "array-api"}  # for arrays that one has already
    assert within == set(extras) - nested - brought - {"all", "test"}
    table = page("docs/getting-started.md").partition("| extra | for |")[2].partition("\n\n")[0]
    assert {*within, *nested, "all"} == set(re.findall(r"`(\w+)`", table))


def test_every_public_name_has_its_page_in_the_reference() -> None:
    """The reference lists what the package has, and nothing else."""
    listed = re.findall(r"^   ([a-z]\S*|[A-Z]\S*)$", page("docs/reference.rst"), re.MULTILINE)
    public = set(minloc.__all__) | {
        *("reference.argbest", "reference.top"),
        *("reference_windows.moving", "reference_windows.running"),
    }
    assert sorted(listed) == sorted(public)


def test_the_recipe_for_conda_builds_this_version() -> None:
    """Its version, and the versions that it demands, are those of pyproject.toml."""
    recipe = page("conda/recipe.yaml")
    assert f'version: "{PROJECT["version"]}"' in recipe
    assert f"- python {PROJECT['requires-python']}\n" in recipe
    for line in PROJECT["dependencies"]:
        assert f"- {line.replace('>=', ' >=')}\n" in recipe, line


def test_wheels_are_built_for_the_oldest_python() -> None:
    """One abi3 wheel serves every Python from the oldest on, so cibuildwheel builds that one."""
    tool = tomllib.loads(page("pyproject.toml"))["tool"]
    oldest = "cp" + PROJECT["requires-python"].removeprefix(">=").replace(".", "")
    assert tool["scikit-build"]["wheel"]["py-api"] == oldest
    others = set(tool["cibuildwheel"]["build"]) - {f"{oldest}-*"}
    assert len(others) == len(tool["cibuildwheel"]["build"]) - 1
    assert all(re.fullmatch(r"cp3\d+t-\*", name) for name in others), "free-threaded, without abi3"


def test_classifiers_name_the_oldest_python() -> None:
    """The first version of Python among the classifiers is the oldest that is supported."""
    start = "Programming Language :: Python :: 3."
    listed = [line.removeprefix(start) for line in PROJECT["classifiers"] if line.startswith(start)]
    assert f"3.{listed[0]}" == PROJECT["requires-python"].removeprefix(">=")
    assert listed == sorted(listed, key=int)


def test_workflows_run_what_there_is() -> None:
    """What workflows run by path is there, and the groups that they install are defined."""
    groups = tomllib.loads(page("pyproject.toml"))["dependency-groups"]
    files = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    assert len(files) == 4
    for file in files:
        text = file.read_text()
        for path in re.findall(r"(?<= )(?:tests|docs|\.ci)/[\w/]+", text):
            assert (ROOT / path).exists(), (file.name, path)
        for group in re.findall(r"--group (\w+)", text):
            assert group in groups, (file.name, group)
