#include "workspace.hpp"

#include <new>

namespace minloc {
namespace {

constexpr Index panels = 4, panel_size = panel_bytes + panel_slices * Index{sizeof(Index)};
constexpr std::size_t size = panels * panel_size + leaf_scratch;
constexpr std::align_val_t alignment{64};

char* allocate(std::size_t bytes) {
  return static_cast<char*>(::operator new(bytes, alignment, std::nothrow));
}
void give_back(char* memory) { ::operator delete(memory, alignment); }

struct Kept {
  char* memory = nullptr;  // null: not allocated yet, or in use
  std::size_t size = 0;
  ~Kept() { give_back(memory); }
};
thread_local Kept kept;

}  // namespace

Workspace::Workspace(bool measures)
    : memory_(nullptr), size_(measures ? size + measured_bytes : size) {
  if (kept.size >= size_) {
    memory_ = kept.memory;
    size_ = kept.size;
    kept.memory = nullptr;
    kept.size = 0;
  } else {
    memory_ = allocate(size_);
  }
}

// The larger is kept.
Workspace::~Workspace() {
  const bool is_larger = memory_ && size_ > kept.size;
  give_back(is_larger ? kept.memory : memory_);
  if (!is_larger) return;
  kept.memory = memory_;
  kept.size = size_;
}

}  // namespace minloc
