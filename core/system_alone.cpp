#include <limits>

#include "system.hpp"

namespace minloc {

bool start_thread(void (*)(void*), void*) { return false; }
void call_after_fork(void (*)()) {}
bool is_first_thread() { return false; }
Index memory_bytes() { return std::numeric_limits<Index>::max(); }

}  // namespace minloc

// The end of a thread's variables, which WASI's C++ library leaves out: the one thread ends with
// the process.
extern "C" int __cxa_thread_atexit(void (*)(void*), void*, void*);
int __cxa_thread_atexit(void (*)(void*), void*, void*) { return 0; }
