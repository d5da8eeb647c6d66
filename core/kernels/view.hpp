// Views of elements in memory: one by one, or a vector of consecutive ones.
//
// `Contiguous` elements are adjacent, of any alignment, and come with one load. `Strided` ones lie
// any distance apart, their bytes in either order, and are collected one by one into a vector.
#pragma once

#include "simd.hpp"

namespace minloc::MINLOC_ISA {

template <class T>
T reverse_bytes(T x) {
  unsigned char bytes[sizeof(T)];
  __builtin_memcpy(bytes, &x, sizeof x);
  for (std::size_t i = 0; i < sizeof(T) / 2; ++i) {
    const unsigned char low = bytes[i];
    bytes[i] = bytes[sizeof(T) - 1 - i];
    bytes[sizeof(T) - 1 - i] = low;
  }
  __builtin_memcpy(&x, bytes, sizeof x);
  return x;
}
template <class F>
Complex<F> reverse_bytes(Complex<F> x) {
  return {reverse_bytes(x.real), reverse_bytes(x.imag)};
}

template <class T>
struct Contiguous {
  const char* data;

  T at(Index i) const { return load<T>(data + i * static_cast<Index>(sizeof(T))); }
  // Elements [i, i + lanes).
  Vector<T> from(Index i) const { return load<Vector<T>>(data + i * static_cast<Index>(sizeof(T))); }
};

template <class T, bool swapped>
struct Strided {
  const char* data;
  Index stride;

  T at(Index i) const {
    const T x = load<T>(data + i * stride);
    if constexpr (swapped)
      return reverse_bytes(x);
    else
      return x;
  }
  Vector<T> from(Index i) const {
    if constexpr (lanes_of<T> == 1) {
      return at(i);
    } else {
      Vector<T> x;
      for (int lane = 0; lane < lanes_of<T>; ++lane) x[lane] = at(i + lane);
      return x;
    }
  }
};

}  // namespace minloc::MINLOC_ISA
