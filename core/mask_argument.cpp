// A mask as it is given: any boolean object that broadcasts to the array.
#include "arguments.hpp"

namespace minloc {

bool read_mask(PyObject* object, const char* argument, bool masked_value, const Array& array,
               Mask& mask, Ref& holder) {
  holder = Ref(PyArray_CheckExact(object) ? Py_NewRef(object)
                                          : PyArray_FromAny(object, nullptr, 0, 0, 0, nullptr));
  if (!holder) return false;
  PyArrayObject* given = holder.array();
  // A list of nothing has no dtype of its own, and no element is read of it.
  const bool is_untyped = PyArray_SIZE(given) == 0 && !PyArray_Check(object);
  if (PyArray_TYPE(given) != NPY_BOOL && !is_untyped) {
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
