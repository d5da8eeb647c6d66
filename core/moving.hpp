// The best of every window along one axis of an array, by kernels.
//
//   for each panel of lines, or line:
//     windows that begin before the line: the best so far, from its first element on
//     windows within the line: the kernel of full windows
//     windows that end behind it: the best so far, from its last element backwards
//
// So a running extreme is a window as long as the line, and clipped windows need no padding.
#pragma once

#include "array.hpp"
#include "isa.hpp"

namespace minloc {

// Windows along a line of `line` elements; number i is elements [first + i, first + i + length), as
// far as they exist. Each has an element.
struct Windows {
  Index line, length, first, count;

  Index begin(Index i) const { return first + i > 0 ? first + i : 0; }
  Index end(Index i) const { return first + i < line - length ? first + i + length : line; }
  // Windows [within_from(), within_to()) lie within the line, and do not begin with it if others
  // begin before it. Those before begin, and those behind end, with the line.
  Index within_from() const {
    if (first >= 0) return 0;
    return 1 - first < count ? 1 - first : count;
  }
  Index within_to() const {
    const Index from = within_from(), to = line - length - first + 1;
    return to < from ? from : to < count ? to : count;
  }
  bool has_full() const { return within_from() < within_to(); }
  // Windows [from, to) of them.
  Windows part(Index from, Index to) const { return {line, length, first + from, to - from}; }
};

// What is asked of each window.
struct WindowQuestion {
  DType dtype;
  Extreme extreme;
  Nan nan;
  Ties ties;
};

// Writes the index along `axis` of the best of each window, no_candidate where there is none. Where
// the answers lie is said by strides in bytes, one for each axis of the array. False if a signal
// ended the call, or there is no memory.
bool find_windows(const Array& array, const Mask& mask, int axis, const Windows& windows,
                  const WindowQuestion& question, char* out, const Index* out_strides);

}  // namespace minloc
