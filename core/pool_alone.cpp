// Where a program has one thread.
#include "pool.hpp"

namespace minloc {

int num_threads() { return 1; }
void set_num_threads(int) {}
int set_num_threads_here(int) { return 0; }

void share(Index tasks, void (*work)(void*, Index), void* context) {
  for (Index task = 0; task < tasks; ++task) work(context, task);
}

}  // namespace minloc
