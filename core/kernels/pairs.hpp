// Packed slices of five to eight bytes, two of which are read at once: a shuffle puts them into the
// two halves of words, and the words are transposed.
//
//   for each two slices of a vector of slices:
//     load 16 bytes from the first on
//     word n = element n of the first and element n of the second
//   transpose the words: vector n has element n of each slice
//
// 1. One shuffle does the first of the four steps of a transposition of bytes, on half the loads.
// 2. Words behind the end repeat the last element, whose number is smaller and so wins.
// 3. Slices that run down in memory only need another order in the shuffle.
#pragma once

#include "transpose.hpp"

namespace minloc::MINLOC_ISA {

struct Pairs {
  using Byte = std::uint8_t;
  using V = Vector<Byte>;
  static constexpr Index lanes = lanes_of<Byte>, square = square_bytes;
  static constexpr int most = 8;

// Where a shuffle takes its order from a register.
#if defined(__AVX2__) || defined(__aarch64__)
  static constexpr bool is_fast = true;
#else
  static constexpr bool is_fast = false;
#endif

  Index length;
  V order{};

  Pairs(Index elements, bool down) : length(elements) {
    for (int lane = 0; lane < lanes; ++lane) {
      const Index n = lane % square / 2 < length ? lane % square / 2 : length - 1;
      const Index at = lane % 2 * length + (down ? length - 1 - n : n);
      order[lane] = static_cast<Byte>(at);
    }
  }

  static bool takes(const Tile& tile) {
    return is_fast && tile.length > most / 2 && tile.length <= most &&
           tile.slice_stride == tile.length;
  }
  // How many of the last slices have to be left out of a vector of slices, because it would
  // overread them.
  Index unreadable() const { return (square - 2 * length + length - 1) / length; }

  // `elements[n]` becomes element n of each of `lanes` slices, the first of which begins at `p`.
  //
  // Precondition: the last two slices may be read for 16 bytes.
  MINLOC_INLINE void load(const char* p, V (&elements)[most]) const {
    using Word = std::uint16_t;
    Vector<Word> words[most];
    using Lanes = std::make_integer_sequence<int, lanes>;
    unrolled<most>([&](int n) MINLOC_INLINE {
      const V two = load_pieces<Byte>(p, square * length, Lanes{});
      p = opaque(p + 2 * length);
      words[n] = reinterpret_cast<Vector<Word>>(in_order(two));
    });
    transpose<Word>(words);
    unrolled<most>([&](int n) MINLOC_INLINE { elements[n] = reinterpret_cast<V>(words[n]); });
  }

 private:
  // The bytes of each 16 in the slices' order.
  MINLOC_INLINE V in_order(V x) const {
#if defined(__AVX2__)
    using Bytes = Vector<char>;
    return reinterpret_cast<V>(
        __builtin_ia32_pshufb256(reinterpret_cast<Bytes>(x), reinterpret_cast<Bytes>(order)));
#elif defined(__aarch64__)
    return reinterpret_cast<V>(
        vqtbl1q_u8(reinterpret_cast<uint8x16_t>(x), reinterpret_cast<uint8x16_t>(order)));
#else
    return x;
#endif
  }
};

}  // namespace minloc::MINLOC_ISA
