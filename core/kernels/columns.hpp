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
#include "parts.hpp"
#include "state.hpp"

namespace minloc::MINLOC_ISA {

template <class O, class View, int ends>
struct Columns {
  using Key = typename O::Key;
  using V = Vector<Key>;
  using Lanes = typename State<O>::Lanes;
  static constexpr Index lanes = lanes_of<Key>, group = 2 * unroll;

  // The loops have copies of it: see State.
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
  [[gnu::noinline]] static void begin(const Tile& tile, const States& states, Index j) {
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
  [[gnu::noinline]] static void meet(const Tile& tile, const States& given, Index j, Index number) {
    const States states = given;
    Ahead ahead = Ahead::of(tile, j + elements, group, group * static_cast<Index>(sizeof(V)));
    Ahead mask_ahead = ahead.of_mask(tile.mask, j + elements, sizeof(Key));
    const Counters<Key> from = counters<Key>(number);
    View views[ends];
    for (int e = 0; e < ends; ++e) views[e] = view_at<View>(states.of[e].order, tile, 0, j);
    const Index stride = tile.stride, mask_stride = tile.mask.stride;
    const bool swaps = tile.swapped;
    // (As in each_vector, without a lambda: see docs/design/build.md.)
    const Index slices = tile.slices, last = slices - lanes;
    for (Index n = 0; n < slices; n += lanes) {
      const Index i = n < last ? n : last;
      if constexpr (elements == group) ahead.step();
      if constexpr (elements == group && View::masked) mask_ahead.step();
      const auto meet_end = [&](int e) MINLOC_INLINE {
        const State<O> state = states.of[e];
        V x[elements];
        unrolled<elements>([&](int k) MINLOC_INLINE {
          x[k] = views[e].moved(k * stride, k * mask_stride).from(i);
        });
        if (swaps) unrolled<elements>([&](int k) MINLOC_INLINE { x[k] = swap_bytes(x[k]); });
        Lanes running(state, i);
        running.take(Lanes(state.order, x, &running), from);
        running.save(state, i);
      };
      meet_end(0);
      if constexpr (ends > 1) meet_end(1);
    }
  }

  // Elements [begin, end), which one counter can number.
  static void go_down(const Tile& tile, const States& states, Index first, Index end) {
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
void columns(const Tile& tile, const Panel* panels) {
  if (const Index rows =
          rows_of_wider(tile, static_cast<Index>(sizeof(typename O::Key)), View::masked);
      rows > 1)
    return columns_by_wider_rows(tile, panels,
                                 {columns<O, View, ends>, merge_panels<O>, clear_panel<O>,
                                  static_cast<Index>(sizeof(typename O::Key)), ends},
                                 rows);
  Columns<O, View, ends>::reduce(tile, panels);
}

}  // namespace minloc::MINLOC_ISA
