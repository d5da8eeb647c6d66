#include "isa.hpp"

#include <atomic>
#include <cstring>

#include "metric.hpp"
#include "processor.hpp"

// Long doubles have no vectors: there is one set of kernels for them.
namespace minloc::scalar {
extern const FamilyLeaves longdouble, clongdouble;
extern const Distances long_distances[];
}  // namespace minloc::scalar

// The build says which instruction sets there are: MINLOC_BUILT is X(namespace, name) for each.
#define X(isa, name)                                                                               \
  namespace minloc::windows_##isa {                                                                \
    extern const WindowKernels windows;                                                            \
  }                                                                                                \
  namespace minloc::isa {                                                                          \
  extern const FamilyLeaves boolean, int8, int16, int32, int64, half, float32, float64, complex64, \
      complex128;                                                                                  \
  extern const Distances distances[];                                                              \
  std::uint64_t read(const char* begin, const char* end);                                          \
  bool read_slots(const Labels& labels, const char* at, Index stride, Index count, Slot* slots);   \
  namespace {                                                                                      \
  using scalar::clongdouble, scalar::longdouble;                                                   \
  const Kernels kernels{{&boolean, &int8, &int16, &int32, &int64, &half, &float32, &float64,       \
                         &complex64, &complex128, &longdouble, &clongdouble},                      \
                        distances,                                                                 \
                        scalar::long_distances,                                                    \
                        &windows_##isa::windows,                                                   \
                        read,                                                                      \
                        read_slots};                                                               \
  }                                                                                                \
  }
MINLOC_BUILT
#undef X

namespace minloc {
namespace {

// Whether this machine has the features that the kernels are compiled for.
#if defined(__x86_64__)
[[maybe_unused]] bool has_x86_64_v2() { return Processor().has_v2(); }
[[maybe_unused]] bool has_x86_64_v3() { return Processor().has_v3(); }
[[maybe_unused]] bool has_x86_64_v4() { return Processor().has_v4(); }
#endif
[[maybe_unused]] bool has_neon() { return true; }
[[maybe_unused]] bool has_generic() { return true; }

}  // namespace

const InstructionSet instruction_sets[] = {
#define X(isa, name) {#name, &isa::kernels, has_##isa},
    MINLOC_BUILT
#undef X
};

const int instruction_set_count = sizeof instruction_sets / sizeof *instruction_sets;

namespace {

const InstructionSet* best_available() {
  const InstructionSet* found = instruction_sets;
  for (const InstructionSet& set : instruction_sets)
    if (set.available()) found = &set;
  return found;
}

std::atomic<const InstructionSet*> in_use{best_available()};

}  // namespace

const InstructionSet& instruction_set() { return *in_use.load(std::memory_order_relaxed); }

bool use_instruction_set(const char* name) {
  for (const InstructionSet& set : instruction_sets)
    if (std::strcmp(set.name, name) == 0 && set.available()) {
      in_use.store(&set, std::memory_order_relaxed);
      return true;
    }
  return false;
}

}  // namespace minloc
