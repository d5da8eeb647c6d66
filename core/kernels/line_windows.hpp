// Windows of one line, whose elements are adjacent keys: no strip is made of it.
//
//   short windows    for each vector of windows: the best of as many vectors as a window is long
//   best so far      for each vector of elements:
//                      smallest so far = the smallest of the lanes up to each and of all before
//                      index = the newest of those that are better than what is before them
//
// 1. Only the last lane of a vector waits for the vector before: the rest of a scan is done before
//    that is known.
// 2. A piece of a line that has nothing better than the best so far is not scanned.
// 3. Indices of new bests grow, so the newest is the maximum, which needs no keys.
#pragma once

#include "window_indices.hpp"
#include "window_reads.hpp"

namespace minloc::MINLOC_ISA {
namespace {

// Windows that are short.
inline constexpr Index short_window = 4;
inline constexpr Index line_scratch = 2 * (line_piece + 64) * static_cast<Index>(sizeof(Index));

template <class K, bool late>
struct Line {
  using V = Vector<K>;
  static constexpr Index lanes = lanes_of<K>;
  static constexpr int half = lanes_of<K> / 2;

  // A vector whose lanes move up by so many, and whose first lanes are those of `y`.
  template <int by>
  static V moved_up(V x, V y) {
    return shuffle<[](int l) { return l < by ? l + lanes_of<K> : l - by; }>(x, y);
  }
  static V last_lane(V x) {
    return shuffle<[](int) { return lanes_of<K> - 1; }>(x, x);
  }
  // The indices of elements from one on.
  static V indices(const Lines& line, Index element) {
    V index{};
    unrolled<lanes_of<K>>([&](int l) MINLOC_INLINE {
      index[l] = static_cast<K>(line.index + (element + l) * line.index_step);
    });
    return index;
  }
  static auto takes(V later, V earlier) {
    if constexpr (late)
      return invert(earlier < later);
    else
      return later < earlier;
  }
  // `join` of each lane and all before it.
  template <class Join, int by = 1>
  MINLOC_INLINE static V scanned(V x, V nothing, Join join) {
    if constexpr (by < lanes_of<K>)
      return scanned<Join, 2 * by>(join(x, moved_up<by>(x, nothing)), nothing, join);
    else
      return x;
  }

  // Keys from element `row` on, and behind them up to `behind` of them and a vector that are the
  // filler.
  static void read(const Lines& line, Index row, Index count, K* keys) {
    line.read(line, row, count, keys);
    for (Index i = count; i < count + 2 * lanes; ++i) keys[i] = KeyEnds<K>::filler;
  }

  static bool knows_short(const Lines& lines) {
    const bool across = lines.lie_across() && lines.index_line == 0;
    return lines.window <= short_window && lines.out_stride == sizeof(Index) && !across;
  }

  static void short_windows(const Lines& lines) {
    Scratch scratch{lines.scratch};
    K* const keys = scratch.take<K>(line_piece + 64);
    K* const rows = scratch.take<K>(line_piece + 64);
    const Index window = lines.window, count = lines.length - window + 1;
    constexpr Index most = line_piece - short_window;
    for (Index number = 0; number < lines.lines; ++number) {
      const Lines line = lines.part(number, 1);
      for (Index first = 0; first < count; first += most) {
        const Index some = count - first < most ? count - first : most;
        read(line, first, some + window - 1, keys);
        const bool may_miss = lines.may_miss;
        const K step = static_cast<K>(line.index_step);
        V index = indices(line, first);
        // Whole vectors are answers as they are, if a number is an index.
        const Index direct = sizeof(K) == sizeof(Index) ? some / lanes * lanes : 0;
        for (Index i = 0; i < some; i += lanes, index += static_cast<K>(lanes * step)) {
          V best = load<V>(keys + i), at = index, next = index;
          for (Index j = 1; j < window; ++j) {
            const V x = load<V>(keys + i + j);
            const auto wins = takes(x, best);
            next += step;
            best = select(wins, x, best);
            at = select(wins, next, at);
          }
          if (may_miss) at = select(best == splat<V>(KeyEnds<K>::filler), splat<V>(-1), at);
          if (i < direct)
            store(line.out + (first + i) * static_cast<Index>(sizeof(K)), at);
          else
            store(rows + i, at);
        }
        write_run(line, rows + direct, first + direct, some - direct);
      }
    }
  }

  static void running(const Lines& line) {
    Scratch scratch{line.scratch};
    K* const keys = scratch.take<K>(line_piece + 64);
    K* const rows = scratch.take<K>(line_piece + 64);
    const V filler = splat<V>(KeyEnds<K>::filler), none = splat<V>(-1);
    const bool may_miss = line.may_miss;
    const auto least = [](V x, V y) MINLOC_INLINE { return smaller(x, y); };
    const bool down = line.index_step < 0;
    const V oldest = splat<V>(down ? std::numeric_limits<K>::max() : std::numeric_limits<K>::min());
    const auto newer = [=](V x, V y) MINLOC_INLINE { return down ? smaller(x, y) : larger(x, y); };
    V best{}, at{};
    for (Index first = 0; first < line.length; first += line_piece) {
      const Index some = line.length - first < line_piece ? line.length - first : line_piece;
      read(line, first, some, keys);
      if (first == 0) {
        best = splat<V>(keys[0]);
        at = splat<V>(static_cast<K>(line.index));
      }
      if (!has_better(keys, some, best)) {
        const V out = may_miss ? select(best == filler, none, at) : at;
        for (Index i = 0; i < some; i += lanes) store(rows + i, out);
        write(line, rows, first, some);
        continue;
      }
      V index = indices(line, first);
      const K step = static_cast<K>(lanes * line.index_step);
      for (Index i = 0; i < some; i += lanes, index += step) {
        const V x = load<V>(keys + i), so_far = scanned(x, filler, least);
        const V before = smaller(moved_up<1>(so_far, filler), best);
        const V newest = scanned(select(takes(x, before), index, oldest), oldest, newer);
        V out = newer(newest, at);
        best = smaller(so_far, best);
        at = last_lane(out);
        if (may_miss) out = select(best == filler, none, out);
        store(rows + i, out);
        best = last_lane(best);
      }
      write(line, rows, first, some);
    }
  }

  // Whether one of some keys takes the place of the best so far.
  static bool has_better(const K* keys, Index count, V best) {
    const V filler = splat<V>(KeyEnds<K>::filler);
    V least[2] = {filler, filler};
    for (Index i = 0; i < count; i += 2 * lanes)
      unrolled<2>([&](int v) MINLOC_INLINE {
        least[v] = smaller(load<V>(keys + i + v * lanes), least[v]);
      });
    const K of_all = fold(smaller(least[0], least[1]), [](V x, V y) { return smaller(x, y); });
    return late ? !(best[0] < of_all) : of_all < best[0];
  }
  static void write(const Lines& line, const K* rows, Index first, Index some) {
    const Index from = first > line.skip ? first : line.skip;
    if (from < first + some)
      write_run(line, rows + (from - first), from - line.skip, first + some - from);
  }
};

}  // namespace
}  // namespace minloc::MINLOC_ISA
