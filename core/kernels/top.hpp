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

// A lane, its elements counted in index order. A lane that runs down through memory has a view that
// runs up.
template <class O, class View>
struct AlongTop {
  using Key = typename O::Key;
  using V = KeysOf<O, View>;
  static constexpr Index lanes = is_vector<V> ? lanes_of<Key> : 1, block = 32 * lanes;

  const Tile& tile;
  const char* mask;
  Selection& selection;
  bool down;
  View view;
  Key bound = O::worst();
  Index bound_index = 0;

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
    if (offer<O>(selection, bound, O::key(view.at(place(i, 1))), index_of(i))) see_bound();
  }
  [[gnu::noinline]] void look(Index begin, Index end) {
    Index i = begin;
    if constexpr (lanes > 1) {
      for (; i < end && !selection.bounded; ++i) look_at(i);
      for (; i + lanes <= end; i += lanes) {
        const V x = O::key(view.from(place(i, lanes)));
        if (any(may_win<O>(x, splat<V>(bound), index_of(i) < bound_index)))
          for (Index lane = 0; lane < lanes; ++lane) look_at(i + lane);
      }
    }
    for (; i < end; ++i) look_at(i);
  }

  V best_of_block(Index i) const {
    constexpr Index ways = 4;
    const Index begin = place(i, block);
    V best[ways];
    for (auto& b : best) b = splat<V>(O::worst());
    for (Index n = 0; n < block; n += ways * lanes)
      for (Index way = 0; way < ways; ++way)
        best[way] = O::pick(O::key(view.from(begin + n + way * lanes)), best[way]);
    return O::pick(O::pick(best[0], best[1]), O::pick(best[2], best[3]));
  }

  void choose() {
    constexpr Key best_of_all = O::extreme == Extreme::min ? O::lowest() : O::highest();
    Index i = 0;
    for (; i + block <= tile.length; i += block) {
      const bool ties = index_of(i) < bound_index;
      if (!selection.bounded) {
        look(i, i + block);
      } else if (any(may_win<O>(best_of_block(i), splat<V>(bound), ties))) {
        look(i, i + block);
      } else {
        continue;
      }
      if (selection.bounded && !O::better(best_of_all, bound) && index_of(i) > bound_index) return;
    }
    look(i, tile.length);
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

  // Looks at elements [j, end) of lanes [begin, begin + some).
  [[gnu::noinline]] void look(Index j, Index end, Index begin, Index some) {
    bool cuts = false;
    for (; j < end; ++j) {
      const View elements = row(j);
      const char* mask = tile.mask ? tile.mask + j * tile.mask_stride : nullptr;
      for (Index lane = begin; lane < begin + some; ++lane) {
        if (mask && is_masked(tile, mask + (left + lane) * tile.mask_lane_stride)) continue;
        const Key x = O::key(elements.at(lane));
        if (!offer<O>(selections[lane], bounds[lane], x, index_of(j))) continue;
        see_bound(lane);
        cuts = true;
      }
    }
    if (cuts) see_latest();
  }

  // Whether one of elements [j, end) of the vector of lanes from `lane` on may be one to add.
  bool has_any(Index j, Index end, Index lane) const {
    const bool ties = index_of(j) < latest;
    V best = splat<V>(O::worst());
    for (; j < end; ++j) best = O::pick(O::key(row(j).from(lane)), best);
    return any(may_win<O>(best, load<V>(reinterpret_cast<const char*>(bounds + lane)), ties));
  }

  void choose() {
    for (Index j = 0; j < tile.length; j += group) {
      const Index end = tile.length - j < group ? tile.length : j + group;
      Index lane = 0;
      for (; lane + lanes <= count; lane += lanes)
        if (has_any(j, end, lane)) look(j, end, lane, lanes);
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

template <class O>
Index top_count(const Tile& tile, bool nan) {
  using T = typename O::Storage;
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
