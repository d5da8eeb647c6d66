// Many lanes side by side: their elements are read in memory order, a group of each lane at a time.
//
// The running state of all lanes of a panel stays in the near caches; a vector of it is fetched,
// meets a group of elements, and is put back. There is no transpose and no copy.
//
// A group lies in as many rows as it has elements, and that is more places than a processor fetches
// ahead at full speed. So, where the elements are not in a cache, the rows of the next group are
// asked for one after the other, in the order of memory, while this one is met.
#pragma once

#include "lanes.hpp"
#include "single.hpp"

namespace minloc::MINLOC_ISA {

// The lanes of a tile from `left` on, as many as a state holds.
template <class O, class View>
struct Columns {
  using Key = typename O::Key;
  using V = Vector<Key>;
  using Lanes = typename State<O>::Lanes;
  static constexpr Index group = 2 * View::unroll;

  const Tile& tile;
  Index left, count;
  State<O> state;

  const char* row(Index element) const {
    return tile.data + left * tile.lane_stride + element * tile.stride;
  }

  // Calls `step` for every vector of lanes. The last may overlap the one before it: a lane that
  // meets an element a second time keeps its state, for an element does not beat itself.
  template <class Step>
  void each_vector(Step step) const {
    constexpr Index lanes = lanes_of<Key>;
    const Index all = count;
    Index i = 0;
    for (; i + lanes <= all; i += lanes) step(i);
    if (i < all) step(all - lanes);
  }

  // Asks for rows of memory, a piece at each step.
  struct Ahead {
    const char* at;
    Index stride, row_bytes, piece, rows, column = 0;

    void step() {
      if (rows == 0) return;
      for (Index i = 0; i < piece; i += cache_line) __builtin_prefetch(at + column + i, 0, 2);
      column += piece;
      if (column < row_bytes) return;
      column = 0;
      at += stride;
      --rows;
    }
  };

  // What to ask for while the elements before `element` are met.
  Ahead ahead_of(Index element) const {
    const Index piece = group * static_cast<Index>(sizeof(V));
    const Index rows = tile.length - element < group ? tile.length - element : group;
    return {row(element), tile.stride, count * tile.lane_stride, piece, tile.far ? rows : 0};
  }

  Ahead mask_ahead_of(Index element) const {
    Ahead ahead = ahead_of(element);
    constexpr Index shrink = static_cast<Index>(sizeof(Key));
    ahead.at = tile.mask + left + element * tile.mask_stride;
    ahead.stride = tile.mask_stride;
    ahead.row_bytes /= shrink;
    ahead.piece /= shrink;
    return ahead;
  }

  // Elements [j, j + elements) of all lanes, which the counters number from `number` on. What the
  // loop needs of the tile is a copy: the compiler cannot know that a state that is put back is not
  // part of the tile.
  template <int elements>
  struct Group {
    Tile tile;
    Index left, j;
    bool begins;
    Counters<Key> from;

    // Meets them in the vector of lanes from `i` on.
    void meet(State<O> s, Index i) const {
      V x[elements];
      for (int n = 0; n < elements; ++n) x[n] = O::key(across<View>(tile, left, j + n).from(i));
      if (begins) return Lanes(x).save(s, i);
      Lanes running(s, i);
      running.take(Lanes(x, &running), from);
      running.save(s, i);
    }
  };

  template <int elements>
  Group<elements> group_of(Index j, Index number) const {
    return {tile, left, j, number == 0, counters<Key>(number)};
  }

  template <int elements>
  void meet(Index j, Index number) const {
    const State<O> s = state;
    const auto some = group_of<elements>(j, number);
    Ahead ahead = ahead_of(j + elements), mask_ahead = mask_ahead_of(j + elements);
    each_vector([=](Index i) mutable {
      if constexpr (elements == group) ahead.step();
      if constexpr (elements == group && View::masked) mask_ahead.step();
      some.meet(s, i);
    });
  }

  void reduce(const Panel& panel) {
    for (Index begin = 0, end; begin < tile.length; begin = end) {
      end = end_of_count<Key>(begin, tile.length);
      if (count < lanes_of<Key>) {
        go_down_few<O, View>(tile, left, count, state, begin, end);
      } else {
        Index j = begin;
        for (; j + group <= end; j += group) meet<group>(j, j - begin);
        for (; j < end; ++j) meet<1>(j, j - begin);
      }
      if constexpr (View::masked)
        state.hand_over_chosen(tile, panel, left, count, begin, end);
      else
        state.hand_over(tile, panel, left, count, begin);
    }
  }
};

template <class O, class View>
void columns(const Tile& tile, const Panel& panel);

// Lanes that are few, but lie row after row without a gap, are taken for more lanes: so many rows
// are one row of a tile that is wider and shorter. The answers of what is one lane are merged.
template <class O, class View>
bool columns_by_wider_rows(const Tile& tile, const Panel& panel) {
  constexpr Index size = static_cast<Index>(sizeof(typename O::Key));
  constexpr Index width = 2048 / size, shortest = 16;
  const Index row = tile.lanes * size;
  if (tile.lanes > width / 4 || (tile.stride != row && tile.stride != -row)) return false;
  if (View::masked && tile.mask_lane_stride * tile.stride != tile.mask_stride * size) return false;
  const Index by_width = width / tile.lanes, by_length = tile.length / shortest;
  const Index rows = by_width < by_length ? by_width : by_length;
  if (rows < 2) return false;

  Scratch scratch = tile.scratch;
  char* const keys = scratch.take<char>(width * size);
  const Panel wide{keys, scratch.take<Index>(width)};
  if (tile.fresh) clear<O>(panel, tile.lanes);
  const auto reduce = [&](Index element, Index copies, Index length) {
    // Of rows that run down through memory, a wide one begins with the last.
    const Index first = tile.stride < 0 ? element + copies - 1 : element;
    Tile part = tile;
    part.data += first * tile.stride;
    part.mask += first * tile.mask_stride;
    part.mask_stride *= copies;
    part.lanes = copies * tile.lanes;
    part.length = length;
    part.stride = copies * tile.stride;
    part.index += first * tile.step;
    part.step = copies * tile.step;
    part.fresh = true;
    part.scratch = scratch;
    columns<O, View>(part, wide);
    merge_panels<O>(panel, wide, tile.lanes, copies, tile.stride < 0 ? -tile.step : tile.step);
  };
  const Index length = tile.length / rows, rest = tile.length % rows;
  reduce(0, rows, length);
  if (rest > 0) reduce(rows * length, rest, 1);
  return true;
}

// Lanes that are few, and only little apart, are taken together with what lies between them, for
// elements that are adjacent are read faster; the answers of what lies between are dropped. If what
// lies behind the last lane of a row is so little, it is taken too, and rows lie without a gap.
template <class O>
bool columns_with_gaps(const Tile& tile, const Panel& panel) {
  using Key = typename O::Key;
  using T = typename O::Storage;
  constexpr Index size = static_cast<Index>(sizeof(Key)), width = 64, farthest = 4;
  const Index apart = tile.lane_stride / size, lanes = (tile.lanes - 1) * apart + 1;
  if (tile.lane_stride % size != 0 || apart < 2 || apart > farthest || lanes > width) return false;

  alignas(64) char keys[width * size];
  Index indices[width];
  Tile whole = tile;
  whole.lanes = lanes;
  whole.lane_stride = size;
  whole.fresh = true;
  // Nothing may be read behind the row that lies last in memory: it is left for later.
  const Index row = tile.stride < 0 ? -tile.stride : tile.stride;
  const bool joins = row % size == 0 && row / size > lanes && row / size <= width;
  const Index left_out = tile.stride < 0 ? 0 : tile.length - 1;
  if (joins) {
    whole.lanes = row / size;
    --whole.length;
    if (tile.stride < 0) {
      whole.data += tile.stride;
      whole.index += tile.step;
    }
  }
  columns<O, Contiguous<T, false>>(whole, {keys, indices});
  for (Index lane = 0; lane < tile.lanes; ++lane) {
    put<O>(tile, panel, lane, reinterpret_cast<const Key*>(keys)[lane * apart],
           indices[lane * apart]);
    if (!joins) continue;
    const Key x = O::key(load<T>(tile.data + left_out * tile.stride + lane * tile.lane_stride));
    merge<O>(panel, lane, x, O::is_missing(x) ? no_candidate : tile.index + left_out * tile.step);
  }
  return true;
}

template <class O, class View>
void columns(const Tile& tile, const Panel& panel) {
  if constexpr (View::adjacent)
    if (columns_by_wider_rows<O, View>(tile, panel)) return;
  if constexpr (lanes_of<typename O::Key> > 1 && !View::adjacent)
    if (columns_with_gaps<O>(tile, panel)) return;
  reduce_by_parts<O, Columns<O, View>>(tile, panel);
}

}  // namespace minloc::MINLOC_ISA
