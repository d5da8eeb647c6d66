// One element at a time, any strides, either byte order, without a mask.
#pragma once

#include "order.hpp"
#include "view.hpp"

namespace minloc::MINLOC_ISA {

template <class O, bool swapped>
void single_lanes(const Tile& tile, const Panel& panel) {
  using Key = typename O::Key;
  for (Index lane = 0; lane < tile.lanes; ++lane) {
    const char* x_at = tile.data + lane * tile.lane_stride;
    Key best = O::worst();
    Index position = no_candidate;
    for (Index j = 0; j < tile.length; ++j) {
      const Key x = O::key(Contiguous<typename O::Storage, swapped>{x_at + j * tile.stride}.at(0));
      if (position == no_candidate ? !O::is_missing(x) : bool(O::beats(x, best))) {
        best = x;
        position = j;
      }
    }
    const Index index = position == no_candidate ? no_candidate : tile.index + position * tile.step;
    put<O>(tile, panel, lane, best, index);
  }
}

template <class O>
void single(const Tile& tile, const Panel& panel) {
  if (tile.swapped)
    single_lanes<O, true>(tile, panel);
  else
    single_lanes<O, false>(tile, panel);
}

}  // namespace minloc::MINLOC_ISA
