#include <limits>

#include "system.hpp"

namespace minloc {

bool start_thread(void (*)(void*), void*) { return false; }
void call_after_fork(void (*)()) {}
bool is_first_thread() { return false; }
Index memory_bytes() { return std::numeric_limits<Index>::max(); }

}  // namespace minloc
