// How elements become keys (coding.hpp), and how keys compare: the smallest is the best.
//
// This is the only place that knows NaN. Where keys are floats or complex numbers, a NaN is *wild*:
// comparisons with it are false, and `beats` handles it. Where keys are integers, a NaN is *tame*:
// the smallest or the largest key, which needs no special case.
#pragma once

#include <limits>

#include "../leaves.hpp"
#include "lanes.hpp"

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

// The keys of one family under a NaN policy.
template <Family F, Nan N>
struct KeyOrder {
  using Key = typename StorageOf<F>::type;
  using Part = typename PartOf<Key>::type;
  using Limits = std::numeric_limits<Part>;

  static constexpr Family family = F;
  static constexpr bool is_boolean = F == Family::boolean;
  static constexpr bool is_half = F == Family::half;
  static constexpr bool wild_nan = is_complex<Key> || std::is_floating_point_v<Key>;
  static constexpr bool omits = N == Nan::omit;  // of wild NaN; the coding tells of others
  // Whether a loop has to look for NaN, because the first one ends a slice.
  static constexpr bool looks_for_nan = wild_nan && !omits;
  // Whether an integer key may stand for NaN. (int16 because the keys of halves are int16 when they
  // are read as elements.)
  static constexpr bool tame_nan = is_half || F == Family::int64 || F == Family::int16;
  // Whether a key may mean that there is no candidate.
  static constexpr bool may_be_missing = tame_nan || (wild_nan && omits);

  Coding coding;

  // The key of an element, or the keys of a vector of elements.
  template <class V>
  V key(V x) const {
    if constexpr (is_boolean) {
      const V one = V(V{} + 1);
      return V(select(x < one, x, one) ^ static_cast<Key>(coding.flip));
    } else if constexpr (is_half) {
      constexpr Key lowest = Limits::min(), highest = Limits::max();
      const Key nan = static_cast<Key>(coding.nan_key);
      const V all = shifted(flipped(x, coding.flip), coding.turn);
      return smaller(larger(all, splat<V>(nan < 0 ? nan : lowest)),
                     splat<V>(nan < 0 ? highest : nan));
    } else if constexpr (F == Family::int64) {
      return wrapping_add(flipped(x, coding.flip), coding.turn);
    } else if constexpr (F == Family::longdouble) {
      return coding.flip ? -x : x;
    } else if constexpr (F == Family::clongdouble) {
      return coding.flip ? V{-x.real, -x.imag} : x;
    } else {
      return flipped(x, coding.flip);
    }
  }

  // Whether different elements have different keys, but for zeros and NaN.
  static constexpr bool is_bijective = !is_half && !is_boolean;

  // Reads halves, which are sign and magnitude, as integers, and shifts them until the NaN of both
  // signs are at one end.
  template <class V>
  static V shifted(V x, std::int64_t turn) {
    return wrapping_add(with_sign_of(x, V(x & 0x7fff)), turn);
  }

  // Whether keys are elements as they are.
  bool are_elements() const {
    return !is_half && !is_boolean && coding.flip == 0 && coding.turn == 0;
  }

  // An element with the given key.
  Key element(Key key) const {
    if constexpr (is_half) {
      const Key x = wrapping_add(key, -coding.turn);
      return flipped(x < 0 ? static_cast<Key>(-x | -0x8000) : x, coding.flip);
    } else if constexpr (F == Family::int64) {
      return flipped(wrapping_add(key, -coding.turn), coding.flip);
    } else {
      return this->key(key);
    }
  }

  // The worst key. Elements may have it, too: it is where a search starts, not a sentinel.
  Key worst() const {
    if constexpr (is_half)
      return coding.nan_key > 0 ? static_cast<Key>(coding.nan_key) : Limits::max();
    else if constexpr (is_complex<Key>)
      return {Limits::infinity(), Limits::infinity()};
    else if constexpr (wild_nan)
      return Limits::infinity();
    else
      return Limits::max();
  }
  // The best key, but for a wild NaN.
  static constexpr Key best_of_all() {
    if constexpr (is_complex<Key>)
      return {-Limits::infinity(), -Limits::infinity()};
    else if constexpr (wild_nan)
      return -Limits::infinity();
    else
      return Limits::min();
  }
  static constexpr Key wild_nan_key() {
    if constexpr (is_complex<Key>)
      return {Limits::quiet_NaN(), Limits::quiet_NaN()};
    else
      return Limits::quiet_NaN();
  }
  // The key of a masked element: that of NaN if NaN are omitted, else the worst.
  Key filler() const {
    if constexpr (wild_nan && omits)
      return wild_nan_key();
    else if constexpr (is_boolean)
      return 1;
    else
      return worst();
  }

  // Strictly better, as numbers: false if `x` is NaN.
  template <class V>
  static auto better(V x, V y) {
    if constexpr (is_complex<Key>)
      // The real part may be a number though the whole is not.
      return truth((x < y) & invert(is_wild_nan(x)));
    else
      return x < y;
  }
  // The better of two, `y` if neither is; never NaN if `y` is a number.
  template <class V>
  static V pick(V x, V y) {
    if constexpr (is_complex<Key> && !omits)
      return select(x < y, x, y);  // whoever propagates NaN looks for it, too
    else if constexpr (is_complex<Key>)
      return select(better(x, y), x, y);
    else
      return smaller(x, y);
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

  // Whether `x` takes the place of `best`, which comes before it in the slice. A `best` that is NaN
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
      return truth(invert(x >= best) & (guard == guard));
    }
  }

  // Whether it is the key of a NaN.
  bool is_nan(Key x) const {
    if constexpr (wild_nan)
      return is_wild_nan(x);
    else if constexpr (tame_nan)
      return coding.has_nan_key && x == static_cast<Key>(coding.nan_key);
    else
      return false;
  }
  // Whether there is a key that is an integer like others and that nothing beats.
  bool has_tame_final() const {
    if constexpr (is_boolean)
      return true;
    else
      return tame_nan && coding.has_nan_key && coding.nan_key <= 0;
  }
  // Whether there is a key that nothing beats.
  bool has_final() const { return looks_for_nan || has_tame_final(); }
  // Whether nothing later in the slice beats the key: that of the first NaN under `propagate`, or
  // the better of the two booleans.
  bool is_final(Key x) const {
    if constexpr (is_boolean)
      return x == 0;
    else if constexpr (tame_nan)
      return is_nan(x) && x < 0;
    else
      return looks_for_nan && is_nan(x);
  }
  // Whether this key, as the best of a slice, means that the slice has no candidate.
  bool is_missing(Key x) const {
    if constexpr (tame_nan)
      return is_nan(x) && x > 0;
    else
      return wild_nan && omits && is_nan(x);
  }
};

}  // namespace minloc::MINLOC_ISA
