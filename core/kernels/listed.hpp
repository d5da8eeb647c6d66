// Groups of rows: those rows of a tile that belong to one group, in a list, are read as columns.
//
// The loops are those of columns.hpp, and the state is that of one group only; the rows of a group
// have any distance from one another.
#pragma once

#include "columns.hpp"

namespace minloc::MINLOC_ISA {

template <class O>
struct Listed {
  using Key = typename O::Key;
  using V = Vector<Key>;
  using C = Columns<O, Adjacent<O>, 1>;
  static constexpr int group = C::group;

  // Rows to prefetch one after the other, a piece at each step: see ahead.hpp.
  struct RowsAhead {
    const char* data;
    Index stride, row_bytes;
    const Slot *next, *end;
    Index column = 0;

    void step() {
      if (next == end) return;
      constexpr Index piece = group * static_cast<Index>(sizeof(V));
      const char* const at = data + static_cast<Index>(*next) * stride + column;
      for (Index i = 0; i < piece; i += cache_line) __builtin_prefetch(at + i, 0, 2);
      column += piece;
      if (column < row_bytes) return;
      column = 0;
      ++next;
    }
  };

  // Meets the rows [rows, rows + group), which the counters number from `number` on.
  [[gnu::noinline]] static void meet(const Tile& tile, State<O> state, const Slot* rows,
                                     const Slot* end, Index number) {
    const Slot* const next = rows + group;
    RowsAhead ahead{tile.data, tile.stride, tile.slices * tile.slice_stride, next,
                    !tile.far            ? next
                    : end - next < group ? end
                                         : next + group};
    const Counters<Key> from = counters<Key>(number);
    Adjacent<O> views[group];
    for (int n = 0; n < group; ++n) views[n] = view_at<Adjacent<O>>(state.order, tile, 0, rows[n]);
    C::each_vector(tile.slices, [=](Index i) MINLOC_MUTABLE_INLINE {
      ahead.step();
      V x[group];
      unrolled<group>([&](int n) MINLOC_INLINE { x[n] = views[n].from(i); });
      typename State<O>::Lanes running(state, i);
      running.take(typename State<O>::Lanes(state.order, x, &running), from);
      running.save(state, i);
    });
  }

  // Rows that one counter can number.
  static void go_down(const Tile& tile, State<O> state, const Slot* rows, Index count) {
    const Slot* const end = rows + count;
    C::begin(tile, {{state}}, rows[0]);
    Index j = 1;
    for (; j + group <= count; j += group) meet(tile, state, rows + j, end, j);
    // The last ones reach back, if they can.
    if (j < count && count >= group) return meet(tile, state, end - group, end, count - group);
    for (; j < count; ++j) C::template meet<1>(tile, {{state}}, rows[j], j);
  }
};

// Merges the listed rows of a tile, whose numbers grow, into a panel.
//
// Precondition: the elements of a row are adjacent, at least a vector, without a mask and in the
// machine's byte order.
template <class O>
void listed(const Tile& tile, const Slot* rows, Index count, const Panel& panel) {
  using Key = typename O::Key;
  Scratch scratch = tile.scratch;
  const auto state = State<O>::of(tile, 0, scratch);
  const Index index = tile.index, step = tile.step;
  for (Index begin = 0, end; begin < count; begin = end) {
    end = end_of_count<Key>(begin, count);
    const Slot* const some = rows + begin;
    Listed<O>::go_down(tile, state, some, end - begin);
    each_open<O>(reinterpret_cast<const Key*>(panel.keys), state.best, tile.slices, [&](Index i) {
      const Index found = index + static_cast<Index>(some[state.counter[i]]) * step;
      merge<O>(panel, i, state.best[i],
               state.order.is_missing(state.best[i]) ? no_candidate : found);
    });
  }
}

}  // namespace minloc::MINLOC_ISA
