// The k best of one slice at a time, in blocks of 4 groups of 8 vectors.
//
//   for each block:
//     best = the best of each group, in each lane
//     for each group whose best may beat the bound: offer its elements that may
//
// 1. Once there is a bound, most blocks cost one minimum per vector and one comparison.
// 2. Where a slice gets better and better, each element beats the bound. Then k of the best of the
//    groups' lanes give a second bound: what they beat is not one of the slice's k best. And the
//    block is read from its end, so that the bound is a good one soon.
// 3. The last block overlaps the one before, so that all have groups; an element is offered once.
#pragma once

#include "top.hpp"

namespace minloc::MINLOC_ISA {

// The k-th best of some keys; the k best are moved to the front.
template <class O>
[[gnu::noinline]] typename O::Key kth_best(typename O::Key* keys, Index count, Index k) {
  for (Index i = 1; i < count; ++i) {
    const auto x = keys[i];
    Index at = i < k ? i : k - 1;
    if (i >= k && !O::better(x, keys[at])) continue;
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
    if (offer(order, selection, bound, view.key_at(place(i, 1)), index_of(i))) see_bound();
  }
  // Whether an element that equals the bound, from element i on, may come before it.
  bool ties_may_win(Index i) const { return !selection.bounded || index_of(i) < bound_index; }
  // Offers elements [begin, end).
  [[gnu::noinline]] void look(Index begin, Index end) {
    Index i = begin;
    if constexpr (lanes > 1) {
      for (; i < end && !selection.bounded; ++i) look_at(i);
      for (; i + lanes <= end; i += lanes) {
        const auto wins = truth(may_win<O>(keys_at(i), splat<V>(bound), index_of(i) < bound_index));
        if (any(wins)) look_at_each(i, wins);
      }
    }
    for (; i < end; ++i) look_at(i);
  }
  // The same from the last vector to the first, except elements that `enough` beats.
  [[gnu::noinline]] void look_backwards(Index begin, Index end, Key enough) {
    Index i = end;
    if constexpr (lanes > 1)
      for (; i - lanes >= begin; i -= lanes) {
        const Index at = i - lanes;
        const V x = keys_at(at);
        const auto wins = truth(may_win<O>(x, splat<V>(bound), ties_may_win(at)) &
                                invert(O::better(splat<V>(enough), x)));
        if (any(wins)) look_at_each(at, wins);
      }
    while (i > begin) look_at(--i);
  }
  // The vector of elements from i on, in the order of memory.
  V keys_at(Index i) const { return view.keys_from(place(i, lanes)); }
  template <class Mask>
  void look_at_each(Index i, Mask wins) {
    each_true(wins, [&](Index lane) { look_at(down ? i + lanes - 1 - lane : i + lane); });
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

  // Whether the block from `i` on has more than k elements that may beat the bound, and its last
  // ones are among the best. Then `enough` becomes the k-th best of its groups' lanes.
  bool gets_better(Index i, const V (&best)[groups], Key& enough) const {
    constexpr Index columns = groups * lanes;
    if (tile.mask || selection.k > columns || !any(O::better(best[groups - 1], best[0])))
      return false;
    Index winners = 0;
    for (Index g = 0; g < groups; ++g)
      winners += count_true(truth(may_win<O>(best[g], splat<V>(bound), ties_may_win(i))));
    if (winners <= selection.k) return false;
    Key keys[columns];
    for (Index g = 0; g < groups; ++g) store(keys + g * lanes, best[g]);
    enough = kth_best<O>(keys, columns, selection.k);
    return O::better(enough, order.worst());
  }

  void choose() {
    if (tile.length < block) return look(0, tile.length);
    for (Index i = 0; i < tile.length; i += block) {
      const Index last = tile.length - block, from = i < last ? i : last;
      V best[groups];
      best_of_groups(from, best);
      if (!any(may_win<O>(O::pick(O::pick(best[0], best[1]), O::pick(best[2], best[3])),
                          splat<V>(bound), ties_may_win(from))))
        continue;
      Key enough;
      const bool backwards = gets_better(from, best, enough);
      for (Index n = 0; n < groups; ++n) {
        const Index g = backwards ? groups - 1 - n : n;
        const Index end = from + (g + 1) * group, begin = end - group > i ? end - group : i;
        if (begin < end && any(may_win<O>(best[g], splat<V>(bound), ties_may_win(begin))))
          backwards ? look_backwards(begin, end, enough) : look(begin, end);
      }
      if (backwards && !selection.bounded && selection.count >= selection.k) {
        cut<Rank<O>>(selection);
        see_bound();
      }
      if (selection.bounded && !O::better(O::best_of_all(), bound) && index_of(i) > bound_index)
        return;
    }
  }
};

template <class O>
void top_along(const Tile& tile, Selection* selections) {
  for (Index slice = 0; slice < tile.slices; ++slice)
    AlongTop<O>(tile, slice, selections[slice]).choose();
}

}  // namespace minloc::MINLOC_ISA
