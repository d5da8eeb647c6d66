// Groups: each element is merged into the entry of a table that its slot names.
//
//   copy the elements as keys, unless they are keys as they lie
//   for each element: merge it into its entry
//
// 1. What comes later in the order of the index has to be better, so one comparison decides for
//    most elements, and only few of them reach the index.
// 2. That takes entries without a candidate to be worse than every element. The worst of all keys
//    is not: afterwards, entries that are still without a candidate get the first such element.
// 3. Labels and elements are read some at a time: so few that the processor looks ahead at the next
//    ones, and memory is never waited for.
// 4. Of elements in a row with one slot, vectors tell whether any is better than its entry, and a
//    leaf which.
// 5. Of a table that is in no near cache, keys are prefetched, and then the indices of elements
//    that are better. These are listed without a branch, because a wrong guess could be found out
//    no sooner than the key has come.
// 6. Where slots repeat a few times only, the entry stays in registers until another slot comes,
//    and no branch depends on the elements, of which each group has few.
#pragma once

#include "gathered.hpp"
#include "listed.hpp"

namespace minloc::MINLOC_ISA {

// Adjacent keys of some elements of one slice, and their slots, being merged into the entries of a
// table.
template <class O>
struct Scattered {
  using Key = typename O::Key;
  using V = Vector<Key>;
  static constexpr Index size = static_cast<Index>(sizeof(Key)), at_once = 64;

  O order;
  const char* data;
  const Slot* slots;
  Index index, step;
  Key* keys;  // of the table
  Index* indices;
  const Tile& like;  // of keys

  template <class X>
  X key(Index i) const {
    return load<X>(data + i * size);
  }

  // Whether `test` is true of a key in [begin, end).
  template <class Test>
  bool any_of(Index begin, Index end, Test test) const {
    constexpr Index lanes = lanes_of<Key>;
    Index i = begin;
    if constexpr (lanes > 1) {
      decltype(test(V{})) hit{};
      for (; i + lanes <= end; i += lanes) hit |= test(key<V>(i));
      if (any(hit)) return true;
    }
    for (; i < end; ++i)
      if (test(key<Key>(i))) return true;
    return false;
  }

  // Whether every element beats an entry without a candidate: its key is NaN then.
  static constexpr bool beats_none = O::wild_nan && O::omits;
  // Those with the worst of all keys beat no entry; they are candidates all the same.
  void fill_entries(Index count) const {
    const Key worst = order.worst();
    if (!any_of(0, count, [=]<class X>(X x) { return x == splat<X>(worst); })) return;
    for (Index i = 0; i < count; ++i) {
      const Key x = key<Key>(i);
      if (x == worst && indices[slots[i]] == no_candidate && !order.is_missing(x))
        indices[slots[i]] = index + i * step;
    }
  }

  // False only if none of a run beats its entry.
  bool run_may_beat(Index begin, Index end) const {
    const Key best = keys[slots[begin]];
    if constexpr (is_complex<Key>)
      return true;
    else if constexpr (O::wild_nan)
      return any_of(begin, end, [=]<class X>(X x) { return invert(x >= splat<X>(best)); });
    else
      return any_of(begin, end, [=]<class X>(X x) { return O::beats(x, splat<X>(best)); });
  }
  // The same of one element: one comparison.
  static bool may_beat(Key x, Key best) {
    if constexpr (O::wild_nan && !is_complex<Key>)
      return !(x >= best);
    else
      return bool(O::beats(x, best));
  }

  void with_care(Index count) const {
    const Panel table{reinterpret_cast<char*>(keys), indices};
    for (Index i = 0; i < count; ++i) {
      const Key x = key<Key>(i);
      merge<O>(table, static_cast<Index>(slots[i]), x,
               order.is_missing(x) ? no_candidate : index + i * step);
    }
  }

  MINLOC_INLINE bool may_win(Index i) const { return may_beat(key<Key>(i), keys[slots[i]]); }
  MINLOC_INLINE void merge_winner(Index i) const {
    const Slot slot = slots[i];
    const Key x = key<Key>(i);
    if (!O::beats(x, keys[slot])) return;
    keys[slot] = x;
    indices[slot] = index + i * step;
  }

  void one_by_one(Index begin, Index end) const {
    constexpr Index group = 4;
    const auto meet = [*this](Index i) MINLOC_INLINE {
      if (may_win(i)) [[unlikely]]
        merge_winner(i);
    };
    Index i = begin;
    for (; i + group <= end; i += group) unrolled<group>([&](int n) MINLOC_INLINE { meet(i + n); });
    for (; i < end; ++i) meet(i);
  }

  void listed_first(Index count) const {
    for (Index i = 0; i < count; ++i) __builtin_prefetch(keys + slots[i]);
    std::uint8_t winners[at_once];
    Index found = 0;
    for (Index i = 0; i < count; ++i) {
      winners[found] = static_cast<std::uint8_t>(i);
      found += may_win(i);
    }
    for (Index j = 0; j < found; ++j) __builtin_prefetch(indices + slots[winners[j]], 1);
    for (Index j = 0; j < found; ++j) merge_winner(winners[j]);
  }

  void run_by_run(Index count) const {
    for (Index begin = 0, end; begin < count; begin = end) {
      end = end_of_run(slots, begin, count);
      if (!run_may_beat(begin, end)) continue;
      if (end - begin < 2 * lanes_of<Key>)
        one_by_one(begin, end);
      else
        by_leaf(begin, end);
    }
  }
  void by_leaf(Index begin, Index end) const {
    Tile run = like;
    run.data = data + begin * size;
    run.stride = size;
    run.length = end - begin;
    run.index = index + begin * step;
    run.swapped = run.far = run.fresh = false;
    const Slot slot = slots[begin];
    const Panel entry{reinterpret_cast<char*>(keys + slot), indices + slot};
    using K = OfKeys<O>;
    along<K, Adjacent<K>, 1>(run, &entry);
  }

  void in_registers(Index count) const {
    Slot slot = slots[0];
    Key best = keys[slot];
    Index best_index = indices[slot];
    for (Index i = 0; i < count; ++i) {
      if (slots[i] != slot) {
        keys[slot] = best;
        indices[slot] = best_index;
        slot = slots[i];
        best = keys[slot];
        best_index = indices[slot];
      }
      const Key x = key<Key>(i);
      const bool wins = bool(O::beats(x, best));
      const Index mask = -Index{wins};
      best = wins ? x : best;
      best_index = ((index + i * step) & mask) | (best_index & ~mask);
    }
    keys[slot] = best;
    indices[slot] = best_index;
  }
};

template <class O>
bool scatter(const Tile& tile, const SlotReader& read, const Scattering& how, const Panel& table) {
  using Key = typename O::Key;
  using Some = Scattered<O>;
  constexpr Index size = static_cast<Index>(sizeof(Key)), at_once = Some::at_once;
  const O order{tile.codings[0]};
  const bool are_keys = tile.stride == size && !tile.swapped && order.are_elements();
  Tile like = tile;
  const Gather<O> gather{order, like.scratch.take<Key>(at_once), nullptr};
  const Coding of_keys = coding_of_keys(tile.codings[0]);
  like.codings = &of_keys;
  Slot slots[at_once];
  Some some{order,         tile.data, slots, 0, tile.step, reinterpret_cast<Key*>(table.keys),
            table.indices, like};
  for (Index i = 0; i < tile.length; i += at_once) {
    const Index count = tile.length - i < at_once ? tile.length - i : at_once;
    if (!read(i, count, slots)) return false;
    const char* const elements = tile.data + i * tile.stride;
    some.data = are_keys ? elements : gather.keys_of(elements, tile.stride, tile.swapped, count);
    some.index = tile.index + i * tile.step;
    if (O::is_boolean || is_complex<Key> || !how.in_order) {
      some.with_care(count);
      continue;
    }
    if (how.has_runs)
      some.run_by_run(count);
    else if (how.repeats)
      some.in_registers(count);
    else if (how.far)
      some.listed_first(count);
    else
      some.one_by_one(0, count);
    if constexpr (!Some::beats_none && !is_complex<Key>) some.fill_entries(count);
  }
  return true;
}

}  // namespace minloc::MINLOC_ISA
