// Threads that help with one call, kept from call to call.
//
// The calling thread always works itself; helpers join it when they are free. Several threads of
// the program may call at once and share the helpers. A forked child starts helpers of its own.
#pragma once

#include "dtypes.hpp"

namespace minloc {

// The least bytes for which threads are woken, and the least that a part should have.
inline constexpr Index worth_sharing = 4 << 20, worth_a_part = 1 << 19;
// Parts for each thread: more than one, because threads may be held up.
inline constexpr Index parts_for_thread = 4;

// Where part `part` of `parts` begins; sizes of parts differ by one at most.
inline Index border(Index things, Index parts, Index part) {
  const Index rest = things % parts;
  return things / parts * part + (part < rest ? part : rest);
}

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
