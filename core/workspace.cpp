#include "workspace.hpp"

#include <new>
#include <utility>

namespace minloc {
namespace {

constexpr Index panels = 4, panel_size = panel_bytes + panel_slices * Index{sizeof(Index)};
constexpr std::size_t size = panels * panel_size + leaf_scratch;
constexpr std::align_val_t alignment{64};

char* allocate(std::size_t bytes) {
  return static_cast<char*>(::operator new(bytes, alignment, std::nothrow));
}
void give_back(char* memory) { ::operator delete(memory, alignment); }

struct KeptMemory {
  char* memory = nullptr;  // null: not allocated yet, or in use
  std::size_t size = 0;
  ~KeptMemory() { give_back(memory); }
};
thread_local KeptMemory kept;

}  // namespace

Workspace::Workspace(bool measures)
    : memory_(nullptr), size_(measures ? size + measured_bytes : size) {
  if (KeptMemory& mine = kept; mine.size >= size_) {
    memory_ = std::exchange(mine.memory, nullptr);
    size_ = std::exchange(mine.size, 0);
  } else {
    memory_ = allocate(size_);
  }
}

// The larger is kept.
Workspace::~Workspace() {
  KeptMemory& mine = kept;
  if (memory_ && size_ > mine.size) {
    std::swap(memory_, mine.memory);
    mine.size = size_;
  }
  if (memory_) give_back(memory_);
}

}  // namespace minloc
