// The running answers of several slices, which `columns` and `rows` share: each SIMD lane processes
// one slice.
//
// A lane holds the slice's best key and, in a counter as wide as the key, the number of the element
// that it came from, so that one mask selects in both. Narrow counters count up to 256 or 65536
// elements; then the state is merged into the panel.
#pragma once

#include "kept.hpp"
#include "merge.hpp"
#include "parts.hpp"

namespace minloc::MINLOC_ISA {

// How many elements the counter of a key can number.
template <class Key>
inline constexpr Index countable =
    sizeof(Counter<Key>) >= sizeof(Index) ? std::numeric_limits<Index>::max()
                                          : Index{1} << (8 * sizeof(Counter<Key>)) % 64;

// A number for the counter of each lane.
template <class Key>
Counters<Key> counters(Index number) {
  return splat<Counters<Key>>(static_cast<Counter<Key>>(number));
}

// The best keys of a tile's slices, and the numbers of their elements. It is copied by value:
// stores through its pointers might alias the state itself and force reloads.
template <class O>
struct State {
  using Key = typename O::Key;
  static constexpr Index wide = lanes_of<Key>;
  O order;
  Key* best;
  Counter<Key>* counter;

  // Room for a tile's slices, at least a vector of them.
  static State of(const Tile& tile, int end, Scratch& scratch) {
    const Index count = tile.slices < wide ? wide : tile.slices;
    return {O{tile.codings[end]}, scratch.take<Key>(count), scratch.take<Counter<Key>>(count)};
  }

  // One vector of slices in registers.
  struct Lanes {
    Vector<Key> best;
    Counters<Key> counter;

    // Begins with the first element of each slice.
    explicit Lanes(Vector<Key> first) : best(first), counter{} {}
    // The best of `count` elements of each slice, then the first that equals it: faster than one by
    // one, because no element waits for the one before.
    template <int count>
    MINLOC_INLINE explicit Lanes(const O& order, Vector<Key> (&x)[count],
                                 const Lanes* before = nullptr)
        : counter{} {
      using V = Vector<Key>;
      using Mask = decltype(O::is_wild_nan(best));
      Mask nan{};
      if constexpr (O::looks_for_nan)
        unrolled<(count + 1) / 2>([&](int n) MINLOC_INLINE {
          nan |= O::is_wild_nan(x[2 * n], x[2 * n + 1 < count ? 2 * n + 1 : 2 * n]);
        });
      // The best as it is met, an element or a key.
      V met = O::with_pick(order.coding.pick, [&]<Pick p>() MINLOC_INLINE {
        unrolled<count>([&](int n) MINLOC_INLINE { x[n] = order.template pickable<p>(x[n]); });
        V chosen = O::wild_nan && O::omits ? splat<V>(order.template start<p>()) : x[0];
        unrolled<count>([&](int n)
                            MINLOC_INLINE { chosen = O::template pick_by<p>(x[n], chosen); });
        best = order.template key_of_picked<p>(chosen);
        return chosen;
      });
      if constexpr (count == 1 && !(O::wild_nan && O::omits)) return;
      const auto number = [&](auto hit) MINLOC_INLINE {
        constexpr int last = count - 1;
        if constexpr (count < 8 || wide == 1) {
          unrolled<count>([&](int i) MINLOC_INLINE {
            counter = select(hit(last - i), counters<Key>(last - i), counter);
          });
        } else {
          // Counts elements before the first hit; so many constants would be made anew each time.
          auto before = invert(hit(0));
          unrolled<last>([&](int i) MINLOC_INLINE {
            if (i > 0) before &= invert(hit(i));
            counter -= reinterpret_cast<Counters<Key>>(before);
          });
        }
      };
      if constexpr (O::looks_for_nan) {
        // A NaN does not matter where an earlier one has ended the slice.
        if (any(before ? Mask(nan & invert(O::is_wild_nan(before->best))) : nan)) [[unlikely]] {
          best = select(nan, splat<V>(O::wild_nan_key()), best);
          met = select(nan, splat<V>(O::wild_nan_key()), met);
          number([&](int n) MINLOC_INLINE -> Mask { return (x[n] == met) | O::is_wild_nan(x[n]); });
          return;
        }
      } else if constexpr (O::wild_nan) {
        // The worst of all keys is an element's, or there is nothing but NaN.
        const Mask unsure = best == splat<V>(order.worst());
        if (any(unsure)) [[unlikely]] {
          Mask any_hit{};
          unrolled<count>([&](int n) MINLOC_INLINE { any_hit |= x[n] == met; });
          best = select(any_hit, best, splat<V>(O::wild_nan_key()));
        }
      }
      number([&](int n) MINLOC_INLINE { return x[n] == met; });
    }
    Lanes(State state, Index slice)
        : best(load<Vector<Key>>(state.best + slice)),
          counter(load<Counters<Key>>(state.counter + slice)) {}

    void take(Vector<Key> x, Index number) {
      const auto wins = O::beats(x, best);
      best = select(wins, x, best);
      counter = select(wins, counters<Key>(number), counter);
    }
    // Merges later elements of each slice, which are numbered from `number` on.
    void take(const Lanes& later, Counters<Key> number) {
      const auto wins = O::beats(later.best, best);
      best = select(wins, later.best, best);
      counter = select(wins, later.counter + number, counter);
    }
    void save(State state, Index slice) const {
      store(state.best + slice, best);
      store(state.counter + slice, counter);
    }
  };

  // Goes down elements [begin, end) of a single slice, without vectors; `key_of(j)` is element j's.
  template <class KeyOf>
  [[gnu::noinline]] void take_slice(KeyOf key_of, Index slice, Index begin, Index end) const {
    Key b = key_of(begin);
    Index number = 0;
    for (Index j = begin + 1; j < end; ++j) {
      const Key x = key_of(j);
      if (O::beats(x, b)) {
        b = x;
        number = j - begin;
      }
    }
    best[slice] = b;
    counter[slice] = static_cast<Counter<Key>>(number);
  }

  // Merges the slices, which have gone down elements from `element` on, into the panel.
  void hand_over(const Tile& tile, const Panel& panel, Index element) const {
    hand_over(tile, panel, element, 0, tile.slices);
  }
  // The same for slices [begin, end).
  [[gnu::noinline]] void hand_over(const Tile& tile, const Panel& panel, Index element, Index begin,
                                   Index end) const {
    const Index index = tile.index + element * tile.step, step = tile.step;
    Index* const indices = panel.indices;
    Key* const keys = reinterpret_cast<Key*>(panel.keys);
    if (tile.fresh && element == 0) {
      __builtin_memcpy(keys + begin, best + begin,
                       static_cast<std::size_t>(end - begin) * sizeof(Key));
      write_counted(counter + begin, sizeof *counter, end - begin, index, step, indices + begin);
      if constexpr (O::may_be_missing) {
        bool any_missing = true;
        if constexpr (O::tame_nan)
          any_missing = order.is_missing(static_cast<Key>(order.coding.nan_key));
        if (any_missing)
          for (Index i = begin; i < end; ++i)
            if (order.is_missing(best[i])) indices[i] = no_candidate;
      }
      return;
    }
    each_open<O>(keys + begin, best + begin, end - begin, [&](Index i) {
      i += begin;
      const Index found = index + static_cast<Index>(counter[i]) * step;
      merge<O>(panel, i, best[i], order.is_missing(best[i]) ? no_candidate : found);
    });
  }

  // The same for masked slices (kept.hpp) that have gone down elements [element, end).
  [[gnu::noinline]] void hand_over_kept(const Tile& tile, const Panel& panel, Index element,
                                        Index end) const {
    const Key filler = order.filler();
    if (order.is_missing(filler)) return hand_over(tile, panel, element);
    const Index count = tile.slices;
    std::uint8_t any[slices_tested];
    // Many slices of few elements have no candidate, unpredictably: no branches.
    if (tile.fresh && element == 0 && end <= few_tested) {
      for (Index i = 0; i < count; ++i) {
        const Index at = i % slices_tested;
        if (at == 0) {
          const Index some = count - i < slices_tested ? count - i : slices_tested;
          any_kept(tile.mask, i, some, 0, end, any);
        }
        const Index found = tile.index + static_cast<Index>(counter[i]) * tile.step;
        const Index either[] = {no_candidate, found};
        reinterpret_cast<Key*>(panel.keys)[i] = best[i];
        panel.indices[i] = either[any[at] != 0];
        if ((any[at] != 0) & (best[i] == filler))
          panel.indices[i] = tile.index + first_kept(tile, i, 0, end) * tile.step;
      }
      return;
    }
    Index first = 0, last = 0;  // `any` is of slices [first, last)
    for (Index i = 0; i < count; ++i) {
      Index found = element + static_cast<Index>(counter[i]);
      if (best[i] == filler) {
        if (i >= last) {
          first = i;
          last = count - i < slices_tested ? count : i + slices_tested;
          any_kept(tile.mask, first, last - first, element, end, any);
        }
        found = any[i - first] ? first_kept(tile, i, element, end) : no_candidate;
      }
      if (found != no_candidate) found = tile.index + found * tile.step;
      put<O>(tile.fresh && element == 0, panel, i, best[i], found);
    }
  }
};

// Goes down elements [begin, end) of a tile's slices, fewer than a vector has lanes. Slices that
// are side by side in memory are read as a vector all the same: the lanes behind a row are not
// used, and rows whose vector would overread the tile are read from a copy.
template <class View, class O>
void go_down_few(const Tile& tile, State<O> state, Index begin, Index end) {
  using Key = typename O::Key;
  if constexpr (!View::masked && lanes_of<Key> > 1) {
    constexpr Index wide = sizeof(Vector<Key>);
    const Index stride = tile.stride, row_bytes = tile.slices * tile.slice_stride;
    const char* const data = tile.data;
    const char* const end_of_tile =
        data + (stride > 0 ? (tile.length - 1) * stride : 0) + row_bytes;
    alignas(64) char copy[wide] = {};
    const auto row = [&](Index element) {
      const char* p = data + element * stride;
      if (end_of_tile - p < wide) {
        __builtin_memcpy(copy, p, static_cast<std::size_t>(row_bytes));
        p = copy;
      }
      const Vector<Key> x = View{state.order, p}.from(0);
      return state.order.key(tile.swapped ? swap_bytes(x) : x);
    };
    typename State<O>::Lanes running(row(begin));
    for (Index j = begin + 1; j < end; ++j) running.take(row(j), j - begin);
    running.save(state, 0);
  } else {
    for (Index slice = 0; slice < tile.slices; ++slice)
      state.take_slice(
          [&](Index j) {
            const Key x = view_at<View>(state.order, tile, slice, j).at(0);
            return state.order.key(tile.swapped ? swap_bytes(x) : x);
          },
          slice, begin, end);
  }
}

// The end of the run of elements from `begin` on that one counter can number.
template <class Key>
Index end_of_count(Index begin, Index length) {
  return length - begin < countable<Key> ? length : begin + countable<Key>;
}

}  // namespace minloc::MINLOC_ISA
