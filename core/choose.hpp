// `top_k` as Python calls it: read, choose, box.
#pragma once

#include "call.hpp"

namespace minloc {

// The named tuple of values and indices for a plain ndarray; null with an exception set.
PyObject* choose(const Function& function, const Arguments& arguments,
                 const MaskArgument& mask_argument);

}  // namespace minloc
