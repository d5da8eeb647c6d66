// The k best of many slices side by side, each with a bound of its own, in memory order.
//
//   for each group of 8 rows:
//     for each vector of slices:
//       where the best of the group may beat the bound, offer its elements to the selections
//
// The selections of all slices stay in a near cache.
//
// Where slices get better and better, each element beats the bound. Once most of a group's do, the
// rows that are left are read from the last one on, so that the bounds are good ones soon.
#pragma once

#include "ahead.hpp"
#include "top.hpp"

namespace minloc::MINLOC_ISA {

// Slices side by side, at most `width` of them.
template <class O>
struct ColumnsTop {
  using Key = typename O::Key;
  using V = Vector<Key>;
  static constexpr Index lanes = lanes_of<Key>, group = 8, width = 512;

  const Tile tile;
  const Index count;
  Selection* const selections;
  const O order;
  Index unbounded = 0;  // slices without a bound
  Index latest = 0;     // no bound has had a greater index
  Index looked_at = 0;  // elements
  alignas(64) Key bounds[width];

  ColumnsTop(const Tile& t, Selection* s)
      : tile(t), count(t.slices), selections(s), order{t.codings[0]} {
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

  Adjacent<O> row(Index j) const { return view_at<Adjacent<O>>(order, tile, 0, j); }
  Index index_of(Index j) const { return tile.index + j * tile.step; }

  void look_at(Index j, Index slice) {
    ++looked_at;
    if (tile.mask && !tile.mask.keeps(slice, j)) return;
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

  // Reads elements [begin, end), at most a group, and prefetches those from `next` on.
  void meet(Index begin, Index end, Index next) {
    Ahead ahead = Ahead::of(tile, next, group, group * static_cast<Index>(sizeof(V)));
    Index slice = 0;
    for (; slice + lanes <= count; slice += lanes) {
      ahead.step();
      if (has_any(begin, end, slice)) look(begin, end, slice, lanes);
    }
    if (slice < count && (count < lanes || has_any(begin, end, count - lanes)))
      look(begin, end, slice, count - slice);
  }

  void choose() {
    Index begin = 0, end = tile.length;
    for (bool gets_better = false; begin < end && !gets_better; begin += group) {
      const Index some = end - begin < group ? end - begin : group, before = looked_at;
      const bool bounded = unbounded == 0;
      meet(begin, begin + some, begin + some);
      gets_better = bounded && looked_at - before > some * count / 2;
    }
    while (end > begin) {
      const Index some = end - begin < group ? end - begin : group;
      end -= some;
      meet(end, end + some, end > begin + group ? end - group : tile.length);
    }
  }
};

template <class O>
void top_columns(const Tile& tile, Selection* selections) {
  constexpr Index width = ColumnsTop<O>::width;
  for (Index first = 0; first < tile.slices; first += width)
    ColumnsTop<O>(tile.part(first, width, 0, tile.length), selections + first).choose();
}

}  // namespace minloc::MINLOC_ISA
