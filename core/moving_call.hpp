// The call of the functions about windows: `moving_*` and `running_*`.
#pragma once

#include "call.hpp"

namespace minloc {

// The answer for a plain ndarray; null with an exception set.
PyObject* call_moving(const Function& function, const Arguments& arguments,
                      const MaskArgument& mask_argument);

}  // namespace minloc
