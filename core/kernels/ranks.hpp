// Keys as ranks and back: the better the key, the smaller the rank, and -0.0 is 0.0.
//
// A key of up to 64 bits becomes an unsigned integer that sorts like it; floats via doubles, whose
// bits sort as sign and magnitude. Wider and complex keys are their own ranks. NaN has no rank.
#pragma once

#include "../selection.hpp"
#include "order.hpp"

namespace minloc::MINLOC_ISA {

template <class O>
using Rank = typename RankOf<O::family>::type;

inline constexpr std::uint64_t sign_bit = std::uint64_t{1} << 63;

template <class O>
Rank<O> rank_of(typename O::Key x) {
  using Key = typename O::Key;
  if constexpr (is_complex<Key>) {
    using F = decltype(Rank<O>::real);
    return {static_cast<F>(x.real), static_cast<F>(x.imag)};
  } else if constexpr (!std::is_integral_v<Rank<O>>) {
    return x;
  } else if constexpr (std::is_floating_point_v<Key>) {
    const double number = static_cast<double>(x) + 0.0;
    std::uint64_t rank;
    __builtin_memcpy(&rank, &number, sizeof rank);
    return rank & sign_bit ? ~rank : rank | sign_bit;
  } else {
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(x)) ^ sign_bit;
  }
}

template <class O>
typename O::Key key_of(Rank<O> rank) {
  using Key = typename O::Key;
  if constexpr (is_complex<Key>) {
    using F = decltype(Key::real);
    return {static_cast<F>(rank.real), static_cast<F>(rank.imag)};
  } else if constexpr (!std::is_integral_v<Rank<O>>) {
    return rank;
  } else if constexpr (std::is_floating_point_v<Key>) {
    rank = rank & sign_bit ? rank & ~sign_bit : ~rank;
    double number;
    __builtin_memcpy(&number, &rank, sizeof number);
    return static_cast<Key>(number);
  } else {
    return static_cast<Key>(static_cast<std::int64_t>(rank ^ sign_bit));
  }
}

}  // namespace minloc::MINLOC_ISA
