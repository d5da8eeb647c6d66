// Small arrays, reduced whole where they are one run of memory, or along one axis: they are handed
// to a leaf without a plan, which would take as long as reading them.
#pragma once

#include <optional>

#include "call.hpp"
#include "run.hpp"

namespace minloc {

// Whether a call is about the whole of a small contiguous array, and the answer then.
bool is_about_small_run(const Call& call);
Index best_of_small_run(const Call& call, Extreme extreme);

// The same for the slices along one axis of a small array, whose answers lie in C order; none for
// other calls.
std::optional<Outcome> reduce_small_slices(const Call& call, const Places& places, Extreme extreme);

// Looks up what `reduce_small` needs; once, when the module is loaded.
bool prepare_without_plan();
// The commonest calls of all, without arguments but perhaps an axis and a NaN policy: about a small
// array, the whole of which is contiguous if there is no axis, or about a larger one that begins
// with the answer. Null without an exception where the call is another, or a slice has no answer.
//
// Precondition: the first argument is given by position, and is an exact ndarray.
PyObject* reduce_small(const Function& function, PyObject* const* args, Py_ssize_t nargs,
                       PyObject* kwnames);

}  // namespace minloc
