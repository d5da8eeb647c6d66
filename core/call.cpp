#include "call.hpp"

#include "errors.hpp"
#include "labels.hpp"
#include "numpy_dtypes.hpp"
#include "own_comparison.hpp"
#include "read_target.hpp"

namespace minloc {

Array array_of(PyArrayObject* a, bool has_kernels) {
  return {PyArray_BYTES(a),   PyArray_NDIM(a),     PyArray_DIMS(a),
          PyArray_STRIDES(a), PyArray_ITEMSIZE(a), has_kernels && PyArray_ISBYTESWAPPED(a)};
}

bool Call::read_keywords(const Arguments& arguments, int ndim) {
  PyObject* axis = arguments.axis;
  Extreme extreme = function.extreme;
  Ref last;
  if (function.form == Form::top) {
    if (!read_k(arguments.k, k) || !read_mode(arguments.mode, extreme)) return false;
    if (arguments.sorted && PyObject_IsTrue(arguments.sorted) < 0) return false;
  }
  if (function.form == Form::top || is_about_windows(function.form)) {
    if (!axis) last = Ref(PyLong_FromLong(-1));
    if (!axis) axis = last.get();
  }
  if (!minloc::read_keywords(function, arguments, question)) return false;
  question.extreme = extreme;
  out = arguments.out;
  index_dtype = arguments.dtype;
  if (out && !PyArray_Check(out)) {
    PyErr_SetString(PyExc_TypeError, "output must be an array");
    return false;
  }
  const int wants = wants_keepdims(arguments.keepdims);
  keepdims = wants > 0;
  if (wants < 0 || !read_axes(axis, ndim, axes)) return false;
  if (axes.count == 1 && axis && axis != Py_None && !PyTuple_Check(axis)) one_axis = axes.list[0];
  if (arguments.num_groups && !arguments.by) {
    PyErr_SetString(PyExc_TypeError, "num_groups is given without by, the labels of the groups");
    return false;
  }
  return true;
}

bool Call::read(const Arguments& arguments, const MaskArgument& mask_argument) {
  a = reinterpret_cast<PyArrayObject*>(arguments.a);
  if (!read_keywords(arguments, PyArray_NDIM(a))) return false;
  PyArray_Descr* descr = PyArray_DESCR(a);
  dtype = kernel_dtype_of(descr);
  if (!has_kernels() && !OwnComparison::knows(descr)) {
    PyErr_SetString(PyExc_TypeError, "data type not ordered");
    return false;
  }
  array = array_of(a, has_kernels());
  if (!has_kernels()) {  // a comparison may run Python code that gives the array another shape
    for (int axis = 0; axis < array.ndim; ++axis) {
      shape_before[axis] = array.shape[axis];
      strides_before[axis] = array.strides[axis];
    }
    array.shape = shape_before;
    array.strides = strides_before;
  }
  if (mask_argument.object && !read_mask(mask_argument.object, mask_argument.name,
                                         mask_argument.masked_value, array, mask, mask_holder))
    return false;
  if (arguments.distance_to) {
    if (!has_kernels()) return raise_no_distance(descr);
    if (!read_target(arguments.distance_to, a, kernel_dtype(), array, axes, target, target_holder))
      return false;
    array.target = &target;
  }
  length = 1;
  for (int i = 0; i < axes.count; ++i) length *= array.shape[axes.list[i]];
  if (arguments.by) {
    if (!read_labels(arguments, *this)) return false;
    groups = {true, one_axis, labels.groups};
  }
  shape.lay_out(array, axes, keepdims, groups);
  return true;
}

Ref Call::place_of_slice(Index number) const { return place_in(shape.sizes, shape.ndim, number); }

void raise_nan(const Function& function, const Ref& index) {
  Ref text(PyUnicode_FromFormat("%s() met a NaN, and nan_policy is 'raise'; 'omit' leaves NaN out",
                                function.name));
  raise_about_slice(PyExc_ValueError, text, index);
}

void Call::raise_nan(Index number) const { minloc::raise_nan(function, place_of_slice(number)); }

Ref Call::axes_tuple() const {
  Ref tuple(PyTuple_New(axes.count));
  for (int i = 0; tuple && i < axes.count; ++i)
    PyTuple_SetItem(tuple.get(), i, PyLong_FromLong(axes.list[i]));
  return tuple;
}

}  // namespace minloc
