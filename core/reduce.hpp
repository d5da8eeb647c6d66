// A call whose answer is an index for each slice, or is made of those: all functions but top_k.
#pragma once

#include "call.hpp"

namespace minloc {

// The answer for a plain ndarray.
PyObject* reduce(const Function& function, const Arguments& arguments,
                 const MaskArgument& mask_argument);

// How `reduce` would go about an array: the name of the leaf, and the sizes of the loops.
PyObject* describe_plan(PyObject* array, PyObject* axis, PyObject* mask);

}  // namespace minloc
