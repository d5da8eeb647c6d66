// How tiles are handed to a leaf: in pieces between which a signal may end the call, and for both
// ends in turn where no leaf finds them in one reading.
#pragma once

#include <span>

#include "run.hpp"

namespace minloc {

// Whatever a run does, it does for one end or for two.
inline constexpr int most_ends = 2;

class LeafCalls {
 public:
  LeafCalls(const Plan& plan, Index key_size, std::span<const End> ends);

  // A leaf as the loops of run.hpp want it: false if a signal ends the call.
  bool operator()(const Tile& tile, const Panel* panels) const;
  const Coding* codings() const { return codings_; }

 private:
  void call(const Tile& tile, const Panel* panels) const;
  // Each end reads what is still in a cache when the next one reads it: some slices, or a piece.
  void call_in_turn(const Tile& tile, const Panel* panels) const;
  // Whether nothing that comes later changes the answer of the panels' one slice.
  bool are_final(const Panel* panels) const;

  const Index key_size_;
  const Leaves& leaves_;
  const LeafChoice leaf_;
  const bool lies_across_;
  const int ends_;
  Coding codings_[most_ends];
};

}  // namespace minloc
