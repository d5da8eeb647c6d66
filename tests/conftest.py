"""Fixtures that more than one test file uses."""

from collections.abc import Iterator

import pytest

from minloc import _core

pytest.register_assert_rewrite("support")  # what its asserts compare is shown

from support.command import climate, prices, run, same_minloc  # noqa: E402, F401  for tests/cli
from support.writers import processes  # noqa: E402, F401  for tests/core


@pytest.fixture(params=_core.build_info()["isa_available"])
def isa(request: pytest.FixtureRequest) -> Iterator[str]:
    """Run the test once with each instruction set that this machine has."""
    before = _core.build_info()["isa_in_use"]
    _core.use_isa(request.param)
    yield request.param
    _core.use_isa(before)


@pytest.fixture
def small() -> Iterator[None]:
    """Read boxes of a few elements, so that small arrays have many."""
    from support.boxes import boxes_of

    with boxes_of(600):
        yield
