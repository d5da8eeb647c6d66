// How a thread computes with floating-point numbers: rounding, traps, and whether subnormal numbers
// count as zero. Every thread has this for itself, and a program may change it at any time (a
// library that was built with -ffast-math does when it is loaded).
#pragma once

#include <cstdint>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace minloc {

class FloatingPointState {
 public:
  // The state of this thread.
  static FloatingPointState here() {
    FloatingPointState state;
#if defined(__x86_64__)
    state.bits_ = _mm_getcsr();
#elif defined(__aarch64__)
    asm volatile("mrs %0, fpcr" : "=r"(state.bits_));
#endif
    return state;
  }

  // Gives it to this thread.
  void set_here() const {
#if defined(__x86_64__)
    _mm_setcsr(static_cast<unsigned>(bits_));
#elif defined(__aarch64__)
    asm volatile("msr fpcr, %0" ::"r"(bits_));
#endif
  }

 private:
  std::uint64_t bits_ = 0;
};

}  // namespace minloc
