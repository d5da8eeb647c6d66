// How tiles are handed to a leaf: in pieces between which a signal may end the call, and for both
// ends in turn where no leaf finds them in one reading.
#pragma once

#include <algorithm>
#include <span>

#include "measured.hpp"
#include "run.hpp"

namespace minloc {

// Whatever a run does, it does for one end or for two.
inline constexpr int most_ends = 2;

class LeafCalls {
 public:
  LeafCalls(const Plan& plan, Index key_size, std::span<const End> ends)
      : key_size_(key_size),
        metric_(plan.target ? &plan.target->metric : nullptr),
        leaves_(*ends[0].order.leaves),
        nan_(static_cast<int>(ends[0].order.nan)),
        leaf_(static_cast<int>(plan.leaf)),
        lies_across_(plan.lies_across()),
        ends_(static_cast<int>(ends.size())) {
    for (int end = 0; end < ends_; ++end)
      codings_[end] = ends[static_cast<std::size_t>(end)].order.coding;
  }

  // A leaf as the loops of run.hpp want it: false if a signal ends the call.
  bool operator()(const Tile& tile, const Panel* panels) const {
    const Index most = bytes_in_tile / (tile.slices * key_size_) + 1;
    if (tile.length > most) return call_in_pieces(tile, panels, most);
    call(tile, panels);
    return true;
  }
  const Coding* codings() const { return codings_; }

 private:
  // What is read between two looks for a signal: some hundredths of a second's work.
  static constexpr Index bytes_in_tile = 128 << 20;
  // Slices of fewer bytes are measured. So many bytes are measured where one of them may win.
  static constexpr Index worth_passing = 4096, bytes_in_piece = 2048, a_vector_at_least = 64;
  // How many bytes of a slice are read for both ends in turn: they stay in the second-level cache.
  static constexpr Index bytes_in_turn = 1 << 17;

  void call(const Tile& tile, const Panel* panels) const {
    if (metric_)
      call_by_distance(tile, panels);
    else if (ends_ == 1)
      leaves_.one[leaf_](tile, panels);
    else if (leaves_.both[leaf_] && !tile.mask && !tile.swapped)
      leaves_.both[leaf_](tile, panels);
    else
      call_in_turn(tile, panels);
  }
  // Distances are compared in place where most of them can be passed over, else after a copy.
  void call_by_distance(const Tile& tile, const Panel* panels) const {
    const Index itemsize = metric_->itemsize;
    const bool in_place = ends_ == 1 && !tile.mask && !tile.swapped &&
                          metric_->distances->across[nan_] != nullptr;
    if (in_place && tile.lies_across() && tile.slice_stride == itemsize &&
        tile.slices * itemsize >= a_vector_at_least)
      return call_across(tile, panels[0]);
    if (in_place && !tile.lies_across() && magnitude(tile.stride) == itemsize &&
        tile.length * itemsize >= worth_passing)
      return call_along(tile, panels[0]);
    call_measured(tile, panels);
  }
  // What is in the panel may have a larger index, so the answers of a tile are merged into it.
  void call_across(const Tile& tile, const Panel& panel) const {
    const auto across = metric_->distances->across[nan_];
    if (tile.fresh) return across(tile, metric_->dtype, panel);
    Tile own = tile;
    const Panel answers = take_panel(own.scratch);
    across(own, metric_->dtype, answers);
    leaves_.merge(panel, answers, tile.slices, 1, 0, 0);
  }
  // Measures the first elements of a slice, then those that may beat the best of them.
  void call_along(const Tile& tile, const Panel& panel) const {
    const Index itemsize = metric_->itemsize, piece = bytes_in_piece / itemsize;
    for (Index slice = 0; slice < tile.slices; ++slice) {
      const Panel of_slice{panel.keys + slice * key_size_, panel.indices + slice};
      for (Index j = 0; j < tile.length;) {
        // Of equal elements the one with the smaller index wins, which may be a later one.
        const bool in_order = *of_slice.indices <= tile.index + j * tile.step;
        if ((j > 0 || !tile.fresh) && in_order && *of_slice.indices != no_candidate) {
          const Index left = tile.length - j;
          // A slice that runs down through memory is passed over piece by piece.
          const Index count = tile.stride > 0 ? left : std::min(left, piece);
          const char* const first = tile.data + slice * tile.slice_stride + j * tile.stride;
          const MeasuredRun run{
              .data = tile.stride > 0 ? first : first + (count - 1) * tile.stride,
              .stride = itemsize,
              .swapped = false,
              .values = tile.values + slice * tile.value_stride,
              .value_stride = 0,
              .count = count};
          const Index passed = metric_->distances->pass_along[nan_](run, metric_->dtype,
                                                                    codings_[0], of_slice.keys);
          if (tile.stride > 0 || passed == count) j += passed;
          if (passed == count) continue;
        }
        call_measured(tile.part(slice, 1, j, piece), &of_slice);
        if (are_final(&of_slice)) break;
        j += piece;
      }
    }
  }
  // Both ends read what has been measured once.
  void call_measured(const Tile& tile, const Panel* panels) const {
    Scratch scratch = tile.scratch;
    char* const room = scratch.take<char>(measured_bytes);
    each_measured(tile, *metric_, room, measured_bytes, [&](Tile& piece, Index slice) {
      piece.scratch = scratch;
      const int leaf = static_cast<int>(leaf_for(piece, key_size_));
      Panel of_piece[most_ends];
      for (int end = 0; end < ends_; ++end)
        of_piece[end] = {panels[end].keys + slice * key_size_, panels[end].indices + slice};
      if (ends_ > 1 && leaves_.both[leaf] && !piece.mask)
        return leaves_.both[leaf](piece, of_piece);
      for (int end = 0; end < ends_; ++end, ++piece.codings)
        leaves_.one[leaf](piece, &of_piece[end]);
    });
  }
  // Pieces of at most so many elements of each slice.
  bool call_in_pieces(const Tile& tile, const Panel* panels, Index most) const {
    Patience patience;
    Tile part = tile;
    for (Index j = 0; j < tile.length; j += part.length) {
      part.length = std::min(most, tile.length - j);
      if (patience.ends(part.length * part.slices)) return false;
      call(part, panels);
      if (part.slices == 1 && are_final(panels)) break;
      part.move(0, part.length);
      part.fresh = false;
    }
    return true;
  }
  // Each end reads what is still in a cache when the next one reads it: some slices, or a piece.
  void call_in_turn(const Tile& tile, const Panel* panels) const {
    const Leaf leaf = leaves_.one[leaf_];
    const Index slice_bytes = tile.length * key_size_;
    const bool small = slice_bytes < bytes_in_turn;
    const Index slices = lies_across_ ? tile.slices : small ? bytes_in_turn / slice_bytes : 1;
    const Index length = lies_across_ || small ? tile.length : bytes_in_turn / key_size_;
    for (Index slice = 0; slice < tile.slices; slice += slices)
      for (Index j = 0; j < tile.length; j += length) {
        Tile part = tile.part(slice, slices, j, length);
        for (int end = 0; end < ends_; ++end, ++part.codings) {
          const Panel panel{panels[end].keys + slice * key_size_, panels[end].indices + slice};
          leaf(part, &panel);
        }
      }
  }
  // Whether nothing that comes later changes the answer of the panels' one slice.
  bool are_final(const Panel* panels) const {
    for (int end = 0; end < ends_; ++end)
      if (*panels[end].indices == no_candidate ||
          !leaves_.is_final(panels[end].keys, codings_[end]))
        return false;
    return true;
  }

  const Index key_size_;
  const Metric* const metric_;  // null: elements are compared as they are
  const Leaves& leaves_;
  const int nan_;  // a Nan
  const int leaf_;  // a LeafChoice
  const bool lies_across_;
  const int ends_;
  Coding codings_[most_ends];
};

}  // namespace minloc
