#include "isa.hpp"

#include <atomic>
#include <cstring>

namespace minloc {
namespace {
[[maybe_unused]] bool always() { return true; }
}  // namespace

// The kernels of an instruction set, whose namespace is given. Long doubles have no vectors: there
// is one set of kernels for them.
namespace scalar {
extern const FamilyLeaves longdouble, clongdouble;
}
#define MINLOC_KERNELS(isa)                                                                        \
  namespace isa {                                                                                  \
  extern const FamilyLeaves boolean, int8, int16, int32, int64, half, float32, float64, complex64, \
      complex128;                                                                                  \
  std::uint64_t read(const char* begin, const char* end);                                          \
  namespace {                                                                                      \
  using scalar::clongdouble, scalar::longdouble;                                                   \
  const Kernels kernels{{&boolean, &int8, &int16, &int32, &int64, &half, &float32, &float64,       \
                         &complex64, &complex128, &longdouble, &clongdouble},                      \
                        read};                                                                     \
  }                                                                                                \
  }

// The build says which there are: MINLOC_ISAS of CMakeLists.txt.
#if defined(MINLOC_HAS_x86_64)
MINLOC_KERNELS(x86_64)
#endif
#if defined(MINLOC_HAS_x86_64_v3)
MINLOC_KERNELS(x86_64_v3)
#endif
#if defined(MINLOC_HAS_x86_64_v4)
MINLOC_KERNELS(x86_64_v4)
#endif
#if defined(MINLOC_HAS_neon)
MINLOC_KERNELS(neon)
#endif
#if defined(MINLOC_HAS_generic)
MINLOC_KERNELS(generic)
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
