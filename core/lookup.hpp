// From indices back to what they point at: the elements, their coordinates, and whether one is NaN.
#pragma once

#include "result.hpp"

namespace minloc {

// Looks indices up in the slices of an array, one index for each slice, or for each group of it.
class Lookup {
 public:
  Lookup(const Array& array, const Axes& axes, const GroupAxis& groups = {});

  // The element at an index of the first slice.
  const char* element(Index index) const { return data_ + offset(index); }

  // Copies the elements at `indices` to `values`, bit for bit; `nothing` where there is none.
  void take(const Places& indices, const Places& values, const char* nothing) const;

  // Writes the coordinate of each index along the `which`th reduced axis; `fallback` where there is
  // none.
  void locate(const Places& indices, int which, const Places& coordinates, Index fallback) const;

  // The number, in C order of the kept axes, of the first slice whose index is no_candidate, or
  // points at a NaN, or at an element whose distance is one; no_candidate if there is none.
  Index find_missing(const Places& indices) const;
  Index find_nan(const Places& indices, const Order& order) const;

  // Replaces all indices, or those that are no_candidate, by `fallback`.
  void fill(const Places& indices, Index fallback) const;
  void fill_missing(const Places& indices, Index fallback) const;

 private:
  struct Axis {
    Index size, stride;
  };

  // Calls `visit(slice, number, place...)` for each slice, numbered in C order of the kept axes.
  template <class Visit, class... Place>
  void each(Visit visit, const Place&... places) const;
  // The bytes from the first element of a slice to the one at an index.
  Index offset(Index index) const;

  const char* data_;
  const Target* target_;
  Index itemsize_;
  bool swapped_;
  int kept_count_ = 0, reduced_count_ = 0;
  Index value_strides_[max_result_ndim];            // of the target, one for each kept axis
  Axis kept_[max_result_ndim], reduced_[max_ndim];  // that of groups has a stride of 0
};

}  // namespace minloc
