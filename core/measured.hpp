// Tiles become tiles of distances, a piece at a time.
//
// A distance is an element of a dtype of its own (`distance_dtype`), so whoever compares elements
// compares distances, too, once they have been measured: there is no leaf for them. A piece is
// small enough to stay in a near cache until it has been read, and lies there as the tile does,
// without gaps and in the machine's byte order.
#pragma once

#include <algorithm>

#include "item_size.hpp"
#include "plan.hpp"
#include "workspace.hpp"

namespace minloc {

// How many slices a piece has, and how many elements of each, if it has room for `most` distances.
struct PieceShape {
  Index slices, length;

  static PieceShape of(const Tile& tile, Index most) {
    constexpr Index rows = 64, few = 4;  // a quarter of the room, if that is enough
    if (tile.lies_across()) {
      const Index slices = std::min(tile.slices, most / rows);
      return {slices, most / slices};
    }
    const Index length = std::min(tile.length, most / few);
    return {most / few / length, length};
  }
};

// How many bytes of values are repeated at once, and how often.
inline constexpr Index repeated_bytes = 4096, few_repeated = 32;

// Measures short slices without a gap between them, from a value each, several slices at once: the
// values are repeated for the elements.
inline void measure_short(const Tile& tile, const Metric& metric, char* distances) {
  const Index length = tile.length, most = repeated_bytes / (length * metric.itemsize);
  alignas(64) char values[repeated_bytes];
  with_item_size(metric.itemsize, [&](auto size) {
    for (Index slice = 0; slice < tile.slices; slice += most) {
      const Index slices = std::min(most, tile.slices - slice);
      const char* from = tile.values + slice * tile.value_stride;
      char* to = values;
      for (Index i = 0; i < slices; ++i, from += tile.value_stride)
        for (Index j = 0; j < length; ++j, to += size)
          __builtin_memcpy(to, from, static_cast<std::size_t>(size));
      const MeasuredRun run{.data = tile.data + slice * tile.slice_stride,
                            .stride = tile.stride,
                            .swapped = tile.swapped,
                            .values = values,
                            .value_stride = metric.itemsize,
                            .count = slices * length};
      metric(run, distances + slice * length * metric.size);
    }
  });
}

// Writes the distances of a tile's elements in the order in which they lie in memory.
inline void measure(const Tile& tile, const Metric& metric, char* distances) {
  const bool across = tile.lies_across();
  const Index rows = across ? tile.length : tile.slices, size = across ? tile.slices : tile.length;
  const Index row_stride = across ? tile.stride : tile.slice_stride;
  const Index row_value_stride = across ? 0 : tile.value_stride;
  MeasuredRun run{.data = tile.data,
                  .stride = across ? tile.slice_stride : tile.stride,
                  .swapped = tile.swapped,
                  .values = tile.values,
                  .value_stride = across ? tile.value_stride : 0,
                  .count = size};
  if (tile.value_stride == 0 && row_stride == size * run.stride) {
    run.count *= rows;
    return metric(run, distances);
  }
  if (!across && tile.value_stride != 0 && row_stride == size * run.stride && size <= few_repeated)
    return measure_short(tile, metric, distances);
  for (Index row = 0; row < rows; ++row) {
    metric(run, distances + row * size * metric.size);
    run.data += row_stride;
    run.values += row_value_stride;
  }
}

// Calls `visit(piece, slice)` for pieces of a tile, in `room` for so many bytes of distances; the
// first slice of a piece has that number in the tile.
template <class Visit>
void each_measured(const Tile& tile, const Metric& metric, char* room, Index bytes, Visit visit) {
  const PieceShape shape = PieceShape::of(tile, bytes / metric.size);
  for (Index slice = 0; slice < tile.slices; slice += shape.slices)
    for (Index j = 0; j < tile.length; j += shape.length) {
      Tile piece = tile.part(slice, shape.slices, j, shape.length);
      measure(piece, metric, room);
      const bool across = piece.lies_across();
      piece.data = room;
      piece.slice_stride = metric.size * (across ? 1 : piece.length);
      piece.stride = metric.size * (across ? piece.slices : 1);
      piece.swapped = false;
      piece.far = false;
      piece.values = nullptr;
      piece.value_stride = 0;
      visit(piece, slice);
    }
}

// The same, in the tile's own scratch; pieces have what is left of it.
template <class Visit>
void each_measured(const Tile& tile, const Metric& metric, Visit visit) {
  Scratch scratch = tile.scratch;
  char* const room = scratch.take<char>(measured_bytes);
  each_measured(tile, metric, room, measured_bytes, [&](Tile& piece, Index slice) {
    piece.scratch = scratch;
    visit(piece, slice);
  });
}

// Which way a piece is best read.
inline LeafChoice leaf_for(const Tile& piece, Index size) {
  const MaskView& mask = piece.mask;
  return choose_leaf({piece.length, piece.stride, mask.stride, 0, 0, 0},
                     {piece.slices, piece.slice_stride, mask.slice_stride, 0, 0, 0}, size,
                     static_cast<bool>(mask), false);
}

}  // namespace minloc
