# Builtins that are not public: what the package's own Python, tests and benchmarks ask the core.

def build_info() -> _BuildInfo:
    """Return the version, the compiler, and the instruction sets built, available and in use."""

def add_part(
    name: str,
    so_far: tuple[NDArray[Any], ...],
    starts: tuple[int, ...],
    lengths: tuple[int, ...],
    a: NDArray[Any],
    axis: tuple[int, ...],
    /,
    **kwargs: Any,
) -> None:
    """Add an array to the answers so far for the slices of a larger one, in place.

    `so_far` is a pair of arrays: the best element of each slice, and its index in the whole array
    (-1: none yet). For `argminmax` it is two such pairs. `starts` and `lengths` say for each
    reduced axis where `a` begins in the whole, and how long the whole is. `kwargs` are `where`,
    `nan_policy` and `ties`.
    """

def first_part(
    name: str,
    answers: tuple[NDArray[Any], ...],
    a: NDArray[Any],
    axis: tuple[int, ...],
    /,
    **kwargs: Any,
) -> None:
    """Write the answers for an array that is a part of a larger one.

    `answers` is a pair of arrays in C order: the best element of each slice, and its index in the
    part (-1 and zero: none). For `argminmax` it is two such pairs. Indices may be signed integers
    of any size that holds them. `kwargs` are `where`, `nan_policy` and `ties`.
    """

def merge_parts(
    name: str,
    answers: tuple[NDArray[Any], ...],
    parts: tuple[tuple[NDArray[Any], NDArray[Any], int], ...],
    in_order: bool,
    /,
    **kwargs: Any,
) -> None:
    """Write the best of several answers for the same slices.

    `parts` is a tuple of tuples (values, indices, base): the indices have one size, and count from
    the base. `in_order` promises that each part has smaller indices than the next, which is faster.
    For `answers` and `kwargs` see `first_part`.
    """

def has_kernels(dtype: np.dtype[Any], /) -> bool:
    """Whether the core has kernels for a dtype; others are compared by the dtype's own function."""

def masked(name: str, mask: NDArray[np.bool], /, *args: Any, **kwargs: Any) -> Any:
    """Call a public function on an array of which `mask` is true where an element is missing."""

def up_to_k(a: NDArray[Any], k: SupportsIndex, /, **kwargs: Any) -> TopK:
    """Answer as top_k, with the index -1 for ranks that a slice has no candidate for."""

def nan_of(dtype: np.dtype[Any], /) -> Any:
    """Return the NaN, NaT or null of a dtype, or None if it has none."""

def set_place(error: Exception, index: tuple[int | None, ...], /) -> None:
    """Record in an exception which slice of the result it is about: `error.index` and a note."""

def plan_of(a: NDArray[Any], axis: SupportsIndex | None, mask: NDArray[np.bool] | None, /) -> _Plan:
    """How an array would be traversed: the name of the leaf and the sizes of the loops."""

def on_bus_error(address: int, size: int, line: bytes | None, status: int, /) -> None:
    """Print a line and end the process where a mapped file turns out to be shorter than its map.

    `address` and `size` say where the map is, `status` is the exit status. A line of None forgets
    the map that begins at the address, which has to be done before it is unmapped.
    """

def read_pass(a: NDArray[Any], /) -> int:
    """Read every byte of an array, and return all of them ORed: the floor for benchmarks."""

def use_isa(name: str, /) -> None:
    """Use the kernels of another instruction set, in all threads."""
def read_call(name: str, ndim: int, keywords: dict[str, Any], /) -> _Read:
    """Read what the keywords of a call ask of an array with `ndim` axes, or raise what is wrong.

    `keywords` is a dict, with the `k` of `top_k`. Returns (axes, rank_axis, k, ends, keepdims,
    nan_policy, ties, default, dtype), where `default` may be None.
    """

def label_axes(
    by_shape: tuple[int, ...], shape: tuple[int, ...], axes: tuple[int, ...], group_axis: int, /
) -> tuple[int, ...]:
    """Return the axis of an array along which each axis of its labels lies, or raise.

    The arguments after the shapes are those of a Question. A size of -1 is not known yet.
    """

def count_groups(by: NDArray[Any] | None, num_groups: int | None, /) -> int:
    """Return how many groups labels are of, or raise if they are no numbers of these.

    If `num_groups` is None, the largest label tells; if `by` is, the number alone is checked.
    """

def check_index(
    largest: int, shape: tuple[Any, ...], dtype: np.dtype[Any], default: int | None, /
) -> None:
    """Raise if the largest index into an array of a shape, or the default, does not fit a dtype."""

def check_array(a: NDArray[Any], where: NDArray[np.bool] | None, /) -> None:
    """Raise if the elements of an array have no order, or a mask does not fit it."""

def raise_nan(name: str, index: tuple[int, ...], /) -> NoReturn:
    """Raise what a function raises for a NaN in the slice at an index of the result."""

def best(name: str, a: NDArray[Any], axis: tuple[int, ...], /, **kwargs: Any) -> _Best:
    """Return the best of each slice, for each end that a function asks for.

    For each end they are (indices, elements, found): arrays with one entry for each slice. The
    index is 0 where a slice has no candidate; `found` is None if they all have one. `kwargs` are
    `where`, `nan_policy` and `ties`.
    """

def first_nan(
    a: NDArray[Any],
    axis: tuple[int, ...],
    where: NDArray[np.bool] | None,
    by: Any = None,
    num_groups: int | None = None,
    /,
) -> tuple[int, ...] | None:
    """Return the place of the first slice, or group of one, with a NaN candidate, or None."""

def hand_on(name: str, /, *args: Any, **kwargs: Any) -> Any:
    """Answer a call by the package's adapters, even if the core could: for their tests."""
