// How keys compare, how elements become keys (coding.hpp), and how answers are merged.
//
// The smallest key is the best. For a family whose keys are floats or complex numbers a NaN is
// "wild": it compares with nothing, and `beats` takes care of it. Where keys are integers a NaN is
// an integer like others, at one end of them.
#pragma once

#include <limits>

#include "../leaves.hpp"
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

// The keys of one family under a NaN policy.
template <Family F, Nan N>
struct Keys {
  using Key = typename StorageOf<F>::type;
  using Part = typename PartOf<Key>::type;
  using Limits = std::numeric_limits<Part>;

  static constexpr Family family = F;
  static constexpr bool is_boolean = F == Family::boolean;
  static constexpr bool is_half = F == Family::half;
  static constexpr bool wild_nan = is_complex<Key> || std::is_floating_point_v<Key>;
  static constexpr bool omits = N == Nan::omit;  // of wild NaN; the coding tells of others
  // Whether a loop has to look for NaN that end a slice.
  static constexpr bool looks_for_nan = wild_nan && !omits;
  // Whether there may be the key of a NaN among integers, as the coding says: of a half, of a time,
  // or of a half that is a key already.
  static constexpr bool tame_nan = is_half || F == Family::int64 || F == Family::int16;
  // Whether there may be keys that are no candidates.
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
      const V all = turned(flipped(x, coding.flip), coding.turn);
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
  // Whether elements can be picked from before they are keys: elements of halves become integers,
  // of which the largest are picked as such.
  static constexpr bool picks_elements = !is_boolean && lanes_of<Key> > 1 && !is_complex<Key>;

  // Calls `with.operator()<pick>()` for the coding's pick, or one that is as good.
  template <class With>
  MINLOC_INLINE static auto with_pick(Pick pick, With with) {
    if constexpr (picks_elements) {
      if (pick == Pick::smallest) return with.template operator()<Pick::smallest>();
      if (pick == Pick::largest) return with.template operator()<Pick::largest>();
      if constexpr (is_half) {
        if (pick == Pick::smallest_half_omitting)
          return with.template operator()<Pick::smallest_half_omitting>();
        if (pick == Pick::largest_half_omitting)
          return with.template operator()<Pick::largest_half_omitting>();
      } else if constexpr (std::is_integral_v<Key>) {
        if (pick == Pick::smallest_unsigned)
          return with.template operator()<Pick::smallest_unsigned>();
        if (pick == Pick::largest_unsigned)
          return with.template operator()<Pick::largest_unsigned>();
      }
      if constexpr (F != Family::int64) __builtin_unreachable();
    }
    return with.template operator()<Pick::coded>();
  }
  template <Pick p>
  static constexpr bool picks_largest =
      p == Pick::largest || p == Pick::largest_unsigned || p == Pick::largest_half_omitting;
  // What is picked from: elements, or keys; where to begin; and what comes of it as keys.
  template <Pick p, class V>
  V met(V element) const {
    if constexpr (p == Pick::coded) {
      return key(element);
    } else if constexpr (is_half) {
      // Where the largest are picked everything is counted from the other end.
      constexpr bool from_end = picks_largest<p>;
      constexpr bool nan_is_low = (p == Pick::smallest || p == Pick::largest_half_omitting);
      const V all = turned(element, from_end ? ~coding.turn : coding.turn);
      const V nan = splat<V>(static_cast<Key>(from_end ? ~coding.nan_key : coding.nan_key));
      return nan_is_low ? larger(all, nan) : smaller(all, nan);
    } else {
      return element;
    }
  }
  template <Pick p>
  Key start() const {
    if constexpr (p == Pick::coded || (is_half && !picks_largest<p>))
      return worst();
    else if constexpr (is_half)
      return static_cast<Key>(~worst());
    else
      return element(worst());
  }
  template <Pick p, class V>
  V key_of_met(V x) const {
    if constexpr (p == Pick::coded || (is_half && !picks_largest<p>))
      return x;
    else if constexpr (is_half)
      return V(~x);
    else
      return key(x);
  }
  // The better of two of them, `y` if neither is.
  template <Pick p, class V>
  static V pick_met(V x, V y) {
    if constexpr (p == Pick::coded) {
      return pick(x, y);
    } else if constexpr (p == Pick::smallest || p == Pick::smallest_half_omitting) {
      return smaller(x, y);
    } else if constexpr (p == Pick::largest || p == Pick::largest_half_omitting) {
      return larger(x, y);
    } else {
      using U = Vector<std::make_unsigned_t<Key>>;
      const U a = reinterpret_cast<U>(x), b = reinterpret_cast<U>(y);
      return reinterpret_cast<V>(p == Pick::smallest_unsigned ? smaller(a, b) : larger(a, b));
    }
  }

  // The best lane of a vector of them.
  template <Pick p, class V>
  static Key fold_met(V x) {
    if constexpr (is_vector<V> && std::is_integral_v<Key> && sizeof(Key) <= 2) {
      // As unsigned integers, of which the smallest is the best.
      using U = std::make_unsigned_t<Key>;
      constexpr bool has_sign = p != Pick::smallest_unsigned && p != Pick::largest_unsigned;
      constexpr U sign = has_sign ? U(U{1} << (8 * sizeof(U) - 1)) : U{0};
      constexpr U flip = picks_largest<p> ? U(~sign) : sign;
      return static_cast<Key>(smallest_lane(Vector<U>(reinterpret_cast<Vector<U>>(x) ^ flip)) ^
                              flip);
    } else {
      return fold(x, [](V a, V b) { return pick_met<p>(a, b); });
    }
  }

  // Halves as integers, turned until all NaN are at one end.
  template <class V>
  static V turned(V x, std::int64_t turn) {
    return wrapping_add(with_sign_of(x, V(x & 0x7fff)), turn);
  }

  // Whether keys are elements as they are.
  bool are_elements() const {
    return !is_half && !is_boolean && coding.flip == 0 && coding.turn == 0;
  }

  // An element whose key it is.
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

  // A key that no candidate's is worse than. Elements may have it: it is a start, not a sentinel.
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
  // A key that no other beats, but for a wild NaN.
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
  // The key of an element that a mask takes out of the choice: a NaN's, where that is no candidate,
  // or else one than which none is worse.
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
  // The better of two, `y` if neither is; never a NaN if `y` is none.
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
  // Whether nothing that comes later beats the key: the first NaN, where it is not omitted, or the
  // better of two booleans.
  bool is_final(Key x) const {
    if constexpr (is_boolean)
      return x == 0;
    else if constexpr (tame_nan)
      return is_nan(x) && x < 0;
    else
      return looks_for_nan && is_nan(x);
  }
  // Whether a key that came out best means that there was no candidate.
  bool is_missing(Key x) const {
    if constexpr (tame_nan)
      return is_nan(x) && x > 0;
    else
      return wild_nan && omits && is_nan(x);
  }
};

// Keeps the better of the panel's answer for a slice and a new one: a candidate beats none, then
// the keys decide, then the smaller index. Any order of merging gives one answer.
template <class O>
void merge(const Panel& panel, Index slice, typename O::Key key, Index index) {
  auto& best = reinterpret_cast<typename O::Key*>(panel.keys)[slice];
  Index& best_index = panel.indices[slice];
  // Without branches: which of two answers wins cannot be predicted.
  const bool wins = bool(O::beats(key, best)) | (!bool(O::beats(best, key)) & (index < best_index));
  const bool takes = (index != no_candidate) & ((best_index == no_candidate) | wins);
  best = takes ? key : best;
  best_index = takes ? index : best_index;
}

// Says of a panel's first slices that there is no candidate in them so far.
template <class O>
void clear(const O& order, const Panel& panel, Index slices) {
  auto* const keys = reinterpret_cast<typename O::Key*>(panel.keys);
  for (Index slice = 0; slice < slices; ++slice) {
    keys[slice] = order.filler();
    panel.indices[slice] = no_candidate;
  }
}

// Calls `settle(i)` for all of `count` slices but those of vectors in which every key `before` wins
// against its key `now`: where there have been many elements most slices keep what they have.
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

// What a panel holds at a place, as keys, and back.
template <class V, class Key>
V load_flipped(const Key* keys, std::uint64_t flip) {
  const V x = load<V>(reinterpret_cast<const char*>(keys));
  if constexpr (sizeof(typename PartOf<Key>::type) <= sizeof(flip))
    return flipped(x, flip);
  else
    return x;  // of long doubles only keys are merged
}
template <class V, class Key>
void store_flipped(Key* keys, V x, std::uint64_t flip) {
  if constexpr (sizeof(typename PartOf<Key>::type) <= sizeof(flip))
    store(reinterpret_cast<char*>(keys), flipped(x, flip));
  else
    store(reinterpret_cast<char*>(keys), x);
}

template <class O>
void merge_panels(const Panel& into, const Panel& from, Index slices, Index copies, Index step,
                  std::uint64_t flip) {
  using Key = typename O::Key;
  using V = Vector<Key>;
  constexpr Index wide = lanes_of<Key>;
  auto* const before = reinterpret_cast<Key*>(into.keys);
  const auto* now = reinterpret_cast<const Key*>(from.keys);
  const Index* indices = from.indices;
  for (Index copy = 0; copy < copies; ++copy, now += slices, indices += slices) {
    const Index offset = copy * step;
    const auto settle = [&](Index slice) {
      const Index index = indices[slice];
      Key key = load_flipped<Key>(before + slice, flip);
      const Panel one{reinterpret_cast<char*>(&key), into.indices + slice};
      merge<O>(one, 0, load_flipped<Key>(now + slice, flip),
               index == no_candidate ? index : index + offset);
      store_flipped(before + slice, key, flip);
    };
    Index i = 0;
    if constexpr (wide > 1)
      for (; i + wide <= slices; i += wide) {
        const V x = load_flipped<V>(before + i, flip), y = load_flipped<V>(now + i, flip);
        const auto stays = O::beats(x, y), wins = O::beats(y, x);
        if (!any(invert(stays))) continue;
        if (any(invert(truth(stays | wins)))) {  // equal, or there is no candidate
          for (Index lane = 0; lane < wide; ++lane) settle(i + lane);
          continue;
        }
        store_flipped(before + i, select(wins, y, x), flip);
        alignas(64) Element<decltype(wins)> won[wide];
        store(reinterpret_cast<char*>(won), wins);
        for (Index lane = 0; lane < wide; ++lane) {
          // By masks: as a choice it would be a branch, which could not be predicted.
          const Index other = -Index{won[lane] != 0};
          Index& index = into.indices[i + lane];
          index = (index & ~other) | ((indices[i + lane] + offset) & other);
        }
      }
    for (; i < slices; ++i) settle(i);
  }
}

// Writes the first answer for a slice to the panel, or merges one that is not the first.
template <class O>
void put(bool fresh, const Panel& panel, Index slice, typename O::Key key, Index index) {
  if (!fresh) return merge<O>(panel, slice, key, index);
  reinterpret_cast<typename O::Key*>(panel.keys)[slice] = key;
  panel.indices[slice] = index;
}

}  // namespace minloc::MINLOC_ISA
