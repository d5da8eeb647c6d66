// How the elements of an array lie in memory.
#pragma once

#include <cstdlib>
#include <vector>

#include "dtypes.hpp"

namespace minloc {

enum class MaskLayout { none, like_array, other_order, broadcast };

struct Layout {
  const char* name;
  bool fortran = false, swapped = false, broadcast = false;
  unsigned reversed = 0;  // one bit for each axis
  Index spacing = 1;      // from one element to the next along the innermost axis
  Index offset = 0;       // bytes from an aligned address to the first one in use
  MaskLayout mask = MaskLayout::none;
  Index answer_spacing = 1;  // from one answer to the next
};

inline constexpr Layout layouts[] = {
    {.name = "C"},
    {.name = "F", .fortran = true},
    {.name = "reversed", .reversed = ~0u},
    {.name = "F, first axis reversed, answers apart",
     .fortran = true,
     .reversed = 1,
     .answer_spacing = 2},
    {.name = "every second column", .spacing = 2},
    {.name = "every third column, reversed, answers too",
     .reversed = ~0u,
     .spacing = 3,
     .answer_spacing = -1},
    {.name = "unaligned", .offset = 1},
    {.name = "byte-swapped", .swapped = true},
    {.name = "byte-swapped, F, reversed", .fortran = true, .swapped = true, .reversed = ~0u},
    {.name = "byte-swapped, every second column", .swapped = true, .spacing = 2},
    {.name = "broadcast along the first axis", .broadcast = true},
    {.name = "masked", .mask = MaskLayout::like_array},
    {.name = "masked, reversed", .reversed = ~0u, .mask = MaskLayout::like_array},
    {.name = "masked in the other order", .mask = MaskLayout::other_order},
    {.name = "masked in the other order, reversed",
     .reversed = ~0u,
     .mask = MaskLayout::other_order},
    {.name = "masked in the other order, byte-swapped, reversed",
     .swapped = true,
     .reversed = ~0u,
     .mask = MaskLayout::other_order},
    {.name = "every second column, mask broadcast", .spacing = 2, .mask = MaskLayout::broadcast},
};

using Shape = std::vector<Index>;

inline Index product(const Shape& shape) {
  Index size = 1;
  for (const Index n : shape) size *= n;
  return size;
}

inline Shape strides_of(const Shape& shape, const Layout& layout, Index itemsize) {
  const std::size_t ndim = shape.size();
  Shape strides(ndim);
  Index stride = itemsize * layout.spacing;
  for (std::size_t i = 0; i < ndim; ++i) {
    const std::size_t axis = layout.fortran ? i : ndim - 1 - i;
    if (layout.broadcast && axis == 0) continue;
    strides[axis] = layout.reversed >> axis & 1 ? -stride : stride;
    stride *= shape[axis];
  }
  return strides;
}

// The strides of the mask of an array in that layout.
inline Shape mask_strides_of(const Shape& shape, Layout layout) {
  if (layout.mask == MaskLayout::other_order) layout.fortran = !layout.fortran;
  layout.broadcast = layout.mask == MaskLayout::broadcast;
  return strides_of(shape, layout, 1);
}

// No byte more than an array with those strides takes, in which its first element lies at `first`.
struct Memory {
  std::vector<char> bytes;
  Index first;

  Memory(const Shape& shape, const Shape& strides, Index itemsize, Index offset) : first(offset) {
    Index size = offset + itemsize;
    for (std::size_t axis = 0; axis < shape.size(); ++axis) {
      const Index reach = (shape[axis] - 1) * strides[axis];
      size += std::abs(reach);
      if (reach < 0) first -= reach;
    }
    bytes.resize(static_cast<std::size_t>(size));
  }
  const char* data() const { return bytes.data() + first; }
};

// Calls `visit(offset by a, offset by b)` for each position of a shape in C order.
template <class Visit>
void each_position(const Shape& shape, const Shape& a, const Shape& b, Visit visit) {
  Shape at(shape.size());
  Index by_a = 0, by_b = 0;
  for (Index left = product(shape); left > 0; --left) {
    visit(by_a, by_b);
    for (std::size_t axis = shape.size(); axis-- > 0;) {
      by_a += a[axis], by_b += b[axis];
      if (++at[axis] < shape[axis]) break;
      by_a -= shape[axis] * a[axis], by_b -= shape[axis] * b[axis];
      at[axis] = 0;
    }
  }
}

}  // namespace minloc
