// A table: the answers so far for all groups of some slices, for each end.
//
// It has an entry for each group of each slice, and one for elements of no group, which is the
// first: slot 0. By rows, the entries of one group lie side by side, those of all slices; else
// those of one slice do.
#pragma once

#include <algorithm>
#include <new>
#include <utility>

#include "leaf_calls.hpp"

namespace minloc {

struct TableShape {
  Index slices, groups;
  bool by_rows;

  Index entries() const { return slices * (groups + 1); }
  Index slot_step() const { return by_rows ? slices : 1; }
  Index slice_step() const { return by_rows ? 1 : groups + 1; }
};

class Table {
 public:
  Table() = default;
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;
  Table(Table&& other) noexcept : memory_(std::exchange(other.memory_, nullptr)) {
    std::copy_n(other.panels, most_ends, panels);
  }
  ~Table() { ::operator delete(memory_, alignment); }

  // False if there is no memory.
  bool make(Index entries, Index key_size, int ends) {
    const Index keys = (entries * key_size + 63) / 64 * 64;
    const Index bytes = keys + entries * Index{sizeof(Index)};
    const auto padded = static_cast<std::size_t>((bytes + 63) / 64 * 64);
    const auto all = padded * static_cast<std::size_t>(ends);
    memory_ = static_cast<char*>(::operator new(all, alignment, std::nothrow));
    for (int end = 0; memory_ && end < ends; ++end) {
      char* const at = memory_ + static_cast<std::size_t>(end) * padded;
      panels[end] = {at, reinterpret_cast<Index*>(at + keys)};
    }
    return memory_ != nullptr;
  }

  Panel panels[most_ends] = {};

 private:
  static constexpr std::align_val_t alignment{64};
  char* memory_ = nullptr;
};

}  // namespace minloc
