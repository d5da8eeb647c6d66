#include "plan.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace minloc {
namespace {

struct Dim : Loop {
  bool reduced;
};

// Slices of at most so many bytes and elements are taken several at once rather than one by one, if
// there are enough of them for a vector.
constexpr Index short_bytes = 512, short_elements = 128, enough_slice_bytes = 32;
// Slices of at most this many elements stay in registers to their end: so many places in memory are
// read in turn.
constexpr Index few_elements = 8;
// Where slices are not folded, a tile of fewer elements is too short, if another loop has more.
constexpr Index few_for_a_tile = 16;

// Tiles of fewer elements take longer to hand to a leaf than to read.
constexpr Index few_in_a_tile = 64;
// So many bytes of cache lines are in a block of elements that are apart.
constexpr Index block_bytes = 24576, line_bytes = 64;

// From how many bytes on an array is taken to be in no cache.
constexpr Index far_from = 12 << 20;

bool is_short(const Loop& slice, Index itemsize) {
  return slice.size * itemsize <= short_bytes && slice.size <= short_elements;
}

// Whether the mask has bytes of neighbouring slices closer together than those of one slice.
bool mask_lies_across(const Loop& slice, const Loop& slices) {
  return slices.mask_stride != 0 && magnitude(slices.mask_stride) < magnitude(slice.mask_stride);
}

}  // namespace

LeafChoice choose_leaf(const Loop& slice, const Loop& slices, Index itemsize, bool masked,
                       bool swapped) {
  const bool adjacent = magnitude(slice.stride) == itemsize || slice.size == 1;
  const bool side_by_side = slices.stride == itemsize;
  const bool innermost = slices.size > 1 && magnitude(slices.stride) < magnitude(slice.stride);
  const bool many_short =
      is_short(slice, itemsize) && slices.size > 1 && slices.size * itemsize >= enough_slice_bytes;
  using enum LeafChoice;
  if (swapped) {
    const bool long_columns = innermost && side_by_side && slice.size > few_elements;
    return long_columns && !masked ? columns : gathered;
  }
  if (masked) {
    if (innermost || (slice.size == 1 && slices.size > 1)) return side_by_side ? columns : gathered;
    return adjacent && !many_short ? along : gathered;
  }
  if (innermost && slice.size > few_elements) return side_by_side ? columns : gathered;
  const bool run = slice.size > 1 && adjacent;
  if (side_by_side ? innermost || many_short : many_short && run) return rows;
  if (innermost || (many_short && !run)) return gathered;
  return adjacent ? along : gathered;
}

Offsets::Offsets(const Array& array, const Axes& axes, const Whole* whole) {
  for (int i = 0; i < axes.count; ++i) {
    Index length = whole ? whole->lengths[i] : array.shape[axes.list[i]];
    const Index stride = array.strides[axes.list[i]];
    if (whole) origin_ += whole->starts[i] * stride;
    if (length == 1) continue;
    if (count_ > 0 && strides_[count_ - 1] == length * stride) length *= lengths_[--count_];
    lengths_[count_] = length;
    strides_[count_++] = stride;
  }
}

Plan::Plan(const Array& array, const Mask& where, const Axes& axes, const Index* out_strides,
           Visit visit, Ties ties, const Whole* whole, Index k, const Labels* with_labels)
    : data(array.data),
      mask(where.data),
      labels(with_labels ? with_labels->data : nullptr),
      values(array.target ? array.target->data : nullptr),
      target(array.target),
      itemsize(array.itemsize),
      masked_value(where.masked_value),
      swapped(array.swapped),
      out_offset(0),
      first_index(0),
      may_miss(true),
      far(array.has_bytes(far_from)),
      last_index(-1),
      turned(0),
      folds(false),
      slice{1, array.itemsize, 0, 0, 0, 0},
      slices{1, array.itemsize, 0, 0, 0, 0},
      block(0),
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

  const bool in_index_order = visit == Visit::index_order;
  // In the order of the index, the reduced axes come last, as they were given.
  int order[max_ndim], first_reduced = 0;
  for (int axis = 0; axis < array.ndim; ++axis)
    if (!in_index_order || !is_reduced[axis]) order[first_reduced++] = axis;
  if (in_index_order)
    for (int i = 0; i < axes.count; ++i) order[first_reduced + i] = axes.list[i];

  // Axes worth a loop, from the outermost in memory to the innermost.
  Dim dims[max_ndim];
  int count = 0;
  for (int i = 0; i < array.ndim; ++i) {
    const int axis = order[i];
    Dim dim{{array.shape[axis], array.strides[axis], mask ? where.strides[axis] : 0,
             is_reduced[axis] ? steps[axis] : *out_strides++,
             labels ? with_labels->strides[axis] : 0, target ? target->strides[axis] : 0},
            is_reduced[axis]};
    const bool repeats =
        dim.stride == 0 && dim.mask_stride == 0 && dim.label_stride == 0 && dim.value_stride == 0;
    if (repeats && dim.reduced && dim.size > k) dim.size = k;  // of equal elements the first win
    if (dim.size == 1) continue;
    // Answers to be continued may differ from one repetition to the next.
    if (repeats && !dim.reduced && visit == Visit::memory_order && !whole) {
      loops_[max_ndim - ++repeat_count] = dim;
      continue;
    }
    const bool turns = dim.reduced ? ties == Ties::last : !in_index_order && dim.stride < 0;
    if (turns) {
      const Index last = dim.size - 1;
      data += last * dim.stride;
      if (mask) mask += last * dim.mask_stride;
      if (labels) labels += last * dim.label_stride;
      values += last * dim.value_stride;
      dim.stride = -dim.stride;
      dim.mask_stride = -dim.mask_stride;
      dim.label_stride = -dim.label_stride;
      dim.value_stride = -dim.value_stride;
      if (dim.reduced) {
        turned -= last * dim.stride;
      } else {
        out_offset += last * dim.step;
        dim.step = -dim.step;
      }
    }
    int place = count++;
    if (!in_index_order)
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
          outer.label_stride == inner.size * inner.label_stride &&
          outer.value_stride == inner.size * inner.value_stride &&
          outer.step == inner.size * inner.step) {
        outer = {{outer.size * inner.size, inner.stride, inner.mask_stride, inner.step,
                  inner.label_stride, inner.value_stride},
                 inner.reduced};
        continue;
      }
    }
    dims[merged++] = inner;
  }

  int last_reduced = -1, last_kept = -1;
  for (int i = 0; i < merged; ++i) (dims[i].reduced ? last_reduced : last_kept) = i;
  if (last_reduced >= 0) slice = dims[last_reduced];
  if (last_kept >= 0) slices = dims[last_kept];
  for (int i = 0; i < last_kept; ++i)
    if (!dims[i].reduced) loops_[kept_count++] = dims[i];
  for (int i = 0; i < last_reduced; ++i)
    if (dims[i].reduced) loops_[kept_count + reduced_count++] = dims[i];
  if (visit == Visit::memory_order) lengthen_slices();
  if (visit == Visit::each_slice && reduced_count > 0) {
    Loop& outer = loops_[kept_count + reduced_count - 1];
    if (slice.size < few_for_a_tile && outer.size > slice.size) std::swap(slice, outer);
  }
  // One answer from many short slices: they are taken several at once like those of many answers;
  // so are slices across which the mask lies.
  if (visit == Visit::memory_order && last_kept < 0 && reduced_count > 0 &&
      (is_short(slice, array.itemsize) || mask_lies_across(slice, reduced()[reduced_count - 1]))) {
    folds = true;
    slices = reduced()[--reduced_count];
    // Elements side by side become slices side by side.
    if (is_short(slice, array.itemsize) && magnitude(slice.stride) == array.itemsize &&
        slices.size > few_elements) {
      std::swap(slice, slices);
      if (slices.stride < 0) turn_slices_round();
    }
  }
  if (block == 0) block = slice.size;
  // The elements of slices of one element are one run, if their strides say so.
  if (slice.size == 1) {
    slice.stride = slices.stride;
    slice.mask_stride = slices.mask_stride;
  }
  leaf = choose_leaf(slice, slices, array.itemsize, mask != nullptr, swapped);
}

void Plan::lengthen_slices() {
  if (reduced_count == 0) return;
  Loop* const outer = loops_ + kept_count;
  Loop* const next = outer + reduced_count - 1;
  Loop* const longest = std::max_element(
      outer, next + 1, [](const Loop& a, const Loop& b) { return a.size < b.size; });
  if (longest->size < 2 * slice.size) return;
  // Where there is one answer, short slices are taken several at once: fast, if they are adjacent.
  const bool one_answer = slices.size == 1;
  const bool adjacent = magnitude(slice.stride) == itemsize;
  const bool is_small = slice.size * (one_answer ? next->size : slices.size) < few_in_a_tile;
  if (!(is_small && (!one_answer || reduced_count > 1)) &&
      !(one_answer && !adjacent && slice.size < few_for_a_tile))
    return;
  const Loop inner = slice;
  slice = *longest;
  std::copy(longest + 1, next + 1, longest);
  *next = inner;
  block = block_bytes / std::min(std::max(magnitude(slice.stride), Index{1}), line_bytes);
}

void Plan::turn_slices_round() {
  const Index last = slices.size - 1;
  data += last * slices.stride;
  if (mask) mask += last * slices.mask_stride;
  first_index += last * slices.step;
  turned += last * slices.stride;
  slices = {slices.size,  -slices.stride,       -slices.mask_stride,
            -slices.step, -slices.label_stride, -slices.value_stride};
}

Index Plan::length() const {
  Index length = slice.size;
  for (int i = 0; i < reduced_count; ++i) length *= reduced()[i].size;
  return length;
}

Index Plan::bytes(Index itemsize) const {
  Index bytes = itemsize;
  const auto times = [&](Index size) {
    if (__builtin_mul_overflow(bytes, size, &bytes)) bytes = std::numeric_limits<Index>::max();
  };
  times(length());
  times(slices.size);
  for (int i = 0; i < kept_count; ++i) times(kept()[i].size);
  return bytes;
}

void Plan::narrow(Loop& loop, bool is_reduced, Index begin, Index end) {
  data += begin * loop.stride;
  if (mask) mask += begin * loop.mask_stride;
  if (labels) labels += begin * loop.label_stride;
  values += begin * loop.value_stride;
  (is_reduced ? first_index : out_offset) += begin * loop.step;
  loop.size = end - begin;
}

}  // namespace minloc
