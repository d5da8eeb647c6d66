// Which elements a mask keeps, where the loops have read a filler for those it takes out.
//
// No element is worse than the filler. So a slice whose best key is the filler either has
// candidates that are all as bad, and the first of them is the answer, or it has none.
#pragma once

#include "view.hpp"

namespace minloc::MINLOC_ISA {

// The first of elements [begin, end) of a slice that the mask keeps; no_candidate if there is none.
[[gnu::noinline]] inline Index first_kept(const Tile& tile, Index slice, Index begin, Index end) {
  if (tile.mask.stride == 0 && begin < end) end = begin + 1;
  for (Index j = begin; j < end; ++j)
    if (tile.mask.keeps(slice, j)) return j;
  return no_candidate;
}

// The position of a slice's answer, from its best key and the position that this was found at.
template <class O>
Index kept_position(const O& order, const Tile& tile, Index slice, typename O::Key best,
                    Index position) {
  if (order.is_missing(best)) return no_candidate;
  return best == order.filler() ? first_kept(tile, slice, 0, tile.length) : position;
}

// How many slices are tested at once for an element that the mask keeps, row after row; all slices
// if they have few elements.
inline constexpr Index slices_tested = 64, few_tested = 4;

// For each of `count` slices from `slice` on, 0xff if the mask keeps one of elements [begin, end).
[[gnu::noinline]] inline void any_kept(MaskView mask, Index slice, Index count, Index begin,
                                       Index end, std::uint8_t* any) {
  using V = Vector<std::uint8_t>;
  const Index slice_stride = mask.slice_stride;
  for (Index i = 0; i < count; ++i) any[i] = 0;
  for (Index j = begin; j < end; ++j) {
    const char* const row = mask.at(slice, j);
    Index i = 0;
    if (slice_stride == 1)
      for (; i + lanes_of<std::uint8_t> <= count; i += lanes_of<std::uint8_t>) {
        const auto zero = load<V>(row + i) == V{};
        store(any + i, V(load<V>(any + i) | V(mask.masked_value ? zero : ~zero)));
      }
    for (; i < count; ++i)
      if (mask.keeps(row[i * slice_stride])) any[i] = 0xff;
    if (mask.stride == 0) return;
  }
}

}  // namespace minloc::MINLOC_ISA
