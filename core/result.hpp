// Where the answers of a call go: a new array, a scalar, or the caller's `out` under NumPy's rules.
#pragma once

#include "arguments.hpp"

namespace minloc {

// The axis of groups in an answer: it takes the place of the one reduced axis, or comes last.
struct GroupAxis {
  bool exists = false;
  int axis = -1;  // the reduced axis whose place it takes; -1: it is last
  Index groups = 0;
};

// At most so many axes has an answer: none is reduced, and there are groups.
inline constexpr int max_result_ndim = max_ndim + 1;

// The axes of an answer: those that are kept, that of groups among them; under keepdims the reduced
// ones too, of size 1.
struct Shape {
  int ndim = 0, kept = 0;
  int group_at = -1;  // which of the kept axes is that of groups
  Index sizes[max_result_ndim];
  int kept_at[max_result_ndim];  // for each kept axis, its place among these

  void lay_out(const Array& array, const Axes& axes, bool keepdims, const GroupAxis& groups = {});
};

// Where one index or value for each slice lies: from the first of them on, by the kept axes.
struct Places {
  char* data;
  Index strides[max_result_ndim];  // one for each kept axis, in their order
};

class Result {
 public:
  // What is to be written: integers up to `largest`, and `fallback` if there is one.
  struct Range {
    Index largest;
    const Index* fallback;
  };

  // Checks `out` and `dtype`, either may be null, or makes the array for the indices of a function.
  // `may_fail`: the reduction itself may raise, so nothing may reach `out` before it has ended.
  // False with an exception set.
  bool prepare(const char* function, PyArrayObject* a, PyObject* mask, PyObject* out,
               PyObject* dtype, const Shape& shape, const Range& range, bool may_fail);

  // Says where to write.
  void tell_places(const Shape& shape, Places& places) const;

  // The answers so far, as an object that shares their memory or is a scalar.
  PyObject* as_it_is() const;

  // The object to return, with the answers in it; null with an exception set.
  PyObject* finish();

 private:
  bool make(PyArrayObject* a, const Shape& shape);

  Ref array_;  // what the answers are written to; empty for a scalar
  Ref out_;    // the caller's
  Ref dtype_;  // what the answers are cast to; empty for intp
  Index scalar_ = 0;
  char* data_ = nullptr;
  Index strides_[max_result_ndim];
  bool copies_ = false;  // array_ has to be copied to out_
};

// The dtype of indices that the keyword `dtype` asks for, intp for null; it can hold the range.
// Empty with an exception set.
Ref read_index_dtype(PyObject* given, const Result::Range& range);

// A NumPy scalar of type intp.
PyObject* scalar(Index value);
// Looks up what `scalar` needs; once, when the module is loaded.
bool prepare_scalars();

}  // namespace minloc
