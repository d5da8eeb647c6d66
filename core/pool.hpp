// Threads that help with one call, kept from call to call.
//
// The calling thread always works itself; helpers join it where they are free. Several calls from
// several threads of the program may run at once and share the helpers. A child process made by
// fork starts with helpers of its own.
#pragma once

#include "dtypes.hpp"

namespace minloc {

// How many threads a call from this thread may use, the calling one included; at least 1.
int num_threads();
void set_num_threads(int count);
// Overrules it for calls from this thread, until 0 is set; returns what was set here before.
int set_num_threads_here(int count);

// Calls `work(context, task)` once for each task in [0, tasks), on at most `num_threads()` threads,
// and returns when all calls have. `work` must not throw.
void share(Index tasks, void (*work)(void* context, Index task), void* context);

template <class Work>
void share(Index tasks, Work work) {
  share(tasks, [](void* context, Index task) { (*static_cast<Work*>(context))(task); }, &work);
}

}  // namespace minloc
