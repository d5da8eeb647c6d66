// The k best of every slice, best first, with their indices.
#pragma once

#include "array.hpp"
#include "plan.hpp"

namespace minloc {

enum class NanRank {
  omit,   // NaN is no candidate
  last,   // NaN come after all numbers, the first one first
  refuse  // the answer is that there is one
};

// Where to write: two arrays in C order. Their axes are the kept ones and, somewhere among them, an
// axis of k ranks.
struct TopAnswer {
  char* values;  // elements as they are in the array
  Index* indices;
  Index step;  // elements from one rank to the next: the product of the axes after that of ranks
};

struct TopOutcome {
  // interrupted: by a signal, whose handler has set an exception
  enum class Status { done, too_few, nan, no_memory, interrupted };

  Status status;
  // The first slice that has a NaN, or too few candidates and then how many, as a number in C
  // order.
  Index slice, candidates;
};

// Writes the k best of every slice, equal ones by index, on as many threads as are worth it. Where
// a slice has fewer candidates, `takes_fewer` writes zeros and the index no_candidate for the rest;
// else it is an error. What has been written is of no use unless the outcome is `done`. Nothing is
// written where k is 0, or more than a slice has elements: then there need be no answer to write
// to.
TopOutcome top_k(const Array& array, const Mask& mask, const Axes& axes, Index k, bool takes_fewer,
                 Extreme extreme, NanRank nan, const Kernels& kernels, DType dtype,
                 const TopAnswer& answer);

}  // namespace minloc
