// From axes and strides to batches of slices, each of which reads memory in order.
//
// Kept axes are sorted by stride and joined where they are one, so that slices which lie side by
// side are a *batch* and chosen from together. So are reduced axes: the innermost one makes lanes,
// the others are loops around them. Elements need not be met in the order of the index, for each
// candidate carries its index.
#pragma once

#include "plan.hpp"
#include "top_k.hpp"

namespace minloc {

struct Reduced {
  Index size, stride, mask_stride, step;
};

// A kept axis, or some that are one.
struct Kept {
  Index size, stride, mask_stride, value_stride, index_stride;
  Index slices;  // how many slices lie between one position and the next, in C order
};

struct Place {  // where a slice begins and where its answer does
  const char *data, *mask;
  char *values, *indices;
  Index slice;

  void move(const Kept& kept, Index by) {
    data += by * kept.stride;
    if (mask) mask += by * kept.mask_stride;
    values += by * kept.value_stride;
    indices += by * kept.index_stride;
    slice += by * kept.slices;
  }
};

// The axes of a slice, outermost first.
struct Slice {
  int count = 0;
  Reduced dims[max_ndim];

  // Bytes from the first element of a slice to the one with an index, if the axes are in the order
  // that makes up the index; and between the bytes of the mask.
  Index offset(Index index) const { return offset_by<&Reduced::stride>(index); }
  Index mask_offset(Index index) const { return offset_by<&Reduced::mask_stride>(index); }

 private:
  template <Index Reduced::* stride>
  Index offset_by(Index index) const {
    Index offset = 0;
    for (int i = count - 1; i > 0; --i) {
      offset += index % dims[i].size * (dims[i].*stride);
      index /= dims[i].size;
    }
    return offset + index * (dims[0].*stride);
  }
};

// What a batch is chosen from by: the leaf of the same name.
enum class Way { along, columns, rows };

struct Batch {
  Place place;  // of its first slice
  Index slices;
};

inline Index magnitude(Index x) { return x < 0 ? -x : x; }

// The first of the things in part `part` of `parts`, where the parts are of nearly one size.
inline Index border(Index things, Index parts, Index part) {
  return things / parts * part + (part < things % parts ? part : things % parts);
}

// So many slices are a batch of rows.
inline constexpr Index rows_slices = 256;

struct TopPlan {
  bool masked_value, swapped, far;
  Slice read;     // the axes of a slice in the order that they are read in
  Slice indexed;  // and in the order that makes up the index
  int kept_count = 0;
  Kept kept[max_ndim];  // outermost first; along the last one slices make batches
  Place origin;
  Index length = 1, slices = 1;
  Index to_read = 1;  // elements of a slice that may be among its k best

  Way way = Way::along;
  Index capacity = 0;  // of a selection, in candidates
  Index width = 1;     // slices in a batch, at most
  Index batches = 1;

  // `k` is how many are wanted of each slice.
  TopPlan(const Array& array, const Mask& mask, const Axes& axes, Index k, const TopAnswer& answer);

  // Decides what is a batch; there is an element.
  void make_batches(Index k, Index itemsize, Index candidate_size);

  const Kept& innermost_kept() const { return kept[kept_count - 1]; }
  const Reduced& innermost() const { return read.dims[read.count - 1]; }
  Batch batch(Index number) const;

 private:
  Index batches_in_row_ = 1;

  void turn_up(Kept& dim);
};

}  // namespace minloc
