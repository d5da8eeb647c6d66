// Many lanes side by side: their elements are read in memory order, a few of each lane at a time.
//
// The running state of all lanes of a panel stays in the nearest caches; a vector of it is fetched,
// meets a group of elements, and is put back. There is no transpose and no copy.
//
// Long lanes hold only the best value of a group against the state, which then numbers groups
// instead of elements: one operation an element. In the end each lane looks into its one group for
// the element: *min, then find*, as along a lane.
#pragma once

#include "lanes.hpp"

namespace minloc::MINLOC_ISA {

// The lanes of a tile from `left` on, as many as a state holds.
template <class O, class View>
struct Columns {
  using Key = typename O::Key;
  using V = Vector<Key>;
  using Lanes = typename State<O>::Lanes;
  static constexpr Index group = 2 * View::unroll;
  // From how many elements on groups are worth the search at the end.
  static constexpr Index long_lane = View::unroll > 1 ? 16 * group : no_candidate;

  const Tile& tile;
  Index left, count;
  State<O>& state;

  View view_at(Index element) const {
    return view_of<View>(tile.data + left * tile.lane_stride + element * tile.stride,
                         tile.lane_stride);
  }

  // Calls `step` for every vector of lanes. The last may overlap the one before it: a lane that
  // meets an element a second time keeps its state, for an element does not beat itself.
  template <class Step>
  void each_vector(Step step) const {
    constexpr Index lanes = lanes_of<Key>;
    const Index all = count;
    Index i = 0;
    for (; i + lanes <= all; i += lanes) step(i);
    if (i < all) step(all - lanes);
  }

  // Calls `meet(vector of lanes, elements)` for every vector of lanes, where `elements(n)` is the
  // view of element `begin` + n of each lane. What the loops need is at hand in registers: the
  // compiler cannot know that a state that is put back is not part of the tile.
  template <class Meet>
  void each_vector_from(Index begin, Meet meet) const {
    const char* const data = view_at(begin).data;
    const Index stride = tile.stride, lane_stride = tile.lane_stride;
    each_vector([=](Index i) {
      meet(i, [=](Index n) { return view_of<View>(data + n * stride, lane_stride); });
    });
  }

  // Meets elements [begin, end); the counters number them from 0.
  void meet_elements(Index begin, Index end) {
    State<O>& s = state;
    const auto meet = [&s, begin, this](auto elements, Index j) {
      each_vector_from(j, [&s, j, begin](Index i, auto view_at) {
        Lanes running(s, i);
        for (Index n = 0; n < decltype(elements)::value; ++n)
          running.take(O::key(view_at(n).from(i)), j - begin + n);
        running.keep(s, i);
      });
    };
    each_vector_from(begin,
                     [&s](Index i, auto view_at) { Lanes(O::key(view_at(0).from(i))).keep(s, i); });
    Index j = begin + 1;
    for (; j + group <= end; j += group) meet(std::integral_constant<Index, group>{}, j);
    for (; j < end; ++j) meet(std::integral_constant<Index, 1>{}, j);
  }

  // The same, but the counters number groups of elements, the first of which is whole.
  void meet_groups(Index begin, Index end) {
    constexpr bool looks_for_nan = O::wild_nan && !O::omits;
    State<O>& s = state;
    const auto meet = [&s, begin, this](auto elements, Index j) {
      const bool begins = j == begin;
      const Index number = (j - begin) / group;
      each_vector_from(j, [&s, begins, number](Index i, auto view_at) {
        V best = splat<V>(O::worst());
        decltype(O::is_wild_nan(best)) nan{};
        for (Index n = 0; n < decltype(elements)::value; ++n) {
          const V x = O::key(view_at(n).from(i));
          best = O::pick(x, best);
          if constexpr (looks_for_nan) nan |= O::is_wild_nan(x);
        }
        if constexpr (looks_for_nan)
          if (any(nan)) best = select(nan, splat<V>(O::wild_nan_key()), best);
        if (begins) return Lanes(best).keep(s, i);
        Lanes running(s, i);
        running.take(best, number);
        running.keep(s, i);
      });
    };
    Index j = begin;
    for (; j + group <= end; j += group) meet(std::integral_constant<Index, group>{}, j);
    for (; j < end; ++j) meet(std::integral_constant<Index, 1>{}, j);
  }

  // Finds the element in the group that the lane's counter says; no_candidate if there is none.
  Index find_in_group(Index lane, Index begin, Index end) const {
    const Key best = state.best[lane];
    Index j = begin + static_cast<Index>(state.counter[lane]) * group;
    // The worst of all keys may be an element's or stand for "only NaN": all of the lane is asked.
    const bool unsure = O::omits && best == O::worst();
    if (unsure)
      j = begin;
    else if (j + group < end)
      end = j + group;
    for (; j < end; ++j) {
      const Key x = O::key(view_at(j).at(lane));
      if (x == best || (O::wild_nan && !O::omits && bool(O::is_wild_nan(x))))
        return O::is_missing(x) ? no_candidate : j;
    }
    return no_candidate;
  }

  [[gnu::noinline]] void hand_over_groups(const Panel& panel, Index begin, Index end) const {
    Tile whole = tile;
    whole.fresh = tile.fresh && begin == 0;
    for (Index i = 0; i < count; ++i) {
      const Index j = find_in_group(i, begin, end);
      put<O>(whole, panel, left + i, state.best[i],
             j == no_candidate ? j : tile.index + j * tile.step);
    }
  }

  void reduce(const Panel& panel) {
    const bool few = count < lanes_of<Key>;
    const bool by_groups = long_lane != no_candidate && !few && tile.length >= long_lane;
    for (Index begin = 0, end; begin < tile.length; begin = end) {
      end = end_of_count<Key>(begin, tile.length, by_groups ? group : 1);
      if (few) {
        go_down_few<O, View>(tile, left, count, state, begin, end);
      } else if (!by_groups || end - begin < group) {
        meet_elements(begin, end);
      } else if constexpr (long_lane != no_candidate) {
        meet_groups(begin, end);
        hand_over_groups(panel, begin, end);
        continue;
      }
      state.hand_over(tile, panel, left, count, begin);
    }
  }
};

template <class O, class View>
void columns(const Tile& tile, const Panel& panel);

// Lanes that are few, but lie row after row without a gap, are taken for more lanes: so many rows
// are one row of a tile that is wider and shorter. The answers of what is one lane are merged.
template <class O, class View>
bool columns_by_wider_rows(const Tile& tile, const Panel& panel) {
  constexpr Index size = static_cast<Index>(sizeof(typename O::Key));
  constexpr Index width = 2048 / size, shortest = 16;
  const Index row = tile.lanes * size;
  if (tile.lanes > width / 4 || (tile.stride != row && tile.stride != -row)) return false;
  const Index by_width = width / tile.lanes, by_length = tile.length / shortest;
  const Index rows = by_width < by_length ? by_width : by_length;
  if (rows < 2) return false;

  alignas(64) char keys[width * size];
  Index indices[width];
  const Panel wide{keys, indices};
  if (tile.fresh)
    for (Index lane = 0; lane < tile.lanes; ++lane) panel.indices[lane] = no_candidate;
  const auto reduce = [&](Index element, Index copies, Index length) {
    // Of rows that run down through memory, a wide one begins with the last.
    const Index first = tile.stride < 0 ? element + copies - 1 : element;
    Tile part = tile;
    part.data += first * tile.stride;
    part.lanes = copies * tile.lanes;
    part.length = length;
    part.stride = copies * tile.stride;
    part.index += first * tile.step;
    part.step = copies * tile.step;
    part.fresh = true;
    columns<O, View>(part, wide);
    merge_panels<O>(panel, wide, tile.lanes, copies, tile.stride < 0 ? -tile.step : tile.step);
  };
  const Index length = tile.length / rows, rest = tile.length % rows;
  reduce(0, rows, length);
  if (rest > 0) reduce(rows * length, rest, 1);
  return true;
}

template <class O, class View>
void columns(const Tile& tile, const Panel& panel) {
  if constexpr (View::unroll > 1)
    if (columns_by_wider_rows<O, View>(tile, panel)) return;
  State<O> state;
  constexpr Index width = State<O>::capacity;
  for (Index left = 0; left < tile.lanes; left += width) {
    const Index count = tile.lanes - left < width ? tile.lanes - left : width;
    Columns<O, View>{tile, left, count, state}.reduce(panel);
  }
}

}  // namespace minloc::MINLOC_ISA
