// Elements that lie apart, or have their bytes in the other order, brought together in a run.
#pragma once

#include "lanes.hpp"

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
    unrolled<sizeof(T)>([&](int i) MINLOC_INLINE { bytes[i] = p[sizeof(T) - 1 - i]; });
    return load<T>(bytes);
  }
}

// A vector of such elements, or one, that was read as it lies: not of long doubles.
template <class V>
V swap_bytes(V x) {
  if constexpr (is_complex<V>) {
    return {swap_bytes(x.real), swap_bytes(x.imag)};
  } else if constexpr (!is_vector<V>) {
    return load_swapped<V>(reinterpret_cast<const char*>(&x));
  } else {
    constexpr auto turned = [](int byte) {
      return byte ^ (static_cast<int>(sizeof(Element<V>)) - 1);
    };
    const auto bytes = reinterpret_cast<Vector<std::uint8_t>>(x);
    return reinterpret_cast<V>(shuffle<turned>(bytes, bytes));
  }
}

// The elements from `p` on downwards.
template <class T>
Vector<T> down(const char* p) {
  constexpr auto source = [](int l) { return lanes_of<T> - 1 - l; };
  const auto x = load<Vector<T>>(p - (lanes_of<T> - 1) * static_cast<Index>(sizeof(T)));
  return shuffle<source>(x, x);
}

// Every second element from `p` on, out of two vectors. The second ends with the last element that
// is wanted: nothing behind that is read.
template <class T>
Vector<T> every_second(const char* p) {
  constexpr auto source = [](int l) { return 2 * l + (l >= lanes_of<T> / 2); };
  const char* const last = p + vector_bytes - static_cast<int>(sizeof(T));
  return shuffle<source>(load<Vector<T>>(p), load<Vector<T>>(last));
}

// The same downwards: the first of two vectors ends with the first element, the second begins with
// the last one.
template <class T>
Vector<T> every_second_down(const char* p) {
  constexpr int lanes = lanes_of<T>;
  constexpr auto source = [](int l) {
    return l < lanes / 2 ? lanes - 1 - 2 * l : lanes + 2 * (lanes - 1 - l);
  };
  constexpr Index size = static_cast<Index>(sizeof(T));
  return shuffle<source>(load<Vector<T>>(p - (lanes - 1) * size),
                         load<Vector<T>>(p - 2 * (lanes - 1) * size));
}

// Writes `read(p)` for as many vectors of elements as there are, p being where each begins; returns
// for how many elements. (What the loop counts with is its own: it would be kept in memory, because
// what is stored might be part of it.)
template <class T, class Read>
[[gnu::always_inline]] inline Index copy_vectors(const char* from, Index stride, Index count,
                                                 char* to, Read read) {
  constexpr Index size = static_cast<Index>(sizeof(T)), lanes = lanes_of<T>;
  const Index whole = count - count % lanes;
  for (Index i = 0; i < whole; i += lanes) store(to + i * size, read(from + i * stride));
  return whole;
}

// Copies `count` elements that lie `stride` bytes apart into a run, in the machine's byte order.
template <class T>
void copy_run(const char* from, Index stride, bool swapped, Index count, char* to) {
  constexpr Index size = static_cast<Index>(sizeof(T));
  Index done = 0;
  if constexpr (lanes_of<T> > 1) {
    if (swapped && stride == size)
      done = copy_vectors<T>(from, stride, count, to,
                             [](const char* p) { return swap_bytes(load<Vector<T>>(p)); });
    if constexpr (!is_complex<T>) {
      if (!swapped && stride == -size)
        done = copy_vectors<T>(from, stride, count, to, [](const char* p) { return down<T>(p); });
      if (!swapped && stride == 2 * size)
        done = copy_vectors<T>(from, stride, count, to,
                               [](const char* p) { return every_second<T>(p); });
      if (!swapped && stride == -2 * size)
        done = copy_vectors<T>(from, stride, count, to,
                               [](const char* p) { return every_second_down<T>(p); });
    }
  }
  if (swapped)
    for (Index i = done; i < count; ++i) store(to + i * size, load_swapped<T>(from + i * stride));
  else
    for (Index i = done; i < count; ++i) store(to + i * size, load<T>(from + i * stride));
}

}  // namespace minloc::MINLOC_ISA
