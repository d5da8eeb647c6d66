// The k best of slices whose elements are apart or in the other byte order: pieces are copied as
// keys, in memory order, for one of the other loops.
#pragma once

#include "gathered.hpp"
#include "top_along.hpp"
#include "top_columns.hpp"

namespace minloc::MINLOC_ISA {

template <class O>
void top_gathered(const Tile& tile, Selection* selections) {
  using Key = typename O::Key;
  using K = OfKeys<O>;
  constexpr Index room = 8192 / static_cast<Index>(sizeof(Key)), abreast = 64;
  const bool across = tile.slices >= lanes_of<Key> && tile.lies_across();
  const Index slices = across ? abreast : 1, length = room / slices;
  alignas(64) Key keys[room];
  const Gather<O> gather{{tile.codings[0]}, keys, nullptr};
  const Coding coded = gather.coding_of_keys();
  for (Index slice = 0; slice < tile.slices; slice += slices)
    for (Index j = 0; j < tile.length; j += length) {
      Tile part = tile.part(slice, slices, j, length);
      const MaskView mask = part.mask;  // it is looked at where it lies
      part.mask = {};
      Tile copy = gather.copy_of(part, across, coded);
      copy.mask = mask;
      (across ? top_columns<K> : top_along<K>)(copy, selections + slice);
    }
}

}  // namespace minloc::MINLOC_ISA
