// Memory that a call works in, kept by its thread from call to call.
//
// A call needs some hundred KiB for panels and for what leaves keep. A stack may be smaller than
// that (128 KiB in a thread under musl) and is shared by the comparisons of objects, which may call
// minloc again; so the memory is taken from the heap, once a thread.
#pragma once

#include <cstddef>

#include "leaves.hpp"

namespace minloc {

// How many bytes of distances are measured before a leaf reads them.
inline constexpr Index measured_bytes = 1 << 16;

// Holds the calling thread's memory while it lives; one that is made while another lives has memory
// of its own.
class Workspace {
 public:
  // `measures`: distances are measured in it.
  explicit Workspace(bool measures = false);
  ~Workspace();
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  // Whether there is memory; without it nothing may be taken.
  explicit operator bool() const { return memory_ != nullptr; }

  // Room for four panels, for what a leaf takes, and for distances if these are measured.
  Scratch scratch() const { return {memory_}; }

 private:
  char* memory_;
  std::size_t size_;
};

// Memory for a panel.
inline Panel take_panel(Scratch& scratch) {
  return {scratch.take<char>(panel_bytes), scratch.take<Index>(panel_slices)};
}

}  // namespace minloc
