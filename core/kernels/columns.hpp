// Many slices side by side: a group of elements of each at a time, in memory order.
//
//   begin with the first row
//   for each group of 8 rows:
//     for each vector of slices:
//       load its state, take the best of the group and its number in the group, store the state
//
// 1. There is no transpose and no copy: the running state of all slices of a panel stays in the
//    near caches, and rows are read in memory order.
// 2. The best of a group is a short tree, not a chain through the state.
// 3. A group lies in 8 rows, more streams than a processor prefetches at full speed. So where the
//    elements are not in a cache, the rows of the next group are prefetched one after the other.
// 4. The last group and the last vector overlap the ones before: an element that is read twice does
//    not beat itself.
// 5. Both ends have a state of their own, and read a vector of the group one after the other.
#pragma once

#include "ahead.hpp"
#include "state.hpp"

namespace minloc::MINLOC_ISA {

template <class O, class View, int ends>
struct Columns {
  using Key = typename O::Key;
  using V = Vector<Key>;
  using Lanes = typename State<O>::Lanes;
  static constexpr Index lanes = lanes_of<Key>, group = 2 * unroll;

  // All of it is passed by value: see State.
  struct States {
    State<O> of[ends];
  };

  // Calls `step` for every vector of slices, of which there is at least one. The last may overlap
  // the one before it: a slice that meets an element a second time keeps its state, for an element
  // does not beat itself.
  template <class Step>
  MINLOC_INLINE static void each_vector(Index slices, Step step) {
    const Index last = slices - lanes;
    for (Index i = 0; i < slices; i += lanes) step(i < last ? i : last);
  }

  // Begins with element j of each slice.
  [[gnu::noinline]] static void begin(const Tile& tile, States states, Index j) {
    for (int e = 0; e < ends; ++e) {
      const State<O> state = states.of[e];
      const auto view = view_at<View>(state.order, tile, 0, j);
      const bool swaps = tile.swapped;
      each_vector(tile.slices, [=](Index i) MINLOC_INLINE {
        const V x = view.from(i);
        Lanes(state.order.key(swaps ? swap_bytes(x) : x)).save(state, i);
      });
    }
  }

  // Meets elements [j, j + elements) of all slices, which the counters number from `number` on.
  template <int elements>
  [[gnu::noinline]] static void meet(const Tile& tile, States states, Index j, Index number) {
    Ahead ahead = Ahead::of(tile, j + elements, group, group * static_cast<Index>(sizeof(V)));
    Ahead mask_ahead = ahead.of_mask(tile.mask, j + elements, sizeof(Key));
    const Counters<Key> from = counters<Key>(number);
    View views[ends];
    for (int e = 0; e < ends; ++e) views[e] = view_at<View>(states.of[e].order, tile, 0, j);
    const Index stride = tile.stride, mask_stride = tile.mask.stride;
    const bool swaps = tile.swapped;
    each_vector(tile.slices, [=](Index i) MINLOC_MUTABLE_INLINE {
      if constexpr (elements == group) ahead.step();
      if constexpr (elements == group && View::masked) mask_ahead.step();
      unrolled<ends>([&](int e) MINLOC_INLINE {
        const State<O> state = states.of[e];
        V x[elements];
        unrolled<elements>([&](int n) MINLOC_INLINE {
          x[n] = views[e].moved(n * stride, n * mask_stride).from(i);
        });
        if (swaps) unrolled<elements>([&](int n) MINLOC_INLINE { x[n] = swap_bytes(x[n]); });
        Lanes running(state, i);
        running.take(Lanes(state.order, x, &running), from);
        running.save(state, i);
      });
    });
  }

  // Elements [begin, end), which one counter can number.
  static void go_down(const Tile& tile, States states, Index first, Index end) {
    begin(tile, states, first);
    Index j = first + 1;
    for (; j + group <= end; j += group) meet<group>(tile, states, j, j - first);
    // The last group reaches back, if it can.
    if (j < end && end - group >= first)
      return meet<group>(tile, states, end - group, end - group - first);
    for (; j < end; ++j) meet<1>(tile, states, j, j - first);
  }

  static void reduce(const Tile& tile, const Panel* panels) {
    Scratch scratch = tile.scratch;
    States states;
    for (int e = 0; e < ends; ++e) states.of[e] = State<O>::of(tile, e, scratch);
    for (Index begin = 0, end; begin < tile.length; begin = end) {
      end = end_of_count<Key>(begin, tile.length);
      if (tile.slices < lanes)
        for (int e = 0; e < ends; ++e) go_down_few<View>(tile, states.of[e], begin, end);
      else
        go_down(tile, states, begin, end);
      for (int e = 0; e < ends; ++e)
        if constexpr (View::masked)
          states.of[e].hand_over_kept(tile, panels[e], begin, end);
        else
          states.of[e].hand_over(tile, panels[e], begin);
    }
  }
};

template <class O, class View, int ends>
void columns(const Tile& tile, const Panel* panels);

// Slices that are few, but lie row after row without a gap, are taken for more of them: so many
// rows are one row of a tile that is wider and shorter. The answers of what is one slice are
// merged.
template <class O, class View, int ends>
bool columns_by_wider_rows(const Tile& tile, const Panel* panels) {
  constexpr Index size = static_cast<Index>(sizeof(typename O::Key));
  constexpr Index width = 2048 / size, shortest = 16;
  const Index row = tile.slices * size;
  if (tile.slices > width / 4 || (tile.stride != row && tile.stride != -row)) return false;
  if (View::masked && tile.mask.slice_stride * tile.stride != tile.mask.stride * size) return false;
  const Index by_width = width / tile.slices, by_length = tile.length / shortest;
  const Index rows = by_width < by_length ? by_width : by_length;
  if (rows < 2) return false;

  Scratch scratch = tile.scratch;
  Panel wide[ends];
  for (int e = 0; e < ends; ++e) {
    wide[e].keys = scratch.take<char>(width * size);
    wide[e].indices = scratch.take<Index>(width);
    if (tile.fresh) clear(O{tile.codings[e]}, panels[e], tile.slices);
  }
  const auto reduce = [&](Index element, Index copies, Index length) {
    // Of rows that run down through memory, a wide one begins with the last.
    Tile part = tile;
    part.move(0, tile.stride < 0 ? element + copies - 1 : element);
    part.mask.stride *= copies;
    part.slices = copies * tile.slices;
    part.length = length;
    part.stride = copies * tile.stride;
    part.step = copies * tile.step;
    part.fresh = true;
    part.scratch = scratch;
    columns<O, View, ends>(part, wide);
    for (int e = 0; e < ends; ++e)
      merge_panels<O>(panels[e], wide[e], tile.slices, copies,
                      tile.stride < 0 ? -tile.step : tile.step, 0);
  };
  const Index length = tile.length / rows, rest = tile.length % rows;
  reduce(0, rows, length);
  if (rest > 0) reduce(rows * length, rest, 1);
  return true;
}

template <class O, class View, int ends>
void columns(const Tile& tile, const Panel* panels) {
  if (columns_by_wider_rows<O, View, ends>(tile, panels)) return;
  Columns<O, View, ends>::reduce(tile, panels);
}

}  // namespace minloc::MINLOC_ISA
