#include "interrupt.hpp"

#include "system.hpp"

namespace minloc {
namespace {

constexpr std::chrono::milliseconds between_handlers{100};

thread_local Interruptible* the_current = nullptr;

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
  // Other threads must not take the GIL back in the middle of a call: Python ends a thread that
  // does while the program exits.
  if (!is_first_thread()) return false;
  const Clock::time_point now = Clock::now();
  if (last_ == Clock::time_point{}) last_ = now;
  if (now - last_ < between_handlers) return false;
  const bool raised = run_handlers_(context_);
  last_ = Clock::now();
  ended_.store(raised, std::memory_order_relaxed);
  return raised;
}

}  // namespace minloc
