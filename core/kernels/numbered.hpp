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
  static constexpr Index shortest = sizeof(Key) == 1 ? 34 : 32,
                         longest = sizeof(Key) == 1 ? 256 : 384;
  static_assert(!is_fast || shortest >= lanes);

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

  Numbered(const O& with, Index elements, bool down) : order(with), length(elements) {
    const auto all = [](Index x) { return splat<Numbers>(static_cast<Number>(x)); };
    Numbers lane{};
    unrolled<lanes>([&](int l) MINLOC_INLINE { lane[l] = static_cast<Number>(l); });
    first = down ? all(length - 1) - lane : lane;
    last = first + all(down ? lanes - length : length - lanes);
    step = all(down ? -lanes : lanes);
  }

  // A vector of keys joined with their numbers: two vectors.
  struct Pair {
    Vector<Joined> low, high;
    Pair(Vector<Key> keys, Numbers numbers)
        : low(join<false>(keys, numbers)), high(join<true>(keys, numbers)) {}
    template <bool high>
    static Vector<Joined> join(Vector<Key> keys, Numbers numbers) {
      return reinterpret_cast<Vector<Joined>>(
          interleave<Number, high>(numbers, reinterpret_cast<Numbers>(keys)));
    }
    void take(const Pair& other) {
      low = smaller(other.low, low);
      high = smaller(other.high, high);
    }
    Joined least() const {
      using Unsigned = std::make_unsigned_t<Joined>;
      constexpr auto sign = static_cast<Unsigned>(Unsigned{1} << (8 * sizeof(Joined) - 1));
      const auto both = reinterpret_cast<Vector<Unsigned>>(smaller(low, high));
      return static_cast<Joined>(smallest_lane(Vector<Unsigned>(both ^ sign)) ^ sign);
    }
  };

  // The least of a slice whose lowest address is `p`.
  MINLOC_INLINE Joined least_of(const char* p) const {
    const char* const end = p + (length - lanes) * size;
    Pair best(order.key(load<Vector<Key>>(end)), last);
    for (Numbers numbers = first; p < end; p += vector_bytes, numbers += step)
      best.take({order.key(load<Vector<Key>>(p)), numbers});
    return best.least();
  }
};

// Precondition: Numbered<O>::takes(tile).
template <class O>
void numbered(const Tile& tile, const Panel& panel) {
  using Key = typename O::Key;
  const O order{tile.codings[0]};
  const bool down = tile.stride < 0, fresh = tile.fresh;
  const Numbered<O> slice_of(order, tile.length, down);
  const Index index = tile.index, step = tile.step, slice_stride = tile.slice_stride;
  const char* p = tile.data + (down ? (tile.length - 1) * tile.stride : 0);
  // Locals, because the compiler takes stores of keys for stores to the panel itself.
  Key* const keys = reinterpret_cast<Key*>(panel.keys);
  Index* const indices = panel.indices;
  for (Index slice = 0, slices = tile.slices; slice < slices; ++slice, p += slice_stride) {
    const auto least = slice_of.least_of(p);
    const auto key = static_cast<Key>(least >> (8 * sizeof(Key)));
    const Index number = static_cast<typename Numbered<O>::Number>(least);
    const Index place = order.is_missing(key) ? no_candidate : index + number * step;
    if (!fresh) {
      merge<O>(panel, slice, key, place);
    } else {
      keys[slice] = key;
      indices[slice] = place;
    }
  }
}

}  // namespace minloc::MINLOC_ISA
