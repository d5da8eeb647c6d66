// One axis of an array whose dtype has kernels is answered here. Several axes, dtypes that bring
// their own comparison, and candidates that have to be counted go through the package's Python,
// which asks about one axis after the other.
#include "moving_call.hpp"

#include <algorithm>
#include <limits>

#include "moving.hpp"
#include "moving_answer.hpp"
#include "own_comparison.hpp"

namespace minloc {
namespace {

constexpr Index unlimited = std::numeric_limits<Index>::max();

// An int of at least 1; one that no Index holds is clipped, for no array is as long.
bool read_count(const char* argument, PyObject* given, Index& count) {
  if (PyBool_Check(given) || PyArray_IsScalar(given, Bool) || !PyIndex_Check(given)) {
    PyErr_Format(PyExc_TypeError, "%s must be an int, got %R", argument, given);
    return false;
  }
  count = PyNumber_AsSsize_t(given, nullptr);
  if (count == -1 && PyErr_Occurred()) return false;
  if (count >= 1) return true;
  PyErr_Format(PyExc_ValueError, "%s must be at least 1, got %S", argument, given);
  return false;
}

// An int for each axis: a tuple of them, or one. One is for all axes if `spreads`.
bool read_counts(const char* argument, PyObject* given, const Axes& axes, bool spreads,
                 Index* counts) {
  if (!PyTuple_Check(given) && !PyList_Check(given)) {
    if (axes.count > 1 && !spreads) {
      PyErr_Format(PyExc_ValueError,
                   "%s=%R is for one axis, and there are %d; give a tuple with an entry for each",
                   argument, given, axes.count);
      return false;
    }
    for (int i = 0; i < axes.count; ++i)
      if (!read_count(argument, given, counts[i])) return false;
    return true;
  }
  const Py_ssize_t entries = PySequence_Size(given);
  if (entries != axes.count) {
    PyErr_Format(PyExc_ValueError, "%s=%R has %zd entries, and axis names %d; give one for each",
                 argument, given, entries, axes.count);
    return false;
  }
  for (int i = 0; i < axes.count; ++i) {
    Ref entry(PySequence_GetItem(given, i));
    if (!entry || !read_count(argument, entry.get(), counts[i])) return false;
  }
  return true;
}

bool read_bool(PyObject* given, bool& value) {
  const int truth = given ? PyObject_IsTrue(given) : 0;
  value = truth > 0;
  return truth >= 0;
}

bool read_windows(const Call& call, const Arguments& arguments, Asked& asked) {
  asked.partial = asked.center = asked.relative = false;
  asked.min_count = 1;
  for (int i = 0; i < call.axes.count; ++i) asked.steps[i] = 1;
  if (call.function.form == Form::running) {
    asked.partial = true;
    asked.windows[0] = std::max(call.array.shape[call.axes.list[0]], Index{1});
    return true;
  }
  if (!read_counts("window", arguments.window, call.axes, false, asked.windows) ||
      (arguments.step && !read_counts("step", arguments.step, call.axes, true, asked.steps)) ||
      !read_bool(arguments.partial, asked.partial) || !read_bool(arguments.center, asked.center) ||
      !read_bool(arguments.relative, asked.relative))
    return false;
  Index most = 1;
  for (int i = 0; i < call.axes.count; ++i)
    if (__builtin_mul_overflow(most, asked.windows[i], &most)) most = unlimited;
  if (asked.partial) asked.min_count = most;
  if (!arguments.min_count) return true;
  if (!read_count("min_count", arguments.min_count, asked.min_count)) return false;
  if (asked.min_count <= most) return true;
  PyErr_Format(PyExc_ValueError,
               "min_count must be at most the number of elements in a window, %zd, got %S",
               static_cast<Py_ssize_t>(most), arguments.min_count);
  return false;
}

// Whether the axes can be moved along.
bool check_axes(const Call& call) {
  if (call.function.form == Form::running && call.axes.count > 1) {
    PyErr_Format(PyExc_TypeError, "%s() runs along one axis, and axis names %d; call it for one",
                 call.function.name, call.axes.count);
    return false;
  }
  if (call.axes.count > 0) return true;
  PyErr_Format(PyExc_ValueError,
               "%s() needs an axis to move along; a has %d dimensions, and axis names none of them",
               call.function.name, call.array.ndim);
  return false;
}

// The same call about the array flattened in C order.
PyObject* call_flattened(const Function& function, const Arguments& arguments,
                         const MaskArgument& mask_argument) {
  Ref module(PyImport_ImportModule("minloc._windows"));
  if (!module) return nullptr;
  PyObject* const mask = mask_argument.object ? mask_argument.object : Py_None;
  Ref pair(
      PyObject_CallMethod(module.get(), "flattened", "OOs", arguments.a, mask, mask_argument.name));
  if (!pair) return nullptr;
  Arguments flat = arguments;
  MaskArgument flat_mask = mask_argument;
  flat.a = PyTuple_GetItem(pair.get(), 0);
  flat.axis = nullptr;
  if (mask_argument.object) flat_mask.object = PyTuple_GetItem(pair.get(), 1);
  return call_moving(function, flat, flat_mask);
}

// The answers by way of Python.
bool ask_python(const Call& call, const Asked& asked, MovingAnswer& answer) {
  Ref module(PyImport_ImportModule("minloc._windows"));
  Ref axes = call.axes_tuple(), windows(PyTuple_New(call.axes.count)),
      steps(PyTuple_New(call.axes.count));
  if (!module || !axes || !windows || !steps) return false;
  for (int i = 0; i < call.axes.count; ++i) {
    PyTuple_SetItem(windows.get(), i, PyLong_FromSsize_t(asked.windows[i]));
    PyTuple_SetItem(steps.get(), i, PyLong_FromSsize_t(asked.steps[i]));
  }
  const NotResized keeps_array(reinterpret_cast<PyObject*>(call.a)),
      keeps_mask(call.mask_holder.get());
  const NestedCall nested;
  if (!nested) return false;
  const auto truth = [](bool x) { return x ? Py_True : Py_False; };
  Ref triple(PyObject_CallMethod(
      module.get(), "indices", "OOOOOOOOnssOOO", reinterpret_cast<PyObject*>(call.a),
      truth(call.has_kernels()), truth(call.question.extreme == Extreme::max), axes.get(),
      windows.get(), steps.get(), truth(asked.partial), truth(asked.center), asked.min_count,
      name_of(call.question), call.question.ties == Ties::first ? "first" : "last",
      call.mask_holder ? call.mask_holder.get() : Py_None, truth(call.mask.masked_value),
      truth(asked.relative)));
  if (!triple) return false;
  PyObject* const place = PyTuple_GetItem(triple.get(), 2);
  if (place && place != Py_None) {
    raise_nan(call.function, Ref(Py_NewRef(place)));
    return false;
  }
  answer.indices = Ref(Py_XNewRef(PyTuple_GetItem(triple.get(), 0)));
  answer.relative = Ref(Py_XNewRef(PyTuple_GetItem(triple.get(), 1)));
  if (answer.relative.get() == Py_None) answer.relative = Ref();
  return static_cast<bool>(answer.indices);
}

}  // namespace

PyObject* call_moving(const Function& function, const Arguments& arguments,
                      const MaskArgument& mask_argument) {
  if (arguments.axis == Py_None) return call_flattened(function, arguments, mask_argument);
  Call call(function);
  if (!call.read(arguments, mask_argument) || !check_axes(call)) return nullptr;
  Asked asked;
  if (!read_windows(call, arguments, asked)) return nullptr;
  MovingAnswer answer(call, asked);
  if (!answer.check_range()) return nullptr;
  const bool may_be_nan = call.has_kernels() ? has_nan(call.kernel_dtype()) : true;
  const bool counts =
      asked.min_count > 1 && (call.mask.data || (call.question.nan == Nan::omit && may_be_nan));
  if (call.axes.count > 1 || !call.has_kernels() || counts)
    return ask_python(call, asked, answer) ? answer.finish() : nullptr;
  return answer.find() ? answer.finish() : nullptr;
}

}  // namespace minloc
