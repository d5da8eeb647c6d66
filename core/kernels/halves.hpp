// Arithmetic of float16 and bfloat16: as floats, the result of which is rounded.
#pragma once

#include "lanes.hpp"

#if defined(__F16C__)
#include <immintrin.h>
#endif

namespace minloc::MINLOC_ISA {

inline std::uint32_t bits_of_float(float x) { return __builtin_bit_cast(std::uint32_t, x); }
inline float float_of_bits(std::uint32_t x) { return __builtin_bit_cast(float, x); }

// In what follows a half is its bits. There are no branches, so compilers make vectors of a loop.
struct Float16 {
  static float widen(std::uint16_t half) {
    const std::uint32_t number = half & 0x7fffu, sign = (half & 0x8000u) << 16;
    const std::uint32_t exponent = number & 0x7c00u;
    // A subnormal number is a multiple of 2^-24.
    const std::uint32_t small =
        bits_of_float(static_cast<float>(static_cast<std::int32_t>(number)) * 0x1p-24f);
    const std::uint32_t normal = (number << 13) + (112u << 23);
    const std::uint32_t end = (number << 13) | 0x7f800000u;
    return float_of_bits((exponent == 0 ? small : exponent == 0x7c00u ? end : normal) | sign);
  }
  // The absolute value of a difference of two of them, to the nearest, ties to even.
  static std::uint16_t narrow_absolute(float x) {
    const std::uint32_t bits = bits_of_float(x) & 0x7fffffffu;
    const std::uint32_t even = (bits >> 13) & 1u;
    const std::uint32_t normal = (bits + 0xfffu + even - (112u << 23)) >> 13;
    // Such a small difference is a multiple of 2^-24, so it need not be rounded.
    const std::uint32_t least = bits < 0x38800000u ? bits : 0u;
    const std::uint32_t small =
        static_cast<std::uint32_t>(static_cast<std::int32_t>(float_of_bits(least) * 0x1p24f));
    const std::uint32_t end = bits > 0x7f800000u ? 0x7e00u : 0x7c00u;
    return static_cast<std::uint16_t>(bits >= 0x47800000u   ? end
                                      : bits < 0x38800000u ? small
                                                            : normal);
  }
};

struct BFloat16 {
  static float widen(std::uint16_t half) { return float_of_bits(std::uint32_t{half} << 16); }
  static std::uint16_t narrow_absolute(float x) {
    const std::uint32_t bits = bits_of_float(x) & 0x7fffffffu;
    const std::uint32_t rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
    return static_cast<std::uint16_t>(bits > 0x7f800000u ? 0x7fc0u : rounded);
  }
};

// Writes |x - v| of adjacent halves, for a run of values or for one value.
template <class Half>
void half_distances(const char* x, const char* v, bool one, Index count, char* to) {
  Index i = 0;
#if defined(__F16C__)
  if constexpr (std::is_same_v<Half, Float16>) {
    const auto at = [](const char* p) {
      return _mm256_cvtph_ps(load<__m128i>(p));
    };
    const __m256 value = _mm256_set1_ps(Half::widen(load<std::uint16_t>(v)));
    const __m128i positive = _mm_set1_epi16(0x7fff);
    for (; i + 8 <= count; i += 8) {
      const __m256 apart = _mm256_sub_ps(at(x + 2 * i), one ? value : at(v + 2 * i));
      store(to + 2 * i,
            _mm_and_si128(_mm256_cvtps_ph(apart, _MM_FROUND_TO_NEAREST_INT), positive));
    }
  }
#endif
  const auto half = [](const char* p) { return Half::widen(load<std::uint16_t>(p)); };
  if (one) {
    const float value = half(v);
    for (; i < count; ++i)
      store(to + 2 * i, Half::narrow_absolute(half(x + 2 * i) - value));
  } else {
    for (; i < count; ++i)
      store(to + 2 * i, Half::narrow_absolute(half(x + 2 * i) - half(v + 2 * i)));
  }
}

}  // namespace minloc::MINLOC_ISA
