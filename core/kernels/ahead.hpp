// Prefetching, where elements are read in an order that defeats the processor's own prefetcher.
//
// It is done only for tiles that are `far`: in a cache, prefetching costs what it gives outside.
#pragma once

#include "../leaves.hpp"
#include "simd.hpp"

namespace minloc::MINLOC_ISA {

// Rows of memory to prefetch one after the other, a piece at each step.
struct Ahead {
  const char* at;
  Index stride, row_bytes, piece, rows, column = 0;

  // Up to `group` rows of a tile from `element` on, `piece` bytes at a time.
  static Ahead of(const Tile& tile, Index element, Index group, Index piece) {
    const Index rows = tile.length - element < group ? tile.length - element : group;
    return {tile.data + element * tile.stride, tile.stride, tile.slices * tile.slice_stride, piece,
            tile.far ? rows : 0};
  }
  // As many bytes of the mask as there are elements of `size` bytes.
  Ahead of_mask(const MaskView& mask, Index element, Index size) const {
    return {mask.at(0, element), mask.stride, row_bytes / size, piece / size, rows};
  }

  void step() {
    if (rows == 0) return;
    for (Index i = 0; i < piece; i += cache_line) __builtin_prefetch(at + column + i, 0, 2);
    column += piece;
    if (column < row_bytes) return;
    column = 0;
    at += stride;
    --rows;
  }
};

// Prefetches `bytes` from `p` on. (Always inlined, or else GCC finds the function pure and drops
// the calls.)
MINLOC_INLINE inline void prefetch(const char* p, Index bytes) {
  for (Index i = 0; i < bytes; i += cache_line) __builtin_prefetch(p + i);
}

// Prefetches `bytes` of what follows 4 KiB behind `p`, in the order of memory, where a little of
// each of some slices is read in turn.
MINLOC_INLINE inline void prefetch_behind(const char* p, Index bytes) {
  constexpr Index distance = 4096;
  prefetch(p + distance, bytes);
}

}  // namespace minloc::MINLOC_ISA
