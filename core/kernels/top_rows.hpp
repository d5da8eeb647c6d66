// The k best of many short slices, for a small k: a vector of them goes down its elements at once.
//
// Each slice has its k best so far sorted in one lane of k vectors. A new element goes up from the
// last of them past all that it comes before, which move down one place: for all lanes at once, by
// masks. It stops when no lane's element goes further up.
//
// Where the elements of a slice are adjacent they are turned in registers, as in `rows`.
#pragma once

#include "transpose.hpp"
#include "view.hpp"

namespace minloc::MINLOC_ISA {

template <class O>
struct RowsTop {
  using Key = typename O::Key;
  using V = Vector<Key>;
  static constexpr Index lanes = lanes_of<Key>, size = sizeof(Key);
  static constexpr bool turns = lanes > 1 && !is_complex<Key>;

  const Tile& tile;
  Index k;
  O order;
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

  // Asks for what a vector of slices has in a square, some way ahead, in the order of memory, which
  // is not the order that squares are read in.
  MINLOC_INLINE void fetch_ahead(const char* p) const {
    constexpr Index line = 64, ahead = 4096, bytes = side_of<Key> * lanes * size;
    if (!tile.far) return;
    for (Index i = 0; i < bytes; i += line) __builtin_prefetch(p + ahead + i);
  }

  // An element of each slice, the first of which is at `p`.
  V collect(const char* p) const {
    if constexpr (lanes == 1) {
      return load<V>(p);
    } else if constexpr (is_complex<Key>) {
      V x[1];
      load_transposed<Key>(p, tile.slice_stride, x);
      return x[0];
    } else {
      V x{};
      for (int lane = 0; lane < lanes; ++lane) x[lane] = load<Key>(p + lane * tile.slice_stride);
      return x;
    }
  }

  // Goes down the vector of slices that begins at `p`.
  void go_down(const char* p) {
    const Index length = tile.length;
    Index j = 0;
    if constexpr (turns) {
      if (tile.stride == size)
        while (j < length && length >= side_of<Key>) {
          // The last square reaches back.
          const Index begin = j + side_of<Key> <= length ? j : length - side_of<Key>;
          fetch_ahead(p + j * lanes * size);
          V x[side_of<Key>];
          load_transposed<Key>(p + begin * size, tile.slice_stride, x);
          for (; j < begin + side_of<Key>; ++j) insert(order.key(x[j - begin]), j);
        }
    }
    for (; j < length; ++j) {
      const char* const row = p + j * tile.stride;
      insert(order.key(tile.slice_stride == size ? load<V>(row) : collect(row)), j);
    }
  }

  void write(Index* indices) const {
    for (Index at = 0; at < k; ++at) {
      alignas(64) Key keys[lanes];
      alignas(64) Counter<Key> numbers[lanes];
      store(keys, best[at]);
      store(numbers, number[at]);
      for (Index lane = 0; lane < lanes; ++lane)
        indices[lane * k + at] = order.is_missing(keys[lane])
                                     ? no_candidate
                                     : tile.index + static_cast<Index>(numbers[lane]) * tile.step;
    }
  }
};

template <class O>
void top_rows(const Tile& tile, Index k, Index* indices) {
  using Part = RowsTop<O>;
  Part part{.tile = tile, .k = k, .order = {tile.codings[0]}, .best = {}, .number = {}};
  for (Index slice = 0; slice < tile.slices; slice += Part::lanes) {
    // The last vector reaches back.
    const Index first = slice + Part::lanes <= tile.slices ? slice : tile.slices - Part::lanes;
    part.go_down(tile.data + first * tile.slice_stride);
    part.write(indices + first * k);
  }
}

}  // namespace minloc::MINLOC_ISA
