// Squares of elements transposed in registers: elements of slices in, slices of elements out.
//
//   load 16 bytes of each of as many slices as 16 bytes have elements: the rows of a square
//   as often as its side can be halved: interleave the first half of its rows with the second
//
// A vector of 32 bytes holds a square in each 16 of them.
#pragma once

#include "lanes.hpp"

namespace minloc::MINLOC_ISA {

inline constexpr Index square_bytes = 16;

// The side of a square.
template <class T>
inline constexpr int side_of = static_cast<int>(square_bytes / sizeof(T));

// What is in the low or the high part of each 16 bytes of `x` and of `y`, in turns.
template <class T, bool high>
Vector<T> interleave(Vector<T> x, Vector<T> y) {
  return shuffle<[](int l) {
    const int square = l / side_of<T> * side_of<T>, place = l % side_of<T>;
    return square + (high ? side_of<T> / 2 : 0) + place / 2 + place % 2 * lanes_of<T>;
  }>(x, y);
}

// The 16 bytes at `p`, and at every `stride`th byte from it on, up to a vector.
template <class T, int... lane>
MINLOC_INLINE inline Vector<T> load_pieces(const char* p, Index stride,
                                           std::integer_sequence<int, lane...>) {
  if constexpr (sizeof(Vector<T>) == square_bytes) {
    return load<Vector<T>>(p);
  } else if constexpr (sizeof(Vector<T>) == 4 * square_bytes) {
    typedef T Piece __attribute__((vector_size(square_bytes)));
    typedef T Half __attribute__((vector_size(2 * square_bytes)));
    constexpr int side = side_of<T>;
    return [&]<int... l>(std::integer_sequence<int, l...>) MINLOC_INLINE {
      const Half low = __builtin_shufflevector(load<Piece>(p), load<Piece>(p + stride), l...);
      const Half high =
          __builtin_shufflevector(load<Piece>(p + 2 * stride), load<Piece>(p + 3 * stride), l...);
      return __builtin_shufflevector(low, high, lane...);
    }(std::make_integer_sequence<int, 2 * side>{});
  } else {
    static_assert(sizeof(Vector<T>) == 2 * square_bytes);
#if defined(__AVX2__)
    // GCC makes a shuffle across lanes of what is a load into the upper half.
    typedef long long Half __attribute__((vector_size(square_bytes)));
    const auto low = load<Half>(p);
    return reinterpret_cast<Vector<T>>(__builtin_ia32_insert128i256(
        __builtin_shufflevector(low, low, 0, 1, -1, -1), load<Half>(p + stride), 1));
#else
    typedef T Piece __attribute__((vector_size(square_bytes)));
    return __builtin_shufflevector(load<Piece>(p), load<Piece>(p + stride), lane...);
#endif
  }
}

// Transposes the squares of `x`, whose rows are the vectors.
template <class T>
MINLOC_INLINE inline void transpose(Vector<T> (&x)[side_of<T>]) {
  constexpr int side = side_of<T>;
  // As often as a side can be halved.
  unrolled<__builtin_ctz(side)>([&](int) MINLOC_INLINE {
    Vector<T> rows[side];
    unrolled<side>([&](int n) MINLOC_INLINE { rows[n] = x[n]; });
    unrolled<side / 2>([&](int n) MINLOC_INLINE {
      x[2 * n] = interleave<T, false>(rows[n], rows[n + side / 2]);
      x[2 * n + 1] = interleave<T, true>(rows[n], rows[n + side / 2]);
    });
  });
}

// Reads elements [0, side) of each of lanes_of<T> slices, the first of which begins at `p`, and the
// others `slice_stride` bytes apart. `elements[n]` becomes element n of each.
//
// Precondition: every slice may be read for 16 bytes.
template <class T>
  requires(!is_complex<T>)
MINLOC_INLINE inline void load_transposed(const char* p, Index slice_stride,
                                          Vector<T> (&elements)[side_of<T>]) {
  using Lanes = std::make_integer_sequence<int, lanes_of<T>>;
  constexpr int side = side_of<T>;
  unrolled<side>([&](int n) MINLOC_INLINE {
    elements[n] = load_pieces<T>(p, side * slice_stride, Lanes{});
    p = opaque(p + slice_stride);
  });
  transpose<T>(elements);
}

// The same for one element of each slice, a complex number: a square of two parts, or words that
// hold both.
template <class T>
  requires is_complex<T>
MINLOC_INLINE inline void load_transposed(const char* p, Index slice_stride,
                                          Vector<T> (&elements)[1]) {
  using Part = typename PartOf<T>::type;
  if constexpr (sizeof(T) == square_bytes) {
    Vector<Part> parts[2];
    load_transposed<Part>(p, slice_stride, parts);
    elements[0] = {parts[0], parts[1]};
  } else {
    static_assert(sizeof(T) == sizeof(std::uint64_t));
    constexpr int half = lanes_of<std::uint64_t>;
    Vector<std::uint64_t> low{}, high{};
    unrolled<half>([&](int lane) MINLOC_INLINE {
      low[lane] = load<std::uint64_t>(p + lane * slice_stride);
      high[lane] = load<std::uint64_t>(p + (half + lane) * slice_stride);
    });
    elements[0] =
        apart<Part>(reinterpret_cast<Vector<Part>>(low), reinterpret_cast<Vector<Part>>(high));
  }
}

}  // namespace minloc::MINLOC_ISA
