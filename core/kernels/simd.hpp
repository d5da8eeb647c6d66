// Vectors over the compiler's vector extensions: the same source for every instruction set.
//
// Arithmetic and comparisons are the language's own operators, on vectors as on scalars; a
// comparison of vectors gives a mask, of scalars a bool. The functions below are what operators
// lack. They exist for vectors and for scalars alike, so that an algorithm written once serves a
// dtype without vectors (long double, complex) as one with a lane.
#pragma once

#include <type_traits>
#include <utility>

#if defined(__aarch64__)
#include <arm_neon.h>
#endif

#include "../dtypes.hpp"

namespace minloc::MINLOC_ISA {

inline constexpr Index vector_bytes = MINLOC_VECTOR_BYTES;
inline constexpr Index cache_line = 64;  // the usual one; only what is fetched ahead depends on it

// Complex numbers, and vectors of them as two vectors of parts.
template <class T>
inline constexpr bool is_complex = requires(T x) { x.imag; };

template <class T>
struct VectorOf {
  static_assert(std::is_arithmetic_v<T>);
  typedef T type __attribute__((vector_size(vector_bytes)));
};
template <>
struct VectorOf<long double> {
  using type = long double;
};
template <class F>
struct VectorOf<Complex<F>> {
  struct type {
    typename VectorOf<F>::type real, imag;
  };
};
template <>
struct VectorOf<Complex<long double>> {
  using type = Complex<long double>;
};

template <class T>
using Vector = typename VectorOf<T>::type;

template <class T>
inline constexpr int lanes_of = static_cast<int>(sizeof(Vector<T>) / sizeof(T));

// What a lane of a vector of T compares as: T, or its part.
template <class T>
struct PartOf {
  using type = T;
};
template <class F>
struct PartOf<Complex<F>> {
  using type = F;
};

// The type of a count that goes with every lane of T, an unsigned integer of the lane's width, and
// the vector of them.
template <class T, std::size_t width = sizeof(typename PartOf<T>::type)>
using Counter = std::conditional_t<
    lanes_of<T> == 1 || width >= 8, Index,
    std::conditional_t<width == 1, std::uint8_t,
                       std::conditional_t<width == 2, std::uint16_t, std::uint32_t>>>;
template <class T>
struct CountersOf {
  using type = Vector<Counter<T>>;
};
template <class T>
  requires(lanes_of<T> == 1)
struct CountersOf<T> {
  using type = Index;
};
template <class T>
using Counters = typename CountersOf<T>::type;

// Calls `step(n)` for the numbers [0, count), all of them constants: what it does with the elements
// of a small array is done in registers, however much the compiler optimizes. `step` is a lambda
// that is `MINLOC_INLINE`.
#define MINLOC_INLINE __attribute__((always_inline))
template <int count, class Step>
MINLOC_INLINE inline void unrolled(Step step) {
  [&]<int... n>(std::integer_sequence<int, n...>)
      MINLOC_INLINE { (step(n), ...); }(std::make_integer_sequence<int, count>{});
}

template <class V>
struct ElementOf {
  using type = V;
};
template <class V>
  requires requires(V v) { v[0]; }
struct ElementOf<V> {
  using type = std::remove_cvref_t<decltype(V{}[0])>;
};
template <class V>
  requires requires(V v) { v.imag[0]; }
struct ElementOf<V> {
  using type = Complex<std::remove_cvref_t<decltype(V{}.imag[0])>>;
};
template <class V>
using Element = typename ElementOf<V>::type;

template <class V>
inline constexpr bool is_vector = !std::is_same_v<V, Element<V>>;
template <class V>
inline constexpr bool is_complex_vector = is_vector<V> && is_complex<V>;

// A vector whose lane l is lane source(l) of two, which are numbered as one.
template <auto source, class V, int... lane>
V shuffle_lanes(V x, V y, std::integer_sequence<int, lane...>) {
  return __builtin_shufflevector(x, y, source(lane)...);
}
template <auto source, class V>
V shuffle(V x, V y) {
  return shuffle_lanes<source>(x, y, std::make_integer_sequence<int, lanes_of<Element<V>>>{});
}

// Two vectors of complex numbers as they lie in memory, and the vector of them.
template <class F>
Vector<Complex<F>> apart(Vector<F> low, Vector<F> high) {
  return {shuffle<[](int l) { return 2 * l; }>(low, high),
          shuffle<[](int l) { return 2 * l + 1; }>(low, high)};
}

// V is a vector or a scalar in what follows; no address need be aligned.
template <class V>
V load(const char* p) {
  if constexpr (is_complex_vector<V>) {
    using Part = decltype(V::real);
    return apart<Element<Part>>(load<Part>(p), load<Part>(p + vector_bytes));
  } else {
    V x;
    __builtin_memcpy(&x, p, sizeof x);
    return x;
  }
}

template <class V>
void store(char* p, V x) {
  if constexpr (is_complex_vector<V>) {
    using Part = decltype(V::real);
    constexpr int lanes = lanes_of<Element<Part>>;
    store(p, shuffle<[](int l) { return l / 2 + l % 2 * lanes; }>(x.real, x.imag));
    store(p + vector_bytes,
          shuffle<[](int l) { return (l + lanes) / 2 + l % 2 * lanes; }>(x.real, x.imag));
  } else {
    __builtin_memcpy(p, &x, sizeof x);
  }
}

template <class V>
V splat(Element<V> x) {
  if constexpr (!is_vector<V>)
    return x;
  else if constexpr (is_complex<V>)
    return {splat<decltype(V::real)>(x.real), splat<decltype(V::imag)>(x.imag)};
  else
    return x - V{};  // not +: -0.0 stays -0.0
}

// The number of each lane, counted upwards from 0 or downwards to it.
template <class V, bool down>
V numbers_from() {
  if constexpr (!is_vector<V>) {
    return 0;
  } else {
    return []<int... lane>(std::integer_sequence<int, lane...>) {
      constexpr int last = static_cast<int>(sizeof...(lane)) - 1;
      return V{static_cast<Element<V>>(down ? last - lane : lane)...};
    }(std::make_integer_sequence<int, lanes_of<Element<V>>>{});
  }
}

template <class Mask, class V>
V select(Mask mask, V yes, V no) {
  if constexpr (is_complex_vector<V>)
    return {select(mask, yes.real, no.real), select(mask, yes.imag, no.imag)};
  else
    return mask ? yes : no;
}

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

inline bool any(bool mask) { return mask; }
template <class Mask>
bool any(Mask mask) {
#if defined(__AVX2__)
  if constexpr (sizeof(Mask) == 32)
    return !__builtin_ia32_ptestz256(reinterpret_cast<Vector<long long>>(mask),
                                     reinterpret_cast<Vector<long long>>(mask));
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
template <class Mask>
std::uint64_t bits_of(Mask mask) {
#if defined(__AVX512BW__) && MINLOC_VECTOR_BYTES == 64
  return __builtin_ia32_cvtb2mask512(reinterpret_cast<Vector<char>>(mask));
#endif
#if defined(__AVX2__)
  if constexpr (sizeof(Mask) == 32)
    return static_cast<std::uint32_t>(
        __builtin_ia32_pmovmskb256(reinterpret_cast<Vector<char>>(mask)));
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
