// Distances of elements to a value, exact where the dtype allows it.
//
//   integers    the larger minus the smaller, as an unsigned integer: no overflow
//   times       the same, from which 2^63 - 1 is taken: NaT stays the lowest integer
//   booleans    whether the two differ
//   floats      |x - v|; halves are subtracted as floats, and the difference is rounded
//   complex     hypot of the parts of x - v
//
// Where elements are neither adjacent nor in the machine's byte order they are collected first, some
// at a time.
#pragma once

#include <cmath>
#include <limits>

#include "../leaves.hpp"
#include "apart.hpp"
#include "halves.hpp"

namespace minloc::MINLOC_ISA {

template <class V>
V absolute(V x) {
  if constexpr (sizeof(Element<V>) > sizeof(double))
    return std::fabs(x);
  else
    return flipped(x, 0) < V{} ? flipped(x, std::uint64_t{1} << (8 * sizeof(Element<V>) - 1)) : x;
}

// The distance of integers, whose order is that of signed ones once they are flipped.
template <class V>
V integer_distance(V x, V v, std::uint64_t flip) {
  using U = std::make_unsigned_t<Element<V>>;
  const V a = flipped(x, flip), b = flipped(v, flip);
  const V high = larger(a, b), low = smaller(a, b);
  if constexpr (is_vector<V>)
    return reinterpret_cast<V>(reinterpret_cast<Vector<U>>(high) -
                               reinterpret_cast<Vector<U>>(low));
  else
    return static_cast<V>(static_cast<U>(static_cast<U>(high) - static_cast<U>(low)));
}

// Writes `distance(x, v)` for adjacent elements, of a run of values or of one value.
template <class T, class Distance>
MINLOC_INLINE inline void each_distance(const char* x, const char* v, bool one, Index count,
                                        char* to, Distance distance) {
  constexpr Index lanes = lanes_of<T>, size = static_cast<Index>(sizeof(T));
  using Out = decltype(distance(T{}, T{}));
  constexpr Index out_size = static_cast<Index>(sizeof(Out));
  using V = Vector<T>;
  Index i = 0;
  if constexpr (lanes > 1 && requires { distance(V{}, V{}); }) {
    const Index whole = count - count % lanes;
    if (one) {
      const V value = splat<V>(load<T>(v));
      for (; i < whole; i += lanes)
        store(to + i * out_size, distance(load<V>(x + i * size), value));
    } else {
      for (; i < whole; i += lanes)
        store(to + i * out_size, distance(load<V>(x + i * size), load<V>(v + i * size)));
    }
  }
  for (; i < count; ++i)
    store(to + i * out_size, distance(load<T>(x + i * size), load<T>(one ? v : v + i * size)));
}

template <Family F>
void measure_adjacent(const char* x, const char* v, bool one, Index count, DType dtype, char* to) {
  using T = typename StorageOf<F>::type;
  const auto each = [=](auto distance) MINLOC_INLINE {
    each_distance<T>(x, v, one, count, to, distance);
  };
  if constexpr (F == Family::boolean) {
    each([](auto a, auto b) MINLOC_INLINE {
      using V = decltype(a);
      const V none = V(V{}), yes = V(V{} + 1);
      return V(select(a == none, none, yes) ^ select(b == none, none, yes));
    });
  } else if constexpr (F == Family::half) {
    if (dtype == DType::float16)
      half_distances<Float16>(x, v, one, count, to);
    else
      half_distances<BFloat16>(x, v, one, count, to);
  } else if constexpr (std::is_integral_v<T>) {
    constexpr T lowest = std::numeric_limits<T>::min();
    if (F == Family::int64 && dtype == DType::time) {
      each([](auto a, auto b) MINLOC_INLINE {
        using V = decltype(a);
        const V nat = splat<V>(lowest);
        const V apart = wrapping_add(V(integer_distance(a, b, 0) ^ nat), 1);
        return select(truth((a == nat) | (b == nat)), nat, apart);
      });
    } else {
      const bool is_unsigned = dtype == DType::uint8 || dtype == DType::uint16 ||
                               dtype == DType::uint32 || dtype == DType::uint64;
      const std::uint64_t flip = is_unsigned ? std::uint64_t{1} << (8 * sizeof(T) - 1) : 0;
      each([flip](auto a, auto b) MINLOC_INLINE { return integer_distance(a, b, flip); });
    }
  } else if constexpr (is_complex<T>) {
    each([](T a, T b) MINLOC_INLINE { return std::hypot(a.real - b.real, a.imag - b.imag); });
  } else {
    each([](auto a, auto b) MINLOC_INLINE { return absolute(a - b); });
  }
}

template <Family F>
void measure(const MeasuredRun& run, DType dtype, char* to) {
  using T = typename StorageOf<F>::type;
  constexpr Index size = static_cast<Index>(sizeof(T)), some = 2048 / size;
  const bool one = run.value_stride == 0;
  const bool lies = run.stride == size && !run.swapped;
  if (lies && (one || run.value_stride == size))
    return measure_adjacent<F>(run.data, run.values, one, run.count, dtype, to);
  alignas(64) char elements[2048], values[2048];
  const Index out = size_of(distance_dtype(dtype));
  for (Index i = 0; i < run.count; i += some) {
    const Index count = run.count - i < some ? run.count - i : some;
    const char *x = run.data + i * run.stride, *v = run.values + i * run.value_stride;
    if (!lies) {
      copy_run<T>(x, run.stride, run.swapped, count, elements);
      x = elements;
    }
    if (!one && run.value_stride != size) {
      copy_run<T>(v, run.value_stride, false, count, values);
      v = values;
    }
    measure_adjacent<F>(x, v, one, count, dtype, to + i * out);
  }
}

}  // namespace minloc::MINLOC_ISA
