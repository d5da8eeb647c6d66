// Elements of one slice that are merged into the entries of a table: the loops of scatter.hpp.
#pragma once

#include "gathered.hpp"
#include "listed.hpp"

namespace minloc::MINLOC_ISA {

// Whether loops go out of their way to have no branch that depends on elements. (It was measured to
// be faster where there is AVX-512, and to take up to twice as long elsewhere.)
#ifdef __AVX512F__
inline constexpr bool shuns_branches = true;
#else
inline constexpr bool shuns_branches = false;
#endif

// Adjacent keys of some elements of one slice, and their slots, being merged into the entries of a
// table.
template <class O>
struct Scattered {
  using Key = typename O::Key;
  using V = Vector<Key>;
  static constexpr Index size = static_cast<Index>(sizeof(Key)), at_once = 64, distance = 48;

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
  // Those with the worst of all keys beat no entry; they are candidates all the same. (`slot_at(i)`
  // is slot i.)
  template <class SlotAt>
  void fill_entries(Index begin, Index end, SlotAt slot_at) const {
    if constexpr (!beats_none && !is_complex<Key>) {
      const Key worst = order.worst();
      if (!any_of(begin, end, [=]<class X>(X x) { return x == splat<X>(worst); })) return;
      for (Index i = begin; i < end; ++i) {
        const Key x = key<Key>(i);
        if (x != worst || order.is_missing(x)) continue;
        Index& entry = indices[slot_at(i)];
        if (entry == no_candidate) entry = index + i * step;
      }
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

  // Merges elements by their labels, of which there is an array, until one is no group's; returns
  // how many. `ahead`: labels are read `distance` further on, too, and their keys are prefetched.
  template <bool ahead, class Label>
  Index by_labels(const Label* labels, Index count, Label groups) const {
    Key* const keys_of_groups = keys + 1;
    Index* const indices_of_groups = indices + 1;
    const auto meet = [=, data = data, index = index, step = step](Index i) MINLOC_INLINE {
      const Label label = read_once(labels + i);
      if (label >= groups) [[unlikely]]
        return false;
      Key& best = keys_of_groups[label];
      const Key x = load<Key>(data + i * size);
      if (may_beat(x, best)) [[unlikely]]
        if (O::beats(x, best)) {
          best = x;
          indices_of_groups[label] = index + i * step;
        }
      return true;
    };
    constexpr Index group = 4, block = beats_none ? scatter_elements : at_once;
    const auto meet_group = [=](Index i) MINLOC_INLINE {
      if constexpr (ahead)
        unrolled<group>([&](int n)
                            MINLOC_INLINE { prefetch(keys_of_groups, labels[i + n + distance]); });
      return meet(i) && meet(i + 1) && meet(i + 2) && meet(i + 3);
    };
    for (Index begin = 0, end; begin < count; begin = end) {
      end = count - begin < block ? count : begin + block;
      Index i = begin;
      while (i + group <= end && meet_group(i)) i += group;
      while (i < end && meet(i)) ++i;
      fill_entries(begin, i, [=](Index j) {
        const Label label = read_once(labels + j);
        return label < groups ? static_cast<Index>(label) + 1 : 0;
      });
      if (i < end) return i;
    }
    return count;
  }
  // The key of a group, or nothing that can be read.
  MINLOC_INLINE static void prefetch(const Key* of_groups, std::uint64_t label) {
    const auto place = reinterpret_cast<std::uintptr_t>(of_groups) + label * sizeof(Key);
    __builtin_prefetch(reinterpret_cast<const void*>(place));
  }
  // Another thread or process may write to labels between two reads.
  template <class Label>
  static Label read_once(const Label* label) {
    return __atomic_load_n(label, __ATOMIC_RELAXED);
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

}  // namespace minloc::MINLOC_ISA
