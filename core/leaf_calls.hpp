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
  // Whether nothing that comes later changes the answer of the panels' one slice.
  bool are_final(const Panel* panels) const {
    for (int end = 0; end < ends_; ++end)
      if (*panels[end].indices == no_candidate ||
          !leaves_.is_final(panels[end].keys, codings_[end]))
        return false;
    return true;
  }

 private:
  // What is read between two looks for a signal: some hundredths of a second's work.
  static constexpr Index bytes_in_tile = 128 << 20;
  // Slices of fewer bytes are measured, and so many rows of slices that are side by side.
  static constexpr Index worth_passing = 1024, first_rows = 64;
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
      call_in_turn(tile, panels, leaves_.one[leaf_]);
  }
  // Distances are compared in place where most elements can be passed over, else after a copy.
  void call_by_distance(const Tile& tile, const Panel* panels) const {
    const Index itemsize = metric_->itemsize;
    const auto in_place = metric_->distances->in_place[nan_];
    const auto is_long_run = [&] {
      return !tile.lies_across() && !tile.mask && !tile.swapped &&
             magnitude(tile.stride) == itemsize && tile.length * itemsize >= worth_passing;
    };
    const bool fits =
        in_place && (metric_->distances->takes_all ||
                     (ends_ == 1 && (lies_side_by_side(tile, itemsize) || is_long_run())));
    if (!fits) return call_measured(tile, panels);
    call_in_turn(tile, panels, [&](const Tile& part, const Panel* panel) {
      if (lies_side_by_side(part, itemsize))
        call_across(part, *panel);
      else
        in_place(part, metric_->dtype, *panel);
    });
  }
  // The first rows, many elements of which are the best so far, are measured. What is in the panel
  // may have a larger index, so answers are merged into it.
  void call_across(const Tile& tile, const Panel& panel) const {
    Tile head = tile;
    const Panel answers = tile.fresh ? panel : take_panel(head.scratch);
    Index begin = 0;
    head.fresh = true;
    if (!metric_->distances->takes_all) {
      begin = std::min(first_rows, tile.length);
      head.length = begin;
      call_measured(head, &answers);
    }
    Tile rest = tile.part(0, tile.slices, begin, tile.length);
    rest.fresh = begin == 0;
    rest.scratch = head.scratch;
    if (rest.length > 0) metric_->distances->in_place[nan_](rest, metric_->dtype, answers);
    if (!tile.fresh) leaves_.merge(panel, answers, tile.slices, 1, 0, 0);
  }
  // Both ends read what has been measured once.
  void call_measured(const Tile& tile, const Panel* panels) const {
    each_measured(tile, *metric_, [&](Tile& piece, Index slice) {
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
  template <class MergeTile>
  void call_in_turn(const Tile& tile, const Panel* panels, MergeTile leaf) const {
    if (ends_ == 1) return leaf(tile, panels);
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

  const Index key_size_;
  const Metric* const metric_;  // null: elements are compared as they are
  const Leaves& leaves_;
  const int nan_;   // a Nan
  const int leaf_;  // a LeafChoice
  const bool lies_across_;
  const int ends_;
  Coding codings_[most_ends];
};

}  // namespace minloc
