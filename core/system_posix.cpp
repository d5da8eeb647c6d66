#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/syscall.h>
#endif

#include <new>

#include "system.hpp"

namespace minloc {
namespace {

// The size of a helper's stack, which is not left to the system: 8 MiB, the usual size, times many
// helpers may exceed a limit on the memory of the process, and musl gives 128 KiB, which may be
// too small.
constexpr std::size_t stack_bytes = 1 << 20;

struct Start {
  void (*work)(void*);
  void* context;
};

extern "C" void* begin(void* start) {
  const Start todo = *static_cast<Start*>(start);
  delete static_cast<Start*>(start);
  todo.work(todo.context);
  return nullptr;
}

}  // namespace

bool start_thread(void (*work)(void*), void* context) {
  Start* const start = new (std::nothrow) Start{work, context};
  pthread_attr_t attributes;
  if (!start || pthread_attr_init(&attributes) != 0) {
    delete start;
    return false;
  }
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, stack_bytes);
  // Signals go to the program's own threads, except those that report a thread's own fault, which
  // faulthandler handles.
  sigset_t blocked, before;
  sigfillset(&blocked);
  for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP}) sigdelset(&blocked, fault);
  pthread_sigmask(SIG_SETMASK, &blocked, &before);
  pthread_t thread;
  const bool started = pthread_create(&thread, &attributes, begin, start) == 0;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  pthread_attr_destroy(&attributes);
  if (!started) delete start;
  return started;
}

void call_after_fork(void (*forget)()) { pthread_atfork(nullptr, nullptr, forget); }

bool is_first_thread() {
#if defined(__linux__)
  return syscall(SYS_gettid) == getpid();
#elif defined(__APPLE__) || defined(__FreeBSD__)
  return pthread_main_np() != 0;
#else
  return false;
#endif
}

Index memory_bytes() {
  return static_cast<Index>(sysconf(_SC_PHYS_PAGES)) * static_cast<Index>(sysconf(_SC_PAGESIZE));
}

}  // namespace minloc
