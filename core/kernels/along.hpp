// One slice after the other, several elements of it at once: find the best, then its position.
//
//   for each slice:
//     short: find_best of along_groups.hpp; long: that of along_blocks.hpp
//     put the answer into the panel, or merge it
//
// 1. One loop is chosen for all slices of a tile, by their length, and the pick of short slices
//    with it.
// 2. A slice that ended early, at a NaN or at a boolean that nothing beats, makes it likely that
//    the next one does, too, and each would begin with a wait for memory: so the first lines of the
//    next slice are prefetched, or, where booleans ended within two, those of the fourth from here.
// 3. After two slices that ended at a NaN the next is searched for a NaN alone, and read for its
//    best only if it has none. Short ones, for a while after a NaN, are read in a way that finds it
//    faster.
// 4. A slice of less than a vector is copied to one that its first element fills up, which loses
//    ties to itself: comparing one by one costs a mispredicted branch or two.
#pragma once

#include <cstring>

#include "along_blocks.hpp"
#include "along_groups.hpp"
#include "kept.hpp"
#include "merge.hpp"
#include "numbered.hpp"

namespace minloc::MINLOC_ISA {

template <class O, class View, int ends>
void along(const Tile& tile, const Panel* panels) {
  if constexpr (NumberedTiles<O>::is_fast && View::adjacent && !View::masked && ends == 1)
    if (NumberedTiles<O>::takes(tile)) return numbered<O>(tile, panels[0]);
  using Groups = AlongGroups<O, View, ends>;
  constexpr Index few_lines = 2, most_lines = 8, long_since_nan = 64;
  // (A half is not told from NaN faster than it is compared.)
  constexpr bool meets_nan =
      View::adjacent && !View::masked && !O::is_half && (O::looks_for_nan || O::tame_nan);
  Index lines = 0;                   // of a next slice to prefetch
  Index nan_slices = 0;              // that ended at a NaN, up to this one
  Index since_nan = long_since_nan;  // how many slices
  const bool down = View::adjacent && tile.stride < 0, fresh = tile.fresh;
  const Index last = tile.length - 1, slices = tile.slices, length = tile.length;
  constexpr bool counts_groups = O::looks_for_nan && Groups::takes_groups;
  constexpr Index worth_seeking = counts_groups ? 96 : 64;  // vectors
  const bool seeks_nan = meets_nan && length >= worth_seeking * Groups::lanes;
  const auto begin = [&](auto& found) MINLOC_INLINE {
    for (int e = 0; e < ends; ++e)
      found.slices[e] = {view_at<View>(O{tile.codings[e]}, tile, 0, down ? last : 0), down};
  };
  const auto each_slice = [&](auto& found, auto find_best) MINLOC_INLINE {
    for (Index slice = 0; slice < slices; ++slice) {
      const Index ahead = slice + (lines <= few_lines ? 4 : 1);
      for (Index line = 0; line < lines && ahead < slices; ++line)
        __builtin_prefetch(tile.data + ahead * tile.slice_stride + line * cache_line);
      if constexpr (meets_nan) {
        if (!seeks_nan || nan_slices < 2 || !found.find_first_nan(length)) find_best();
        if (seeks_nan) {
          nan_slices = found.ended_at_nan() ? nan_slices + 1 : 0;
          lines = nan_slices > 0 ? most_lines : 0;
        }
      } else {
        find_best();
      }
      unrolled<ends>([&](int e) MINLOC_INLINE {
        auto [key, position] = found.best[e];
        if (down && position != no_candidate) position = last - position;
        if constexpr (View::masked)
          position = kept_position(found.order(e), tile, slice, key, position);
        put<O>(fresh, panels[e], slice, key,
               position == no_candidate ? no_candidate : tile.index + position * tile.step);
        View& view = found.slices[e].view;
        view = view.moved(tile.slice_stride, tile.mask.slice_stride);
      });
    }
  };
  const auto by_groups = [&]<int group>(std::integral_constant<int, group>) MINLOC_INLINE {
    Groups found;
    begin(found);
    found.with_pick([&]<Pick p>() MINLOC_INLINE {
      each_slice(found, [&]() MINLOC_INLINE {
        if constexpr (counts_groups) {
          if (since_nan < long_since_nan)
            since_nan =
                found.template find_best<p, group, true>(0, length, found.best) ? 0 : since_nan + 1;
          else if (found.template find_best<p, group>(0, length, found.best))
            since_nan = 0;
        } else {
          found.template find_best<p, group>(0, length, found.best);
        }
      });
    });
  };
  if constexpr (View::adjacent && !View::masked && ends == 1 && !O::is_boolean &&
                !is_complex<typename O::Key>)
    if (length > 1 && length < Groups::lanes && !down) {
      using Key = typename O::Key;
      Groups found, filled_up;
      begin(found);
      alignas(64) Key elements[2 * Groups::lanes];
      filled_up.slices[0] = {View{found.order(0), reinterpret_cast<char*>(elements)}, false};
      return each_slice(found, [&]() MINLOC_INLINE {
        const char* const slice = found.slices[0].view.data;
        std::memcpy(elements, slice, static_cast<std::size_t>(length) * sizeof(Key));
        // That of the copy: another process may write to the slice meanwhile.
        store(elements + length, splat<Vector<Key>>(elements[0]));
        filled_up.template find_best<Pick::coded, 1>(0, Groups::lanes, found.best);
      });
    }
  if constexpr (!Groups::are_plain_booleans)
    if (length >= Groups::lanes && length <= Groups::longest_few)
      return by_groups(std::integral_constant<int, 1>{});
  if constexpr (Groups::takes_groups)
    if (length > Groups::longest_few && length <= Groups::longest_several)
      return by_groups(std::integral_constant<int, group_vectors>{});
  AlongBlocks<O, View, ends> found;
  begin(found);
  each_slice(found, [&]() MINLOC_INLINE {
    found.find_best(length);
    const Index read = O::is_boolean ? found.best[ends - 1].position / cache_line + 1 : most_lines;
    lines = !found.is_final() ? 0 : read < most_lines ? read : most_lines;
  });
}

}  // namespace minloc::MINLOC_ISA
