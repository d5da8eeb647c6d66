// From the rows of a strip to indices: widened, counted from where each line begins, and written to
// where its answers go.
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

// Rows as indices: row r of a line is `base` of the line + r, or - r; rows are negative where there
// is no candidate.
struct Indexing {
  Index sign;  // -1 for -, else 0
  bool may_miss;

  template <class Indices>
  Indices of(Indices rows, Index base) const {
    const Indices indices = ((rows ^ sign) - sign) + base;
    if (!may_miss) return indices;
    if constexpr (is_vector<Indices>) {
      return rows < 0 ? rows : indices;
    } else {
      return rows < 0 ? no_candidate : indices;
    }
  }
};

// 16 bytes of numbers, and as many indices.
template <class Number>
struct PieceOf {
  typedef Number type __attribute__((vector_size(16)));
  typedef Index indices __attribute__((vector_size(16 / sizeof(Number) * sizeof(Index))));
};

// Writes a part of a vector of numbers, 16 bytes of them from byte 16 * `part` on.
template <int part, class V>
MINLOC_INLINE inline void write_piece(V numbers, const Indexing& indexing, Index base, char* to) {
  using Number = Element<V>;
  using P = PieceOf<Number>;
  typename P::type piece;
  __builtin_memcpy(&piece, reinterpret_cast<const char*>(&numbers) + 16 * part, sizeof piece);
  store(to, indexing.of(__builtin_convertvector(piece, typename P::indices), base));
}

// Writes the indices of `count` rows, the first of which is answer `first` of each line of a strip.
template <class K, class V, int vectors>
void write_indices(const Lines& lines, const Element<typename NumbersOf<V>::type>* rows, Index first,
                   Index count) {
  using Numbers = typename NumbersOf<V>::type;
  using Number = Element<Numbers>;
  constexpr Index lanes = static_cast<Index>(sizeof(V) / sizeof(K)), width = vectors * lanes;
  constexpr Index size = static_cast<Index>(sizeof(Index));
  const Indexing indexing{lines.index_step < 0 ? Index{-1} : Index{0}, lines.may_miss};
  const Index stride = lines.out_stride;
  char* const out = lines.out + first * stride;
  Index done = 0;
  if constexpr (is_vector<V>) {
    constexpr int side = side_of<Number>, parts = sizeof(V) / 16;
    if (lines.out_line_stride == size && lines.index_line == 0) {
      for (Index r = 0; r < count; ++r)
        unrolled<vectors>([&](int v) MINLOC_INLINE {
          const auto x = load<Numbers>(rows + r * width + v * lanes);
          char* const to = out + r * stride + v * lanes * size;
          write_piece<0>(x, indexing, lines.index, to);
          if constexpr (parts > 1) write_piece<1>(x, indexing, lines.index, to + side * size);
        });
      return;
    }
    if (stride == size)
      for (; done + side <= count; done += side)
        for (Index v = 0; v < width; v += lanes) {
          Numbers x[side];
          unrolled<side>([&](int n) MINLOC_INLINE {
            x[n] = load<Numbers>(rows + (done + n) * width + v);
          });
          transpose_squares<Number>(x);
          unrolled<side>([&](int n) MINLOC_INLINE {
            const auto write = [&]<int part>(std::integral_constant<int, part>) MINLOC_INLINE {
              const Index line = v + n + part * side;
              write_piece<part>(x[n], indexing, lines.index + line * lines.index_line,
                                out + line * lines.out_line_stride + done * size);
            };
            write(std::integral_constant<int, 0>{});
            if constexpr (parts > 1) write(std::integral_constant<int, 1>{});
          });
        }
  }
  for (Index line = 0; line < width; ++line) {
    char* const p = out + line * lines.out_line_stride;
    const Index base = lines.index + line * lines.index_line;
    for (Index r = done; r < count; ++r)
      store(p + r * stride, indexing.of(static_cast<Index>(rows[r * width + line]), base));
  }
}

}  // namespace
}  // namespace minloc::MINLOC_ISA
