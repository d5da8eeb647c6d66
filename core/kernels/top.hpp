// The k best of every lane: what `along`, `columns` and the rest share.
//
// Once there is a bound, the k-th best candidate so far, few elements come before it, and fewer as
// it gets better. So of some vectors only the best is taken, and held against the bound; in the
// rare case that it may win the elements are looked at. Those that come before the bound are added
// to the selection, which is cut to its k best when it is full: that is the next bound.
//
// 1. Elements of a lane are met in index order, so one that is equal to the bound comes after it,
//    unless the bound is from a later part of the slice. Where it may be, an equal element is
//    looked at too, and the index decides.
// 2. Masked elements are told from others only where elements are looked at.
// 3. NaN are no candidates: no number is worse. Whoever ranks them last adds them to the answer.
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
