// Masked slices, whatever the layout of the mask.
//
//   if the mask lies like the elements: read masked elements as fillers (view.hpp)
//   if it lies across them: copy a piece of it into the order of the elements, then as above
//   if it is one byte for a slice, or one mask for all slices: reduce only what it keeps
//
// The loops are those for slices without a mask. A mask is copied in squares that are transposed in
// registers.
#pragma once

#include "along.hpp"
#include "columns.hpp"
#include "transpose.hpp"

namespace minloc::MINLOC_ISA {

// At most so many bytes of a mask are copied at once.
inline constexpr Index mask_piece = 1 << 16;

// Copies bytes that lie `stride` apart into a run. (Mostly a few at the end of a row: most strides
// are not worth vectors.)
inline void copy_bytes(const char* from, Index stride, Index count, char* to) {
  if (stride == 1)
    __builtin_memcpy(to, from, static_cast<std::size_t>(count));
  else if (stride == -1)
    copy_run<std::uint8_t>(from, stride, false, count, to);
  else
    for (Index i = 0; i < count; ++i) to[i] = from[i * stride];
}

// Copies `rows` rows of `length` bytes that lie `stride` apart; each row becomes contiguous.
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
  for (Index row = 0; row < rows; ++row) {
    const Index begin = row < squares ? width : 0;
    copy_bytes(from + row * row_stride + begin * stride, stride, length - begin,
               to + row * pitch + begin);
  }
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

// Marks a tile's slices as having no candidate.
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
  // All slices have one mask: reduce the runs of elements that it keeps, without a mask.
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
