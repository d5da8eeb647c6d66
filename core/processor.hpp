// What an x86-64 processor can do, asked of the processor itself.
//
// The compiler's __builtin_cpu_supports needs a part of the compiler's own library, which clang-cl
// does not link and other toolchains do not have.
#pragma once

#if defined(__x86_64__)

#include <cpuid.h>

#include <cstdint>
#include <initializer_list>

namespace minloc {

class Processor {
 public:
  Processor() {
    unsigned a = 0, b = 0;
    __get_cpuid(1, &a, &b, &basic_, &a);
    __get_cpuid_count(7, 0, &a, &extended_, &b, &a);
    __get_cpuid(0x80000001U, &a, &b, &amd_, &a);
    if (!all_of(basic_, {27})) return;  // XGETBV is there, and the system uses it
    unsigned high = 0;
    asm volatile("xgetbv" : "=a"(saved_), "=d"(high) : "c"(0));
  }

  // Whether it has the features of these levels of x86-64, and the system saves their registers.
  bool has_v2() const {
    constexpr int sse3 = 0, ssse3 = 9, cx16 = 13, sse41 = 19, sse42 = 20, popcnt = 23, lahf = 0;
    return all_of(basic_, {sse3, ssse3, cx16, sse41, sse42, popcnt}) && all_of(amd_, {lahf});
  }
  bool has_v3() const {
    constexpr int fma = 12, movbe = 22, avx = 28, f16c = 29, bmi1 = 3, avx2 = 5, bmi2 = 8,
                  lzcnt = 5;
    return has_v2() && all_of(basic_, {fma, movbe, avx, f16c}) &&
           all_of(extended_, {bmi1, avx2, bmi2}) && all_of(amd_, {lzcnt}) &&
           all_of(saved_, {1, 2});  // XMM, YMM
  }
  bool has_v4() const {
    constexpr int f = 16, dq = 17, cd = 28, bw = 30, vl = 31;
    return has_v3() && all_of(extended_, {f, dq, cd, bw, vl}) &&
           all_of(saved_, {5, 6, 7});  // masks, ZMM
  }

 private:
  static bool all_of(std::uint32_t bits, std::initializer_list<int> wanted) {
    for (const int bit : wanted)
      if ((bits >> bit & 1) == 0) return false;
    return true;
  }

  std::uint32_t basic_ = 0, extended_ = 0, amd_ = 0, saved_ = 0;
};

}  // namespace minloc

#endif
