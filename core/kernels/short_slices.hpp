// The leaf for short slices: several at once (rows.hpp), or one by one where most end at a NaN.
//
//   slices come from memory and are not the shortest: read them one by one, in turns (turns.hpp)
//   otherwise, for the next 256 slices:
//     most of the last ones ended at a NaN: read each up to its NaN (along.hpp)
//     otherwise: read a vector of slices at a time
#pragma once

#include "along.hpp"
#include "numbered.hpp"
#include "rows.hpp"

namespace minloc::MINLOC_ISA {

// Slices of adjacent elements, not the shortest. Where most of the last ones ended at a NaN, the
// next are read one by one, up to it.
template <class O>
void rows_up_to_nan(const Tile& tile, const Panel& panel) {
  using Part = Rows<O>;
  using Key = typename O::Key;
  const O order{tile.codings[0]};
  constexpr Index first_slices = 32;
  bool many_nan = false;
  for (Index i = 0, count; i < tile.slices; i += count) {
    const Index left = tile.slices - i, some = i == 0 ? first_slices : Part::some_slices;
    count = left < some + Part::lanes ? left : some;  // the last are a vector of slices, too
    const Tile part = tile.part(i, count, 0, tile.length);
    const Panel of_part{panel.keys + i * Part::size, panel.indices + i};
    if (many_nan) {
      along<O, Adjacent<O>, 1>(part, &of_part);
    } else {
      Scratch scratch = tile.scratch;
      Part{part, State<O>::of(part, 0, scratch)}.reduce_squares(of_part);
    }
    const Key* const keys = reinterpret_cast<const Key*>(of_part.keys);
    Index nan = 0;
    for (Index slice = 0; slice < count; ++slice) nan += order.is_final(keys[slice]) ? 1 : 0;
    many_nan = 5 * nan >= 3 * count;
  }
}

template <class O>
void rows(const Tile& tile, const Panel* panels) {
  if constexpr (NumberedTiles<O>::is_fast)
    if (NumberedTiles<O>::takes(tile)) return numbered<O>(tile, panels[0]);
  using Part = Rows<O>;
  constexpr Index in_turns =
      is_complex<typename O::Key> ? SliceOrder::shortest_complex : SliceOrder::shortest;
  if constexpr (Part::lanes > 1 && !is_compact && !O::is_boolean)
    if (tile.far && tile.slice_stride != Part::size && tile.length * Part::size >= in_turns)
      return along<O, Adjacent<O>, 1>(tile, panels);
  // (Integers of 64 bits take longer one by one.)
  constexpr Index shortest = O::looks_for_nan ? 32 : 96;
  if constexpr (Part::lanes > 1 && Part::size > 2 && (O::looks_for_nan || O::tame_nan))
    if (tile.slice_stride != Part::size && tile.length >= shortest &&
        tile.length * Part::size >= 256 && O{tile.codings[0]}.has_final())
      return rows_up_to_nan<O>(tile, panels[0]);
  Scratch scratch = tile.scratch;
  Part part{tile, State<O>::of(tile, 0, scratch)};
  if constexpr (Part::lanes > 1)
    if (tile.slice_stride != Part::size) return part.reduce_squares(panels[0]);
  part.reduce(panels[0]);
}

}  // namespace minloc::MINLOC_ISA
