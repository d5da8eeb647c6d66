// The candidates for the k best: tiles are passed to a leaf, which adds elements to selections.
#pragma once

#include <atomic>

#include "run.hpp"
#include "system.hpp"
#include "top_k.hpp"

namespace minloc {

// How slices are chosen from: the leaf and the size of its state.
struct Way {
  Choose leaf;     // null: `rows`, which needs no selections
  Index width;     // how many slices at once, at most
  Index capacity;  // of a selection, in candidates
};

Way way_for(const Plan& plan, Index k, Index candidate_size, const TopLeaves& leaves);

// The worst that has happened on any thread.
class Trouble {
 public:
  void note(TopOutcome::Status status, Index slice = 0, Index candidates = 0);
  // Whether the answer is of no use any more.
  bool stops() const { return stop_.load(std::memory_order_relaxed); }
  TopOutcome outcome() const { return outcome_; }

 private:
  Mutex mutex_;
  std::atomic<bool> stop_{false};
  TopOutcome outcome_{TopOutcome::Status::done, 0, 0};
};

struct TopCandidates {
  const Plan& plan;
  const Index k;
  const bool refuses_nan;
  const TopLeaves& leaves;
  const Coding coding;
  const Ranking& ranking;
  const Way way;
  Trouble& trouble;

  // Whether a signal ends the call; so many bytes are read before the next look.
  bool ends(Patience& patience, Index bytes) const;

  // Adds the candidates of some slices to their selections, or writes k indices for each slice to
  // `rows`; stops early if there is trouble.
  void choose(const Plan& some, const Stretch& from, Selection* selections, Index* rows,
              Patience& patience) const;
  // The same for `parts` parts of the slices, on several threads; each has its own selections.
  void choose_parts(const Stretch& from, Index parts, Selection* selections) const;
  // Joins the selections of a slice's parts, which are adjacent in memory, and `apart` in the array
  // of selections.
  Selection join(const Selection* selections, Index parts, Index apart) const;

  // How many elements of a slice are numbers that the mask keeps, or NaN where they count.
  Index count(const Stretch& slice, bool nan_counts) const;
  // The number of the first slice that has a NaN; 0 if another thread has overwritten them all.
  Index first_with_nan() const;
  // How many of a tile's elements that the mask keeps are NaN, or are not.
  Index count(const Tile& tile, bool nan) const;

 private:
  // Calls `visit(piece, slice) -> bool` for every tile of some slices, cut along its slices into
  // pieces of at most so many bytes, and measured if distances are compared; the first slice of a
  // piece has that number in the tile. False if it said no or a signal ends the call.
  template <class Visit>
  bool each_piece(const Plan& some, const Stretch& from, Index bytes, Patience& patience,
                  Visit visit) const;
};

}  // namespace minloc
