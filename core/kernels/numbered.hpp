// Short slices of narrow elements: each is joined with its number, and the least is the answer.
//
//   for each slice:
//     for each vector of its elements:
//       join each key with its number: the upper and the lower half of an integer twice as wide
//       least = the smaller of that and the least so far, in each lane
//     key, number = the two halves of the smallest lane of least
//
// 1. Of equal keys the smaller number wins, so nothing has to be searched for afterwards, and no
//    branch depends on the elements.
// 2. The last vector overlaps the one before it: an element that is read twice has one number.
// 3. A slice that runs down in memory is read upwards and numbered from its end.
// 4. The numbers of a few vectors are constants, and the loop over them is unrolled.
// 5. Halves are joined in their pickable form (picks.hpp), which takes fewer operations than the
//    key. Where that picks the largest, numbers are complemented: the first is the largest, too.
#pragma once

#include "merge.hpp"
#include "transpose.hpp"

namespace minloc::MINLOC_ISA {

template <class O>
struct Numbered {
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
  static constexpr Index shortest = sizeof(Key) == 1 ? 33 : 17,
                         longest = sizeof(Key) == 1 ? 256 : 384;
  static_assert(!is_fast || shortest >= lanes);
  // So many vectors are unrolled.
  static constexpr int fewest = 2, most = 8;

  static bool takes(const Tile& tile) {
    const bool adjacent = tile.stride == size || tile.stride == -size;
    return is_fast && adjacent && tile.length >= shortest && tile.length <= longest;
  }

  using Number = std::conditional_t<sizeof(Key) == 1, std::uint8_t, std::uint16_t>;
  using Joined = std::conditional_t<sizeof(Key) == 1, std::int16_t, std::int32_t>;
  using Numbers = Vector<Number>;

  O order;
  Index length;
  Numbers first, last, step;  // the numbers of the first vector and of the last; to the next

  Numbered(const O& with, Index elements, bool down, bool complemented)
      : order(with), length(elements) {
    const auto all = [](Index x) { return splat<Numbers>(static_cast<Number>(x)); };
    Numbers lane{};
    unrolled<lanes>([&](int l) MINLOC_INLINE { lane[l] = static_cast<Number>(l); });
    first = down ? all(length - 1) - lane : lane;
    last = first + all(down ? lanes - length : length - lanes);
    step = all(down ? -lanes : lanes);
    if (complemented) {
      first = ~first;
      last = ~last;
      step = -step;
    }
  }

  // The better of vectors of joined integers.
  template <Pick p>
  static Vector<Joined> better(Vector<Joined> x, Vector<Joined> y) {
    return picks_largest(p) && p != Pick::coded ? larger(x, y) : smaller(x, y);
  }

  // A vector of elements joined with their numbers: two vectors.
  template <Pick p>
  struct Pair {
    Vector<Joined> low, high;
    Pair(const Numbered& slice, const char* at, Numbers numbers) {
      const auto x = slice.order.template pickable<p>(load<Vector<Key>>(at));
      low = join<false>(x, numbers);
      high = join<true>(x, numbers);
    }
    template <bool high>
    static Vector<Joined> join(Vector<Key> x, Numbers numbers) {
      return reinterpret_cast<Vector<Joined>>(
          interleave<Number, high>(numbers, reinterpret_cast<Numbers>(x)));
    }
    void take(const Pair& other) {
      low = better<p>(other.low, low);
      high = better<p>(other.high, high);
    }
    Joined best() const {
      using Unsigned = std::make_unsigned_t<Joined>;
      constexpr auto sign = static_cast<Unsigned>(Unsigned{1} << (8 * sizeof(Joined) - 1));
      constexpr Unsigned flip = picks_largest(p) && p != Pick::coded ? Unsigned(~sign) : sign;
      const auto both = reinterpret_cast<Vector<Unsigned>>(better<p>(low, high));
      return static_cast<Joined>(smallest_lane(Vector<Unsigned>(both ^ flip)) ^ flip);
    }
  };

  // The best of a slice whose lowest address is `p`, and which takes `vectors` vectors, or any
  // number of them if that is 0.
  template <Pick p, int vectors>
  MINLOC_INLINE Joined best_of(const char* at) const {
    const char* const end = at + (length - lanes) * size;
    Pair<p> best(*this, end, last);
    Numbers numbers = first;
    if constexpr (vectors > 0) {
      unrolled<vectors - 1>([&](int n) MINLOC_INLINE {
        best.take({*this, at + n * vector_bytes, numbers});
        numbers += step;
      });
    } else {
      for (; at < end; at += vector_bytes, numbers += step) best.take({*this, at, numbers});
    }
    return best.best();
  }
};

// The answers for slices that take `vectors` vectors each, or any number of them if that is 0.
template <class O, Pick p, int vectors>
[[gnu::noinline]] void numbered(const Tile& tile, const Panel& panel) {
  using Key = typename O::Key;
  using Number = typename Numbered<O>::Number;
  constexpr bool complemented = picks_largest(p) && p != Pick::coded;
  const O order{tile.codings[0]};
  const bool down = tile.stride < 0, fresh = tile.fresh;
  const Numbered<O> slice_of(order, tile.length, down, complemented);
  const Index index = tile.index, step = tile.step, slice_stride = tile.slice_stride;
  const char* at = tile.data + (down ? (tile.length - 1) * tile.stride : 0);
  // Locals, because the compiler takes stores of keys for stores to the panel itself.
  Key* const keys = reinterpret_cast<Key*>(panel.keys);
  Index* const indices = panel.indices;
  for (Index slice = 0, slices = tile.slices; slice < slices; ++slice, at += slice_stride) {
    const auto best = slice_of.template best_of<p, vectors>(at);
    const Key key = order.template key_of_picked<p>(static_cast<Key>(best >> (8 * sizeof(Key))));
    const Index number = static_cast<Number>(complemented ? ~best : best);
    const Index place = order.is_missing(key) ? no_candidate : index + number * step;
    if (vectors == 0 && !fresh) {
      merge<O>(panel, slice, key, place);
    } else {
      keys[slice] = key;
      indices[slice] = place;
    }
  }
}

// Precondition: Numbered<O>::takes(tile).
template <class O>
void numbered(const Tile& tile, const Panel& panel) {
  using N = Numbered<O>;
  const auto by = [&]<Pick p>() {
    const Index vectors = (tile.length + N::lanes - 1) / N::lanes;
    const auto unrolls = [&]<int... n>(std::integer_sequence<int, n...>) {
      return ((vectors == N::fewest + n && (numbered<O, p, N::fewest + n>(tile, panel), true)) ||
              ...);
    };
    if (!tile.fresh || !unrolls(std::make_integer_sequence<int, N::most - N::fewest + 1>{}))
      numbered<O, p, 0>(tile, panel);
  };
  if constexpr (O::is_half)
    O::with_pick(tile.codings[0].pick, by);
  else
    by.template operator()<Pick::coded>();
}

}  // namespace minloc::MINLOC_ISA
