// Slices under a mask, whatever the order in which the mask lies.
//
// What the mask takes out of the choice comes as the filler, and then the loops for slices without
// a mask do the rest. Where elements and bytes of the mask lie side by side, the view puts the
// filler in as it reads. Where the mask lies in another order, a piece of it is copied into the
// order of the elements first, in squares that are turned in registers.
#pragma once

#include "along.hpp"
#include "columns.hpp"
#include "transpose.hpp"

namespace minloc::MINLOC_ISA {

// At most so many bytes of a mask are copied at once.
inline constexpr Index mask_piece = 1 << 16;

// Copies a row of `length` bytes that lie `stride` apart, from byte `begin` on.
inline void copy_row(const char* from, Index stride, Index begin, Index length, char* to) {
  using V = Vector<std::uint8_t>;
  constexpr Index wide = lanes_of<std::uint8_t>;
  constexpr auto turned = [](int l) { return static_cast<int>(wide) - 1 - l; };
  Index j = begin;
  if (stride == -1)
    for (; j + wide <= length; j += wide) {
      const V x = load<V>(from - j - (wide - 1));
      store(to + j, shuffle<turned>(x, x));
    }
  if (stride == 1)
    __builtin_memcpy(to + j, from + j, static_cast<std::size_t>(length - j));
  else
    for (; j < length; ++j) to[j] = from[j * stride];
}

// Copies `rows` rows of `length` bytes. Their bytes lie `stride` apart, and become one run each.
inline void copy_mask(const char* from, Index row_stride, Index stride, Index rows, Index length,
                      char* to) {
  using V = Vector<std::uint8_t>;
  constexpr Index square = side_of<std::uint8_t>, wide = lanes_of<std::uint8_t>;
  Index pitch = length;
  if (row_stride == -1) {  // the rows are taken from the last on
    from -= rows - 1;
    to += (rows - 1) * pitch;
    row_stride = 1;
    pitch = -pitch;
  }
  Index squares = 0, width = 0;  // so many rows and bytes of each are copied in squares
  if (row_stride == 1 && stride != 1) {
    squares = rows / square * square;
    width = length / wide * wide;
    for (Index j = 0; j < width; j += wide)
      for (Index row = 0; row < squares; row += square) {
        V x[square];
        load_transposed<std::uint8_t>(from + row + j * stride, stride, x);
        unrolled<square>([&](int n) MINLOC_INLINE { store(to + (row + n) * pitch + j, x[n]); });
      }
  }
  for (Index row = 0; row < rows; ++row)
    copy_row(from + row * row_stride, stride, row < squares ? width : 0, length, to + row * pitch);
}

// Calls `reduce(part, its panel)` for parts of a tile, of so many slices and elements at most.
template <class O, class Reduce>
void by_parts(const Tile& tile, const Panel& panel, Index slices, Index length, Reduce reduce) {
  for (Index slice = 0; slice < tile.slices; slice += slices)
    for (Index j = 0; j < tile.length; j += length) {
      reduce(tile.part(slice, slices, j, length),
             Panel{panel.keys + slice * static_cast<Index>(sizeof(typename O::Key)),
                   panel.indices + slice});
    }
}

// Says of a tile's slices that none of their elements is chosen.
template <class O>
void leave_out(const Tile& tile, const Panel& panel) {
  if (tile.fresh) clear(O{tile.codings[0]}, panel, tile.slices);
}

// Slices of adjacent elements, upwards or downwards.
template <class O>
void along_masked(const Tile& tile, const Panel* panels) {
  const Index upwards = tile.stride > 0 ? 1 : -1;
  if (tile.mask.stride == upwards) return along<O, Masked<O>, 1>(tile, panels);
  if (tile.mask.stride == 0)  // each slice is chosen or not
    return by_parts<O>(tile, panels[0], 1, tile.length, [&](Tile part, const Panel& answer) {
      if (part.mask.keeps(0, 0))
        along<O, Adjacent<O>, 1>(part, &answer);
      else
        leave_out<O>(part, answer);
    });
  // As many slices as a line of the cache has bytes of the mask, if it lies across them.
  constexpr Index slices = cache_line;
  Scratch scratch = tile.scratch;
  char* const bytes = scratch.take<char>(mask_piece);
  by_parts<O>(tile, panels[0], slices, mask_piece / slices, [&](Tile part, const Panel& answers) {
    // Like the elements, the mask runs upwards in memory or downwards.
    const Index last = part.length - 1, first = upwards > 0 ? 0 : last;
    copy_mask(part.mask.at(0, first), part.mask.slice_stride, upwards * part.mask.stride,
              part.slices, part.length, bytes);
    part.mask.bytes = bytes + first;
    part.mask.slice_stride = part.length;
    part.mask.stride = upwards;
    along<O, Masked<O>, 1>(part, &answers);
  });
}

// Slices that are side by side.
template <class O>
void columns_masked(const Tile& tile, const Panel* panels) {
  if (tile.mask.slice_stride == 1) return columns<O, Masked<O>, 1>(tile, panels);
  if (tile.mask.slice_stride != 0) {
    constexpr Index length = cache_line;
    Scratch scratch = tile.scratch;
    char* const bytes = scratch.take<char>(mask_piece);
    return by_parts<O>(tile, panels[0], mask_piece / length, length,
                       [&](Tile part, const Panel& answers) {
                         copy_mask(part.mask.bytes, part.mask.stride, part.mask.slice_stride,
                                   part.length, part.slices, bytes);
                         part.mask.bytes = bytes;
                         part.mask.stride = part.slices;
                         part.mask.slice_stride = 1;
                         part.scratch = scratch;
                         columns<O, Masked<O>, 1>(part, &answers);
                       });
  }
  // All slices have one mask: what it leaves are runs of elements, to which there is no mask.
  bool fresh = tile.fresh;
  for (Index j = 0, length; j < tile.length; j += length) {
    const bool kept = tile.mask.keeps(0, j);
    length = 1;
    while (j + length < tile.length && tile.mask.keeps(0, j + length) == kept) ++length;
    if (!kept) continue;
    Tile run = tile;
    run.move(0, j);
    run.length = length;
    run.fresh = fresh;
    columns<O, Adjacent<O>, 1>(run, panels);
    fresh = false;
  }
  if (fresh) leave_out<O>(tile, panels[0]);
}

}  // namespace minloc::MINLOC_ISA
