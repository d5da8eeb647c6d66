// What is asked about parts of a larger array: the answers of one, and the best of several.
#pragma once

#include "call.hpp"
#include "part_answers.hpp"

namespace minloc {

// Writes the answers for an array: `arguments` say which array, axes, mask, NaN policy and ties.
// False with an exception set.
bool first_part(const Function& function, const Arguments& arguments, const Answers& answers);

// Writes the best of several answers for the same slices, for one end. `parts` is a tuple of tuples
// (values, indices, base), with indices that count from the base, and of one size. If parts are
// `in_order` each has smaller indices than the next. False with an exception set.
bool merge_parts(const Function& function, const Arguments& arguments, const Answers& answers,
                 PyObject* parts, bool in_order);

}  // namespace minloc
