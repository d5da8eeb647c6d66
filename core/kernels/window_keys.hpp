// Elements as integer keys for windows: the smallest is the best, and one order holds for all.
//
//   integers             as everywhere (order.hpp), widened where a filler is needed
//   floats               their bits, the magnitude's flipped where the sign is set; both zeros: 0
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
#include "transpose.hpp"

namespace minloc::MINLOC_ISA {
namespace {

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 UInt128;

// Vectors in a strip: what 64 bytes have, or one.
inline constexpr int strip_vectors = vector_bytes < 64 ? 2 : 1;
inline constexpr Index most_lanes = strip_vectors * vector_bytes / 4;

// A key of more than 16 bytes.
struct ManyWords {
  Int128 high, low;
  bool operator<(const ManyWords& other) const {
    return high != other.high ? high < other.high : low < other.low;
  }
  bool operator==(const ManyWords&) const = default;
};

// Whether there are vectors of such keys. (std::is_arithmetic_v is true of 128-bit integers in some
// standard libraries.)
template <class K>
inline constexpr bool has_vectors = sizeof(K) <= sizeof(std::int64_t);

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

// The integer of a float's width, or the vector of them.
template <class V>
struct BitsOf {
  using type = std::conditional_t<sizeof(V) == 4, std::int32_t, std::int64_t>;
};
template <class V>
  requires(is_vector<V>)
struct BitsOf<V> {
  using type = Vector<typename BitsOf<Element<V>>::type>;
};

// Floats that are not NaN as integers in the same order.
template <class V>
auto ordered(V x) {
  using Bits = typename BitsOf<V>::type;
  const auto bits = __builtin_bit_cast(Bits, x + Element<V>{});  // -0.0 becomes 0.0
  constexpr auto magnitude = std::numeric_limits<Element<Bits>>::max();
  return Bits(bits ^ ((bits >> (8 * static_cast<int>(sizeof(Element<V>)) - 1)) & magnitude));
}
inline Int128 ordered(long double x) {
  x += 0.0L;
  // x87's has 10 bytes: its exponent and its magnitude, the highest bit of which is set.
  constexpr std::size_t bytes =
      sizeof x == 16 && std::numeric_limits<long double>::digits == 64 ? 10 : sizeof x;
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
  using Key = K;
  // Whether a vector of elements is one of keys.
  static constexpr bool is_wide =
      has_vectors<K> && std::is_arithmetic_v<T> && sizeof(T) == sizeof(K);
  using Order = KeyOrder<family, Nan::propagate>;
  Order order;
  K nan;

  explicit WindowKeyOrder(const Lines& lines)
      : order{lines.coding}, nan(lines.omits ? KeyEnds<K>::filler : KeyEnds<K>::best) {}

  // The key of an element, or, where a key is as wide, those of a vector.
  template <class V>
  auto key(V x) const {
    if constexpr (is_complex<T>) {
      const T y = order.key(x);
      return Order::is_wild_nan(x) ? nan : joined(ordered(y.real), ordered(y.imag));
    } else if constexpr (is_vector<V> && std::is_floating_point_v<T>) {
      const auto keys = ordered(order.key(x));
      return select(x != x, splat<std::remove_const_t<decltype(keys)>>(nan), keys);
    } else if constexpr (is_vector<V>) {
      return order.key(x);  // that of NaN is where it belongs already
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

// The rows of a strip whose lines are side by side.
template <class Order>
void read_across(const Lines& lines, const Order& order, const char* p, Index rows,
                 typename Order::Key* keys) {
  using T = typename Order::T;
  constexpr Index size = static_cast<Index>(sizeof(T));
  const Index width = lines.lines, stride = lines.stride;
  for (Index r = 0; r < rows; ++r, p += stride, keys += width) {
    __builtin_prefetch(p + rows * stride);
    if constexpr (Order::is_wide) {
      for (Index line = 0; line < width; line += lanes_of<T>)
        store(keys + line, order.key(load<Vector<T>>(p + line * size)));
    } else {
      for (Index line = 0; line < width; ++line) keys[line] = order.key(load<T>(p + line * size));
    }
  }
}

// One line, which becomes a run of keys.
template <class Order>
void read_line(const Lines& lines, const Order& order, const char* p, Index rows,
               typename Order::Key* keys) {
  using T = typename Order::T;
  constexpr Index size = static_cast<Index>(sizeof(T));
  if (lines.stride != size || lines.swapped) {
    for (Index r = 0; r < rows; ++r) keys[r] = order.key_at(p + r * lines.stride, lines.swapped);
    return;
  }
  Index r = 0;
  if constexpr (Order::is_wide)
    for (; r + lanes_of<T> <= rows; r += lanes_of<T>)
      store(keys + r, order.key(load<Vector<T>>(p + r * size)));
  for (; r < rows; ++r) keys[r] = order.key(load<T>(p + r * size));
}

// The rows of a strip whose lines are elsewhere: squares of them are transposed, of the elements
// where these are as wide as keys, or else of runs of keys.
template <class Order>
void read_transposed(const Lines& lines, const Order& order, const char* p, Index rows,
                     typename Order::Key* keys) {
  using K = typename Order::Key;
  using T = typename Order::T;
  constexpr Index side = side_of<K>, lanes = lanes_of<K>, size = static_cast<Index>(sizeof(K));
  const Index width = lines.lines;
  const auto read_square = [&]<class From>(const char* from, Index stride, Index r, Index line,
                                           auto key_of) MINLOC_INLINE {
    Vector<From> x[side];
    load_transposed<From>(from + line * stride + r * size, stride, x);
    unrolled<side>([&](int n)
                       MINLOC_INLINE { store(keys + (r + n) * width + line, key_of(x[n])); });
  };
  Index r = 0;
  if constexpr (Order::is_wide)
    if (lines.stride == size && !lines.swapped) {
      for (Index line = 0; line < width; line += lanes)
        for (r = 0; r + side <= rows; r += side)
          read_square.template operator()<T>(p, lines.line_stride, r, line,
                                             [&](auto x) MINLOC_INLINE { return order.key(x); });
      for (; r < rows; ++r)
        for (Index line = 0; line < width; ++line)
          keys[r * width + line] = order.key_at(p + line * lines.line_stride + r * size, false);
      return;
    }
  alignas(64) K run[most_lanes * rows_at_once];
  const Index stride = rows_at_once * size;
  for (Index first = 0; first < width; first += lanes) {
    for (Index line = 0; line < lanes; ++line)
      read_line(lines, order, p + (first + line) * lines.line_stride, rows,
                run + line * rows_at_once);
    for (r = 0; r < rows; r += side) {
      Vector<K> x[side];
      load_transposed<K>(reinterpret_cast<const char*>(run) + r * size, stride, x);
      unrolled<side>([&](int n) MINLOC_INLINE {
        if (r + n < rows) store(keys + (r + n) * width + first, x[n]);
      });
    }
  }
}

template <Family family, class K>
void read_keys(const Lines& lines, Index row, Index rows, void* to) {
  using T = typename StorageOf<family>::type;
  const WindowKeyOrder<family, K> order(lines);
  auto* const keys = static_cast<K*>(to);
  const Index width = lines.lines;
  const char* const data = lines.data + row * lines.stride;
  if (width == 1)
    read_line(lines, order, data, rows, keys);
  else if (lines.line_stride == static_cast<Index>(sizeof(T)) && !lines.swapped)
    read_across(lines, order, data, rows, keys);
  else if constexpr (has_vectors<K>)
    read_transposed(lines, order, data, rows, keys);
  if (lines.mask)
    for (Index line = 0; line < width; ++line)
      for (Index r = 0; r < rows; ++r)
        if (!lines.mask.keeps(line, row + r)) keys[r * width + line] = KeyEnds<K>::filler;
}

}  // namespace
}  // namespace minloc::MINLOC_ISA
