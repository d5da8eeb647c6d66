// The builtins about calls themselves: what their keywords mean, and what is wrong with them.
//
// What arrays of other libraries and arrays in parts ask is read and checked here, by the same code
// as a call about a plain array, and without an array.
#pragma once

#include "numpy_api.hpp"

namespace minloc {

// Adds them to the module; false with an exception set.
bool add_call_builtins(PyObject* module);

}  // namespace minloc
