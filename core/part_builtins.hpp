// The builtins for parts of larger arrays: chunks, merges, boxes.
#pragma once

#include "numpy_api.hpp"

namespace minloc {

// Adds them to the module; false with an exception set.
bool add_part_builtins(PyObject* module);

}  // namespace minloc
