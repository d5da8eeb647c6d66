// The keyword `distance_to`: the values that distances are measured from.
#pragma once

#include "numpy_api.hpp"
#include "plan.hpp"

namespace minloc {

// Each of these returns false, or null, with an exception set.

// The error for a dtype that has no distances.
bool raise_no_distance(PyArray_Descr* descr);

// The values that are given, in the dtype of an array and the machine's byte order.
Ref cast_values(PyObject* given, PyArray_Descr* descr);

// Reads what the elements of an array are compared by their distance to; `holder` keeps the memory
// of the values alive.
bool read_target(PyObject* given, PyArrayObject* a, DType dtype, const Array& array,
                 const Axes& axes, Target& target, Ref& holder);

}  // namespace minloc
