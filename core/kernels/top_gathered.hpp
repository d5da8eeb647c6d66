// The k best of slices whose elements are apart or have their bytes in the other order: pieces are
// copied as keys, in the order in which they lie, for one of the other loops.
#pragma once

#include "gathered.hpp"
#include "top_along.hpp"
#include "top_columns.hpp"

namespace minloc::MINLOC_ISA {

template <class O>
void top_gathered(const Tile& tile, Selection* selections) {
  using Key = typename O::Key;
  using K = OfKeys<O>;
  constexpr Index size = static_cast<Index>(sizeof(Key)), room = 8192 / size, abreast = 64;
  const auto distance = [](Index stride) { return stride < 0 ? -stride : stride; };
  const bool across =
      tile.slices >= lanes_of<Key> && distance(tile.slice_stride) < distance(tile.stride);
  const Index most = across ? abreast : 1, longest = room / most;
  alignas(64) Key keys[room];
  const Gather<O> gather{{tile.codings[0]}, keys, nullptr};
  const Coding coded = gather.coding_of_keys();
  for (Index slice = 0; slice < tile.slices; slice += most)
    for (Index j = 0; j < tile.length; j += longest) {
      Tile part = tile;
      part.move(slice, j);
      part.slices = tile.slices - slice < most ? tile.slices - slice : most;
      part.length = tile.length - j < longest ? tile.length - j : longest;
      Tile source = across ? part.turned() : part;
      source.mask = {};  // it is looked at where it lies
      gather.copy(source);
      part.data = reinterpret_cast<const char*>(keys);
      part.slice_stride = across ? size : part.length * size;
      part.stride = across ? part.slices * size : size;
      part.codings = &coded;
      part.swapped = false;
      part.far = false;
      (across ? top_columns<K> : top_along<K>)(part, selections + slice);
    }
}

}  // namespace minloc::MINLOC_ISA
