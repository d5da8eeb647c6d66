#include "result.hpp"

#include <cstdint>
#include <limits>
#include <utility>

#include "errors.hpp"

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

// The integers that an integer dtype can hold, as far as they are indices.
struct Holds {
  Index least, largest;

  explicit Holds(PyArray_Descr* descr) : least(0), largest(limit<Index>) {
    const bool is_signed = PyDataType_ISSIGNED(descr);
    switch (PyDataType_ISBOOL(descr) ? 0 : PyDataType_ELSIZE(descr)) {
      case 0: largest = 1; break;
      case 1: largest = is_signed ? limit<std::int8_t> : limit<std::uint8_t>; break;
      case 2: largest = is_signed ? limit<std::int16_t> : limit<std::uint16_t>; break;
      case 4: largest = is_signed ? limit<std::int32_t> : limit<std::uint32_t>; break;
      default: break;
    }
    if (is_signed) least = -largest - 1;
  }
  bool has(Index x) const { return least <= x && x <= largest; }
};

// Whether a dtype can hold whatever the call may answer; `argument` is where it was given.
bool check_range(const char* argument, PyArray_Descr* descr, const Result::Range& range) {
  const Holds holds(descr);
  auto* dtype = reinterpret_cast<PyObject*>(descr);
  if (!holds.has(range.largest)) {
    PyErr_Format(PyExc_ValueError,
                 "%s %S cannot hold the largest possible index %zd; "
                 "use a wider integer dtype, such as np.intp",
                 argument, dtype, static_cast<Py_ssize_t>(range.largest));
    return false;
  }
  if (range.fallback && !holds.has(*range.fallback)) {
    PyErr_Format(
        PyExc_ValueError,
        "%s %S cannot hold the default %zd; use an integer dtype that can, such as np.intp",
        argument, dtype, static_cast<Py_ssize_t>(*range.fallback));
    return false;
  }
  return true;
}

bool has_shape(PyArrayObject* array, const Shape& shape) {
  if (PyArray_NDIM(array) != shape.ndim) return false;
  for (int axis = 0; axis < shape.ndim; ++axis)
    if (PyArray_DIM(array, axis) != shape.sizes[axis]) return false;
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

bool check_out(const char* function, PyArrayObject* out, const Shape& shape,
               const Result::Range& range) {
  if (!has_shape(out, shape)) {
    Ref has(PyArray_IntTupleFromIntp(PyArray_NDIM(out), PyArray_DIMS(out)));
    Ref needs(PyArray_IntTupleFromIntp(shape.ndim, shape.sizes));
    if (!has || !needs) return false;
    Ref text(PyUnicode_FromFormat("output array does not match result of np.%s.", function));
    Ref note(PyUnicode_FromFormat("out has the shape %S, the result %S", has.get(), needs.get()));
    raise_with_note(PyExc_ValueError, text, note);
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
  return check_range("out of dtype", descr, range) && PyArray_FailUnlessWriteable(out, "out") == 0;
}

// The integer dtype that the keyword `dtype` names; empty with an exception set.
Ref integer_dtype(PyObject* given) {
  PyArray_Descr* descr = nullptr;
  if (!PyArray_DescrConverter(given, &descr)) return Ref();
  Ref holder(reinterpret_cast<PyObject*>(descr));
  if (PyDataType_ISINTEGER(descr)) return holder;
  PyErr_Format(PyExc_TypeError, "dtype must be an integer dtype, got %S", holder.get());
  return Ref();
}

// Reads the keyword `dtype`, which has to fit `out` if there is one; leaves `dtype` empty for intp.
bool read_dtype(PyObject* given, PyObject* out, const Result::Range& range, Ref& dtype) {
  Ref holder = integer_dtype(given);
  if (!holder) return false;
  auto* descr = reinterpret_cast<PyArray_Descr*>(holder.get());
  if (out && !PyArray_EquivTypes(descr, PyArray_DESCR(reinterpret_cast<PyArrayObject*>(out)))) {
    PyErr_Format(PyExc_TypeError, "dtype %S is not the dtype %S of out; give one of the two",
                 holder.get(),
                 reinterpret_cast<PyObject*>(PyArray_DESCR(reinterpret_cast<PyArrayObject*>(out))));
    return false;
  }
  if (!check_range("dtype", descr, range)) return false;
  if (!out && PyArray_EquivTypenums(descr->type_num, NPY_INTP) != 1) dtype = std::move(holder);
  if (!out && !dtype && PyDataType_ISBYTESWAPPED(descr)) dtype = std::move(holder);
  return true;
}

}  // namespace

Ref read_index_dtype(PyObject* given, const Result::Range& range) {
  if (!given) return Ref(reinterpret_cast<PyObject*>(PyArray_DescrFromType(NPY_INTP)));
  Ref dtype = integer_dtype(given);
  if (!dtype || !check_range("dtype", reinterpret_cast<PyArray_Descr*>(dtype.get()), range))
    return Ref();
  return dtype;
}

bool prepare_scalars() {
  allocate_scalar = reinterpret_cast<allocfunc>(PyType_GetSlot(&PyIntpArrType_Type, Py_tp_alloc));
  return allocate_scalar != nullptr;
}

PyObject* scalar(Index value) {
  PyObject* object = allocate_scalar(&PyIntpArrType_Type, 0);
  if (object) reinterpret_cast<IntpScalar*>(object)->value = value;
  return object;
}

void Shape::lay_out(const Array& array, const Axes& axes, bool keepdims, const GroupAxis& groups) {
  const auto add_groups = [&] {
    group_at = kept;
    kept_at[kept++] = ndim;
    sizes[ndim++] = groups.groups;
  };
  for (int axis = 0; axis < array.ndim; ++axis) {
    if (groups.exists && axis == groups.axis) {
      add_groups();
      continue;
    }
    const bool reduced = axes.contains(axis);
    if (reduced && !keepdims) continue;
    if (!reduced) kept_at[kept++] = ndim;
    sizes[ndim++] = reduced ? 1 : array.shape[axis];
  }
  if (groups.exists && groups.axis < 0) add_groups();
}

bool Result::prepare(const char* function, PyArrayObject* a, PyObject* mask, PyObject* out,
                     PyObject* dtype, const Shape& shape, const Range& range, bool may_fail) {
  if (dtype && !read_dtype(dtype, out, range, dtype_)) return false;
  if (!out) return make(a, shape);
  auto* array = reinterpret_cast<PyArrayObject*>(out);
  if (!check_out(function, array, shape, range)) return false;
  out_ = Ref(Py_NewRef(out));
  copies_ = may_fail || !takes_answers_directly(array, a, mask);
  if (copies_) return make(nullptr, shape);
  data_ = PyArray_BYTES(array);
  for (int axis = 0; axis < shape.ndim; ++axis) strides_[axis] = PyArray_STRIDE(array, axis);
  return true;
}

// Memory for the answers: a scalar or an array of the class of `a`.
bool Result::make(PyArrayObject* a, const Shape& shape) {
  Index stride = sizeof(Index);
  for (int axis = shape.ndim - 1; axis >= 0; --axis) {
    strides_[axis] = stride;
    stride *= shape.sizes[axis];
  }
  if (shape.ndim == 0 && a) {
    data_ = reinterpret_cast<char*>(&scalar_);
    return true;
  }
  // A result of the caller's subclass learns its attributes from `a`, as NumPy's does.
  auto* object = reinterpret_cast<PyObject*>(a);
  PyTypeObject* type = a ? Py_TYPE(object) : &PyArray_Type;
  PyObject* parent = type == &PyArray_Type ? nullptr : object;
  array_ = Ref(PyArray_NewFromDescr(type, PyArray_DescrFromType(NPY_INTP), shape.ndim, shape.sizes,
                                    nullptr, nullptr, 0, parent));
  if (!array_) return false;
  data_ = PyArray_BYTES(array_.array());
  return true;
}

void Result::tell_places(const Shape& shape, Places& places) const {
  places.data = data_;
  for (int i = 0; i < shape.kept; ++i) places.strides[i] = strides_[shape.kept_at[i]];
}

PyObject* Result::as_it_is() const {
  if (array_) return Py_NewRef(array_.get());
  return out_ ? Py_NewRef(out_.get()) : scalar(scalar_);
}

PyObject* Result::finish() {
  if (copies_ && PyArray_CopyInto(out_.array(), array_.array()) < 0) return nullptr;
  if (out_) return out_.release();
  if (!dtype_) return array_ ? array_.release() : scalar(scalar_);
  auto* descr = reinterpret_cast<PyArray_Descr*>(dtype_.get());
  if (!array_)
    return PyObject_CallFunction(reinterpret_cast<PyObject*>(descr->typeobj), "n", scalar_);
  dtype_.release();
  return PyArray_CastToType(array_.array(), descr, 0);
}

}  // namespace minloc
