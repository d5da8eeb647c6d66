// The NaN of a dtype: the only place that knows which dtypes have one.
#pragma once

#include "numpy_api.hpp"

namespace minloc {

// An element of a dtype that stands for nothing, as a scalar: its NaN or NaT, or the null of a
// StringDType if that is like NaN; None if the dtype has none. Empty with an exception set.
Ref nan_of(PyArray_Descr* descr);

}  // namespace minloc
