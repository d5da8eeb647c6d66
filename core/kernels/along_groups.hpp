// A short slice, of up to 250 vectors: its parts are groups of one vector, or of four.
//
//   top = the best of the first group, in each lane
//   for each other group: where its best is better, top = that, number = the group's number
//   key = the best lane of top; n = the smallest number of the lanes that have it
//   answer = the first element of group n with that key
//
// 1. No branch depends on where the best lies: it would be mispredicted every other time, which
//    costs as much as reading a hundred elements. As it is, the processor reads the next slices
//    while it finishes one.
// 2. The minimum ignores NaN (the comparison is false), so NaN costs one more comparison for two
//    vectors. The results are collected, and tested once in eight groups: a NaN ends the search.
//    Where there are many, each group is tested.
// 3. Groups are numbered within the slice, so a counter as narrow as the key is wide enough.
// 4. The last group overlaps the one before it, so that all have one length: an element that is
//    read twice does not beat itself.
// 5. A slice that runs down is read from its first element on, so the earlier group wins there too.
// 6. While a slice that comes from memory is read, others are prefetched: see turns.hpp.
#pragma once

#include "ends.hpp"

namespace minloc::MINLOC_ISA {

// Slices of at most `few_vectors` are read vector by vector, up to `several_vectors` in groups.
inline constexpr Index few_vectors = 32, several_vectors = 250, group_vectors = 4;
// A NaN, which is final, is looked for after so many groups.
inline constexpr Index groups_between_looks = 8;

template <class O, class View, int ends>
struct AlongGroups : Ends<O, View, ends> {
  using E = Ends<O, View, ends>;
  using E::lanes, E::slices, E::order;
  using typename E::C, typename E::Key, typename E::Mask, typename E::V;

  // Masked elements and both ends are as fast in blocks (along_blocks.hpp); complex numbers have a
  // way of their own (along_complex.hpp).
  static constexpr bool takes_groups =
      !is_compact && E::is_plain && !is_complex<Key> && !O::is_boolean;
  // (Apart elements take longer to collect than to compare.)
  static constexpr Index longest_several = several_vectors * lanes,
                         longest_few = View::adjacent ? few_vectors * lanes : longest_several;

  // The best of a group, in each lane, and where it has NaN.
  template <Pick first, int group>
  MINLOC_INLINE void best_of_group(Index i, V (&best)[ends], Mask& nan) const {
    V x[group];
    unrolled<group>([&](int n) MINLOC_INLINE { x[n] = slices[0].view.from(i + n * lanes); });
    if constexpr (O::looks_for_nan)
      unrolled<(group + 1) / 2>(
          [&](int n) MINLOC_INLINE { nan |= O::is_wild_nan(x[2 * n], x[2 * n + (group > 1)]); });
    E::template for_ends<first>([&]<int e, Pick p>() MINLOC_INLINE {
      V y[group];
      unrolled<group>([&](int n) MINLOC_INLINE { y[n] = order(e).template pickable<p>(x[n]); });
      if constexpr (group > 1) {
        static_assert(group == 4);
        // (A NaN that is picked into would stay.)
        if constexpr (O::wild_nan && O::omits)
          unrolled<2>([&](int n) MINLOC_INLINE {
            y[n] = O::template pick_by<p>(y[n], splat<V>(order(e).template start<p>()));
          });
        unrolled<2>([&](int n) MINLOC_INLINE { y[n] = O::template pick_by<p>(y[n + 2], y[n]); });
        y[0] = O::template pick_by<p>(y[1], y[0]);
      }
      best[e] = y[0];
    });
  }

  // Finds the best of elements [begin, end); whether it is a NaN that ends a slice. If it `leaves`
  // early, the first group that has such a NaN is the last to be read.
  //
  // Precondition: they are at least a group, of `group` vectors.
  template <Pick first, int group, bool leaves = false>
  MINLOC_INLINE bool find_best(Index begin, Index end, Found<O> (&found)[ends]) {
    const PartPlaces<group * lanes> places(begin, end, E::down());
    const auto [start, step, last, last_start] = places;
    V top[ends];
    C number[ends];
    Mask nan{};
    const auto read = [&](Index i, V(&best)[ends])
                          MINLOC_INLINE { best_of_group<first, group>(i, best, nan); };
    const auto begin_of = [&](Index n) MINLOC_INLINE { return places.begin_of(n); };
    const auto settle_nan = [&]() MINLOC_INLINE {
      E::settle_nan(begin, end, E::find_nan(slices[0], begin, end), found);
    };
    // The same, if it is in the group at `i`.
    const auto settle_nan_at = [&](Index i) MINLOC_INLINE {
      const auto is_nan = [](auto x) { return O::is_wild_nan(x); };
      E::settle_nan(begin, end, slices[0].template locate<group>(i, is_nan), found);
    };
    read(start, top);
    if constexpr (leaves)
      if (any(nan)) return settle_nan_at(start), true;
    E::template for_ends<first>([&]<int e, Pick p>() MINLOC_INLINE {
      if constexpr (O::wild_nan)
        top[e] = O::template pick_by<p>(top[e], splat<V>(order(e).template start<p>()));
      number[e] = C{};
    });
    const auto take = [&](Index i, C here) MINLOC_INLINE {
      V best[ends];
      read(i, best);
      E::template for_ends<first>([&]<int e, Pick p>() MINLOC_INLINE {
        E::template keep_better<p>(top[e], number[e], best[e], here, false);
      });
    };
    const auto has_final = [&]() MINLOC_INLINE {
      if constexpr (leaves && O::tame_nan)
        return E::template have_final<first>(top);
      else
        return false;
    };
    const C one = splat<C>(1);
    C here = one;
    Index i = start + step;
    // To read a large group is long code: the loop reads the last one, too.
    constexpr bool reads_last = group > 1;
    const Index to_read = reads_last ? last + 1 : last;
    for (Index n = has_final() ? to_read : 1; n < to_read;) {
      constexpr bool may_look = O::looks_for_nan && !leaves;
      const bool pauses =
          group > 1 && last - n > groups_between_looks && (may_look || this->in_turns);
      for (const Index to = pauses ? n + groups_between_looks : to_read; n < to; ++n, i += step) {
        const Index from = reads_last && n == last ? last_start : i;
        take(from, here);
        if constexpr (leaves)
          if (any(nan)) return settle_nan_at(from), true;
        if (has_final()) n = last;
        here = here + one;
      }
      if (pauses && this->in_turns) this->next->go_on();
      if constexpr (may_look)
        if (pauses && any(nan)) return settle_nan(), true;
    }
    if constexpr (!reads_last) take(last_start, here);
    if constexpr (O::looks_for_nan && !leaves)
      if (any(nan)) return settle_nan(), true;
    E::template for_ends<first>([&]<int e, Pick p>() MINLOC_INLINE {
      found[e] = this->template settle<e, p, group>(top[e], number[e], begin, end, false, begin_of);
    });
    if constexpr (O::tame_nan) return E::are_final(found);
    return false;
  }
};

}  // namespace minloc::MINLOC_ISA
