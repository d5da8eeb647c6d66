// One slice at a time, several of its elements at once: *min, then find*.
//
//   for each stretch of the slice:
//     for each block of the stretch:
//       best = the best of the block in each lane of a vector, without any index
//       where best is better than top: top = best, number = the block's number
//     fold top over its lanes, find the first element that equals it in the block of that number
//   keep the better of the stretches
//
// 1. The work does not depend on the data, but for a NaN that ends the search: one vector a block
//    is held against the best.
// 2. The minimum ignores NaN (the comparison is false), so NaN costs one more comparison for two
//    vectors, whose results are collected and looked at once a block.
// 3. Blocks are numbered within a stretch, so that a counter as narrow as the key holds the number.
// 4. A slice that runs down through memory (a reversed view) is read upwards all the same, for that
//    is what memory is fast at: of equal elements the last one met is the first of the slice.
// 5. Both ends are two accumulators that meet the same elements.
//
// Elements are read twice, to take the best and to find it, and may have changed in between where
// another thread or process writes to them. If what was taken is not found, the stretch is read
// again, one element at a time (`best_of_few`).
#pragma once

#include "view.hpp"

namespace minloc::MINLOC_ISA {

// Vectors in a block, and blocks in a stretch.
inline constexpr Index stretch_block = 32, stretch_blocks = 64;

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

  // What becomes of a stretch for one end: of each lane of a vector the best, and its block.
  struct Top {
    V best;
    C number;

    // Meets the best of a block after those before it; of equal ones the last is kept if `last`.
    void meet(V x, Index block_number, bool last) {
      const auto wins = last ? invert(O::better(best, x)) : O::better(x, best);
      best = select(wins, x, best);
      number = select(wins, splat<C>(static_cast<Counter<Key>>(block_number)), number);
    }
  };

  // The best of a stretch whose top is known.
  Found<O> find_in_stretch(Index begin, Index end, const Top& top) const {
    const Key key = fold(top.best, [](V x, V y) { return O::pick(x, y); });
    if (order().is_missing(key)) return {key};
    // The worst of all keys is an element's (inf, say), or there is nothing but NaN.
    if constexpr (O::wild_nan && O::omits)
      if (key == order().worst())
        return {key, find(begin, end, [](auto x) { return invert(O::is_wild_nan(x)); })};
    if (end - begin <= block) return find_key(key, begin, end, begin, end);
    const auto has_it = top.best == splat<V>(key);
    const Index from =
        begin + block * (down ? last_number(has_it, top) : first_number(has_it, top));
    if (from + block < end) return find_key(key, begin, end, from, from + block);
    // The last vector of the last block may have reached back into the one before it.
    return find_key(key, begin, end, end - lanes < from ? end - lanes : from, end);
  }
  template <class Mask>
  static Index first_number(Mask has_it, const Top& top) {
    constexpr auto none = std::numeric_limits<Counter<Key>>::max();
    return static_cast<Index>(fold(select(has_it, top.number, splat<C>(none)),
                                   [](C x, C y) { return select(x < y, x, y); }));
  }
  template <class Mask>
  static Index last_number(Mask has_it, const Top& top) {
    return static_cast<Index>(
        fold(select(has_it, top.number, C{}), [](C x, C y) { return select(x > y, x, y); }));
  }
  Found<O> find_key(Key key, Index begin, Index end, Index from, Index to) const {
    const Index at = find(from, to, equal_to(key));
    if (at == no_candidate) [[unlikely]]
      return best_of_few(*this, begin, end);
    return {key, at};
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
  using Top = typename A::Top;
  using Mask = decltype(O::is_wild_nan(V{}));
  static constexpr Index lanes = A::lanes, block = A::block;
  static constexpr Index ways = unroll / ends;  // vectors that each end takes at once
  static_assert(ways % 2 == 0);

  A along[ends];
  Found<O> best[ends];

  // Meets a slice of `length` elements.
  void meet_slice(Index length) {
    constexpr Index stretch = stretch_blocks * block;
    if constexpr (O::is_boolean && View::adjacent && !View::masked) {
      for (int e = 0; e < ends; ++e) meet_booleans(along[e], length, best[e]);
    } else if (length < lanes) {
      for (int e = 0; e < ends; ++e) best[e] = A::best_of_few(along[e], 0, length);
    } else {
      for (int e = 0; e < ends; ++e) best[e] = {along[e].order().worst()};
      for (Index begin = 0, end; begin < length && !is_final(); begin = end) {
        // What would be left for a last stretch of less than a vector belongs to this one.
        end = length - begin < stretch + lanes ? length : begin + stretch;
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

  // Meets elements [begin, end), at least a vector of them.
  void meet_stretch(Index begin, Index end) {
    const bool down = along[0].down;
    Top top[ends]{};
    Mask nan{};
    for (Index i = begin, b = 0, stop; i < end; i = stop, ++b) {
      stop = end - i < block ? end : i + block;
      V t[ends];
      // Where there are some NaN the first block has one: it is not read to its end.
      const bool stops = O::looks_for_nan && b == 0 && !down;
      const auto meet = [&]<Pick p>()
                            MINLOC_INLINE { return meet_block<p>(i, stop, stops, t, nan); };
      Index met;
      if constexpr (View::adjacent)
        met = O::with_pick(pick(), meet);
      else
        met = meet.template operator()<Pick::coded>();
      // Nothing that comes later beats the first NaN.
      if constexpr (O::looks_for_nan)
        if (!down && any(nan))
          return meet_nan(begin, end, met < stop ? met - ways * lanes : i, met);
      unrolled<ends>([&](int e) MINLOC_INLINE {
        if (b == 0)
          top[e] = Top{t[e], C{}};
        else
          top[e].meet(t[e], b, down);
      });
      if constexpr (O::tame_nan || O::is_boolean)
        if (!down && have_final(top)) break;
    }
    if constexpr (O::looks_for_nan)
      if (any(nan)) return meet_nan(begin, end, begin, end);
    unrolled<ends>([&](int e) MINLOC_INLINE {
      along[e].meet(best[e], along[e].find_in_stretch(begin, end, top[e]));
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

  // The best keys of a block, [i, stop), in each lane of a vector; and where there are NaN. Returns
  // to where it was read: if it `stops` at NaN, perhaps not to its end.
  template <Pick first>
  MINLOC_INLINE Index meet_block(Index i, Index stop, bool stops, V (&best)[ends],
                                 Mask& nan) const {
    constexpr Pick picks[] = {first, opposite(first)};
    V t[ends][ways];
    unrolled<ways>([&](int way) MINLOC_INLINE {
      t[0][way] = splat<V>(along[0].order().template start<picks[0]>());
      if constexpr (ends > 1)
        t[ends - 1][way] = splat<V>(along[ends - 1].order().template start<picks[1]>());
    });
    const auto take_two = [&](int way, Index p, Index q) MINLOC_INLINE {
      const V x = along[0].view.from(p), y = along[0].view.from(q);
      if constexpr (O::looks_for_nan) nan |= O::is_wild_nan(x, y);
      const auto take = [&]<int e, Pick p>() MINLOC_INLINE {
        const O& order = along[e].order();
        t[e][way] = O::template pick_met<p>(order.template met<p>(x), t[e][way]);
        t[e][way + 1] = O::template pick_met<p>(order.template met<p>(y), t[e][way + 1]);
      };
      take.template operator()<0, picks[0]>();
      if constexpr (ends > 1) take.template operator()<ends - 1, picks[1]>();
    };
    // (What is apart is not worth it: collecting it takes the time, and much code.)
    for (; View::adjacent && i + ways * lanes <= stop; i += ways * lanes) {
      unrolled<ways / 2>([&](int n) MINLOC_INLINE {
        take_two(2 * n, i + 2 * n * lanes, i + (2 * n + 1) * lanes);
      });
      if constexpr (O::looks_for_nan)
        if (stops && any(nan)) return i + ways * lanes;
    }
    // Where the end is near, the last vector reaches back.
    for (; i < stop; i += 2 * lanes) {
      const Index last = stop - lanes;
      take_two(0, i < last ? i : last, i + lanes < last ? i + lanes : last);
    }
    const auto finish = [&]<int e, Pick p>() MINLOC_INLINE {
      unrolled<ways - 1>(
          [&](int n) MINLOC_INLINE { t[e][0] = O::template pick_met<p>(t[e][n + 1], t[e][0]); });
      best[e] = along[e].order().template key_of_met<p>(t[e][0]);
    };
    finish.template operator()<0, picks[0]>();
    if constexpr (ends > 1) finish.template operator()<ends - 1, picks[1]>();
    return stop;
  }

  // Whether each end has met a key that nothing beats, and that is one like others.
  bool have_final(const Top (&top)[ends]) const {
    for (int e = 0; e < ends; ++e) {
      const Coding& coding = along[e].order().coding;
      if (!O::is_boolean && (!coding.has_nan_key || coding.nan_key > 0)) return false;
      const Key final = O::is_boolean ? Key{} : static_cast<Key>(coding.nan_key);
      if (!any(top[e].best == splat<V>(final))) return false;
    }
    return true;
  }

  // Meets a stretch in which elements [from, to) have a NaN, before which none comes.
  void meet_nan(Index begin, Index end, Index from, Index to) {
    const Index at = find_nan(along[0], from, to);
    for (int e = 0; e < ends; ++e)
      along[e].meet(best[e], at == no_candidate ? A::best_of_few(along[e], begin, end)
                                                : Found<O>{O::wild_nan_key(), at});
  }
  [[gnu::noinline]] static Index find_nan(A slice, Index from, Index to) {
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
  EndsOfSlice<O, View, ends> found;
  for (int e = 0; e < ends; ++e)
    found.along[e] = {view_at<View>(O{tile.codings[e]}, tile, 0, down ? last : 0), down};
  for (Index slice = 0; slice < slices; ++slice) {
    if (ends_early && slice + 1 < slices)
      for (Index line = 0; line < lines; ++line)
        __builtin_prefetch(tile.data + (slice + 1) * tile.slice_stride + line * cache_line);
    found.meet_slice(length);
    ends_early = found.is_final();
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
}

}  // namespace minloc::MINLOC_ISA
