// Elements that are apart, or in the other byte order, collected into vectors and runs.
#pragma once

#include "lanes.hpp"

namespace minloc::MINLOC_ISA {

// An element in the other byte order. Its bytes are reversed before they become a T, because a T
// may not preserve them (x87's padding).
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

// A vector of the elements that lie `step` elements apart from `p` on: the next ones downwards
// (-1), or every second one (2, -2). It is shuffled from two vectors, the first of which begins or
// ends with the first element, and the second with the last one: nothing else is read.
template <class T, int step>
Vector<T> strided(const char* p) {
  constexpr int lanes = lanes_of<T>;
  constexpr Index size = static_cast<Index>(sizeof(T)), reach = (lanes - 1) * size;
  constexpr auto source = [](int l) {
    constexpr int first = step > 0 ? 0 : lanes - 1;
    constexpr int second = step > 0 ? lanes - (step - 1) * (lanes - 1) : lanes - step * (lanes - 1);
    return l < lanes / 2 ? first + step * l : second + step * l;
  };
  return shuffle<source>(load<Vector<T>>(step > 0 ? p : p - reach),
                         load<Vector<T>>(p + (step > 0 ? step - 1 : step) * reach));
}

// Writes `read(p)` for every whole vector of elements, where p is its first; returns for how many
// elements. (A function of its own, so that the stores cannot alias its counters.)
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
    if (swapped && stride != size) {  // collected first, then turned where they are
      copy_run<T>(from, stride, false, count, to);
      from = to;
      stride = size;
    }
    if (swapped)
      done = copy_vectors<T>(from, stride, count, to,
                             [](const char* p) { return swap_bytes(load<Vector<T>>(p)); });
    if constexpr (!is_complex<T>) {
      const auto collect = [&]<int step>(std::integral_constant<int, step>) MINLOC_INLINE {
        if (!swapped && stride == step * size)
          done = copy_vectors<T>(from, stride, count, to,
                                 [](const char* p) MINLOC_INLINE { return strided<T, step>(p); });
      };
      collect(std::integral_constant<int, -1>{});
      collect(std::integral_constant<int, 2>{});
      collect(std::integral_constant<int, -2>{});
    }
  }
  if (swapped)
    for (Index i = done; i < count; ++i) store(to + i * size, load_swapped<T>(from + i * stride));
  else
    for (Index i = done; i < count; ++i) store(to + i * size, load<T>(from + i * stride));
}

}  // namespace minloc::MINLOC_ISA
