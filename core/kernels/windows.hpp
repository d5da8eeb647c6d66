// The best of every window of rows (van Herk, Gil and Werman), and of all rows so far.
//
//   for each block of `window` rows:
//     for each row of it:
//       best so far = better of (best so far in the block, the row)
//       answer = better of (best of the block before from the next row on, best so far)
//     from the last row to the first: replace it by the best of it and those behind it
//
// 1. Each element is compared three times, whatever the window and the values; no branch depends on
//    values.
// 2. A SIMD lane is a line, a strip is a few vectors; a line alone is cut into as many pieces.
// 3. The index goes with the key in a lane as wide as the key: one mask selects both.
// 4. Suffixes take the place of the block they are of, and a row is read where its suffix was used
//    one row before: the block needs no second buffer.
// 5. Keys are made and indices written a few rows at a time, in loops of their own.
#pragma once

#include "window_indices.hpp"
#include "window_reads.hpp"

namespace minloc::MINLOC_ISA {
namespace {

// `vectors` of type V make a strip; `late` if the last of equal elements is the answer.
template <class K, class V, int vectors, bool late>
struct Strip {
  using Numbers = typename NumbersOf<V>::type;
  using Number = Element<Numbers>;
  static constexpr Index lanes = static_cast<Index>(sizeof(V) / sizeof(K));
  static constexpr Index width = vectors * lanes;

  struct Best {
    V key;
    Numbers index;
  };

  // Whether a later key is the answer of two.
  static auto takes(V later, V earlier) {
    if constexpr (late)
      return invert(earlier < later);
    else
      return later < earlier;
  }
  MINLOC_INLINE static Best better(const Best& earlier, const Best& later) {
    const auto wins = takes(later.key, earlier.key);
    return {select(wins, later.key, earlier.key), select(wins, later.index, earlier.index)};
  }
  static Numbers numbers(Index row) { return splat<Numbers>(static_cast<Number>(row)); }
  // The indices of row 0 of a strip's lines.
  static void begin(const Lines& lines, Numbers (&index)[vectors]) {
    Number first[width];
    for (Index line = 0; line < width; ++line)
      first[line] = static_cast<Number>(lines.index + line * lines.index_line);
    unrolled<vectors>([&](int v) MINLOC_INLINE { index[v] = load<Numbers>(first + v * lanes); });
  }

  struct Buffers {
    K* in;             // keys of the rows at hand
    Number* out;       // and their answers
    K* keys;           // of the block: rows before the one at hand as they are, the others suffixes
    Number* suffixes;  // the indices of these
  };

  MINLOC_INLINE static void answer(const Best& best, bool may_miss, Number* out) {
    Numbers index = best.index;
    if (may_miss) index = select(best.key == splat<V>(KeyEnds<K>::filler), numbers(-1), index);
    store(out, index);
  }

  // Rows [t, end) of a block, end < window; the first has the indices `index`, which are moved on.
  template <bool has_before>
  MINLOC_INLINE static void forward(bool may_miss, Number step, Buffers buffers, const K* in,
                                    Number* out, Index t, Index end, Numbers (&indices)[vectors],
                                    Best (&running)[vectors]) {
    Best best[vectors];
    Numbers index[vectors];
    unrolled<vectors>([&](int v) MINLOC_INLINE {
      best[v] = running[v];
      index[v] = indices[v];
    });
    K* keys = buffers.keys + t * width;
    const Number* suffixes = buffers.suffixes + t * width;
    for (; t < end; ++t, in += width, out += width, keys += width, suffixes += width) {
      unrolled<vectors>([&](int v) MINLOC_INLINE {
        const V x = load<V>(in + v * lanes);
        best[v] = better(best[v], {x, index[v]});
        index[v] += step;
        if constexpr (has_before) {
          const Best suffix{load<V>(keys + width + v * lanes),
                            load<Numbers>(suffixes + width + v * lanes)};
          answer(better(suffix, best[v]), may_miss, out + v * lanes);
        }
        store(keys + v * lanes, x);
      });
    }
    unrolled<vectors>([&](int v) MINLOC_INLINE {
      running[v] = best[v];
      indices[v] = index[v];
    });
  }

  // The block's suffixes; its last row has the indices `last_index`.
  MINLOC_INLINE static void backward(Index window, Number step, Buffers buffers,
                                     const Numbers (&last_index)[vectors]) {
    const Index last = (window - 1) * width;
    K* keys = buffers.keys + last;
    Number* suffixes = buffers.suffixes + last;
    Best best[vectors];
    Numbers index[vectors];
    unrolled<vectors>([&](int v) MINLOC_INLINE {
      index[v] = last_index[v];
      best[v] = {load<V>(keys + v * lanes), index[v]};
      store(suffixes + v * lanes, best[v].index);
    });
    for (Index t = window - 1; t > 0; --t) {
      keys -= width;
      suffixes -= width;
      unrolled<vectors>([&](int v) MINLOC_INLINE {
        index[v] -= step;
        const Best x{load<V>(keys + v * lanes), index[v]};
        best[v] = better(x, best[v]);
        store(keys + v * lanes, best[v].key);
        store(suffixes + v * lanes, best[v].index);
      });
    }
  }

  // What a strip remembers from some rows to the next.
  struct State {
    Best best[vectors];
    Index t = 0;  // the row of the block
    bool has_before = false;
  };

  // Goes on with rows [row, row + some), whose keys are in the buffers, and leaves their answers
  // there: those of windows that end with them.
  static void meet(const Lines& lines, const Buffers& buffers, State& state, Index row,
                   Index some) {
    const Index window = lines.window;
    const auto step = static_cast<Number>(lines.index_step);
    Best best[vectors];
    Numbers index[vectors];
    begin(lines, index);
    unrolled<vectors>([&](int v) MINLOC_INLINE {
      best[v] = state.best[v];
      index[v] += numbers(row * lines.index_step);
    });
    Index t = state.t;
    for (Index k = 0; k < some;) {
      const K* const in = buffers.in + k * width;
      Number* const out = buffers.out + k * width;
      if (t == 0)
        unrolled<vectors>([&](int v)
                              MINLOC_INLINE { best[v] = {load<V>(in + v * lanes), index[v]}; });
      if (t == window - 1) {
        unrolled<vectors>([&](int v) MINLOC_INLINE {
          const V x = load<V>(in + v * lanes);
          best[v] = better(best[v], {x, index[v]});
          answer(best[v], lines.may_miss, out + v * lanes);
          store(buffers.keys + t * width + v * lanes, x);
        });
        backward(window, step, buffers, index);
        unrolled<vectors>([&](int v) MINLOC_INLINE { index[v] += step; });
        t = 0;
        state.has_before = true;
        ++k;
        continue;
      }
      const Index more = some - k < window - 1 - t ? some - k : window - 1 - t;
      if (state.has_before)
        forward<true>(lines.may_miss, step, buffers, in, out, t, t + more, index, best);
      else
        forward<false>(lines.may_miss, step, buffers, in, out, t, t + more, index, best);
      t += more;
      k += more;
    }
    state.t = t;
    unrolled<vectors>([&](int v) MINLOC_INLINE { state.best[v] = best[v]; });
  }

  // The same for all rows so far.
  static void run(const Lines& lines, const Buffers& buffers, State& state, Index row, Index some) {
    const auto step = static_cast<Number>(lines.index_step);
    Best best[vectors];
    Numbers index[vectors];
    begin(lines, index);
    unrolled<vectors>([&](int v) MINLOC_INLINE {
      index[v] += numbers(row * lines.index_step);
      best[v] = row == 0 ? Best{load<V>(buffers.in + v * lanes), index[v]} : state.best[v];
    });
    const K* in = buffers.in;
    Number* out = buffers.out;
    const bool may_miss = lines.may_miss;
    for (Index k = 0; k < some; ++k, in += width, out += width) {
      unrolled<vectors>([&](int v) MINLOC_INLINE {
        best[v] = better(best[v], {load<V>(in + v * lanes), index[v]});
        index[v] += step;
        answer(best[v], may_miss, out + v * lanes);
      });
    }
    unrolled<vectors>([&](int v) MINLOC_INLINE { state.best[v] = best[v]; });
  }

  // Strips go on in turn, some rows at a time, so that memory is read in order where lines are side
  // by side. The last overlaps the one before it. `skip` rows have no answer.
  template <auto go_on>
  static void all(const Lines& lines, Index skip) {
    const Index strips = (lines.lines + width - 1) / width;
    const Index step = rows_in_turn(strips);
    Scratch scratch{lines.scratch};
    State* const states = scratch.take<State>(strips);
    for (Index strip = 0; strip < strips; ++strip) states[strip] = State{};
    K* const in = scratch.take<K>(rows_at_once * width);
    Number* const out = scratch.take<Number>(rows_at_once * width);
    const Index room = (lines.window + 1) * width;
    K* const keys = scratch.take<K>(strips * room);
    Number* const suffixes = scratch.take<Number>(strips * room);
    for (Index row = 0; row < lines.length; row += step) {
      const Index some = lines.length - row < step ? lines.length - row : step;
      for (Index strip = 0; strip < strips; ++strip) {
        const Index line = strip * width, last = lines.lines - width;
        const Lines part = lines.part(line < last ? line : last, width);
        const Buffers buffers{in, out, keys + strip * room, suffixes + strip * room};
        part.read(part, row, some, in);
        go_on(part, buffers, states[strip], row, some);
        const Index first = row > skip ? row : skip;
        if (first < row + some)
          write_indices<K, V, vectors>(part, out + (first - row) * width, first - skip,
                                       row + some - first);
      }
    }
  }
  static void full(const Lines& lines) { all<meet>(lines, lines.window - 1); }
  static void running(const Lines& lines) { all<run>(lines, lines.skip); }
};

}  // namespace
}  // namespace minloc::MINLOC_ISA
