// One slice that several threads reduce, each a part at a time.
//
// Where a part's best is one that nothing beats, such as a NaN, the parts after it do not matter.
// So a part is read in pieces, and left off as soon as one before it has ended the slice.
#pragma once

#include <algorithm>
#include <atomic>

#include "dtypes.hpp"

namespace minloc {

class SharedSlice {
 public:
  SharedSlice(Index parts, Index key_size) : needed_(parts), key_size_(key_size) {}

  // How many parts, the first ones, decide the answer.
  Index needed() const { return needed_; }

  // Calls `reduce(begin, end) -> bool` for pieces of part `number`, which is elements [begin, end),
  // until it says that nothing beats the best of them, or an earlier part has ended the slice.
  template <class Reduce>
  void each_piece(Index number, Index begin, Index end, Reduce reduce) {
    // Pieces grow: no more is read in vain than was read before, or than the largest.
    Index most = first_piece / key_size_;
    for (Index i = begin, next; i < end && number < needed_; i = next) {
      next = std::min(i + most, end);
      most = std::min(2 * most, largest_piece / key_size_);
      if (reduce(i, next)) return end_at(number);
    }
  }

 private:
  static constexpr Index first_piece = 1 << 15, largest_piece = 1 << 20;  // bytes

  void end_at(Index number) {
    Index needed = needed_;
    while (number + 1 < needed && !needed_.compare_exchange_weak(needed, number + 1)) continue;
  }

  std::atomic<Index> needed_;
  const Index key_size_;
};

}  // namespace minloc
