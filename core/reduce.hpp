// The way of a call once its arguments are known: plan, release the GIL, run, box.
#pragma once

#include "call.hpp"

namespace minloc {

// The answer for a plain ndarray.
PyObject* reduce(const Function& function, const Arguments& arguments,
                 const MaskArgument& mask_argument);

// The whole of a small contiguous array, the commonest call of all, without a plan. Null without an
// exception where that is not what was asked, or where there is no answer.
PyObject* reduce_small(const Function& function, PyObject* array);

// How `reduce` would go about an array: the name of the leaf, and the sizes of the loops.
PyObject* describe_plan(PyObject* array, PyObject* axis, PyObject* mask);

}  // namespace minloc
