// Answers that are continued: the best so far of each slice of a whole array, in the caller's
// arrays, to which the best of another part is added in place.
//
// Arrays larger than memory are answered so: a part costs one pass over it, and only one element
// and one index for each slice are kept.
#pragma once

#include "call.hpp"
#include "part_answers.hpp"

namespace minloc {

// Reads the arrays of the answers so far, whose indices count in the whole; false with an exception
// set unless elements and indices are laid out alike.
bool read_so_far(PyObject* tuple, Answers& so_far);

// Adds an array to the answers so far for its slices: `arguments` say which array, axes, mask, NaN
// policy and ties; `starts` and `lengths` say of which whole it is a part. False with an
// exception set.
bool add_part(const Function& function, const Arguments& arguments, const Answers& so_far,
              PyObject* starts, PyObject* lengths);

}  // namespace minloc
