#include "read_target.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

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

template <class Integer>
Ref integer_of(int type, long long value) {
  return std::in_range<Integer>(value) ? scalar_of(type, static_cast<Integer>(value)) : Ref();
}

Ref integer_in(PyArray_Descr* descr, long long value) {
  const int type = descr->type_num;
  switch (PyDataType_ELSIZE(descr) * (descr->kind == 'i' ? 1 : -1)) {
    case 1: return integer_of<std::int8_t>(type, value);
    case 2: return integer_of<std::int16_t>(type, value);
    case 4: return integer_of<std::int32_t>(type, value);
    case 8: return integer_of<std::int64_t>(type, value);
    case -1: return integer_of<std::uint8_t>(type, value);
    case -2: return integer_of<std::uint16_t>(type, value);
    case -4: return integer_of<std::uint32_t>(type, value);
    case -8: return integer_of<std::uint64_t>(type, value);
    default: return Ref();
  }
}

// The usual scalars: Python's numbers, and NumPy's of the very dtype. Empty, without an error,
// where there is more to it.
Ref scalar_in(PyObject* given, PyArray_Descr* descr) {
  constexpr long long doubles = 1LL << 53, floats = 1LL << 24;  // so many integers they have
  const int type = descr->type_num;
  if (PyArray_IsScalar(given, Generic)) {
    Ref scalar(PyArray_FromScalar(given, nullptr));
    if (scalar && needs_no_cast(scalar.get(), descr)) return scalar;
    PyErr_Clear();
  } else if (PyFloat_CheckExact(given)) {
    const double x = PyFloat_AsDouble(given);
    const bool fits = !std::isfinite(x) || std::abs(x) <= std::numeric_limits<float>::max();
    if (type == NPY_DOUBLE) return scalar_of(type, x);
    if (type == NPY_FLOAT && fits) return scalar_of(type, static_cast<float>(x));
  } else if (PyLong_CheckExact(given)) {
    int overflow = 0;
    const long long x = PyLong_AsLongLongAndOverflow(given, &overflow);
    if (overflow != 0) return Ref();
    if (descr->kind == 'i' || descr->kind == 'u') return integer_in(descr, x);
    if (type == NPY_DOUBLE && -doubles <= x && x <= doubles)
      return scalar_of(type, static_cast<double>(x));
    if (type == NPY_FLOAT && -floats <= x && x <= floats)
      return scalar_of(type, static_cast<float>(x));
  } else if (PyComplex_CheckExact(given) && type == NPY_CDOUBLE) {
    return scalar_of(type,
                     Complex<double>{PyComplex_RealAsDouble(given), PyComplex_ImagAsDouble(given)});
  }
  return Ref();
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
  if (Ref scalar = scalar_in(given, descr)) return scalar;
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
