#include "arguments.hpp"

#include <climits>
#include <cstring>

namespace minloc {
namespace {

constexpr const char* names[] = {"a", "axis", "out", "keepdims", "where"};
constexpr int name_count = 5, positional_count = 3;

PyObject* interned_names[name_count];  // almost every keyword in a program is one of these objects

// Which name a keyword is; name_count if none.
int number_of(PyObject* keyword) {
  for (int which = 0; which < name_count; ++which)
    if (keyword == interned_names[which]) return which;
  int which = 0;
  while (which < name_count && PyUnicode_CompareWithASCIIString(keyword, names[which]) != 0)
    ++which;
  return which;
}

PyObject** slot(Arguments& arguments, int which) {
  switch (which) {
    case 0: return &arguments.a;
    case 1: return &arguments.axis;
    case 2: return &arguments.out;
    case 3: return &arguments.keepdims;
    default: return &arguments.where;
  }
}

PyObject* no_value = nullptr;  // numpy._NoValue, the word for "not given"

bool raise_axis_error(int axis, int ndim) {
  Ref exceptions(PyImport_ImportModule("numpy.exceptions"));
  if (!exceptions) return false;
  Ref type(PyObject_GetAttrString(exceptions.get(), "AxisError"));
  Ref values(Py_BuildValue("(ii)", axis, ndim));
  if (type && values) PyErr_SetObject(type.get(), values.get());
  return false;
}

}  // namespace

bool prepare_arguments() {
  for (int which = 0; which < name_count; ++which) {
    interned_names[which] = PyUnicode_InternFromString(names[which]);
    if (!interned_names[which]) return false;
  }
  Ref numpy(PyImport_ImportModule("numpy"));
  no_value = numpy ? PyObject_GetAttrString(numpy.get(), "_NoValue") : nullptr;
  return no_value != nullptr;
}

bool parse(const Function& function, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames,
           Arguments& arguments) {
  if (nargs > positional_count) {
    PyErr_Format(PyExc_TypeError, "%s() takes from 1 to %d positional arguments but %zd were given",
                 function.name, positional_count, nargs);
    return false;
  }
  for (int i = 0; i < nargs; ++i) *slot(arguments, i) = args[i];
  const Py_ssize_t keywords = kwnames ? PyTuple_Size(kwnames) : 0;
  for (Py_ssize_t k = 0; k < keywords; ++k) {
    PyObject* keyword = PyTuple_GetItem(kwnames, k);
    const int which = number_of(keyword);
    if (which == name_count) {
      PyErr_Format(PyExc_TypeError, "%s() got an unexpected keyword argument '%U'", function.name,
                   keyword);
      return false;
    }
    if (*slot(arguments, which)) {
      PyErr_Format(PyExc_TypeError, "%s() got multiple values for argument '%s'", function.name,
                   names[which]);
      return false;
    }
    *slot(arguments, which) = args[nargs + k];
  }
  if (!arguments.a) {
    PyErr_Format(PyExc_TypeError, "%s() missing 1 required positional argument: 'a'",
                 function.name);
    return false;
  }
  if (arguments.axis == Py_None) arguments.axis = nullptr;
  if (arguments.out == Py_None) arguments.out = nullptr;
  if (arguments.keepdims == no_value) arguments.keepdims = nullptr;
  if (arguments.where == no_value) arguments.where = nullptr;
  return true;
}

int wants_keepdims(PyObject* keepdims) { return keepdims ? PyObject_IsTrue(keepdims) : 0; }

bool parse_axis(PyObject* axis, bool& all, int& number) {
  all = axis == nullptr;
  if (all) return true;
  if (PyBool_Check(axis) || PyArray_IsScalar(axis, Bool)) {
    PyErr_SetString(PyExc_TypeError, "an integer is required for the axis");
    return false;
  }
  Ref integer(PyNumber_Index(axis));
  if (!integer) return false;
  const long value = PyLong_AsLong(integer.get());
  if (value == -1 && PyErr_Occurred()) return false;
  if (value < INT_MIN || value > INT_MAX) {
    PyErr_SetString(PyExc_ValueError, "integer won't fit into a C int");
    return false;
  }
  number = static_cast<int>(value);
  return true;
}

bool resolve_axes(bool all, int number, int ndim, Axes& axes) {
  if (all) {
    axes.count = ndim;
    for (int axis = 0; axis < ndim; ++axis) axes.list[axis] = axis;
    return true;
  }
  // NumPy takes a 0-d array for one of one axis.
  const int count = ndim == 0 ? 1 : ndim;
  if (number < -count || number >= count) return raise_axis_error(number, count);
  axes.count = ndim == 0 ? 0 : 1;
  axes.list[0] = number < 0 ? number + count : number;
  return true;
}

bool resolve_mask(PyObject* object, const char* argument, bool masked_value, const Array& array,
                  Mask& mask, Ref& holder) {
  holder = Ref(PyArray_FromAny(object, nullptr, 0, 0, 0, nullptr));
  if (!holder) return false;
  PyArrayObject* given = holder.array();
  if (PyArray_TYPE(given) != NPY_BOOL) {
    PyErr_Format(PyExc_TypeError, "%s must be an array of bool, got one of dtype %S", argument,
                 reinterpret_cast<PyObject*>(PyArray_DESCR(given)));
    return false;
  }
  const int ndim = PyArray_NDIM(given), extra = array.ndim - ndim;
  bool fits = extra >= 0;
  for (int axis = 0; axis < array.ndim && fits; ++axis) {
    const Index size = axis < extra ? 1 : PyArray_DIM(given, axis - extra);
    mask.strides[axis] = size == 1 ? 0 : PyArray_STRIDE(given, axis - extra);
    fits = size == 1 || size == array.shape[axis];
  }
  if (!fits) {
    Ref from(PyArray_IntTupleFromIntp(ndim, PyArray_DIMS(given)));
    Ref to(PyArray_IntTupleFromIntp(array.ndim, array.shape));
    if (from && to)
      PyErr_Format(PyExc_ValueError, "%s of shape %S cannot be broadcast to the shape %S of a",
                   argument, from.get(), to.get());
    return false;
  }
  mask.data = PyArray_BYTES(given);
  mask.masked_value = masked_value;
  return true;
}

}  // namespace minloc
