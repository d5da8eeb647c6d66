// Distances of elements to a value, exact where the dtype allows it.
//
//   integers    the larger minus the smaller, as an unsigned integer: no overflow
//   times       the same, from which 2^63 - 1 is taken: NaT stays the lowest integer
//   booleans    whether the two differ
//   floats      |x - v|; halves are subtracted as floats, and the difference is rounded
//   complex     hypot of the parts of x - v
//
// Each is a function of vectors and scalars alike, but for that of complex numbers, whose hypot has
// no vector, and is asked for only where promising.hpp says that it may matter.
#pragma once

#include <cmath>
#include <limits>

#include "../metric.hpp"
#include "apart.hpp"
#include "halves.hpp"

namespace minloc::MINLOC_ISA {

// Integers, whose order is that of signed ones once they are flipped.
struct IntegerDistance {
  std::uint64_t flip;

  template <class V>
  MINLOC_INLINE V operator()(V x, V v) const {
    using U = std::make_unsigned_t<Element<V>>;
    const V a = flipped(x, flip), b = flipped(v, flip);
    const V high = larger(a, b), low = smaller(a, b);
    if constexpr (is_vector<V>)
      return reinterpret_cast<V>(reinterpret_cast<Vector<U>>(high) -
                                 reinterpret_cast<Vector<U>>(low));
    else
      return static_cast<V>(static_cast<U>(static_cast<U>(high) - static_cast<U>(low)));
  }
};

struct TimeDistance {
  template <class V>
  MINLOC_INLINE V operator()(V x, V v) const {
    const V nat = splat<V>(std::numeric_limits<std::int64_t>::min());
    const V apart = wrapping_add(V(IntegerDistance{0}(x, v) ^ nat), 1);
    return select(truth((x == nat) | (v == nat)), nat, apart);
  }
};

struct BooleanDistance {
  template <class V>
  MINLOC_INLINE V operator()(V x, V v) const {
    const V one = V(V{} + 1);
    return V(select(x < one, x, one) ^ select(v < one, v, one));
  }
};

struct FloatDistance {
  template <class V>
  MINLOC_INLINE V operator()(V x, V v) const {
    if constexpr (sizeof(Element<V>) > sizeof(double))
      return std::fabs(x - v);
    else
      return magnitude_of(x - v);
  }
};

template <class Half>
struct HalfDistance {
  template <class V>
  MINLOC_INLINE V operator()(V x, V v) const {
    return half_distance<Half>(x, v);
  }
};

struct Modulus {
  template <class F>
  F operator()(Complex<F> x, Complex<F> v) const {
    return std::hypot(x.real - v.real, x.imag - v.imag);
  }
};

// Calls `with(distance)` with the distance of a dtype of family F.
template <Family F, class With>
MINLOC_INLINE inline auto with_distance([[maybe_unused]] DType dtype, With with) {
  using T = typename StorageOf<F>::type;
  if constexpr (F == Family::boolean) {
    return with(BooleanDistance{});
  } else if constexpr (F == Family::half) {
    if (dtype == DType::float16) return with(HalfDistance<Float16>{});
    return with(HalfDistance<BFloat16>{});
  } else if constexpr (is_complex<T>) {
    return with(Modulus{});
  } else if constexpr (std::is_floating_point_v<T>) {
    return with(FloatDistance{});
  } else {
    if constexpr (F == Family::int64)
      if (dtype == DType::time) return with(TimeDistance{});
    const bool is_unsigned = dtype == DType::uint8 || dtype == DType::uint16 ||
                             dtype == DType::uint32 || dtype == DType::uint64;
    return with(IntegerDistance{is_unsigned ? std::uint64_t{1} << (8 * sizeof(T) - 1) : 0});
  }
}

// Writes the distances of adjacent elements to adjacent values, or to one.
template <class T, class Distance>
void write_distances(const char* x, const char* v, bool one, Index count, char* to,
                     Distance distance) {
  constexpr Index lanes = lanes_of<T>, size = static_cast<Index>(sizeof(T));
  constexpr Index out = static_cast<Index>(sizeof(distance(T{}, T{})));
  using V = Vector<T>;
  Index i = 0;
  if constexpr (is_complex<T>) {
    // Where elements repeat, so does the distance.
    T before{};
    auto known = distance(before, before);
    const T origin{};
    for (; i < count; ++i) {
      const T a = load<T>(x + i * size), b = load<T>(one ? v : v + i * size);
      const T now{a.real - b.real, a.imag - b.imag};
      if (!(now.real == before.real && now.imag == before.imag)) {
        known = distance(now, origin);
        before = now;
      }
      store(to + i * out, known);
    }
  } else {
    if constexpr (lanes > 1) {
      const Index whole = count - count % lanes;
      if (one) {
        const V value = splat<V>(load<T>(v));
        for (; i < whole; i += lanes) store(to + i * out, distance(load<V>(x + i * size), value));
      } else {
        for (; i < whole; i += lanes)
          store(to + i * out, distance(load<V>(x + i * size), load<V>(v + i * size)));
      }
    }
    for (; i < count; ++i)
      store(to + i * out, distance(load<T>(x + i * size), load<T>(one ? v : v + i * size)));
  }
}

// Elements that are not adjacent, or not in the machine's byte order, are collected first, some at
// a time.
template <Family F>
void measure(const MeasuredRun& run, DType dtype, char* to) {
  using T = typename StorageOf<F>::type;
  constexpr Index size = static_cast<Index>(sizeof(T)), some = 2048 / size;
  const bool one = run.value_stride == 0;
  const bool lies = run.stride == size && !run.swapped;
  with_distance<F>(dtype, [&](auto distance) {
    if (lies && (one || run.value_stride == size))
      return write_distances<T>(run.data, run.values, one, run.count, to, distance);
    alignas(64) char elements[2048], values[2048];
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
      write_distances<T>(x, v, one, count, to + i * size_of(distance_dtype(dtype)), distance);
    }
  });
}

}  // namespace minloc::MINLOC_ISA
