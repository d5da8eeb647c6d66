// From the best of each window to what a function returns: errors, values, indices within windows.
#pragma once

#include "call.hpp"
#include "moving.hpp"

namespace minloc {

// What the arguments about windows ask for, for each of the axes in their order.
struct Asked {
  Index windows[max_ndim], steps[max_ndim];
  bool partial, center, relative;
  Index min_count;  // the candidates that a window needs
};

class MovingAnswer {
 public:
  MovingAnswer(const Call& call, const Asked& asked);

  // Each of these returns false, or null, with an exception set.

  // Whether the dtype of the indices holds what there may be.
  bool check_range() const;
  // Finds the indices along the one axis.
  bool find();
  // What the function returns.
  PyObject* finish();

  Ref indices;   // intp, in C order: one for each window, no_candidate where there is none
  Ref relative;  // the same within the windows, if they are known already

 private:
  // Calls `visit(index, window, line)` for each window of the one axis, its line and its number.
  template <class Visit>
  void each(Visit visit) const;
  bool check_nan() const;
  void leave_out_few();
  bool check_missing() const;
  PyObject* values() const;
  PyObject* values_by_python(PyObject* nothing) const;
  void make_relative();
  void fill(Index fallback);
  // The indices in the class and the dtype that they are returned in.
  PyObject* wrapped();

  const Call& call_;
  const Asked& asked_;
  const int axis_;       // the one along which windows move, if it is one
  Windows windows_;      // along it, one for each element or as many as fit
  Index count_ = 0;      // those of them that are answered
  bool misses_ = false;  // there are windows without an answer
};

}  // namespace minloc
