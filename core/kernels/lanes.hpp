// Several lanes at once, element after element: what `columns` and `rows` share.
//
// Every lane of a vector is a lane of the tile. It carries its best key and the number of the
// element that it came from, in a counter as wide as the key, so that one mask selects in both.
// Narrow counters count up to 255 or 65535 elements; then the state goes to the panel.
#pragma once

#include "order.hpp"
#include "view.hpp"

namespace minloc::MINLOC_ISA {

// How many elements the counter of a key can number.
template <class Key>
inline constexpr Index countable =
    sizeof(Counter<Key>) >= sizeof(Index) ? std::numeric_limits<Index>::max()
                                          : Index{1} << (8 * sizeof(Counter<Key>)) % 64;

// The best keys of some lanes, and the elements they come from, counted from `element` on.
template <class O>
struct State {
  using Key = typename O::Key;
  static constexpr Index capacity = 8192 / static_cast<Index>(sizeof(Key));
  alignas(64) Key best[capacity];
  alignas(64) Counter<Key> counter[capacity];

  // One vector of lanes in registers.
  struct Lanes {
    Vector<Key> best;
    Counters<Key> counter;

    // Begins with the first element of each lane.
    explicit Lanes(Vector<Key> first) : best(first), counter{} {}
    Lanes(const State& state, Index lane)
        : best(load<Vector<Key>>(reinterpret_cast<const char*>(state.best + lane))),
          counter(load<Counters<Key>>(reinterpret_cast<const char*>(state.counter + lane))) {}

    void take(Vector<Key> x, Index number) {
      const auto wins = O::beats(x, best);
      best = select(wins, x, best);
      counter = select(wins, splat<Counters<Key>>(static_cast<Counter<Key>>(number)), counter);
    }
    void keep(State& state, Index lane) const {
      store(reinterpret_cast<char*>(state.best + lane), best);
      store(reinterpret_cast<char*>(state.counter + lane), counter);
    }
  };

  // Goes down elements [element, end) of a single lane, without vectors.
  template <class ViewAt>
  [[gnu::noinline]] void take_lane(ViewAt view_at, Index lane, Index place, Index element,
                                   Index end) {
    Key b = O::key(view_at(element).at(lane));
    Index number = 0;
    for (Index j = element + 1; j < end; ++j) {
      const Key x = O::key(view_at(j).at(lane));
      if (O::beats(x, b)) {
        b = x;
        number = j - element;
      }
    }
    best[place] = b;
    counter[place] = static_cast<Counter<Key>>(number);
  }

  // Hands `count` lanes on to the panel's lanes from `lane` on.
  [[gnu::noinline]] void hand_over(const Tile& tile, const Panel& panel, Index lane, Index count,
                                   Index element) const {
    const Index index = tile.index + element * tile.step, step = tile.step;
    Index* indices = panel.indices + lane;
    if (tile.fresh && element == 0) {
      __builtin_memcpy(reinterpret_cast<Key*>(panel.keys) + lane, best,
                       static_cast<std::size_t>(count) * sizeof(Key));
      if (step == 1)
        for (Index i = 0; i < count; ++i) indices[i] = index + static_cast<Index>(counter[i]);
      else
        for (Index i = 0; i < count; ++i)
          indices[i] = index + static_cast<Index>(counter[i]) * step;
      if constexpr (O::omits)
        for (Index i = 0; i < count; ++i)
          if (O::is_missing(best[i])) indices[i] = no_candidate;
      return;
    }
    for (Index i = 0; i < count; ++i) {
      const Index found = index + static_cast<Index>(counter[i]) * step;
      merge<O>(panel, lane + i, best[i], O::is_missing(best[i]) ? no_candidate : found);
    }
  }
};

// The end of the run of elements from `begin` on that one counter can number, `each` at a time.
template <class Key>
Index end_of_count(Index begin, Index length, Index each) {
  if (countable<Key> == std::numeric_limits<Index>::max()) return length;
  const Index reach = countable<Key> * each;
  return length - begin < reach ? length : begin + reach;
}

}  // namespace minloc::MINLOC_ISA
