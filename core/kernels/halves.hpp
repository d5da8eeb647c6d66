// Differences of float16 and bfloat16: computed as floats, and rounded to the nearest, ties to
// even.
#pragma once

#include "lanes.hpp"

#if defined(__F16C__)
#include <immintrin.h>
#endif

namespace minloc::MINLOC_ISA {

// |x|, by bits: of NaN, too.
template <class V>
MINLOC_INLINE inline V magnitude_of(V x) {
  using T = Element<V>;
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  constexpr Bits all = static_cast<Bits>(~Bits{}) >> 1;
  if constexpr (is_vector<V>)
    return reinterpret_cast<V>(reinterpret_cast<Vector<Bits>>(x) & all);
  else
    return __builtin_bit_cast(T, __builtin_bit_cast(Bits, x) & all);
}

// As many 32-bit lanes as a vector has halves. What follows is for them, and for scalars.
typedef std::uint32_t WideBits __attribute__((vector_size(2 * vector_bytes)));
typedef std::int32_t WideInts __attribute__((vector_size(2 * vector_bytes)));
typedef float WideFloats __attribute__((vector_size(2 * vector_bytes)));

template <class B>
using FloatsOf = std::conditional_t<std::is_same_v<B, WideBits>, WideFloats, float>;
template <class B>
using IntsOf = std::conditional_t<std::is_same_v<B, WideBits>, WideInts, std::int32_t>;
template <class To, class From>
MINLOC_INLINE inline To bits_as(From x) {
  return __builtin_bit_cast(To, x);
}
template <class To, class From>
MINLOC_INLINE inline To converted(From x) {
  if constexpr (std::is_arithmetic_v<From>)
    return static_cast<To>(x);
  else
    return __builtin_convertvector(x, To);
}

// A half is its bits, which are the lower ones of a lane.
struct Float16 {
  template <class B>
  MINLOC_INLINE static FloatsOf<B> widen(B half) {
    const B number = half & 0x7fffu, sign = (half & 0x8000u) << 16;
    // A subnormal number is a multiple of 2^-24.
    const B small = bits_as<B>(converted<FloatsOf<B>>(bits_as<IntsOf<B>>(number)) * 0x1p-24f);
    const B normal = (number << 13) + (112u << 23), end = (number << 13) | 0x7f800000u;
    const B all = number < 0x400u ? small : number >= 0x7c00u ? end : normal;
    return bits_as<FloatsOf<B>>(all | sign);
  }
  // The magnitude of a difference of two of them.
  template <class B>
  MINLOC_INLINE static B narrow(FloatsOf<B> x) {
    const B none{}, bits = bits_as<B>(x) & 0x7fffffffu;
    const B normal = (bits + 0xfffu + ((bits >> 13) & 1u) - (112u << 23)) >> 13;
    // A difference so small is a multiple of 2^-24, and need not be rounded.
    const B least = bits < 0x38800000u ? bits : none;
    const B small = bits_as<B>(converted<IntsOf<B>>(bits_as<FloatsOf<B>>(least) * 0x1p24f));
    const B end = bits > 0x7f800000u ? none + 0x7e00u : none + 0x7c00u;
    return bits >= 0x47800000u ? end : bits < 0x38800000u ? small : normal;
  }
};

struct BFloat16 {
  template <class B>
  MINLOC_INLINE static FloatsOf<B> widen(B half) {
    return bits_as<FloatsOf<B>>(half << 16);
  }
  template <class B>
  MINLOC_INLINE static B narrow(FloatsOf<B> x) {
    const B none{}, bits = bits_as<B>(x) & 0x7fffffffu;
    const B rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
    return bits > 0x7f800000u ? none + 0x7fc0u : rounded;
  }
};

// |x - v| of halves, which are integers here.
template <class Half, class V>
MINLOC_INLINE inline V half_distance(V x, V v) {
  if constexpr (!is_vector<V>) {
    const auto wide = [](V half) { return std::uint32_t{static_cast<std::uint16_t>(half)}; };
    return static_cast<V>(
        Half::template narrow<std::uint32_t>(Half::widen(wide(x)) - Half::widen(wide(v))));
  } else {
#if defined(__F16C__)
    if constexpr (std::is_same_v<Half, Float16> && vector_bytes == 32) {
      const auto a = bits_as<__m256i>(x), b = bits_as<__m256i>(v);
      const auto apart = [](__m128i p, __m128i q) MINLOC_INLINE {
        return _mm256_cvtps_ph(_mm256_sub_ps(_mm256_cvtph_ps(p), _mm256_cvtph_ps(q)),
                               _MM_FROUND_TO_NEAREST_INT);
      };
      const __m128i low = apart(_mm256_castsi256_si128(a), _mm256_castsi256_si128(b));
      const __m128i high = apart(_mm256_extracti128_si256(a, 1), _mm256_extracti128_si256(b, 1));
      return V(bits_as<V>(_mm256_set_m128i(high, low)) & 0x7fff);
    }
#endif
    const auto wide = [](V half) MINLOC_INLINE {
      return __builtin_convertvector(reinterpret_cast<Vector<std::uint16_t>>(half), WideBits);
    };
    const WideBits apart =
        Half::template narrow<WideBits>(Half::widen(wide(x)) - Half::widen(wide(v)));
    return reinterpret_cast<V>(__builtin_convertvector(apart, Vector<std::uint16_t>));
  }
}

}  // namespace minloc::MINLOC_ISA
