// A long slice: its parts are blocks of 32 vectors, numbered within a stretch of many.
//
//   for each stretch, until nothing that follows can beat the best:
//     for each block: top, number = the better of the best so far and of the block, in each lane
//     key = the best lane of top; in the first block that has it, find the element
//     keep the better of the best so far and this
//
// As in along_groups.hpp no branch depends on where the best lies. Beside that:
//
// 1. A block is read into several accumulators at once, to hide the latency of the minimum.
// 2. A slice that runs down through memory is read upwards all the same, because reading downwards
//    defeats the prefetcher; of equal elements the last one read is the first of the slice.
// 3. A NaN under `propagate` ends the slice at the next block. The first block is left as soon as
//    one has been read: where NaN are common, it has one.
// 4. Booleans have two keys, so the better one is searched for, and the search stops there.
// 5. A stretch that comes from memory is read in several places in turn (turns.hpp), with a `top`
//    for each of them. What ends the slice at one place makes the places behind it superfluous.
#pragma once

#include "ends.hpp"

namespace minloc::MINLOC_ISA {

inline constexpr Index block_vectors = 32;

template <class O, class View, int ends>
struct AlongBlocks : Ends<O, View, ends> {
  using E = Ends<O, View, ends>;
  using E::lanes, E::slices, E::best, E::order, E::down;
  using typename E::C, typename E::Key, typename E::Mask, typename E::Slice, typename E::V;
  static constexpr Index block = block_vectors * lanes;
  // Vectors that each end reads at once. (Collecting apart elements takes the time; more would only
  // be more code.)
  static constexpr Index at_once = View::adjacent ? unroll / ends : 2;
  static_assert(at_once % 2 == 0);
  // Each stretch costs as much as reading three blocks.
  static constexpr Index stretch_blocks = 252, stretch = stretch_blocks * block;
  // A stretch of so many blocks is read in several places at once, unless it is one of the first of
  // a slice that is likely to end there.
  static constexpr Index worth_places = 32, wary_stretches = 4;
  // Whether more than one instruction reads a vector: GCC would load it for each.
  static constexpr bool is_read_twice =
      O::takes_two_steps || (O::looks_for_nan && O::picks_elements);

  // Finds the best of a slice of `length` elements.
  void find_best(Index length) {
    if constexpr (E::are_plain_booleans) {
      for (int e = 0; e < ends; ++e) {
        const Index at = slices[e].find(0, length, IsTruth{order(e).coding.flip != 0});
        best[e] = {at == no_candidate, at != no_candidate ? at : down() ? length - 1 : 0};
      }
    } else if (length < lanes) {
      for (int e = 0; e < ends; ++e) best[e] = Slice::best_one_by_one(slices[e], 0, length);
    } else {
      for (int e = 0; e < ends; ++e) best[e] = {order(e).worst()};
      for (Index begin = 0, end; begin < length && !is_final(); begin = end) {
        // The last stretch has a block at least.
        end = length - begin < stretch + block ? length : begin + stretch;
        E::with_pick(E::pick_of(order(0).coding, order(ends - 1).coding),
                     [&]<Pick first>() MINLOC_INLINE {
                       if constexpr (E::may_take_turns)
                         if (this->far && (this->trusts || begin >= wary_stretches * stretch))
                           return read_stretch<first, true>(begin, end);
                       read_stretch<first, false>(begin, end);
                     });
      }
    }
  }

  // Whether nothing that comes later changes the answers.
  bool is_final() const { return !down() && E::are_final(best); }

 private:
  // Keeps the better of the best so far and that of elements [begin, end), which are at least a
  // block. From memory they are read in several places at once, unless `next` tells of others.
  template <Pick first, bool from_memory>
  MINLOC_INLINE void read_stretch(Index begin, Index end) {
    constexpr Index most = from_memory ? turn_places : 1;
    const bool runs_down = down();
    // The last block overlaps the one before it: if all have one length, no branch depends on it.
    const auto begin_of = [&](Index n) MINLOC_INLINE {
      return begin + n * block < end - block ? begin + n * block : end - block;
    };
    Index blocks = (end - begin + block - 1) / block;  // to read
    const bool in_places = from_memory && !this->in_turns && blocks >= worth_places;
    const Index part = in_places ? (blocks + turn_places - 1) / turn_places : blocks;
    V top[most][ends]{};
    C number[most][ends]{};
    Mask nan{};
    for (Index b = 0; b < part && b < blocks; ++b) {
      if (in_places) prefetch_blocks(begin + (b + 2) * block, part);
      for (Index place = 0, n = b; n < blocks; ++place, n += part) {
        if constexpr (from_memory) this->next->go_on();
        const Index from = begin_of(n);
        V of_block[ends];
        const bool stops = O::looks_for_nan && n == 0 && !runs_down;
        [[maybe_unused]] const Index read = best_of_block<first>(from, stops, of_block, nan);
        if constexpr (O::looks_for_nan)
          if (!runs_down && any(nan))
            return keep_nan(begin, end, read < from + block ? read - at_once * lanes : begin_of(b),
                            read);
        E::template for_ends<first>([&]<int e, Pick p>() MINLOC_INLINE {
          const C here = splat<C>(static_cast<Counter<Key>>(n));
          if (b == 0) {
            top[place][e] = of_block[e];
            number[place][e] = here;
          } else {
            E::template keep_better<p>(top[place][e], number[place][e], of_block[e], here,
                                       runs_down);
          }
        });
        if constexpr (O::tame_nan || O::is_boolean)
          if (!runs_down && E::template have_final<first>(top[place])) blocks = n + 1;
        if constexpr (!from_memory) break;
      }
    }
    if constexpr (O::looks_for_nan)
      if (any(nan)) return keep_nan(begin, end, begin, end);
    E::template for_ends<first>([&]<int e, Pick p>() MINLOC_INLINE {
      for (Index place = 1; from_memory && place * part < blocks; ++place)
        E::template keep_better<p>(top[0][e], number[0][e], top[place][e], number[place][e],
                                   runs_down);
      slices[e].keep_better(best[e], this->template settle<e, p, block_vectors>(
                                         top[0][e], number[0][e], begin, end, runs_down, begin_of));
    });
  }

  // The best of the block that begins at element i, in each lane, and where it has NaN. Returns up
  // to which element it was read: if it `stops` at NaN, perhaps not to its end.
  template <Pick first>
  MINLOC_INLINE Index best_of_block(Index i, [[maybe_unused]] bool stops, V (&of_block)[ends],
                                    Mask& nan) const {
    V t[ends][at_once];
    E::template for_ends<first>([&]<int e, Pick p>() MINLOC_INLINE {
      unrolled<at_once>([&](int way)
                            MINLOC_INLINE { t[e][way] = splat<V>(order(e).template start<p>()); });
    });
    View view = slices[0].view.advanced(i);
    for (Index round = 0; round < block_vectors / at_once; ++round) {
      unrolled<at_once / 2>([&](int n) MINLOC_INLINE {
        V x = view.from(2 * n * lanes), y = view.from((2 * n + 1) * lanes);
        if constexpr (is_read_twice) x = in_register(x), y = in_register(y);
        if constexpr (O::looks_for_nan) nan |= O::is_wild_nan(x, y);
        E::template for_ends<first>([&]<int e, Pick p>() MINLOC_INLINE {
          V(&of)[at_once] = t[e];
          of[2 * n] = O::template pick_by<p>(order(e).template pickable<p>(x), of[2 * n]);
          of[2 * n + 1] = O::template pick_by<p>(order(e).template pickable<p>(y), of[2 * n + 1]);
        });
      });
      if constexpr (O::looks_for_nan && View::adjacent)
        if (stops && any(nan)) return i + (round + 1) * at_once * lanes;
      view = view.advanced(at_once * lanes);
    }
    E::template for_ends<first>([&]<int e, Pick p>() MINLOC_INLINE {
      of_block[e] = t[e][0];
      unrolled<at_once - 1>([&](int n) MINLOC_INLINE {
        of_block[e] = O::template pick_by<p>(t[e][n + 1], of_block[e]);
      });
    });
    return i + block;
  }

  // Lets the block at element i be prefetched, and those that are read with it, `part` blocks
  // apart.
  void prefetch_blocks(Index i, Index part) {
    if constexpr (E::may_take_turns) {
      constexpr Index size = static_cast<Index>(sizeof(Key)), bytes = block * size;
      this->next->begin(slices[0].view.data + i * size, bytes, part * bytes);
    }
  }

  void keep_nan(Index begin, Index end, Index from, Index to) {
    Found<O> found[ends];
    E::settle_nan(begin, end, E::find_nan(slices[0], from, to), found);
    for (int e = 0; e < ends; ++e) slices[e].keep_better(best[e], found[e]);
  }
};

}  // namespace minloc::MINLOC_ISA
