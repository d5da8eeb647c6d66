// Both ends at once: what is read for the smallest is met for the largest, too.
//
// Side by side, the smallest of a group of rows and then the largest go into states of their own
// while the group is in the first-level cache. Along a lane, a vector is met for both while it is
// in a register.
#pragma once

#include "along.hpp"
#include "columns.hpp"

namespace minloc::MINLOC_ISA {

// Both ends of a lane, by the way of `best_of_stretch`.
template <class Min, class Max, class View>
struct EndsOfLane {
  using Key = typename Min::Key;
  using V = Vector<Key>;
  using C = Counters<Key>;
  static constexpr Index lanes = lanes_of<Key>, block = stretch_block * lanes;
  static constexpr bool looks_for_nan = Min::wild_nan && !Min::omits;

  View view;
  Found<Min> low{Min::worst(), no_candidate};
  Found<Max> high{Max::worst(), no_candidate};

  // One end of a stretch: of each lane of a vector the best so far, and the block it came from.
  template <class O>
  struct Top {
    V best = splat<V>(O::worst());
    C number{};

    void meet(V x, V y, C block_number) {
      const V better = O::pick(x, y);
      const auto wins = O::better(better, best);
      best = select(wins, better, best);
      number = select(wins, block_number, number);
    }
  };

  // Meets elements [begin, end), at least a vector of them; false if there is a NaN in them that is
  // both ends of the lane.
  bool meet_stretch(Index begin, Index end) {
    Top<Min> low_top;
    Top<Max> high_top;
    decltype(Min::is_wild_nan(V{})) nan{};
    for (Index i = begin, b = 0; i < end; ++b) {
      const Index stop = end - i < block ? end : i + block;
      V l[2] = {splat<V>(Min::worst()), splat<V>(Min::worst())};
      V h[2] = {splat<V>(Max::worst()), splat<V>(Max::worst())};
      const auto take = [&](int way, Index at) {
        const auto x = view.from(at);
        l[way] = Min::pick(Min::key(x), l[way]);
        h[way] = Max::pick(Max::key(x), h[way]);
        return Min::key(x);
      };
      for (; i + 2 * lanes <= stop; i += 2 * lanes) {
        const auto x = take(0, i), y = take(1, i + lanes);
        if constexpr (looks_for_nan) nan |= Min::is_wild_nan(x, y);
      }
      if (i < stop) {  // the end is near: the last vector reaches back
        const auto x = take(0, i + lanes <= stop ? i : stop - lanes), y = take(1, stop - lanes);
        if constexpr (looks_for_nan) nan |= Min::is_wild_nan(x, y);
        i = stop;
      }
      if constexpr (looks_for_nan)
        if (any(nan)) {
          const Index at =
              find<Min, Keep::first>(view, begin, end, [](auto x) { return Min::is_wild_nan(x); });
          if (at == no_candidate) [[unlikely]] {  // see `along`
            meet<Min, Keep::first>(low, best_after_change<Min, Keep::first>(view, begin, end));
            meet<Max, Keep::first>(high, best_after_change<Max, Keep::first>(view, begin, end));
            return true;
          }
          low = {Min::wild_nan_key(), at};
          high = {Max::wild_nan_key(), at};
          return false;
        }
      const C block_number = splat<C>(static_cast<Counter<Key>>(b));
      low_top.meet(l[1], l[0], block_number);
      high_top.meet(h[1], h[0], block_number);
    }
    meet<Min, Keep::first>(
        low, find_in_stretch<Min, Keep::first>(view, begin, end, low_top.best, low_top.number));
    meet<Max, Keep::first>(
        high, find_in_stretch<Max, Keep::first>(view, begin, end, high_top.best, high_top.number));
    return true;
  }

  // Meets a lane of `length` elements, at least a vector of them.
  void meet_lane(Index length) {
    constexpr Index stretch = stretch_blocks * block;
    for (Index begin = 0, end; begin < length; begin = end) {
      if (Min::is_final(low.key) && Max::is_final(high.key)) return;
      end = length - begin < stretch + lanes ? length : begin + stretch;
      if (!meet_stretch(begin, end)) return;
    }
  }
};

// Both ends of lanes of adjacent elements.
template <class Min, class Max>
void along_both(const Tile& tile, const Panel& smallest, const Panel& largest) {
  using View = Contiguous<typename Min::Storage, false>;
  if (Min::is_boolean || tile.length < lanes_of<typename Min::Key>) {
    along<Min, Keep::first, View>(tile, smallest);
    along<Max, Keep::first, View>(tile, largest);
    return;
  }
  for (Index lane = 0; lane < tile.lanes; ++lane) {
    EndsOfLane<Min, Max, View> ends{View{tile.data + lane * tile.lane_stride}};
    ends.meet_lane(tile.length);
    const auto index = [&](Index position) {
      return position == no_candidate ? no_candidate : tile.index + position * tile.step;
    };
    put<Min>(tile, smallest, lane, ends.low.key, index(ends.low.position));
    put<Max>(tile, largest, lane, ends.high.key, index(ends.high.position));
  }
}

// Both ends of lanes that are side by side.
template <class Min, class Max>
void columns_both(const Tile& tile, const Panel& smallest, const Panel& largest) {
  using Key = typename Min::Key;
  using View = Contiguous<typename Min::Storage, false>;
  using Low = Columns<Min, View>;
  using High = Columns<Max, View>;
  if (tile.lanes < 4 * lanes_of<Key>) {
    columns<Min, View>(tile, smallest);
    columns<Max, View>(tile, largest);
    return;
  }
  constexpr Index width = State<Min>::capacity;
  Scratch scratch = tile.scratch;
  const Index most = tile.lanes < width ? tile.lanes : width;
  const State<Min> low_state(scratch, most);
  const State<Max> high_state(scratch, most);
  for (Index left = 0, count; left < tile.lanes; left += count) {
    count = tile.lanes - left < width ? tile.lanes - left : width;
    // The last lanes must not be fewer than a vector has.
    if (left + count < tile.lanes && tile.lanes - left - count < lanes_of<Key>)
      count -= lanes_of<Key>;
    const Low low{tile, left, count, low_state};
    const High high{tile, left, count, high_state};
    for (Index begin = 0, end; begin < tile.length; begin = end) {
      end = end_of_count<Key>(begin, tile.length);
      const auto meet = [&]<int elements>(std::integral_constant<int, elements>, Index j) {
        const auto lows = low.template group_of<elements>(j, j - begin);
        const auto highs = high.template group_of<elements>(j, j - begin);
        auto ahead = low.ahead_of(j + elements);
        low.each_vector([=](Index i) mutable {
          if constexpr (elements == Low::group) ahead.step();
          lows.meet(low_state, i);
          highs.meet(high_state, i);
        });
      };
      Index j = begin;
      for (; j + Low::group <= end; j += Low::group)
        meet(std::integral_constant<int, Low::group>{}, j);
      for (; j < end; ++j) meet(std::integral_constant<int, 1>{}, j);
      low_state.hand_over(tile, smallest, left, count, begin);
      high_state.hand_over(tile, largest, left, count, begin);
    }
  }
}

}  // namespace minloc::MINLOC_ISA
