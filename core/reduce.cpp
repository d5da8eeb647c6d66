#include "reduce.hpp"

#include <utility>

#include "elements.hpp"
#include "errors.hpp"
#include "named_tuples.hpp"
#include "nan_of.hpp"
#include "numpy_dtypes.hpp"
#include "own_comparison.hpp"
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

// The error for a slice without a candidate.
void raise_no_candidate(const Call& call, Extreme extreme, Index number) {
  const bool masked = call.mask.data != nullptr;
  if (call.question.nan == Nan::omit) {
    Ref text(PyUnicode_FromString("All-NaN slice encountered"));
    raise_about_slice(PyExc_ValueError, text, call.place_of_slice(number),
                      masked ? "elements that are masked out do not count" : nullptr);
  } else {
    Ref text(PyUnicode_FromFormat("attempt to get %s of an empty sequence", name_of(extreme)));
    raise_about_slice(PyExc_ValueError, text, call.place_of_slice(number),
                      masked ? "no element is left by the mask" : nullptr);
  }
}

// The error for slices that have no elements, though there may be no slice either.
void raise_no_element(const Call& call, Extreme extreme) {
  Ref text(PyUnicode_FromFormat("attempt to get %s of an empty sequence", name_of(extreme)));
  Index slices = 1;
  for (int axis = 0; axis < call.shape.ndim; ++axis) slices *= call.shape.sizes[axis];
  if (slices > 0)
    raise_about_slice(PyExc_ValueError, text, call.place_of_slice(0));
  else if (text)
    PyErr_SetObject(PyExc_ValueError, text.get());
}

// Whether an array is one run of a few elements, in the machine's byte order.
bool is_small_run(PyArrayObject* a) {
  return PyArray_IS_C_CONTIGUOUS(a) && !PyArray_ISBYTESWAPPED(a) && PyArray_SIZE(a) > 0 &&
         PyArray_SIZE(a) * PyArray_ITEMSIZE(a) < releases_gil_from;
}

// The answer for the whole of such an array, without a plan, which would take as long. A mask lies
// as the array does.
Index best_of_run(PyArrayObject* a, const Order& order, Ties ties, const Mask& mask) {
  const Index itemsize = PyArray_ITEMSIZE(a), size = PyArray_SIZE(a);
  const bool first = ties == Ties::first;
  const Index begin = first ? 0 : size - 1, step = first ? 1 : -1;
  alignas(64) char key[64];
  Index index;
  const Tile tile{.data = PyArray_BYTES(a) + begin * itemsize,
                  .slices = 1,
                  .slice_stride = itemsize,
                  .length = size,
                  .stride = step * itemsize,
                  .index = 0,  // counted from where the slice begins: ties go to the smallest
                  .step = 1,
                  .mask = {mask.data ? mask.data + begin : nullptr, 0, step, mask.masked_value},
                  .codings = &order.coding,
                  .swapped = false,
                  .fresh = true,
                  .far = false,
                  .scratch = {}};
  const Panel panel{key, &index};
  order.leaves->one[static_cast<int>(LeafChoice::along)](tile, &panel);
  return first || index == no_candidate ? index : size - 1 - index;
}

// Whether a call is about the whole of such an array.
bool is_about_small_run(const Call& call) {
  if (call.axes.count != call.array.ndim || !is_small_run(call.a)) return false;
  for (int i = 0; i < call.axes.count; ++i) {
    const Index stride = call.array.strides[i];
    if (call.axes.list[i] != i) return false;
    if (call.mask.data && call.mask.strides[i] * call.array.itemsize != stride) return false;
  }
  return true;
}

// Reduces an array whose dtype has kernels, for one end or two; the places have one layout.
Outcome reduce_by_kernels(const Call& call, const Places& places, Extreme extreme,
                          const Places* largest) {
  if (is_about_small_run(call)) {
    bool misses = false;
    const auto answer = [&](Extreme which, const Places& to) {
      const Index index = best_of_run(call.a, call.order(which), call.question.ties, call.mask);
      *reinterpret_cast<Index*>(to.data) = index;
      misses |= index == no_candidate;
    };
    answer(extreme, places);
    if (largest) answer(Extreme::max, *largest);
    return {true, misses};
  }
  Plan plan(call.array, call.mask, call.axes, places.strides, Visit::memory_order,
            call.question.ties);
  plan.may_miss = call.may_miss();
  const Index key_size = call.array.itemsize;
  const WithoutGil without_gil(call.releases_gil());
  const End end{call.order(extreme), places.data};
  if (!largest) return run(plan, key_size, end);
  return run(plan, key_size, end, {call.order(Extreme::max), largest->data});
}

// Reduces an array whose dtype brings its own comparison, or says why not.
Outcome reduce_by_comparison(const Call& call, const Places& places, Extreme extreme) {
  OwnComparison comparison(call.a, extreme, call.question.nan, call.question.raises_on_nan);
  const Plan plan(call.array, call.mask, call.axes, places.strides, Visit::index_order,
                  call.question.ties);
  const bool runs_python = comparison.needs_gil();
  const NotResized keeps_array(runs_python ? reinterpret_cast<PyObject*>(call.a) : nullptr);
  const NotResized keeps_mask(runs_python ? call.mask_holder.get() : nullptr);
  const NestedCall nested;
  if (!nested) return {false, false};
  const Workspace workspace;
  if (!workspace) PyErr_NoMemory();
  Outcome outcome{false, false};
  if (workspace) {
    const WithoutGil without_gil(!comparison.needs_gil() && call.releases_gil());
    const auto compare = [&] {
      return run_here<1>(plan, OwnComparison::key_size, comparison, &places.data,
                         workspace.scratch());
    };
    outcome = compare();
    if (comparison.met_nan()) {  // rather than their best, find the slices that have one
      comparison.look_for_nan();
      outcome = compare();
    }
  }
  if (outcome.finished && comparison.met_nan()) {
    call.raise_nan(Slices(call.array, call.axes).find_missing(places));
    outcome.finished = false;
  }
  return outcome;
}

// The indices of one extreme, or those of the smallest and of the largest, no_candidate where there
// is none and a default may take its place. False with an exception set.
bool find_indices(const Call& call, Extreme extreme, const Places& places,
                  const Places* largest = nullptr) {
  if (call.length == 0) {
    const Slices slices(call.array, call.axes);
    slices.fill(places, no_candidate);
    if (largest) slices.fill(*largest, no_candidate);
    return true;
  }
  if (call.array.size() == 0) return true;
  Outcome outcome;
  if (call.has_kernels()) {
    outcome = reduce_by_kernels(call, places, extreme, largest);
    if (!outcome.finished && !PyErr_Occurred()) PyErr_NoMemory();
  } else {
    outcome = reduce_by_comparison(call, places, extreme);
    if (largest && outcome.finished) {
      const Outcome other = reduce_by_comparison(call, *largest, Extreme::max);
      outcome = {other.finished, outcome.misses || other.misses};
    }
  }
  if (!outcome.finished) return false;
  if (outcome.misses && !call.question.has_default) {
    const Slices slices(call.array, call.axes);
    Index number = slices.find_missing(places);
    // Only where another thread or process writes to the array may one end alone have none.
    if (number == no_candidate && largest) number = slices.find_missing(*largest);
    raise_no_candidate(call, extreme, number);
    return false;
  }
  if (call.question.raises_on_nan && call.has_kernels() && has_nan(call.kernel_dtype())) {
    const Slices slices(call.array, call.axes);
    const Index number = slices.find_nan(places, call.order(extreme));
    if (number != no_candidate) {
      call.raise_nan(number);
      return false;
    }
  }
  return true;
}

// Makes room for the indices of one extreme.
bool prepare(const Call& call, Extreme extreme, Result& result, Places& places) {
  const Question& question = call.question;
  if (call.length == 0 && !question.has_default) {
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
    Slices(call.array, call.axes).fill_missing(places, call.question.fallback);
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
  const Slices slices(call.array, call.axes);
  PyArray_Descr* descr = PyArray_DESCR(call.a);
  auto* object = reinterpret_cast<PyObject*>(call.a);
  PyTypeObject* type = Py_TYPE(object);
  alignas(64) char nothing[64] = {};
  const Index missing = call.may_miss() ? slices.find_missing(places) : no_candidate;
  if (missing != no_candidate && !make_nan(call, missing, nothing)) return nullptr;
  if (call.shape.ndim == 0) {
    const Index index = *reinterpret_cast<const Index*>(places.data);
    const char* element = index == no_candidate ? nothing : slices.element(index);
    return PyArray_Scalar(const_cast<char*>(element), descr, object);
  }
  Py_INCREF(reinterpret_cast<PyObject*>(descr));
  Ref values(PyArray_NewFromDescr(type, descr, call.shape.ndim, call.shape.sizes, nullptr, nullptr,
                                  0, type == &PyArray_Type ? nullptr : object));
  if (!values) return nullptr;
  Places to{PyArray_BYTES(values.array()), {}};
  for (int i = 0; i < call.shape.kept; ++i)
    to.strides[i] = PyArray_STRIDE(values.array(), call.shape.kept_at[i]);
  slices.take(places, to, nothing);
  return values.release();
}

// The same for dtypes whose elements are more than their bytes: NumPy takes them, from Python.
PyObject* own_values_at(const Call& call, const Places& places, PyObject* indices) {
  const Index missing = Slices(call.array, call.axes).find_missing(places);
  Ref nan(Py_NewRef(Py_None));
  if (missing != no_candidate) {
    nan = nan_of(PyArray_DESCR(call.a));
    if (nan.get() == Py_None) raise_no_value(call, missing);
    if (!nan || nan.get() == Py_None) return nullptr;
  }
  Ref module(PyImport_ImportModule("minloc._own_dtypes"));
  Ref axes = call.axes_tuple();
  if (!module || !axes) return nullptr;
  return PyObject_CallMethod(module.get(), "elements_at", "OOOO",
                             reinterpret_cast<PyObject*>(call.a), indices, axes.get(), nan.get());
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
  const Slices slices(call.array, call.axes);
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
    slices.locate(places, i, coordinate, call.question.fallback);
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

PyObject* reduce_small(const Function& function, PyObject* object) {
  auto* a = reinterpret_cast<PyArrayObject*>(object);
  const int dtype = kernel_dtype_of(PyArray_DESCR(a));
  if (dtype < 0 || !is_small_run(a)) return nullptr;
  const Order order =
      instruction_set().kernels->order(static_cast<DType>(dtype), function.extreme, function.nan);
  const Index index = best_of_run(a, order, Ties::first, Mask{});
  return index == no_candidate ? nullptr : scalar(index);
}

}  // namespace minloc
