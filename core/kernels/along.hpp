// One slice after the other, several elements of it at once: find the best, then its position.
//
//   for each slice:
//     short: find_best of along_groups.hpp; long: find_best of along_blocks.hpp; complex numbers:
//     find_best of along_complex.hpp
//     put the answer into the panel, or merge it
//
// 1. One loop is chosen for all slices of a tile, by their length, and the pick of short slices
//    with it.
// 2. A slice that ended early, at a NaN or at a boolean that nothing beats, makes it likely that
//    the next one does, too, and each would begin with a wait for memory: so the first lines of the
//    next slice are prefetched, or, if it ended within two, those of the fourth from here.
// 3. After two long slices that ended at a NaN the next is searched for a NaN alone, and read for
//    its best only if it has none. Short ones, for a while after a NaN, are left at the group that
//    has one.
// 4. Slices that come from memory are read in turns (turns.hpp).
// 5. A slice of less than a vector is copied to one that its first element fills up, which loses
//    ties to itself: comparing one by one costs a mispredicted branch or two.
#pragma once

#include <cstring>

#include "ahead.hpp"
#include "along_blocks.hpp"
#include "along_complex.hpp"
#include "along_groups.hpp"
#include "kept.hpp"
#include "merge.hpp"
#include "numbered.hpp"

namespace minloc::MINLOC_ISA {

// How the best of each slice of a tile is found: `find` finds it, and `lines` is how many lines of
// a next slice are worth prefetching then.
inline constexpr Index few_lines = 2, most_lines = 8;
inline constexpr Index long_since_nan = 64;
inline Index lines_of(Index bytes) {
  return bytes < most_lines * cache_line ? bytes / cache_line + 1 : most_lines;
}

// In groups (along_groups.hpp), each of which is tested for NaN where one of the last slices ended
// at one.
template <class O, class View, int ends>
struct InGroups : AlongGroups<O, View, ends> {
  using Groups = AlongGroups<O, View, ends>;
  static constexpr bool may_take_turns = Groups::as_they_lie && !is_compact && !O::is_boolean;
  static constexpr bool may_seek_nan = false;
  Index lines = 0;
  Index since_nan = long_since_nan;  // how many slices
  template <Pick p, int group>
  MINLOC_INLINE void find(Index length) {
    if constexpr (Groups::takes_groups && O::template may_end_at_nan<p>) {
      const bool leaves =
          since_nan < long_since_nan && (group > 1 || length >= group_vectors * Groups::lanes);
      const bool ended =
          leaves ? this->template find_best<p, group_vectors, true>(0, length, this->best)
                 : this->template find_best<p, group>(0, length, this->best);
      since_nan = ended ? 0 : since_nan + 1;
      const Index read = this->best[0].position * static_cast<Index>(sizeof(typename O::Key));
      lines = ended && this->far ? lines_of(this->down() ? 0 : read) : 0;
    } else {
      this->template find_best<p, group>(0, length, this->best);
    }
  }
};

// In a copy, because it is less than a vector.
template <class O, class View>
struct FilledUp : AlongGroups<O, View, 1> {
  static constexpr bool may_seek_nan = false;
  using Groups = AlongGroups<O, View, 1>;
  static constexpr Index lines = 0;
  using typename Groups::Key;
  template <Pick p, int group>
  MINLOC_INLINE void find(Index length) {
    alignas(64) Key elements[2 * Groups::lanes];
    std::memcpy(elements, this->slices[0].view.data,
                static_cast<std::size_t>(length) * sizeof(Key));
    // That of the copy: another process may write to the slice meanwhile.
    store(elements + length, splat<Vector<Key>>(elements[0]));
    Groups filled_up;
    filled_up.slices[0] = {View{this->order(0), reinterpret_cast<char*>(elements)}, false};
    filled_up.template find_best<p, group>(0, Groups::lanes, this->best);
  }
};

// In blocks (along_blocks.hpp).
template <class O, class View, int ends>
struct InBlocks : AlongBlocks<O, View, ends> {
  // (A half is not told from NaN faster than it is compared.)
  static constexpr bool may_seek_nan =
      InBlocks::as_they_lie && !O::is_half && (O::looks_for_nan || O::tame_nan);
  Index lines = 0;
  template <Pick, int>
  MINLOC_INLINE void find(Index length) {
    this->find_best(length);
    const Index read = O::is_boolean ? this->best[ends - 1].position : most_lines * cache_line;
    lines = this->is_final() ? lines_of(read) : 0;
  }
};

// By parts (along_complex.hpp).
template <class O, class View>
struct ByParts : AlongComplex<O, View> {
  static constexpr bool may_seek_nan = false;
  static constexpr Index lines = 0;
  template <Pick, int>
  MINLOC_INLINE void find(Index length) {
    this->find_best(length);
  }
};

// (A function for each way, not inlined: GCC would optimize it again in each function, or lambda,
// that it is inlined into.)
template <class O, class View, int ends, class Finder, Pick p, int group>
[[gnu::noinline]] void each_slice(const Tile& tile, const Panel* panels) {
  Index lines = 0;       // of a next slice to prefetch
  Index nan_slices = 0;  // that ended at a NaN, up to this one
  const bool down = View::adjacent && tile.stride < 0, fresh = tile.fresh;
  const Index last = tile.length - 1, slices = tile.slices, length = tile.length;
  // From so many vectors on a NaN is found faster by a search of its own.
  constexpr Index worth_seeking = 64;
  const bool seeks_nan = Finder::may_seek_nan && length >= worth_seeking * Finder::lanes;
  std::conditional_t<Finder::may_take_turns, SliceOrder, InOrder> order(
      tile, O{tile.codings[0]}.has_final());
  NextTurn next;
  Finder found{};
  found.next = &next;
  found.far = tile.far;
  found.in_turns = order.has_turns();
  for (int e = 0; e < ends; ++e)
    found.slices[e] = {view_at<View>(O{tile.codings[e]}, tile, 0, down ? last : 0), down};
  for (Index n = 0, slice = 0; n < slices; ++n) {
    const Index ahead = n + (lines <= few_lines ? 4 : 1);
    for (Index line = 0; line < lines && ahead < slices; ++line)
      __builtin_prefetch(tile.data + order(ahead) * tile.slice_stride + line * cache_line);
    if (order.has_turns()) order.prepare(n, next);
    found.trusts = order.trusts() || down;
    if (!seeks_nan || nan_slices < 2 || !found.find_first_nan(length)) {
      found.template find<p, group>(length);
      lines = found.lines;
    }
    if (seeks_nan) {
      nan_slices = found.are_final(found.best) ? nan_slices + 1 : 0;
      const Index at = found.best[0].position, read = down ? last - at : at;
      lines = nan_slices > 0 ? lines_of(read * static_cast<Index>(sizeof(typename O::Key))) : 0;
    }
    Index step = 1;  // to the next slice
    if (tile.far) {
      order.ended(found.are_final(found.best), next);
      step = order(n + 1) - slice;
    }
    const auto answer = [&](int e) MINLOC_INLINE {
      auto [key, position] = found.best[e];
      if (down && position != no_candidate) position = last - position;
      if constexpr (View::masked)
        position = kept_position(found.order(e), tile, slice, key, position);
      put<O>(fresh, panels[e], slice, key,
             position == no_candidate ? no_candidate : tile.index + position * tile.step);
      View& view = found.slices[e].view;
      view = view.moved(step * tile.slice_stride, step * tile.mask.slice_stride);
    };
    answer(0);
    if constexpr (ends > 1) answer(1);
    slice += step;
  }
}

// In the way that the slices' length asks for.
template <class O, class View, int ends>
void along_by_length(const Tile& tile, const Panel* panels) {
  using Groups = AlongGroups<O, View, ends>;
  const Index length = tile.length;
  const auto by_groups = [&]<int group>(std::integral_constant<int, group>) MINLOC_INLINE {
    Groups::with_pick(Groups::pick_of(tile.codings[0], tile.codings[ends - 1]),
                      [&]<Pick p>() MINLOC_INLINE {
                        each_slice<O, View, ends, InGroups<O, View, ends>, p, group>(tile, panels);
                      });
  };
  if constexpr (Groups::is_plain && !O::is_boolean && !is_complex<typename O::Key>)
    if (length > 1 && length < Groups::lanes && tile.stride > 0)
      return each_slice<O, View, ends, FilledUp<O, View>, Pick::coded, 1>(tile, panels);
  if constexpr (!Groups::are_plain_booleans)
    if (length >= Groups::lanes && length <= Groups::longest_few)
      return by_groups(std::integral_constant<int, 1>{});
  if constexpr (Groups::takes_groups)
    if (length > Groups::longest_few && length <= Groups::longest_several)
      return by_groups(std::integral_constant<int, group_vectors>{});
  each_slice<O, View, ends, InBlocks<O, View, ends>, Pick::coded, 0>(tile, panels);
}

template <class O, class View, int ends>
void along(const Tile& tile, const Panel* panels) {
  constexpr bool is_plain = Ends<O, View, ends>::is_plain;
  if constexpr (is_plain && NumberedTiles<O>::is_fast)
    if (NumberedTiles<O>::takes(tile)) return numbered<O>(tile, panels[0]);
  if constexpr (is_plain && is_complex<typename O::Key> && lanes_of<typename O::Key> > 1)
    each_slice<O, View, ends, ByParts<O, View>, Pick::coded, 0>(tile, panels);
  else
    along_by_length<O, View, ends>(tile, panels);
}

}  // namespace minloc::MINLOC_ISA
