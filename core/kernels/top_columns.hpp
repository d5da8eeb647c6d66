// The k best of many lanes side by side, each with a bound of its own, in memory order.
//
// Of a group of rows the best is taken, a vector of lanes at a time, and held against a vector of
// bounds. The selections of all lanes stay in a near cache.
#pragma once

#include "top.hpp"

namespace minloc::MINLOC_ISA {

// Lanes side by side, as many as there are bounds.
template <class O, class View>
struct ColumnsTop {
  using Key = typename O::Key;
  using V = KeysOf<O, View>;
  static constexpr Index lanes = is_vector<V> ? lanes_of<Key> : 1, group = 8, width = 512;

  const Tile& tile;
  Index left, count;
  Selection* selections;
  Index unbounded = 0;  // lanes without a bound
  Index latest = 0;     // no bound has had a greater index
  alignas(64) Key bounds[width];

  ColumnsTop(const Tile& t, Index first, Index lane_count, Selection* all)
      : tile(t), left(first), count(lane_count), selections(all + first) {
    for (Index lane = 0; lane < count; ++lane) {
      bounds[lane] = O::worst();
      if (selections[lane].bounded)
        see_bound(lane);
      else
        ++unbounded;
    }
  }

  void see_bound(Index lane) {
    const auto candidate = bound_of<O>(selections[lane]);
    bounds[lane] = key_of<O>(candidate.rank);
    if (candidate.index > latest) latest = candidate.index;
  }
  // Whether an element that is equal to a bound, or to the worst of all, may have to be added.
  bool ties_may_win(Index j) const { return unbounded > 0 || index_of(j) < latest; }

  View row(Index j) const {
    return top_view<View>(tile.data + left * tile.lane_stride + j * tile.stride, tile.lane_stride,
                          tile.swapped);
  }
  Index index_of(Index j) const { return tile.index + j * tile.step; }

  void look_at(const char* element_mask, Index j, Index lane) {
    if (element_mask && is_masked(tile, element_mask + lane * tile.mask_lane_stride)) return;
    Selection& selection = selections[lane];
    const bool was_bounded = selection.bounded;
    if (!offer<O>(selection, bounds[lane], O::key(row(j).at(lane)), index_of(j))) return;
    unbounded -= !was_bounded;
    see_bound(lane);
  }
  // Looks at elements [j, end) of lanes [begin, begin + some).
  [[gnu::noinline]] void look(Index j, Index end, Index begin, Index some) {
    const char* mask = tile.mask ? tile.mask + left * tile.mask_lane_stride : nullptr;
    for (; j < end; ++j) {
      const char* const element_mask = mask ? mask + j * tile.mask_stride : nullptr;
      if (some == lanes) {
        const V x = O::key(row(j).from(begin));
        each_true(may_win<O>(x, bounds_of(begin), ties_may_win(j)),
                  [&](Index lane) { look_at(element_mask, j, begin + lane); });
      } else {
        for (Index lane = begin; lane < begin + some; ++lane) look_at(element_mask, j, lane);
      }
    }
  }

  V bounds_of(Index lane) const { return load<V>(reinterpret_cast<const char*>(bounds + lane)); }

  // Whether one of elements [j, end) of the vector of lanes from `lane` on may be one to add.
  bool has_any(Index j, Index end, Index lane) const {
    V best = splat<V>(O::worst());
    if (end - j == group)
      for (Index n = 0; n < group; ++n) best = O::pick(O::key(row(j + n).from(lane)), best);
    else
      for (Index n = j; n < end; ++n) best = O::pick(O::key(row(n).from(lane)), best);
    return any(may_win<O>(best, bounds_of(lane), ties_may_win(j)));
  }

  // Asks for a piece of the next rows, after element `end`, at each step, in the order of memory: a
  // group lies in more rows than a processor fetches ahead.
  struct Ahead {
    static constexpr Index line = 64, piece = group * lanes * static_cast<Index>(sizeof(Key));
    const char* at;
    Index stride, row_bytes, rows, column = 0;

    void step() {
      if (rows == 0) return;
      for (Index i = 0; i < piece; i += line) __builtin_prefetch(at + column + i, 0, 2);
      column += piece;
      if (column < row_bytes) return;
      column = 0;
      at += stride;
      --rows;
    }
  };

  Ahead ahead_of(Index end) const {
    const Index rows = tile.length - end < group ? tile.length - end : group;
    return {row(end).data, tile.stride, count * tile.lane_stride,
            View::adjacent && tile.far ? rows : 0};
  }

  void choose() {
    for (Index j = 0; j < tile.length; j += group) {
      const Index end = tile.length - j < group ? tile.length : j + group;
      Ahead ahead = ahead_of(end);
      Index lane = 0;
      for (; lane + lanes <= count; lane += lanes) {
        ahead.step();
        if (has_any(j, end, lane)) look(j, end, lane, lanes);
      }
      if (lane < count && (count < lanes || has_any(j, end, count - lanes)))
        look(j, end, lane, count - lane);
    }
  }
};

template <class O, class View>
void top_columns(const Tile& tile, Selection* selections) {
  constexpr Index width = ColumnsTop<O, View>::width;
  for (Index left = 0; left < tile.lanes; left += width) {
    const Index count = tile.lanes - left < width ? tile.lanes - left : width;
    ColumnsTop<O, View>(tile, left, count, selections).choose();
  }
}

}  // namespace minloc::MINLOC_ISA
