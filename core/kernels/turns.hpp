// In which order a tile comes from memory: in turn from several places.
//
// A processor fetches ahead of what is read in order, but not enough for one thread to be served as
// fast as memory can. So where a tile is `far`, its slices are read in turn from four parts of a
// window, and what the next turn reads is prefetched, a little of each slice. A long slice itself
// is read in four places (along_blocks.hpp).
#pragma once

#include "../leaves.hpp"
#include "simd.hpp"

namespace minloc::MINLOC_ISA {

// How many places are read in turn.
inline constexpr Index turn_places = 4;

// What is read in the next turn: some memory at each of several places, as far apart as each other.
class NextTurn {
 public:
  static constexpr Index bytes_at_once = 1024;
  bool exists() const { return at_ < bytes_; }
  void begin(const char* first, Index bytes, Index apart) {
    for (Index n = 0; n < turn_places; ++n) places_[n] = first + n * apart;
    at_ = 0;
    bytes_ = bytes;
  }
  void drop() { bytes_ = 0; }
  // Prefetches another kilobyte altogether. It is to be called as often as one has been read.
  MINLOC_INLINE void go_on() {
    if (exists()) prefetch_some();
  }

 private:
  // (A function, and no faster: sixteen prefetches at once get in the way of what is read.)
  [[gnu::noinline]] void prefetch_some() {
    constexpr Index of_each = bytes_at_once / turn_places;
    const Index to = bytes_ - at_ < of_each ? bytes_ : at_ + of_each;
    for (; at_ < to; at_ += cache_line)
      for (const char* place : places_) __builtin_prefetch(place + at_, 0, 2);
  }

  const char* places_[turn_places];
  Index at_ = 0, bytes_ = 0;
};

// The order in which the slices of a tile are read: one after the other, where they are searched
// more slowly than memory can be read,
struct InOrder {
  explicit InOrder(const Tile&) {}
  static constexpr bool is_in_turns() { return false; }
  Index operator()(Index n) const { return n; }
  void prepare(Index, NextTurn&) const {}
  void ended(bool, NextTurn&) const {}
};
// or in turns, where that pays.
class SliceOrder {
 public:
  // From so many bytes on slices from memory are read one by one, in turns, not several at once.
  static constexpr Index shortest = 640, shortest_complex = 1024;
  [[gnu::noinline]] explicit SliceOrder(const Tile& tile) {
    constexpr Index longest = 65536, window = 1 << 20, least_apart = 16384;
    const Index bytes = tile.length * (tile.stride < 0 ? -tile.stride : tile.stride);
    const Index apart = tile.slice_stride < 0 ? -tile.slice_stride : tile.slice_stride;
    if (!tile.far || apart == 0 || bytes > longest) return;
    while (2 * turn_places * part_ <= tile.slices && 2 * turn_places * part_ * apart <= window)
      part_ *= 2;
    if (part_ * apart >= least_apart)
      whole_ = tile.slices / (turn_places * part_) * turn_places * part_;
    bytes_ = bytes;
    lowest_ = tile.data + (tile.stride < 0 ? (tile.length - 1) * tile.stride : 0);
    stride_ = tile.slice_stride;
  }
  bool is_in_turns() const { return whole_ > 0; }

  // The slice that is read as number `n`.
  Index operator()(Index n) const { return n < whole_ ? in_turns(n) : n; }

  // Before slice number `n` is read: lets what comes after it and its turn be prefetched, if slices
  // are read to their ends.
  MINLOC_INLINE void prepare(Index n, NextTurn& next) const {
    if (n < whole_ && n % turn_places == 0 && whole_slices_ >= turn_places)
      begin(n + turn_places, next);
    next.go_on();
  }
  // After it: whether its end was not read.
  MINLOC_INLINE void ended(bool early, NextTurn& next) {
    whole_slices_ = early ? 0 : whole_slices_ + 1;
    if (early) next.drop();
  }

 private:
  [[gnu::noinline]] Index in_turns(Index n) const {
    const Index in_window = n & (turn_places * part_ - 1);
    return n - in_window + in_window % turn_places * part_ + in_window / turn_places;
  }
  [[gnu::noinline]] void begin(Index n, NextTurn& next) const {
    if (n < whole_) next.begin(lowest_ + in_turns(n) * stride_, bytes_, part_ * stride_);
  }

  Index part_ = 1;   // slices of a window that lie together, a power of two
  Index whole_ = 0;  // so many slices are in windows
  Index whole_slices_ = 0;
  const char* lowest_ = nullptr;
  Index stride_ = 0, bytes_ = 0;
};

}  // namespace minloc::MINLOC_ISA
