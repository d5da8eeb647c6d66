// The best of every long window of rows: van Herk's blocks, of which only parts are kept.
//
//   for each part of a block of `window` rows:
//     suffixes = of the rows where the windows of this part begin, read again, from the last to the
//                first, begun with the best of the parts behind them and of this block so far
//     for each row of it:
//       best so far = better of (best so far in the part, the row)
//       answer = better of (suffix where the window begins, best so far)
//   replace the best of each part by the best of it and those behind it
//
// 1. What is kept of a window is one answer for each part, so it stays in a near cache whatever the
//    window; elements are read twice instead, the second time from where they were read before.
// 2. The rows of a part and those that its windows begin with overlap what the parts behind cover:
//    the better of two bests is right wherever they overlap.
#pragma once

#include "windows.hpp"

namespace minloc::MINLOC_ISA {
namespace {

template <class K, class V, int vectors, bool late>
struct LongStrip {
  using Rows = Strip<K, V, vectors, late>;
  using Best = typename Rows::Best;
  using Numbers = typename Rows::Numbers;
  using Number = typename Rows::Number;
  static constexpr Index lanes = Rows::lanes, width = Rows::width;

  // One answer for each line of a strip.
  struct Bests {
    Best of[vectors];
  };
  MINLOC_INLINE static Bests better(const Bests& earlier, const Bests& later) {
    Bests best;
    unrolled<vectors>([&](int v)
                          MINLOC_INLINE { best.of[v] = Rows::better(earlier.of[v], later.of[v]); });
    return best;
  }
  // A row of keys, whose indices are those of row 0 moved on.
  MINLOC_INLINE static Bests row_of(const K* keys, const Numbers (&first)[vectors], Number moved) {
    Bests row;
    unrolled<vectors>(
        [&](int v) MINLOC_INLINE { row.of[v] = {load<V>(keys + v * lanes), first[v] + moved}; });
    return row;
  }

  struct Buffers {
    K *in, *before;    // keys of a part, and of the rows that its windows begin with
    Number* out;       // the answers of the part
    Number* suffixes;  // indices of the suffixes that take the place of `before`
  };
  // What a strip remembers.
  struct State {
    Bests* parts;  // of the block before, each with those behind it; or of this block
    Bests so_far;  // of the parts of this block
  };

  // Replaces rows [0, some) by the suffixes of them and `best`; the last is `last` rows from row 0.
  MINLOC_INLINE static void backward(const Buffers& buffers, Index some, Bests best,
                                     const Numbers (&first)[vectors], Number last, Number step) {
    K* keys = buffers.before + (some - 1) * width;
    Number* indices = buffers.suffixes + (some - 1) * width;
    for (Index k = 0; k < some; ++k, keys -= width, indices -= width, last -= step) {
      best = better(row_of(keys, first, last), best);
      unrolled<vectors>([&](int v) MINLOC_INLINE {
        store(keys + v * lanes, best.of[v].key);
        store(indices + v * lanes, best.of[v].index);
      });
    }
  }

  // Leaves the answers of rows [0, some) in the buffers; returns the best of them.
  template <bool has_before>
  MINLOC_INLINE static Bests forward(const Buffers& buffers, Index some, bool may_miss,
                                     const Numbers (&first)[vectors], Number moved, Number step) {
    const K *in = buffers.in, *keys = buffers.before;
    const Number* suffixes = buffers.suffixes;
    Number* out = buffers.out;
    Bests best = row_of(in, first, moved);
    for (Index k = 0; k < some; ++k, moved += step) {
      best = better(best, row_of(in, first, moved));
      if constexpr (has_before)
        unrolled<vectors>([&](int v) MINLOC_INLINE {
          const Best suffix{load<V>(keys + v * lanes), load<Numbers>(suffixes + v * lanes)};
          Rows::answer(Rows::better(suffix, best.of[v]), may_miss, out + v * lanes);
        });
      in += width, keys += width, suffixes += width, out += width;
    }
    return best;
  }

  // Rows [row, row + some), part `part` of the `parts` of a block; a line may end before `whole`,
  // the rows of the part, of which the windows that begin there know nothing.
  static void go_on(const Lines& lines, const Buffers& buffers, State& state, Index row, Index some,
                    Index whole, Index part, Index parts) {
    const auto step = static_cast<Number>(lines.index_step);
    const bool may_miss = lines.may_miss, is_last = part == parts - 1;
    const Index begin = row - lines.window + 1;  // of the first row's window
    Numbers first[vectors];
    Rows::begin(lines, first);
    lines.read(lines, row, some, buffers.in);
    const auto moved = static_cast<Number>(row * lines.index_step);
    Bests best;
    if (row >= lines.window) {
      lines.read(lines, begin, whole, buffers.before);
      const Bests behind = is_last     ? state.so_far
                           : part == 0 ? state.parts[1]
                                       : better(state.parts[part + 1], state.so_far);
      const auto last = static_cast<Number>((begin + whole - 1) * lines.index_step);
      backward(buffers, whole, behind, first, last, step);
      best = forward<true>(buffers, some, may_miss, first, moved, step);
    } else {
      best = forward<false>(buffers, some, may_miss, first, moved, step);
    }
    state.parts[part] = best;
    state.so_far = part == 0 ? best : better(state.so_far, best);
    if (row + some == lines.window)
      unrolled<vectors>([&](int v) MINLOC_INLINE {
        Rows::answer(state.so_far.of[v], may_miss, buffers.out + (some - 1) * width + v * lanes);
      });
    if (is_last)
      for (Index other = parts - 1; other-- > 0;)
        state.parts[other] = better(state.parts[other], state.parts[other + 1]);
  }

  static void full(const Lines& lines) {
    const Index window = lines.window, skip = window - 1;
    const Index strips = (lines.lines + width - 1) / width, step = rows_in_turn(strips);
    const Index parts = (window + step - 1) / step;
    Scratch scratch{lines.scratch};
    Buffers buffers{};
    buffers.in = scratch.take<K>(rows_at_once * width);
    buffers.before = scratch.take<K>(rows_at_once * width);
    buffers.out = scratch.take<Number>(rows_at_once * width);
    buffers.suffixes = scratch.take<Number>(rows_at_once * width);
    State* const states = scratch.take<State>(strips);
    for (Index strip = 0; strip < strips; ++strip) states[strip] = {scratch.take<Bests>(parts), {}};
    for (Index row = 0, some; row < lines.length; row += some) {
      const Index t = row % window;
      const Index whole = window - t < step ? window - t : step;
      some = lines.length - row < whole ? lines.length - row : whole;
      for (Index strip = 0; strip < strips; ++strip) {
        const Index line = strip * width, last = lines.lines - width;
        const Lines part = lines.part(line < last ? line : last, width);
        go_on(part, buffers, states[strip], row, some, whole, t / step, parts);
        const Index first = row > skip ? row : skip;
        if (first < row + some)
          write_indices<K, V, vectors>(part, buffers.out + (first - row) * width, first - skip,
                                       row + some - first);
      }
    }
  }
};

}  // namespace
}  // namespace minloc::MINLOC_ISA
