// Small arrays that lie as one run of memory, reduced whole or along one axis: they are handed to a
// leaf without a plan, which would take as long as reading them.
#pragma once

#include "call.hpp"
#include "run.hpp"

namespace minloc {

// Whether a call is about the whole of a small contiguous array, and the answer then.
bool is_about_small_run(const Call& call);
Index best_of_small_run(const Call& call, Extreme extreme);

// Whether it is about the slices along one axis of such an array, which are adjacent or side by
// side; then their indices are written to places that lie in C order.
bool are_small_slices(const Call& call, const Places& places);
Outcome reduce_small_slices(const Call& call, const Places& places, Extreme extreme);

// Looks up what `reduce_small` needs; once, when the module is loaded.
bool prepare_without_plan();
// The whole of a small contiguous array, the commonest call of all, without arguments but perhaps a
// NaN policy. Null without an exception where the call is another, or there is no answer.
//
// Precondition: the one argument that is given by position is an exact ndarray.
PyObject* reduce_small(const Function& function, PyObject* const* args, PyObject* kwnames);

}  // namespace minloc
