// Vectors over the compiler's vector extensions: types, loads and shuffles.
//
// Arithmetic and comparisons are the language's own operators, on vectors as on scalars; comparing
// vectors gives a mask, comparing scalars a bool. Every function takes vectors and scalars alike,
// so an algorithm is written once and also serves the dtypes without vectors (long double), as
// vectors with one lane. A complex number is a pair of parts, and a vector of them a pair of
// vectors.
#pragma once

#include <type_traits>
#include <utility>

#include "../dtypes.hpp"

namespace minloc::MINLOC_ISA {

inline constexpr Index vector_bytes = MINLOC_VECTOR_BYTES;
// Whether loops that only save time are left out, because few processors would run them; see
// docs/design/build.md.
#ifdef MINLOC_COMPACT
inline constexpr bool is_compact = true;
#else
inline constexpr bool is_compact = false;
#endif
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
    lanes_of<T> == 1 || (width == 8 && sizeof(Index) == 8), Index,
    std::conditional_t<
        width == 1, std::uint8_t,
        std::conditional_t<width == 2, std::uint16_t,
                           std::conditional_t<width == 4, std::uint32_t, std::int64_t>>>>;
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
template <class Numbers>
struct Unrolled;
template <int... n>
struct Unrolled<std::integer_sequence<int, n...>> {
  template <class Step>
  MINLOC_INLINE void operator()(Step&& step) const {
    (step(n), ...);
  }
};
template <int count>
inline constexpr Unrolled<std::make_integer_sequence<int, count>> unrolled;

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

// Reads a vector or a scalar; no address need be aligned.
template <class V>
V load(const void* from) {
  if constexpr (is_complex_vector<V>) {
    using Part = decltype(V::real);
    const auto* const p = static_cast<const char*>(from);
    return apart<Element<Part>>(load<Part>(p), load<Part>(p + vector_bytes));
  } else {
    V x;
    __builtin_memcpy(&x, from, sizeof x);
    return x;
  }
}

// An address as one that the compiler knows nothing about. In a loop GCC would keep the sums of `p`
// and each of many offsets, more than there are registers, instead of adding to `p`.
MINLOC_INLINE inline const char* opaque(const char* p) {
  asm("" : "+r"(p));
  return p;
}

// A vector that is in a register from here on: GCC would read it from memory again for each of two
// uses.
template <class V>
MINLOC_INLINE inline V in_register(V x) {
#ifdef __x86_64__
  asm("" : "+v"(x));
#endif
  return x;
}

template <class V>
void store(void* to, V x) {
  if constexpr (is_complex_vector<V>) {
    using Part = decltype(V::real);
    constexpr int lanes = lanes_of<Element<Part>>;
    auto* const p = static_cast<char*>(to);
    store(p, shuffle<[](int l) { return l / 2 + l % 2 * lanes; }>(x.real, x.imag));
    store(p + vector_bytes,
          shuffle<[](int l) { return (l + lanes) / 2 + l % 2 * lanes; }>(x.real, x.imag));
  } else {
    __builtin_memcpy(to, &x, sizeof x);
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

template <class Mask, class V>
V select(Mask mask, V yes, V no) {
  if constexpr (is_complex_vector<V>)
    return {select(mask, yes.real, no.real), select(mask, yes.imag, no.imag)};
  else
    return mask ? yes : no;
}

}  // namespace minloc::MINLOC_ISA

// For a lambda that changes what it has captured: GCC and Clang want the two words in other orders.
#if defined(__clang__)
#define MINLOC_MUTABLE_INLINE MINLOC_INLINE mutable
#else
#define MINLOC_MUTABLE_INLINE mutable MINLOC_INLINE
#endif
