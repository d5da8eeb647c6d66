// Where the answers of a call go: a new array, a scalar, or the caller's `out` under NumPy's rules.
#pragma once

#include "arguments.hpp"

namespace minloc {

class Result {
 public:
  // Checks `out` or makes the array for a result of these dimensions. `may_fail`: the reduction
  // itself may raise, so nothing may reach `out` before it has ended. False with an exception set.
  bool prepare(const Function& function, PyArrayObject* a, PyObject* mask, PyObject* out, int ndim,
               const Index* shape, Index largest_index, bool may_fail);

  // Where to write, and the strides of the result's axes there.
  char* data() { return data_; }
  const Index* strides() const { return strides_; }

  // The object to return, with the answers in it; null with an exception set.
  PyObject* finish();

 private:
  Ref array_;    // what the answers are written to; empty for a scalar
  Ref out_;      // the caller's
  bool copies_;  // array_ has to be copied to out_
  Index scalar_;
  char* data_;
  Index strides_[max_ndim];
};

// A NumPy scalar of type intp.
PyObject* scalar(Index value);
// Looks up what `scalar` needs; once, when the module is loaded.
bool prepare_scalars();

}  // namespace minloc
