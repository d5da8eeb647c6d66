// The answers of a part of a larger array: for each slice an element, and the index of it in the
// part, of as few bytes as the part needs.
//
// This is what partial answers are made of. There is one for each chunk, and they are moved and
// merged more than they are computed, so their size is what counts.
#pragma once

#include "call.hpp"

namespace minloc {

// For one end or for both, arrays in C order with one entry for each slice: elements, and beside
// them signed integers, -1 where there is none.
struct PartAnswers {
  PyArrayObject* values[2];
  PyArrayObject* indices[2];
  int ends;
};

// Reads a tuple (values, indices) or (values, indices, values, indices), to write to; false with an
// exception set.
bool read_part_answers(PyObject* tuple, PartAnswers& answers);

// Writes the answers for an array: `arguments` say which array, axes, mask, NaN policy and ties.
// False with an exception set.
bool first_part(const Function& function, const Arguments& arguments, const PartAnswers& answers);

// Writes the best of several answers for the same slices, for one end. `parts` is a tuple of tuples
// (values, indices, base), with indices that count from the base, and of one size. If parts are
// `in_order` each has smaller indices than the next. False with an exception set.
bool merge_parts(const Function& function, const Arguments& arguments, const PartAnswers& answers,
                 PyObject* parts, bool in_order);

}  // namespace minloc
