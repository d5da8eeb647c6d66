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
#include "order.hpp"

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

// A vector of T with as many lanes as one of K. (A type of its own, because a template's argument
// loses what else it was declared with.)
template <class T, class K>
struct BesideKeys {
  typedef T type __attribute__((vector_size(lanes_of<K> * sizeof(T))));
};

// The first lanes of a vector as a narrower one, or as those of a wider one, whose others may be
// anything. (Keys of halves are made of whole vectors.)
template <class V, int... lane>
auto resized_to(V x, std::integer_sequence<int, lane...>) {
  constexpr int lanes = static_cast<int>(sizeof(V) / sizeof(Element<V>));
  return __builtin_shufflevector(x, x, (lane < lanes ? lane : -1)...);
}
template <int lanes, class V>
auto resized(V x) {
  return resized_to(x, std::make_integer_sequence<int, lanes>{});
}

// How the elements of a family become keys of type K.
template <Family family, class K>
struct WindowKeyOrder {
  using T = typename StorageOf<family>::type;
  using Key = K;
  using Order = KeyOrder<family, Nan::propagate>;
  // Whether a vector of elements is one of keys, or has more lanes.
  static constexpr bool is_wide =
      has_vectors<K> && std::is_arithmetic_v<T> && sizeof(T) == sizeof(K);
  static constexpr bool is_narrow =
      has_vectors<K> && std::is_integral_v<T> && sizeof(T) < sizeof(K);
  Order order;
  K nan;
  K coded_nan{}, key_of_it{};  // an integer that stands for NaN, and its key

  explicit WindowKeyOrder(const Lines& lines)
      : order{lines.coding}, nan(lines.omits ? KeyEnds<K>::filler : KeyEnds<K>::best) {
    if constexpr (is_narrow && Order::tame_nan)
      if (order.coding.has_nan_key) {
        coded_nan = static_cast<T>(order.coding.nan_key);
        key_of_it = nan;
      }
  }

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
  // Writes a vector of keys, of elements that are adjacent.
  MINLOC_INLINE void write_keys(const char* p, K* keys) const
    requires(is_wide || is_narrow)
  {
    if constexpr (is_wide) {
      store(keys, key(load<Vector<T>>(p)));
    } else {
      using Part = typename BesideKeys<T, K>::type;
      Part coded = load<Part>(p);
      if constexpr (Order::is_half)
        coded = resized<lanes_of<K>>(order.key(resized<lanes_of<T>>(coded)));
      else
        coded = order.key(coded);
      auto wide = __builtin_convertvector(coded, Vector<K>);
      if constexpr (Order::tame_nan)
        wide = select(wide == splat<Vector<K>>(coded_nan), splat<Vector<K>>(key_of_it), wide);
      store(keys, wide);
    }
  }
};

}  // namespace
}  // namespace minloc::MINLOC_ISA
