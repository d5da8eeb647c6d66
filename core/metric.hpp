// How elements become distances: what is asked of the kernels that measure (kernels/distances.hpp).
#pragma once

#include "leaves.hpp"

namespace minloc {

// Elements to be measured: `count` that lie `stride` bytes apart, and the values that they are
// measured from, as far apart as `value_stride` says.
struct MeasuredRun {
  const char* data;
  Index stride;
  bool swapped;  // the bytes of the elements are in the other order
  const char* values;
  Index value_stride;
  Index count;
};

// Whether a tile has slices that lie side by side, as many as the vectors of any instruction set
// want, in the machine's byte order and without a mask.
inline bool lies_side_by_side(const Tile& tile, Index itemsize) {
  constexpr Index enough = 64;
  return tile.lies_across() && tile.slice_stride == itemsize && tile.slices * itemsize >= enough &&
         !tile.mask && !tile.swapped;
}

// The distances of a family's elements, of any of its dtypes.
struct Distances {
  // Writes the distances, as elements of `distance_dtype`, one after the other.
  void (*measure)(const MeasuredRun&, DType, char* distances);
  // By Nan: merges a tile into a panel, as a Leaf does, without writing distances. Null for
  // elements without vectors. The answers of slices side by side continue what the panel holds,
  // whose indices have to be smaller.
  void (*in_place[2])(const Tile&, DType, const Panel&);
  // Whether it takes all tiles; else slices that lie side by side, and those whose elements are
  // adjacent, in the machine's byte order and without a mask.
  bool takes_all;
};

struct Metric {
  const Distances* distances;
  DType dtype;     // of the elements
  Index itemsize;  // of an element
  Index size;      // of a distance

  static Metric of(const Kernels& kernels, DType dtype) {
    const int family = static_cast<int>(family_of(dtype));
    constexpr int first_long = static_cast<int>(Family::longdouble);
    return {family < first_long ? &kernels.distances[family]
                                : &kernels.long_distances[family - first_long],
            dtype, size_of(dtype), size_of(distance_dtype(dtype))};
  }
  void operator()(const MeasuredRun& run, char* to) const { distances->measure(run, dtype, to); }
};

}  // namespace minloc
