// The arguments of a call: sorted by name, and read into what the core works with.
#pragma once

#include "array.hpp"
#include "leaves.hpp"
#include "numpy_api.hpp"
#include "plan.hpp"

namespace minloc {

// What a function answers with.
enum class Form { index, find, both, coordinates, top, moving, moving_find, running };

constexpr bool has_window(Form form) { return form == Form::moving || form == Form::moving_find; }
constexpr bool is_about_windows(Form form) { return has_window(form) || form == Form::running; }

// The arguments that functions have, a bit for each.
namespace keyword {
enum : unsigned {
  a = 1,
  axis = 2,
  out = 4,
  keepdims = 8,
  where = 16,
  nan_policy = 32,
  ties = 64,
  fallback = 128,
  dtype = 256,
  mode = 512,
  sorted = 1024,
  by = 2048,
  num_groups = 4096,
  distance_to = 8192,
  window = 16384,
  step = 32768,
  partial = 1 << 16,
  center = 1 << 17,
  min_count = 1 << 18,
  relative = 1 << 19,
  progress = 1 << 20,
  dim = 1 << 21
};
// Those that only adapters have; for plain arrays they are an error.
inline constexpr unsigned of_adapters = progress | dim;
}  // namespace keyword

// One of the public functions.
struct Function {
  const char* name;
  Extreme extreme;
  Nan nan;
  Form form;
  int positional;    // how many of its arguments may be given by position
  unsigned accepts;  // the arguments it has
};

// As passed; null where not given. Borrowed references.
struct Arguments {
  PyObject* a = nullptr;
  PyObject* axis = nullptr;
  PyObject* out = nullptr;
  PyObject* k = nullptr;
  PyObject* keepdims = nullptr;
  PyObject* where = nullptr;
  PyObject* nan_policy = nullptr;
  PyObject* ties = nullptr;
  PyObject* fallback = nullptr;  // the keyword `default`
  PyObject* dtype = nullptr;
  PyObject* mode = nullptr;
  PyObject* sorted = nullptr;
  PyObject* distance_to = nullptr;
  PyObject* progress = nullptr;
  PyObject* by = nullptr;
  PyObject* num_groups = nullptr;
  PyObject* dim = nullptr;
  PyObject* window = nullptr;
  PyObject* step = nullptr;
  PyObject* partial = nullptr;
  PyObject* center = nullptr;
  PyObject* min_count = nullptr;
  PyObject* relative = nullptr;
};

// What the keywords of a call ask for.
struct Question {
  Extreme extreme;
  Nan nan;
  bool raises_on_nan = false;
  Ties ties = Ties::first;
  bool has_default = false;
  Index fallback = no_candidate;  // the answer of a slice without a candidate, if there is one
};

// Each of these returns false, or -1, with an exception set.

// Looks up what `parse` needs; once, when the module is loaded.
bool prepare_arguments();
// Sorts the arguments of a fastcall by name. Values that mean "not given" are left out.
bool parse(const Function& function, PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames,
           Arguments& arguments);
// The arguments by name, as a dict of Python; empty with an exception set.
Ref as_dict(const Arguments& arguments);
// Raises if a keyword is given that plain arrays do not have: `progress` or `dim`.
bool check_is_for_arrays(const Function& function, const Arguments& arguments);
// Reads `k`, an int of at least 0; one that no Index holds is clipped.
bool read_k(PyObject* given, Index& k);
// Reads the keyword `mode`; null leaves the extreme as it is.
bool read_mode(PyObject* mode, Extreme& extreme);
// Reads the keywords `nan_policy`, `ties` and `default`.
bool read_keywords(const Function& function, const Arguments& arguments, Question& question);
// Whether `keepdims` is given and true.
int wants_keepdims(PyObject* keepdims);
// The axes that the call reduces: all for null or None, one, or those of a tuple.
bool read_axes(PyObject* axis, int ndim, Axes& axes);
// Broadcasts a boolean object to the array's shape; `holder` keeps its memory alive.
bool read_mask(PyObject* object, const char* argument, bool masked_value, const Array& array,
               Mask& mask, Ref& holder);

}  // namespace minloc
