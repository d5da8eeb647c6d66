// Views of elements in memory: one by one, or a vector of consecutive ones.
//
// `Contiguous` elements are adjacent, of any alignment, their bytes in either order, and come with
// one load. `Strided` ones lie any distance apart and are collected into a vector, most of them one
// by one. `Masked` ones are adjacent, and those that the mask takes out of the choice come as the
// order's filler.
#pragma once

#include "kernels.hpp"
#include "transpose.hpp"

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

template <class V>
V load_swapped_vector(const char* p) {
  if constexpr (!is_vector<V>) {
    return load_swapped<V>(p);
  } else if constexpr (is_complex<V>) {
    using Part = decltype(V::real);
    return apart<Element<Part>>(load_swapped_vector<Part>(p),
                                load_swapped_vector<Part>(p + vector_bytes));
  } else {
    constexpr auto turned = [](int byte) {
      return byte ^ (static_cast<int>(sizeof(Element<V>)) - 1);
    };
    const auto bytes = load<Vector<std::uint8_t>>(p);
    return reinterpret_cast<V>(shuffle<turned>(bytes, bytes));
  }
}

template <class T, bool swapped>
struct Contiguous {
  static constexpr bool adjacent = true, masked = false;
  // What a loop over vectors does at once: loads are cheap here, so waiting for them is not.
  static constexpr Index unroll = 4;
  const char* data;

  T at(Index i) const {
    const char* p = data + i * static_cast<Index>(sizeof(T));
    if constexpr (swapped)
      return load_swapped<T>(p);
    else
      return load<T>(p);
  }
  // Elements [i, i + lanes).
  Vector<T> from(Index i) const {
    const char* p = data + i * static_cast<Index>(sizeof(T));
    if constexpr (swapped)
      return load_swapped_vector<Vector<T>>(p);
    else
      return load<Vector<T>>(p);
  }
};

template <class T>
struct Strided {
  static constexpr bool adjacent = false, masked = false;
  static constexpr Index unroll = 1;
  const char* data;
  Index stride;

  T at(Index i) const { return load<T>(data + i * stride); }
  Vector<T> from(Index i) const {
    if constexpr (lanes_of<T> == 1)
      return at(i);
    else if constexpr (is_complex<T>)
      return complex_from(data + i * stride);
    else if (stride == 2 * static_cast<Index>(sizeof(T)))
      return every_second_from(data + i * stride);
    else if (stride == -2 * static_cast<Index>(sizeof(T)))
      return every_second_down_from(data + i * stride);
    else
      return collect<T>(data + i * stride);
  }

 private:
  template <class U>
  Vector<U> collect(const char* p) const {
    Vector<U> x{};
    for (int lane = 0; lane < lanes_of<U>; ++lane) x[lane] = load<U>(p + lane * stride);
    return x;
  }

  // Out of two vectors. The second ends with the last element that is wanted: nothing behind that
  // is read.
  static Vector<T> every_second_from(const char* p) {
    constexpr auto every_second = [](int l) { return 2 * l + (l >= lanes_of<T> / 2); };
    const char* const last = p + vector_bytes - static_cast<int>(sizeof(T));
    return shuffle<every_second>(load<Vector<T>>(p), load<Vector<T>>(last));
  }

  // The same downwards: the first of two vectors ends with the first element, the second begins
  // with the last one.
  static Vector<T> every_second_down_from(const char* p) {
    constexpr int lanes = lanes_of<T>;
    constexpr auto every_second = [](int l) {
      return l < lanes / 2 ? lanes - 1 - 2 * l : lanes + 2 * (lanes - 1 - l);
    };
    constexpr Index size = static_cast<Index>(sizeof(T));
    return shuffle<every_second>(load<Vector<T>>(p - (lanes - 1) * size),
                                 load<Vector<T>>(p - 2 * (lanes - 1) * size));
  }

  // Complex numbers are collected whole: as rows of two parts, or as words that hold both.
  Vector<T> complex_from(const char* p) const {
    using Part = typename PartOf<T>::type;
    if constexpr (sizeof(T) == square_bytes) {
      Vector<Part> parts[2];
      load_transposed<Part>(p, stride, parts);
      return {parts[0], parts[1]};
    } else {
      static_assert(sizeof(T) == sizeof(std::uint64_t));
      constexpr int half = lanes_of<std::uint64_t>;
      return apart<Part>(reinterpret_cast<Vector<Part>>(collect<std::uint64_t>(p)),
                         reinterpret_cast<Vector<Part>>(collect<std::uint64_t>(p + half * stride)));
    }
  }
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

// A vector each lane of which is filled with one of the bytes from `p` on. (What compilers make of
// a conversion takes many times as long.)
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

// The mask has a byte for each element, side by side.
template <class O>
struct Masked {
  using T = typename O::Storage;
  static constexpr bool adjacent = true, masked = true;
  static constexpr Index unroll = 4;
  const char* data;
  const char* mask;
  bool masked_value;

  T at(Index i) const {
    const bool out = (mask[i] != 0) == masked_value;
    return out ? O::filler() : load<T>(data + i * static_cast<Index>(sizeof(T)));
  }
  Vector<T> from(Index i) const {
    if constexpr (lanes_of<T> == 1)
      return at(i);
    else
      return filled(load<Vector<T>>(data + i * static_cast<Index>(sizeof(T))), i);
  }
  // Elements [i, i + lanes), with fillers for those that the mask takes out.
  Vector<T> filled(Vector<T> x, Index i) const {
    using C = Counter<T>;
    const auto zero = fill_lanes<C>(mask + i) == Vector<C>{};
    using Out = std::remove_const_t<decltype(zero)>;
    const auto out = zero ^ splat<Out>(masked_value ? Element<Out>(-1) : Element<Out>(0));
    return select(out, splat<Vector<T>>(O::filler()), x);
  }
};

// A view of elements that lie `stride` bytes apart.
template <class View>
View view_of(const char* data, [[maybe_unused]] Index stride) {
  if constexpr (View::adjacent)
    return {data};
  else
    return {data, stride};
}

// The elements of a lane, upwards in memory if it is `turned` because it runs down.
template <class View, bool turned>
View down(const Tile& tile, Index lane) {
  const Index first = turned ? tile.length - 1 : 0;
  const char* const data = tile.data + lane * tile.lane_stride + first * tile.stride;
  if constexpr (View::masked)
    return {data, tile.mask + lane * tile.mask_lane_stride + first * tile.mask_stride,
            tile.masked_value};
  else
    return view_of<View>(data, turned ? -tile.stride : tile.stride);
}

// The elements numbered `element` of a tile's lanes, from lane `left` on.
template <class View>
View across(const Tile& tile, Index left, Index element) {
  const char* const data = tile.data + left * tile.lane_stride + element * tile.stride;
  if constexpr (View::masked)
    return {data, tile.mask + left * tile.mask_lane_stride + element * tile.mask_stride,
            tile.masked_value};
  else
    return view_of<View>(data, tile.lane_stride);
}

}  // namespace minloc::MINLOC_ISA
