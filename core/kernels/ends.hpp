// The ends of a slice, the smallest and the largest, found in one reading: an accumulator for each.
//
// A call for one extreme has one end; of two ends the first is the smallest. A slice is read in
// numbered *parts* of equal length; for each end and SIMD lane an accumulator holds the best
// pickable (picks.hpp) so far and the number of its part. So an index costs nothing until the slice
// has been read: then `settle` finds the best lane, the first part that has it, and the element in
// that part.
//
// Some elements are read twice, to take the best and to find it, and another thread or process may
// have changed them in between. If what was taken is not found, the elements are read again, one at
// a time.
#pragma once

#include "slice_view.hpp"
#include "turns.hpp"

namespace minloc::MINLOC_ISA {

// Where the parts of elements [begin, end) begin, in the order of the slice. Each has `size`
// elements; the last overlaps the one before it.
template <Index size>
struct PartPlaces {
  Index start, step, last, last_start;
  MINLOC_INLINE PartPlaces(Index begin, Index end, bool down)
      : start(down ? end - size : begin),
        step(down ? -size : size),
        last((end - begin - 1) / size),
        last_start(down ? begin : end - size) {}
  MINLOC_INLINE Index begin_of(Index n) const { return n < last ? start + n * step : last_start; }
};

template <class O, class View, int ends>
struct Ends {
  using Slice = SliceView<O, View>;
  using Key = typename O::Key;
  using V = Vector<Key>;
  using C = Counters<Key>;
  using Mask = decltype(O::is_wild_nan(V{}));
  static constexpr Index lanes = lanes_of<Key>;
  // Whether elements are read as they lie, and whether for one end only.
  static constexpr bool as_they_lie = View::adjacent && !View::masked;
  static constexpr bool is_plain = as_they_lie && ends == 1;
  // Whether loops prefetch as they go on, so that slices may be read in turns: see turns.hpp.
  static constexpr bool may_take_turns = is_plain && !is_compact && !O::is_boolean;
  static constexpr bool are_plain_booleans = O::is_boolean && as_they_lie;

  Slice slices[ends];  // the same slice, with the order of each end
  Found<O> best[ends];
  NextTurn* next = nullptr;  // what is read soon, from memory:
  bool in_turns = false;     // other slices,
  bool far = false;          // or more of a long one,
  bool trusts = true;        // which is not likely to end early

  const O& order(int end) const { return slices[end].order(); }
  bool down() const { return View::adjacent && slices[0].down; }

  // Calls `with.operator()<pick>()` for the pick of the first end.
  template <class With>
  MINLOC_INLINE static auto with_pick(Pick pick, With with) {
    if constexpr (as_they_lie)
      return O::template with_pick<ends == 1>(pick, with);
    else
      return with.template operator()<Pick::coded>();
  }
  // The pick of the first end, if that of the last is its opposite.
  static Pick pick_of(const Coding& first, const Coding& last) {
    return ends == 1 || last.pick == opposite(first.pick) ? first.pick : Pick::coded;
  }
  // Calls `with.operator()<end, pick>()` for each end.
  template <Pick first, class With>
  MINLOC_INLINE static void for_ends(With with) {
    with.template operator()<0, first>();
    if constexpr (ends > 1) with.template operator()<ends - 1, opposite(first)>();
  }

  // Keeps, lane by lane, the better of the best so far and the best of a later part; of equal ones
  // the earlier, or the later if `keeps_last`.
  template <Pick p>
  MINLOC_INLINE static void keep_better(V& top, C& number, V later, C later_number,
                                        bool keeps_last) {
    if constexpr (is_complex<Key>) {
      const auto wins = keeps_last ? invert(O::better(top, later)) : O::better(later, top);
      top = select(wins, later, top);
      number = select(wins, later_number, number);
    } else {
      const V better = O::template pick_by<p>(later, top);
      if (keeps_last)
        number = select(better == later, later_number, number);
      else
        number = select(better == top, number, later_number);
      top = better;
    }
  }

  // Whether each end has met a key that nothing beats, and that is an integer like others; `top`
  // has the best pickables.
  template <Pick first>
  MINLOC_INLINE bool have_final(const V (&top)[ends]) const {
    bool all = true;
    for_ends<first>([&]<int e, Pick p>() MINLOC_INLINE {
      const Coding& coding = order(e).coding;
      const Key final = O::is_boolean ? Key{} : static_cast<Key>(coding.nan_key);
      all = all && order(e).has_tame_final() &&
            any(order(e).template key_of_picked<p>(top[e]) == splat<V>(final));
    });
    return all;
  }

  // Whether nothing that comes later in a slice beats what was found.
  bool are_final(const Found<O> (&found)[ends]) const {
    for (int e = 0; e < ends; ++e)
      if (!order(e).is_final(found[e].key)) return false;
    return true;
  }
  // Answers a slice of `length` elements by its first NaN; false if it has none.
  //
  // Precondition: `best` is that of a slice that ended at a NaN.
  bool find_first_nan(Index length) {
    const Index at =
        O::wild_nan ? find_nan(slices[0], 0, length) : find_key(slices[0], 0, length, best[0].key);
    if (at == no_candidate) return false;
    for (int e = 0; e < ends; ++e) best[e].position = at;
    return true;
  }

  // The answer of elements [begin, end) for end `e` with pick p, from its accumulator. A part has
  // `vectors` vectors, and part n begins at `begin_of(n)`; of the parts with the best key the first
  // is wanted, or the last if `keeps_last`.
  template <int e, Pick p, int vectors, class BeginOf>
  MINLOC_INLINE Found<O> settle(V top, C number, Index begin, Index end, bool keeps_last,
                                BeginOf begin_of) const {
    const Slice& slice = slices[e];
    const Key picked = O::template fold_by<p>(top);
    const Key key = order(e).template key_of_picked<p>(picked);
    if (order(e).is_missing(key)) return {key};
    if constexpr (O::wild_nan && O::omits)
      if (key == order(e).worst()) return {key, find_number(slice, begin, end)};
    const auto has_it = top == splat<V>(picked);
    const Index n =
        keeps_last ? Slice::largest_number(number, has_it) : Slice::smallest_number(number, has_it);
    if constexpr (vectors == 1) {
      const auto hit = truth(has_it & (number == splat<C>(static_cast<Counter<Key>>(n))));
      return {key, begin_of(n) + (down() ? last_true(hit) : first_true(hit))};
    } else {
      Index position;
      if constexpr (O::wild_nan && vectors <= 8)
        position = slice.template locate<vectors>(begin_of(n), slice.has_key(key));
      else
        position = slice.find_key(begin_of(n), vectors, key);
      if (position == no_candidate) [[unlikely]]
        return Slice::best_one_by_one(slice, begin, end);
      return {key, position};
    }
  }

  // The first of elements [begin, end) that is not NaN, and the first that is. (A number may be as
  // bad as the worst key, from which a search that omits NaN starts.)
  [[gnu::noinline]] static Index find_number(Slice slice, Index begin, Index end) {
    return slice.find(begin, end, [](auto x) { return invert(O::is_wild_nan(x)); });
  }
  MINLOC_INLINE static Index find_nan(const Slice& slice, Index begin, Index end) {
    // (A slice whose place has just been written would be copied slowly.)
    if constexpr (as_they_lie)
      return find_nan_from(slice.view.data, begin, end, slice.down);
    else
      return find_nan_in(slice, begin, end);
  }
  [[gnu::noinline]] static Index find_key(Slice slice, Index begin, Index end, Key key) {
    return slice.find(begin, end, slice.has_key(key));
  }
  [[gnu::noinline]] static Index find_nan_from(const char* data, Index begin, Index end,
                                               bool down) {
    const Slice slice{{{}, data}, down};
    return slice.find(begin, end, [](auto... x) { return O::is_wild_nan(x...); });
  }
  [[gnu::noinline]] static Index find_nan_in(Slice slice, Index begin, Index end) {
    return slice.find(begin, end, [](auto... x) { return O::is_wild_nan(x...); });
  }
  // The answer of elements [begin, end), the first NaN of which is at `at`. If it is no longer
  // there, they are read again.
  void settle_nan(Index begin, Index end, Index at, Found<O> (&found)[ends]) const {
    for (int e = 0; e < ends; ++e)
      found[e] = at == no_candidate ? Slice::best_one_by_one(slices[e], begin, end)
                                    : Found<O>{O::wild_nan_key(), at};
  }
};

}  // namespace minloc::MINLOC_ISA
