// Groups: each element is merged into the entry of a table that its slot names.
//
//   copy the elements as keys, unless they are keys as they lie
//   for each element: merge it into its entry
//
// 1. What comes later in the order of the index has to be better, so one comparison decides for
//    most elements, and only few of them reach the index.
// 2. That takes entries without a candidate to be worse than every element. The worst of all keys
//    is not; where there is one among the elements, all of them are merged with care.
// 3. Slots are known some elements ahead, so entries that are far from the processor are
//    prefetched.
// 4. Where slots repeat, the entry stays in registers until another comes, and no branch depends on
//    the elements, of which each group has few.
#pragma once

#include "gathered.hpp"
#include "listed.hpp"

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
    if constexpr (lanes > 1) {
      decltype(splat<V>(worst) == splat<V>(worst)) hit{};
      for (; i + lanes <= count; i += lanes) hit |= load<V>(keys + i * size) == splat<V>(worst);
      if (any(hit)) return true;
    }
    for (; i < count; ++i)
      if (load<Key>(keys + i * size) == worst) return true;
    return false;
  }
}

// False only if `x` does not beat `best`: one comparison.
template <class O>
bool may_beat(typename O::Key x, typename O::Key best) {
  if constexpr (O::wild_nan && !is_complex<typename O::Key>)
    return !(x >= best);
  else
    return bool(O::beats(x, best));
}

// Precondition: slots[length, length + slots_ahead) may be read, and name entries.
template <class O, bool ahead>
void scatter_in_order(const char* data, Index length, const Slot* slots, Index index, Index step,
                      const Panel& table) {
  using Key = typename O::Key;
  constexpr Index size = static_cast<Index>(sizeof(Key)), group = 4;
  auto* const keys = reinterpret_cast<Key*>(table.keys);
  Index* const indices = table.indices;
  const auto meet = [=](Index i) MINLOC_INLINE {
    const Slot slot = slots[i];
    if constexpr (ahead) __builtin_prefetch(keys + slots[i + slots_ahead], 1);
    const Key x = load<Key>(data + i * size);
    if (may_beat<O>(x, keys[slot])) [[unlikely]]
      if (O::beats(x, keys[slot])) {
        keys[slot] = x;
        indices[slot] = index + i * step;
      }
  };
  Index i = 0;
  for (; i + group <= length; i += group)
    unrolled<group>([&](int n) MINLOC_INLINE { meet(i + n); });
  for (; i < length; ++i) meet(i);
}

// The same, where slots repeat.
template <class O>
void scatter_repeated(const char* data, Index length, const Slot* slots, Index index, Index step,
                      const Panel& table) {
  using Key = typename O::Key;
  auto* const keys = reinterpret_cast<Key*>(table.keys);
  Index* const indices = table.indices;
  Slot slot = slots[0];
  Key best = keys[slot];
  Index best_index = indices[slot];
  for (Index i = 0; i < length; ++i, index += step) {
    if (slots[i] != slot) {
      keys[slot] = best;
      indices[slot] = best_index;
      slot = slots[i];
      best = keys[slot];
      best_index = indices[slot];
    }
    const Key x = load<Key>(data + i * static_cast<Index>(sizeof(Key)));
    const bool wins = bool(O::beats(x, best));
    const Index mask = -Index{wins};
    best = wins ? x : best;
    best_index = (index & mask) | (best_index & ~mask);
  }
  keys[slot] = best;
  indices[slot] = best_index;
}

template <class O>
void scatter(const Tile& tile, const Slot* slots, const Scattering& how, const Panel& table) {
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
  if (!how.in_order || any_worst(order, data, length)) {
    for (Index i = 0; i < length; ++i, index += step) {
      const Key x = load<Key>(data + i * size);
      merge<O>(table, static_cast<Index>(slots[i]), x, order.is_missing(x) ? no_candidate : index);
    }
    return;
  }
  if (how.repeats)
    scatter_repeated<O>(data, length, slots, index, step, table);
  else if (how.prefetches)
    scatter_in_order<O, true>(data, length, slots, index, step, table);
  else
    scatter_in_order<O, false>(data, length, slots, index, step, table);
}

}  // namespace minloc::MINLOC_ISA
