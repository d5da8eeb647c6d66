// What `help()` says of the builtins, and the signatures that `inspect` reads from it.
#pragma once

#include <array>
#include <cstddef>

namespace minloc::docstrings {

constexpr char module[] =
    "The compiled core of minloc. What is public of it is exported by the package.";

// What the docstrings of several functions have in common.
namespace common {

constexpr char array[] = R"(a : array_like
    The array, of any dtype that has an order: bool, integers, floats,
    complex (real part first, then imaginary), datetime64, timedelta64,
    bytes, str, StringDType, object, or a user-defined dtype. Any strides,
    alignment and byte order. The masked elements of a masked array are not
    candidates. Zarr arrays, HDF5 datasets, other stores of chunks and large
    memory maps are read piece by piece. A Dask array gives a lazy Dask
    array, an xarray.DataArray a DataArray.
)";
constexpr char axis[] = R"(axis : int or tuple of int, optional
    The axis to reduce, or several. By default all of them: the index is into
    the array flattened in C order, whatever its layout in memory. That of a
    tuple counts in C order over its axes, in the order in which they are
    given; an empty one reduces nothing. Axes of a DataArray may be given by
    the names of dimensions, as in ``axis='time'``.
)";
constexpr char out[] = R"(out : ndarray, optional
    Takes the result, whose shape it has to have. Any bool or integer dtype
    that casts safely to `numpy.intp` and that can hold the largest possible
    index. It may overlap `a`. Nothing is written to it when the call fails.
)";
constexpr char keepdims[] = R"(keepdims : bool, optional
    If true, the reduced axes stay in the result with size 1.
)";
constexpr char where[] = R"(where : array_like of bool, optional
    Broadcasts to `a`. An element where it is False is not a candidate.
)";
constexpr char nan_policy[] = R"(nan_policy : {'propagate', 'omit', 'raise'}, optional
    What a NaN (NaT, or complex number with a NaN part) is: by default it
    beats every number; under 'omit' it is not a candidate; under 'raise' it
    is an error.
)";
constexpr char ties[] = R"(ties : {'first', 'last'}, optional
    Which of equal elements is the answer, in C order of the reduced axes as
    given. 0.0 and -0.0 are equal.
)";
constexpr char fallback[] = R"(default : int, optional
    The index of a slice that has no candidate, such as -1. Without it such a
    slice is an error.
)";
constexpr char dtype[] = R"(dtype : dtype, optional
    The integer dtype of the indices, `numpy.intp` by default.
)";
constexpr char progress[] = R"(
Other Parameters
----------------
progress : bool or callable, optional
    For stores and memory maps only; with any other array it is a TypeError.
    True shows a progress bar, for which tqdm has to be installed. A function
    is called after each piece with the number of bytes done and the total.
    What is small enough to be read at once reports nothing.
)";
constexpr char raises[] = R"(
Raises
------
numpy.exceptions.AxisError
    If an axis is out of range.
ValueError
    If a slice has no candidate and there is no `default`: it is empty, or
    `where` or the NaN policy leaves nothing of it. If a candidate is NaN
    under ``nan_policy='raise'``. Of an error about a slice the attribute
    `index` is the place of the first such slice in the result, a tuple,
    and a note says it too. If an axis is given twice, `where` does not
    broadcast, or a keyword has a value that is not one of its choices.
TypeError
    If the dtype has no order, an axis or `default` is not an integer, or
    `where` is not boolean.
)";

}  // namespace common

// Texts one after the other, as one.
template <std::size_t... sizes>
constexpr auto join(const char (&... texts)[sizes]) {
  std::array<char, (sizes + ...) - sizeof...(sizes) + 1> all{};
  std::size_t end = 0;
  const auto append = [&](const char* text) {
    while (*text) all[end++] = *text++;
  };
  (append(texts), ...);
  return all;
}

constexpr auto argmin = join(
    R"(argmin(a, axis=None, out=None, *, keepdims=False, where=True, nan_policy='propagate', ties='first', default=None, dtype=None)
--

Index of the smallest element: of the whole array, or along axes.

The same answers as `numpy.argmin`, without copying the array whatever its
layout, with more keywords and for more kinds of arrays.

Parameters
----------
)",
    common::array, common::axis, common::out, common::keepdims, common::where, common::nan_policy,
    common::ties, common::fallback, common::dtype, R"(
Returns
-------
numpy.intp or ndarray of numpy.intp
    The index, or one for each position along the axes that are kept; `out`
    if it was given. For a subclass of ndarray an array of that subclass,
    except that a masked array gives a plain ndarray.
)",
    common::progress, common::raises,
    R"(    If `dtype` is not an integer dtype, or that of `out` does not cast
    safely to `numpy.intp`. (If it is one, but too narrow for the largest
    possible index or for `default`, that is a ValueError.)

See Also
--------
argmax : Index of the largest element.
findmin : Its value, too.
minloc : Its coordinates.

Notes
-----
Of equal elements the first in C order is the answer, or the last, on every
path: any layout, any number of threads. The GIL is released for arrays of
16 KiB or more, except those of objects.

The term is that of `numpy.argmin`; `nan_policy` is SciPy's.

Examples
--------
>>> import numpy as np
>>> import minloc
>>> a = np.array([[6, 3, 8], [5, 2, 9]])
>>> print(minloc.argmin(a))
4
>>> print(minloc.argmin(a, axis=0))
[1 1 0]
>>> print(minloc.argmin(a, axis=1, keepdims=True))
[[1]
 [1]]

The last of the smallest, of what is above 2:

>>> print(minloc.argmin(a, axis=1, where=a > 2, ties='last'))
[1 0]

One slice without a number does not hide the answers of the others:

>>> b = np.array([[np.nan, 2.0], [np.nan, np.nan]])
>>> print(minloc.argmin(b, axis=1, nan_policy='omit', default=-1))
[ 1 -1]

Over two axes at once:

>>> print(minloc.argmin(np.arange(24).reshape(2, 3, 4) % 5, axis=(0, 2)))
[0 1 2]
)");

constexpr auto argmax = join(
    R"(argmax(a, axis=None, out=None, *, keepdims=False, where=True, nan_policy='propagate', ties='first', default=None, dtype=None)
--

Index of the largest element: of the whole array, or along axes.

`argmin` under the reversed order: parameters, result, errors, ties and NaN
are the same.

Parameters
----------
)",
    common::array, common::axis, common::out, common::keepdims, common::where, common::nan_policy,
    common::ties, common::fallback, common::dtype, R"(
Returns
-------
numpy.intp or ndarray of numpy.intp
    The index, or one for each position along the axes that are kept; `out`
    if it was given.
)",
    common::progress, common::raises, R"(
See Also
--------
argmin : Index of the smallest element.
findmax : Its value, too.
maxloc : Its coordinates.

Notes
-----
Of equal elements the first is the answer, or the last; a NaN beats every
number unless `nan_policy` says otherwise.

The term is that of `numpy.argmax`.

Examples
--------
>>> import minloc
>>> print(minloc.argmax([[6, 3, 8], [5, 2, 9]], axis=1))
[2 2]
>>> print(minloc.argmax([1, 3, 3, 2], ties='last'))
2
)");

constexpr auto nanargmin = join(
    R"(nanargmin(a, axis=None, out=None, *, keepdims=False, where=True, ties='first', default=None, dtype=None)
--

Index of the smallest element that is not NaN.

It is `argmin` under ``nan_policy='omit'``: NaN (NaT, or a complex number
with a NaN part) is left out of the choice.

Parameters
----------
)",
    common::array, common::axis, common::out, common::keepdims, common::where, common::ties,
    common::fallback, common::dtype, R"(
Returns
-------
numpy.intp or ndarray of numpy.intp
    The index, or one for each position along the axes that are kept.
)",
    common::progress, common::raises, R"(
See Also
--------
argmin : The same, where the first NaN is the answer.

Notes
-----
Infinity is a number: of ``[nan, inf]`` the answer is 1.

The term is that of `numpy.nanargmin`.

Examples
--------
>>> import numpy as np
>>> import minloc
>>> print(minloc.nanargmin([np.nan, 2.0, 1.0]))
2
>>> print(minloc.nanargmin([[np.nan, 2.0], [1.0, np.nan]], axis=1))
[1 0]
>>> print(minloc.nanargmin([[np.nan, 2.0], [np.nan, np.nan]], axis=1, default=-1))
[ 1 -1]
)");

constexpr auto nanargmax = join(
    R"(nanargmax(a, axis=None, out=None, *, keepdims=False, where=True, ties='first', default=None, dtype=None)
--

Index of the largest element that is not NaN.

It is `argmax` under ``nan_policy='omit'``; see `nanargmin`.

Parameters
----------
)",
    common::array, common::axis, common::out, common::keepdims, common::where, common::ties,
    common::fallback, common::dtype, R"(
Returns
-------
numpy.intp or ndarray of numpy.intp
    The index, or one for each position along the axes that are kept.
)",
    common::progress, common::raises, R"(
See Also
--------
argmax : The same, where the first NaN is the answer.

Notes
-----
The term is that of `numpy.nanargmax`.

Examples
--------
>>> import numpy as np
>>> import minloc
>>> print(minloc.nanargmax([np.nan, 2.0, 1.0]))
1
)");

constexpr auto findmin = join(
    R"(findmin(a, axis=None, *, keepdims=False, where=True, nan_policy='propagate', ties='first', default=None)
--

The smallest element and its index: what it is and where, in one pass.

Parameters
----------
)",
    common::array, common::axis, common::keepdims, common::where, common::nan_policy, common::ties,
    common::fallback, R"(
Returns
-------
FindResult
    A named tuple ``(values, indices)``: scalars, or arrays with an entry for
    each position along the axes that are kept. The values have the dtype of
    `a` and are its elements to the bit, -0.0 and the payload of a NaN
    included; of objects they are the objects themselves. Where `default` is
    the index, NaN or NaT is the value.
)",
    common::progress, common::raises,
    R"(    If a slice gets `default` and the dtype has neither NaN nor NaT.

See Also
--------
findmax : The largest element and its index.
argmin : The index alone.

Notes
-----
Ties and NaN are as in `argmin`. The term is that of Julia's `findmin`;
PyTorch calls it ``min(dim)``.

Examples
--------
What is the lowest temperature, and in which month is it?

>>> import numpy as np
>>> import minloc
>>> t = np.array([[6.5, 3.0, 8.0], [5.0, 2.5, 9.0]])
>>> value, index = minloc.findmin(t)
>>> print(value, index)
2.5 4
>>> found = minloc.findmin(t, axis=1)
>>> print(found.values, found.indices)
[3.  2.5] [1 1]
)");

constexpr auto findmax = join(
    R"(findmax(a, axis=None, *, keepdims=False, where=True, nan_policy='propagate', ties='first', default=None)
--

The largest element and its index: what it is and where, in one pass.

`findmin` under the reversed order: parameters, result, errors, ties and NaN
are the same.

Parameters
----------
)",
    common::array, common::axis, common::keepdims, common::where, common::nan_policy, common::ties,
    common::fallback, R"(
Returns
-------
FindResult
    A named tuple ``(values, indices)``, as of `findmin`.
)",
    common::progress, common::raises,
    R"(    If a slice gets `default` and the dtype has neither NaN nor NaT.

See Also
--------
findmin : The smallest element and its index.
argmax : The index alone.

Notes
-----
The term is that of Julia's `findmax`.

Examples
--------
>>> import minloc
>>> found = minloc.findmax([[6, 3, 8], [5, 2, 9]], axis=1)
>>> print(found.values, found.indices)
[8 9] [2 2]
)");

constexpr auto argminmax = join(
    R"(argminmax(a, axis=None, *, keepdims=False, where=True, nan_policy='propagate', ties='first', default=None, dtype=None)
--

Index of the smallest and of the largest element, in one call.

Parameters
----------
)",
    common::array, common::axis, common::keepdims, common::where, common::nan_policy, common::ties,
    common::fallback, common::dtype, R"(
Returns
-------
ArgMinMax
    A named tuple ``(argmin, argmax)`` of what the two functions return.
)",
    common::progress, common::raises, R"(
See Also
--------
argmin, argmax : The one or the other.

Notes
-----
Ties and NaN are as in `argmin`; `ties` holds for both. The term joins those
of NumPy.

Examples
--------
Between which of these does the signal swing?

>>> import minloc
>>> low, high = minloc.argminmax([3, 1, 4, 1, 5, 9, 2, 6])
>>> print(low, high)
1 5
)");

constexpr auto minloc = join(
    R"(minloc(a, axis=None, *, keepdims=False, where=True, nan_policy='propagate', ties='first', default=None, dtype=None)
--

Coordinates of the smallest element: one index for each reduced axis.

Parameters
----------
)",
    common::array, common::axis, common::keepdims, common::where, common::nan_policy, common::ties,
    common::fallback, common::dtype, R"(
Returns
-------
tuple of numpy.intp or of ndarray of numpy.intp
    The coordinate along each reduced axis, in the order of `axis`, each of
    them as `argmin` would return an index. For the whole array they index
    it: ``a[minloc(a)]`` is the smallest element. Where a slice has no
    candidate, each is `default`.
)",
    common::progress, common::raises, R"(
See Also
--------
maxloc : Coordinates of the largest element.
argmin : One index into the flattened axes.

Notes
-----
Ties and NaN are as in `argmin`: of equal elements the first in C order. The
term is that of Fortran's ``MINLOC``.

Examples
--------
In which row and column is the smallest element?

>>> import numpy as np
>>> import minloc
>>> a = np.array([[6, 3, 8], [5, 2, 9]])
>>> row, column = minloc.minloc(a)
>>> print(row, column)
1 1
>>> print(a[minloc.minloc(a)])
2

Of each map of a series, where is it?

>>> maps = np.array([[[6, 3], [8, 5]], [[7, 9], [1, 4]]])
>>> y, x = minloc.minloc(maps, axis=(1, 2))
>>> print(y, x)
[0 1] [1 0]
)");

constexpr auto maxloc = join(
    R"(maxloc(a, axis=None, *, keepdims=False, where=True, nan_policy='propagate', ties='first', default=None, dtype=None)
--

Coordinates of the largest element: one index for each reduced axis.

`minloc` under the reversed order: parameters, result, errors, ties and NaN
are the same.

Parameters
----------
)",
    common::array, common::axis, common::keepdims, common::where, common::nan_policy, common::ties,
    common::fallback, common::dtype, R"(
Returns
-------
tuple of numpy.intp or of ndarray of numpy.intp
    The coordinate along each reduced axis, in the order of `axis`.
)",
    common::progress, common::raises, R"(
See Also
--------
minloc : Coordinates of the smallest element.
argmax : One index into the flattened axes.

Notes
-----
The term is that of Fortran's ``MAXLOC``.

Examples
--------
>>> import minloc
>>> row, column = minloc.maxloc([[6, 3, 8], [5, 2, 9]])
>>> print(row, column)
1 2
)");

constexpr auto top_k = join(
    R"(top_k(a, k, /, *, axis=-1, mode='largest', sorted=True, where=True, nan_policy='propagate')
--

The `k` largest elements and their indices, best first; or the smallest.

Parameters
----------
a : array_like
    The array, store, Dask array or DataArray, of any dtype that `argmin`
    takes.
k : int
    How many. 0 gives empty arrays.
axis : int, tuple of int or None, optional
    The axis to choose along, the last one by default. For None the array is
    taken as flattened; the index of a tuple counts in C order over its axes,
    in the order in which they are given. Axes of a DataArray may be given by
    the names of dimensions.
mode : {'largest', 'smallest'}, optional
    Which end to choose from.
sorted : bool, optional
    Accepted for the sake of its namesakes: the answer is always sorted.
where : array_like of bool, optional
    Broadcasts to `a`. An element where it is False is not a candidate.
nan_policy : {'propagate', 'omit', 'raise'}, optional
    By default NaN (NaT, or complex numbers with a NaN part) rank last, after
    all numbers, in either mode; under 'omit' they are no candidates; under
    'raise' they are an error.

Returns
-------
TopK
    A named tuple ``(values, indices)`` of arrays. A single `axis` has the
    size `k` in them; otherwise the `k` ranks are their last axis. The values
    are elements of `a` to the bit.
)",
    common::progress, R"(
Raises
------
numpy.exceptions.AxisError
    If an axis is out of range.
ValueError
    If a slice has fewer than `k` candidates, or one that is NaN under
    ``nan_policy='raise'``; the error's attribute `index` is the first such
    slice's index along the axes that are kept, a tuple. If `k` is negative,
    or a keyword has a value that is not one of its choices.
TypeError
    If `k` or an axis is not an integer, `where` is not boolean, or the dtype
    has no order.

See Also
--------
argmax : Index of the largest element.
findmax : The largest element and its index.

Notes
-----
The order is stable: of equal elements the first comes first, on every path.
The array is read once, without a copy and without sorting it; only dtypes
that bring their own comparison (object, strings) are sorted.

The term is that of `numpy.top_k` and of the array API standard, which leave
open which of equal elements are chosen.

Examples
--------
Which are the two warmest days?

>>> import minloc
>>> values, indices = minloc.top_k([15, 21, 18, 21, 9], 2)
>>> print(values, indices)
[21 21] [1 3]

The nearest two of each row:

>>> nearest = minloc.top_k([[3, 1, 2], [5, 6, 4]], 2, mode='smallest')
>>> print(nearest.indices)
[[1 2]
 [2 0]]
)");

constexpr char get_num_threads[] = R"(get_num_threads()
--

How many threads a call from this thread may use, the calling one included.

Returns
-------
int

See Also
--------
set_num_threads : Change it.
threads : Change it for a block of code.

Examples
--------
>>> import minloc
>>> with minloc.threads(2):
...     minloc.get_num_threads()
2
)";

constexpr char set_num_threads[] = R"(set_num_threads(n, /)
--

Let calls use that many threads, the calling one included.

Answers do not depend on it. Small arrays are always reduced by one thread.
At import the number is ``MINLOC_NUM_THREADS`` from the environment or else
the number of CPUs that the process may use (its affinity, its cgroup).

Parameters
----------
n : int
    From 1 to 4096.

Returns
-------
None

Raises
------
ValueError
    If `n` is out of that range.

See Also
--------
threads : Change it for a block of code.

Notes
-----
The term is Numba's and PyTorch's.

Examples
--------
>>> import minloc
>>> before = minloc.get_num_threads()
>>> minloc.set_num_threads(1)
>>> minloc.get_num_threads()
1
>>> minloc.set_num_threads(before)
)";

constexpr char set_num_threads_here[] = R"(set_num_threads_here($module, n, /)
--

Overrule set_num_threads in the calling thread, until 0 is set; return what was set before.)";

constexpr char masked[] = R"(masked($module, name, mask, /, *args, **kwargs)
--

The function of that name, called so, of an array whose mask is true where it has no value.)";

constexpr char add_part[] =
    R"(add_part($module, name, so_far, starts, lengths, a, axis, /, **kwargs)
--

Add an array to the answers so far for the slices of a larger one, in place.

`so_far` is a pair of arrays, of the best elements and of their indices in the whole (-1: none yet),
or two such pairs for `argminmax`; `starts` and `lengths` say for each reduced axis where the array
begins in the whole, and how long the whole is. `kwargs` are `where`, `nan_policy` and `ties`.)";

constexpr char first_part[] = R"(first_part($module, name, answers, a, axis, /, **kwargs)
--

Write the answers for an array that is a part of a larger one.

`answers` is a pair of arrays in C order, of the best element of each slice and of its index in the
part (-1 and zero: none), or two such pairs for `argminmax`. Indices may be signed integers of any
size that holds them. `kwargs` are `where`, `nan_policy` and `ties`.)";

constexpr char merge_parts[] = R"(merge_parts($module, name, answers, parts, in_order, /, **kwargs)
--

Write the best of several answers for the same slices.

`parts` is a tuple of tuples (values, indices, base), whose indices count from their base and are of
one size; `in_order` says that each has smaller indices than the next, and is faster. For `answers`
and `kwargs` see `first_part`.)";

constexpr char has_kernels[] = R"(has_kernels($module, dtype, /)
--

Whether the core compares elements of a dtype itself; other dtypes bring their own comparison.)";

constexpr char up_to_k[] = R"(up_to_k($module, a, k, /, **kwargs)
--

What top_k answers for an ndarray, with the index -1 where a slice has fewer candidates than k.)";

constexpr char nan_of[] = R"(nan_of($module, dtype, /)
--

The NaN, NaT or null that stands for nothing in arrays of a dtype, or None if it has none.)";

constexpr char set_place[] = R"(set_place($module, error, index, /)
--

Say at which index of the result the slice is that an exception is about.)";

constexpr char plan_of[] = R"(plan_of($module, a, axis, mask, /)
--

How an array with kernels of its own would be traversed: the leaf's name and the loops' sizes.)";

constexpr char read_pass[] = R"(read_pass($module, a, /)
--

Read every byte of an array and return all of them ORed: what benchmarks measure against.)";

constexpr char build_info[] = R"(build_info($module, /)
--

What the core was built from and for, and what it uses: a dict.)";

constexpr char use_isa[] = R"(use_isa($module, name, /)
--

Put the kernels of another instruction set in use, for all threads.)";

constexpr char read_call[] = R"(read_call($module, name, ndim, keywords, /)
--

Read what the keywords of a call ask of an array with `ndim` axes, or raise what is wrong with them.

`keywords` is a dict, with the `k` of `top_k`. Returns (axes, rank_axis, k, ends, keepdims,
nan_policy, ties, default, dtype), where `default` may be None.)";

constexpr char check_index[] = R"(check_index($module, largest, shape, dtype, default, /)
--

Raise if the largest index into an array of a shape, or the default, does not fit a dtype.)";

constexpr char check_array[] = R"(check_array($module, a, where, /)
--

Raise if the elements of an array have no order, or a mask does not fit it.)";

constexpr char raise_nan[] = R"(raise_nan($module, name, index, /)
--

Raise what a function raises for a NaN in the slice at an index of the result.)";

constexpr char best[] = R"(best($module, name, a, axis, /, **kwargs)
--

Return the best of each slice, for each end that a function looks at: (indices, elements, found).

They are arrays with one entry for each slice. The index is 0 where a slice has no candidate;
`found` is None if they all have one. `kwargs` are `where`, `nan_policy` and `ties`.)";

constexpr char first_nan[] = R"(first_nan($module, a, axis, where, /)
--

Return where along the kept axes the first slice with a NaN among its candidates lies, or None.)";

constexpr char hand_on[] = R"(hand_on($module, name, /, *args, **kwargs)
--

Answer a call by the package's adapters, even if the core could: what tests of them call.)";

}  // namespace minloc::docstrings
