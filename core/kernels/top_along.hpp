// The k best of one slice at a time, in blocks of 4 groups of 8 vectors.
//
//   until there is a bound: offer every element to the selection
//   for each block:
//     best = the best of each group, in each lane
//     for each group whose best may beat the bound: offer its elements that may
//
// 1. Once there is a bound, most blocks cost one minimum per vector and one comparison.
// 2. Where a slice gets better and better, every block has much to offer. Then k of the best of the
//    groups' lanes give a second bound: what they beat is not one of the block's k best.
#pragma once

#include "top.hpp"

namespace minloc::MINLOC_ISA {

// The k-th best of some keys, which are sorted for it.
template <class O>
[[gnu::noinline]] typename O::Key kth_best(typename O::Key* keys, Index count, Index k) {
  for (Index i = 1; i < count; ++i) {
    const auto x = keys[i];
    Index at = i;
    for (; at > 0 && O::better(x, keys[at - 1]); --at) keys[at] = keys[at - 1];
    keys[at] = x;
  }
  return keys[k - 1];
}

// A slice, its elements counted in index order. One that runs down through memory has a view that
// runs up.
template <class O>
struct AlongTop {
  using Key = typename O::Key;
  using V = Vector<Key>;
  // A block is some groups of vectors, each with a best of its own.
  static constexpr Index lanes = lanes_of<Key>;
  static constexpr Index groups = 4, group = 8 * lanes, block = groups * group;

  const Tile& tile;
  const Index slice;
  Selection& selection;
  const O order;
  bool down;
  Adjacent<O> view;
  Key bound;
  Index bound_index = 0;
  Index added = 0;

  AlongTop(const Tile& t, Index number, Selection& s)
      : tile(t),
        slice(number),
        selection(s),
        order{t.codings[0]},
        down(t.stride < 0),
        view{order, t.data + slice * t.slice_stride + (down ? (t.length - 1) * t.stride : 0)},
        bound(order.worst()) {
    if (selection.bounded) see_bound();
  }

  void see_bound() {
    const auto candidate = bound_of<O>(selection);
    bound = key_of<O>(candidate.rank);
    bound_index = candidate.index;
  }

  Index index_of(Index i) const { return tile.index + i * tile.step; }
  // Where elements [i, i + count) begin in the view.
  Index place(Index i, Index count) const { return down ? tile.length - i - count : i; }

  void look_at(Index i) {
    if (tile.mask && !tile.mask.keeps(slice, i)) return;
    ++added;
    if (offer(order, selection, bound, view.key_at(place(i, 1)), index_of(i))) see_bound();
  }
  // Offers elements [begin, end), except those that `enough` beats.
  [[gnu::noinline]] void look(Index begin, Index end, Key enough) {
    Index i = begin;
    if constexpr (lanes > 1) {
      for (; i < end && !selection.bounded; ++i) look_at(i);
      for (; i + lanes <= end; i += lanes) {
        const V x = view.keys_from(place(i, lanes));
        const auto wins = truth(may_win<O>(x, splat<V>(bound), index_of(i) < bound_index) &
                                invert(O::better(splat<V>(enough), x)));
        if (any(wins))
          each_true(wins, [&](Index lane) { look_at(down ? i + lanes - 1 - lane : i + lane); });
      }
    }
    for (; i < end; ++i) look_at(i);
  }

  // The best of each group of the block from `i` on.
  void best_of_groups(Index i, V (&best)[groups]) const {
    O::with_pick(order.coding.pick, [&]<Pick p>() MINLOC_INLINE {
      for (Index g = 0; g < groups; ++g) {
        const Index begin = place(i + g * group, group);
        V all = splat<V>(order.template start<p>());
        unrolled<group / lanes>([&](int n) MINLOC_INLINE {
          all =
              O::template pick_by<p>(order.template pickable<p>(view.from(begin + n * lanes)), all);
        });
        best[g] = order.template key_of_picked<p>(all);
      }
    });
  }

  // A key that k elements of a block are at least as good as: the k-th best of its groups' lanes.
  Key enough_of(const V (&best)[groups]) const {
    constexpr Index columns = groups * lanes;
    if (tile.mask || selection.k > columns) return order.worst();
    Key keys[columns];
    for (Index g = 0; g < groups; ++g) store(keys + g * lanes, best[g]);
    return kth_best<O>(keys, columns, selection.k);
  }

  void choose() {
    bool crowded = false;  // the last block had much to add
    Index i = 0;
    for (; i + block <= tile.length; i += block) {
      if (!selection.bounded) {
        look(i, i + block, order.worst());
        continue;
      }
      V best[groups];
      best_of_groups(i, best);
      const bool ties = index_of(i) < bound_index;
      if (!any(may_win<O>(O::pick(O::pick(best[0], best[1]), O::pick(best[2], best[3])),
                          splat<V>(bound), ties))) {
        crowded = false;
        continue;
      }
      const Key enough = crowded ? enough_of(best) : order.worst();
      added = 0;
      for (Index g = 0; g < groups; ++g)
        if (any(may_win<O>(best[g], splat<V>(bound), index_of(i) < bound_index)))
          look(i + g * group, i + (g + 1) * group, enough);
      crowded |= added > block / 8;
      if (!O::better(O::best_of_all(), bound) && index_of(i) > bound_index) return;
    }
    look(i, tile.length, order.worst());
  }
};

template <class O>
void top_along(const Tile& tile, Selection* selections) {
  for (Index slice = 0; slice < tile.slices; ++slice)
    AlongTop<O>(tile, slice, selections[slice]).choose();
}

}  // namespace minloc::MINLOC_ISA
