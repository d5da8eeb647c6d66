// Several lanes at once, element after element: every vector lane is a lane of the tile.
//
// Each lane carries its best key and the number of the element that it came from, in a counter as
// wide as the key, so that one mask selects in both. There is no transpose and no copy.
//
// 1. Where lanes are adjacent in memory, elements are read in memory order, a few of each lane at
//    a time (`columns`), over as many lanes as keep their running state in the first cache.
// 2. Elsewhere a vector is collected from lanes any distance apart and goes down its lanes to their
//    end, its state in registers: short lanes (`rows`), whatever their stride.
// 3. Narrow counters count up to 255 or 65535 elements; then the state goes to the panel.
#pragma once

#include "order.hpp"
#include "view.hpp"

namespace minloc::MINLOC_ISA {

// Elements that can be counted from 0 in the counter of a key.
template <class Key>
inline constexpr Index countable =
    sizeof(Counter<Key>) >= sizeof(Index) ? std::numeric_limits<Index>::max()
                                          : Index{1} << (8 * sizeof(Counter<Key>)) % 64;

// Hands the state of `count` lanes from `lane` on to the panel; `element` is what counter 0 means.
template <class O>
void hand_over(const Tile& tile, const Panel& panel, Index lane, Index count, Index element,
               const typename O::Key* best, const Counter<typename O::Key>* counter) {
  using Key = typename O::Key;
  const Index index = tile.index + element * tile.step;
  const bool fresh = tile.fresh && element == 0;
  Key* keys = reinterpret_cast<Key*>(panel.keys) + lane;
  for (Index i = 0; i < count; ++i) {
    const Index at = index + static_cast<Index>(counter[i]) * tile.step;
    const Index found = O::is_missing(best[i]) ? no_candidate : at;
    if (fresh) {
      keys[i] = best[i];
      panel.indices[lane + i] = found;
    } else {
      merge<O>(panel, lane + i, best[i], found);
    }
  }
}

// Elements [element, end) of the single lane `lane`.
template <class O, class ViewAt>
void one_lane(ViewAt view_at, Index lane, Index element, Index end, typename O::Key& best,
              Counter<typename O::Key>& counter) {
  best = O::key(view_at(element).at(lane));
  counter = 0;
  for (Index j = element + 1; j < end; ++j) {
    const auto x = O::key(view_at(j).at(lane));
    const bool wins = O::beats(x, best);
    best = select(wins, x, best);
    counter = select(wins, static_cast<Counter<typename O::Key>>(j - element), counter);
  }
}

template <class O>
void columns(const Tile& tile, const Panel& panel) {
  using Key = typename O::Key;
  using Count = Counter<Key>;
  using View = Contiguous<typename O::Storage>;
  constexpr Index lanes = lanes_of<Key>;
  constexpr Index size = static_cast<Index>(sizeof(Key));
  constexpr Index width = 8192 / size;  // lanes whose state is kept at once
  constexpr Index together = 4;         // elements of each lane that are read at once
  alignas(64) Key best[width];
  alignas(64) Count counter[width];
  const auto best_at = [&](Index i) { return reinterpret_cast<char*>(best + i); };
  const auto counter_at = [&](Index i) { return reinterpret_cast<char*>(counter + i); };
  const auto view_at = [&](Index element) { return View{tile.data + element * tile.stride}; };

  for (Index left = 0; left < tile.lanes; left += width) {
    const Index count = tile.lanes - left < width ? tile.lanes - left : width;
    for (Index element = 0, end; element < tile.length; element = end) {
      end = tile.length - element < countable<Key> ? tile.length : element + countable<Key>;
      if (count < lanes) {
        for (Index i = 0; i < count; ++i)
          one_lane<O>(view_at, left + i, element, end, best[i], counter[i]);
      } else {
        // The last vector of lanes may overlap the one before it: a lane that meets an element a
        // second time keeps its state, for an element does not beat itself.
        const auto each_vector = [&](auto step) {
          Index i = 0;
          for (; i + lanes <= count; i += lanes) step(i);
          if (i < count) step(count - lanes);
        };
        const View first = view_at(element);
        each_vector([&](Index i) {
          store(best_at(i), O::key(first.from(left + i)));
          store(counter_at(i), Counters<Key>{});
        });
        const auto take = [&](auto rows, Index j) {
          each_vector([&](Index i) {
            Vector<Key> b = load<Vector<Key>>(best_at(i));
            Counters<Key> c = load<Counters<Key>>(counter_at(i));
            for (Index row = 0; row < rows(); ++row) {
              const Vector<Key> x = O::key(view_at(j + row).from(left + i));
              const auto wins = O::beats(x, b);
              b = select(wins, x, b);
              c = select(wins, splat<Counters<Key>>(static_cast<Count>(j + row - element)), c);
            }
            store(best_at(i), b);
            store(counter_at(i), c);
          });
        };
        Index j = element + 1;
        for (; j + together <= end; j += together)
          take([]() constexpr { return together; }, j);
        for (; j < end; ++j) take([]() constexpr { return Index{1}; }, j);
      }
      hand_over<O>(tile, panel, left, count, element, best, counter);
    }
  }
}

template <class O, class View>
void rows(const Tile& tile, const Panel& panel) {
  using Key = typename O::Key;
  using Count = Counter<Key>;
  constexpr Index lanes = lanes_of<Key>;
  alignas(64) Key best[lanes];
  alignas(64) Count counter[lanes];
  const auto view_at = [&](Index element) {
    return View{tile.data + element * tile.stride, tile.lane_stride};
  };
  for (Index lane = 0; lane < tile.lanes; lane += lanes) {
    const Index count = tile.lanes - lane < lanes ? tile.lanes - lane : lanes;
    for (Index element = 0, end; element < tile.length; element = end) {
      end = tile.length - element < countable<Key> ? tile.length : element + countable<Key>;
      if (count < lanes) {
        for (Index i = 0; i < count; ++i)
          one_lane<O>(view_at, lane + i, element, end, best[i], counter[i]);
      } else {
        Vector<Key> b = O::key(view_at(element).from(lane));
        Counters<Key> c{};
        for (Index j = element + 1; j < end; ++j) {
          const Vector<Key> x = O::key(view_at(j).from(lane));
          const auto wins = O::beats(x, b);
          b = select(wins, x, b);
          c = select(wins, splat<Counters<Key>>(static_cast<Count>(j - element)), c);
        }
        store(reinterpret_cast<char*>(best), b);
        store(reinterpret_cast<char*>(counter), c);
      }
      hand_over<O>(tile, panel, lane, count, element, best, counter);
    }
  }
}

}  // namespace minloc::MINLOC_ISA
