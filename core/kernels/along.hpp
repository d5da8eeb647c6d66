// One lane at a time, several of its elements at once: *min, then find*.
//
// The lane is cut into blocks of some vectors. Of each block only the best value is taken, lane of
// the vector by lane, without any index; where it beats the best so far, the block's number is
// remembered. At the end the first equal element of that one block is found.
//
// 1. The work does not depend on the data, but for a NaN that ends the search: one vector a block
//    is held against the best.
// 2. The minimum ignores NaN (the comparison is false), so NaN costs one more comparison for two
//    vectors, whose results are collected and looked at once a block.
// 3. Blocks are numbered within a stretch of the lane, so that a counter as narrow as the dtype
//    holds the number; stretches are compared one by one.
// 4. A lane that runs down through memory (a reversed view) is read upwards all the same: of equal
//    elements the last one met is the first of the lane.
//
// Elements are read twice, to take the best and to find it, and may have changed in between where
// another thread or process writes to them. If what was taken is not found, the stretch is read
// again, one element at a time (`best_after_change`).
#pragma once

#include "lanes.hpp"

namespace minloc::MINLOC_ISA {

template <class O>
struct Found {
  typename O::Key key;
  Index position;  // no_candidate if there is none
};

// The first, or the last, element of [begin, end) whose key satisfies `wanted`; no_candidate if
// none does.
template <class O, Keep keep, class View, class Wanted>
Index find(View view, Index begin, Index end, Wanted wanted) {
  constexpr Index lanes = lanes_of<typename O::Key>;
  constexpr Index ways = View::unroll;
  // Whether one of a few vectors from `i` on has a hit.
  const auto hits = [&](Index i) {
    auto all = wanted(O::key(view.from(i)));
    for (Index way = 1; way < ways; ++way) all = all | wanted(O::key(view.from(i + way * lanes)));
    return any(all);
  };
  const auto hit = [&](Index i) { return wanted(O::key(view.from(i))); };
  const auto single = [&](Index i) { return bool(wanted(O::key(view.at(i)))); };
  if constexpr (keep == Keep::first) {
    Index i = begin;
    if constexpr (ways > 1)
      while (i + ways * lanes <= end && !hits(i)) i += ways * lanes;
    for (; i + lanes <= end; i += lanes)
      if (const auto h = hit(i); any(h)) return i + first_true(h);
    for (; i < end; ++i)
      if (single(i)) return i;
  } else {
    Index i = end;
    if constexpr (ways > 1)
      while (i - ways * lanes >= begin && !hits(i - ways * lanes)) i -= ways * lanes;
    for (; i - lanes >= begin; i -= lanes)
      if (const auto h = hit(i - lanes); any(h)) return i - lanes + last_true(h);
    while (i-- > begin)
      if (single(i)) return i;
  }
  return no_candidate;
}

// The same for the first, or the last, of `length` booleans, at least a vector of them, that is
// `truth`: a byte that is not 0 is true.
template <Keep keep, class View>
Index find_truth(View view, Index length, bool truth) {
  using V = Vector<std::uint8_t>;
  constexpr Index lanes = lanes_of<std::uint8_t>, ways = 2 * View::unroll;
  const auto mask_of = [=](V x) { return truth ? x != V{} : x == V{}; };
  const auto hits = [&](Index i) {
    V all = view.from(i);
    for (Index way = 1; way < ways; ++way) {
      const V x = view.from(i + way * lanes);
      all = truth ? all | x : all < x ? all : x;
    }
    return any(mask_of(all));
  };
  const auto hit = [&](Index i) { return mask_of(view.from(i)); };
  Index n = 0;  // elements that are not what is looked for
  const auto first_of = [&](Index count) { return keep == Keep::first ? n : length - n - count; };
  const auto position = [&](auto mask) {
    return keep == Keep::first ? n + first_true(mask) : length - n - lanes + last_true(mask);
  };
  if (const auto h = hit(first_of(lanes)); any(h)) return position(h);
  n += lanes;
  while (n + ways * lanes <= length && !hits(first_of(ways * lanes))) n += ways * lanes;
  for (; n + lanes <= length; n += lanes)
    if (const auto h = hit(first_of(lanes)); any(h)) return position(h);
  for (; n < length; ++n)
    if ((view.at(first_of(1)) != 0) == truth) return first_of(1);
  return no_candidate;
}

template <class O>
auto equals(typename O::Key key) {
  return [key](auto x) {
    if constexpr (std::is_same_v<decltype(x), typename O::Key>)
      return x == key;
    else
      return x == splat<decltype(x)>(key);
  };
}

// Whether `x`, met after `best`, takes its place; neither is NaN.
template <class O, Keep keep, class V>
auto replaces(V x, V best) {
  if constexpr (keep == Keep::first)
    return O::better(x, best);
  else
    return invert(O::better(best, x));
}

// The best of elements [begin, end), one by one.
template <class O, Keep keep, class View>
Found<O> best_of_few(View view, Index begin, Index end) {
  using Key = typename O::Key;
  Found<O> best{O::worst(), no_candidate};
  for (Index i = begin; i < end; ++i) {
    const Index at = keep == Keep::first ? i : begin + (end - 1 - i);
    const Key x = O::key(view.at(at));
    if (best.position == no_candidate ? !O::is_missing(x) : bool(O::beats(x, best.key)))
      best = {x, at};
  }
  return best;
}

// The same where the best of them is known but no longer among them. Each element is read once,
// with its position: whatever is found was there, and nothing is found only if there was no
// candidate.
template <class O, Keep keep, class View>
[[gnu::noinline, gnu::cold]] Found<O> best_after_change(View view, Index begin, Index end) {
  return best_of_few<O, keep>(view, begin, end);
}

// Vectors in a block, and blocks in a stretch.
inline constexpr Index stretch_block = 32, stretch_blocks = 64;

// The best of a stretch, of which the best of each lane of a vector is known, and the block that it
// came from.
template <class O, Keep keep, class View>
Found<O> find_in_stretch(View view, Index begin, Index end, Vector<typename O::Key> top,
                         Counters<typename O::Key> number) {
  using Key = typename O::Key;
  using V = Vector<Key>;
  using C = Counters<Key>;
  constexpr Index lanes = lanes_of<Key>, block = stretch_block * lanes;
  const Key key = fold(top, [](V x, V y) { return O::pick(x, y); });
  // The worst of all keys is an element's (inf, say) or stands for "only NaN here": then every
  // candidate is as bad.
  if constexpr (O::omits)
    if (key == O::worst()) {
      if (O::is_missing(key)) return {key, no_candidate};
      const auto is_candidate = [](auto x) { return invert(O::is_wild_nan(x)); };
      return {key, find<O, keep>(view, begin, end, is_candidate)};
    }
  const auto find_key = [&](Index from, Index to) -> Found<O> {
    const Index at = find<O, keep>(view, from, to, equals<O>(key));
    if (at == no_candidate) [[unlikely]]
      return best_after_change<O, keep>(view, begin, end);
    return {key, at};
  };
  if (end - begin <= block) return find_key(begin, end);
  constexpr auto none = keep == Keep::first ? std::numeric_limits<Counter<Key>>::max()
                                            : std::numeric_limits<Counter<Key>>::min();
  const auto best_number = fold(select(equals<O>(key)(top), number, splat<C>(none)), [](C x, C y) {
    return keep == Keep::first ? select(x < y, x, y) : select(x > y, x, y);
  });
  Index from = begin + static_cast<Index>(best_number) * block;
  const Index to = from + block < end ? from + block : end;
  // The last vector of the last block may have reached back into the one before it.
  if (to == end && end - lanes < from) from = end - lanes;
  return find_key(from, to);
}

// The best of elements [begin, end), at least a vector of them.
template <class O, Keep keep, class View>
Found<O> best_of_stretch(View view, Index begin, Index end) {
  using Key = typename O::Key;
  using V = Vector<Key>;
  using C = Counters<Key>;
  constexpr Index lanes = lanes_of<Key>, ways = View::unroll, block = stretch_block * lanes;
  constexpr bool looks_for_nan = O::wild_nan && !O::omits;
  V top = splat<V>(O::worst());
  C number{};
  decltype(O::is_wild_nan(top)) nan{};
  const auto take = [&](V& t, Index i) {
    const V x = O::key(view.from(i));
    t = O::pick(x, t);
    if constexpr (looks_for_nan) nan |= O::is_wild_nan(x);
  };
  const auto take_two = [&](V& t, V& u, Index i) {
    const V x = O::key(view.from(i)), y = O::key(view.from(i + lanes));
    t = O::pick(x, t);
    u = O::pick(y, u);
    if constexpr (looks_for_nan) nan |= O::is_wild_nan(x, y);
  };
  const auto nan_in = [&](Index from, Index to) {
    const Index at = find<O, keep>(view, from, to, [](auto x) { return O::is_wild_nan(x); });
    if (at == no_candidate) [[unlikely]]
      return best_after_change<O, keep>(view, begin, end);
    return Found<O>{O::wild_nan_key(), at};
  };
  for (Index i = begin, b = 0; i < end; ++b) {
    const Index start = i, stop = end - i < block ? end : i + block;
    V t[ways];
    for (auto& way : t) way = splat<V>(O::worst());
    if constexpr (ways > 1)
      for (; i + ways * lanes <= stop; i += ways * lanes) {
        for (Index way = 0; way < ways; way += 2) take_two(t[way], t[way + 1], i + way * lanes);
        // Where there are some NaN the first block has one: it is not read to its end.
        if constexpr (keep == Keep::first && looks_for_nan)
          if (b == 0 && any(nan)) return nan_in(i, i + ways * lanes);
      }
    for (; i + lanes <= stop; i += lanes) take(t[0], i);
    if (i < stop) {  // the end is near: the last vector reaches back
      take(t[ways - 1], end - lanes);
      i = end;
    }
    // Nothing that comes later beats the first NaN.
    if constexpr (keep == Keep::first && looks_for_nan)
      if (any(nan)) return nan_in(start, stop);
    for (Index way = 1; way < ways; ++way) t[0] = O::pick(t[way], t[0]);
    const auto wins = replaces<O, keep>(t[0], top);
    top = select(wins, t[0], top);
    number = select(wins, splat<C>(static_cast<Counter<Key>>(b)), number);
    if constexpr (keep == Keep::first && O::tame_nan && !O::omits)
      if (any(top == splat<V>(O::tame_nan_key()))) break;
  }
  if constexpr (keep == Keep::last && looks_for_nan)
    if (any(nan)) return nan_in(begin, end);

  return find_in_stretch<O, keep>(view, begin, end, top, number);
}

// Keeps the better of the best so far and one found after it.
template <class O, Keep keep>
void meet(Found<O>& best, const Found<O>& found) {
  if (found.position == no_candidate) return;
  if (best.position == no_candidate || takes_over<O, keep>(found.key, best.key)) best = found;
}

// The answer for a view of `length` elements; the position counts in the view.
template <class O, Keep keep, class View>
Found<O> best_of_lane(View view, Index length) {
  using Key = typename O::Key;
  constexpr Index lanes = lanes_of<Key>;
  constexpr Index stretch = stretch_blocks * stretch_block * lanes;
  if (length < lanes) return best_of_few<O, keep>(view, 0, length);
  if constexpr (O::is_boolean && !View::masked) {
    // There are only two keys: the better one is looked for, and the search may stop early.
    constexpr bool better = O::extreme == Extreme::max;
    const Index position = find_truth<keep>(view, length, better);
    if (position != no_candidate) return {static_cast<Key>(better), position};
    return {static_cast<Key>(!better), keep == Keep::first ? 0 : length - 1};
  } else {
    Found<O> best{O::worst(), no_candidate};
    for (Index begin = 0, end; begin < length; begin = end) {
      if (keep == Keep::first && O::is_final(best.key)) break;
      // What would be left for a last stretch of less than a vector belongs to this one.
      end = length - begin < stretch + lanes ? length : begin + stretch;
      const Found<O> found = best_of_stretch<O, keep>(view, begin, end);
      meet<O, keep>(best, found);
    }
    return best;
  }
}

template <class O, Keep keep, class View>
void along(const Tile& tile, const Panel& panel) {
  // Where a lane has ended early, others may too, and each would begin with a wait for memory: the
  // next one's first lines are asked for while one is read.
  constexpr Index lines = 8;
  bool ends_early = false;
  const Index last = tile.length - 1;
  for (Index lane = 0; lane < tile.lanes; ++lane) {
    if (ends_early && lane + 1 < tile.lanes)
      for (Index line = 0; line < lines; ++line)
        __builtin_prefetch(tile.data + (lane + 1) * tile.lane_stride + line * cache_line);
    // Of a lane that runs down, the view begins at its end.
    const auto view = down<View, keep == Keep::last>(tile, lane);
    Found<O> best = best_of_lane<O, keep>(view, tile.length);
    ends_early = keep == Keep::first && O::is_final(best.key);
    static_assert(keep == Keep::first || !View::masked);
    if constexpr (View::masked && !O::omits)
      // No element is worse than the filler, and if it came out none of the candidates is better.
      if (best.key == O::key(O::filler())) best.position = first_chosen(tile, lane, 0, tile.length);
    if (best.position != no_candidate) {
      if constexpr (keep == Keep::last) best.position = last - best.position;
      best.position = tile.index + best.position * tile.step;
    }
    put<O>(tile, panel, lane, best.key, best.position);
  }
}

}  // namespace minloc::MINLOC_ISA
