#include "result.hpp"

#include <cstdint>
#include <limits>

namespace minloc {
namespace {

allocfunc allocate_scalar = nullptr;

struct IntpScalar {
  PyObject_HEAD npy_intp value;
};

template <class T>
constexpr Index limit =
    sizeof(T) >= sizeof(Index) ? std::numeric_limits<Index>::max()
                               : static_cast<Index>(std::numeric_limits<T>::max());

// The largest integer that a dtype that casts safely to intp can hold.
Index largest(PyArray_Descr* descr) {
  const bool is_signed = PyDataType_ISSIGNED(descr);
  if (PyDataType_ISBOOL(descr)) return 1;
  switch (PyDataType_ELSIZE(descr)) {
    case 1: return is_signed ? limit<std::int8_t> : limit<std::uint8_t>;
    case 2: return is_signed ? limit<std::int16_t> : limit<std::uint16_t>;
    case 4: return is_signed ? limit<std::int32_t> : limit<std::uint32_t>;
    default: return limit<Index>;
  }
}

bool same_shape(PyArrayObject* array, int ndim, const Index* shape) {
  if (PyArray_NDIM(array) != ndim) return false;
  for (int axis = 0; axis < ndim; ++axis)
    if (PyArray_DIM(array, axis) != shape[axis]) return false;
  return true;
}

// The addresses between which all of an array's elements lie.
struct Extent {
  std::uintptr_t low, high;

  explicit Extent(PyArrayObject* array)
      : low(reinterpret_cast<std::uintptr_t>(PyArray_DATA(array))), high(low) {
    for (int axis = 0; axis < PyArray_NDIM(array); ++axis) {
      if (PyArray_DIM(array, axis) == 0) {
        high = low;
        return;
      }
      const Index reach = (PyArray_DIM(array, axis) - 1) * PyArray_STRIDE(array, axis);
      (reach < 0 ? low : high) += static_cast<std::uintptr_t>(reach);
    }
    high += static_cast<std::uintptr_t>(PyArray_ITEMSIZE(array));
  }
  bool meets(const Extent& other) const { return low < other.high && other.low < high; }
};

// Whether answers may be written to `out` one by one while `a` and `mask` are still being read.
bool takes_answers_directly(PyArrayObject* out, PyArrayObject* a, PyObject* mask) {
  if (PyArray_ITEMSIZE(out) != sizeof(Index) || !PyArray_ISBEHAVED(out)) return false;
  for (int axis = 0; axis < PyArray_NDIM(out); ++axis)
    if (PyArray_STRIDE(out, axis) == 0 && PyArray_DIM(out, axis) > 1) return false;
  const Extent extent(out);
  if (extent.meets(Extent(a))) return false;
  return !mask || !extent.meets(Extent(reinterpret_cast<PyArrayObject*>(mask)));
}

bool check_out(const Function& function, PyArrayObject* out, int ndim, const Index* shape,
               Index largest_index) {
  if (!same_shape(out, ndim, shape)) {
    // NumPy's words, then the shapes.
    Ref has(PyArray_IntTupleFromIntp(PyArray_NDIM(out), PyArray_DIMS(out)));
    Ref needs(PyArray_IntTupleFromIntp(ndim, shape));
    if (has && needs)
      PyErr_Format(PyExc_ValueError,
                   "output array does not match result of np.%s. "
                   "out has the shape %S, the result %S",
                   function.extreme, has.get(), needs.get());
    return false;
  }
  PyArray_Descr* descr = PyArray_DESCR(out);
  Ref intp(reinterpret_cast<PyObject*>(PyArray_DescrFromType(NPY_INTP)));
  auto* intp_descr = reinterpret_cast<PyArray_Descr*>(intp.get());
  if (!PyArray_CanCastTypeTo(descr, intp_descr, NPY_SAFE_CASTING)) {
    PyErr_Format(PyExc_TypeError,
                 "Cannot cast array data from %R to %R according to the rule 'safe'",
                 reinterpret_cast<PyObject*>(descr), intp.get());
    return false;
  }
  if (largest_index > largest(descr)) {
    PyErr_Format(PyExc_ValueError,
                 "out of dtype %S cannot hold the largest possible index %zd; "
                 "use a wider integer dtype, such as np.intp",
                 reinterpret_cast<PyObject*>(descr), static_cast<Py_ssize_t>(largest_index));
    return false;
  }
  return PyArray_FailUnlessWriteable(out, "out") == 0;
}

}  // namespace

bool prepare_scalars() {
  allocate_scalar = reinterpret_cast<allocfunc>(PyType_GetSlot(&PyIntpArrType_Type, Py_tp_alloc));
  return allocate_scalar != nullptr;
}

PyObject* scalar(Index value) {
  PyObject* object = allocate_scalar(&PyIntpArrType_Type, 0);
  if (object) reinterpret_cast<IntpScalar*>(object)->value = value;
  return object;
}

bool Result::prepare(const Function& function, PyArrayObject* a, PyObject* mask, PyObject* out,
                     int ndim, const Index* shape, Index largest_index, bool may_fail) {
  copies_ = false;
  scalar_ = 0;
  if (out) {
    auto* array = reinterpret_cast<PyArrayObject*>(out);
    if (!check_out(function, array, ndim, shape, largest_index)) return false;
    out_ = Ref(Py_NewRef(out));
    if (!may_fail && takes_answers_directly(array, a, mask)) {
      data_ = PyArray_BYTES(array);
      for (int axis = 0; axis < ndim; ++axis) strides_[axis] = PyArray_STRIDE(array, axis);
      return true;
    }
    copies_ = true;
  }
  Index stride = sizeof(Index);
  for (int axis = ndim - 1; axis >= 0; --axis) {
    strides_[axis] = stride;
    stride *= shape[axis];
  }
  if (ndim == 0 && !out) {
    data_ = reinterpret_cast<char*>(&scalar_);
    return true;
  }
  // A result of the caller's subclass learns its attributes from `a`, as NumPy's does.
  auto* object = reinterpret_cast<PyObject*>(a);
  PyTypeObject* type = out ? &PyArray_Type : Py_TYPE(object);
  PyObject* parent = type == &PyArray_Type ? nullptr : object;
  array_ = Ref(PyArray_NewFromDescr(type, PyArray_DescrFromType(NPY_INTP), ndim, shape, nullptr,
                                    nullptr, 0, parent));
  if (!array_) return false;
  data_ = PyArray_BYTES(array_.array());
  return true;
}

PyObject* Result::finish() {
  if (copies_ && PyArray_CopyInto(out_.array(), array_.array()) < 0) return nullptr;
  if (out_) return out_.release();
  return array_ ? array_.release() : scalar(scalar_);
}

}  // namespace minloc
