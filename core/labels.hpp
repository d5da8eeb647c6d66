// The keywords `by` and `num_groups`: which group each element belongs to, and how many there are.
#pragma once

#include "call.hpp"

namespace minloc {

// At most so many groups are possible: their numbers are counted in 32 bits.
inline constexpr Index most_groups = (Index{1} << 31) - 2;

struct Sizes {
  const Index* of;  // -1: not known yet, which fits every other
  int count;
};

// Finds the axis of the array along which each axis of the labels `by` lies. False with an
// exception set if they do not fit.
bool find_label_axes(const Sizes& by, const Sizes& array, const Axes& axes, int one_axis,
                     int* along);

// How many groups labels are of: what `given`, the keyword `num_groups`, says, or the largest label
// if that is null; one of the two is not. False with an exception set, as for labels that are no
// integers.
bool count_groups(PyArrayObject* by, PyObject* given, Index& groups);

// Whether all labels are less than the number of groups; false with an exception set.
bool check_labels(PyArrayObject* by, Index groups);

// Sets the exception for the largest label, which is not less than the number of groups.
void raise_large_label(PyArrayObject* by, Index groups);

// Reads the labels of a call whose array and axes are known, and checks them against these. False
// with an exception set.
bool read_labels(const Arguments& arguments, Call& call);

}  // namespace minloc
