// What is raised for arguments that a function does not have, or that are no axes.
//
// The texts are Python's and NumPy's. Where people come from another library, a note names the
// argument that they are looking for.
#pragma once

#include "arguments.hpp"

namespace minloc {

// Each of these sets an exception.

// For a keyword that a function does not have.
void raise_unexpected(const Function& function, PyObject* keyword);
// For an axis that is out of range.
void raise_axis_error(int axis, int ndim);
// For an object that is not an integer; an exception that says so is set already.
void explain_axis(PyObject* axis);

}  // namespace minloc
