// What `help()` says of the builtins, and the signatures that `inspect` reads from it.
#pragma once

namespace minloc::docstrings {

constexpr char module[] =
    "The compiled core of minloc. What is public of it is exported by the package.";

constexpr char argmin[] = R"(argmin(a, axis=None, out=None, *, keepdims=False, where=True)
--

Index of the smallest element: of the whole array, or along an axis.

The same answers as `numpy.argmin`, from an array of any layout, without
copying it.

Parameters
----------
a : array_like
    The array, of any dtype that has an order: bool, integers, floats,
    complex (real part first, then imaginary), datetime64, timedelta64,
    bytes, str, StringDType, object, or a dtype of a user's. Any strides,
    alignment and byte order.
axis : int, optional
    The axis to reduce. By default the index is into the array flattened in
    C order, whatever its layout in memory.
out : ndarray, optional
    Takes the result, whose shape it has to have. Any bool or integer dtype
    that casts safely to `numpy.intp` and that can hold the largest possible
    index. It may overlap `a`. Nothing is written to it when the call fails.
keepdims : bool, optional
    If true, the reduced axes stay in the result with size 1.
where : array_like of bool, optional
    Broadcasts to `a`. An element where it is False is not a candidate.

Returns
-------
numpy.intp or ndarray of numpy.intp
    The index, or one for each position along the axes that are kept; `out`
    if it was given. A subclass of ndarray comes back as an array of that
    subclass.

Raises
------
numpy.exceptions.AxisError
    If `axis` is out of range.
ValueError
    If there is nothing to choose from: an empty reduction, or a slice of
    which `where` leaves nothing. If `out` has the wrong shape, is read-only
    or cannot hold the largest possible index.
TypeError
    If the dtype has no order, `axis` is not an integer, `where` is not
    boolean, or the dtype of `out` does not cast safely to `numpy.intp`.

See Also
--------
argmax : Index of the largest element.
nanargmin : The same, NaN left out.

Notes
-----
Of equal elements the first in C order is the answer; 0.0 and -0.0 are
equal. The first NaN (NaT, or complex number with a NaN part) beats every
number. The GIL is released except for objects.

The term is that of `numpy.argmin`.

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
>>> print(minloc.argmin(a, axis=1, where=a > 2))
[1 0]
)";

constexpr char argmax[] = R"(argmax(a, axis=None, out=None, *, keepdims=False, where=True)
--

Index of the largest element: of the whole array, or along an axis.

`argmin` under the reversed order: parameters, result, errors, ties and NaN
are the same. Of equal elements the first is the answer; the first NaN beats
every number.

Parameters
----------
a : array_like
    The array.
axis : int, optional
    The axis to reduce; by default the array is taken as flattened.
out : ndarray, optional
    Takes the result.
keepdims : bool, optional
    If true, the reduced axes stay in the result with size 1.
where : array_like of bool, optional
    Broadcasts to `a`. An element where it is False is not a candidate.

Returns
-------
numpy.intp or ndarray of numpy.intp
    The index, or one for each position along the axes that are kept.

Raises
------
numpy.exceptions.AxisError, ValueError, TypeError
    As `argmin` does.

See Also
--------
argmin : Index of the smallest element.
nanargmax : The same, NaN left out.

Notes
-----
The term is that of `numpy.argmax`.

Examples
--------
>>> import numpy as np
>>> import minloc
>>> a = np.array([[6, 3, 8], [5, 2, 9]])
>>> print(minloc.argmax(a))
5
>>> print(minloc.argmax(a, axis=0))
[0 0 1]
)";

constexpr char nanargmin[] = R"(nanargmin(a, axis=None, out=None, *, keepdims=False, where=True)
--

Index of the smallest element that is not NaN.

`argmin` with NaN left out of the choice. For dtypes without NaN it is
`argmin`. NaT and complex numbers with a NaN part are NaN too.

Parameters
----------
a : array_like
    The array.
axis : int, optional
    The axis to reduce; by default the array is taken as flattened.
out : ndarray, optional
    Takes the result.
keepdims : bool, optional
    If true, the reduced axes stay in the result with size 1.
where : array_like of bool, optional
    Broadcasts to `a`. An element where it is False is not a candidate.

Returns
-------
numpy.intp or ndarray of numpy.intp
    The index, or one for each position along the axes that are kept.

Raises
------
ValueError
    If a slice has no candidate; the message says which one is the first.
numpy.exceptions.AxisError, ValueError, TypeError
    As `argmin` does.

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
)";

constexpr char nanargmax[] = R"(nanargmax(a, axis=None, out=None, *, keepdims=False, where=True)
--

Index of the largest element that is not NaN.

`argmax` with NaN left out of the choice; see `nanargmin`.

Parameters
----------
a : array_like
    The array.
axis : int, optional
    The axis to reduce; by default the array is taken as flattened.
out : ndarray, optional
    Takes the result.
keepdims : bool, optional
    If true, the reduced axes stay in the result with size 1.
where : array_like of bool, optional
    Broadcasts to `a`. An element where it is False is not a candidate.

Returns
-------
numpy.intp or ndarray of numpy.intp
    The index, or one for each position along the axes that are kept.

Raises
------
ValueError
    If a slice has no candidate; the message says which one is the first.
numpy.exceptions.AxisError, ValueError, TypeError
    As `argmin` does.

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
)";

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

constexpr char masked[] = R"(masked($module, name, a, mask, axis, out, keepdims, /)
--

The function of that name for an array whose mask is true where it has no value.)";

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

}  // namespace minloc::docstrings
