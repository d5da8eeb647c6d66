#include "workspace.hpp"

#include <new>

namespace minloc {
namespace {

constexpr Index panels = 4, panel_size = panel_bytes + panel_slices * Index{sizeof(Index)};
constexpr std::size_t size = panels * panel_size + leaf_scratch + measured_bytes;
constexpr std::align_val_t alignment{64};

char* allocate() { return static_cast<char*>(::operator new(size, alignment, std::nothrow)); }
void give_back(char* memory) { ::operator delete(memory, alignment); }

struct Kept {
  char* memory = nullptr;  // null: not allocated yet, or in use
  ~Kept() { give_back(memory); }
};
thread_local Kept kept;

}  // namespace

Workspace::Workspace() : memory_(kept.memory) {
  kept.memory = nullptr;
  if (!memory_) memory_ = allocate();
}

Workspace::~Workspace() {
  if (kept.memory)
    give_back(memory_);
  else
    kept.memory = memory_;
}

}  // namespace minloc
