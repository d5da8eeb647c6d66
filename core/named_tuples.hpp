// The named tuples that some functions answer with, which are Python's classes.
#pragma once

#include "numpy_api.hpp"

namespace minloc {

enum class NamedTuple { find_result, arg_min_max, top_k };

// A new one of two values; null with an exception set.
PyObject* named_tuple(NamedTuple which, PyObject* first, PyObject* second);
// Looks up what it needs; once, when the module is loaded.
bool prepare_named_tuples();

}  // namespace minloc
