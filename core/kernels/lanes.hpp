// Several lanes at once, element after element: what `columns` and `rows` share.
//
// Every lane of a vector is a lane of the tile. It carries its best key and the number of the
// element that it came from, in a counter as wide as the key, so that one mask selects in both.
// Narrow counters count up to 255 or 65535 elements; then the state goes to the panel.
#pragma once

#include "order.hpp"
#include "view.hpp"

namespace minloc::MINLOC_ISA {

// Of equal elements of a lane, the one that is kept.
enum class Keep { first, last };

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

// Whether `x`, met after `best`, takes its place.
template <class O, Keep keep, class V>
auto takes_over(V x, V best) {
  if constexpr (keep == Keep::first)
    return O::beats(x, best);
  else
    return invert(O::beats(best, x));
}

// How many lanes are looked at for an element that the mask leaves in the choice, row after row;
// all lanes if they have few elements.
inline constexpr Index lanes_looked_at = 64, few_looked_at = 4;

// For each of `count` lanes from `lane` on, whether the mask leaves one of elements [begin, end).
[[gnu::noinline]] inline void look_for_chosen(const Tile& tile, Index lane, Index count,
                                              Index begin, Index end, std::uint8_t* any) {
  const bool masked_value = tile.masked_value;
  const Index lane_stride = tile.mask_lane_stride;
  for (Index i = 0; i < count; ++i) any[i] = 0;
  for (Index j = begin; j < end; ++j) {
    const char* const row = tile.mask + lane * lane_stride + j * tile.mask_stride;
    if (lane_stride == 1)
      for (Index i = 0; i < count; ++i) any[i] |= (row[i] != 0) != masked_value;
    else
      for (Index i = 0; i < count; ++i) any[i] |= (row[i * lane_stride] != 0) != masked_value;
    if (tile.mask_stride == 0) return;
  }
}

// The first of elements [begin, end) of a lane that the mask leaves; no_candidate if there is none.
[[gnu::noinline]] inline Index first_chosen(const Tile& tile, Index lane, Index begin, Index end) {
  const char* const mask = tile.mask + lane * tile.mask_lane_stride;
  if (tile.mask_stride == 0 && begin < end) end = begin + 1;
  for (Index j = begin; j < end; ++j)
    if ((mask[j * tile.mask_stride] != 0) != tile.masked_value) return j;
  return no_candidate;
}

// The best keys of some lanes, and the elements they come from, counted from `element` on. It is
// passed by value: the compiler cannot know that what is stored through its pointers is not itself.
template <class O>
struct State {
  using Key = typename O::Key;
  static constexpr Index capacity = panel_width(sizeof(Key)), wide = lanes_of<Key>;
  Key* best;
  Counter<Key>* counter;

  // Room for `count` lanes, at least a vector of them.
  State(Scratch& scratch, Index count)
      : best(scratch.take<Key>(count < wide ? wide : count)),
        counter(scratch.take<Counter<Key>>(count < wide ? wide : count)) {}

  // One vector of lanes in registers.
  template <Keep keep>
  struct LanesThatKeep {
    Vector<Key> best;
    Counters<Key> counter;

    // Begins with the first element of each lane.
    explicit LanesThatKeep(Vector<Key> first) : best(first), counter{} {}
    // Meets `count` elements of each lane at once, of which only the first `valid` are elements of
    // the lane and the others repeat one: their best, then the one to keep that is it. Without a
    // chain from each element to the next, that is faster than meeting one by one.
    template <int count>
    explicit LanesThatKeep(const Vector<Key> (&x)[count], const LanesThatKeep* before = nullptr,
                           [[maybe_unused]] int valid = count)
        : best(x[0]), counter{} {
      if constexpr (count == 1) return;
      using Mask = decltype(O::is_wild_nan(best));
      constexpr bool looks_for_nan = O::wild_nan && !O::omits;
      Mask nan{};
      if constexpr (O::wild_nan && O::omits) best = splat<Vector<Key>>(O::worst());
      for (int n = 0; n < count; ++n) {
        best = O::pick(x[n], best);
        if constexpr (looks_for_nan)
          if (n % 2 == 1 || n == count - 1) nan |= O::is_wild_nan(x[n], x[n - n % 2]);
      }
      const auto number = [&](auto hit) {
        if constexpr (keep == Keep::first)
          for (int n = count - 1; n >= 0; --n) counter = select(hit(n), counters<Key>(n), counter);
        else
          for (int n = 0; n < count && n < valid; ++n)
            counter = select(hit(n), counters<Key>(n), counter);
      };
      if constexpr (looks_for_nan) {
        // Where a NaN has been met before, this one does not matter.
        if (any(before ? Mask(nan & invert(O::is_wild_nan(before->best))) : nan)) [[unlikely]] {
          best = select(nan, splat<Vector<Key>>(O::wild_nan_key()), best);
          number([&](int n) -> Mask { return (x[n] == best) | O::is_wild_nan(x[n]); });
          return;
        }
      } else if constexpr (O::wild_nan) {
        // The worst of all keys is an element's, or there is nothing but NaN.
        const Mask unsure = best == splat<Vector<Key>>(O::worst());
        if (any(unsure)) [[unlikely]] {
          Mask any_hit{};
          for (int n = 0; n < count; ++n) any_hit |= x[n] == best;
          best = select(any_hit, best, splat<Vector<Key>>(O::wild_nan_key()));
        }
      }
      number([&](int n) { return x[n] == best; });
    }
    LanesThatKeep(State state, Index lane)
        : best(load<Vector<Key>>(reinterpret_cast<const char*>(state.best + lane))),
          counter(load<Counters<Key>>(reinterpret_cast<const char*>(state.counter + lane))) {}

    void take(Vector<Key> x, Index number) {
      const auto wins = takes_over<O, keep>(x, best);
      best = select(wins, x, best);
      counter = select(wins, counters<Key>(number), counter);
    }
    // Meets some elements of each lane, numbered from `number` on, that have been met in order.
    void take(const LanesThatKeep& later, Counters<Key> number) {
      const auto wins = takes_over<O, keep>(later.best, best);
      best = select(wins, later.best, best);
      counter = select(wins, later.counter + number, counter);
    }
    void save(State state, Index lane) const {
      store(reinterpret_cast<char*>(state.best + lane), best);
      store(reinterpret_cast<char*>(state.counter + lane), counter);
    }
  };

  using Lanes = LanesThatKeep<Keep::first>;

  // Goes down elements [begin, end) of a single lane, without vectors.
  template <Keep keep = Keep::first, class ViewAt>
  [[gnu::noinline]] void take_lane(ViewAt view_at, Index lane, Index begin, Index end) const {
    Key b = O::key(view_at(begin).at(lane));
    Index number = 0;
    for (Index j = begin + 1; j < end; ++j) {
      const Key x = O::key(view_at(j).at(lane));
      if (takes_over<O, keep>(x, b)) {
        b = x;
        number = j - begin;
      }
    }
    best[lane] = b;
    counter[lane] = static_cast<Counter<Key>>(number);
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
    each_open<O>(reinterpret_cast<const Key*>(panel.keys) + lane, best, count, [&](Index i) {
      const Index found = index + static_cast<Index>(counter[i]) * step;
      merge<O>(panel, lane + i, best[i], O::is_missing(best[i]) ? no_candidate : found);
    });
  }

  // The same for lanes under a mask that have gone down elements [element, end). Where a lane came
  // out as the filler, which no element is worse than and which is no NaN, either all its
  // candidates are as bad, and the first of them is the answer, or it has none.
  [[gnu::noinline]] void hand_over_chosen(const Tile& tile, const Panel& panel, Index lane,
                                          Index count, Index element, Index end) const {
    if constexpr (O::omits) {
      hand_over(tile, panel, lane, count, element);
    } else {
      const Key filler = O::key(O::filler());
      std::uint8_t any[lanes_looked_at];
      // Many lanes of few elements have no candidate, which no branch could predict.
      if (tile.fresh && element == 0 && end <= few_looked_at) {
        for (Index i = 0; i < count; ++i) {
          const Index at = i % lanes_looked_at;
          if (at == 0) {
            const Index some = count - i < lanes_looked_at ? count - i : lanes_looked_at;
            look_for_chosen(tile, lane + i, some, 0, end, any);
          }
          const Index found = tile.index + static_cast<Index>(counter[i]) * tile.step;
          const Index either[] = {no_candidate, found};
          reinterpret_cast<Key*>(panel.keys)[lane + i] = best[i];
          panel.indices[lane + i] = either[any[at]];
          if (any[at] & (best[i] == filler))
            panel.indices[lane + i] = tile.index + first_chosen(tile, lane + i, 0, end) * tile.step;
        }
        return;
      }
      Index first = 0, last = 0;  // `any` is of lanes [first, last)
      for (Index i = 0; i < count; ++i) {
        Index found = element + static_cast<Index>(counter[i]);
        if (best[i] == filler) {
          if (i >= last) {
            first = i;
            last = count - i < lanes_looked_at ? count : i + lanes_looked_at;
            look_for_chosen(tile, lane + first, last - first, element, end, any);
          }
          found = any[i - first] ? first_chosen(tile, lane + i, element, end) : no_candidate;
        }
        if (found != no_candidate) found = tile.index + found * tile.step;
        if (tile.fresh && element == 0) {
          reinterpret_cast<Key*>(panel.keys)[lane + i] = best[i];
          panel.indices[lane + i] = found;
        } else {
          merge<O>(panel, lane + i, best[i], found);
        }
      }
    }
  }
};

// Goes down elements [begin, end) of `count` lanes from `left` on, fewer than a vector has. Lanes
// that are side by side in memory are read as a vector all the same: what lies behind a row of them
// is not used, and rows at the end of the tile are read from a copy.
template <class O, class View>
void go_down_few(const Tile& tile, Index left, Index count, State<O> state, Index begin,
                 Index end) {
  if constexpr (View::adjacent && !View::masked && lanes_of<typename O::Key> > 1) {
    constexpr Index wide = sizeof(Vector<typename O::Storage>);
    const char* const data = tile.data + left * tile.lane_stride;
    const Index stride = tile.stride, lane_stride = tile.lane_stride;
    const Index row_bytes = count * lane_stride;
    const char* const end_of_tile =
        data + (stride > 0 ? (tile.length - 1) * stride : 0) + row_bytes;
    alignas(64) char copy[wide] = {};
    const auto row = [&](Index element) {
      const char* p = data + element * stride;
      if (end_of_tile - p < wide) {
        __builtin_memcpy(copy, p, static_cast<std::size_t>(row_bytes));
        p = copy;
      }
      return O::key(View{p}.from(0));
    };
    typename State<O>::Lanes running(row(begin));
    for (Index j = begin + 1; j < end; ++j) running.take(row(j), j - begin);
    running.save(state, 0);
  } else {
    const auto view_at = [&](Index j) { return across<View>(tile, left, j); };
    for (Index lane = 0; lane < count; ++lane) state.take_lane(view_at, lane, begin, end);
  }
}

// The end of the run of elements from `begin` on that one counter can number.
template <class Key>
Index end_of_count(Index begin, Index length) {
  return length - begin < countable<Key> ? length : begin + countable<Key>;
}

// Reduces a tile, as many lanes at a time as a state holds, each time by a `Part`.
template <class O, class Part>
void reduce_by_parts(const Tile& tile, const Panel& panel) {
  constexpr Index width = State<O>::capacity;
  Scratch scratch = tile.scratch;
  const State<O> state(scratch, tile.lanes < width ? tile.lanes : width);
  for (Index left = 0; left < tile.lanes; left += width) {
    const Index count = tile.lanes - left < width ? tile.lanes - left : width;
    Part{tile, left, count, state}.reduce(panel);
  }
}

}  // namespace minloc::MINLOC_ISA
