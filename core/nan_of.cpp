#include "nan_of.hpp"

#include "numpy_dtypes.hpp"
#include "own_comparison.hpp"

namespace minloc {
namespace {

// What to make an element of that is NaN if the dtype has one.
Ref candidate_for(PyArray_Descr* descr) {
  if (PyTypeNum_ISDATETIME(descr->type_num)) return Ref(PyUnicode_FromString("NaT"));
  if (descr->type_num == NPY_VSTRING)
    if (auto* null = reinterpret_cast<PyArray_StringDTypeObject*>(descr)->na_object)
      return Ref(Py_NewRef(null));
  return Ref(PyFloat_FromDouble(Py_NAN));
}

}  // namespace

Ref nan_of(PyArray_Descr* descr) {
  const int dtype = kernel_dtype_of(descr);
  const bool may_have =
      dtype >= 0 ? has_nan(static_cast<DType>(dtype)) : OwnComparison::knows(descr);
  if (!may_have) return Ref(Py_NewRef(Py_None));
  Py_INCREF(reinterpret_cast<PyObject*>(descr));
  Ref holder(PyArray_Zeros(0, nullptr, descr, 0));
  Ref value(candidate_for(descr));
  if (!holder || !value) return Ref();
  // A dtype that takes no NaN has none; one that takes it may have made something else of it.
  if (PyArray_Pack(PyArray_DESCR(holder.array()), PyArray_DATA(holder.array()), value.get()) < 0) {
    PyErr_Clear();
    return Ref(Py_NewRef(Py_None));
  }
  if (dtype < 0) {
    OwnComparison comparison(holder.array(), Extreme::min, Nan::omit, false);
    if (!comparison.is_missing(PyArray_BYTES(holder.array()))) return Ref(Py_NewRef(Py_None));
  }
  return Ref(PyArray_ToScalar(PyArray_DATA(holder.array()), holder.array()));
}

}  // namespace minloc
