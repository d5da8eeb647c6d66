#include "part_builtins.hpp"

#include "best.hpp"
#include "continued.hpp"
#include "docstrings.hpp"
#include "errors.hpp"
#include "functions.hpp"
#include "nan_of.hpp"
#include "numpy_dtypes.hpp"
#include "partial.hpp"
#include "top_k_call.hpp"

namespace minloc {
namespace {

bool check_is_array(PyObject* object, const char* builtin) {
  if (PyArray_Check(object)) return true;
  PyErr_Format(PyExc_TypeError, "%s() takes an array", builtin);
  return false;
}

// add_part(name, so_far, starts, lengths, a, ...): adds an array to answers so far, which are
// changed.
PyObject* add_part(PyObject*, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames) {
  if (nargs < 4) {
    PyErr_SetString(PyExc_TypeError, "add_part(name, so_far, starts, lengths, ...)");
    return nullptr;
  }
  const Function* const function = function_called(args[0]);
  Answers so_far;
  Arguments arguments;
  if (!function || !read_so_far(args[1], so_far) ||
      !parse(*function, args + 4, nargs - 4, kwnames, arguments))
    return nullptr;
  if (!check_is_array(arguments.a, "add_part") ||
      !add_part(*function, arguments, so_far, args[2], args[3]))
    return nullptr;
  Py_RETURN_NONE;
}

// first_part(name, answers, a, ...): writes the answers for an array. merge_parts(name, answers,
// parts, in_order, ...): writes the best of other answers.
template <bool merges>
PyObject* write_part(PyObject*, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames) {
  if (nargs < 3) {
    PyErr_SetString(PyExc_TypeError, merges ? "merge_parts(name, answers, parts, in_order, ...)"
                                            : "first_part(name, answers, a, ...)");
    return nullptr;
  }
  const Function* const function = function_called(args[0]);
  Answers answers;
  Arguments arguments;
  if (!function || !read_part_answers(args[1], answers) ||
      !parse(*function, args + 2, nargs - 2, kwnames, arguments))
    return nullptr;
  if constexpr (merges) {
    // The positions of `a` and `axis` hold the parts, and whether they are in order.
    if (!merge_parts(*function, arguments, answers, arguments.a, arguments.axis == Py_True))
      return nullptr;
  } else {
    if (!check_is_array(arguments.a, "first_part") || !first_part(*function, arguments, answers))
      return nullptr;
  }
  Py_RETURN_NONE;
}

// What top_k answers, but where a slice has fewer than k candidates, all of them and the index -1.
PyObject* up_to_k(PyObject*, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames) {
  Arguments arguments;
  if (!parse(top_k_function, args, nargs, kwnames, arguments) ||
      !check_is_array(arguments.a, "up_to_k"))
    return nullptr;
  return call_top_k(top_k_function, arguments, mask_of(arguments), true);
}

// best(name, a, axis, ...): the best of each slice.
PyObject* best(PyObject*, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames) {
  if (nargs != 3) {
    PyErr_SetString(PyExc_TypeError, "best(name, a, axis, ...)");
    return nullptr;
  }
  const Function* const function = function_called(args[0]);
  Arguments arguments;
  if (!function || !parse(*function, args + 1, nargs - 1, kwnames, arguments) ||
      !check_is_array(arguments.a, "best"))
    return nullptr;
  return best_of_slices(*function, arguments);
}

// first_nan(a, axis, where): where the first slice with a NaN lies; with by and num_groups behind
// these, the first group.
PyObject* first_nan(PyObject*, PyObject* const* args, Py_ssize_t nargs) {
  if (nargs != 3 && nargs != 5) {
    PyErr_SetString(PyExc_TypeError, "first_nan(a, axis, where, by, num_groups)");
    return nullptr;
  }
  Arguments arguments;
  if (nargs == 5) {
    arguments.by = args[3];
    arguments.num_groups = args[4];
  }
  arguments.a = args[0];
  arguments.axis = args[1];
  arguments.where = args[2] == Py_None ? nullptr : args[2];
  if (!check_is_array(args[0], "first_nan")) return nullptr;
  return first_nan(argmin_function, arguments);
}

PyObject* has_kernels(PyObject*, PyObject* object) {
  if (!PyArray_DescrCheck(object)) {
    PyErr_SetString(PyExc_TypeError, "has_kernels() takes a dtype");
    return nullptr;
  }
  return PyBool_FromLong(kernel_dtype_of(reinterpret_cast<PyArray_Descr*>(object)) >= 0);
}

PyObject* nan_of_dtype(PyObject*, PyObject* dtype) {
  if (PyArray_DescrCheck(dtype)) return nan_of(reinterpret_cast<PyArray_Descr*>(dtype)).release();
  PyErr_SetString(PyExc_TypeError, "nan_of() takes a dtype");
  return nullptr;
}

PyObject* set_place_of(PyObject*, PyObject* const* args, Py_ssize_t nargs) {
  if (nargs != 2 || !PyTuple_Check(args[1])) {
    PyErr_SetString(PyExc_TypeError, "set_place(error, index)");
    return nullptr;
  }
  if (!set_place(args[0], args[1])) return nullptr;
  Py_RETURN_NONE;
}

constexpr int with_keywords = METH_FASTCALL | METH_KEYWORDS;

PyMethodDef part_builtins[] = {
    {"add_part", as_method<add_part>(), with_keywords, docstrings::add_part},
    {"first_part", as_method<write_part<false>>(), with_keywords, docstrings::first_part},
    {"merge_parts", as_method<write_part<true>>(), with_keywords, docstrings::merge_parts},
    {"up_to_k", as_method<up_to_k>(), with_keywords, docstrings::up_to_k},
    {"best", as_method<best>(), with_keywords, docstrings::best},
    {"first_nan", as_method<first_nan>(), METH_FASTCALL, docstrings::first_nan},
    {"has_kernels", has_kernels, METH_O, docstrings::has_kernels},
    {"nan_of", nan_of_dtype, METH_O, docstrings::nan_of},
    {"set_place", as_method<set_place_of>(), METH_FASTCALL, docstrings::set_place},
    {nullptr, nullptr, 0, nullptr}};

}  // namespace

bool add_part_builtins(PyObject* module) {
  return PyModule_AddFunctions(module, part_builtins) == 0;
}

}  // namespace minloc
