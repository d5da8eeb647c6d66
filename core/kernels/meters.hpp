// Meters: which of several elements may be nearer, or farther, than the best so far.
//
// A bound is made of the best key so far, and elements are held against it a vector at a time. For
// most dtypes the bound is that key, and the answer exact. For complex numbers it is the square of
// the modulus, with a margin, so that hypot is asked for only where it may matter.
#pragma once

#include "distances.hpp"
#include "picks.hpp"

namespace minloc::MINLOC_ISA {

// What the distances of a slice are compared with, as keys of O: the best so far.
template <class O, class T, class D>
struct Meter {
  using Order = O;
  using Key = typename O::Key;
  using Bound = Key;
  using V = Vector<Key>;
  using Mask = std::remove_cv_t<decltype(O::is_wild_nan(V{}))>;
  static constexpr bool keys_are_bounds = true;
  O order;
  D distance;

  Bound bound_of(Key best) const { return best; }
  Key key(T x, T v) const { return order.key(distance(x, v)); }
  // Whether the key of one element is worth asking for.
  bool is_worth(T, T, Bound) const { return true; }

  // The best of several distances, in each lane, and whether there was a NaN that counts.
  struct Best {
    V best;
    Mask nan{};
  };
  MINLOC_INLINE Best none() const { return {splat<V>(order.worst())}; }
  MINLOC_INLINE void meet(Best& so_far, Vector<T> x, Vector<T> v) const {
    const V key = order.key(distance(x, v));
    if constexpr (O::looks_for_nan) so_far.nan |= O::is_wild_nan(key);
    so_far.best = O::pick(key, so_far.best);
  }
  // In which lanes one of them may beat the bound.
  MINLOC_INLINE auto may_win(const Best& so_far, V bound) const {
    if constexpr (O::looks_for_nan)
      return truth(O::better(so_far.best, bound) | (so_far.nan & (bound == bound)));
    else
      return O::beats(so_far.best, bound);
  }
};

// The same for complex numbers. The bound is for the square of the modulus, with a margin for what
// rounding may do to either; where that overflows or vanishes, it lets through whatever may win.
template <class O, class F>
struct Meter<O, Complex<F>, Modulus> {
  using Order = O;
  using Key = F;
  using Bound = F;
  using T = Complex<F>;
  using V = Vector<F>;
  using Mask = std::remove_cv_t<decltype(O::is_wild_nan(V{}))>;
  static constexpr bool keys_are_bounds = false;
  static constexpr bool is_double = sizeof(F) == 8;
  static constexpr F margin = is_double ? F(0x1p-48) : F(0x1p-19);
  static constexpr F tiny = is_double ? F(0x1p-960) : F(0x1p-96);
  static constexpr F huge = is_double ? F(0x1p960) : F(0x1p96);
  static constexpr F infinity = std::numeric_limits<F>::infinity();
  O order;
  Modulus distance;

  bool largest() const { return order.coding.flip != 0; }
  Key key(T x, T v) const { return order.key(distance(x, v)); }
  bool is_worth(T x, T v, Bound bound) const {
    const F real = x.real - v.real, imag = x.imag - v.imag;
    return !(order.key(real * real + imag * imag) > bound);
  }
  // Bounds are squares, or their negatives where the largest wins: the smaller wins, or an equal.
  Bound bound_of(Key best) const {
    if (O::is_wild_nan(best)) return O::omits ? infinity : -infinity;
    const F modulus = order.element(best), square = modulus * modulus;
    if (largest()) return square < huge ? -square * (1 - margin) + tiny : -huge;
    if (modulus == 0) return -1;
    return !(square < huge) ? infinity : square < tiny ? tiny : square * (1 + margin);
  }

  struct Best {
    V best;
    Mask nan{};
  };
  MINLOC_INLINE Best none() const { return {splat<V>(infinity)}; }
  MINLOC_INLINE void meet(Best& so_far, Vector<T> x, Vector<T> v) const {
    const V real = x.real - v.real, imag = x.imag - v.imag;
    const V square = order.key(real * real + imag * imag);
    so_far.nan |= O::is_wild_nan(square);
    so_far.best = smaller(square, so_far.best);
  }
  MINLOC_INLINE auto may_win(const Best& so_far, V bound) const {
    const auto wins = so_far.best <= bound;
    if constexpr (O::looks_for_nan)
      return truth(wins | (so_far.nan & (bound != splat<V>(-infinity))));
    else
      // What is omitted does not matter, but of an infinite part and a NaN the modulus is infinite.
      return truth(wins | (largest() ? so_far.nan : wins));
  }
};

// With the distance of a dtype and the order of its keys: of family F's distances, under a policy.
template <Family F, Nan N, class With>
MINLOC_INLINE inline auto with_meter(DType dtype, const Coding& coding, With with) {
  using T = typename StorageOf<F>::type;
  using O = Keys<is_complex<T> ? (sizeof(T) == 8 ? Family::float32 : Family::float64) : F, N>;
  return with_distance<F>(dtype, [&](auto distance) MINLOC_INLINE {
    return with(Meter<O, T, decltype(distance)>{O{coding}, distance});
  });
}

}  // namespace minloc::MINLOC_ISA
