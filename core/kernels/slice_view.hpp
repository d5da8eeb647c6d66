// One slice, or a piece of one, as it lies in memory, and the search for elements in it.
//
// Positions count upwards in memory. A slice with a negative stride runs *down*: its first element
// has the highest position, so of equal elements the one with the highest position is kept.
#pragma once

#include "view.hpp"

namespace minloc::MINLOC_ISA {

// The answer of a slice, or of a part of it.
template <class O>
struct Found {
  typename O::Key key;
  Index position = no_candidate;
};

// Tells booleans that are `truth`; any byte but 0 is true.
struct IsTruth {
  bool truth;

  template <class X>
  auto operator()(X x) const {
    return truth ? x != X{} : x == X{};
  }
  // True of this lane if true of one of the two.
  template <class V>
  V join(V x, V y) const {
    return truth ? V(x | y) : smaller(x, y);
  }
};

template <class O, class View>
struct SliceView {
  using Key = typename O::Key;
  using V = Vector<Key>;
  using C = Counters<Key>;
  static constexpr Index lanes = lanes_of<Key>;

  View view;
  bool down;

  const O& order() const { return view.order; }

  // Whether `x`, which was read after `best`, takes its place.
  template <class X>
  auto beats(X x, X best) const {
    return down ? invert(O::beats(best, x)) : O::beats(x, best);
  }
  // Keeps the better of the best so far and one that was found after it.
  void keep_better(Found<O>& best, const Found<O>& found) const {
    if (found.position == no_candidate) return;
    if (best.position == no_candidate || beats(found.key, best.key)) best = found;
  }

  // The first element of the slice in [begin, end) for which `wanted` is true; no_candidate if
  // there is none.
  template <class Wanted>
  Index find(Index begin, Index end, Wanted wanted) const {
    if constexpr (View::adjacent)
      if (down) return find_from<true>(begin, end, wanted);
    return find_from<false>(begin, end, wanted);
  }
  template <bool runs_down, class Wanted>
  Index find_from(Index begin, Index end, Wanted wanted) const {
    constexpr Index some = (O::is_boolean ? 2 : 1) * unroll * lanes;
    const Index length = end - begin;
    Index n = 0;
    // Where the next `count` elements of the slice begin.
    const auto next = [&](Index count) { return runs_down ? end - n - count : begin + n; };
    if constexpr (lanes > 1) {
      const auto position = [&](auto hit) {
        return next(lanes) + (runs_down ? last_true(hit) : first_true(hit));
      };
      // A boolean that is searched for is usually among the first elements; a NaN is not.
      if (O::is_boolean && length >= lanes) {
        if (const auto hit = wanted(view.from(next(lanes))); any(hit)) return position(hit);
        n = lanes;
      }
      if constexpr (View::adjacent)
        while (n + some <= length && !any_of<some / lanes>(next(some), wanted)) n += some;
      for (; n + lanes <= length; n += lanes)
        if (const auto hit = wanted(view.from(next(lanes))); any(hit)) return position(hit);
    }
    for (; n < length; ++n)
      if (wanted(view.at(next(1)))) return next(1);
    return no_candidate;
  }
  // Whether `wanted` is true in one of `vectors` vectors from `i` on.
  template <Index vectors, class Wanted>
  bool any_of(Index i, Wanted wanted) const {
    if constexpr (requires(V x) { wanted.join(x, x); }) {
      V all = view.from(i);
      unrolled<vectors - 1>(
          [&](int n) MINLOC_INLINE { all = wanted.join(all, view.from(i + (n + 1) * lanes)); });
      return any(wanted(all));
    } else if constexpr (vectors % 2 == 0 && requires(V x) { wanted(x, x); }) {
      auto all = wanted(view.from(i), view.from(i + lanes));
      unrolled<vectors / 2 - 1>([&](int n) MINLOC_INLINE {
        all |= wanted(view.from(i + (2 * n + 2) * lanes), view.from(i + (2 * n + 3) * lanes));
      });
      return any(all);
    } else {
      auto all = wanted(view.from(i));
      unrolled<vectors - 1>(
          [&](int n) MINLOC_INLINE { all = all | wanted(view.from(i + (n + 1) * lanes)); });
      return any(all);
    }
  }

  // The first element of the slice, of those in some vectors, that has a key; no_candidate if there
  // is none. No branch depends on its position.
  MINLOC_INLINE Index find_key(Index begin, Index vectors, Key key) const {
    const auto wanted = has_key(key);
    if constexpr (!View::adjacent) {  // to collect them is long code: it is there once
      for (Index i = begin; i < begin + vectors * lanes; i += lanes)
        if (const auto hit = wanted(view.from(i)); any(hit)) return i + first_true(hit);
      return no_candidate;
    }
    const Index first = down ? begin + (vectors - 1) * lanes : begin, step = down ? -lanes : lanes;
    constexpr auto none = std::numeric_limits<Counter<Key>>::max();
    C number = splat<C>(none);
    for (Index n = vectors - 1; n >= 0; --n)
      number = select(wanted(view.from(first + n * step)), splat<C>(static_cast<Counter<Key>>(n)),
                      number);
    const auto least = static_cast<Index>(smallest_lane(number));
    const Index at = first + (least < vectors ? least : 0) * step;
    const auto hit = wanted(view.from(at));
    if (!any(hit)) [[unlikely]]
      return no_candidate;
    return at + (down ? last_true(hit) : first_true(hit));
  }
  // The same of a few vectors, for anything that is `wanted`, from the bits of masks.
  template <int vectors, class Wanted>
  MINLOC_INLINE Index locate(Index begin, Wanted wanted) const {
    Index at = no_candidate;
    unrolled<vectors>([&](int n) MINLOC_INLINE {
      const Index i = begin + (down ? n : vectors - 1 - n) * lanes;
      const auto hit = wanted(view.from(i));
      const std::uint64_t bits = bits_of(hit);
      const Index here = i + (down ? 63 - __builtin_clzll(bits | 1)
                                   : __builtin_ctzll(bits | std::uint64_t{1} << 63)) /
                                 static_cast<int>(sizeof(typename O::Part));
      at = bits != 0 ? here : at;
    });
    return at;
  }
  auto has_key(Key key) const {
    const O order = this->order();
    const Key wanted = O::is_bijective ? order.element(key) : key;
    return [=](auto x) {
      using X = decltype(x);
      if constexpr (O::is_bijective)
        return x == splat<X>(wanted);
      else
        return order.key(x) == splat<X>(wanted);
    };
  }

  // The best of elements [begin, end), each of which is read once. (A function that is not inlined
  // takes the slice by value, or else the compiler keeps it in memory.)
  [[gnu::noinline]] static Found<O> best_one_by_one(SliceView slice, Index begin, Index end) {
    const O order = slice.order();
    Found<O> best{order.worst()};
    for (Index n = begin; n < end; ++n) {
      const Index i = slice.down ? begin + (end - 1 - n) : n;
      const Key x = slice.view.key_at(i);
      if (best.position == no_candidate ? !order.is_missing(x) : bool(O::beats(x, best.key)))
        best = {x, i};
    }
    return best;
  }

  // The smallest, and the largest, of the numbers where `has_it`.
  template <class Mask>
  static Index smallest_number(C numbers, Mask has_it) {
    constexpr auto none = std::numeric_limits<Counter<Key>>::max();
    return static_cast<Index>(smallest_lane(select(has_it, numbers, splat<C>(none))));
  }
  template <class Mask>
  static Index largest_number(C numbers, Mask has_it) {
    constexpr auto largest = std::numeric_limits<Counter<Key>>::max();
    return largest - smallest_number(largest - numbers, has_it);
  }
};

}  // namespace minloc::MINLOC_ISA
