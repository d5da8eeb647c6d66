// Merging answers: the better key wins; of equal keys, the smaller index.
//
// A candidate beats no candidate. The rule does not depend on the order in which answers are
// merged, so lanes, tiles, threads and parts of an array may be merged in any order.
#pragma once

#include "picks.hpp"

namespace minloc::MINLOC_ISA {

// Merges an answer for a slice into the panel.
template <class O>
void merge(const Panel& panel, Index slice, typename O::Key key, Index index) {
  auto& best = reinterpret_cast<typename O::Key*>(panel.keys)[slice];
  Index& best_index = panel.indices[slice];
  // Branchless: which of two answers wins is unpredictable.
  const bool wins = bool(O::beats(key, best)) | (!bool(O::beats(best, key)) & (index < best_index));
  const bool takes = (index != no_candidate) & ((best_index == no_candidate) | wins);
  best = takes ? key : best;
  best_index = takes ? index : best_index;
}

// Marks the panel's first slices as having no candidate.
template <class O>
void clear(const O& order, const Panel& panel, Index slices) {
  auto* const keys = reinterpret_cast<typename O::Key*>(panel.keys);
  for (Index slice = 0; slice < slices; ++slice) {
    keys[slice] = order.filler();
    panel.indices[slice] = no_candidate;
  }
}

// The same for all slices of a tile.
template <class O>
void clear_panel(const Tile& tile, const Coding& coding, const Panel& panel) {
  clear(O{coding}, panel, tile.slices);
}

// Calls `settle(i)` for all of `count` slices but those of vectors in which every key `before` wins
// against its key `now`: where there have been many elements most slices keep what they have.
template <class O, class Settle>
void each_open(const typename O::Key* before, const typename O::Key* now, Index count,
               Settle settle) {
  using V = Vector<typename O::Key>;
  constexpr Index wide = lanes_of<typename O::Key>;
  for (Index begin = 0, end; begin < count; begin = end) {
    end = begin + wide < count ? begin + wide : count;
    if constexpr (wide > 1)
      if (begin + wide <= count) {
        const V x = load<V>(before + begin), y = load<V>(now + begin);
        if (!any(invert(O::beats(x, y)))) continue;
      }
    for (Index i = begin; i < end; ++i) settle(i);
  }
}

// What a panel holds at a place, as keys, and back. Only keys of long doubles are merged, never
// elements.
template <class V, class Key>
V load_flipped(const Key* keys, std::uint64_t flip) {
  const V x = load<V>(keys);
  if constexpr (sizeof(typename PartOf<Key>::type) <= sizeof(flip))
    return flipped(x, flip);
  else
    return x;
}
template <class V, class Key>
void store_flipped(Key* keys, V x, std::uint64_t flip) {
  if constexpr (sizeof(typename PartOf<Key>::type) <= sizeof(flip))
    store(keys, flipped(x, flip));
  else
    store(keys, x);
}

template <class O>
void merge_panels(const Panel& into, const Panel& from, Index slices, Index copies, Index step,
                  std::uint64_t flip) {
  using Key = typename O::Key;
  using V = Vector<Key>;
  constexpr Index wide = lanes_of<Key>;
  auto* const before = reinterpret_cast<Key*>(into.keys);
  const auto* now = reinterpret_cast<const Key*>(from.keys);
  const Index* indices = from.indices;
  for (Index copy = 0; copy < copies; ++copy, now += slices, indices += slices) {
    const Index offset = copy * step;
    const auto settle = [&](Index slice) {
      const Index index = indices[slice];
      Key key = load_flipped<Key>(before + slice, flip);
      const Panel one{reinterpret_cast<char*>(&key), into.indices + slice};
      merge<O>(one, 0, load_flipped<Key>(now + slice, flip),
               index == no_candidate ? index : index + offset);
      store_flipped(before + slice, key, flip);
    };
    Index i = 0;
    if constexpr (wide > 1)
      for (; i + wide <= slices; i += wide) {
        const V x = load_flipped<V>(before + i, flip), y = load_flipped<V>(now + i, flip);
        const auto stays = O::beats(x, y), wins = O::beats(y, x);
        if (!any(invert(stays))) continue;
        if (any(invert(truth(stays | wins)))) {  // equal, or there is no candidate
          for (Index lane = 0; lane < wide; ++lane) settle(i + lane);
          continue;
        }
        store_flipped(before + i, select(wins, y, x), flip);
        alignas(64) Element<decltype(wins)> won[wide];
        store(won, wins);
        for (Index lane = 0; lane < wide; ++lane) {
          // By masks: as a choice it would be a branch, which could not be predicted.
          const Index other = -Index{won[lane] != 0};
          Index& index = into.indices[i + lane];
          index = (index & ~other) | ((indices[i + lane] + offset) & other);
        }
      }
    for (; i < slices; ++i) settle(i);
  }
}

// Writes the first answer for a slice to the panel, or merges one that is not the first.
template <class O>
void put(bool fresh, const Panel& panel, Index slice, typename O::Key key, Index index) {
  if (!fresh) return merge<O>(panel, slice, key, index);
  reinterpret_cast<typename O::Key*>(panel.keys)[slice] = key;
  panel.indices[slice] = index;
}

}  // namespace minloc::MINLOC_ISA
