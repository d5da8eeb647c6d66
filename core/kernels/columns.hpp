// Many lanes side by side: their elements are read in memory order, a few of each lane at a time.
//
// The running state of all lanes of a panel stays in the nearest caches; a vector of it is fetched,
// meets a few elements, and is put back. There is no transpose and no copy.
#pragma once

#include "lanes.hpp"

namespace minloc::MINLOC_ISA {

template <class O, class View>
void columns(const Tile& tile, const Panel& panel) {
  using Key = typename O::Key;
  using S = State<O>;
  using Lanes = typename S::Lanes;
  constexpr Index lanes = lanes_of<Key>;
  constexpr Index together = 2 * View::unroll;  // elements of each lane that are met at once
  S state;
  const auto view_at = [&](Index element) {
    return view_of<View>(tile.data + element * tile.stride, tile.lane_stride);
  };
  for (Index left = 0; left < tile.lanes; left += S::capacity) {
    const Index count = tile.lanes - left < S::capacity ? tile.lanes - left : S::capacity;
    // The last vector of lanes may overlap the one before it: a lane that meets an element a second
    // time keeps its state, for an element does not beat itself.
    const auto each_vector = [&](auto step) {
      Index i = 0;
      for (; i + lanes <= count; i += lanes) step(i);
      if (i < count) step(count - lanes);
    };
    for (Index element = 0, end; element < tile.length; element = end) {
      end = end_of_count<Key>(element, tile.length);
      if (count < lanes) {
        for (Index i = 0; i < count; ++i) state.take_lane(view_at, left + i, i, element, end);
      } else {
        each_vector(
            [&](Index i) { Lanes(O::key(view_at(element).from(left + i))).keep(state, i); });
        const auto meet = [&](auto elements, Index j) {
          each_vector([&](Index i) {
            Lanes running(state, i);
            for (Index n = 0; n < elements(); ++n)
              running.take(O::key(view_at(j + n).from(left + i)), j + n - element);
            running.keep(state, i);
          });
        };
        Index j = element + 1;
        for (; j + together <= end; j += together) meet([]() constexpr { return together; }, j);
        for (; j < end; ++j) meet([]() constexpr { return Index{1}; }, j);
      }
      state.hand_over(tile, panel, left, count, element);
    }
  }
}

}  // namespace minloc::MINLOC_ISA
