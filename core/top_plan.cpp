#include "top_plan.hpp"

#include <algorithm>
#include <utility>

#include "pool.hpp"

namespace minloc {
namespace {

// From how many bytes on an array is taken to be in no cache.
constexpr Index far_from = 16 << 20;
// The selections of a batch of columns take no more than this, and their rows no less than a line.
constexpr Index columns_state = 1 << 18, columns_slices = 256, line = 64;
// From so many bytes on selections are too large for several of them to be made at once.
constexpr Index large_selection = 1 << 20;
// Slices of fewer elements are not worth a call each, if another reduced axis has more.
constexpr Index short_slice = 16;
// A selection has room for at least so many candidates.
constexpr Index least_buffer = 16;

template <class Dim>
void sort_by_stride(Dim* dims, int count) {
  std::stable_sort(dims, dims + count, [](const Dim& x, const Dim& y) {
    return magnitude(x.stride) > magnitude(y.stride);
  });
}

// Joins neighbours that are one axis.
template <class Dim, class Are>
int join(Dim* dims, int count, Are are_one) {
  int joined = 0;
  for (int i = 0; i < count; ++i) {
    const Dim inner = dims[i];
    if (joined > 0 && are_one(dims[joined - 1], inner)) {
      const Index size = dims[joined - 1].size * inner.size;
      dims[joined - 1] = inner;
      dims[joined - 1].size = size;
    } else {
      dims[joined++] = inner;
    }
  }
  return joined;
}

void join(Slice& slice) {
  slice.count = join(slice.dims, slice.count, [](const Reduced& outer, const Reduced& inner) {
    return outer.stride == inner.size * inner.stride &&
           outer.mask_stride == inner.size * inner.mask_stride &&
           outer.step == inner.size * inner.step;
  });
  if (slice.count == 0) slice.dims[slice.count++] = {1, 0, 0, 1};
}

}  // namespace

TopPlan::TopPlan(const Array& array, const Mask& mask, const Axes& axes, Index k,
                 const TopAnswer& answer)
    : masked_value(mask.masked_value),
      swapped(array.swapped),
      far(array.has_bytes(far_from)),
      origin{array.data, mask.data, answer.values, answer.indices, 0} {
  const auto mask_stride = [&](int axis) { return mask.data ? mask.strides[axis] : 0; };
  for (int i = axes.count - 1; i >= 0; --i) {
    const int axis = axes.list[i];
    const Reduced dim{array.shape[axis], array.strides[axis], mask_stride(axis), length};
    length *= dim.size;
    if (dim.size != 1) indexed.dims[indexed.count++] = dim;
  }
  std::reverse(indexed.dims, indexed.dims + indexed.count);
  // Along an axis that repeats one element the first k are the best of them.
  for (int i = 0; i < indexed.count; ++i) {
    Reduced dim = indexed.dims[i];
    if (dim.stride == 0 && dim.mask_stride == 0)
      dim.size = std::min(dim.size, std::max<Index>(k, 1));
    to_read *= dim.size;
    if (dim.size != 1) read.dims[read.count++] = dim;
  }
  join(indexed);
  sort_by_stride(read.dims, read.count);
  join(read);
  if (read.count > 1) {
    Reduced &inner = read.dims[read.count - 1], &outer = read.dims[read.count - 2];
    if (inner.size < short_slice && outer.size > inner.size) std::swap(inner, outer);
  }

  int number = array.ndim - axes.count;
  for (int axis = array.ndim - 1; axis >= 0; --axis) {
    if (axes.contains(axis)) continue;
    --number;
    const Kept dim{array.shape[axis],
                   array.strides[axis],
                   mask_stride(axis),
                   answer.value_strides[number],
                   answer.index_strides[number],
                   slices};
    slices *= dim.size;
    if (dim.size != 1) kept[kept_count++] = dim;
  }
  std::reverse(kept, kept + kept_count);
  if (slices == 0) return;
  for (int i = 0; i < kept_count; ++i) turn_up(kept[i]);
  sort_by_stride(kept, kept_count);
  kept_count = join(kept, kept_count, [](const Kept& outer, const Kept& inner) {
    return outer.stride == inner.size * inner.stride &&
           outer.mask_stride == inner.size * inner.mask_stride &&
           outer.value_stride == inner.size * inner.value_stride &&
           outer.index_stride == inner.size * inner.index_stride &&
           outer.slices == inner.size * inner.slices;
  });
  if (kept_count == 0) kept[kept_count++] = {1, array.itemsize, 1, 0, 0, 1};
}

// Lets a kept axis begin at its lowest address.
void TopPlan::turn_up(Kept& dim) {
  if (dim.stride >= 0) return;
  origin.move(dim, dim.size - 1);
  dim = {dim.size,          -dim.stride,       -dim.mask_stride,
         -dim.value_stride, -dim.index_stride, -dim.slices};
}

void TopPlan::make_batches(Index k, Index itemsize, Index candidate_size) {
  // A vector of slices of any instruction set.
  const bool many = innermost_kept().size * itemsize >= line;
  if (many && !origin.mask && !swapped && read.count == 1 && to_read <= top_rows_length &&
      k <= top_rows_k)
    way = Way::rows;
  const Index buffer = std::max<Index>(k <= to_read / 4 ? 4 * k : to_read, least_buffer);
  capacity = std::min(buffer, to_read);
  if (way == Way::along && many && innermost_kept().stride < magnitude(innermost().stride) &&
      capacity * candidate_size < large_selection)
    way = Way::columns;
  if (way == Way::rows) {
    width = rows_slices;
  } else if (way == Way::columns) {
    const Index fits = columns_state / (capacity * candidate_size);
    const Index shared = (innermost_kept().size + num_threads() - 1) / num_threads();
    width = std::max(std::min({fits, shared, columns_slices}), line / itemsize);
  }
  batches_in_row_ = (innermost_kept().size + width - 1) / width;
  batches = batches_in_row_ * (slices / innermost_kept().size);
}

Batch TopPlan::batch(Index number) const {
  Place place = origin;
  Index outer = number / batches_in_row_;
  for (int i = kept_count - 2; i >= 0; --i) {
    place.move(kept[i], outer % kept[i].size);
    outer /= kept[i].size;
  }
  const Index in_row = number % batches_in_row_;
  const Index first = border(innermost_kept().size, batches_in_row_, in_row);
  place.move(innermost_kept(), first);
  return {place, border(innermost_kept().size, batches_in_row_, in_row + 1) - first};
}

}  // namespace minloc
