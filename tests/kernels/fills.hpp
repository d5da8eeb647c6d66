// What memory is filled with.
#pragma once

#include <vector>

#include "oracle.hpp"

namespace minloc {

// Numbers at random, the same ones everywhere (splitmix64).
struct Random {
  std::uint64_t state;

  std::uint64_t operator()() {
    std::uint64_t x = state += 0x9e3779b97f4a7c15;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return x ^ x >> 31;
  }
};

// What part of all random numbers is below: all of them for 1, which is not to be had.
constexpr std::uint64_t below(double part) { return static_cast<std::uint64_t>(part * 0x1p64); }

// Whole numbers of so many bits, but NaN for random numbers below `nan`, and for as many as `ends`
// the ends of the dtype: the integers' limits, infinities, negative zero.
struct Fill {
  const char* name;
  int bits;
  std::uint64_t nan, ends;
};

// The fills for slices of a length. Answers of the last two lie anywhere in a slice, its end
// included.
inline std::vector<Fill> fills(Index length) {
  const double one_a_slice = 1 / static_cast<double>(length + 2);
  return {{"many values", 62, 0, 0},
          {"few values and ends", 2, 0, below(.3)},
          {"some NaN", 62, below(.03), below(.03)},
          {"NaN but for two a slice", 62, below(1 - 2 * one_a_slice), below(one_a_slice)},
          {"a NaN a slice", 1, below(one_a_slice), 0},
          {"two ends a slice, fewer NaN", 0, below(one_a_slice / 4), below(one_a_slice * 2)}};
}

template <DType D, class T = Storage<D>>
T nan_of(std::uint64_t random) {
  if constexpr (is_half<D>) {
    return static_cast<T>(random % 2 ? 0x7fc1 : 0xffc0);
  } else if constexpr (is_complex<T>) {
    constexpr auto nan = std::numeric_limits<decltype(T::real)>::quiet_NaN();
    return random % 3 == 0 ? T{nan, nan} : random % 3 == 1 ? T{nan, 7} : T{7, nan};
  } else if constexpr (std::is_floating_point_v<T>) {
    return random % 2 ? std::numeric_limits<T>::quiet_NaN() : -std::numeric_limits<T>::quiet_NaN();
  } else {
    return std::numeric_limits<T>::min();
  }
}

template <DType D, class T = Storage<D>>
T end_of(std::uint64_t random) {
  using Limits = std::numeric_limits<T>;
  if constexpr (is_half<D>) {
    constexpr int infinity = D == DType::float16 ? 0x7c00 : 0x7f80;
    constexpr int ends[] = {infinity, infinity | 0x8000, 0x8000};
    return static_cast<T>(ends[random % 3]);
  } else if constexpr (is_complex<T>) {
    using Part = decltype(T::real);
    return {end_of<D, Part>(random), end_of<D, Part>(random / 3)};
  } else if constexpr (std::is_floating_point_v<T>) {
    const T ends[] = {Limits::infinity(), -Limits::infinity(), -T{}};
    return ends[random % 3];
  } else {
    return random % 2 ? Limits::max() : static_cast<T>(Limits::min() + (D == DType::time));
  }
}

template <DType D, class T = Storage<D>>
T element(const Fill& fill, Random& random) {
  const std::uint64_t draw = random();
  if (knows_nan<D> && draw < fill.nan) return nan_of<D>(random());
  if (~draw < fill.ends) return end_of<D>(random());
  const auto number = static_cast<std::int64_t>(draw & ((std::uint64_t{1} << fill.bits) - 1));
  if constexpr (is_half<D>) {
    return static_cast<T>(number & 0xbfff);  // of either sign, and less than 2
  } else if constexpr (is_complex<T>) {
    using Part = decltype(T::real);
    return {static_cast<Part>(number & 0xff), static_cast<Part>(number >> 1)};
  } else {
    return static_cast<T>(number);
  }
}

}  // namespace minloc
