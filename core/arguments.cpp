#include "arguments.hpp"

#include <climits>
#include <cstring>

#include "refusals.hpp"

namespace minloc {
namespace {

struct Name {
  const char* text;
  unsigned bit;
  PyObject* Arguments::* place;
};

// In the order of the positions; those from `keepdims` on are given by keyword only.
constexpr Name argument_names[] = {
    {"a", keyword::a, &Arguments::a},
    {"axis", keyword::axis, &Arguments::axis},
    {"out", keyword::out, &Arguments::out},
    {"keepdims", keyword::keepdims, &Arguments::keepdims},
    {"where", keyword::where, &Arguments::where},
    {"nan_policy", keyword::nan_policy, &Arguments::nan_policy},
    {"ties", keyword::ties, &Arguments::ties},
    {"default", keyword::fallback, &Arguments::fallback},
    {"dtype", keyword::dtype, &Arguments::dtype},
    {"mode", keyword::mode, &Arguments::mode},
    {"sorted", keyword::sorted, &Arguments::sorted},
    {"distance_to", keyword::distance_to, &Arguments::distance_to},
    {"progress", keyword::progress, &Arguments::progress},
    {"by", keyword::by, &Arguments::by},
    {"num_groups", keyword::num_groups, &Arguments::num_groups},
    {"dim", keyword::dim, &Arguments::dim},
    {"window", keyword::window, &Arguments::window},
    {"step", keyword::step, &Arguments::step},
    {"partial", keyword::partial, &Arguments::partial},
    {"center", keyword::center, &Arguments::center},
    {"min_count", keyword::min_count, &Arguments::min_count},
    {"relative", keyword::relative, &Arguments::relative},
};
constexpr int name_count = sizeof argument_names / sizeof *argument_names;

PyObject* interned_names[name_count];  // nearly every keyword in a program is one of these
PyObject* no_value = nullptr;          // numpy._NoValue, which stands for "not given"

// Which name a keyword is; name_count if none.
int number_of(PyObject* keyword) {
  for (int which = 0; which < name_count; ++which)
    if (keyword == interned_names[which]) return which;
  int which = 0;
  while (which < name_count &&
         PyUnicode_CompareWithASCIIString(keyword, argument_names[which].text) != 0)
    ++which;
  return which;
}

// The argument that is given by position `i`.
PyObject* Arguments::* positional(const Function& function, Py_ssize_t i) {
  if (has_window(function.form) && i > 0) return i == 1 ? &Arguments::window : &Arguments::axis;
  return function.form == Form::top && i == 1 ? &Arguments::k : argument_names[i].place;
}

bool is_bool(PyObject* object) { return PyBool_Check(object) || PyArray_IsScalar(object, Bool); }

// Which of `count` words an argument is; -1 with an exception set if it is another.
int read_choice(const char* argument, PyObject* given, const char* const* words, int count) {
  if (PyUnicode_Check(given))
    for (int which = 0; which < count; ++which)
      if (PyUnicode_CompareWithASCIIString(given, words[which]) == 0) return which;
  Ref list(PyUnicode_FromFormat("'%s'", words[0]));
  for (int which = 1; list && which < count; ++which)
    list = Ref(PyUnicode_FromFormat(which + 1 < count ? "%U, '%s'" : "%U or '%s'", list.get(),
                                    words[which]));
  if (list) PyErr_Format(PyExc_ValueError, "%s must be %U, got %R", argument, list.get(), given);
  return -1;
}

// One axis as a number from 0 on.
bool read_axis(PyObject* axis, int ndim, int& number) {
  if (is_bool(axis)) {
    PyErr_SetString(PyExc_TypeError, "an integer is required for the axis");
    return false;
  }
  Ref integer(PyNumber_Index(axis));
  if (!integer) explain_axis(axis);
  if (!integer) return false;
  const long value = PyLong_AsLong(integer.get());
  if (value == -1 && PyErr_Occurred()) return false;
  if (value < INT_MIN || value > INT_MAX) {
    PyErr_SetString(PyExc_ValueError, "integer won't fit into a C int");
    return false;
  }
  number = static_cast<int>(value);
  if (number < -ndim || number >= ndim) {
    raise_axis_error(number, ndim);
    return false;
  }
  if (number < 0) number += ndim;
  return true;
}

}  // namespace

bool prepare_arguments() {
  for (int which = 0; which < name_count; ++which) {
    interned_names[which] = PyUnicode_InternFromString(argument_names[which].text);
    if (!interned_names[which]) return false;
  }
  Ref numpy(PyImport_ImportModule("numpy"));
  no_value = numpy ? PyObject_GetAttrString(numpy.get(), "_NoValue") : nullptr;
  return no_value != nullptr;
}

bool check_is_for_arrays(const Function& function, const Arguments& arguments) {
  if (!arguments.progress && !arguments.dim) return true;
  Ref keyword(PyUnicode_FromString(arguments.dim ? "dim" : "progress"));
  if (keyword) raise_unexpected(function, keyword.get());
  return false;
}

bool parse(const Function& function, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames,
           Arguments& arguments) {
  if (nargs > function.positional) {
    PyErr_Format(PyExc_TypeError,
                 function.form == Form::top
                     ? "%s() takes %d positional arguments but %zd were given"
                     : "%s() takes from 1 to %d positional arguments but %zd were given",
                 function.name, function.positional, nargs);
    return false;
  }
  for (Py_ssize_t i = 0; i < nargs; ++i) arguments.*positional(function, i) = args[i];
  const Py_ssize_t keywords = kwnames ? PyTuple_Size(kwnames) : 0;
  for (Py_ssize_t k = 0; k < keywords; ++k) {
    PyObject* keyword = PyTuple_GetItem(kwnames, k);
    const int which = number_of(keyword);
    const unsigned accepts = function.accepts | keyword::of_adapters;
    if (which == name_count || !(accepts & argument_names[which].bit)) {
      raise_unexpected(function, keyword);
      return false;
    }
    PyObject*& place = arguments.*argument_names[which].place;
    if (place) {
      PyErr_Format(PyExc_TypeError, "%s() got multiple values for argument '%s'", function.name,
                   argument_names[which].text);
      return false;
    }
    place = args[nargs + k];
  }
  if (!arguments.a) {
    PyErr_Format(PyExc_TypeError, "%s() missing 1 required positional argument: 'a'",
                 function.name);
    return false;
  }
  if (function.form == Form::top && !arguments.k) {
    PyErr_SetString(PyExc_TypeError, "top_k() missing 1 required positional argument: 'k'");
    return false;
  }
  if (has_window(function.form) && !arguments.window) {
    PyErr_Format(PyExc_TypeError, "%s() missing 1 required positional argument: 'window'",
                 function.name);
    return false;
  }
  if (arguments.out == Py_None) arguments.out = nullptr;
  if (arguments.dtype == Py_None) arguments.dtype = nullptr;
  if (arguments.distance_to == Py_None) arguments.distance_to = nullptr;
  if (arguments.min_count == Py_None) arguments.min_count = nullptr;
  if (arguments.keepdims == no_value) arguments.keepdims = nullptr;
  if (arguments.where == no_value) arguments.where = nullptr;
  if (arguments.fallback == no_value || arguments.fallback == Py_None) arguments.fallback = nullptr;
  if (arguments.by == Py_None) arguments.by = nullptr;
  if (arguments.num_groups == Py_None) arguments.num_groups = nullptr;
  return true;
}

Ref as_dict(const Arguments& arguments) {
  Ref dict(PyDict_New());
  for (int which = 0; dict && which < name_count; ++which)
    if (PyObject* value = arguments.*argument_names[which].place)
      if (PyDict_SetItem(dict.get(), interned_names[which], value) < 0) dict = Ref();
  if (dict && arguments.k && PyDict_SetItemString(dict.get(), "k", arguments.k) < 0) dict = Ref();
  return dict;
}

bool read_keywords(const Function& function, const Arguments& arguments, Question& question) {
  question.extreme = function.extreme;
  question.nan = function.nan;
  if (arguments.nan_policy) {
    constexpr const char* words[] = {"propagate", "omit", "raise"};
    const int which = read_choice("nan_policy", arguments.nan_policy, words, 3);
    if (which < 0) return false;
    question.nan = which == 1 ? Nan::omit : Nan::propagate;
    question.raises_on_nan = which == 2;
  }
  if (arguments.ties) {
    constexpr const char* words[] = {"first", "last"};
    const int which = read_choice("ties", arguments.ties, words, 2);
    if (which < 0) return false;
    question.ties = which == 0 ? Ties::first : Ties::last;
  }
  if (arguments.fallback) {
    if (is_bool(arguments.fallback) || !PyIndex_Check(arguments.fallback)) {
      PyErr_Format(PyExc_TypeError,
                   "default must be an int, the index of a slice that has no candidate, got %R",
                   arguments.fallback);
      return false;
    }
    question.fallback = PyNumber_AsSsize_t(arguments.fallback, PyExc_OverflowError);
    if (question.fallback == -1 && PyErr_Occurred()) {
      PyErr_Format(PyExc_ValueError, "default %R does not fit an index of dtype intp",
                   arguments.fallback);
      return false;
    }
    question.has_default = true;
  }
  return true;
}

bool read_k(PyObject* given, Index& k) {
  if (PyBool_Check(given) || !PyIndex_Check(given)) {
    PyErr_Format(PyExc_TypeError, "k must be an int, got %R", given);
    return false;
  }
  k = PyNumber_AsSsize_t(given, nullptr);  // clipped: no slice has more elements
  if (k == -1 && PyErr_Occurred()) return false;
  if (k >= 0) return true;
  PyErr_Format(PyExc_ValueError, "k must be at least 0, got %S", given);
  return false;
}

bool read_mode(PyObject* mode, Extreme& extreme) {
  if (!mode) return true;
  constexpr const char* words[] = {"largest", "smallest"};
  const int which = read_choice("mode", mode, words, 2);
  if (which >= 0) extreme = which == 0 ? Extreme::max : Extreme::min;
  return which >= 0;
}

int wants_keepdims(PyObject* keepdims) { return keepdims ? PyObject_IsTrue(keepdims) : 0; }

bool read_axes(PyObject* axis, int ndim, Axes& axes) {
  axes.count = 0;
  if (!axis || axis == Py_None) {
    for (; axes.count < ndim; ++axes.count) axes.list[axes.count] = axes.count;
    return true;
  }
  if (!PyTuple_Check(axis)) {
    // NumPy takes a 0-d array for one of one axis.
    int number;
    if (!read_axis(axis, ndim == 0 ? 1 : ndim, number)) return false;
    if (ndim > 0) axes.list[axes.count++] = number;
    return true;
  }
  for (Py_ssize_t i = 0; i < PyTuple_Size(axis); ++i) {
    int number;
    if (!read_axis(PyTuple_GetItem(axis, i), ndim, number)) return false;
    if (axes.contains(number)) {
      PyErr_Format(PyExc_ValueError, "axis %R names axis %d twice; each can be reduced once", axis,
                   number);
      return false;
    }
    axes.list[axes.count++] = number;
  }
  return true;
}

}  // namespace minloc
