#include "call_builtins.hpp"

#include <memory>
#include <new>

#include "docstrings.hpp"
#include "functions.hpp"
#include "labels.hpp"
#include "result.hpp"
#include "top_k_call.hpp"

namespace minloc {
namespace {

// Sorts the keywords of a dict, `k` of top_k among them; the array is not given.
bool parse_dict(const Function& function, PyObject* keywords, Arguments& arguments) {
  PyObject* const k =
      function.form == Form::top ? PyDict_GetItemString(keywords, "k") : nullptr;  // borrowed
  const Py_ssize_t positional = k ? 2 : 1, count = PyDict_Size(keywords) - (k ? 1 : 0);
  const std::unique_ptr<PyObject*[]> values(
      new (std::nothrow) PyObject*[static_cast<std::size_t>(positional + count)]);
  Ref names(PyTuple_New(count));
  if (!values) PyErr_NoMemory();
  if (!values || !names) return false;
  values[0] = Py_None;
  if (k) values[1] = k;
  PyObject *name, *value;
  Py_ssize_t at = 0, number = 0;
  while (PyDict_Next(keywords, &at, &name, &value)) {
    if (value == k && PyUnicode_CompareWithASCIIString(name, "k") == 0) continue;
    values[static_cast<std::size_t>(positional + number)] = value;
    PyTuple_SetItem(names.get(), number++, Py_NewRef(name));
  }
  return parse(function, values.get(), positional, names.get(), arguments);
}

PyObject* ends_of(const Function& function, const Question& question) {
  if (function.form == Form::both) return Py_BuildValue("(ss)", "min", "max");
  return Py_BuildValue("(s)", question.extreme == Extreme::min ? "min" : "max");
}

// Raises if `by` or `distance_to` is given: who reads an array in parts takes these apart, too.
bool check_nothing_beside(const Function& function, const Arguments& arguments) {
  if (!arguments.by && !arguments.distance_to) return true;
  PyErr_Format(PyExc_TypeError,
               "%s() does not take %s for this object; pass an array of its values", function.name,
               arguments.by ? "by" : "distance_to");
  return false;
}

// read_call(name, ndim, keywords): what a call about an array with so many axes asks for.
PyObject* read_call(PyObject*, PyObject* const* args, Py_ssize_t nargs) {
  const long ndim = nargs == 3 ? PyLong_AsLong(args[1]) : -1;
  if (ndim < 0 || ndim > max_ndim || !PyDict_Check(args[2])) {
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "read_call(name, ndim, keywords)");
    return nullptr;
  }
  const Function* const function = function_called(args[0]);
  Arguments arguments;
  if (!function || !parse_dict(*function, args[2], arguments) ||
      !check_is_for_arrays(*function, arguments) || !check_nothing_beside(*function, arguments))
    return nullptr;
  Call call(*function);
  if (!call.read_keywords(arguments, static_cast<int>(ndim))) return nullptr;
  const Question& question = call.question;
  Ref dtype =
      read_index_dtype(arguments.dtype, {0, question.has_default ? &question.fallback : nullptr});
  Ref axes = call.axes_tuple(), ends(ends_of(*function, question));
  Ref fallback(question.has_default ? PyLong_FromSsize_t(question.fallback) : Py_NewRef(Py_None));
  if (!dtype || !axes || !ends || !fallback) return nullptr;
  return Py_BuildValue("(OinOOssOO)", axes.get(), function->form == Form::top ? call.one_axis : -1,
                       call.k, ends.get(), call.keepdims ? Py_True : Py_False, name_of(question),
                       question.ties == Ties::first ? "first" : "last", fallback.get(),
                       dtype.get());
}

// Reads a tuple of sizes; false with an exception set.
bool read_sizes(PyObject* tuple, Index* sizes, int& count) {
  count = PyTuple_Check(tuple) && PyTuple_Size(tuple) <= max_ndim
              ? static_cast<int>(PyTuple_Size(tuple))
              : -1;
  for (int i = 0; i < count; ++i) sizes[i] = PyLong_AsSsize_t(PyTuple_GetItem(tuple, i));
  if (count < 0) PyErr_SetString(PyExc_TypeError, "label_axes() takes tuples of sizes");
  return !PyErr_Occurred();
}

// label_axes(by_shape, shape, axes, group_axis): along which axes of an array labels lie.
PyObject* label_axes(PyObject*, PyObject* const* args, Py_ssize_t nargs) {
  if (nargs != 4) {
    PyErr_SetString(PyExc_TypeError, "label_axes(by_shape, shape, axes, group_axis)");
    return nullptr;
  }
  Index by[max_ndim], shape[max_ndim];
  int by_ndim, ndim, along[max_ndim];
  Axes axes;
  if (!read_sizes(args[0], by, by_ndim) || !read_sizes(args[1], shape, ndim) ||
      !read_axes(args[2], ndim, axes))
    return nullptr;
  const long group_axis = PyLong_AsLong(args[3]);
  if (PyErr_Occurred() ||
      !find_label_axes({by, by_ndim}, {shape, ndim}, axes, static_cast<int>(group_axis), along))
    return nullptr;
  Ref found(PyTuple_New(by_ndim));
  for (int i = 0; found && i < by_ndim; ++i)
    PyTuple_SetItem(found.get(), i, PyLong_FromLong(along[i]));
  return found.release();
}

// count_groups(by, num_groups): how many groups labels are of; those that are there are all
// checked.
PyObject* count_groups_of(PyObject*, PyObject* const* args, Py_ssize_t nargs) {
  if (nargs != 2 || (args[0] == args[1] && args[0] == Py_None) ||
      (args[0] != Py_None && !PyArray_Check(args[0]))) {
    PyErr_SetString(PyExc_TypeError, "count_groups(by, num_groups)");
    return nullptr;
  }
  auto* const by = args[0] == Py_None ? nullptr : reinterpret_cast<PyArrayObject*>(args[0]);
  PyObject* const given = args[1] == Py_None ? nullptr : args[1];
  Index groups = 0;
  if (!count_groups(by, given, groups)) return nullptr;
  if (by && given && !check_labels(by, groups)) return nullptr;
  return PyLong_FromSsize_t(groups);
}

// check_index(largest, shape, dtype, default): raises if an index does not fit.
PyObject* check_index(PyObject*, PyObject* const* args, Py_ssize_t nargs) {
  if (nargs != 4 || !PyLong_Check(args[0])) {
    PyErr_SetString(PyExc_TypeError, "check_index(largest, shape, dtype, default)");
    return nullptr;
  }
  const Index largest = PyLong_AsSsize_t(args[0]);
  if (largest == -1 && PyErr_Occurred()) {
    PyErr_Clear();
    Ref intp(reinterpret_cast<PyObject*>(PyArray_DescrFromType(NPY_INTP)));
    return PyErr_Format(PyExc_ValueError,
                        "the largest possible index, %S, into an array of shape %S does not fit "
                        "%S; minloc() and maxloc() give coordinates, which do",
                        args[0], args[1], intp.get());
  }
  Index fallback = no_candidate;
  if (args[3] != Py_None) fallback = PyLong_AsSsize_t(args[3]);
  if (fallback == -1 && PyErr_Occurred()) return nullptr;
  if (!read_index_dtype(args[2], {largest, args[3] == Py_None ? nullptr : &fallback}))
    return nullptr;
  Py_RETURN_NONE;
}

// check_array(a, where): raises what is wrong with a dtype, or with a mask.
PyObject* check_array(PyObject*, PyObject* const* args, Py_ssize_t nargs) {
  if (nargs != 2 || !PyArray_Check(args[0])) {
    PyErr_SetString(PyExc_TypeError, "check_array(a, where)");
    return nullptr;
  }
  Arguments arguments;
  arguments.a = args[0];
  arguments.where = args[1] == Py_None ? nullptr : args[1];
  Call call(argmin_function);
  if (!call.read(arguments, mask_of(arguments))) return nullptr;
  Py_RETURN_NONE;
}

// raise_nan(name, index): raises the error about a NaN in the slice there.
PyObject* raise_nan(PyObject*, PyObject* const* args, Py_ssize_t nargs) {
  if (nargs != 2 || !PyTuple_Check(args[1])) {
    PyErr_SetString(PyExc_TypeError, "raise_nan(name, index)");
    return nullptr;
  }
  if (const Function* const function = function_called(args[0]))
    raise_nan(*function, Ref(Py_NewRef(args[1])));
  return nullptr;
}

// masked(name, mask, ...): a function, called as it was spelled, of an array whose mask is true
// where an element is missing.
PyObject* masked(PyObject*, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames) {
  if (nargs < 2 || !PyUnicode_Check(args[0])) {
    PyErr_SetString(PyExc_TypeError, "masked(name, mask, ...)");
    return nullptr;
  }
  const Function* const function = function_called(args[0]);
  Arguments arguments;
  if (!function || !parse(*function, args + 2, nargs - 2, kwnames, arguments)) return nullptr;
  if (PyArray_Check(arguments.a)) return answer(*function, arguments, {args[1], "mask", true});
  PyErr_SetString(PyExc_TypeError, "masked() takes an array");
  return nullptr;
}

PyMethodDef call_builtins[] = {
    {"read_call", as_method<read_call>(), METH_FASTCALL, docstrings::read_call},
    {"label_axes", as_method<label_axes>(), METH_FASTCALL, docstrings::label_axes},
    {"count_groups", as_method<count_groups_of>(), METH_FASTCALL, docstrings::count_groups},
    {"check_index", as_method<check_index>(), METH_FASTCALL, docstrings::check_index},
    {"check_array", as_method<check_array>(), METH_FASTCALL, docstrings::check_array},
    {"raise_nan", as_method<raise_nan>(), METH_FASTCALL, docstrings::raise_nan},
    {"masked", as_method<masked>(), METH_FASTCALL | METH_KEYWORDS, docstrings::masked},
    {nullptr, nullptr, 0, nullptr}};

}  // namespace

bool add_call_builtins(PyObject* module) {
  return PyModule_AddFunctions(module, call_builtins) == 0;
}

}  // namespace minloc
