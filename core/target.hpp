// What elements are compared by their distance to: one value for all slices, or one for each.
#pragma once

#include "array.hpp"
#include "metric.hpp"

namespace minloc {

struct Target {
  const char* data;         // values of the array's dtype, in the machine's byte order
  Index strides[max_ndim];  // one for each axis of the array, 0 for the reduced ones
  Metric metric;
};

}  // namespace minloc
