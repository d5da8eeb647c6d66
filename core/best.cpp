#include "best.hpp"

#include "indices.hpp"
#include "lookup.hpp"

namespace minloc {
namespace {

// Where entries of so many bytes lie, one for each slice, in C order of the kept axes.
Places places_in_order(const Call& call, PyArrayObject* array) {
  Places places{PyArray_BYTES(array), {}};
  Index stride = PyArray_ITEMSIZE(array);
  for (int i = call.shape.kept - 1; i >= 0; --i) {
    places.strides[i] = stride;
    stride *= call.shape.sizes[call.shape.kept_at[i]];
  }
  return places;
}

Ref make_array(const Call& call, PyArray_Descr* descr) {
  const Index slices = call.count_answers();
  Py_INCREF(reinterpret_cast<PyObject*>(descr));
  return Ref(PyArray_NewFromDescr(&PyArray_Type, descr, 1, &slices, nullptr, nullptr, 0, nullptr));
}

Ref make_indices(const Call& call) {
  Ref intp(reinterpret_cast<PyObject*>(PyArray_DescrFromType(NPY_INTP)));
  return intp ? make_array(call, reinterpret_cast<PyArray_Descr*>(intp.get())) : Ref();
}

// The elements at the indices, zero where there is none.
Ref elements_at(const Call& call, const Ref& indices) {
  PyArray_Descr* const descr = PyArray_DESCR(call.a);
  if (call.has_kernels()) {
    static constexpr char nothing[64] = {};
    Ref values = make_array(call, descr);
    if (values)
      call.lookup().take(places_in_order(call, indices.array()),
                         places_in_order(call, values.array()), nothing);
    return values;
  }
  Py_INCREF(reinterpret_cast<PyObject*>(descr));
  Ref holder(PyArray_Zeros(0, nullptr, descr, 0));
  Ref zero(holder ? PyArray_ToScalar(PyArray_DATA(holder.array()), holder.array()) : nullptr);
  return zero ? Ref(own_elements_at(call, indices.get(), zero.get())) : Ref();
}

// (indices, elements, found) of one end.
PyObject* triple(const Call& call, const Ref& indices) {
  const Places places = places_in_order(call, indices.array());
  const Lookup lookup = call.lookup();
  Ref values = elements_at(call, indices);
  if (!values) return nullptr;
  if (lookup.find_missing(places) == no_candidate)
    return PyTuple_Pack(3, indices.get(), values.get(), Py_None);
  Ref zero(PyLong_FromLong(0));
  Ref found(zero ? PyObject_RichCompare(indices.get(), zero.get(), Py_GE) : nullptr);
  lookup.fill_missing(places, 0);
  return found ? PyTuple_Pack(3, indices.get(), values.get(), found.get()) : nullptr;
}

}  // namespace

PyObject* best_of_slices(const Function& function, const Arguments& arguments) {
  Call call(function);
  if (!call.read(arguments, mask_of(arguments))) return nullptr;
  call.question.has_default = true;  // a slice without a candidate is not an error
  Ref indices[2];
  Places places[2];
  const int ends = function.form == Form::both ? 2 : 1;
  for (int end = 0; end < ends; ++end) {
    indices[end] = make_indices(call);
    if (!indices[end]) return nullptr;
    places[end] = places_in_order(call, indices[end].array());
  }
  if (!find_indices(call, function.extreme, places[0], ends == 2 ? &places[1] : nullptr))
    return nullptr;
  Ref best(PyTuple_New(ends));
  for (int end = 0; best && end < ends; ++end) {
    PyObject* const one = triple(call, indices[end]);
    if (!one) return nullptr;
    PyTuple_SetItem(best.get(), end, one);
  }
  return best.release();
}

PyObject* first_nan(const Function& function, const Arguments& arguments) {
  Call call(function);
  if (!call.read(arguments, mask_of(arguments))) return nullptr;
  Ref indices = make_indices(call);
  Index number;
  if (!indices || !find_nan_slice(call, places_in_order(call, indices.array()), number))
    return nullptr;
  return number == no_candidate ? Py_NewRef(Py_None) : call.place_of_slice(number).release();
}

PyObject* own_elements_at(const Call& call, PyObject* indices, PyObject* nothing) {
  Ref module(PyImport_ImportModule("minloc._own_dtypes"));
  Ref axes = call.axes_tuple();
  if (!module || !axes) return nullptr;
  return PyObject_CallMethod(module.get(), "elements_at", "OOOOi",
                             reinterpret_cast<PyObject*>(call.a), indices, axes.get(), nothing,
                             call.shape.group_at);
}

}  // namespace minloc
