// Elements as integer keys for windows: the smallest is the best, and one order holds for all.
//
//   integers             as everywhere (order.hpp), widened where a filler is needed
//   floats               their bits, the magnitude's flipped where the sign is set; both zeros are 0
//   complex numbers      the key of the real part above that of the imaginary one
//   NaN                  the least of all keys, or the filler, which is the greatest
//
// A NaN that is an integer is not wild: it needs no comparison of its own.
#pragma once

#include <cstring>
#include <limits>

#include "../window_kernels.hpp"
#include "apart.hpp"
#include "order.hpp"

namespace minloc::MINLOC_ISA {
namespace {

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 UInt128;

// A key of more than 16 bytes.
struct ManyWords {
  Int128 high, low;
  bool operator<(const ManyWords& other) const {
    return high != other.high ? high < other.high : low < other.low;
  }
  bool operator==(const ManyWords&) const = default;
};

template <class K>
struct KeyEnds {
  static constexpr K best = std::numeric_limits<K>::min(), filler = std::numeric_limits<K>::max();
};
template <>
struct KeyEnds<Int128> {
  static constexpr Int128 filler = static_cast<Int128>(~UInt128{} >> 1), best = -filler - 1;
};
template <>
struct KeyEnds<ManyWords> {
  static constexpr ManyWords best{KeyEnds<Int128>::best, KeyEnds<Int128>::best},
      filler{KeyEnds<Int128>::filler, KeyEnds<Int128>::filler};
};

// A float that is not NaN as an integer in the same order.
inline std::int32_t ordered(float x) {
  const auto bits = __builtin_bit_cast(std::int32_t, x + 0.0F);  // -0.0 becomes 0.0
  return bits ^ ((bits >> 31) & 0x7fffffff);
}
inline std::int64_t ordered(double x) {
  const auto bits = __builtin_bit_cast(std::int64_t, x + 0.0);
  return bits ^ ((bits >> 63) & 0x7fffffffffffffff);
}
inline Int128 ordered(long double x) {
  x += 0.0L;
  // x87's has 10 bytes: its exponent and its magnitude, the highest bit of which is set.
  constexpr std::size_t bytes = sizeof x == 16 && std::numeric_limits<long double>::digits == 64
                                    ? 10
                                    : sizeof x;
  UInt128 bits = 0;
  std::memcpy(&bits, &x, bytes);
  const bool negative = (bits >> (8 * bytes - 1) & 1) != 0;
  const auto magnitude = static_cast<Int128>(bits & ~(UInt128{1} << (8 * bytes - 1)));
  return negative ? -magnitude : magnitude;
}

// The key of the parts of a complex number.
inline std::int64_t joined(std::int32_t real, std::int32_t imag) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(real) << 32 |
                                   (static_cast<std::uint32_t>(imag) ^ 0x80000000U));
}
inline Int128 joined(std::int64_t real, std::int64_t imag) {
  return static_cast<Int128>(static_cast<UInt128>(real) << 64 |
                             (static_cast<std::uint64_t>(imag) ^ std::uint64_t{1} << 63));
}
inline ManyWords joined(Int128 real, Int128 imag) { return {real, imag}; }

// How the elements of a family become keys of type K.
template <Family family, class K>
struct WindowKeyOrder {
  using T = typename StorageOf<family>::type;
  using Order = KeyOrder<family, Nan::propagate>;
  Order order;
  K nan;

  explicit WindowKeyOrder(const Lines& lines)
      : order{lines.coding}, nan(lines.omits ? KeyEnds<K>::filler : KeyEnds<K>::best) {}

  K key(T x) const {
    if constexpr (is_complex<T>) {
      const T y = order.key(x);
      return Order::is_wild_nan(x) ? nan : joined(ordered(y.real), ordered(y.imag));
    } else if constexpr (std::is_floating_point_v<T>) {
      return Order::is_wild_nan(x) ? nan : static_cast<K>(ordered(order.key(x)));
    } else {
      const T coded = order.key(x);
      return Order::tame_nan && order.is_nan(coded) ? nan : static_cast<K>(coded);
    }
  }
  K key_at(const char* p, bool swapped) const {
    return key(swapped ? load_swapped<T>(p) : load<T>(p));
  }
};

template <Family family, class K>
void read_keys(const Lines& lines, Index row, Index rows, void* to) {
  using T = typename StorageOf<family>::type;
  constexpr Index size = static_cast<Index>(sizeof(T));
  const WindowKeyOrder<family, K> order(lines);
  auto* const keys = static_cast<K*>(to);
  const Index width = lines.lines, stride = lines.stride;
  const char* const data = lines.data + row * stride;
  if (lines.line_stride == size && !lines.swapped) {
    for (Index r = 0; r < rows; ++r)
      for (Index line = 0; line < width; ++line)
        keys[r * width + line] = order.key(load<T>(data + r * stride + line * size));
  } else {
    for (Index line = 0; line < width; ++line) {
      const char* const p = data + line * lines.line_stride;
      if (stride == size && !lines.swapped)
        for (Index r = 0; r < rows; ++r) keys[r * width + line] = order.key(load<T>(p + r * size));
      else
        for (Index r = 0; r < rows; ++r)
          keys[r * width + line] = order.key_at(p + r * stride, lines.swapped);
    }
  }
  if (lines.mask)
    for (Index line = 0; line < width; ++line)
      for (Index r = 0; r < rows; ++r)
        if (!lines.mask.keeps(line, row + r)) keys[r * width + line] = KeyEnds<K>::filler;
}

}  // namespace
}  // namespace minloc::MINLOC_ISA
