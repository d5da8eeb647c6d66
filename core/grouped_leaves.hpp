// What merges elements into the table of a grouped reduction: kernels, or a dtype's own comparison.
#pragma once

#include <algorithm>
#include <span>

#include "leaf_calls.hpp"
#include "own_comparison.hpp"

namespace minloc {

class GroupedKernels {
 public:
  static constexpr bool has_kernels = true;

  GroupedKernels(const Plan& plan, Index key_size, std::span<const End> with_ends)
      : ends(static_cast<int>(with_ends.size())),
        key_size_(key_size),
        metric_(plan.target ? &plan.target->metric : nullptr),
        with_(with_ends) {
    for (int end = 0; end < ends; ++end) codings_[end] = order(end).coding;
    const bool masked = plan.mask != nullptr;
    const bool side_by_side = plan.slices.stride == key_size;
    const bool adjacent = magnitude(plan.slice.stride) == key_size && !plan.swapped;
    using enum LeafChoice;
    leaf_ = static_cast<int>(
        plan.lies_across() && side_by_side && !(masked && plan.swapped) ? columns : gathered);
    leaf_of_one_ = static_cast<int>(adjacent ? along : gathered);
  }

  Index key_size() const { return key_size_; }
  const Coding* codings() const { return codings_; }

  // Marks entries as having no candidate; `any` is an element.
  void clear(const Panel* panels, Index entries, const char* any) const {
    for (int end = 0; end < ends; ++end) {
      std::fill_n(panels[end].indices, entries, no_candidate);
      order(end).leaves->keys_of(any, 0, 1, false, codings_[end], panels[end]);
      repeat(panels[end].keys, key_size_, entries * key_size_);
    }
  }
  // Merges a tile into entries side by side, one for each of its slices.
  bool run(const Tile& tile, const Panel* panels) const {
    if (!metric_) {
      run_leaf(tile.slices == 1 ? leaf_of_one_ : leaf_, tile, panels);
      return true;
    }
    each_measured(tile, *metric_, [&](const Tile& piece, Index slice) {
      Panel of_piece[most_ends];
      for (int end = 0; end < ends; ++end)
        of_piece[end] = {panels[end].keys + slice * key_size_, panels[end].indices + slice};
      run_leaf(static_cast<int>(leaf_for(piece, key_size_)), piece, of_piece);
    });
    return true;
  }
  // False if it met a bad label.
  bool scatter(const Tile& tile, const SlotReader& slots, const Scattering& how,
               const Panel* panels) const {
    if (!metric_) return scatter_keys(tile, slots, how, panels);
    Index begin = 0;
    bool good = true;
    each_measured(tile, *metric_, [&](const Tile& piece, Index) {
      good = good && scatter_keys(piece, slots.from(begin), how, panels);
      begin += piece.length;
    });
    return good;
  }
  // Whether elements of a tile's slices can be given as a list.
  bool can_list(const Tile& tile) const {
    const Leaves& leaves = *order(0).leaves;
    return leaves.listed && !metric_ && !tile.mask && !tile.swapped &&
           tile.slice_stride == key_size_ && tile.slices >= leaves.listed_slices;
  }
  void listed(const Tile& tile, const Slot* elements, Index count, const Panel* panels) const {
    each_end(tile, [&](const Tile& of_end, const Leaves& leaves, int end) {
      leaves.listed(of_end, elements, count, panels[end]);
    });
  }
  void merge(const Panel* into, const Panel* from, Index entries) const {
    for (int end = 0; end < ends; ++end)
      order(end).leaves->merge(into[end], from[end], entries, 1, 0, 0);
  }

  const int ends;

 private:
  const Order& order(int end) const { return with_[static_cast<std::size_t>(end)].order; }

  // Repeats the first bytes, until there are as many as `all`.
  static void repeat(char* bytes, Index first, Index all) {
    constexpr Index most = 4096;  // stay in the first-level cache
    for (Index done = first, count; done < all; done += count) {
      count = std::min({done, all - done, most / first * first});
      std::copy_n(bytes, count, bytes + done);
    }
  }
  // Calls `use(tile, leaves, end)` for each end, with the tile coded for it.
  template <class Use>
  void each_end(const Tile& tile, Use use) const {
    Tile of_end = tile;
    for (int end = 0; end < ends; ++end) {
      of_end.codings = codings_ + end;
      use(of_end, *order(end).leaves, end);
    }
  }
  void run_leaf(int leaf, const Tile& tile, const Panel* panels) const {
    each_end(tile, [&](const Tile& of_end, const Leaves& leaves, int end) {
      leaves.one[leaf](of_end, panels + end);
    });
  }
  bool scatter_keys(const Tile& tile, const SlotReader& slots, const Scattering& how,
                    const Panel* panels) const {
    bool good = true;
    each_end(tile, [&](const Tile& of_end, const Leaves& leaves, int end) {
      good = good && leaves.scatter(of_end, slots, how, panels[end]);
    });
    return good;
  }

  const Index key_size_;
  const Metric* const metric_;  // null: elements are compared as they are
  const std::span<const End> with_;
  int leaf_, leaf_of_one_;  // a LeafChoice: for slices side by side, and for one
  Coding codings_[most_ends];
};

class GroupedComparison {
 public:
  static constexpr bool has_kernels = false;
  static constexpr int ends = 1;

  // `only_nan`: the comparison looks for slices that have a NaN, and marks those alone.
  GroupedComparison(OwnComparison& comparison, bool only_nan)
      : comparison_(comparison), only_nan_(only_nan) {}

  Index key_size() const { return OwnComparison::key_size; }
  const Coding* codings() const { return nullptr; }
  void clear(const Panel* panels, Index entries, const char*) const {
    std::fill_n(panels[0].indices, entries, only_nan_ ? 0 : no_candidate);
  }
  bool run(const Tile& tile, const Panel* panels) const { return comparison_(tile, panels); }
  bool scatter(const Tile&, const SlotReader&, const Scattering&, const Panel*) const {
    return true;
  }
  bool can_list(const Tile&) const { return false; }
  void listed(const Tile&, const Slot*, Index, const Panel*) const {}
  void merge(const Panel*, const Panel*, Index) const {}

 private:
  OwnComparison& comparison_;
  const bool only_nan_;
};

}  // namespace minloc
