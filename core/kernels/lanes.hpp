// What crosses the lanes of a vector: masks as bits, the first true lane, folds.
#pragma once

#if defined(__aarch64__)
#include <arm_neon.h>
#endif

#include "arithmetic.hpp"

namespace minloc::MINLOC_ISA {

inline bool any(bool mask) { return mask; }
template <class Mask>
bool any(Mask mask) {
#if defined(__AVX2__)
  typedef long long Words __attribute__((vector_size(32)));
  if constexpr (sizeof(Mask) == 32)
    return !__builtin_ia32_ptestz256(reinterpret_cast<Words>(mask), reinterpret_cast<Words>(mask));
#elif defined(__SSE2__)
  if constexpr (sizeof(Mask) == 16)
    return __builtin_ia32_pmovmskb128(reinterpret_cast<Vector<char>>(mask)) != 0;
#endif
  auto words = reinterpret_cast<Vector<std::int64_t>>(mask);
  std::int64_t all = 0;
  unrolled<lanes_of<std::int64_t>>([&](int i) MINLOC_INLINE { all |= words[i]; });
  return all != 0;
}

// One bit for each byte of a mask, the first byte's lowest.
inline std::uint64_t bits_of(bool mask) { return mask; }
template <class Mask>
std::uint64_t bits_of(Mask mask) {
#if defined(__AVX512BW__) && MINLOC_VECTOR_BYTES == 64
  return __builtin_ia32_cvtb2mask512(reinterpret_cast<Vector<char>>(mask));
#endif
#if defined(__AVX2__)
  typedef char Bytes __attribute__((vector_size(32)));
  if constexpr (sizeof(Mask) == 32)
    return static_cast<std::uint32_t>(__builtin_ia32_pmovmskb256(reinterpret_cast<Bytes>(mask)));
#elif defined(__SSE2__)
  if constexpr (sizeof(Mask) == 16)
    return static_cast<std::uint32_t>(
        __builtin_ia32_pmovmskb128(reinterpret_cast<Vector<char>>(mask)));
#elif defined(__aarch64__)
  if constexpr (sizeof(Mask) == 16) {
    // Each byte keeps the bit of its place in its half; the sum of a half is its eight bits.
    const auto place = reinterpret_cast<uint8x16_t>(vdupq_n_u64(0x8040201008040201));
    const uint8x16_t bits = vandq_u8(reinterpret_cast<uint8x16_t>(mask), place);
    return vaddv_u8(vget_low_u8(bits)) | std::uint64_t{vaddv_u8(vget_high_u8(bits))} << 8;
  }
#endif
  auto bytes = reinterpret_cast<Vector<std::int8_t>>(mask);
  std::uint64_t bits = 0;
  for (int i = 0; i < vector_bytes; ++i) bits |= static_cast<std::uint64_t>(bytes[i] & 1) << i;
  return bits;
}

// Number of the first, and of the last, true lane of a mask that has one.
inline int first_true(bool) { return 0; }
template <class Mask>
int first_true(Mask mask) {
  return __builtin_ctzll(bits_of(mask)) / static_cast<int>(sizeof(Element<Mask>));
}
inline int last_true(bool) { return 0; }
template <class Mask>
int last_true(Mask mask) {
  return (63 - __builtin_clzll(bits_of(mask))) / static_cast<int>(sizeof(Element<Mask>));
}

inline Index count_true(bool mask) { return mask; }
template <class Mask>
Index count_true(Mask mask) {
  return __builtin_popcountll(bits_of(mask)) / static_cast<int>(sizeof(Element<Mask>));
}

// Counts, one for each lane, to which true lanes have been added.
template <class C, class Mask>
C counted(C counts, Mask mask) {
  if constexpr (is_vector<C>)
    return counts - reinterpret_cast<C>(mask);  // a true lane is -1
  else
    return counts + mask;
}

// Calls `visit` with the number of every true lane of a mask.
template <class Visit>
void each_true(bool mask, Visit visit) {
  if (mask) visit(0);
}
template <class Mask, class Visit>
void each_true(Mask mask, Visit visit) {
  constexpr int width = static_cast<int>(sizeof(Element<Mask>));
  constexpr std::uint64_t lane_bits = (std::uint64_t{1} << width) - 1;
  for (std::uint64_t bits = bits_of(mask); bits != 0;) {
    const int lane = __builtin_ctzll(bits) / width;
    bits &= ~(lane_bits << lane * width);
    visit(lane);
  }
}

// The lanes of `x` folded into one by `pick`, which is commutative and associative.
template <class V, class Pick, int half = lanes_of<Element<V>> / 2>
Element<V> fold(V x, Pick pick) {
  constexpr auto other = [](int l) { return l ^ half; };
  if constexpr (!is_vector<V>) {
    return x;
  } else if constexpr (half == 0 && is_complex<V>) {
    return {x.real[0], x.imag[0]};
  } else if constexpr (half == 0) {
    return x[0];
  } else if constexpr (is_complex<V>) {
    return fold<V, Pick, half / 2>(
        pick(x, V{shuffle<other>(x.real, x.real), shuffle<other>(x.imag, x.imag)}), pick);
  } else if constexpr (constexpr int bytes = half * static_cast<int>(sizeof(Element<V>));
                       bytes >= 4) {
    // As words, whose exchange within 16 bytes is the fastest.
    constexpr auto other_word = [](int l) { return l ^ (bytes / 4); };
    const auto words = reinterpret_cast<Vector<std::int32_t>>(x);
    return fold<V, Pick, half / 2>(pick(x, reinterpret_cast<V>(shuffle<other_word>(words, words))),
                                   pick);
  } else {
    return fold<V, Pick, half / 2>(pick(x, shuffle<other>(x, x)), pick);
  }
}

// The smallest lane of a vector of unsigned integers.
template <class V>
Element<V> smallest_lane(V x) {
#if defined(__AVX2__)
  // An instruction finds the smallest of eight words.
  if constexpr (sizeof(V) == 32 && sizeof(Element<V>) <= 2) {
    using Words = Vector<std::uint16_t>;
    typedef std::uint16_t Half __attribute__((vector_size(16)));
    typedef short Signed __attribute__((vector_size(16)));
    if constexpr (sizeof(Element<V>) == 1)
      x = smaller(x, reinterpret_cast<V>(reinterpret_cast<Words>(x) >> 8));
    const auto words = reinterpret_cast<Words>(x);
    const Half low = __builtin_shufflevector(words, words, 0, 1, 2, 3, 4, 5, 6, 7);
    const Half high = __builtin_shufflevector(words, words, 8, 9, 10, 11, 12, 13, 14, 15);
    const Half least = reinterpret_cast<Half>(
        __builtin_ia32_phminposuw128(reinterpret_cast<Signed>(low < high ? low : high)));
    return static_cast<Element<V>>(least[0]);
  }
#endif
  return fold(x, [](V a, V b) { return smaller(a, b); });
}

}  // namespace minloc::MINLOC_ISA
