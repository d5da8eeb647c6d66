// The k best of many short lanes, for a small k: a vector of lanes goes down its elements at once.
//
// Each lane of the vector has its k best so far sorted in one lane of k vectors. A new element goes
// up from the last of them past all that it comes before, which move down one place: for all lanes
// at once, by masks. It stops when no lane's element goes further up.
//
// Where the elements of a lane are adjacent they are turned in registers, as in `rows`.
#pragma once

#include "order.hpp"
#include "view.hpp"

namespace minloc::MINLOC_ISA {

template <class O>
struct RowsTop {
  using Key = typename O::Key;
  using T = typename O::Storage;
  using V = Vector<Key>;
  static constexpr Index lanes = lanes_of<Key>, size = sizeof(T);
  static constexpr bool turns = lanes > 1 && !is_complex<T>;

  const Tile& tile;
  Index k;
  V best[top_rows_k];
  Counters<Key> number[top_rows_k];

  // The first k elements have a place in any case.
  void insert(V x, Index element) {
    const auto counter = splat<Counters<Key>>(static_cast<Counter<Key>>(element));
    Index at = element < k ? element : k - 1;
    decltype(O::beats(x, x)) wins{};
    if (element < k) {
      best[at] = x;
      number[at] = counter;
    } else {
      wins = O::beats(x, best[at]);
    }
    for (; at > 0; --at) {
      const auto above = O::beats(x, best[at - 1]);
      if (at % 4 == 0 && !any(above)) break;
      best[at] = select(above, best[at - 1], select(wins, x, best[at]));
      number[at] = select(above, number[at - 1], select(wins, counter, number[at]));
      wins = above;
    }
    best[at] = select(wins, x, best[at]);
    number[at] = select(wins, counter, number[at]);
  }

  // Asks for what a vector of lanes has in a square, some way ahead, in the order of memory, which
  // is not the order that squares are read in.
  [[gnu::always_inline]] void fetch_ahead(const char* p) const {
    constexpr Index line = 64, ahead = 4096, bytes = side<T> * lanes * size;
    if (!tile.far) return;
    for (Index i = 0; i < bytes; i += line) __builtin_prefetch(p + ahead + i);
  }

  // Goes down the vector of lanes that begins at `p`.
  void go_down(const char* p) {
    const Index length = tile.length;
    Index j = 0;
    if constexpr (turns) {
      if (tile.stride == size)
        while (j < length && length >= side<T>) {
          // The last square reaches back.
          const Index begin = j + side<T> <= length ? j : length - side<T>;
          fetch_ahead(p + j * lanes * size);
          Vector<T> x[side<T>];
          load_transposed<T>(p + begin * size, tile.lane_stride, x);
          for (; j < begin + side<T>; ++j) insert(O::key(x[j - begin]), j);
        }
    }
    for (; j < length; ++j) {
      const char* const row = p + j * tile.stride;
      insert(O::key(tile.lane_stride == size ? load<Vector<T>>(row)
                                             : Strided<T>{row, tile.lane_stride}.from(0)),
             j);
    }
  }

  void write(Index* indices) const {
    for (Index at = 0; at < k; ++at) {
      alignas(64) Key keys[lanes];
      alignas(64) Counter<Key> numbers[lanes];
      store(reinterpret_cast<char*>(keys), best[at]);
      store(reinterpret_cast<char*>(numbers), number[at]);
      for (Index lane = 0; lane < lanes; ++lane)
        indices[lane * k + at] = O::is_missing(keys[lane])
                                     ? no_candidate
                                     : tile.index + static_cast<Index>(numbers[lane]) * tile.step;
    }
  }
};

template <class O>
void top_rows(const Tile& tile, Index k, Index* indices) {
  using Part = RowsTop<O>;
  Part part{.tile = tile, .k = k, .best = {}, .number = {}};
  for (Index lane = 0; lane < tile.lanes; lane += Part::lanes) {
    // The last vector reaches back.
    const Index first = lane + Part::lanes <= tile.lanes ? lane : tile.lanes - Part::lanes;
    part.go_down(tile.data + first * tile.lane_stride);
    part.write(indices + first * k);
  }
}

}  // namespace minloc::MINLOC_ISA
