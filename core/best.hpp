// The best of each slice for the package's Python: arrays, not the result of a function.
#pragma once

#include "call.hpp"

namespace minloc {

// Each of these returns null with an exception set. `arguments` say which array, axes, mask, NaN
// policy and ties.

// A tuple of (indices, elements, found) for each end, arrays with one entry for each slice; the
// index is 0 where a slice has no candidate, and `found` is None if they all have one.
PyObject* best_of_slices(const Function& function, const Arguments& arguments);

// Where along the kept axes the first slice with a NaN among its candidates lies; None if there is
// none.
PyObject* first_nan(const Function& function, const Arguments& arguments);

// The elements at an index for each slice, of a dtype whose elements are more than their bytes;
// `nothing` where the index is no_candidate.
PyObject* own_elements_at(const Call& call, PyObject* indices, PyObject* nothing);

}  // namespace minloc
