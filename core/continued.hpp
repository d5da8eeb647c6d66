// Answers that are continued: the best so far of each slice of a whole, in arrays of the caller's,
// to which another part of the whole is added in place.
//
// This is how arrays larger than memory are answered: a part costs one pass over it, and what is
// held is one element and one index a slice.
#pragma once

#include "call.hpp"

namespace minloc {

// The arrays of the answers so far, for one end or for both: elements, and beside each the index of
// it in the whole, or -1.
struct SoFar {
  PyArrayObject* values[2];
  PyArrayObject* indices[2];
  int ends;
};

// Reads a tuple (values, indices) or (values, indices, values, indices); false with an exception
// set unless the arrays may be written to and are of one layout.
bool read_so_far(PyObject* tuple, SoFar& so_far);

// Adds an array to the answers so far for its slices: `arguments` say which array, axes, mask, NaN
// policy and ties; `starts` and `lengths` say of which whole it is a part. False with an
// exception set.
bool add_part(const Function& function, const Arguments& arguments, const SoFar& so_far,
              PyObject* starts, PyObject* lengths);

}  // namespace minloc
