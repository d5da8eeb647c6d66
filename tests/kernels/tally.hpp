// Counting checks, with each instruction set that was built and that this machine has.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "dtypes.hpp"
#include "isa.hpp"

namespace minloc {

inline constexpr const char* dtype_names[] = {
#define MINLOC_X(name, family, nan) #name,
    MINLOC_DTYPES(MINLOC_X)
#undef MINLOC_X
};

// How many checks there were, and how many failed; the first few failures are printed.
struct Tally {
  long checks = 0, failures = 0;

  void count(bool passed, const auto& describe) {
    ++checks;
    if (!passed && ++failures <= 5) std::printf("FAILED: %s\n", describe().c_str());
  }
};

inline std::string tuple(const auto& numbers) {
  std::string text;
  for (const auto n : numbers) text += (text.empty() ? "(" : ", ") + std::to_string(n);
  return text.empty() ? "()" : text + ")";
}

// The number that a program is given as its argument: 1 without, or if it is none.
inline std::uint64_t one_in_of(int count, char** arguments) {
  const std::uint64_t number = count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 1;
  return number > 0 ? number : 1;
}

// Calls `check_dtype.operator()<D>(tally)` for each dtype with each instruction set, prints how
// many checks passed, and returns how many failed.
long check_all(const auto& check_dtype) {
  long failures = 0;
  for (int i = 0; i < instruction_set_count; ++i) {
    if (!use_instruction_set(instruction_sets[i].name)) continue;
    Tally tally;
    [&]<int... dtypes>(std::integer_sequence<int, dtypes...>) {
      (check_dtype.template operator()<static_cast<DType>(dtypes)>(tally), ...);
    }(std::make_integer_sequence<int, dtype_count>{});
    std::printf("%s: %ld passed, %ld failed\n", instruction_sets[i].name,
                tally.checks - tally.failures, tally.failures);
    failures += tally.failures;
  }
  return failures;
}

}  // namespace minloc
