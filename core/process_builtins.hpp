// The builtins about the process: threads, instruction sets, memory, signals.
#pragma once

#include "numpy_api.hpp"

namespace minloc {

// Adds them to the module; false with an exception set.
bool add_process_builtins(PyObject* module);

}  // namespace minloc
