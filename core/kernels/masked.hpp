// Lanes of which a mask takes elements out of the choice: any strides, one element at a time.
#pragma once

#include "order.hpp"
#include "view.hpp"

namespace minloc::MINLOC_ISA {

template <class O, class View>
void masked_lanes(const Tile& tile, const Panel& panel) {
  using Key = typename O::Key;
  for (Index lane = 0; lane < tile.lanes; ++lane) {
    const View view{tile.data + lane * tile.lane_stride, tile.stride};
    const char* mask = tile.mask + lane * tile.mask_lane_stride;
    Key best = O::worst();
    Index position = no_candidate;
    for (Index j = 0; j < tile.length; ++j) {
      if ((mask[j * tile.mask_stride] != 0) == tile.masked_value) continue;
      const Key x = O::key(view.at(j));
      if (position == no_candidate ? !O::is_missing(x) : bool(O::beats(x, best))) {
        best = x;
        position = j;
      }
    }
    const Index index = position == no_candidate ? no_candidate : tile.index + position * tile.step;
    if (tile.fresh) {
      reinterpret_cast<Key*>(panel.keys)[lane] = best;
      panel.indices[lane] = index;
    } else {
      merge<O>(panel, lane, best, index);
    }
  }
}

template <class O>
void masked(const Tile& tile, const Panel& panel) {
  using T = typename O::Storage;
  if (tile.swapped)
    masked_lanes<O, Strided<T, true>>(tile, panel);
  else
    masked_lanes<O, Strided<T, false>>(tile, panel);
}

}  // namespace minloc::MINLOC_ISA
