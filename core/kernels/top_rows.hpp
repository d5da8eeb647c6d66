// The k best of many short slices, for a small k: each lane of a vector processes one slice.
//
//   best[0..k) = nothing, in each lane
//   for each element of the slices:
//     insert it: from the last of best[] upwards, what it beats moves down one place
//
// 1. All lanes insert at once, by masks, until no lane's element moves further up.
// 2. Where the elements of a slice are adjacent they are transposed in registers, as in rows.hpp.
#pragma once

#include "ahead.hpp"
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

  // Goes down the vector of slices that begins at `p`.
  void go_down(const char* p) {
    const Index length = tile.length;
    Index j = 0;
    if constexpr (turns) {
      if (tile.stride == size)
        while (j < length && length >= side_of<Key>) {
          // The last square reaches back.
          const Index begin = j + side_of<Key> <= length ? j : length - side_of<Key>;
          if (tile.far) prefetch_behind(p + j * lanes * size, side_of<Key> * lanes * size);
          V x[side_of<Key>];
          load_transposed<Key>(p + begin * size, tile.slice_stride, x);
          for (; j < begin + side_of<Key>; ++j) insert(order.key(x[j - begin]), j);
        }
    }
    for (; j < length; ++j) {
      const char* const row = p + j * tile.stride;
      const Apart<O> apart{order, row, tile.slice_stride, false};
      insert(order.key(tile.slice_stride == size ? load<V>(row) : apart.from(0)), j);
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
