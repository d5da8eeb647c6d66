#include "moving_answer.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "errors.hpp"
#include "named_tuples.hpp"
#include "nan_of.hpp"

namespace minloc {
namespace {

// The windows along one axis.
Windows windows_of(Index line, Index window, const Asked& asked) {
  if (!asked.partial) return {line, window, 0, std::max(line - window + 1, Index{0})};
  // What is farther away than the line is long changes nothing.
  const Index farthest = std::max(line - 1, Index{0});
  const Index before = asked.center ? window / 2 : window - 1, behind = window - 1 - before;
  const Index left = std::min(before, farthest), right = std::min(behind, farthest);
  return {line, left + right + 1, -left, line};
}

Index* indices_in(const Ref& array) {
  return reinterpret_cast<Index*>(PyArray_BYTES(array.array()));
}

// The error for a window with too few candidates.
void raise_too_few(const Call& call, Index min_count, const Ref& place) {
  const bool masked = call.mask.data != nullptr, omits = call.question.nan == Nan::omit;
  if (min_count > 1) {
    Ref text(PyUnicode_FromFormat(
        "%s() met a window with fewer candidates than min_count=%zd; give such windows an index by "
        "default, as in default=-1, or a smaller min_count",
        call.function.name, static_cast<Py_ssize_t>(min_count)));
    raise_about_slice(PyExc_ValueError, text, place);
  } else if (omits) {
    Ref text(PyUnicode_FromString("All-NaN slice encountered"));
    raise_about_slice(PyExc_ValueError, text, place,
                      masked ? "elements that are masked out do not count" : nullptr);
  } else {
    Ref text(PyUnicode_FromFormat("attempt to get %s of an empty sequence",
                                  name_of(call.question.extreme)));
    raise_about_slice(PyExc_ValueError, text, place,
                      masked ? "no element is left by the mask" : nullptr);
  }
}

// The place of an element of an array, by its number in C order, as a tuple.
Ref place_of(PyArrayObject* array, Index number) {
  return place_in(PyArray_DIMS(array), PyArray_NDIM(array), number);
}

}  // namespace

MovingAnswer::MovingAnswer(const Call& call, const Asked& asked)
    : call_(call), asked_(asked), axis_(call.axes.list[0]) {
  windows_ = windows_of(call.array.shape[axis_], asked.windows[0], asked);
  count_ = (windows_.count + asked.steps[0] - 1) / asked.steps[0];
  if (asked.steps[0] > windows_.count) count_ = windows_.count > 0;
}

bool MovingAnswer::check_range() const {
  Index largest = 1;
  for (int i = 0; i < call_.axes.count; ++i) {
    const Index line = call_.array.shape[call_.axes.list[i]];
    largest *= asked_.relative ? std::min(line, asked_.windows[i]) : line;
  }
  const Result::Range range{largest > 0 ? largest - 1 : 0,
                            call_.question.has_default ? &call_.question.fallback : nullptr};
  return static_cast<bool>(read_index_dtype(call_.index_dtype, range));
}

template <class Visit>
void MovingAnswer::each(Visit visit) const {
  Index at[max_ndim] = {}, inner = 1;
  const int ndim = call_.array.ndim;
  for (int axis = axis_ + 1; axis < ndim; ++axis) inner *= call_.array.shape[axis];
  if (PyArray_SIZE(indices.array()) == 0) return;
  Index* index = indices_in(indices);
  for (;;) {
    const char* line = call_.array.data;
    for (int axis = 0; axis < ndim; ++axis) line += at[axis] * call_.array.strides[axis];
    for (Index i = 0; i < count_; ++i) visit(index[i * inner], i * asked_.steps[0], line);
    int axis = ndim - 1;
    for (; axis >= 0; --axis) {
      if (axis == axis_) {
        index += (count_ - 1) * inner;
        continue;
      }
      if (++at[axis] < call_.array.shape[axis]) break;
      at[axis] = 0;
    }
    if (axis < 0) return;
    // The next line in C order; whole lines behind it are skipped where the axis is passed.
    ++index;
  }
}

bool MovingAnswer::find() {
  Index sizes[max_ndim], strides[max_ndim], stride = sizeof(Index);
  const int ndim = call_.array.ndim;
  for (int axis = ndim - 1; axis >= 0; --axis) {
    sizes[axis] = axis == axis_ ? windows_.count : call_.array.shape[axis];
    strides[axis] = stride;
    stride *= sizes[axis];
  }
  Ref all(PyArray_SimpleNew(ndim, sizes, NPY_INTP));
  if (!all) return false;
  const WindowQuestion question{call_.kernel_dtype(), call_.question.extreme, call_.question.nan,
                                call_.question.ties};
  if (PyArray_SIZE(all.array()) > 0) {
    bool finished;
    {
      const WithoutGil without_gil(call_.releases_gil());
      finished = find_windows(call_.array, call_.mask, axis_, windows_, question,
                              PyArray_BYTES(all.array()), strides);
    }
    if (!finished) {
      if (!PyErr_Occurred()) PyErr_NoMemory();
      return false;
    }
  }
  if (asked_.steps[0] == 1) {
    indices = std::move(all);
  } else {
    sizes[axis_] = count_;
    strides[axis_] *= asked_.steps[0];
    Ref some(PyArray_New(&PyArray_Type, ndim, sizes, NPY_INTP, strides, PyArray_DATA(all.array()),
                         0, NPY_ARRAY_ALIGNED, nullptr));
    indices = some ? Ref(PyArray_NewCopy(some.array(), NPY_CORDER)) : Ref();
    if (!indices) return false;
  }
  if (!check_nan()) return false;
  leave_out_few();
  return true;
}

bool MovingAnswer::check_nan() const {
  if (!call_.question.raises_on_nan || !has_nan(call_.kernel_dtype())) return true;
  const Order order = call_.order(call_.question.extreme);
  const Index* const begin = indices_in(indices);
  const Index* first = nullptr;
  each([&](Index& index, Index, const char* line) {
    if (index == no_candidate || (first && first < &index)) return;
    const char* const element = line + index * call_.array.strides[axis_];
    if (order.leaves->is_nan(element, call_.array.swapped, order.coding)) first = &index;
  });
  if (first) raise_nan(call_.function, place_of(indices.array(), first - begin));
  return !first;
}

// Windows that are clipped to fewer elements than are needed have no answer.
void MovingAnswer::leave_out_few() {
  if (asked_.min_count == 1) return;
  each([&](Index& index, Index i, const char*) {
    if (windows_.end(i) - windows_.begin(i) < asked_.min_count) index = no_candidate;
  });
}

bool MovingAnswer::check_missing() const {
  // An array of elements that are all candidates has an answer for every window.
  if (call_.axes.count == 1 && asked_.min_count == 1 && !call_.may_miss()) return true;
  const Index* const begin = indices_in(indices);
  const Index* const end = begin + PyArray_SIZE(indices.array());
  const Index* const missing = std::find(begin, end, no_candidate);
  if (missing == end) return true;
  const Ref place = place_of(indices.array(), missing - begin);
  if (call_.question.has_default) {
    if (call_.function.form != Form::moving_find) return true;
    const Ref nan = nan_of(PyArray_DESCR(call_.a));
    if (nan && nan.get() != Py_None) return true;
    Ref text(PyUnicode_FromFormat(
        "%s() has no value for a window without a candidate: dtype %S has neither NaN nor NaT; "
        "moving_%s() gives the indices alone",
        call_.function.name, reinterpret_cast<PyObject*>(PyArray_DESCR(call_.a)),
        name_of(call_.question.extreme)));
    if (nan) raise_about_slice(PyExc_TypeError, text, place);
  } else {
    raise_too_few(call_, asked_.min_count, place);
  }
  return false;
}

PyObject* MovingAnswer::values() const {
  Ref module(PyImport_ImportModule("minloc._windows"));
  Ref axes = call_.axes_tuple(), nan = nan_of(PyArray_DESCR(call_.a));
  if (!module || !axes || !nan) return nullptr;
  return PyObject_CallMethod(module.get(), "values_at", "OOOO",
                             reinterpret_cast<PyObject*>(call_.a), indices.get(), axes.get(),
                             nan.get());
}

void MovingAnswer::make_relative() {
  if (relative) {
    indices = std::move(relative);
    return;
  }
  each([&](Index& index, Index i, const char*) {
    if (index != no_candidate) index -= windows_.begin(i);
  });
}

void MovingAnswer::fill(Index fallback) {
  Index* const begin = indices_in(indices);
  std::replace(begin, begin + PyArray_SIZE(indices.array()), no_candidate, fallback);
}

PyObject* MovingAnswer::wrapped() {
  Ref dtype = read_index_dtype(call_.index_dtype, {0, nullptr});
  if (!dtype) return nullptr;
  auto* const descr = reinterpret_cast<PyArray_Descr*>(dtype.get());
  auto* const a = reinterpret_cast<PyObject*>(call_.a);
  if (PyArray_CheckExact(a)) {
    if (PyArray_EquivTypes(descr, PyArray_DESCR(indices.array()))) return indices.release();
    dtype.release();
    return PyArray_CastToType(indices.array(), descr, 0);
  }
  // A result of the caller's subclass learns its attributes from `a`, as NumPy's does.
  dtype.release();
  Ref result(PyArray_NewFromDescr(Py_TYPE(a), descr, PyArray_NDIM(indices.array()),
                                  PyArray_DIMS(indices.array()), nullptr, nullptr, 0, a));
  if (!result || PyArray_CopyInto(result.array(), indices.array()) < 0) return nullptr;
  return result.release();
}

PyObject* MovingAnswer::finish() {
  if (!check_missing()) return nullptr;
  Ref found;
  if (call_.function.form == Form::moving_find) {
    found = Ref(values());
    if (!found) return nullptr;
  }
  if (asked_.relative) make_relative();
  if (call_.question.has_default && call_.question.fallback != no_candidate)
    fill(call_.question.fallback);
  Ref finished(wrapped());
  if (!finished || !found) return finished.release();
  return named_tuple(NamedTuple::find_result, found.get(), finished.get());
}

}  // namespace minloc
