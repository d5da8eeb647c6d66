// What the core asks of the operating system; a file for each kind of them answers.
//
//   system_posix.cpp     Linux, macOS and other Unix systems
//   system_windows.cpp   Windows
//   system_alone.cpp     WASI, where a program has one thread and no signals
#pragma once

#if !defined(__wasi__)
#include <mutex>
#endif

#include "dtypes.hpp"

namespace minloc {

#if defined(__wasi__)
struct Mutex {};
struct Locked {
  explicit Locked(Mutex&) {}
};
#else
using Mutex = std::mutex;
using Locked = std::lock_guard<Mutex>;
#endif

// Starts a thread that calls `work(context)` and is never waited for. The program's signals do not
// reach it. False if the system has no thread to give.
bool start_thread(void (*work)(void*), void* context);

// Has `forget` called in every forked child from now on.
void call_after_fork(void (*forget)());

// Whether this is the process's first thread, which is Python's main thread unless Python was
// started by another; false where that cannot be known.
bool is_first_thread();

// How many bytes of memory the machine has.
Index memory_bytes();

}  // namespace minloc
