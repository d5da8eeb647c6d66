#include "read_target.hpp"

#include "isa.hpp"

namespace minloc {
namespace {

// Whether the values are as they should be: in the machine's byte order, aligned, and of the dtype.
bool needs_no_cast(PyObject* given, PyArray_Descr* descr) {
  if (!PyArray_CheckExact(given)) return false;
  auto* const values = reinterpret_cast<PyArrayObject*>(given);
  return PyArray_ISALIGNED(values) && PyArray_ISNOTSWAPPED(values) &&
         PyArray_EquivTypes(PyArray_DESCR(values), descr);
}

template <class Number>
Ref scalar_of(int type, Number value) {
  Ref array(PyArray_ZEROS(0, nullptr, type, 0));
  if (array) __builtin_memcpy(PyArray_DATA(array.array()), &value, sizeof value);
  return array;
}

bool raise_shape(const char* text, PyArrayObject* values, const Array& array) {
  Ref from(PyArray_IntTupleFromIntp(PyArray_NDIM(values), PyArray_DIMS(values)));
  Ref to(PyArray_IntTupleFromIntp(array.ndim, array.shape));
  if (from && to) PyErr_Format(PyExc_ValueError, text, from.get(), to.get());
  return false;
}

}  // namespace

bool raise_no_distance(PyArray_Descr* descr) {
  PyErr_Format(PyExc_TypeError,
               "distance_to is not possible for dtype %S, which has no distances; the dtypes that "
               "have are bool, integers, floats, complex, datetime64 and timedelta64",
               reinterpret_cast<PyObject*>(descr));
  return false;
}

Ref cast_values(PyObject* given, PyArray_Descr* descr) {
  if (needs_no_cast(given, descr)) return Ref(Py_NewRef(given));
  // The usual numbers take the short way.
  if (descr->type_num == NPY_DOUBLE && PyFloat_CheckExact(given))
    return scalar_of(NPY_DOUBLE, PyFloat_AsDouble(given));
  if (descr->type_num == NPY_INT64 && PyLong_CheckExact(given)) {
    const long long value = PyLong_AsLongLong(given);
    if (value != -1 || !PyErr_Occurred()) return scalar_of(NPY_INT64, value);
    PyErr_Clear();
  }
  Ref module(PyImport_ImportModule("minloc._distances"));
  if (!module) return Ref();
  Ref values(
      PyObject_CallMethod(module.get(), "cast", "OO", given, reinterpret_cast<PyObject*>(descr)));
  if (values && !needs_no_cast(values.get(), PyArray_DESCR(values.array()))) {
    raise_no_distance(descr);
    return Ref();
  }
  return values;
}

bool read_target(PyObject* given, PyArrayObject* a, DType dtype, const Array& array,
                 const Axes& axes, Target& target, Ref& holder) {
  holder = cast_values(given, PyArray_DESCR(a));
  if (!holder) return false;
  PyArrayObject* const values = holder.array();
  const int extra = array.ndim - PyArray_NDIM(values);
  bool fits = extra >= 0, varies = false;
  for (int axis = 0; axis < array.ndim && fits; ++axis) {
    const Index size = axis < extra ? 1 : PyArray_DIM(values, axis - extra);
    target.strides[axis] = size == 1 ? 0 : PyArray_STRIDE(values, axis - extra);
    fits = size == 1 || size == array.shape[axis];
    varies |= size != 1 && axes.contains(axis);
  }
  if (!fits)
    return raise_shape("distance_to of shape %S cannot be broadcast to the shape %S of a", values,
                       array);
  if (varies)
    return raise_shape(
        "distance_to of shape %S differs along a reduced axis of a, whose shape is %S; it is one "
        "value for each slice, of size 1 along the reduced axes",
        values, array);
  target.data = PyArray_BYTES(values);
  target.metric = Metric::of(*instruction_set().kernels, dtype);
  return true;
}

}  // namespace minloc
