// How a long call hears of a signal.
//
// Python runs the handlers of signals on its main thread, and only where that holds the GIL. So a
// call that has let go of the GIL takes it back ten times a second to let them run; if one raises,
// as that of Ctrl-C does, the call ends, on every thread that helps with it.
#pragma once

#include <atomic>
#include <chrono>

#include "dtypes.hpp"

namespace minloc {

// A call made by this thread that a signal may end, from here to the end of the scope.
class Interruptible {
 public:
  // `ends` runs the handlers, on this thread, and tells whether one has raised.
  Interruptible(bool (*ends)(void* context), void* context);
  ~Interruptible();
  Interruptible(const Interruptible&) = delete;
  Interruptible& operator=(const Interruptible&) = delete;

  // The call that this thread works for; null if it cannot be interrupted.
  static Interruptible* current();
  // Lets this thread help with a call that another has made.
  static void help(Interruptible* call);

  // Whether the call is to end. Only the thread that made it runs handlers.
  bool ends();

 private:
  using Clock = std::chrono::steady_clock;

  bool (*const run_handlers_)(void*);
  void* const context_;
  Interruptible* const outer_;  // a handler may call minloc itself
  std::atomic<bool> ended_{false};
  Clock::time_point last_{};  // not known before the first look
};

// Told what a loop reads, says now and then whether to go on. Each thread has its own.
class Patience {
 public:
  // Says that so many bytes were read; true if the call is to end. An answer of true is for good.
  bool ends(Index bytes) {
    left_ -= bytes;
    return left_ <= 0 && look();
  }

 private:
  // A millisecond's work, if memory is read in order.
  static constexpr Index bytes_between_looks = 8 << 20;

  [[gnu::noinline]] bool look() {
    left_ = bytes_between_looks;
    Interruptible* call = Interruptible::current();
    return call && call->ends();
  }

  Index left_ = bytes_between_looks;
};

// What is read without a look: a loop that may be longer is cut into pieces of this many bytes.
inline constexpr Index bytes_at_once = 8 << 20;

}  // namespace minloc
