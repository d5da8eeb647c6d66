#include "isa.hpp"

#include <atomic>
#include <cstring>

namespace minloc {
namespace {
[[maybe_unused]] bool always() { return true; }
}  // namespace

// The build says which there are: MINLOC_ISAS of CMakeLists.txt.
#if defined(MINLOC_HAS_x86_64)
namespace x86_64 {
extern const Kernels kernels;
}
#endif
#if defined(MINLOC_HAS_x86_64_v3)
namespace x86_64_v3 {
extern const Kernels kernels;
}
#endif
#if defined(MINLOC_HAS_x86_64_v4)
namespace x86_64_v4 {
extern const Kernels kernels;
}
#endif
#if defined(MINLOC_HAS_neon)
namespace neon {
extern const Kernels kernels;
}
#endif
#if defined(MINLOC_HAS_generic)
namespace generic {
extern const Kernels kernels;
}
#endif

namespace {
#if defined(MINLOC_HAS_x86_64_v3) || defined(MINLOC_HAS_x86_64_v4)
// The features of the x86-64 psABI's levels that the kernels are compiled for.
bool has_v3() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
         __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma");
}
#endif
#if defined(MINLOC_HAS_x86_64_v4)
bool has_v4() {
  return has_v3() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl");
}
#endif
}  // namespace

const InstructionSet instruction_sets[] = {
#if defined(MINLOC_HAS_x86_64)
    {"x86-64", &x86_64::kernels, always},
#endif
#if defined(MINLOC_HAS_x86_64_v3)
    {"x86-64-v3", &x86_64_v3::kernels, has_v3},
#endif
#if defined(MINLOC_HAS_x86_64_v4)
    {"x86-64-v4", &x86_64_v4::kernels, has_v4},
#endif
#if defined(MINLOC_HAS_neon)
    {"neon", &neon::kernels, always},
#endif
#if defined(MINLOC_HAS_generic)
    {"generic", &generic::kernels, always},
#endif
};

const int instruction_set_count = sizeof instruction_sets / sizeof *instruction_sets;

namespace {

const InstructionSet* best() {
  const InstructionSet* found = instruction_sets;
  for (const InstructionSet& set : instruction_sets)
    if (set.available()) found = &set;
  return found;
}

std::atomic<const InstructionSet*> in_use{best()};

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
