// Lanes in, elements out: a square of elements turned round in registers.
//
// Elements that are adjacent along their lanes come 16 bytes of a lane at a time. As many lanes as
// 16 bytes have elements make a square; a vector of more bytes has a square in each 16 of them. The
// square is turned by interleaving its halves as often as its side can be halved.
#pragma once

#include "simd.hpp"

namespace minloc::MINLOC_ISA {

inline constexpr Index square_bytes = 16;

// The side of a square.
template <class T>
inline constexpr int side = static_cast<int>(square_bytes / sizeof(T));

// What is in the low or the high part of each 16 bytes of `x` and of `y`, in turns.
template <class T, bool high>
Vector<T> interleave(Vector<T> x, Vector<T> y) {
  return shuffle<[](int l) {
    const int square = l / side<T> * side<T>, place = l % side<T>;
    return square + (high ? side<T> / 2 : 0) + place / 2 + place % 2 * lanes_of<T>;
  }>(x, y);
}

// The 16 bytes at `p`, and at every `stride`th byte from it on, up to a vector.
template <class T, int... lane>
Vector<T> load_pieces(const char* p, Index stride, std::integer_sequence<int, lane...>) {
  typedef T Piece __attribute__((vector_size(square_bytes)));
  if constexpr (sizeof(Vector<T>) == square_bytes) {
    return load<Vector<T>>(p);
  } else {
    static_assert(sizeof(Vector<T>) == 2 * square_bytes);
    return __builtin_shufflevector(load<Piece>(p), load<Piece>(p + stride), lane...);
  }
}

// Reads elements [0, side) of each of lanes_of<T> lanes: of the first, which begins at `p`, and of
// the others, which begin `lane_stride` bytes apart. `elements[n]` becomes element n of each lane.
template <class T>
void load_transposed(const char* p, Index lane_stride, Vector<T> (&elements)[side<T>]) {
  using Lanes = std::make_integer_sequence<int, lanes_of<T>>;
  for (int n = 0; n < side<T>; ++n)
    elements[n] = load_pieces<T>(p + n * lane_stride, side<T> * lane_stride, Lanes{});
  for (int done = 1; done < side<T>; done *= 2) {
    Vector<T> x[side<T>];
    for (int n = 0; n < side<T>; ++n) x[n] = elements[n];
    for (int n = 0; n < side<T> / 2; ++n) {
      elements[2 * n] = interleave<T, false>(x[n], x[n + side<T> / 2]);
      elements[2 * n + 1] = interleave<T, true>(x[n], x[n + side<T> / 2]);
    }
  }
}

}  // namespace minloc::MINLOC_ISA
