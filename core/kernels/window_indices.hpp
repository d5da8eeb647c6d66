// Indices written to where the answers of lines go: widened, and of strips transposed.
#pragma once

#include "../window_kernels.hpp"
#include "transpose.hpp"

namespace minloc::MINLOC_ISA {
namespace {

// What a lane of keys is numbered by: as wide as a key, if there are vectors of them.
template <class V>
struct NumbersOf {
  using type = Index;
};
template <class V>
  requires(is_vector<V>)
struct NumbersOf<V> {
  using type = V;
};

// 16 bytes of numbers, and as many indices.
template <class Number>
struct PieceOf {
  typedef Number type __attribute__((vector_size(16)));
  typedef Index indices __attribute__((vector_size(16 / sizeof(Number) * sizeof(Index))));
};

// Writes a part of a vector of numbers, 16 bytes of them from byte 16 * `part` on.
template <int part, class V>
MINLOC_INLINE inline void write_piece(V numbers, char* to) {
  using P = PieceOf<Element<V>>;
  typename P::type piece;
  __builtin_memcpy(&piece, reinterpret_cast<const char*>(&numbers) + 16 * part, sizeof piece);
  store(to, __builtin_convertvector(piece, typename P::indices));
}

// Writes a vector of numbers.
template <class V>
MINLOC_INLINE inline void write_vector(V numbers, char* to) {
  using Number = Element<V>;
  constexpr int pieces = sizeof(V) / 16, size = side_of<Number> * static_cast<int>(sizeof(Index));
  if constexpr (sizeof(Number) == sizeof(Index)) {
    store(to, numbers);
  } else {
    write_piece<0>(numbers, to);
    if constexpr (pieces > 1) write_piece<1>(numbers, to + size);
    if constexpr (pieces > 2) {
      write_piece<2>(numbers, to + 2 * size);
      write_piece<3>(numbers, to + 3 * size);
    }
  }
}

// Writes a line's indices, the first of which is answer `first` of it.
template <class Number>
void write_run(const Lines& line, const Number* numbers, Index first, Index count) {
  constexpr Index size = static_cast<Index>(sizeof(Index)), lanes = lanes_of<Number>;
  const Index stride = line.out_stride;
  char* const out = line.out + first * stride;
  Index i = 0;
  if (stride == size)
    for (; i + lanes <= count; i += lanes)
      write_vector(load<Vector<Number>>(numbers + i), out + i * size);
  for (; i < count; ++i) store(out + i * stride, static_cast<Index>(numbers[i]));
}

// Writes what some rows of a vector of lines have, [0, count) of them, squares transposed; returns
// how many are left.
template <class Numbers>
Index write_squares(const Element<Numbers>* numbers, Index width, Index count, char* out,
                    Index line_stride) {
  using Number = Element<Numbers>;
  constexpr int side = side_of<Number>, parts = sizeof(Numbers) / 16;
  constexpr Index size = static_cast<Index>(sizeof(Index));
  char* to[lanes_of<Number>];
  unrolled<lanes_of<Number>>([&](int line) MINLOC_INLINE { to[line] = out + line * line_stride; });
  Index done = 0;
  for (; done + side <= count; done += side) {
    Numbers x[side];
    unrolled<side>([&](int n)
                       MINLOC_INLINE { x[n] = load<Numbers>(numbers + (done + n) * width); });
    transpose<Number>(x);
    unrolled<side>([&](int n) MINLOC_INLINE {
      write_piece<0>(x[n], to[n] + done * size);
      if constexpr (parts > 1) write_piece<1>(x[n], to[n + side] + done * size);
      if constexpr (parts > 2) {
        write_piece<2>(x[n], to[n + 2 * side] + done * size);
        write_piece<3>(x[n], to[n + 3 * side] + done * size);
      }
    });
  }
  return done;
}

// Writes the indices of `count` rows, the first of which is answer `first` of each line of a strip.
template <class K, class V, int vectors>
void write_indices(const Lines& lines, const Element<typename NumbersOf<V>::type>* numbers,
                   Index first, Index count) {
  using Numbers = typename NumbersOf<V>::type;
  constexpr Index lanes = static_cast<Index>(sizeof(V) / sizeof(K)), width = vectors * lanes;
  constexpr Index size = static_cast<Index>(sizeof(Index));
  const Index stride = lines.out_stride, line_stride = lines.out_line_stride;
  char* const out = lines.out + first * stride;
  Index done = 0;
  if constexpr (is_vector<V>) {
    if (line_stride == size) {
      for (Index r = 0; r < count; ++r)
        unrolled<vectors>([&](int v) MINLOC_INLINE {
          write_vector(load<Numbers>(numbers + r * width + v * lanes),
                       out + r * stride + v * lanes * size);
        });
      return;
    }
    if (stride == size)
      for (Index v = 0; v < width; v += lanes)
        done =
            write_squares<Numbers>(numbers + v, width, count, out + v * line_stride, line_stride);
  }
  for (Index line = 0; line < width; ++line)
    for (Index r = done; r < count; ++r)
      store(out + line * line_stride + r * stride, static_cast<Index>(numbers[r * width + line]));
}

}  // namespace
}  // namespace minloc::MINLOC_ISA
