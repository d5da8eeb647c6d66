// From answers back to the elements that they point at: their values, their coordinates, and
// whether one of them is NaN.
#pragma once

#include "result.hpp"

namespace minloc {

// The slices of an array, one for each answer, and the elements in each.
class Slices {
 public:
  Slices(const Array& array, const Axes& axes);

  // The element at an index of the first slice.
  const char* element(Index index) const { return data_ + offset(index); }

  // Copies the elements at `indices` to `values`, bit for bit; `nothing` where there is none.
  void take(const Places& indices, const Places& values, const char* nothing) const;

  // Writes the coordinate of each index along the `which`th reduced axis; `fallback` where there is
  // none.
  void locate(const Places& indices, int which, const Places& coordinates, Index fallback) const;

  // The number, in C order of the kept axes, of the first slice without a candidate, and of the
  // first whose index points at an element that is NaN; no_candidate if there is
  // none.
  Index find_missing(const Places& indices) const;
  Index find_nan(const Places& indices, const Order& order) const;

  // Puts `fallback` in the place of each index, or of those that are missing.
  void fill(const Places& indices, Index fallback) const;
  void fill_missing(const Places& indices, Index fallback) const;

 private:
  struct Axis {
    Index size, stride;
  };

  // Calls `visit(slice, number)` for each, in C order, `number` counting them, with the places that
  // go with it.
  template <class Visit, class... Place>
  void each(Visit visit, const Place&... places) const;
  // From the first element of a slice to the one of an index.
  Index offset(Index index) const;

  const char* data_;
  Index itemsize_;
  bool swapped_;
  int kept_count_ = 0, reduced_count_ = 0;
  Axis kept_[max_ndim], reduced_[max_ndim];
};

}  // namespace minloc
