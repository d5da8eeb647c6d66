// The k best of every lane: a block that has nothing better than the worst of the k is passed over.
//
// Once there is a bound, the k-th best candidate so far, few elements come before it, and fewer as
// it gets better. So of a block of vectors only the best is taken, as in `along`, and held against
// the bound; in the rare block that has something to add, the elements are looked at. Those that
// come before the bound are added to the selection, which is cut to its k best when it is full.
//
// 1. Elements of a lane are met in index order, so one that is equal to the bound comes after it,
//    unless the bound is from a later part of the slice. Where it is, a block with an equal element
//    is looked at too, and the index decides.
// 2. Masked elements are told from others only where elements are looked at.
// 3. Lanes that are side by side (`columns`) are read row by row: some rows of a vector of lanes
//    are held against a vector of bounds.
//
// NaN are no candidates: they are better than nothing. Whoever ranks them last has `top_nans`.
#pragma once

#include "ranks.hpp"
#include "view.hpp"

namespace minloc::MINLOC_ISA {

// Elements at any distance and with their bytes in either order, one by one.
template <class T>
struct Scattered {
  static constexpr bool adjacent = false;
  const char* data;
  Index stride;
  bool swapped;

  T at(Index i) const {
    const char* p = data + i * stride;
    return swapped ? load_swapped<T>(p) : load<T>(p);
  }
  T from(Index i) const { return at(i); }
};

template <class View>
View top_view(const char* data, [[maybe_unused]] Index stride, [[maybe_unused]] bool swapped) {
  if constexpr (View::adjacent)
    return {data};
  else
    return {data, stride, swapped};
}

// The elements that a view gives at once, as keys.
template <class O, class View>
using KeysOf = decltype(O::key(std::declval<View>().from(0)));

inline bool is_masked(const Tile& tile, const char* mask) {
  return mask && (*mask != 0) == tile.masked_value;
}

template <class O>
Candidate<Rank<O>> bound_of(const Selection& selection) {
  return selection.as<Rank<O>>()[selection.k - 1];
}

// Adds a candidate; true if there is a new bound.
template <class R>
bool add(Selection& selection, R rank, Index index) {
  selection.as<R>()[selection.count++] = {rank, index};
  if (selection.count < selection.capacity) return false;
  cut<R>(selection);
  return true;
}

// Adds an element unless it comes after the bound, the key of which is given, or is NaN; true if
// there is a new bound.
template <class O>
bool offer(Selection& selection, typename O::Key bound, typename O::Key x, Index index) {
  if (selection.bounded ? !O::better(x, bound) && (O::better(bound, x) || O::is_missing(x) ||
                                                   index > bound_of<O>(selection).index)
                        : O::is_missing(x))
    return false;
  return add(selection, rank_of<O>(x), index);
}

// Whether a key may come before the bound; `ties` says that an equal one may.
template <class O, class V>
auto may_win(V x, V bound, bool ties) {
  return ties ? invert(O::better(bound, x)) : O::better(x, bound);
}

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

// A lane, its elements counted in index order. A lane that runs down through memory has a view that
// runs up.
template <class O, class View>
struct AlongTop {
  using Key = typename O::Key;
  using V = KeysOf<O, View>;
  // A block is some groups of vectors, each with a best of its own.
  static constexpr Index lanes = is_vector<V> ? lanes_of<Key> : 1;
  static constexpr Index groups = 4, group = 8 * lanes, block = groups * group;

  const Tile& tile;
  const char* mask;
  Selection& selection;
  bool down;
  View view;
  Key bound = O::worst();
  Index bound_index = 0;
  Index added = 0;

  AlongTop(const Tile& t, Index lane, Selection& s)
      : tile(t),
        mask(t.mask ? t.mask + lane * t.mask_lane_stride : nullptr),
        selection(s),
        down(View::adjacent && t.stride < 0),
        view(top_view<View>(t.data + lane * t.lane_stride + (down ? (t.length - 1) * t.stride : 0),
                            t.stride, t.swapped)) {
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
    if (mask && is_masked(tile, mask + i * tile.mask_stride)) return;
    ++added;
    if (offer<O>(selection, bound, O::key(view.at(place(i, 1))), index_of(i))) see_bound();
  }
  // Looks at elements [begin, end), but for those that `enough` is better than.
  [[gnu::noinline]] void look(Index begin, Index end, Key enough) {
    Index i = begin;
    if constexpr (lanes > 1) {
      for (; i < end && !selection.bounded; ++i) look_at(i);
      for (; i + lanes <= end; i += lanes) {
        const V x = O::key(view.from(place(i, lanes)));
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
    for (Index g = 0; g < groups; ++g) {
      const Index begin = place(i + g * group, group);
      best[g] = splat<V>(O::worst());
      for (Index n = 0; n < group; n += lanes)
        best[g] = O::pick(O::key(view.from(begin + n)), best[g]);
    }
  }

  // The best keys of a block in each lane of its groups: k of its elements are at least as good as
  // the k-th of them.
  Key enough_of(const V (&best)[groups]) const {
    constexpr Index columns = groups * lanes;
    if (mask || selection.k > columns) return O::worst();
    Key keys[columns];
    for (Index g = 0; g < groups; ++g) store(reinterpret_cast<char*>(keys + g * lanes), best[g]);
    return kth_best<O>(keys, columns, selection.k);
  }

  void choose() {
    constexpr Key best_of_all = O::extreme == Extreme::min ? O::lowest() : O::highest();
    bool crowded = false;  // the last block had much to add
    Index i = 0;
    for (; i + block <= tile.length; i += block) {
      if (!selection.bounded) {
        look(i, i + block, O::worst());
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
      const Key enough = crowded ? enough_of(best) : O::worst();
      added = 0;
      for (Index g = 0; g < groups; ++g)
        if (any(may_win<O>(best[g], splat<V>(bound), index_of(i) < bound_index)))
          look(i + g * group, i + (g + 1) * group, enough);
      crowded |= added > block / 8;
      if (!O::better(best_of_all, bound) && index_of(i) > bound_index) return;
    }
    look(i, tile.length, O::worst());
  }
};

template <class O, class View>
void top_along(const Tile& tile, Selection* selections) {
  for (Index lane = 0; lane < tile.lanes; ++lane)
    AlongTop<O, View>(tile, lane, selections[lane]).choose();
}

// Lanes side by side, as many as there are bounds.
template <class O, class View>
struct ColumnsTop {
  using Key = typename O::Key;
  using V = KeysOf<O, View>;
  static constexpr Index lanes = is_vector<V> ? lanes_of<Key> : 1, group = 8, width = 512;

  const Tile& tile;
  Index left, count;
  Selection* selections;
  Index latest = 0;  // the greatest index of a bound; of any, where a lane has no bound
  alignas(64) Key bounds[width];

  ColumnsTop(const Tile& t, Index first, Index lane_count, Selection* all)
      : tile(t), left(first), count(lane_count), selections(all + first) {
    for (Index lane = 0; lane < count; ++lane) see_bound(lane);
    see_latest();
  }

  void see_bound(Index lane) {
    const Selection& selection = selections[lane];
    bounds[lane] = selection.bounded ? key_of<O>(bound_of<O>(selection).rank) : O::worst();
  }
  void see_latest() {
    latest = 0;
    for (Index lane = 0; lane < count; ++lane) {
      const Index index = selections[lane].bounded ? bound_of<O>(selections[lane]).index
                                                   : std::numeric_limits<Index>::max();
      if (index > latest) latest = index;
    }
  }

  View row(Index j) const {
    return top_view<View>(tile.data + left * tile.lane_stride + j * tile.stride, tile.lane_stride,
                          tile.swapped);
  }
  Index index_of(Index j) const { return tile.index + j * tile.step; }

  void look_at(const char* element_mask, Index j, Index lane, bool& cuts) {
    if (element_mask && is_masked(tile, element_mask + lane * tile.mask_lane_stride)) return;
    if (!offer<O>(selections[lane], bounds[lane], O::key(row(j).at(lane)), index_of(j))) return;
    see_bound(lane);
    cuts = true;
  }
  // Looks at elements [j, end) of lanes [begin, begin + some).
  [[gnu::noinline]] void look(Index j, Index end, Index begin, Index some) {
    bool cuts = false;
    const char* mask = tile.mask ? tile.mask + left * tile.mask_lane_stride : nullptr;
    for (; j < end; ++j) {
      const char* const element_mask = mask ? mask + j * tile.mask_stride : nullptr;
      if (some == lanes) {
        const V x = O::key(row(j).from(begin));
        each_true(may_win<O>(x, bounds_of(begin), index_of(j) < latest),
                  [&](Index lane) { look_at(element_mask, j, begin + lane, cuts); });
      } else {
        for (Index lane = begin; lane < begin + some; ++lane) look_at(element_mask, j, lane, cuts);
      }
    }
    if (cuts) see_latest();
  }

  V bounds_of(Index lane) const { return load<V>(reinterpret_cast<const char*>(bounds + lane)); }

  // Whether one of elements [j, end) of the vector of lanes from `lane` on may be one to add.
  bool has_any(Index j, Index end, Index lane) const {
    const bool ties = index_of(j) < latest;
    V best = splat<V>(O::worst());
    for (; j < end; ++j) best = O::pick(O::key(row(j).from(lane)), best);
    return any(may_win<O>(best, bounds_of(lane), ties));
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

template <class O>
void top_nans(const Tile& tile, Selection* selections) {
  for (Index lane = 0; lane < tile.lanes; ++lane) {
    Selection& selection = selections[lane];
    const Scattered<typename O::Storage> view{tile.data + lane * tile.lane_stride, tile.stride,
                                              tile.swapped};
    const char* mask = tile.mask ? tile.mask + lane * tile.mask_lane_stride : nullptr;
    for (Index i = 0; i < tile.length; ++i) {
      const Index index = tile.index + i * tile.step;
      if (selection.bounded && index > bound_of<O>(selection).index) break;
      if (mask && is_masked(tile, mask + i * tile.mask_stride)) continue;
      if (O::is_missing(O::key(view.at(i)))) add(selection, Rank<O>{}, index);
    }
  }
}

// The order does not matter: what is called a lane is what is better read that way.
template <class O>
Index top_count(Tile tile, bool nan) {
  using T = typename O::Storage;
  const bool down = tile.stride < 0;
  if (tile.lane_stride < (down ? -tile.stride : tile.stride)) {
    std::swap(tile.lanes, tile.length);
    std::swap(tile.lane_stride, tile.stride);
    std::swap(tile.mask_lane_stride, tile.mask_stride);
  }
  Index count = 0;
  for (Index lane = 0; lane < tile.lanes; ++lane) {
    const char* const data = tile.data + lane * tile.lane_stride;
    if (tile.mask || tile.swapped || tile.stride != static_cast<Index>(sizeof(T))) {
      const char* mask = tile.mask ? tile.mask + lane * tile.mask_lane_stride : nullptr;
      const Scattered<T> view{data, tile.stride, tile.swapped};
      for (Index i = 0; i < tile.length; ++i)
        count += O::is_missing(O::key(view.at(i))) == nan &&
                 !(mask && is_masked(tile, mask + i * tile.mask_stride));
    } else {
      const Contiguous<T, false> view{data};
      for (Index i = 0; i < tile.length; ++i) count += O::is_missing(O::key(view.at(i))) == nan;
    }
  }
  return count;
}

}  // namespace minloc::MINLOC_ISA
