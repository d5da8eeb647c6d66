// Views of elements in memory: one element, or a vector of consecutive ones, as elements or as
// keys.
//
// `Adjacent` elements are loaded, whatever their alignment. `Masked` ones are adjacent, as are the
// bytes of their mask; a masked element reads as the filler. `Apart` elements have any distance, or
// are in the other byte order.
#pragma once

#include "apart.hpp"
#include "picks.hpp"
#include "transpose.hpp"

namespace minloc::MINLOC_ISA {

// How many vectors a loop reads at once, to hide the latency of what it does with each.
inline constexpr Index unroll = 4;

template <class O>
struct Adjacent {
  using Key = typename O::Key;
  static constexpr bool adjacent = true, masked = false;
  O order;
  const char* data;

  Key at(Index i) const { return load<Key>(place(i)); }
  // Elements [i, i + lanes).
  Vector<Key> from(Index i) const { return load<Vector<Key>>(place(i)); }
  Key key_at(Index i) const { return order.key(at(i)); }
  Vector<Key> keys_from(Index i) const { return order.key(from(i)); }
  const char* place(Index i) const { return data + i * static_cast<Index>(sizeof(Key)); }
  // The view that begins at element i.
  Adjacent advanced(Index i) const { return {order, place(i)}; }
  // The view that begins so many bytes further on.
  Adjacent moved(Index by, Index) const { return {order, data + by}; }
};

// Each of the first lanes of a vector twice, four times, and so on, until it fills a lane of C.
template <class C, class V>
Vector<C> repeat_lanes(V x) {
  using From = Element<V>;
  if constexpr (sizeof(From) == sizeof(C)) {
    return reinterpret_cast<Vector<C>>(x);
  } else {
    using Wider =
        std::conditional_t<sizeof(From) == 1, std::uint16_t,
                           std::conditional_t<sizeof(From) == 2, std::uint32_t, std::uint64_t>>;
    const V twice = shuffle<[](int l) { return l / 2; }>(x, x);
    return repeat_lanes<C>(reinterpret_cast<Vector<Wider>>(twice));
  }
}

// A vector each lane of which is filled with one of the bytes from `p` on. (Compilers make a
// conversion many times slower.)
//
// Precondition: as many bytes as the vector has lanes may be read.
template <class C>
Vector<C> fill_lanes(const char* p) {
  constexpr int size = sizeof(C), bytes = lanes_of<C>, half = 16;  // of 32, in which bytes move
  using Bytes = Vector<std::uint8_t>;
  if constexpr (size == 1) {
    return load<Vector<C>>(p);
  } else if constexpr (vector_bytes == half) {
    Bytes x{};
    __builtin_memcpy(&x, p, bytes);
    return repeat_lanes<C>(x);
  } else if constexpr (size == 2) {
    static_assert(size != 2 || vector_bytes == 2 * half);
    using Words = Vector<std::uint64_t>;
    constexpr auto halves = [](int l) { return l < 2 ? l : l + 4; };
    constexpr auto twice = [](int byte) { return byte / half * half + byte % half / size; };
    const auto x = reinterpret_cast<Bytes>(shuffle<halves>(
        splat<Words>(load<std::uint64_t>(p)), splat<Words>(load<std::uint64_t>(p + half / size))));
    return reinterpret_cast<Vector<C>>(shuffle<twice>(x, x));
  } else {
    using Word = std::conditional_t<bytes == 8, std::uint64_t, std::uint32_t>;
    static_assert(sizeof(Word) == bytes);
    const auto x = reinterpret_cast<Bytes>(splat<Vector<Word>>(load<Word>(p)));
    return reinterpret_cast<Vector<C>>(
        shuffle<[](int byte) { return byte / half * half + byte / size; }>(x, x));
  }
}

template <class O>
struct Masked {
  using Key = typename O::Key;
  static constexpr bool adjacent = true, masked = true;
  O order;
  const char* data;
  const char* mask;
  bool masked_value;

  Key at(Index i) const {
    const Key either[] = {Adjacent<O>{order, data}.at(i), order.element(order.filler())};
    return either[(mask[i] != 0) == masked_value];  // no branch: it would be unpredictable
  }
  Vector<Key> from(Index i) const {
    if constexpr (lanes_of<Key> == 1) {
      return at(i);
    } else {
      const auto zero = fill_lanes<Counter<Key>>(mask + i) == Vector<Counter<Key>>{};
      using Out = std::remove_const_t<decltype(zero)>;
      const auto out = zero ^ splat<Out>(masked_value ? Element<Out>(-1) : Element<Out>(0));
      return select(out, splat<Vector<Key>>(order.element(order.filler())),
                    Adjacent<O>{order, data}.from(i));
    }
  }
  Key key_at(Index i) const { return order.key(at(i)); }
  Vector<Key> keys_from(Index i) const { return order.key(from(i)); }
  Masked advanced(Index i) const { return moved(i * static_cast<Index>(sizeof(Key)), i); }
  // The view that begins so many bytes further on, and so many bytes of the mask.
  Masked moved(Index by, Index mask_by) const {
    return {order, data + by, mask + mask_by, masked_value};
  }
};

template <class O>
struct Apart {
  using Key = typename O::Key;
  static constexpr bool adjacent = false, masked = false;
  static constexpr Index size = static_cast<Index>(sizeof(Key));
  O order;
  const char* data;
  Index stride;
  bool swapped;  // there are vectors of elements that are adjacent only

  Key at(Index i) const {
    const char* const p = data + i * stride;
    return swapped ? load_swapped<Key>(p) : load<Key>(p);
  }
  MINLOC_INLINE Vector<Key> from(Index i) const {
    const char* const p = data + i * stride;
    if constexpr (lanes_of<Key> == 1) {
      return at(i);
    } else {
      if (swapped) return swap_bytes(load<Vector<Key>>(p));
      if constexpr (is_complex<Key>) {
        Vector<Key> x[1];
        load_transposed<Key>(p, stride, x);
        return x[0];
      } else {
        if (stride == 2 * size) return strided<Key, 2>(p);
        if (stride == -2 * size) return strided<Key, -2>(p);
        Vector<Key> x{};
        unrolled<lanes_of<Key>>([&](int lane)
                                    MINLOC_INLINE { x[lane] = load<Key>(p + lane * stride); });
        return x;
      }
    }
  }
  Key key_at(Index i) const { return order.key(at(i)); }
  Apart advanced(Index i) const { return moved(i * stride, 0); }
  Apart moved(Index by, Index) const { return {order, data + by, stride, swapped}; }
};

// A view that begins at element j of a slice. Adjacent views continue in memory, which may be along
// the slice or from slice to slice; the others along the slice.
template <class View, class O>
View view_at(const O& order, const Tile& tile, Index slice, Index j) {
  const char* const data = tile.data + slice * tile.slice_stride + j * tile.stride;
  if constexpr (View::masked)
    return {order, data, tile.mask.at(slice, j), tile.mask.masked_value};
  else if constexpr (View::adjacent)
    return {order, data};
  else
    return {order, data, tile.stride, tile.swapped};
}

}  // namespace minloc::MINLOC_ISA
