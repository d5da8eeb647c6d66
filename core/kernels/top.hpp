// The k best of every slice: bounds and offers, which the `top_` loops share.
//
// Once a slice has a bound, its k-th best candidate so far, few elements beat it. So loops compare
// only the best of some vectors with the bound; in the rare case that it may win, they look at the
// elements. Those that beat the bound are added to the selection, which is cut to its k best when
// it is full: that gives the next bound.
//
// 1. Elements of a slice come in index order, so one that equals the bound comes after it, unless
//    the bound is from a later part of the slice. Where it may be, equal elements are looked at,
//    and the index decides.
// 2. The mask is consulted only where elements are looked at.
// 3. NaN are no candidates: no number is worse. A caller that ranks them last adds them afterwards.
#pragma once

#include "ranks.hpp"
#include "view.hpp"

namespace minloc::MINLOC_ISA {

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
bool offer(const O& order, Selection& selection, typename O::Key bound, typename O::Key x,
           Index index) {
  if (selection.bounded ? !O::better(x, bound) && (O::better(bound, x) || order.is_missing(x) ||
                                                   index > bound_of<O>(selection).index)
                        : order.is_missing(x))
    return false;
  return add(selection, rank_of<O>(x), index);
}

// Whether a key may come before the bound; `ties` says that an equal one may.
template <class O, class V>
auto may_win(V x, V bound, bool ties) {
  return ties ? invert(O::better(bound, x)) : O::better(x, bound);
}

// The order of the elements does not matter: what is called a slice is what is better read that
// way.
template <class O>
Index top_count(Tile tile, bool nan) {
  using Key = typename O::Key;
  if (tile.lies_across()) tile = tile.turned();
  const O order{tile.codings[0]};
  Index count = 0;
  for (Index slice = 0; slice < tile.slices; ++slice) {
    const char* const data = tile.data + slice * tile.slice_stride;
    if (tile.mask || tile.swapped || tile.stride != static_cast<Index>(sizeof(Key))) {
      const Apart<O> view{order, data, tile.stride, tile.swapped};
      for (Index i = 0; i < tile.length; ++i)
        count +=
            order.is_missing(view.key_at(i)) == nan && !(tile.mask && !tile.mask.keeps(slice, i));
    } else {
      const Adjacent<O> view{order, data};
      for (Index i = 0; i < tile.length; ++i) count += order.is_missing(view.key_at(i)) == nan;
    }
  }
  return count;
}

}  // namespace minloc::MINLOC_ISA
