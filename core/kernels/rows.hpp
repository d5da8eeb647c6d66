// Many short lanes: a vector of them goes down to the end of its lanes, its state in registers.
#pragma once

#include "lanes.hpp"

namespace minloc::MINLOC_ISA {

template <class O, class View>
void rows(const Tile& tile, const Panel& panel) {
  using Key = typename O::Key;
  using S = State<O>;
  constexpr Index lanes = lanes_of<Key>;
  S state;
  const auto view_at = [&](Index element) {
    return view_of<View>(tile.data + element * tile.stride, tile.lane_stride);
  };
  for (Index left = 0; left < tile.lanes; left += S::capacity) {
    const Index count = tile.lanes - left < S::capacity ? tile.lanes - left : S::capacity;
    for (Index element = 0, end; element < tile.length; element = end) {
      end = end_of_count<Key>(element, tile.length);
      const auto go_down = [&](Index i) {
        typename S::Lanes running(O::key(view_at(element).from(left + i)));
        for (Index j = element + 1; j < end; ++j)
          running.take(O::key(view_at(j).from(left + i)), j - element);
        running.keep(state, i);
      };
      Index i = 0;
      for (; i + lanes <= count; i += lanes) go_down(i);
      if (i < count && count >= lanes) {
        go_down(count - lanes);
      } else {
        for (; i < count; ++i) state.take_lane(view_at, left + i, i, element, end);
      }
      state.hand_over(tile, panel, left, count, element);
    }
  }
}

}  // namespace minloc::MINLOC_ISA
