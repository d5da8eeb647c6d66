// Picking the best of some elements before they become keys, by one instruction.
//
// Flipping bits costs an instruction for each element; the processor can find the smallest or the
// largest of signed and unsigned integers and of floats without it. So a loop compares elements in
// a *pickable* form that depends on the coding's Pick, and only what it picked becomes a key. The
// pick is a template argument of the loop, chosen once for a block or a group by `with_pick`.
#pragma once

#include "order.hpp"

namespace minloc::MINLOC_ISA {

template <Family F, Nan N>
struct Keys : KeyOrder<F, N> {
  using Base = KeyOrder<F, N>;
  using Key = typename Base::Key;
  using Base::is_boolean, Base::is_half, Base::coding, Base::shifted;

  // Whether elements have pickable forms other than their keys.
  static constexpr bool picks_elements = !is_boolean && lanes_of<Key> > 1 && !is_complex<Key>;

  // Whether elements are compared, as signed integers, and then chosen from, because there is no
  // one instruction for it: integers of 64 bits without AVX-512.
#if defined(__x86_64__) && !defined(__AVX512VL__)
  static constexpr bool takes_two_steps = std::is_integral_v<Key> && sizeof(Key) == 8;
#else
  static constexpr bool takes_two_steps = false;
#endif

  // Calls `with.operator()<pick>()` for the coding's pick, or for an equivalent one. Unless
  // `either_extreme`, it is not that of the largest elements.
  template <bool either_extreme = true, class With>
  MINLOC_INLINE static auto with_pick(Pick pick, With with) {
    if constexpr (picks_elements) {
      if (pick == Pick::smallest) return with.template operator()<Pick::smallest>();
      if constexpr (either_extreme)
        if (pick == Pick::largest) return with.template operator()<Pick::largest>();
      if constexpr (is_half) {
        if (pick == Pick::smallest_half_omitting)
          return with.template operator()<Pick::smallest_half_omitting>();
        if constexpr (either_extreme)
          if (pick == Pick::largest_half_omitting)
            return with.template operator()<Pick::largest_half_omitting>();
      } else if constexpr (std::is_integral_v<Key>) {
        if (pick == Pick::smallest_unsigned)
          return with.template operator()<Pick::smallest_unsigned>();
        if constexpr (either_extreme)
          if (pick == Pick::largest_unsigned)
            return with.template operator()<Pick::largest_unsigned>();
      }
      if constexpr (F != Family::int64) __builtin_unreachable();
    }
    return with.template operator()<Pick::coded>();
  }

  // Whether a coding with pick p may have a NaN that ends a slice (see coding.cpp).
  template <Pick p>
  static constexpr bool may_end_at_nan =
      Base::looks_for_nan || (is_half && (p == Pick::smallest || p == Pick::largest)) ||
      (F == Family::int64 && (p == Pick::smallest || p == Pick::coded));

  // The pickable form of an element.
  template <Pick p, class V>
  V pickable(V element) const {
    if constexpr (p == Pick::coded) {
      return this->key(element);
    } else if constexpr (is_half) {
      // To pick the largest, the keys' integers are complemented.
      constexpr bool complements = picks_largest(p);
      constexpr bool nan_is_low = (p == Pick::smallest || p == Pick::largest_half_omitting);
      const V all = shifted(element, complements ? ~coding.turn : coding.turn);
      const V nan = splat<V>(static_cast<Key>(complements ? ~coding.nan_key : coding.nan_key));
      return nan_is_low ? larger(all, nan) : smaller(all, nan);
    } else {
      return turned_over<p>(element);
    }
  }
  // The worst pickable, where a search starts.
  template <Pick p>
  Key start() const {
    if constexpr (p == Pick::coded || (is_half && !picks_largest(p)))
      return this->worst();
    else if constexpr (is_half)
      return static_cast<Key>(~this->worst());
    else
      return turned_over<p>(this->element(this->worst()));
  }
  // The key of a pickable.
  template <Pick p, class V>
  V key_of_picked(V x) const {
    if constexpr (p == Pick::coded || (is_half && !picks_largest(p)))
      return x;
    else if constexpr (is_half)
      return V(~x);
    else
      return this->key(turned_over<p>(x));
  }
  // The better of two pickables, `y` if neither is.
  template <Pick p, class V>
  static V pick_by(V x, V y) {
    if constexpr (p == Pick::coded) {
      return Base::pick(x, y);
    } else if constexpr (takes_two_steps || !is_unsigned(p)) {
      return picks_largest(p) ? larger(x, y) : smaller(x, y);
    } else {
      using U = Vector<std::make_unsigned_t<Key>>;
      const U a = reinterpret_cast<U>(x), b = reinterpret_cast<U>(y);
      return reinterpret_cast<V>(p == Pick::smallest_unsigned ? smaller(a, b) : larger(a, b));
    }
  }

  // The best lane of a vector of pickables.
  template <Pick p, class V>
  static Key fold_by(V x) {
    if constexpr (is_vector<V> && std::is_integral_v<Key> && sizeof(Key) <= 2) {
      // As unsigned integers, of which the smallest is the best.
      using U = std::make_unsigned_t<Key>;
      constexpr bool has_sign = !is_unsigned(p);
      constexpr U sign = has_sign ? U(U{1} << (8 * sizeof(U) - 1)) : U{0};
      constexpr U flip = picks_largest(p) ? U(~sign) : sign;
      return static_cast<Key>(smallest_lane(Vector<U>(reinterpret_cast<Vector<U>>(x) ^ flip)) ^
                              flip);
    } else {
      return fold(x, [](V a, V b) { return pick_by<p>(a, b); });
    }
  }

 private:
  // From an element to its pickable form and back, where the top bit of unsigned ones is flipped.
  template <Pick p, class V>
  static V turned_over(V x) {
    if constexpr (takes_two_steps && is_unsigned(p))
      return flipped(x, std::uint64_t{1} << 63);
    else
      return x;
  }
};

}  // namespace minloc::MINLOC_ISA
