// What operators lack: minimum, maximum, bit flips and tests for NaN, of vectors and scalars alike.
//
// Where a compiler misses the one instruction that does it, a builtin names it.
#pragma once

#include "simd.hpp"

namespace minloc::MINLOC_ISA {

// The bool that & and | of bools should be; masks stay as they are.
inline bool truth(int x) { return x != 0; }
template <class Mask>
Mask truth(Mask x) {
  return x;
}

inline bool invert(bool x) { return !x; }
template <class Mask>
Mask invert(Mask x) {
  return ~x;
}

// `x`, which is not negative, or its negative where `sign` is negative.
template <class V>
V with_sign_of(V sign, V x) {
#if defined(__AVX2__)
  if constexpr (sizeof(V) == 32 && std::is_same_v<Element<V>, std::int16_t>)
    return __builtin_ia32_psignw256(x, sign);
#endif
  const V ones = V(sign >> (8 * static_cast<int>(sizeof(Element<V>)) - 1));
  return V((x ^ ones) - ones);
}

// The sum of an integer and another, that wraps round.
template <class V>
V wrapping_add(V x, std::int64_t y) {
  using U = std::make_unsigned_t<Element<V>>;
  if constexpr (is_vector<V>)
    return reinterpret_cast<V>(reinterpret_cast<Vector<U>>(x) + static_cast<U>(y));
  else
    return static_cast<V>(static_cast<U>(static_cast<U>(x) + static_cast<U>(y)));
}

// Bits flipped: of an integer or of a float, or of each part of a complex number.
template <class V>
V flipped(V x, std::uint64_t flip) {
  using T = Element<V>;
  if constexpr (is_complex<V>) {
    return {flipped(x.real, flip), flipped(x.imag, flip)};
  } else if constexpr (std::is_integral_v<T>) {
    return V(x ^ static_cast<T>(flip));
  } else {
    using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
    const auto bits = static_cast<Bits>(flip);
    if constexpr (is_vector<V>)
      return reinterpret_cast<V>(reinterpret_cast<Vector<Bits>>(x) ^ bits);
    else
      return __builtin_bit_cast(T, __builtin_bit_cast(Bits, x) ^ bits);
  }
}

// The smaller of two numbers, `y` if neither is.
template <class V>
V smaller(V x, V y) {
  // One instruction. Under AVX-512 GCC 12 does not find it in the comparison of bits that were
  // flipped.
#if defined(__AVX__)
  if constexpr (sizeof(V) == 32 && std::is_same_v<Element<V>, double>)
    return __builtin_ia32_minpd256(x, y);
  else if constexpr (sizeof(V) == 32 && std::is_same_v<Element<V>, float>)
    return __builtin_ia32_minps256(x, y);
  else
#endif
    return x < y ? x : y;
}

// The larger of two numbers, `y` if neither is.
template <class V>
V larger(V x, V y) {
#if defined(__AVX__)
  if constexpr (sizeof(V) == 32 && std::is_same_v<Element<V>, double>)
    return __builtin_ia32_maxpd256(x, y);
  else if constexpr (sizeof(V) == 32 && std::is_same_v<Element<V>, float>)
    return __builtin_ia32_maxps256(x, y);
  else
#endif
    return x > y ? x : y;
}

// Whether one of two numbers is NaN.
template <class V>
auto unordered(V x, V y) {
  // One instruction, whose mask stays a vector under AVX-512, too.
#if defined(__AVX__)
  if constexpr (sizeof(V) == 32 && std::is_same_v<Element<V>, double>)
    return reinterpret_cast<Vector<std::int64_t>>(__builtin_ia32_cmppd256(x, y, 3));
  else if constexpr (sizeof(V) == 32 && std::is_same_v<Element<V>, float>)
    return reinterpret_cast<Vector<std::int32_t>>(__builtin_ia32_cmpps256(x, y, 3));
  else
#elif defined(__SSE2__)
  if constexpr (sizeof(V) == 16 && std::is_same_v<Element<V>, double>)
    return reinterpret_cast<Vector<std::int64_t>>(__builtin_ia32_cmpunordpd(x, y));
  else if constexpr (sizeof(V) == 16 && std::is_same_v<Element<V>, float>)
    return reinterpret_cast<Vector<std::int32_t>>(__builtin_ia32_cmpunordps(x, y));
  else
#endif
    return truth((x != x) | (y != y));
}

}  // namespace minloc::MINLOC_ISA
