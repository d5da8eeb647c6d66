// Rows of lines, read as keys: the filler where an element is masked.
//
//   lines side by side    the rows are runs of keys
//   lines elsewhere       squares of them are transposed: of elements where these are as wide as
//                         keys and lie as vectors do, or else of each line's run of keys
//
// 1. A run is first collected where its elements are apart or in the other byte order, so keys are
//    made of vectors in every layout.
// 2. A mask is applied to runs of keys, a vector of them at once.
#pragma once

#include "apart.hpp"
#include "transpose.hpp"
#include "window_keys.hpp"

namespace minloc::MINLOC_ISA {
namespace {

// Elements whose keys are made at once: about as many as the processor prefetches meanwhile.
inline constexpr Index line_piece = 256;

// Gives elements that a mask excludes the filler as their key.
//
// Precondition: count <= line_piece.
template <class K>
void leave_out(const char* bytes, Index stride, bool masked_value, Index count, K* keys) {
  char run[line_piece];
  if (stride != 1) {
    for (Index i = 0; i < count; ++i) run[i] = bytes[i * stride];
    bytes = run;
  }
  Index i = 0;
  if constexpr (has_vectors<K>) {
    using Bytes = typename BesideKeys<unsigned char, K>::type;
    using V = Vector<K>;
    const V filler = splat<V>(KeyEnds<K>::filler), inverted = splat<V>(masked_value ? K{0} : K{-1});
    for (; i + lanes_of<K> <= count; i += lanes_of<K>) {
      const V is_true = __builtin_convertvector(load<Bytes>(bytes + i) != Bytes{}, V);
      store(keys + i, select((is_true ^ inverted) != V{}, filler, load<V>(keys + i)));
    }
  }
  for (; i < count; ++i)
    if ((bytes[i] != 0) == masked_value) keys[i] = KeyEnds<K>::filler;
}

// The keys of elements that lie `stride` bytes apart.
//
// Precondition: count <= line_piece.
template <class Order>
void read_run(const Order& elements_order, const char* p, Index stride, bool swapped, Index count,
              typename Order::Key* keys) {
  using T = typename Order::T;
  using Key = typename Order::Key;
  constexpr Index size = static_cast<Index>(sizeof(T));
  const Order order = elements_order;  // stores of keys might change what is behind a reference
  alignas(64) char run[line_piece * size];
  if (stride != size || swapped) {
    copy_run<T>(p, stride, swapped, count, run);
    p = run;
  }
  Index i = 0;
  if constexpr (Order::is_wide || Order::is_narrow)
    for (; i + lanes_of<Key> <= count; i += lanes_of<Key>) order.write_keys(p + i * size, keys + i);
  for (; i < count; ++i) keys[i] = order.key(load<T>(p + i * size));
}

// Rows of one line, or of lines side by side.
template <class Order>
void read_line(const Lines& lines, const Order& order, Index line, Index row, Index rows,
               typename Order::Key* keys) {
  const MaskView& mask = lines.mask;
  read_run(order, lines.data + line * lines.line_stride + row * lines.stride, lines.stride,
           lines.swapped, rows, keys);
  if (mask) leave_out(mask.at(line, row), mask.stride, mask.masked_value, rows, keys);
}
template <class Order>
void read_across(const Lines& lines, const Order& elements_order, Index row, Index rows,
                 typename Order::Key* keys) {
  constexpr Index size = static_cast<Index>(sizeof(typename Order::T));
  const Order order = elements_order;
  const Index width = lines.lines, stride = lines.stride;
  const char* p = lines.data + row * stride;
  if constexpr (Order::is_wide || Order::is_narrow)
    if (lines.line_stride == size && !lines.swapped && !lines.mask) {
      for (Index r = 0; r < rows; ++r, p += stride, keys += width) {
        __builtin_prefetch(p + rows * stride);
        for (Index line = 0; line < width; line += lanes_of<typename Order::Key>)
          order.write_keys(p + line * size, keys + line);
      }
      return;
    }
  const MaskView& mask = lines.mask;
  for (Index r = 0; r < rows; ++r, p += stride, keys += width) {
    __builtin_prefetch(p + rows * stride);
    read_run(order, p, lines.line_stride, lines.swapped, width, keys);
    if (mask) leave_out(mask.at(0, row + r), mask.slice_stride, mask.masked_value, width, keys);
  }
}

// Rows of a strip whose lines are elsewhere.
template <class Order>
void read_transposed(const Lines& lines, const Order& order, Index row, Index rows,
                     typename Order::Key* keys) {
  using K = typename Order::Key;
  using T = typename Order::T;
  constexpr Index side = side_of<K>, lanes = lanes_of<K>, size = static_cast<Index>(sizeof(K));
  const Index width = lines.lines;
  const auto read_square = [&]<class From>(const char* from, Index stride, Index r, Index line,
                                           auto key_of) MINLOC_INLINE {
    Vector<From> x[side];
    load_transposed<From>(from + line * stride + r * size, stride, x);
    unrolled<side>([&](int n)
                       MINLOC_INLINE { store(keys + (r + n) * width + line, key_of(x[n])); });
  };
  Index r = 0;
  if constexpr (Order::is_wide)
    if (lines.stride == size && !lines.swapped && !lines.mask) {
      const char* const p = lines.data + row * size;
      for (Index line = 0; line < width; line += lanes)
        for (r = 0; r + side <= rows; r += side)
          read_square.template operator()<T>(p, lines.line_stride, r, line,
                                             [&](auto x) MINLOC_INLINE { return order.key(x); });
      for (; r < rows; ++r)
        for (Index line = 0; line < width; ++line)
          keys[r * width + line] = order.key(load<T>(p + line * lines.line_stride + r * size));
      return;
    }
  alignas(64) K run[most_lanes * rows_at_once];
  const Index stride = rows_at_once * size;
  for (Index first = 0; first < width; first += lanes) {
    for (Index line = 0; line < lanes; ++line)
      read_line(lines, order, first + line, row, rows, run + line * rows_at_once);
    for (r = 0; r < rows; r += side) {
      Vector<K> x[side];
      load_transposed<K>(reinterpret_cast<const char*>(run) + r * size, stride, x);
      unrolled<side>([&](int n) MINLOC_INLINE {
        if (r + n < rows) store(keys + (r + n) * width + first, x[n]);
      });
    }
  }
}

template <Family family, class K>
void read_keys(const Lines& lines, Index row, Index rows, void* to) {
  const WindowKeyOrder<family, K> order(lines);
  auto* const keys = static_cast<K*>(to);
  if (lines.lines == 1)
    read_line(lines, order, 0, row, rows, keys);
  else if (lines.lie_across())
    read_across(lines, order, row, rows, keys);
  else if constexpr (has_vectors<K>)
    read_transposed(lines, order, row, rows, keys);
}

// Keys of a word as keys of two, for lines with more elements than a word can number.
template <Family family>
void read_widened(const Lines& lines, Index row, Index rows, void* to) {
  using Word = std::int32_t;
  using TwoWords = std::int64_t;
  const WindowKeyOrder<family, Word> order(lines);
  auto* const keys = static_cast<TwoWords*>(to);
  Word run[line_piece];
  for (Index line = 0; line < lines.lines; ++line) {
    read_line(lines, order, line, row, rows, run);
    for (Index r = 0; r < rows; ++r)
      keys[r * lines.lines + line] =
          run[r] == KeyEnds<Word>::filler ? KeyEnds<TwoWords>::filler : run[r];
  }
}

}  // namespace
}  // namespace minloc::MINLOC_ISA
