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
  InOrder(const Tile&, bool) {}
  static constexpr bool has_turns() { return false; }
  static constexpr bool trusts() { return true; }
  Index operator()(Index n) const { return n; }
  void prepare(Index, NextTurn&) {}
  void ended(bool, NextTurn&) {}
};
// or, where that pays, in turns: a window after the other, unless its slices are likely to end
// early, because the last ones did. What is behind such an end should not be read.
class SliceOrder {
 public:
  // From so many bytes on slices from memory are read one by one, in turns, not several at once.
  static constexpr Index shortest = 640, shortest_complex = 1024;

  // `may_end` tells whether slices may end early.
  [[gnu::noinline]] SliceOrder(const Tile& tile, bool may_end)
      : whole_slices_(may_end ? 0 : turn_places) {
    constexpr Index longest = 65536, most_bytes = 1 << 20, least_apart = 16384, tried = 16;
    const Index bytes = tile.length * magnitude(tile.stride), apart = magnitude(tile.slice_stride);
    if (!tile.far || apart == 0 || bytes > longest) return;
    Index part = 1;
    while (2 * turn_places * part <= tile.slices && 2 * turn_places * part * apart <= most_bytes)
      part *= 2;
    if (part * apart < least_apart) return;
    part_ = part;
    slices_ = tile.slices;
    window_end_ = may_end ? tried : 0;
    lowest_ = tile.data + (tile.stride < 0 ? (tile.length - 1) * tile.stride : 0);
    stride_ = tile.slice_stride;
    bytes_ = bytes;
  }
  bool has_turns() const { return part_ > 0; }
  // Whether slices seem to be read to their ends.
  bool trusts() const { return whole_slices_ > 0; }

  // The slice that is read as number `n`, of this window or the first behind it.
  Index operator()(Index n) const { return in_turns_ && n < window_end_ ? slice(n) : n; }

  // Before slice number `n` is read.
  MINLOC_INLINE void prepare(Index n, NextTurn& next) {
    if (n == window_end_) begin_window();
    if (!in_turns_) return;
    if (n % turn_places == window_end_ % turn_places) begin_turn(n + turn_places, next);
    next.go_on();
  }
  // After it: whether its end was not read.
  MINLOC_INLINE void ended(bool early, NextTurn& next) {
    whole_slices_ = early ? 0 : whole_slices_ + 1;
    if (early) next.drop();
  }

 private:
  Index window() const { return turn_places * part_; }
  [[gnu::noinline]] void begin_window() {
    while (window_end_ + window() > slices_ && part_ > 1) part_ /= 2;
    in_turns_ = whole_slices_ >= turn_places && window_end_ + window() <= slices_;
    window_end_ += window();
  }
  [[gnu::noinline]] Index slice(Index n) const {
    const Index begin = window_end_ - window(), in_window = n - begin;
    return begin + in_window % turn_places * part_ + in_window / turn_places;
  }
  // Lets the turn that begins with slice number `n` be prefetched.
  [[gnu::noinline]] void begin_turn(Index n, NextTurn& next) const {
    if (n < window_end_ || window_end_ + window() <= slices_)
      next.begin(lowest_ + (*this)(n)*stride_, bytes_, part_ * stride_);
  }

  Index part_ = 0;  // slices of a window that lie together, a power of two; 0: in order
  Index slices_ = 0, window_end_ = 0;
  bool in_turns_ = false;  // in this window
  Index whole_slices_;     // that were read to their ends, up to this one
  const char* lowest_ = nullptr;
  Index stride_ = 0, bytes_ = 0;
};

}  // namespace minloc::MINLOC_ISA
