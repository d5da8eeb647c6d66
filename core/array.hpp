// An array as the plan sees it: memory, shape and strides, without Python.
#pragma once

#include "dtypes.hpp"

namespace minloc {

inline constexpr int max_ndim = 64;

struct Target;

struct Array {
  const char* data;
  int ndim;
  const Index* shape;
  const Index* strides;  // in bytes
  Index itemsize;
  bool swapped;                    // the bytes of the elements are not in the machine's order
  const Target* target = nullptr;  // what elements are compared by their distance to, if anything

  // Whether it has so many bytes or more; a broadcast array may have more than an Index counts, and
  // an element may have none.
  bool has_bytes(Index bytes) const { return itemsize > 0 && size() >= bytes / itemsize; }

  Index size() const {
    Index n = 1;
    for (int axis = 0; axis < ndim; ++axis) n *= shape[axis];
    return n;
  }
};

// Which elements are out of the choice: those whose mask byte is true, or is false, as
// `masked_value` says. Without data every element is a candidate.
struct Mask {
  const char* data = nullptr;
  Index strides[max_ndim];  // one for each axis of the array
  bool masked_value = true;
};

// The group that each element belongs to: an integer of any dtype, negative for an element of none.
// Without data there are no groups.
struct Labels {
  const char* data = nullptr;
  Index strides[max_ndim];  // one for each axis of the array
  Index size = 0;           // bytes of a label
  bool is_signed = false, swapped = false;
  Index groups = 0;  // every label is less

  explicit operator bool() const { return data != nullptr; }
};

}  // namespace minloc
