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
// 3. The number of the row goes with the key in a lane as wide as the key: one mask selects both.
// 4. Suffixes take the place of the block they are of, and a row is read where its suffix was used
//    one row before: the block needs no second buffer.
// 5. Keys are made and indices written a few rows at a time, in loops of their own.
#pragma once

#include "window_keys.hpp"

namespace minloc::MINLOC_ISA {
namespace {

// What a lane of keys is numbered by.
template <class V>
struct NumbersOf {
  using type = Index;
};
template <class V>
  requires(is_vector<V>)
struct NumbersOf<V> {
  using type = V;
};

inline constexpr Index rows_at_once = 64;

// `vectors` of type V make a strip; `late` if the last of equal elements is the answer.
template <class K, class V, int vectors, bool late>
struct Strip {
  using Numbers = typename NumbersOf<V>::type;
  using Number = Element<Numbers>;
  static constexpr Index lanes = static_cast<Index>(sizeof(V) / sizeof(K));
  static constexpr Index width = vectors * lanes;

  struct Best {
    V key;
    Numbers row;
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
    return {select(wins, later.key, earlier.key), select(wins, later.row, earlier.row)};
  }
  static Numbers numbers(Index row) { return splat<Numbers>(static_cast<Number>(row)); }

  // The block before, and what is in work, in scratch.
  struct Buffers {
    K* in;             // keys of the rows at hand
    Number* out;       // and their answers
    K* keys;           // of the block: rows before the one at hand as they are, the others suffixes
    Number* suffixes;  // the rows that these are from

    explicit Buffers(const Lines& lines) {
      Scratch scratch{lines.scratch};
      in = scratch.take<K>(rows_at_once * width);
      out = scratch.take<Number>(rows_at_once * width);
      keys = scratch.take<K>((lines.window + 1) * width);
      suffixes = scratch.take<Number>((lines.window + 1) * width);
    }
  };

  MINLOC_INLINE static void answer(const Best& best, bool may_miss, Number* out) {
    Numbers row = best.row;
    if (may_miss) row = select(best.key == splat<V>(KeyEnds<K>::filler), numbers(-1), row);
    store(out, row);
  }

  // Rows [t, end) of a block, end < window, which the numbers count from `row` on.
  template <bool has_before>
  static void forward(const Lines& lines, const Buffers& buffers, const K* in, Number* out, Index t,
                      Index end, Index row, Best (&running)[vectors]) {
    Best best[vectors];
    unrolled<vectors>([&](int v) MINLOC_INLINE { best[v] = running[v]; });
    Numbers number = numbers(row);
    const bool may_miss = lines.may_miss;
    K* keys = buffers.keys + t * width;
    const Number* suffixes = buffers.suffixes + t * width;
    for (; t < end; ++t, in += width, out += width, keys += width, suffixes += width) {
      unrolled<vectors>([&](int v) MINLOC_INLINE {
        const V x = load<V>(in + v * lanes);
        best[v] = better(best[v], {x, number});
        if constexpr (has_before) {
          const Best suffix{load<V>(keys + width + v * lanes),
                            load<Numbers>(suffixes + width + v * lanes)};
          answer(better(suffix, best[v]), may_miss, out + v * lanes);
        }
        store(keys + v * lanes, x);
      });
      number += 1;
    }
    unrolled<vectors>([&](int v) MINLOC_INLINE { running[v] = best[v]; });
  }

  // The block's suffixes; its last row has the number `row`.
  static void backward(const Lines& lines, const Buffers& buffers, Index row) {
    const Index last = (lines.window - 1) * width;
    K* keys = buffers.keys + last;
    Number* suffixes = buffers.suffixes + last;
    Best best[vectors];
    unrolled<vectors>([&](int v) MINLOC_INLINE {
      best[v] = {load<V>(keys + v * lanes), numbers(row)};
      store(suffixes + v * lanes, best[v].row);
    });
    Numbers number = numbers(row);
    for (Index t = lines.window - 1; t > 0; --t) {
      keys -= width;
      suffixes -= width;
      number -= 1;
      unrolled<vectors>([&](int v) MINLOC_INLINE {
        const Best x{load<V>(keys + v * lanes), number};
        best[v] = better(x, best[v]);
        store(keys + v * lanes, best[v].key);
        store(suffixes + v * lanes, best[v].row);
      });
    }
  }

  // Writes the answers of `count` rows, the first of which is answer `first` of each line.
  static void write(const Lines& lines, const Number* rows, Index first, Index count) {
    const Index step = lines.index_step, stride = lines.out_stride;
    const auto index_of = [&](Number row, Index base) {
      const Index index = base + static_cast<Index>(row) * step;
      return lines.may_miss && row < 0 ? no_candidate : index;
    };
    char* const out = lines.out + first * stride;
    if (lines.out_line_stride == sizeof(Index)) {
      for (Index r = 0; r < count; ++r)
        for (Index line = 0; line < width; ++line)
          store(out + r * stride + line * static_cast<Index>(sizeof(Index)),
                index_of(rows[r * width + line], lines.index + line * lines.index_line));
      return;
    }
    for (Index line = 0; line < width; ++line) {
      char* const p = out + line * lines.out_line_stride;
      const Index base = lines.index + line * lines.index_line;
      for (Index r = 0; r < count; ++r)
        store(p + r * stride, index_of(rows[r * width + line], base));
    }
  }

  static void full(const Lines& lines) {
    const Buffers buffers(lines);
    const Index window = lines.window, length = lines.length;
    Best best[vectors];
    Index t = 0;  // of the block, in which the rows before are
    bool has_before = false;
    for (Index row = 0; row < length; row += rows_at_once) {
      const Index some = length - row < rows_at_once ? length - row : rows_at_once;
      lines.read(lines, row, some, buffers.in);
      for (Index k = 0; k < some;) {
        const K* const in = buffers.in + k * width;
        Number* const out = buffers.out + k * width;
        if (t == 0)
          unrolled<vectors>([&](int v) MINLOC_INLINE {
            best[v] = {load<V>(in + v * lanes), numbers(row + k)};
          });
        if (t == window - 1) {
          unrolled<vectors>([&](int v) MINLOC_INLINE {
            const V x = load<V>(in + v * lanes);
            best[v] = better(best[v], {x, numbers(row + k)});
            answer(best[v], lines.may_miss, out + v * lanes);
            store(buffers.keys + t * width + v * lanes, x);
          });
          backward(lines, buffers, row + k);
          t = 0;
          has_before = true;
          ++k;
          continue;
        }
        const Index more = some - k < window - 1 - t ? some - k : window - 1 - t;
        (has_before ? forward<true> : forward<false>)(lines, buffers, in, out, t, t + more, row + k,
                                                      best);
        t += more;
        k += more;
      }
      const Index first = row > window - 1 ? row : window - 1;
      if (first < row + some)
        write(lines, buffers.out + (first - row) * width, first - (window - 1), row + some - first);
    }
  }

  static void running(const Lines& lines) {
    const Buffers buffers(lines);
    Best best[vectors];
    for (Index row = 0; row < lines.length; row += rows_at_once) {
      const Index some = lines.length - row < rows_at_once ? lines.length - row : rows_at_once;
      lines.read(lines, row, some, buffers.in);
      unrolled<vectors>([&](int v) MINLOC_INLINE {
        if (row == 0) best[v] = {load<V>(buffers.in + v * lanes), numbers(0)};
      });
      Numbers number = numbers(row);
      for (Index k = 0; k < some; ++k) {
        unrolled<vectors>([&](int v) MINLOC_INLINE {
          best[v] = better(best[v], {load<V>(buffers.in + k * width + v * lanes), number});
          answer(best[v], lines.may_miss, buffers.out + k * width + v * lanes);
        });
        number += 1;
      }
      const Index first = row > lines.skip ? row : lines.skip;
      if (first < row + some)
        write(lines, buffers.out + (first - row) * width, first - lines.skip, row + some - first);
    }
  }
};

// A strip, or one line.
template <class K, bool late>
void full_windows(const Lines& lines) {
  if constexpr (std::is_arithmetic_v<K>)
    if (lines.lines > 1) return Strip<K, Vector<K>, 2, late>::full(lines);
  Strip<K, K, 1, late>::full(lines);
}
template <class K, bool late>
void running_windows(const Lines& lines) {
  if constexpr (std::is_arithmetic_v<K>)
    if (lines.lines > 1) return Strip<K, Vector<K>, 2, late>::running(lines);
  Strip<K, K, 1, late>::running(lines);
}

template <class K>
constexpr WindowKernel window_kernel() {
  constexpr bool vectors = std::is_arithmetic_v<K>;
  constexpr Index width = vectors ? 2 * vector_bytes / static_cast<Index>(sizeof(K)) : 1;
  // A number is as wide as a key, or an Index.
  constexpr Index lane = static_cast<Index>(sizeof(K) + sizeof(Index));
  return {.width = width,
          .row = width * lane,
          .margin = rows_at_once * width * lane + 1024,
          .full = {full_windows<K, false>, full_windows<K, true>},
          .running = {running_windows<K, false>, running_windows<K, true>}};
}

}  // namespace
}  // namespace minloc::MINLOC_ISA
