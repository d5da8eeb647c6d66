// The arguments of a call, as Python passed them, read into what the core works with.
#pragma once

#include "array.hpp"
#include "kernels/kernels.hpp"
#include "numpy_api.hpp"
#include "plan.hpp"

namespace minloc {

// One of the public functions.
struct Function {
  const char* name;     // argmin
  const char* extreme;  // the same without "nan", as NumPy's messages have it
  Extreme which;
  Nan nan;
};

// As passed; null where not given. Borrowed references.
struct Arguments {
  PyObject* a = nullptr;
  PyObject* axis = nullptr;
  PyObject* out = nullptr;
  PyObject* keepdims = nullptr;
  PyObject* where = nullptr;
};

// Each of these returns false, or -1, with an exception set.

// Looks up what `parse` needs; once, when the module is loaded.
bool prepare_arguments();
// Sorts what a fastcall passed into `arguments`.
bool parse(const Function& function, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames,
           Arguments& arguments);
// Whether `keepdims` is given and true.
int wants_keepdims(PyObject* keepdims);
// The axis as a number; `all` for None. Not yet held against the array.
bool parse_axis(PyObject* axis, bool& all, int& number);
// The axes that the call reduces.
bool resolve_axes(bool all, int number, int ndim, Axes& axes);
// Broadcasts a boolean object to the array's shape; `holder` keeps its memory alive.
bool resolve_mask(PyObject* object, const char* argument, bool masked_value, const Array& array,
                  Mask& mask, Ref& holder);

}  // namespace minloc
