#include "plan.hpp"

#include <utility>

namespace minloc {
namespace {

struct Dim : Loop {
  bool reduced;
};

Index magnitude(Index x) { return x < 0 ? -x : x; }

// Lanes of at most so many bytes and elements are taken several at once rather than one by one, if
// there are enough of them for a vector.
constexpr Index short_lane_bytes = 512, short_lane_elements = 128, enough_bytes = 32;
// Lanes of at most this many elements stay in registers to their end: so many places in memory are
// read in turn.
constexpr Index few_elements = 8;

// From how many bytes on an array is taken to be in no cache.
constexpr Index far_from = 16 << 20;

bool is_short(const Loop& lane, Index itemsize) {
  return lane.size * itemsize <= short_lane_bytes && lane.size <= short_lane_elements;
}

// Whether the mask has bytes of neighbouring lanes closer together than those of one lane.
bool lies_across(const Loop& lane, const Loop& lanes) {
  return lanes.mask_stride != 0 && magnitude(lanes.mask_stride) < magnitude(lane.mask_stride);
}

LeafChoice choose(const Loop& lane, const Loop& lanes, Index itemsize, bool masked, bool swapped) {
  const bool lane_adjacent = magnitude(lane.stride) == itemsize || lane.size == 1;
  const bool lanes_adjacent = lanes.stride == itemsize;
  const bool lanes_innermost = lanes.size > 1 && magnitude(lanes.stride) < magnitude(lane.stride);
  const bool many_short_lanes =
      is_short(lane, itemsize) && lanes.size > 1 && lanes.size * itemsize >= enough_bytes;
  using enum LeafChoice;
  if (masked) {
    if (swapped) return gathered;
    if (lanes_innermost || (lane.size == 1 && lanes.size > 1))
      return lanes_adjacent ? columns_masked : gathered;
    return lane_adjacent && !many_short_lanes ? along_masked : gathered;
  }
  if (lanes_innermost && lane.size > few_elements)
    return lanes_adjacent ? columns : swapped ? single : columns_strided;
  if (lanes_innermost || many_short_lanes)
    return swapped ? single : lanes_adjacent ? rows : rows_strided;
  if (lane_adjacent && lane.stride > 0) return along;
  return swapped ? single : lane_adjacent ? along_down : along_strided;
}

}  // namespace

Offsets::Offsets(const Array& array, const Axes& axes, const Whole* whole) : count_(axes.count) {
  for (int i = 0; i < count_; ++i) {
    lengths_[i] = whole ? whole->lengths[i] : array.shape[axes.list[i]];
    strides_[i] = array.strides[axes.list[i]];
    if (whole) origin_ += whole->starts[i] * strides_[i];
  }
}

Plan::Plan(const Array& array, const Mask& where, const Axes& axes, const Index* out_strides,
           Visit visit, Ties ties, const Whole* whole)
    : data(array.data),
      mask(where.data),
      masked_value(where.masked_value),
      swapped(array.swapped),
      out_offset(0),
      first_index(0),
      may_miss(true),
      far(array.has_bytes(far_from)),
      last_index(-1),
      turned(0),
      folds(false),
      lane{1, array.itemsize, 0, 0},
      lanes{1, array.itemsize, 0, 0},
      kept_count(0),
      reduced_count(0),
      repeat_count(0) {
  Index steps[max_ndim];
  bool is_reduced[max_ndim];
  for (int axis = 0; axis < array.ndim; ++axis) is_reduced[axis] = false;
  Index step = 1;
  for (int i = axes.count - 1; i >= 0; --i) {
    const int axis = axes.list[i];
    const Index size = array.shape[axis], start = whole ? whole->starts[i] : 0;
    const Index length = whole ? whole->lengths[i] : size;
    is_reduced[axis] = true;
    steps[axis] = step;
    first_index += (ties == Ties::first ? start : length - start - size) * step;
    step *= length;
  }
  if (ties == Ties::last) last_index = step - 1;

  // In the order of the index, the reduced axes come last, as they were given.
  int order[max_ndim], first_reduced = 0;
  for (int axis = 0; axis < array.ndim; ++axis)
    if (visit == Visit::memory_order || !is_reduced[axis]) order[first_reduced++] = axis;
  if (visit == Visit::index_order)
    for (int i = 0; i < axes.count; ++i) order[first_reduced + i] = axes.list[i];

  // Axes worth a loop, from the outermost in memory to the innermost.
  Dim dims[max_ndim];
  int count = 0;
  for (int i = 0; i < array.ndim; ++i) {
    const int axis = order[i];
    Dim dim{{array.shape[axis], array.strides[axis], mask ? where.strides[axis] : 0,
             is_reduced[axis] ? steps[axis] : *out_strides++},
            is_reduced[axis]};
    if (dim.size == 1) continue;
    if (dim.stride == 0 && dim.mask_stride == 0) {
      if (dim.reduced) continue;  // of equal elements the first wins
      // Answers to be continued may differ from one repetition to the next.
      if (visit == Visit::memory_order && !whole) {
        loops_[max_ndim - ++repeat_count] = dim;
        continue;
      }
    }
    const bool turns =
        dim.reduced ? ties == Ties::last : visit == Visit::memory_order && dim.stride < 0;
    if (turns) {
      const Index last = dim.size - 1;
      data += last * dim.stride;
      if (mask) mask += last * dim.mask_stride;
      dim.stride = -dim.stride;
      dim.mask_stride = -dim.mask_stride;
      if (dim.reduced) {
        turned -= last * dim.stride;
      } else {
        out_offset += last * dim.step;
        dim.step = -dim.step;
      }
    }
    int place = count++;
    if (visit == Visit::memory_order)
      for (; place > 0 && magnitude(dims[place - 1].stride) < magnitude(dim.stride); --place)
        dims[place] = dims[place - 1];
    dims[place] = dim;
  }

  // Neighbours that are one run of memory, of the mask and of the answer.
  int merged = 0;
  for (int i = 0; i < count; ++i) {
    const Dim inner = dims[i];
    if (merged > 0) {
      Dim& outer = dims[merged - 1];
      if (outer.reduced == inner.reduced && outer.stride == inner.size * inner.stride &&
          outer.mask_stride == inner.size * inner.mask_stride &&
          outer.step == inner.size * inner.step) {
        outer = {{outer.size * inner.size, inner.stride, inner.mask_stride, inner.step},
                 inner.reduced};
        continue;
      }
    }
    dims[merged++] = inner;
  }

  int last_reduced = -1, last_kept = -1;
  for (int i = 0; i < merged; ++i) (dims[i].reduced ? last_reduced : last_kept) = i;
  if (last_reduced >= 0) lane = dims[last_reduced];
  if (last_kept >= 0) lanes = dims[last_kept];
  for (int i = 0; i < last_kept; ++i)
    if (!dims[i].reduced) loops_[kept_count++] = dims[i];
  for (int i = 0; i < last_reduced; ++i)
    if (dims[i].reduced) loops_[kept_count + reduced_count++] = dims[i];
  // One answer from many short lanes: they are taken several at once like those of many answers; so
  // are lanes across which the mask lies.
  if (visit == Visit::memory_order && last_kept < 0 && reduced_count > 0 &&
      (is_short(lane, array.itemsize) || lies_across(lane, reduced()[reduced_count - 1]))) {
    folds = true;
    lanes = reduced()[--reduced_count];
    // Elements side by side become lanes side by side.
    if (is_short(lane, array.itemsize) && magnitude(lane.stride) == array.itemsize &&
        lanes.size > few_elements) {
      std::swap(lane, lanes);
      if (lanes.stride < 0) turn_lanes_round();
    }
  }
  // The elements of lanes of one element are one run, if their strides say so.
  if (lane.size == 1) {
    lane.stride = lanes.stride;
    lane.mask_stride = lanes.mask_stride;
  }
  leaf = choose(lane, lanes, array.itemsize, mask != nullptr, swapped);
}

void Plan::turn_lanes_round() {
  const Index last = lanes.size - 1;
  data += last * lanes.stride;
  if (mask) mask += last * lanes.mask_stride;
  first_index += last * lanes.step;
  turned += last * lanes.stride;
  lanes = {lanes.size, -lanes.stride, -lanes.mask_stride, -lanes.step};
}

void Plan::narrow(Loop& loop, bool is_reduced, Index begin, Index end) {
  data += begin * loop.stride;
  if (mask) mask += begin * loop.mask_stride;
  (is_reduced ? first_index : out_offset) += begin * loop.step;
  loop.size = end - begin;
}

Leaf Plan::leaf_of(const Leaves& leaves) const {
  switch (leaf) {
    case LeafChoice::along: return leaves.along[swapped];
    case LeafChoice::along_down: return leaves.along_down;
    case LeafChoice::along_strided: return leaves.along_strided;
    case LeafChoice::columns: return leaves.columns[swapped];
    case LeafChoice::columns_strided: return leaves.columns_strided;
    case LeafChoice::rows: return leaves.rows;
    case LeafChoice::rows_strided: return leaves.rows_strided;
    case LeafChoice::along_masked: return leaves.along_masked;
    case LeafChoice::columns_masked: return leaves.columns_masked;
    case LeafChoice::gathered: return leaves.gathered;
    default: return leaves.single;
  }
}

}  // namespace minloc
