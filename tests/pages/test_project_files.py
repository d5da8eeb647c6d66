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
