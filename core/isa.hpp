// Which instruction sets were built, which of them this machine has, and which one is in use.
#pragma once

#include "leaves.hpp"

namespace minloc {

struct InstructionSet {
  const char* name;
  const Kernels* kernels;
  bool (*available)();
};

// All that were built, the plainest first.
extern const InstructionSet instruction_sets[];
extern const int instruction_set_count;

// The one in use: at first the best that the machine has.
const InstructionSet& instruction_set();
// Puts the named one in use; false if it was not built or the machine lacks it.
bool use_instruction_set(const char* name);

}  // namespace minloc
