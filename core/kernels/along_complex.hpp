// A slice of complex numbers: the best real part first, then the best imaginary part beside it.
//
//   for each stretch that stays in a cache, until one has a NaN:
//     top, group = the best real part and its group, in each lane; real = the best of all
//     if it is not worse than that of the best so far:
//       find the number with it in its group; if there are several, or other groups with it,
//         find the best imaginary part beside it in the same way, then the number with both
//       keep the better of it and the best so far
//
// 1. Numbers are read as they lie, real and imaginary parts in turns, and what does not matter in
//    every other lane is ignored: nothing is taken apart by shuffles.
// 2. A group is four vectors of parts. The last one of a stretch overlaps the one before it.
// 3. A slice that runs down is read in stretches from its first number on, each of them upwards.
// 4. A slice of less than a group is copied to one that its first number fills up, which loses ties
//    to itself.
#pragma once

#include <cstring>

#include "ends.hpp"

namespace minloc::MINLOC_ISA {

template <class O, class View>
struct AlongComplex : Ends<O, View, 1> {
  using E = Ends<O, View, 1>;
  using E::slices, E::best, E::order, E::down;
  using typename E::Key, typename E::Slice;
  using Part = typename O::Part;
  using P = Vector<Part>;
  using C = Counters<Part>;
  using Mask = decltype(unordered(P{}, P{}));
  static constexpr Index group_parts = 4, in_vector = lanes_of<Part> / 2,
                         group = group_parts * in_vector, stretch = 128 * group,
                         groups_of_turn = NextTurn::bytes_at_once / (group_parts * vector_bytes);
  // The first byte of each real part in a mask, as bits_of has it.
  static constexpr std::uint64_t real_bits = [] {
    std::uint64_t bits = 0;
    for (int byte = 0; byte < vector_bytes; byte += 2 * static_cast<int>(sizeof(Part)))
      bits |= std::uint64_t{1} << byte;
    return bits;
  }();
  static constexpr std::uint64_t top_bit = std::uint64_t{1} << (vector_bytes - 1);
  static constexpr Part infinity = std::numeric_limits<Part>::infinity();

  // Finds the best of a slice of `length` numbers.
  void find_best(Index length) {
    if (length < group) return find_best_filled_up(length);
    best[0] = {order(0).worst()};
    for (Index begin = 0, end; begin < length; begin = end) {
      end = length - begin < stretch + group ? length : begin + stretch;
      const bool ended =
          down() ? read_stretch(length - end, length - begin) : read_stretch(begin, end);
      if (ended) return;
    }
  }

 private:
  void find_best_filled_up(Index length) {
    alignas(64) Key numbers[group];
    const Index others = group - length, first = down() ? others : 0;
    std::memcpy(numbers + first, slices[0].view.data,
                static_cast<std::size_t>(length) * sizeof(Key));
    // That of the copy: another process may write to the slice meanwhile.
    const Key filler = numbers[down() ? group - 1 : 0];
    for (Index i = 0; i < others; ++i) numbers[down() ? i : length + i] = filler;
    AlongComplex filled_up;
    filled_up.slices[0] = {View{order(0), reinterpret_cast<char*>(numbers)}, down()};
    filled_up.find_best(group);
    best[0] = filled_up.best[0];
    if (best[0].position != no_candidate) best[0].position -= first;
  }

  // A vector of numbers from the one at `i` on; both parts are NaN where one of them is, if NaN are
  // omitted.
  MINLOC_INLINE P parts_from(Index i) const {
    const P x = flipped(load<P>(slices[0].view.place(i)), order(0).coding.flip);
    if constexpr (O::omits) {
      const P other = shuffle<[](int l) { return l ^ 1; }>(x, x);
      return reinterpret_cast<P>(reinterpret_cast<Mask>(x) | unordered(x, other));
    } else {
      return x;
    }
  }
  // Each real part, or what stands for it, twice.
  template <class V>
  MINLOC_INLINE static V real_twice(V x) {
    return shuffle<[](int l) { return l & ~1; }>(x, x);
  }
  template <class V>
  MINLOC_INLINE static V imag_twice(V x) {
    return shuffle<[](int l) { return l | 1; }>(x, x);
  }
  static Part fold_smallest(P x) {
    return fold(x, [](P a, P b) { return smaller(a, b); });
  }

  // Keeps the better of the best so far and that of numbers [begin, end), which are a group at
  // least; whether they have a NaN that ends the slice.
  bool read_stretch(Index begin, Index end) {
    const P worst = splat<P>(infinity);
    const PartPlaces<group> groups(begin, end, down());
    P top = worst;
    C number{}, here{};
    Mask tied{};  // with a later group
    for (Index n = 0; n <= groups.last; ++n, here = here + splat<C>(1)) {
      const Index from = groups.begin_of(n);
      if (this->in_turns && n % groups_of_turn == 0) this->next->go_on();
      P x[group_parts];
      unrolled<group_parts>([&](int k) MINLOC_INLINE { x[k] = parts_from(from + k * in_vector); });
      if constexpr (O::looks_for_nan)
        if (any(Mask(unordered(x[0], x[1]) | unordered(x[2], x[3]))))
          return settle_nan(begin, end, from), true;
      if constexpr (O::omits)
        unrolled<group_parts>([&](int k) MINLOC_INLINE { x[k] = smaller(x[k], worst); });
      const P of_group = smaller(smaller(x[0], x[1]), smaller(x[2], x[3]));
      const auto better = of_group < top;
      tied = (tied | Mask(of_group == top)) & ~Mask(better);
      number = select(better, here, number);
      top = smaller(of_group, top);
    }
    const Part real = fold_smallest(real_twice(top));
    if (real > best[0].key.real) return false;
    const std::uint64_t has_it = bits_of(top == splat<P>(real)) & real_bits;
    Found<O> found{best[0].key};
    if ((has_it & (has_it - 1)) == 0 && (has_it & bits_of(tied)) == 0)
      found = find_only(real, groups.begin_of(static_cast<Index>(
                                  number[__builtin_ctzll(has_it | top_bit) / sizeof(Part)])));
    if (found.position == no_candidate) found = find_beside(real, begin, end);
    if (found.position != no_candidate &&
        (best[0].position == no_candidate || O::beats(found.key, best[0].key)))
      best[0] = found;
    return false;
  }

  // The only number of a group that has the best real part, if there is only one.
  MINLOC_INLINE Found<O> find_only(Part real, Index group_begin) const {
    const Slice& slice = slices[0];
    const Part wanted = order(0).element(Key{real, real}).real;
    Index hits = 0;
    const Index at = slice.template locate<group_parts / 2>(group_begin, [&](auto x) {
      auto hit = x.real == splat<P>(wanted);
      if constexpr (O::omits) hit &= x.imag == x.imag;
      hits += count_true(hit);
      return hit;
    });
    if (hits != 1) return {{real, real}};
    const Key key = slice.view.key_at(at);
    return {key, O::omits && O::is_wild_nan(key) ? no_candidate : at};
  }

  // The first number that has the best real part of numbers [begin, end) with the best imaginary
  // one.
  [[gnu::noinline]] Found<O> find_beside(Part real, Index begin, Index end) const {
    const Slice& slice = slices[0];
    const PartPlaces<group> groups(begin, end, down());
    const P wanted = splat<P>(real), worst = splat<P>(infinity);
    P top = worst;
    C number{}, here{};
    for (Index n = 0; n <= groups.last; ++n, here = here + splat<C>(1)) {
      const Index from = groups.begin_of(n);
      P y[group_parts];
      unrolled<group_parts>([&](int k) MINLOC_INLINE {
        const P x = parts_from(from + k * in_vector);
        y[k] = select(real_twice(x == wanted), x, worst);
      });
      const P beside = smaller(smaller(y[0], y[1]), smaller(y[2], y[3]));
      const P better = smaller(beside, top);
      number = select(better == top, number, here);
      top = better;
    }
    top = imag_twice(top);
    const Key key{real, fold_smallest(top)};
    Index position = no_candidate;
    if (key.imag < infinity) {  // (infinity is also where no number has been met)
      const Index n = Slice::smallest_number(imag_twice(number), top == splat<P>(key.imag));
      position = slice.template locate<group_parts / 2>(groups.begin_of(n), slice.has_key(key));
    } else if (O::omits && real == infinity) {
      return {key, E::find_number(slice, begin, end)};
    }
    if (position == no_candidate) [[unlikely]]
      position = E::find_key(slice, begin, end, key);
    if (position == no_candidate) [[unlikely]]
      return Slice::best_one_by_one(slice, begin, end);
    return {key, position};
  }

  // Answers the slice by the first NaN of numbers [begin, end), which is in the group at `from`.
  void settle_nan(Index begin, Index end, Index from) {
    const auto is_nan = [](auto x) { return O::is_wild_nan(x); };
    E::settle_nan(begin, end, slices[0].template locate<group_parts / 2>(from, is_nan), best);
  }
};

}  // namespace minloc::MINLOC_ISA
