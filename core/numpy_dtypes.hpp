// Which of the core's dtypes an array of NumPy's has.
#pragma once

#include "dtypes.hpp"
#include "numpy_api.hpp"

namespace minloc {

// The DType whose kernels read elements of this dtype, -1 if there is none.
int kernel_dtype_of(PyArray_Descr* descr);

}  // namespace minloc
