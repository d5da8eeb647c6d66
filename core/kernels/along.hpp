// One slice at a time, several of its elements at once: find the best, then where it is.
//
// A slice of up to 250 vectors (`few`), one vector or a group of four at a time:
//
//   top = the best of the first group, in each lane
//   for each other group: where its best is better, top = that, number = its number
//   key = the best lane of top; of the lanes that have it, the smallest number
//   in the group of that number, the first vector and lane with the key
//
// A longer one (`meet_blocks`) in stretches of blocks of 32 vectors, in the same way.
//
// 1. No branch depends on where the best lies. The processor would guess it wrongly every other
//    time, and lose what a hundred elements cost; as it is, it reads the next slices while it
//    finishes one.
// 2. The minimum ignores NaN (the comparison is false), so NaN costs one more comparison for two
//    vectors, whose results are collected and looked at once a slice or block.
// 3. Groups are numbered within a slice or stretch, so that a counter as narrow as the key holds
//    the number. The last group reaches back, for all have one length.
// 4. A slice that runs down through memory (a reversed view) is met from its own beginning if it is
//    short. Stretches are read upwards all the same, for that is what memory is fast at: of equal
//    elements the last one met is the first of the slice.
// 5. Both ends are two accumulators that meet the same elements.
//
// Some elements are read twice, to take the best and to find it, and may have changed in between
// where another thread or process writes to them. If what was taken is not found, the elements are
// read again, one at a time (`best_of_few`).
#pragma once

#include "view.hpp"

namespace minloc::MINLOC_ISA {

// Vectors in a block, and blocks in a stretch.
inline constexpr Index stretch_block = 32, stretch_blocks = 64;
// Slices of at most a few vectors are met vector by vector, of several vectors in groups of four.
inline constexpr Index few_vectors = 32, several_vectors = 250;

// The answer of a slice, or of a part of it.
template <class O>
struct Found {
  typename O::Key key;
  Index position = no_candidate;
};

// The slice, or the piece of one, that is read: positions count upwards in memory.
template <class O, class View>
struct Along {
  using Key = typename O::Key;
  using V = Vector<Key>;
  using C = Counters<Key>;
  static constexpr Index lanes = lanes_of<Key>, block = stretch_block * lanes;
  static constexpr Index longest_several = several_vectors * lanes;
  // (What is apart takes longer to collect than to compare.)
  static constexpr Index longest_few = View::adjacent ? few_vectors * lanes : longest_several;

  View view;
  bool down;  // the slice runs down, so that of equal elements the last one is kept

  const O& order() const { return view.order; }

  // Whether `x`, met after `best`, takes its place.
  template <class X>
  auto beats(X x, X best) const {
    return down ? invert(O::beats(best, x)) : O::beats(x, best);
  }

  // The element of [begin, end) to keep of those whose keys are `wanted`; no_candidate if there is
  // none.
  template <class Wanted>
  Index find(Index begin, Index end, Wanted wanted) const {
    if constexpr (View::adjacent)
      if (down) return find_last(begin, end, wanted);
    return find_first(begin, end, wanted);
  }
  template <class Wanted>
  Index find_first(Index begin, Index end, Wanted wanted) const {
    Index i = begin;
    if constexpr (lanes > 1) {
      if constexpr (View::adjacent)
        while (i + unroll * lanes <= end && !any_of(i, wanted)) i += unroll * lanes;
      for (; i + lanes <= end; i += lanes)
        if (const auto hit = wanted(view.from(i)); any(hit)) return i + first_true(hit);
    }
    for (; i < end; ++i)
      if (wanted(view.at(i))) return i;
    return no_candidate;
  }
  template <class Wanted>
  Index find_last(Index begin, Index end, Wanted wanted) const {
    Index i = end;
    if constexpr (lanes > 1) {
      while (i - unroll * lanes >= begin && !any_of(i - unroll * lanes, wanted))
        i -= unroll * lanes;
      for (; i - lanes >= begin; i -= lanes)
        if (const auto hit = wanted(view.from(i - lanes)); any(hit))
          return i - lanes + last_true(hit);
    }
    while (i-- > begin)
      if (wanted(view.at(i))) return i;
    return no_candidate;
  }
  // Whether one of a few vectors from `i` on has a hit.
  template <class Wanted>
  bool any_of(Index i, Wanted wanted) const {
    auto all = wanted(view.from(i));
    unrolled<unroll - 1>([&](int n)
                             MINLOC_INLINE { all = all | wanted(view.from(i + (n + 1) * lanes)); });
    return any(all);
  }

  // The best of elements [begin, end), one by one, each of which is read once. (What is not inlined
  // is given copies: else the compiler would keep the slice in memory for it.)
  [[gnu::noinline]] static Found<O> best_of_few(Along slice, Index begin, Index end) {
    const O order = slice.order();
    Found<O> best{order.worst()};
    for (Index n = begin; n < end; ++n) {
      const Index i = slice.down ? begin + (end - 1 - n) : n;
      const Key x = slice.view.key_at(i);
      if (best.position == no_candidate ? !order.is_missing(x) : bool(O::beats(x, best.key)))
        best = {x, i};
    }
    return best;
  }

  // Keeps the better of the best so far and one found after it.
  void meet(Found<O>& best, const Found<O>& found) const {
    if (found.position == no_candidate) return;
    if (best.position == no_candidate || beats(found.key, best.key)) best = found;
  }

  // The number of the block with the key to keep, of those of blocks that have it.
  template <class Mask>
  Index block_of(C numbers, Mask has_it) const {
    constexpr auto largest = std::numeric_limits<Counter<Key>>::max();
    return down ? largest - first_of(largest - numbers, has_it) : first_of(numbers, has_it);
  }
  // The smallest of the numbers where `has_it`.
  template <class Mask>
  static Index first_of(C numbers, Mask has_it) {
    constexpr auto none = std::numeric_limits<Counter<Key>>::max();
    return static_cast<Index>(smallest_lane(select(has_it, numbers, splat<C>(none))));
  }
  // The element of a block to keep of those with a key; no_candidate if there is none. Where it
  // lies is nothing that a branch depends on.
  MINLOC_INLINE Index find_in_block(Index begin, Index vectors, Key key) const {
    const auto wanted = equal_to(key);
    const Index first = down ? begin + (vectors - 1) * lanes : begin, step = down ? -lanes : lanes;
    constexpr auto none = std::numeric_limits<Counter<Key>>::max();
    C number = splat<C>(none);
    for (Index n = vectors - 1; n >= 0; --n)
      number = select(wanted(view.from(first + n * step)), splat<C>(static_cast<Counter<Key>>(n)),
                      number);
    const auto least = static_cast<Index>(smallest_lane(number));
    const Index at = first + (least < vectors ? least : 0) * step;
    const auto hit = wanted(view.from(at));
    if (!any(hit)) [[unlikely]]
      return no_candidate;
    return at + (down ? last_true(hit) : first_true(hit));
  }
  // Whether elements have a key.
  auto equal_to(Key key) const {
    const O order = this->order();
    const Key wanted = O::is_bijective ? order.element(key) : key;
    return [=](auto x) {
      using X = decltype(x);
      if constexpr (O::is_bijective)
        return x == splat<X>(wanted);
      else
        return order.key(x) == splat<X>(wanted);
    };
  }
};

// The first of `length` booleans from `data` on, upwards or downwards, that is `truth`: a byte that
// is not 0 is true. Positions count upwards.
inline Index find_truth(const char* data, bool down, Index length, bool truth) {
  using V = Vector<std::uint8_t>;
  constexpr Index lanes = lanes_of<std::uint8_t>, ways = 2 * unroll;
  const auto mask_of = [=](V x) { return truth ? x != V{} : x == V{}; };
  const auto hits = [&](const char* p) {
    V all = load<V>(p);
    unrolled<ways - 1>([&](int n) MINLOC_INLINE {
      const V x = load<V>(p + (n + 1) * lanes);
      all = truth ? all | x : all < x ? all : x;
    });
    return any(mask_of(all));
  };
  Index n = 0;  // elements that are not what is looked for
  // Where the next `count` elements begin.
  const auto next = [&](Index count) { return down ? length - n - count : n; };
  const auto look = [&](Index& found) {
    const auto hit = mask_of(load<V>(data + next(lanes)));
    if (!any(hit)) return false;
    found = next(lanes) + (down ? last_true(hit) : first_true(hit));
    return true;
  };
  Index found = no_candidate;
  if (length >= lanes) {
    if (look(found)) return found;
    n += lanes;
    while (n + ways * lanes <= length && !hits(data + next(ways * lanes))) n += ways * lanes;
    for (; n + lanes <= length; n += lanes)
      if (look(found)) return found;
  }
  for (; n < length; ++n)
    if ((data[next(1)] != 0) == truth) return next(1);
  return no_candidate;
}

// The ends of a slice, found side by side: `along[e]` reads the keys that end e compares.
template <class O, class View, int ends>
struct EndsOfSlice {
  using A = Along<O, View>;
  using Key = typename O::Key;
  using V = Vector<Key>;
  using C = Counters<Key>;
  using Mask = decltype(O::is_wild_nan(V{}));
  static constexpr Index lanes = A::lanes, block = A::block, longest_few = A::longest_few,
                         longest_several = A::longest_several;
  static constexpr Index ways = unroll / ends;  // vectors that each end takes at once
  static_assert(ways % 2 == 0);

  A along[ends];
  Found<O> best[ends];

  // Meets a slice of `length` elements.
  void meet_slice(Index length) {
    constexpr Index stretch = stretch_blocks * block;
    if constexpr (are_plain_booleans) {
      for (int e = 0; e < ends; ++e) meet_booleans(along[e], length, best[e]);
    } else if (length < lanes) {
      for (int e = 0; e < ends; ++e) best[e] = A::best_of_few(along[e], 0, length);
    } else {
      for (int e = 0; e < ends; ++e) best[e] = {along[e].order().worst()};
      for (Index begin = 0, end; begin < length && !is_final(); begin = end) {
        // What would be left for a last stretch of less than a block belongs to this one.
        end = length - begin < stretch + block ? length : begin + stretch;
        meet_stretch(begin, end);
      }
    }
  }

  // There are only two keys: the better one is looked for, and the search may stop early.
  static void meet_booleans(const A& along, Index length, Found<O>& best) {
    const bool truth = along.order().coding.flip != 0;
    const Index at = find_truth(along.view.data, along.down, length, truth);
    if (at != no_candidate)
      best = {0, at};
    else
      best = {1, along.down ? length - 1 : 0};
  }

  // Whether nothing that comes later changes the answers.
  bool is_final() const {
    if (along[0].down) return false;
    for (int e = 0; e < ends; ++e)
      if (!along[e].order().is_final(best[e].key)) return false;
    return true;
  }

  static constexpr bool are_plain_booleans = O::is_boolean && View::adjacent && !View::masked;
  // Whether slices that are longer than a few vectors are met in groups. (Under a mask, and for
  // both ends or complex numbers, blocks are as fast.)
  static constexpr bool takes_groups =
      View::adjacent && !View::masked && ends == 1 && !is_complex<Key> && !O::is_boolean;
  // Calls `with.operator()<pick>()` for the pick of the first end.
  template <class With>
  MINLOC_INLINE auto with_pick(With with) const {
    if constexpr (View::adjacent && !View::masked)
      return O::with_pick(pick(), with);
    else
      return with.template operator()<Pick::coded>();
  }
  // The same pick for each end: the second one's is the opposite of the first.
  template <Pick first, class With>
  MINLOC_INLINE static void for_ends(With with) {
    with.template operator()<0, first>();
    if constexpr (ends > 1) with.template operator()<ends - 1, opposite(first)>();
  }

  // Finds the best of elements [begin, end), at least a group of vectors. Groups are met from the
  // slice's own beginning on. The last one reaches back: an element that is met twice does not beat
  // itself.
  template <Pick first, int group>
  MINLOC_INLINE void few(Index begin, Index end, Found<O> (&found)[ends]) const {
    constexpr Index size = group * lanes;
    const bool down = along[0].down;
    const Index step = down ? -size : size, start = down ? end - size : begin;
    const Index last = (end - begin - 1) / size, far_end = down ? begin : end - size;
    V top[ends];
    C number[ends];
    Mask nan{};
    const auto best_of_group = [&](Index i, V(&best)[ends]) MINLOC_INLINE {
      V x[group];
      unrolled<group>([&](int n) MINLOC_INLINE { x[n] = along[0].view.from(i + n * lanes); });
      if constexpr (O::looks_for_nan)
        unrolled<(group + 1) / 2>([&](int n) MINLOC_INLINE {
          nan |=
              group == 1 ? O::is_wild_nan(x[0]) : O::is_wild_nan(x[2 * n], x[2 * n + (group > 1)]);
        });
      for_ends<first>([&]<int e, Pick p>() MINLOC_INLINE {
        const O& order = along[e].order();
        V y[group];
        unrolled<group>([&](int n) MINLOC_INLINE { y[n] = order.template met<p>(x[n]); });
        if constexpr (group > 1) {
          static_assert(group == 4);
          // (A NaN that is picked into would stay.)
          if constexpr (O::wild_nan && O::omits)
            unrolled<2>([&](int n) MINLOC_INLINE {
              y[n] = O::template pick_met<p>(y[n], splat<V>(order.template start<p>()));
            });
          unrolled<2>([&](int n) MINLOC_INLINE { y[n] = O::template pick_met<p>(y[n + 2], y[n]); });
          y[0] = O::template pick_met<p>(y[1], y[0]);
        }
        best[e] = y[0];
      });
    };
    const auto take = [&](Index i, C here) MINLOC_INLINE {
      V best[ends];
      best_of_group(i, best);
      for_ends<first>([&]<int e, Pick p>() MINLOC_INLINE {
        if constexpr (is_complex<Key>) {
          const auto wins = O::better(best[e], top[e]);
          top[e] = select(wins, best[e], top[e]);
          number[e] = select(wins, here, number[e]);
        } else {
          const V better = O::template pick_met<p>(best[e], top[e]);
          number[e] = select(better == top[e], number[e], here);
          top[e] = better;
        }
      });
    };
    best_of_group(start, top);
    for_ends<first>([&]<int e, Pick p>() MINLOC_INLINE {
      if constexpr (O::wild_nan)
        top[e] = O::template pick_met<p>(top[e], splat<V>(along[e].order().template start<p>()));
      number[e] = C{};
    });
    const C one = splat<C>(1);
    C here = one;
    Index i = start + step;
    for (Index n = 1; n < last; ++n, i += step) {
      take(i, here);
      here = here + one;
    }
    take(far_end, here);
    if constexpr (O::looks_for_nan)
      if (any(nan)) {
        find_nan(begin, end, begin, end, found);
        return;
      }
    for_ends<first>([&]<int e, Pick p>() MINLOC_INLINE {
      const O& order = along[e].order();
      const Key met = O::template fold_met<p>(top[e]);
      found[e] = {order.template key_of_met<p>(met)};
      if (order.is_missing(found[e].key)) return;
      if constexpr (O::wild_nan && O::omits)
        if (found[e].key == order.worst()) {
          found[e].position = find_number(along[e], begin, end);
          return;
        }
      const auto has_it = top[e] == splat<V>(met);
      const Index n = A::first_of(number[e], has_it), at = n < last ? start + n * step : far_end;
      if constexpr (group == 1) {
        const auto hit = truth(has_it & (number[e] == splat<C>(static_cast<Counter<Key>>(n))));
        found[e].position = at + (down ? last_true(hit) : first_true(hit));
      } else {
        found[e].position = along[e].find_in_block(at, group, found[e].key);
        if (found[e].position == no_candidate) [[unlikely]]
          found[e] = A::best_of_few(along[e], begin, end);
      }
    });
  }
  // The first of elements [begin, end) that is no NaN: an element may be as bad as the worst key.
  [[gnu::noinline]] static Index find_number(A slice, Index begin, Index end) {
    return slice.find(begin, end, [](auto x) { return invert(O::is_wild_nan(x)); });
  }

  // Meets elements [begin, end), at least a block of them.
  void meet_stretch(Index begin, Index end) {
    with_pick([&]<Pick first>() MINLOC_INLINE { meet_blocks<first>(begin, end); });
  }
  template <Pick first>
  MINLOC_INLINE void meet_blocks(Index begin, Index end) {
    const bool down = along[0].down;
    V top[ends]{};
    C number[ends]{};
    Mask nan{};
    for (Index i = begin, b = 0; i < end; i += block, ++b) {
      // Blocks are of one length, for then no branch depends on it: the last one reaches back.
      const Index from = i + block < end ? i : end - block;
      V t[ends];
      // Where there are some NaN the first block has one: it is not read to its end.
      const bool stops = O::looks_for_nan && b == 0 && !down;
      [[maybe_unused]] const Index met = best_of_block<first>(from, from + block, stops, t, nan);
      // Nothing that comes later beats the first NaN.
      if constexpr (O::looks_for_nan)
        if (!down && any(nan))
          return meet_nan(begin, end, met < from + block ? met - ways * lanes : from, met);
      for_ends<first>([&]<int e, Pick p>() MINLOC_INLINE {
        const C here = splat<C>(static_cast<Counter<Key>>(b));
        if (b == 0) {
          top[e] = t[e];
          number[e] = here;
        } else if constexpr (is_complex<Key>) {
          const auto wins = down ? invert(O::better(top[e], t[e])) : O::better(t[e], top[e]);
          top[e] = select(wins, t[e], top[e]);
          number[e] = select(wins, here, number[e]);
        } else {
          const V better = O::template pick_met<p>(t[e], top[e]);
          if (down)  // of equal ones the last is kept
            number[e] = select(better == t[e], here, number[e]);
          else
            number[e] = select(better == top[e], number[e], here);
          top[e] = better;
        }
      });
      if constexpr (O::tame_nan || O::is_boolean)
        if (!down && have_final<first>(top)) break;
    }
    if constexpr (O::looks_for_nan)
      if (any(nan)) return meet_nan(begin, end, begin, end);
    for_ends<first>([&]<int e, Pick p>() MINLOC_INLINE {
      const O& order = along[e].order();
      const Key met = O::template fold_met<p>(top[e]), key = order.template key_of_met<p>(met);
      if (order.is_missing(key)) return;
      if constexpr (O::wild_nan && O::omits)
        if (key == order.worst())
          return along[e].meet(best[e], {key, find_number(along[e], begin, end)});
      const Index from = begin + block * along[e].block_of(number[e], top[e] == splat<V>(met));
      const Index last = end - block;
      const Index at = along[e].find_in_block(from < last ? from : last, block / lanes, key);
      along[e].meet(best[e],
                    at == no_candidate ? A::best_of_few(along[e], begin, end) : Found<O>{key, at});
    });
  }

  // How all ends are picked: the second one by the opposite of the first.
  Pick pick() const {
    const Pick first = along[0].order().coding.pick;
    if (ends == 1 || along[ends - 1].order().coding.pick == opposite(first)) return first;
    return Pick::coded;
  }
  static constexpr Pick opposite(Pick pick) {
    switch (pick) {
      case Pick::smallest: return Pick::largest;
      case Pick::largest: return Pick::smallest;
      case Pick::smallest_unsigned: return Pick::largest_unsigned;
      case Pick::largest_unsigned: return Pick::smallest_unsigned;
      case Pick::smallest_half_omitting: return Pick::largest_half_omitting;
      case Pick::largest_half_omitting: return Pick::smallest_half_omitting;
      default: return Pick::coded;
    }
  }

  // The best of a block, elements [i, stop), as it is met, in each lane of a vector; and where
  // there are NaN. Returns to where it was read: if it `stops` at NaN, perhaps not to its end.
  template <Pick first>
  MINLOC_INLINE Index best_of_block(Index i, Index stop, [[maybe_unused]] bool stops,
                                    V (&best)[ends], Mask& nan) const {
    // (What is apart is not worth more: collecting it takes the time, and much code.)
    constexpr Index at_once = View::adjacent ? ways : 2;
    V t[ends][at_once];
    for_ends<first>([&]<int e, Pick p>() MINLOC_INLINE {
      unrolled<at_once>([&](int way) MINLOC_INLINE {
        t[e][way] = splat<V>(along[e].order().template start<p>());
      });
    });
    for (; i < stop; i += at_once * lanes) {
      unrolled<at_once / 2>([&](int n) MINLOC_INLINE {
        const V x = along[0].view.from(i + 2 * n * lanes);
        const V y = along[0].view.from(i + (2 * n + 1) * lanes);
        if constexpr (O::looks_for_nan) nan |= O::is_wild_nan(x, y);
        for_ends<first>([&]<int e, Pick p>() MINLOC_INLINE {
          const O& order = along[e].order();
          V(&of)[at_once] = t[e];
          of[2 * n] = O::template pick_met<p>(order.template met<p>(x), of[2 * n]);
          of[2 * n + 1] = O::template pick_met<p>(order.template met<p>(y), of[2 * n + 1]);
        });
      });
      if constexpr (O::looks_for_nan && at_once == ways)
        if (stops && any(nan)) return i + ways * lanes;
    }
    for_ends<first>([&]<int e, Pick p>() MINLOC_INLINE {
      best[e] = t[e][0];
      unrolled<at_once - 1>(
          [&](int n) MINLOC_INLINE { best[e] = O::template pick_met<p>(t[e][n + 1], best[e]); });
    });
    return stop;
  }

  // Whether each end has met a key that nothing beats, and that is one like others.
  template <Pick first>
  MINLOC_INLINE bool have_final(const V (&top)[ends]) const {
    bool all = true;
    for_ends<first>([&]<int e, Pick p>() MINLOC_INLINE {
      const O& order = along[e].order();
      const Coding& coding = order.coding;
      const Key final = O::is_boolean ? Key{} : static_cast<Key>(coding.nan_key);
      all = all && (O::is_boolean || (coding.has_nan_key && coding.nan_key <= 0)) &&
            any(order.template key_of_met<p>(top[e]) == splat<V>(final));
    });
    return all;
  }

  // Meets a stretch in which elements [from, to) have a NaN, before which none comes.
  void meet_nan(Index begin, Index end, Index from, Index to) {
    Found<O> found[ends];
    find_nan(begin, end, from, to, found);
    for (int e = 0; e < ends; ++e) along[e].meet(best[e], found[e]);
  }
  void find_nan(Index begin, Index end, Index from, Index to, Found<O> (&found)[ends]) const {
    const Index at = first_nan(along[0], from, to);
    for (int e = 0; e < ends; ++e)
      found[e] = at == no_candidate ? A::best_of_few(along[e], begin, end)
                                    : Found<O>{O::wild_nan_key(), at};
  }
  [[gnu::noinline]] static Index first_nan(A slice, Index from, Index to) {
    return slice.find(from, to, [](auto x) { return O::is_wild_nan(x); });
  }
};

// The first of elements [begin, end) of a slice that the mask leaves; no_candidate if there is
// none.
[[gnu::noinline]] inline Index first_kept(const Tile& tile, Index slice, Index begin, Index end) {
  if (tile.mask.stride == 0 && begin < end) end = begin + 1;
  for (Index j = begin; j < end; ++j)
    if (tile.mask.keeps(slice, j)) return j;
  return no_candidate;
}

// The position of the answer of a slice under a mask, of which the best key and its position were
// found with fillers in the place of what the mask takes out. No element is worse than the filler,
// and if it came out none of the candidates is better.
template <class O>
Index kept_position(const O& order, const Tile& tile, Index slice, typename O::Key best,
                    Index position) {
  if (order.is_missing(best)) return no_candidate;
  return best == order.filler() ? first_kept(tile, slice, 0, tile.length) : position;
}

template <class O, class View, int ends>
void along(const Tile& tile, const Panel* panels) {
  // Where a slice has ended early, others may too, and each would begin with a wait for memory: the
  // next one's first lines are asked for while one is read.
  constexpr Index lines = 8;
  bool ends_early = false;
  const bool down = View::adjacent && tile.stride < 0, fresh = tile.fresh;
  const Index last = tile.length - 1, slices = tile.slices, length = tile.length;
  using Ends = EndsOfSlice<O, View, ends>;
  Ends found;
  for (int e = 0; e < ends; ++e)
    found.along[e] = {view_at<View>(O{tile.codings[e]}, tile, 0, down ? last : 0), down};
  const auto each_slice = [&](auto find) MINLOC_INLINE {
    for (Index slice = 0; slice < slices; ++slice) {
      if (ends_early && slice + 1 < slices)
        for (Index line = 0; line < lines; ++line)
          __builtin_prefetch(tile.data + (slice + 1) * tile.slice_stride + line * cache_line);
      find();
      unrolled<ends>([&](int e) MINLOC_INLINE {
        auto [key, position] = found.best[e];
        if (down && position != no_candidate) position = last - position;
        if constexpr (View::masked)
          position = kept_position(found.along[e].order(), tile, slice, key, position);
        put<O>(fresh, panels[e], slice, key,
               position == no_candidate ? no_candidate : tile.index + position * tile.step);
        View& view = found.along[e].view;
        view = view.moved(tile.slice_stride, tile.mask.slice_stride);
      });
    }
  };
  if constexpr (!Ends::are_plain_booleans)
    if (length >= Ends::lanes && length <= Ends::longest_few)
      return found.with_pick([&]<Pick p>() MINLOC_INLINE {
        each_slice([&]() MINLOC_INLINE { found.template few<p, 1>(0, length, found.best); });
      });
  if constexpr (Ends::takes_groups)
    if (length > Ends::longest_few && length <= Ends::longest_several)
      return found.with_pick([&]<Pick p>() MINLOC_INLINE {
        each_slice([&]() MINLOC_INLINE { found.template few<p, 4>(0, length, found.best); });
      });
  each_slice([&]() MINLOC_INLINE {
    found.meet_slice(length);
    ends_early = found.is_final();
  });
}

}  // namespace minloc::MINLOC_ISA
