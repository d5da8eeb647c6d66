// The only place that knows what "better" means: NaN, min against max, and the keys that make a
// dtype comparable by plain operators.
//
// Elements are compared as *keys*. For most dtypes the key is the element. Some have a better one:
//
// 1. float16 and bfloat16 become an int16: sign and magnitude turned into two's complement, so that
//    -0.0 and 0.0 are one key. That leaves NaN at both ends of the line of integers, which is a
//    circle: it is turned until all NaN lie at one end, and there they are made one.
// 2. datetime64 and timedelta64 are int64 with NaT at the low end; where NaT has to be at the high
//    end, 1 is subtracted and the lowest wraps round to the highest.
// 3. uint64 becomes int64, because vectors compare signed integers.
// 4. bool becomes 0 or 1, for any byte but 0 is true.
//
// Which end is NaN's follows from the policy: under `propagate` a NaN beats every number, so it is
// at the winning end; under `omit` it is at the losing end. So these dtypes need no thought about
// NaN in a loop. Floats wider than 16 bits and complex numbers keep their NaN ("wild" below: it
// compares with nothing), and `beats` takes care of it.
#pragma once

#include <limits>

#include "kernels.hpp"
#include "simd.hpp"

namespace minloc::MINLOC_ISA {

// Complex numbers compare by their real parts, then by their imaginary ones.
template <class C>
  requires is_complex<C>
auto operator<(C a, C b) {
  return truth((a.real < b.real) | ((a.real == b.real) & (a.imag < b.imag)));
}
template <class C>
  requires is_complex<C>
auto operator>(C a, C b) {
  return b < a;
}
template <class C>
  requires is_complex<C>
auto operator==(C a, C b) {
  return truth((a.real == b.real) & (a.imag == b.imag));
}
template <class C>
  requires is_complex<C>
auto operator!=(C a, C b) {
  return truth((a.real != b.real) | (a.imag != b.imag));
}

template <DType D, Extreme E, Nan N>
struct Order {
  using Storage = typename StorageOf<D>::type;
  using Key = std::conditional_t<D == DType::uint64, std::int64_t, Storage>;

  static constexpr DType dtype = D;
  static constexpr Extreme extreme = E;
  static constexpr bool is_boolean = D == DType::boolean;
  static constexpr bool omits = N == Nan::omit;
  static constexpr bool wild_nan = is_complex<Key> || std::is_floating_point_v<Key>;
  static constexpr bool is_half = D == DType::float16 || D == DType::bfloat16;
  static constexpr bool tame_nan = is_half || D == DType::time;
  static constexpr bool nan_is_low = (E == Extreme::min) == (N == Nan::propagate);

  // Where the halves' circle of integers is cut, beside their infinity, and what becomes of NaN.
  static constexpr int half_infinity = D == DType::float16 ? 0x7c00 : 0x7f80;
  static constexpr int half_nans = 0x7fff - half_infinity;  // of either sign
  static constexpr int half_turn = nan_is_low ? half_nans : -half_nans - 1;
  static constexpr int half_nan = nan_is_low ? -0x8000 + 2 * half_nans : half_infinity - half_nans;

  static constexpr Key lowest() {
    if constexpr (is_half && nan_is_low) {
      return half_nan;
    } else if constexpr (is_complex<Key>) {
      using F = decltype(Key::real);
      return {-std::numeric_limits<F>::infinity(), -std::numeric_limits<F>::infinity()};
    } else if constexpr (wild_nan) {
      return -std::numeric_limits<Key>::infinity();
    } else {
      return std::numeric_limits<Key>::min();
    }
  }
  static constexpr Key highest() {
    if constexpr (is_half && !nan_is_low) {
      return half_nan;
    } else if constexpr (is_complex<Key>) {
      using F = decltype(Key::real);
      return {std::numeric_limits<F>::infinity(), std::numeric_limits<F>::infinity()};
    } else if constexpr (wild_nan) {
      return std::numeric_limits<Key>::infinity();
    } else {
      return std::numeric_limits<Key>::max();
    }
  }
  // A key that no key but NaN's is worse than. Elements may have it: it is a start, not a sentinel.
  static constexpr Key worst() { return E == Extreme::min ? highest() : lowest(); }
  static constexpr Key wild_nan_key() {
    if constexpr (is_complex<Key>) {
      using F = decltype(Key::real);
      return {std::numeric_limits<F>::quiet_NaN(), std::numeric_limits<F>::quiet_NaN()};
    } else {
      return std::numeric_limits<Key>::quiet_NaN();
    }
  }
  static constexpr Key tame_nan_key() { return nan_is_low ? lowest() : highest(); }

  // What stands in the place of an element that a mask takes out of the choice: NaN, where that is
  // no candidate, or else an element than which none is worse.
  static constexpr Storage filler() {
    if constexpr (wild_nan) {
      return omits ? wild_nan_key() : worst();
    } else if constexpr (is_half) {
      const int bits = omits ? half_infinity + 1 : half_infinity;
      return static_cast<Storage>(E == Extreme::min ? bits : bits - 0x8000);
    } else if constexpr (D == DType::time) {
      // NaT is the lowest integer.
      constexpr Storage nat = std::numeric_limits<Storage>::min();
      return omits ? nat : E == Extreme::min ? std::numeric_limits<Storage>::max() : nat + 1;
    } else if constexpr (is_boolean) {
      return E == Extreme::min;
    } else {
      return E == Extreme::min ? std::numeric_limits<Storage>::max()
                               : std::numeric_limits<Storage>::min();
    }
  }

  // Key of an element, or keys of a vector of elements.
  template <class V>
  static auto key(V x) {
    if constexpr (is_boolean) {
      const V one = V(V{} + 1);
      return select(x < one, x, one);
    } else if constexpr (is_half) {
      const V turned = wrapping_add(with_sign_of(x, V(x & 0x7fff)), half_turn);
      const V nan = splat<V>(half_nan);
      if constexpr (nan_is_low)
        return turned > nan ? turned : nan;
      else
        return turned < nan ? turned : nan;
    } else if constexpr (D == DType::time && !nan_is_low) {
      if constexpr (std::is_same_v<V, Storage>)
        return static_cast<Key>(static_cast<std::uint64_t>(x) - 1u);
      else
        return reinterpret_cast<V>(reinterpret_cast<Vector<std::uint64_t>>(x) - 1u);
    } else if constexpr (D == DType::uint64) {
      const V flipped = x ^ (std::uint64_t{1} << 63);
      if constexpr (std::is_same_v<V, Storage>)
        return static_cast<Key>(flipped);
      else
        return reinterpret_cast<Vector<Key>>(flipped);
    } else {
      return x;
    }
  }

  // An element whose key it is.
  static Storage element(Key key) {
    if constexpr (is_half) {
      const auto x = wrapping_add(key, -half_turn);
      return x < 0 ? static_cast<Storage>(-x | -0x8000) : x;
    } else if constexpr (D == DType::time && !nan_is_low) {
      return static_cast<Storage>(static_cast<std::uint64_t>(key) + 1u);
    } else if constexpr (D == DType::uint64) {
      return static_cast<Storage>(key) ^ (std::uint64_t{1} << 63);
    } else {
      return key;
    }
  }

  // Strictly better, if neither is NaN.
  template <class V>
  static auto precedes(V x, V y) {
    if constexpr (E == Extreme::min)
      return x < y;
    else
      return y < x;
  }
  // Strictly better, as numbers: false if `x` is NaN.
  template <class V>
  static auto better(V x, V y) {
    if constexpr (is_complex<Key>) {
      // The real part may be a number though the whole is not.
      return truth(precedes(x, y) & invert(is_wild_nan(x)));
    } else if constexpr (E == Extreme::min)
      return x < y;
    else
      return x > y;
  }
  // The better of two, `y` if neither is; never a NaN if `y` is none.
  template <class V>
  static V pick(V x, V y) {
    // In one expression, where a compiler knows the instruction for it.
    if constexpr (is_complex<Key> && !omits)
      return select(precedes(x, y), x, y);  // whoever propagates NaN looks for it, too
    else if constexpr (is_complex<Key>)
      return select(better(x, y), x, y);
    else if constexpr (E == Extreme::min)
      return x < y ? x : y;
    else
      return x > y ? x : y;
  }

  template <class V>
  static auto is_wild_nan(V x) {
    if constexpr (is_complex<Key>)
      return unordered(x.real, x.imag);
    else
      return x != x;
  }
  // Whether one of two is.
  template <class V>
  static auto is_wild_nan(V x, V y) {
    if constexpr (is_complex<Key>)
      return truth(is_wild_nan(x) | is_wild_nan(y));
    else
      return unordered(x, y);
  }

  // Whether `x` takes the place of `best`, which comes before it in the lane. A `best` that is NaN
  // is final under `propagate` and nothing yet under `omit`.
  template <class V>
  static auto beats(V x, V best) {
    if constexpr (!wild_nan) {
      return better(x, best);
    } else if constexpr (is_complex<Key>) {
      const V guard = omits ? x : best, other = omits ? best : x;
      return truth((is_wild_nan(other) | better(x, best)) & (guard == guard));
    } else {
      const V guard = omits ? x : best;  // true of a NaN on the other side, false of one here
      if constexpr (E == Extreme::min)
        return truth(invert(x >= best) & (guard == guard));
      else
        return truth(invert(x <= best) & (guard == guard));
    }
  }

  // Whether nothing that comes later beats the key: the first NaN, where it is not omitted, or the
  // better of two booleans.
  static bool is_final(Key x) {
    if constexpr (is_boolean)
      return x == (E == Extreme::max);
    else if constexpr (omits)
      return false;
    else if constexpr (wild_nan)
      return is_wild_nan(x);
    else
      return tame_nan && x == tame_nan_key();
  }

  // Whether a key that came out best means that there was no candidate.
  static bool is_missing(Key x) {
    if constexpr (!omits)
      return false;
    else if constexpr (wild_nan)
      return is_wild_nan(x);
    else
      return tame_nan && x == tame_nan_key();
  }
};

// Keeps the better of the panel's answer for a lane and a new one: a candidate beats none, then the
// order decides, then the smaller index. Any order of merging gives one answer.
template <class O>
void merge(const Panel& panel, Index lane, typename O::Key key, Index index) {
  auto& best = reinterpret_cast<typename O::Key*>(panel.keys)[lane];
  Index& best_index = panel.indices[lane];
  // Without branches: which of two answers wins cannot be predicted.
  const bool wins = bool(O::beats(key, best)) | (!bool(O::beats(best, key)) & (index < best_index));
  const bool takes = (index != no_candidate) & ((best_index == no_candidate) | wins);
  best = takes ? key : best;
  best_index = takes ? index : best_index;
}

// Says of a panel's first lanes that there is no candidate in them so far.
template <class O>
void clear(const Panel& panel, Index lanes) {
  auto* const keys = reinterpret_cast<typename O::Key*>(panel.keys);
  for (Index lane = 0; lane < lanes; ++lane) {
    keys[lane] = O::key(O::filler());
    panel.indices[lane] = no_candidate;
  }
}

// Calls `settle(lane)` for all of `count` lanes but those of vectors in which every key `before`
// wins against its key `now`: where there have been many elements most lanes keep what they have.
template <class O, class Settle>
void each_open(const typename O::Key* before, const typename O::Key* now, Index count,
               Settle settle) {
  using V = Vector<typename O::Key>;
  constexpr Index wide = lanes_of<typename O::Key>;
  Index i = 0;
  if constexpr (wide > 1)
    for (; i + wide <= count; i += wide) {
      const V x = load<V>(reinterpret_cast<const char*>(before + i));
      const V y = load<V>(reinterpret_cast<const char*>(now + i));
      if (any(invert(O::beats(x, y))))
        for (Index lane = 0; lane < wide; ++lane) settle(i + lane);
    }
  for (; i < count; ++i) settle(i);
}

template <class O>
void merge_panels(const Panel& into, const Panel& from, Index lanes, Index copies, Index step) {
  using Key = typename O::Key;
  using V = Vector<Key>;
  constexpr Index wide = lanes_of<Key>;
  auto* const before = reinterpret_cast<Key*>(into.keys);
  const auto* now = reinterpret_cast<const Key*>(from.keys);
  const Index* indices = from.indices;
  for (Index copy = 0; copy < copies; ++copy, now += lanes, indices += lanes) {
    const Index offset = copy * step;
    const auto settle = [&](Index lane) {
      const Index index = indices[lane];
      merge<O>(into, lane, now[lane], index == no_candidate ? index : index + offset);
    };
    Index i = 0;
    if constexpr (wide > 1)
      for (; i + wide <= lanes; i += wide) {
        const V x = load<V>(reinterpret_cast<const char*>(before + i));
        const V y = load<V>(reinterpret_cast<const char*>(now + i));
        const auto stays = O::beats(x, y), wins = O::beats(y, x);
        if (!any(invert(stays))) continue;
        if (any(invert(truth(stays | wins)))) {  // equal, or there is no candidate
          for (Index lane = 0; lane < wide; ++lane) settle(i + lane);
          continue;
        }
        store(reinterpret_cast<char*>(before + i), select(wins, y, x));
        alignas(64) Element<decltype(wins)> won[wide];
        store(reinterpret_cast<char*>(won), wins);
        for (Index lane = 0; lane < wide; ++lane) {
          // By masks: as a choice it would be a branch, which could not be predicted.
          const Index other = -Index{won[lane] != 0};
          Index& index = into.indices[i + lane];
          index = (index & ~other) | ((indices[i + lane] + offset) & other);
        }
      }
    for (; i < lanes; ++i) settle(i);
  }
}

// Writes a tile's answer for a lane to the panel.
template <class O>
void put(const Tile& tile, const Panel& panel, Index lane, typename O::Key key, Index index) {
  if (!tile.fresh) return merge<O>(panel, lane, key, index);
  reinterpret_cast<typename O::Key*>(panel.keys)[lane] = key;
  panel.indices[lane] = index;
}

}  // namespace minloc::MINLOC_ISA
