// Groups: each element is merged into the entry of a table that its slot names.
//
//   copy the elements as keys, unless they are keys as they lie
//   for each element: merge it into its entry
//
// 1. What comes later in the order of the index has to be better, so one comparison decides for
// most
//    elements, and only few of them reach the index.
// 2. That takes entries without a candidate to be worse than every element. The worst of all keys
//    is not; where there is one among the elements, all of them are merged with care.
#pragma once

#include "gathered.hpp"

namespace minloc::MINLOC_ISA {

// Whether one of `count` elements may have the key of an entry without a candidate.
template <class O>
bool any_worst(const O& order, const char* keys, Index count) {
  using Key = typename O::Key;
  using V = Vector<Key>;
  constexpr Index lanes = lanes_of<Key>, size = static_cast<Index>(sizeof(Key));
  if constexpr (O::is_boolean || is_complex<Key>) {
    return true;
  } else if constexpr (O::wild_nan && O::omits) {
    return false;  // it is NaN, which every number beats
  } else {
    const Key worst = order.worst();
    Index i = 0;
    if constexpr (lanes > 1)
      for (; i + lanes <= count; i += lanes)
        if (any(load<V>(keys + i * size) == splat<V>(worst))) return true;
    for (; i < count; ++i)
      if (load<Key>(keys + i * size) == worst) return true;
    return false;
  }
}

template <class O>
void scatter(const Tile& tile, const Slot* slots, bool in_order, const Panel& table) {
  using Key = typename O::Key;
  constexpr Index size = static_cast<Index>(sizeof(Key));
  const O order{tile.codings[0]};
  const char* data = tile.data;
  if (tile.stride != size || tile.swapped || !order.are_elements()) {
    Scratch scratch = tile.scratch;
    const Gather<O> gather{order, scratch.take<Key>(Gather<O>::room), nullptr};
    data = gather.copy_of(tile, false, tile.codings[0]).data;
  }
  const Index length = tile.length, step = tile.step;
  Index index = tile.index;
  auto* const keys = reinterpret_cast<Key*>(table.keys);
  Index* const indices = table.indices;
  if (!in_order || any_worst(order, data, length)) {
    for (Index i = 0; i < length; ++i, index += step) {
      const Key x = load<Key>(data + i * size);
      merge<O>(table, static_cast<Index>(slots[i]), x, order.is_missing(x) ? no_candidate : index);
    }
    return;
  }
  for (Index i = 0; i < length; ++i, index += step) {
    const Key x = load<Key>(data + i * size);
    if (O::beats(x, keys[slots[i]])) {
      keys[slots[i]] = x;
      indices[slots[i]] = index;
    }
  }
}

}  // namespace minloc::MINLOC_ISA
