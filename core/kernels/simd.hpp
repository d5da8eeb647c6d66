// Vectors over the compiler's vector extensions: the same source for every instruction set.
//
// Arithmetic and comparisons are the language's own operators, on vectors as on scalars; a
// comparison of vectors gives a mask, of scalars a bool. The functions below are what operators
// lack. They exist for vectors and for scalars alike, so that an algorithm written once serves a
// dtype without vectors (long double, complex) as one with a lane.
#pragma once

#include <type_traits>

#include "../dtypes.hpp"

namespace minloc::MINLOC_ISA {

inline constexpr Index vector_bytes = MINLOC_VECTOR_BYTES;

template <class T>
inline constexpr bool is_complex = false;
template <class F>
inline constexpr bool is_complex<Complex<F>> = true;

template <class T>
struct VectorOf {
  static_assert(std::is_arithmetic_v<T>);
  typedef T type __attribute__((vector_size(vector_bytes)));
};
template <class T>
  requires(!std::is_arithmetic_v<T> || sizeof(T) > 8)
struct VectorOf<T> {
  using type = T;
};

template <class T>
using Vector = typename VectorOf<T>::type;

template <class T>
inline constexpr int lanes_of = static_cast<int>(sizeof(Vector<T>) / sizeof(T));

// The type of a count that goes with every lane of T: an unsigned integer of T's width, and the
// vector of them.
template <class T>
using Counter = std::conditional_t<
    lanes_of<T> == 1, Index,
    std::conditional_t<
        sizeof(T) == 1, std::uint8_t,
        std::conditional_t<sizeof(T) == 2, std::uint16_t,
                           std::conditional_t<sizeof(T) == 4, std::uint32_t, std::int64_t>>>>;
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
using Element = typename ElementOf<V>::type;

// V is a vector or a scalar in what follows; no address need be aligned.
template <class V>
V load(const char* p) {
  V x;
  __builtin_memcpy(&x, p, sizeof x);
  return x;
}

template <class V>
void store(char* p, V x) {
  __builtin_memcpy(p, &x, sizeof x);
}

template <class V>
V splat(Element<V> x) {
  if constexpr (std::is_same_v<V, Element<V>>)
    return x;
  else
    return x - V{};  // not +: -0.0 stays -0.0
}

template <class Mask, class V>
V select(Mask mask, V yes, V no) {
  return mask ? yes : no;
}

inline bool invert(bool x) { return !x; }
template <class Mask>
Mask invert(Mask x) {
  return ~x;
}

inline bool any(bool mask) { return mask; }
inline bool any(int mask) { return mask != 0; }  // what | makes of two bools
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
  for (int i = 0; i < lanes_of<std::int64_t>; ++i) all |= words[i];
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

// The lanes of `x` folded into one by `pick`, which is commutative and associative.
template <class V, class Pick>
Element<V> fold(V x, Pick pick) {
  if constexpr (std::is_same_v<V, Element<V>>) {
    return x;
  } else {
    using T = Element<decltype(x == x)>;  // the integer of a lane's width
    constexpr int lanes = static_cast<int>(sizeof(V) / sizeof(T));
    Vector<T> lane;
    for (int i = 0; i < lanes; ++i) lane[i] = static_cast<T>(i);
    for (int half = lanes / 2; half > 0; half /= 2)
      x = pick(x, __builtin_shuffle(x, lane ^ static_cast<T>(half)));
    return x[0];
  }
}

}  // namespace minloc::MINLOC_ISA
