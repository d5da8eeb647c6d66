#include "refusals.hpp"

#include "errors.hpp"

namespace minloc {
namespace {

struct Hint {
  const char* keyword;  // of another library
  unsigned ours;        // the hint is for functions with one of these; for all, if 0
  const char* text;
};

constexpr const char* about_axes =
    "the keyword is axis; it takes an int, a tuple of ints, or names of an xarray object's "
    "dimensions";
constexpr const char* about_masks =
    "the keyword is where, which is True for the elements to search: where=~mask, if the mask is "
    "True for those to leave out, as in numpy.ma";

constexpr Hint hints[] = {
    {"axes", 0, about_axes},
    {"dim", 0, about_axes},
    {"dims", 0, about_axes},
    {"k", keyword::mode, "k is given by position, as in top_k(a, 3)"},
    {"largest", keyword::mode, "the keyword is mode: mode='largest' or mode='smallest'"},
    {"mask", 0, about_masks},
    {"min_periods", keyword::min_count,
     "the keyword is min_count: the candidates that a window needs for an answer"},
    {"nan_policy", 0, "the nan functions always leave NaN out; argmin and argmax have nan_policy"},
    {"num_segments", keyword::num_groups, "the keyword is num_groups"},
    {"skipna", 0, "the keyword is nan_policy: 'omit' skips NaN, 'propagate' does not"},
};

const char* hint_about(const Function& function, PyObject* keyword) {
  for (const Hint& hint : hints)
    if (PyUnicode_CompareWithASCIIString(keyword, hint.keyword) == 0)
      return hint.ours == 0 || (function.accepts & hint.ours) ? hint.text : nullptr;
  return nullptr;
}

}  // namespace

void raise_unexpected(const Function& function, PyObject* keyword) {
  Ref text(
      PyUnicode_FromFormat("%s() got an unexpected keyword argument '%U'", function.name, keyword));
  if (const char* hint = hint_about(function, keyword))
    raise_with_note(PyExc_TypeError, text, Ref(PyUnicode_FromString(hint)));
  else if (text)
    PyErr_SetObject(PyExc_TypeError, text.get());
}

void raise_axis_error(int axis, int ndim) {
  Ref exceptions(PyImport_ImportModule("numpy.exceptions"));
  if (!exceptions) return;
  Ref type(PyObject_GetAttrString(exceptions.get(), "AxisError"));
  Ref values(Py_BuildValue("(ii)", axis, ndim));
  if (type && values) PyErr_SetObject(type.get(), values.get());
}

void explain_axis(PyObject* axis) {
  const bool is_list = PyList_Check(axis);
  if (!PyErr_ExceptionMatches(PyExc_TypeError) || !(is_list || PyUnicode_Check(axis))) return;
  PyErr_Clear();
  raise_with_note(
      PyExc_TypeError,
      Ref(PyUnicode_FromFormat("'%s' object cannot be interpreted as an integer",
                               is_list ? "list" : "str")),
      Ref(is_list ? PyUnicode_FromFormat("several axes are a tuple: axis=tuple(%R)", axis)
                  : PyUnicode_FromString("only the dimensions of an xarray object have names")));
}

}  // namespace minloc
