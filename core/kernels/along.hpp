// One lane at a time, several of its elements at once: *min, then find*.
//
// The lane is cut into blocks of a few KiB. The best value of a block is a plain vector minimum,
// without any index; a block that beats the best so far is remembered. At the end the first equal
// element of that one block, still in the cache, is found.
//
// 1. No index vectors, so nothing overflows in narrow dtypes, and the work does not depend on the
//    data: what is compared is one value a block.
// 2. The minimum ignores NaN (the comparison is false), so NaN costs one more comparison a
//    vector, whose results are collected and looked at once a block.
// 3. A lane that runs down through memory (a reversed view) is read upwards all the same, block by
//    block from its far end, and within the block the last equal element is found.
#pragma once

#include "order.hpp"
#include "view.hpp"

namespace minloc::MINLOC_ISA {

template <class O>
struct Found {
  typename O::Key key;
  Index position;  // no_candidate if there is none
};

// The best key of elements [begin, end), the worst of all keys if there is none but NaN, and
// whether there is a wild NaN among them. The range is not empty.
template <class O, class View>
void scan(View view, Index begin, Index end, typename O::Key& best, bool& has_nan) {
  using Key = typename O::Key;
  using V = Vector<Key>;
  constexpr Index lanes = lanes_of<Key>;
  constexpr Index ways = 4;
  constexpr bool looks_for_nan = O::wild_nan && !O::omits;
  best = O::worst();
  has_nan = false;
  if (end - begin < lanes) {
    for (Index i = begin; i < end; ++i) {
      const Key x = O::key(view.at(i));
      best = O::pick(x, best);
      if constexpr (looks_for_nan) has_nan |= O::is_wild_nan(x);
    }
    return;
  }
  V top[ways];
  decltype(O::is_wild_nan(top[0])) nan{};
  for (auto& t : top) t = splat<V>(O::worst());
  const auto take = [&](V& t, Index i) {
    const V x = O::key(view.from(i));
    t = O::pick(x, t);
    if constexpr (looks_for_nan) nan |= O::is_wild_nan(x);
  };
  Index i = begin;
  for (; i + ways * lanes <= end; i += ways * lanes)
    for (Index way = 0; way < ways; ++way) take(top[way], i + way * lanes);
  for (; i + lanes <= end; i += lanes) take(top[0], i);
  if (i < end) take(top[1], end - lanes);
  const auto pick = [](V x, V y) { return O::pick(x, y); };
  best = fold<Key>(pick(pick(top[0], top[1]), pick(top[2], top[3])), pick);
  if constexpr (looks_for_nan) has_nan = any(nan);
}

// The first, or the last, element of [begin, end) whose key satisfies `wanted`; -1 if none does.
template <class O, class View, class Wanted>
Index find(View view, Index begin, Index end, bool last, Wanted wanted) {
  constexpr Index lanes = lanes_of<typename O::Key>;
  const auto at = [&](Index i) { return bool(wanted(O::key(view.at(i)))); };
  if (!last) {
    Index i = begin;
    for (; i + lanes <= end; i += lanes)
      if (const auto hit = wanted(O::key(view.from(i))); any(hit)) return i + first_true(hit);
    for (; i < end; ++i)
      if (at(i)) return i;
  } else {
    Index i = end;
    for (; i - lanes >= begin; i -= lanes)
      if (const auto hit = wanted(O::key(view.from(i - lanes))); any(hit))
        return i - lanes + last_true(hit);
    while (i-- > begin)
      if (at(i)) return i;
  }
  return -1;
}

// The answer for a view of `length` elements; of equal ones the first, or the last if the lane runs
// `backward` through the view. The position counts in the view.
template <class O, class View>
Found<O> best_of_lane(View view, Index length, bool backward) {
  using Key = typename O::Key;
  constexpr Index block = 8192 / static_cast<Index>(sizeof(Key));
  const auto equals = [](Key key) {
    return [key](auto x) {
      if constexpr (std::is_same_v<decltype(x), Key>)
        return x == key;
      else
        return x == splat<decltype(x)>(key);
    };
  };
  Found<O> best{O::worst(), no_candidate};
  Index best_begin = 0, best_end = 0;
  const Index blocks = (length + block - 1) / block;
  for (Index b = 0; b < blocks; ++b) {
    const Index begin = (backward ? blocks - 1 - b : b) * block;
    const Index end = begin + block < length ? begin + block : length;
    Key key;
    bool has_nan;
    scan<O>(view, begin, end, key, has_nan);
    if (has_nan) {
      const auto is_nan = [](auto x) { return O::is_wild_nan(x); };
      best.position = find<O>(view, begin, end, backward, is_nan);
      best.key = O::key(view.at(best.position));
      return best;
    }
    if (best.position == no_candidate) {
      // The worst of all keys is an element's (inf, say) or stands for "only NaN here".
      if (O::omits && key == O::worst() &&
          (O::is_missing(key) || find<O>(view, begin, end, backward, equals(key)) < 0))
        continue;
    } else if (!O::better(key, best.key)) {
      continue;
    }
    best = {key, begin};
    best_begin = begin;
    best_end = end;
    if (O::is_final(key)) break;
  }
  if (best.position != no_candidate)
    best.position = find<O>(view, best_begin, best_end, backward, equals(best.key));
  return best;
}

template <class O, class View>
void along(const Tile& tile, const Panel& panel) {
  using Key = typename O::Key;
  constexpr bool contiguous = std::is_same_v<View, Contiguous<typename O::Storage>>;
  const bool backward = contiguous && tile.stride < 0;
  const Index last = tile.length - 1;
  for (Index lane = 0; lane < tile.lanes; ++lane) {
    const char* first = tile.data + lane * tile.lane_stride;
    View view;
    if constexpr (contiguous)
      view = View{backward ? first + last * tile.stride : first};
    else
      view = View{first, tile.stride};
    const Found<O> best = best_of_lane<O>(view, tile.length, backward);
    const bool none = best.position == no_candidate;
    const Index position = backward ? last - best.position : best.position;
    const Index index = none ? no_candidate : tile.index + position * tile.step;
    if (tile.fresh) {
      reinterpret_cast<Key*>(panel.keys)[lane] = best.key;
      panel.indices[lane] = index;
    } else {
      merge<O>(panel, lane, best.key, index);
    }
  }
}

}  // namespace minloc::MINLOC_ISA
