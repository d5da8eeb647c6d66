// From axes and strides to a traversal that reads memory in order.
//
//   drop axes of size 1, and axes along which the same elements repeat
//   reverse kept axes with negative strides
//   sort the rest by stride; merge neighbours that are one run of memory
//   the innermost reduced axis becomes the slice of a tile, the innermost kept axis its row of
//   slices for each kept axis left: for each reduced axis left: one tile
//
// 1. A tile may be read out of index order, because an index grows by a fixed `step` along each
//    reduced axis, and ties between tiles are settled by index. Within a slice elements are read in
//    index order.
// 2. Where tiles would be small, the longest reduced axis becomes the slice instead, and is read in
//    blocks that stay in a cache while the loops around it go on.
// 3. Where the last of equal elements is wanted, reduced axes are walked from their ends and
//    indices count back from the last element: the first of equals is then the last one.
#pragma once

#include "array.hpp"
#include "leaves.hpp"
#include "target.hpp"

namespace minloc {

// (Without initial values: plans have room for many.)
struct Loop {
  Index size;
  Index stride;        // bytes in the array
  Index mask_stride;   // bytes in the mask
  Index step;          // a reduced axis: indices; a kept axis: units of `out_strides`
  Index label_stride;  // bytes in the labels
  Index value_stride;  // bytes in the values of the target
};

struct Axes {
  int count;
  int list[max_ndim];  // the reduced axes, in the order in which they make up the index
  bool contains(int axis) const {
    for (int i = 0; i < count; ++i)
      if (list[i] == axis) return true;
    return false;
  }
};

// The whole array of which an array is a part: along each reduced axis, in their order, where the
// part begins and how long the whole is. Indices count in the whole.
struct Whole {
  Index starts[max_ndim], lengths[max_ndim];
};

// From an index of the whole to the element of a slice, if it lies in the part.
class Offsets {
 public:
  // `whole` may be null: the array is the whole.
  Offsets(const Array& array, const Axes& axes, const Whole* whole);

  // Bytes from the first element of a slice of the part.
  Index of(Index index) const {
    Index bytes = -origin_;
    for (int i = count_ - 1; i > 0; --i) {
      bytes += index % lengths_[i] * strides_[i];
      index /= lengths_[i];
    }
    return count_ > 0 ? bytes + index * strides_[0] : bytes;
  }

 private:
  int count_ = 0;
  Index origin_ = 0, lengths_[max_ndim], strides_[max_ndim];
};

enum class Visit {
  memory_order,  // whatever reads memory in order
  each_slice,    // that, but without folding slices or skipping repeated ones
  index_order    // element by element as the index grows, for comparisons that may not commute
};

// Which way a tile is best read.
LeafChoice choose_leaf(const Loop& slice, const Loop& slices, Index itemsize, bool masked,
                       bool swapped);

// An index that counts back from the last element, from the first one; or back.
inline Index counted_back(Index index, Index last) {
  return index == no_candidate ? no_candidate : last - index;
}

struct Plan {
  const char* data;
  const char* mask;
  const char* labels;
  const char* values;  // of the target
  const Target* target;
  Index itemsize;
  bool masked_value;
  bool swapped;
  Index out_offset;   // in units of `out_strides`, from the first answer to the first visited
  Index first_index;  // the index of the element where it begins
  bool may_miss;      // there may be slices without a candidate
  bool far;           // so much is read that it is not in a cache, as far as can be told
  Index last_index;   // if indices count back, the index of the last element; else negative
  Index turned;       // bytes from the first element of the first slice to `data`
  bool folds;         // there is one answer: `slices` is a reduced loop too, its slices are merged
  Loop slice, slices;
  Index block;  // so many elements of a slice are read before the loops around it go on
  int kept_count, reduced_count, repeat_count;
  LeafChoice leaf;

  // How many answers a tile has.
  Index answers() const { return folds ? 1 : slices.size; }
  // How many elements of a slice are visited, if the plan does not fold.
  Index length() const;
  // How many bytes are read; those of a broadcast array may be more than an Index counts.
  Index bytes(Index itemsize) const;
  // Whether elements of neighbouring slices are closer together than those of one slice.
  bool lies_across() const {
    return slices.size > 1 && magnitude(slices.stride) < magnitude(slice.stride);
  }

  // The loops around the tile, outermost first, and the kept axes along which there is one
  // slice only, repeated.
  Loop* kept() { return loops_; }
  const Loop* kept() const { return loops_; }
  const Loop* reduced() const { return loops_ + kept_count; }
  const Loop* repeats() const { return loops_ + max_ndim - repeat_count; }

  // Leaves only iterations [begin, end) of one of the plan's own loops, a reduced or a kept one.
  void narrow(Loop& loop, bool is_reduced, Index begin, Index end);

  bool counts_back() const { return last_index >= 0; }
  // What an index of the plan's is in the answer.
  Index answer(Index index) const {
    return counts_back() ? counted_back(index, last_index) : index;
  }

  // The loop that cuts slices into the longest runs.
  Loop& outermost_reduced() { return reduced_count > 0 ? loops_[kept_count] : slice; }
  const Loop& outermost_reduced() const { return reduced_count > 0 ? loops_[kept_count] : slice; }

  // `out_strides` has one entry for each kept axis of the array, in their order: bytes in the
  // output, or whatever else locates the answer of a slice, such as its number in C order. `whole`
  // may be null. Along a reduced axis that repeats elements the first k are visited: the k best of
  // a slice include no more of them. `with_labels` may be null, too.
  Plan(const Array& array, const Mask& mask, const Axes& axes, const Index* out_strides,
       Visit visit, Ties ties, const Whole* whole = nullptr, Index k = 1,
       const Labels* with_labels = nullptr);

 private:
  Loop loops_[max_ndim];

  // Lets the longest of the loops around small tiles be the slice.
  void lengthen_slices();

  // Of a plan that folds: lets the slices begin at the other end.
  void turn_slices_round();
};

}  // namespace minloc
