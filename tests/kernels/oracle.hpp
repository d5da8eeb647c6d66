// What the answers have to be, in the plainest code: the one best, and the k best.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

#include "leaves.hpp"
#include "top_k.hpp"

namespace minloc {

template <DType D>
using Storage = std::conditional_t<
    D == DType::uint8, std::uint8_t,
    std::conditional_t<
        D == DType::uint16, std::uint16_t,
        std::conditional_t<D == DType::uint32, std::uint32_t,
                           std::conditional_t<D == DType::uint64, std::uint64_t,
                                              typename StorageOf<family_of(D)>::type>>>>;
template <class T>
inline constexpr bool is_complex = requires(T x) { x.imag; };
template <DType D>
inline constexpr bool is_half = D == DType::float16 || D == DType::bfloat16;
template <DType D>
inline constexpr bool knows_nan = is_half<D> || D == DType::time || is_complex<Storage<D>> ||
                                  std::is_floating_point_v<Storage<D>>;

// What an element is worth, as a type whose `<` is the dtype's order.
template <DType D>
auto value(Storage<D> x) {
  if constexpr (D == DType::boolean) {
    return static_cast<std::uint8_t>(x != 0);
  } else if constexpr (D == DType::float16) {
    const int exponent = x >> 10 & 31, fraction = x & 1023;
    float magnitude = std::ldexp(static_cast<float>(fraction), -24);
    if (exponent > 0) magnitude = std::ldexp(static_cast<float>(1024 + fraction), exponent - 25);
    if (exponent == 31) magnitude = fraction ? NAN : HUGE_VALF;
    return x < 0 ? -magnitude : magnitude;
  } else if constexpr (D == DType::bfloat16) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(x) << 16);
  } else if constexpr (is_complex<Storage<D>>) {
    return std::pair(x.real, x.imag);
  } else {
    return x;
  }
}
template <DType D>
using Value = decltype(value<D>({}));

template <DType D>
bool is_nan(Value<D> x) {
  if constexpr (D == DType::time)
    return x == std::numeric_limits<std::int64_t>::min();
  else if constexpr (is_complex<Storage<D>>)
    return std::isnan(x.first) || std::isnan(x.second);
  else if constexpr (knows_nan<D>)
    return std::isnan(x);
  else
    return false;
}

// The index of the answer among `x[0, n)` but for those that are excluded.
template <DType D>
Index oracle(const Value<D>* x, const char* excluded, Index n, Extreme extreme, Nan nan,
             Ties ties) {
  Index best = no_candidate;
  for (Index step = 0; step < n; ++step) {
    const Index i = ties == Ties::first ? step : n - 1 - step;
    if (excluded[i] || (nan == Nan::omit && is_nan<D>(x[i]))) continue;
    if (is_nan<D>(x[i])) return i;
    if (best == no_candidate || (extreme == Extreme::min ? x[i] < x[best] : x[best] < x[i]))
      best = i;
  }
  return best;
}

// The indices of the candidates among `x[0, n)`, the `most` best of them in order: NaN after all
// numbers, and equal ones by index.
template <DType D>
std::vector<Index> oracle_top(const Value<D>* x, const char* excluded, Index n, Index most,
                              Extreme extreme, NanRank nan) {
  std::vector<Index> indices;
  for (Index i = 0; i < n; ++i)
    if (!excluded[i] && (nan == NanRank::last || !is_nan<D>(x[i]))) indices.push_back(i);
  most = std::min(most, static_cast<Index>(indices.size()));
  std::partial_sort(indices.begin(), indices.begin() + most, indices.end(), [&](Index i, Index j) {
    if (is_nan<D>(x[i]) != is_nan<D>(x[j])) return is_nan<D>(x[j]);
    if (is_nan<D>(x[i]) || x[i] == x[j]) return i < j;
    return extreme == Extreme::min ? x[i] < x[j] : x[j] < x[i];
  });
  return indices;
}

}  // namespace minloc
