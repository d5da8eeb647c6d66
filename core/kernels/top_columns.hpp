// The k best of many slices side by side, each with a bound of its own, in memory order.
//
// Of a group of rows the best is taken, a vector of slices at a time, and held against a vector of
// bounds. The selections of all slices stay in a near cache.
#pragma once

#include "columns.hpp"
#include "top.hpp"

namespace minloc::MINLOC_ISA {

// Slices side by side, `count` of them from `left` on: as many as there are bounds.
template <class O>
struct ColumnsTop {
  using Key = typename O::Key;
  using V = Vector<Key>;
  static constexpr Index lanes = lanes_of<Key>, group = 8, width = 512;

  const Tile& tile;
  Index left, count;
  Selection* selections;
  const O order;
  Index unbounded = 0;  // slices without a bound
  Index latest = 0;     // no bound has had a greater index
  alignas(64) Key bounds[width];

  ColumnsTop(const Tile& t, Index first, Index some, Selection* all)
      : tile(t), left(first), count(some), selections(all + first), order{t.codings[0]} {
    for (Index slice = 0; slice < count; ++slice) {
      bounds[slice] = order.worst();
      if (selections[slice].bounded)
        see_bound(slice);
      else
        ++unbounded;
    }
  }

  void see_bound(Index slice) {
    const auto candidate = bound_of<O>(selections[slice]);
    bounds[slice] = key_of<O>(candidate.rank);
    if (candidate.index > latest) latest = candidate.index;
  }
  // Whether an element that is equal to a bound, or to the worst of all, may have to be added.
  bool ties_may_win(Index j) const { return unbounded > 0 || index_of(j) < latest; }

  Adjacent<O> row(Index j) const { return view_at<Adjacent<O>>(order, tile, left, j); }
  Index index_of(Index j) const { return tile.index + j * tile.step; }

  void look_at(Index j, Index slice) {
    if (tile.mask && !tile.mask.keeps(left + slice, j)) return;
    Selection& selection = selections[slice];
    const bool was_bounded = selection.bounded;
    if (!offer(order, selection, bounds[slice], row(j).key_at(slice), index_of(j))) return;
    unbounded -= !was_bounded;
    see_bound(slice);
  }
  // Looks at elements [j, end) of slices [begin, begin + some).
  [[gnu::noinline]] void look(Index j, Index end, Index begin, Index some) {
    for (; j < end; ++j)
      if (some == lanes)
        each_true(may_win<O>(row(j).keys_from(begin), bounds_of(begin), ties_may_win(j)),
                  [&](Index lane) { look_at(j, begin + lane); });
      else
        for (Index slice = begin; slice < begin + some; ++slice) look_at(j, slice);
  }

  V bounds_of(Index slice) const { return load<V>(bounds + slice); }

  // Whether one of elements [j, end) of the vector of slices from `slice` on may be one to add.
  bool has_any(Index j, Index end, Index slice) const {
    V best = splat<V>(order.worst());
    if (end - j == group)
      unrolled<group>([&](int n)
                          MINLOC_INLINE { best = O::pick(row(j + n).keys_from(slice), best); });
    else
      for (Index n = j; n < end; ++n) best = O::pick(row(n).keys_from(slice), best);
    return any(may_win<O>(best, bounds_of(slice), ties_may_win(j)));
  }

  // What to ask for while the elements before `end` are met.
  Ahead ahead_of(Index end) const {
    const Index rows = tile.length - end < group ? tile.length - end : group;
    return {row(end).data, tile.stride, count * tile.slice_stride,
            group * lanes * static_cast<Index>(sizeof(Key)), tile.far ? rows : 0};
  }

  void choose() {
    for (Index j = 0; j < tile.length; j += group) {
      const Index end = tile.length - j < group ? tile.length : j + group;
      Ahead ahead = ahead_of(end);
      Index slice = 0;
      for (; slice + lanes <= count; slice += lanes) {
        ahead.step();
        if (has_any(j, end, slice)) look(j, end, slice, lanes);
      }
      if (slice < count && (count < lanes || has_any(j, end, count - lanes)))
        look(j, end, slice, count - slice);
    }
  }
};

template <class O>
void top_columns(const Tile& tile, Selection* selections) {
  constexpr Index width = ColumnsTop<O>::width;
  for (Index left = 0; left < tile.slices; left += width) {
    const Index count = tile.slices - left < width ? tile.slices - left : width;
    ColumnsTop<O>(tile, left, count, selections).choose();
  }
}

}  // namespace minloc::MINLOC_ISA
