#include "reduce.hpp"

#include <utility>

#include "best.hpp"
#include "errors.hpp"
#include "indices.hpp"
#include "lookup.hpp"
#include "named_tuples.hpp"
#include "nan_of.hpp"
#include "run.hpp"

namespace minloc {
namespace {

const char* name_of(LeafChoice leaf) {
  constexpr const char* names[] = {
#define MINLOC_X(name) #name,
      MINLOC_LEAVES(MINLOC_X)
#undef MINLOC_X
  };
  return names[static_cast<int>(leaf)];
}

// The error for slices that have no elements, though there may be no slice either.
void raise_no_element(const Call& call, Extreme extreme) {
  Ref text(PyUnicode_FromFormat("attempt to get %s of an empty sequence", name_of(extreme)));
  if (call.count_answers() > 0)
    raise_about_slice(PyExc_ValueError, text, call.place_of_slice(0));
  else if (text)
    PyErr_SetObject(PyExc_ValueError, text.get());
}

// Makes room for the indices of one extreme.
bool prepare(const Call& call, Extreme extreme, Result& result, Places& places) {
  const Question& question = call.question;
  const bool is_none = call.groups.exists && call.count_answers() == 0;
  if (call.length == 0 && !question.has_default && !is_none) {
    raise_no_element(call, extreme);
    return false;
  }
  const Result::Range range{call.length > 0 ? call.length - 1 : 0,
                            question.has_default ? &question.fallback : nullptr};
  const bool may_fail = call.may_miss() || question.raises_on_nan;
  if (!result.prepare(name_of(extreme), call.a, call.mask_holder.get(), call.out, call.index_dtype,
                      call.shape, range, may_fail))
    return false;
  result.tell_places(call.shape, places);
  return true;
}

// The same, and finds them.
bool answer(const Call& call, Extreme extreme, Result& result, Places& places) {
  return prepare(call, extreme, result, places) && find_indices(call, extreme, places);
}

PyObject* finish(const Call& call, Result& result, const Places& places) {
  if (call.may_miss() && call.question.fallback != no_candidate)
    call.lookup().fill_missing(places, call.question.fallback);
  return result.finish();
}

// The error for a slice without a candidate, of a dtype that has no value for it.
void raise_no_value(const Call& call, Index number) {
  Ref text(PyUnicode_FromFormat(
      "%s() has no value for a slice without a candidate: dtype %S has neither NaN nor NaT; %s() "
      "gives the indices alone",
      call.function.name, reinterpret_cast<PyObject*>(PyArray_DESCR(call.a)),
      name_of(call.question.extreme)));
  raise_about_slice(PyExc_TypeError, text, call.place_of_slice(number));
}

// An element of the array's dtype that is NaN, or NaT, in `element`; false with an exception set if
// the dtype has none.
bool make_nan(const Call& call, Index missing, char* element) {
  PyArray_Descr* descr = PyArray_DESCR(call.a);
  if (!has_nan(call.kernel_dtype())) {
    raise_no_value(call, missing);
    return false;
  }
  Ref nan(PyTypeNum_ISDATETIME(descr->type_num) ? PyUnicode_FromString("NaT")
                                                : PyFloat_FromDouble(Py_NAN));
  if (!nan || PyArray_Pack(descr, element, nan.get()) < 0) return false;
  // A user's dtype is packed in the machine's order of bytes.
  if (call.kernel_dtype() == DType::bfloat16 && call.array.swapped)
    std::swap(element[0], element[1]);
  return true;
}

// The elements at the indices, as an array of the result's shape or as a scalar.
PyObject* values_at(const Call& call, const Places& places) {
  const Lookup lookup = call.lookup();
  PyArray_Descr* descr = PyArray_DESCR(call.a);
  auto* object = reinterpret_cast<PyObject*>(call.a);
  PyTypeObject* type = Py_TYPE(object);
  alignas(64) char nothing[64] = {};
  const Index missing = call.may_miss() ? lookup.find_missing(places) : no_candidate;
  if (missing != no_candidate && !make_nan(call, missing, nothing)) return nullptr;
  if (call.shape.ndim == 0) {
    const Index index = *reinterpret_cast<const Index*>(places.data);
    const char* element = index == no_candidate ? nothing : lookup.element(index);
    return PyArray_Scalar(const_cast<char*>(element), descr, object);
  }
  Py_INCREF(reinterpret_cast<PyObject*>(descr));
  Ref values(PyArray_NewFromDescr(type, descr, call.shape.ndim, call.shape.sizes, nullptr, nullptr,
                                  0, type == &PyArray_Type ? nullptr : object));
  if (!values) return nullptr;
  Places to{PyArray_BYTES(values.array()), {}};
  for (int i = 0; i < call.shape.kept; ++i)
    to.strides[i] = PyArray_STRIDE(values.array(), call.shape.kept_at[i]);
  lookup.take(places, to, nothing);
  return values.release();
}

// The same for dtypes whose elements are more than their bytes.
PyObject* own_values_at(const Call& call, const Places& places, PyObject* indices) {
  const Index missing = call.lookup().find_missing(places);
  Ref nan(Py_NewRef(Py_None));
  if (missing != no_candidate) {
    nan = nan_of(PyArray_DESCR(call.a));
    if (nan.get() == Py_None) raise_no_value(call, missing);
    if (!nan || nan.get() == Py_None) return nullptr;
  }
  return own_elements_at(call, indices, nan.get());
}

PyObject* find(const Call& call, Extreme extreme) {
  Result result;
  Places places;
  if (!answer(call, extreme, result, places)) return nullptr;
  Ref found(call.has_kernels() ? nullptr : result.as_it_is());
  Ref values(found ? own_values_at(call, places, found.get()) : values_at(call, places));
  Ref indices(values ? finish(call, result, places) : nullptr);
  return indices ? named_tuple(NamedTuple::find_result, values.get(), indices.get()) : nullptr;
}

PyObject* both(const Call& call) {
  Result results[2];
  Places places[2];
  if (!prepare(call, Extreme::min, results[0], places[0]) ||
      !prepare(call, Extreme::max, results[1], places[1]) ||
      !find_indices(call, Extreme::min, places[0], &places[1]))
    return nullptr;
  Ref smallest(finish(call, results[0], places[0])), largest(finish(call, results[1], places[1]));
  if (!smallest || !largest) return nullptr;
  return named_tuple(NamedTuple::arg_min_max, smallest.get(), largest.get());
}

PyObject* coordinates(const Call& call, Extreme extreme) {
  Result result;
  Places places;
  if (!answer(call, extreme, result, places)) return nullptr;
  if (call.axes.count == 1) {  // the index is the coordinate
    Ref index(finish(call, result, places));
    return index ? PyTuple_Pack(1, index.get()) : nullptr;
  }
  const Lookup lookup = call.lookup();
  Ref tuple(PyTuple_New(call.axes.count));
  for (int i = 0; tuple && i < call.axes.count; ++i) {
    Result along;
    const Index size = call.array.shape[call.axes.list[i]];
    const Result::Range range{size > 0 ? size - 1 : 0, nullptr};
    if (!along.prepare(call.function.name, call.a, nullptr, nullptr, call.index_dtype, call.shape,
                       range, false))
      return nullptr;
    Places coordinate;
    along.tell_places(call.shape, coordinate);
    lookup.locate(places, i, coordinate, call.question.fallback);
    PyObject* finished = along.finish();
    if (!finished) return nullptr;
    PyTuple_SetItem(tuple.get(), i, finished);
  }
  return tuple.release();
}

}  // namespace

PyObject* reduce(const Function& function, const Arguments& arguments,
                 const MaskArgument& mask_argument) {
  Call call(function);
  if (!call.read(arguments, mask_argument)) return nullptr;
  const Extreme extreme = call.question.extreme;
  switch (function.form) {
    case Form::find: return find(call, extreme);
    case Form::both: return both(call);
    case Form::coordinates: return coordinates(call, extreme);
    default: break;
  }
  Result result;
  Places places;
  return answer(call, extreme, result, places) ? finish(call, result, places) : nullptr;
}

PyObject* describe_plan(PyObject* object, PyObject* axis, PyObject* mask_object) {
  auto* a = reinterpret_cast<PyArrayObject*>(object);
  Axes axes;
  const Array array = array_of(a, true);
  Mask mask;
  Ref holder;
  if (!read_axes(axis, array.ndim, axes) ||
      (mask_object && !read_mask(mask_object, "mask", true, array, mask, holder)))
    return nullptr;
  const Index strides[max_ndim] = {};
  const Plan plan(array, mask, axes, strides, Visit::memory_order, Ties::first);
  return Py_BuildValue("{s:s, s:n, s:n, s:i, s:i}", "leaf", name_of(plan.leaf), "slice",
                       plan.slice.size, "slices", plan.slices.size, "loops_over_kept",
                       plan.kept_count, "loops_over_reduced", plan.reduced_count);
}

}  // namespace minloc
