// Views of elements in memory: one by one, or a vector of consecutive ones.
//
// `Contiguous` elements are adjacent, of any alignment, and come with one load. `Strided` ones lie
// any distance apart, their bytes in either order, and are collected one by one into a vector.
#pragma once

#include "simd.hpp"

namespace minloc::MINLOC_ISA {

// An element whose bytes lie in the other order. They are turned round before they become a T, for
// the bytes of another number may not survive being one (x87's padding).
template <class T>
T load_swapped(const char* p) {
  if constexpr (is_complex<T>) {
    using F = decltype(T::real);
    return {load_swapped<F>(p), load_swapped<F>(p + sizeof(F))};
  } else {
    char bytes[sizeof(T)];
    for (std::size_t i = 0; i < sizeof(T); ++i) bytes[i] = p[sizeof(T) - 1 - i];
    return load<T>(bytes);
  }
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
    if constexpr (swapped)
      return load_swapped<T>(data + i * stride);
    else
      return load<T>(data + i * stride);
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
