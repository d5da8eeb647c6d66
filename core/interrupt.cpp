#include "interrupt.hpp"

#include <pthread.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/syscall.h>
#endif

namespace minloc {
namespace {

constexpr std::chrono::milliseconds between_handlers{100};

thread_local Interruptible* the_current = nullptr;

// Whether this is the process's first thread, which is Python's main thread unless Python was
// started by another; then calls are not interrupted. Other threads must not take the GIL back in
// the middle of a call: Python ends a thread that does while the program exits.
bool is_main_thread() {
#if defined(__linux__)
  return syscall(SYS_gettid) == getpid();
#elif defined(__APPLE__) || defined(__FreeBSD__)
  return pthread_main_np() != 0;
#else
  return false;
#endif
}

}  // namespace

Interruptible::Interruptible(bool (*ends)(void*), void* context)
    : run_handlers_(ends), context_(context), outer_(the_current) {
  the_current = this;
}

Interruptible::~Interruptible() { the_current = outer_; }

Interruptible* Interruptible::current() { return the_current; }
void Interruptible::help(Interruptible* call) { the_current = call; }

bool Interruptible::ends() {
  if (ended_.load(std::memory_order_relaxed)) return true;
  if (!is_main_thread()) return false;
  const Clock::time_point now = Clock::now();
  if (last_ == Clock::time_point{}) last_ = now;
  if (now - last_ < between_handlers) return false;
  const bool raised = run_handlers_(context_);
  last_ = Clock::now();
  ended_.store(raised, std::memory_order_relaxed);
  return raised;
}

}  // namespace minloc
