// The call of top_k: its arguments read, its result made.
#pragma once

#include "call.hpp"

namespace minloc {

// The named tuple of values and indices for a plain ndarray; null with an exception set. Where a
// slice has fewer than k candidates, `takes_fewer` gives the index -1 for the ranks that it lacks.
PyObject* call_top_k(const Function& function, const Arguments& arguments,
                     const MaskArgument& mask_argument, bool takes_fewer);

}  // namespace minloc
