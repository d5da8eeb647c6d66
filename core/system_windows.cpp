#define WIN32_LEAN_AND_MEAN
#define NOMINMAX
#include <windows.h>

#include <process.h>
#include <tlhelp32.h>

#include <cstdint>
#include <limits>
#include <new>

#include "system.hpp"

namespace minloc {
namespace {

constexpr unsigned stack_bytes = 1 << 20;  // of a helper

struct Start {
  void (*work)(void*);
  void* context;
};

unsigned __stdcall begin(void* start) {
  const Start todo = *static_cast<Start*>(start);
  delete static_cast<Start*>(start);
  todo.work(todo.context);
  return 0;
}

// The time at which a thread was created; the latest of all if the system does not tell.
std::uint64_t creation_time(DWORD thread) {
  constexpr std::uint64_t unknown = std::numeric_limits<std::uint64_t>::max();
  const HANDLE handle = OpenThread(THREAD_QUERY_LIMITED_INFORMATION, FALSE, thread);
  if (!handle) return unknown;
  FILETIME created, ended, kernel, user;
  const bool told = GetThreadTimes(handle, &created, &ended, &kernel, &user) != 0;
  CloseHandle(handle);
  return told ? std::uint64_t{created.dwHighDateTime} << 32 | created.dwLowDateTime : unknown;
}

// The oldest of the process's threads; 0 if it is not known.
DWORD first_thread() {
  const HANDLE all = CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);
  if (all == INVALID_HANDLE_VALUE) return 0;
  DWORD first = 0;
  std::uint64_t earliest = std::numeric_limits<std::uint64_t>::max();
  THREADENTRY32 entry{};
  entry.dwSize = sizeof entry;
  for (BOOL more = Thread32First(all, &entry); more; more = Thread32Next(all, &entry)) {
    if (entry.th32OwnerProcessID != GetCurrentProcessId()) continue;
    const std::uint64_t created = creation_time(entry.th32ThreadID);
    if (created >= earliest) continue;
    earliest = created;
    first = entry.th32ThreadID;
  }
  CloseHandle(all);
  return first;
}

}  // namespace

bool start_thread(void (*work)(void*), void* context) {
  Start* const start = new (std::nothrow) Start{work, context};
  if (!start) return false;
  const std::uintptr_t thread = _beginthreadex(nullptr, stack_bytes, begin, start,
                                               STACK_SIZE_PARAM_IS_A_RESERVATION, nullptr);
  if (thread == 0) {
    delete start;
    return false;
  }
  CloseHandle(reinterpret_cast<HANDLE>(thread));
  return true;
}

void call_after_fork(void (*)()) {}  // there is no fork

bool is_first_thread() {
  static const DWORD first = first_thread();
  return GetCurrentThreadId() == first;
}

Index memory_bytes() {
  MEMORYSTATUSEX memory{};
  memory.dwLength = sizeof memory;
  return GlobalMemoryStatusEx(&memory) ? static_cast<Index>(memory.ullTotalPhys)
                                       : std::numeric_limits<Index>::max();
}

}  // namespace minloc
