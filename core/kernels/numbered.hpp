// Short slices of narrow elements: each is joined with its number, and the least is the answer.
//
//   for each few slices:
//     for each of them:
//       for each vector of its elements:
//         join each key with its number: the upper and the lower half of an integer twice as wide
//         least = the smaller of that and the least so far, in each lane
//     transpose the vectors of the slices' least, taking the smaller: one lane for each slice
//     keys, numbers = the two halves of the lanes
//
// 1. Of equal keys the smaller number wins, so nothing has to be searched for afterwards, and no
//    branch depends on the elements.
// 2. The last vector overlaps the one before it: an element that is read twice has one number.
// 3. A slice that runs down in memory is read upwards and numbered from its end.
// 4. The numbers of a few vectors are constants, and the loop over them is unrolled.
// 5. Halves are joined in their pickable form (picks.hpp), which takes fewer operations than the
//    key. Where that picks the largest, numbers are complemented: the first is the largest, too.
// 6. The lanes of several slices are folded together, and their answers are written as vectors.
// 7. A slice with more elements than there are numbers is read in equal parts, which may overlap;
//    of two parts the first wins unless the other is better.
#pragma once

#include "ahead.hpp"
#include "merge.hpp"
#include "transpose.hpp"
#include "turns.hpp"

namespace minloc::MINLOC_ISA {

template <class O, Pick p>
struct Numbered {
  using Key = typename O::Key;
  using Number = std::conditional_t<sizeof(Key) == 1, std::uint8_t, std::uint16_t>;
  using Joined = std::conditional_t<sizeof(Key) == 1, std::int16_t, std::int32_t>;
  using Numbers = Vector<Number>;
  using V = Vector<Joined>;
  static constexpr Index lanes = lanes_of<Key>, size = static_cast<Index>(sizeof(Key));
  // So many slices are folded together.
  static constexpr int some = lanes_of<Joined>;
  static constexpr bool largest = p != Pick::coded && picks_largest(p);

  O order;
  Index length, part;         // elements of a slice, and of a part of it
  Numbers first, last, step;  // the numbers of a part's first vector and last; to the next
  bool down;

  Numbered(const Tile& tile, Index elements)
      : order{tile.codings[0]}, length(tile.length), part(elements), down(tile.stride < 0) {
    const auto all = [](Index x) { return splat<Numbers>(static_cast<Number>(x)); };
    Numbers lane{};
    unrolled<lanes>([&](int l) MINLOC_INLINE { lane[l] = static_cast<Number>(l); });
    first = down ? all(part - 1) - lane : lane;
    last = first + all(down ? lanes - part : part - lanes);
    step = all(down ? -lanes : lanes);
    if (largest) {
      first = ~first;
      last = ~last;
      step = -step;
    }
  }

  template <class T>
  static T better(T x, T y) {
    return largest ? larger(x, y) : smaller(x, y);
  }

  // Joins the vector of elements at `at` with their numbers, and takes what is better than `best`.
  struct Pair {
    V low, high;
    Pair(const Numbered& slice, const char* at, Numbers numbers) {
      const auto x = slice.order.template pickable<p>(load<Vector<Key>>(at));
      low = join<false>(x, numbers);
      high = join<true>(x, numbers);
    }
    template <bool is_high>
    static V join(Vector<Key> x, Numbers numbers) {
      return reinterpret_cast<V>(
          interleave<Number, is_high>(numbers, reinterpret_cast<Numbers>(x)));
    }
    void take(const Pair& other) {
      low = better(other.low, low);
      high = better(other.high, high);
    }
  };

  // The best of the part at `at` in each lane. The part takes `vectors` vectors, or any number of
  // them if that is 0.
  template <int vectors>
  MINLOC_INLINE V best_of(const char* at) const {
    const char* const end = at + (part - lanes) * size;
    Pair best(*this, end, last);
    Numbers numbers = first;
    if constexpr (vectors > 0) {
      unrolled<vectors - 1>([&](int n) MINLOC_INLINE {
        best.take({*this, at + n * vector_bytes, numbers});
        numbers += step;
      });
    } else {
      for (; at < end; at += vector_bytes, numbers += step) best.take({*this, at, numbers});
    }
    return better(best.low, best.high);
  }

  // Lane s has the best lane of x[begin + s * stride], of each square of its own.
  template <int begin, int stride, int count>
  MINLOC_INLINE static V fold_squares(const V (&x)[some]) {
    if constexpr (count == 1) {
      return x[begin];
    } else {
      const V even = fold_squares<begin, 2 * stride, count / 2>(x);
      const V odd = fold_squares<begin + stride, 2 * stride, count / 2>(x);
      return better(interleave<Joined, false>(even, odd), interleave<Joined, true>(even, odd));
    }
  }
  // Lane s has the best lane of x[s].
  MINLOC_INLINE static V fold_each(const V (&x)[some]) {
    constexpr int side = side_of<Joined>;
    const V low = fold_squares<0, 1, side>(x);
    if constexpr (side == some) {
      return low;
    } else {
      static_assert(2 * side == some);
      const V high = fold_squares<side, 1, side>(x);
      return better(shuffle<[](int l) { return l < side ? l : l + side; }>(low, high),
                    shuffle<[](int l) { return l < side ? l + side : l + some; }>(low, high));
    }
  }

  // The keys of the best of some slices, as they were joined, and their numbers.
  struct Answers {
    V keys, numbers;
    explicit Answers(V joined) : keys(joined >> (8 * size)) {
      constexpr auto all = static_cast<Joined>(std::numeric_limits<Number>::max());
      numbers = (largest ? ~joined : joined) & all;
    }
  };
  // Those of `some` slices, the lowest address of the first of which is `at`. What follows them is
  // prefetched `ahead`: of slices of a few vectors at once, else while each of them is read.
  template <int vectors>
  MINLOC_INLINE Answers answers(const char* at, Index slice_stride, bool ahead) const {
    constexpr bool are_few = vectors > 0 && vectors <= 4;
    if (are_few && ahead) prefetch_behind(at, some * slice_stride);
    const auto fold_part = [&](Index offset) MINLOC_INLINE {
      const char* slice = at + (down ? length - part - offset : offset) * size;
      V x[some];
      for (int s = 0; s < some; ++s, slice += slice_stride) {
        if (!are_few && ahead && offset == 0) prefetch_behind(slice, slice_stride);
        x[s] = best_of<vectors>(slice);
      }
      return Answers(fold_each(x));
    };
    Answers best = fold_part(0);
    if constexpr (sizeof(Key) == 1)  // others have enough numbers
      for (Index read = part; read < length; read += part) {
        const Index offset = read < length - part ? read : length - part;
        const Answers other = fold_part(offset);
        const auto wins = largest ? other.keys > best.keys : other.keys < best.keys;
        best.keys = select(wins, other.keys, best.keys);
        best.numbers = select(wins, other.numbers + static_cast<Joined>(offset), best.numbers);
      }
    return best;
  }

  // Puts the answer for one slice into the panel.
  void put_one(const Tile& tile, const Panel& panel, Index slice, Joined joined_key,
               Index number) const {
    const Key key = order.template key_of_picked<p>(static_cast<Key>(joined_key));
    put<O>(tile.fresh, panel, slice, key,
           order.is_missing(key) ? no_candidate : tile.index + number * tile.step);
  }

  // Puts the answers for all slices of a tile into the panel. The last slices overlap the ones
  // before.
  //
  // Precondition: there are at least `some`.
  template <int vectors>
  [[gnu::noinline]] void reduce(const Tile& tile, const Panel& panel) const {
    const Index index = tile.index, slice_stride = tile.slice_stride;
    const bool misses =
        O::may_be_missing && order.is_missing(static_cast<Key>(order.coding.nan_key));
    const bool plain = tile.fresh && tile.step == 1 && !misses;
    // Only where slices lie close together.
    const bool ahead = tile.far && slice_stride > 0 && slice_stride < 2 * length * size;
    Key* const keys = reinterpret_cast<Key*>(panel.keys);
    Index* const indices = panel.indices;
    const char* const data = lowest(tile);
    for (Index begin = 0, end = tile.slices; begin < end; begin += some) {
      const Index i = begin < end - some ? begin : end - some;
      const char* const at = data + i * slice_stride;
      const Answers best = answers<vectors>(at, slice_stride, ahead);
      alignas(64) Joined best_keys[some], numbers[some];
      store(best_keys, best.keys);
      store(numbers, best.numbers);
      if (!plain) {
        for (int s = 0; s < some; ++s) put_one(tile, panel, i + s, best_keys[s], numbers[s]);
        continue;
      }
      for (int s = 0; s < some; ++s)
        keys[i + s] = order.template key_of_picked<p>(static_cast<Key>(best_keys[s]));
      for (int s = 0; s < some; ++s) indices[i + s] = index + numbers[s];
    }
  }

  // The same for fewer slices, which have one part.
  [[gnu::noinline]] void reduce_few(const Tile& tile, const Panel& panel) const {
    using Unsigned = std::make_unsigned_t<Joined>;
    constexpr auto sign = static_cast<Unsigned>(Unsigned{1} << (8 * sizeof(Joined) - 1));
    constexpr Unsigned flip = largest ? Unsigned(~sign) : sign;
    const char* at = lowest(tile);
    for (Index slice = 0; slice < tile.slices; ++slice, at += tile.slice_stride) {
      const auto best = reinterpret_cast<Vector<Unsigned>>(best_of<0>(at));
      const auto joined = static_cast<Joined>(smallest_lane(Vector<Unsigned>(best ^ flip)) ^ flip);
      put_one(tile, panel, slice, static_cast<Joined>(joined >> (8 * size)),
              static_cast<Number>(largest ? ~joined : joined));
    }
  }

  // The lowest address of a tile's first slice.
  static const char* lowest(const Tile& tile) {
    return tile.data + (tile.stride < 0 ? (tile.length - 1) * tile.stride : 0);
  }
};

// Which tiles are read in this way, and how.
template <class O>
struct NumberedTiles {
  using Key = typename O::Key;

// Where the smaller of such integers is one instruction, and their lower half comes first in
// memory.
#if defined(__AVX2__) || defined(__aarch64__)
  static constexpr bool is_fast = !O::is_boolean && std::is_integral_v<Key> && sizeof(Key) <= 2;
#else
  static constexpr bool is_fast = false;
#endif
  static constexpr Index lanes = lanes_of<Key>, size = static_cast<Index>(sizeof(Key));
  // The lengths for which other loops take longer; see docs/design/rows.md.
  static constexpr Index shortest = sizeof(Key) == 1 ? 33 : 20;
  static constexpr Index longest = sizeof(Key) == 1 ? 768 : 512;
  static constexpr Index longest_of_few = sizeof(Key) == 1 ? 256 : 384;
  static constexpr Index longest_part = sizeof(Key) == 1 ? 256 : longest;
  static_assert(!is_fast || shortest >= lanes);
  // So many vectors of a part are unrolled.
  static constexpr int fewest = 2, most = 8;

  static bool takes(const Tile& tile) {
    const bool adjacent = tile.stride == size || tile.stride == -size;
    const Index most_elements = tile.slices < lanes / 2 ? longest_of_few : longest;
    return is_fast && adjacent && tile.length >= shortest && tile.length <= most_elements &&
           !(tile.far && tile.length * size >= SliceOrder::shortest);
  }

  template <Pick p>
  static void reduce(const Tile& tile, const Panel& panel) {
    const Index parts = (tile.length + longest_part - 1) / longest_part;
    const Index part = (tile.length + parts - 1) / parts, vectors = (part + lanes - 1) / lanes;
    const Numbered<O, p> slices(tile, part);
    if (tile.slices < slices.some) return slices.reduce_few(tile, panel);
    const auto unrolls = [&]<int... n>(std::integer_sequence<int, n...>) {
      return ((vectors == fewest + n && (slices.template reduce<fewest + n>(tile, panel), true)) ||
              ...);
    };
    if (!unrolls(std::make_integer_sequence<int, most - fewest + 1>{}))
      slices.template reduce<0>(tile, panel);
  }
};

// Precondition: NumberedTiles<O>::takes(tile).
template <class O>
void numbered(const Tile& tile, const Panel& panel) {
  const auto by = [&]<Pick p>() { NumberedTiles<O>::template reduce<p>(tile, panel); };
  if constexpr (O::is_half)
    O::with_pick(tile.codings[0].pick, by);
  else
    by.template operator()<Pick::coded>();
}

}  // namespace minloc::MINLOC_ISA
