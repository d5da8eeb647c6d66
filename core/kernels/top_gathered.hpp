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
  choose_by_copies(
      tile, selections,
      {{Gather<O>::copy, Gather<O>::size, lanes_of<Key>}, top_columns<K>, top_along<K>});
}

}  // namespace minloc::MINLOC_ISA
