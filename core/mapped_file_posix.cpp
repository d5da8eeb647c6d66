#include "mapped_file.hpp"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <new>

namespace minloc {
namespace {

// A map, in a list that only grows: the handler may walk it at any time, in any thread.
struct Map {
  Map* next;
  std::atomic<std::uintptr_t> begin;  // 0: forgotten
  std::size_t size;
  int status;
  std::size_t length;
  char line[1];  // of `length` bytes
};

std::atomic<Map*> the_maps{nullptr};
std::mutex the_mutex;  // of those who change the list
struct sigaction the_handler_before;

// Calls only what a handler may call.
void handle_bus_error(int signal, siginfo_t* info, void*) {
  const auto at = reinterpret_cast<std::uintptr_t>(info->si_addr);
  for (const Map* map = the_maps.load(); map; map = map->next) {
    const std::uintptr_t begin = map->begin.load();
    if (!begin || at < begin || at - begin >= map->size) continue;
    [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, map->line, map->length);
    _exit(map->status);
  }
  // The load is tried again when this returns, and ends as it would have without this handler.
  sigaction(signal, &the_handler_before, nullptr);
}

}  // namespace

bool exit_on_bus_error(const void* begin, std::size_t size, const char* line, int status) {
  const std::size_t length = std::strlen(line);
  auto* map = static_cast<Map*>(std::malloc(sizeof(Map) + length));
  if (!map) return false;
  new (map) Map{nullptr, {reinterpret_cast<std::uintptr_t>(begin)}, size, status, length, {}};
  std::memcpy(map->line, line, length);
  const std::lock_guard lock(the_mutex);
  map->next = the_maps.load();
  if (!map->next) {
    struct sigaction action = {};
    action.sa_sigaction = handle_bus_error;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigaction(SIGBUS, &action, &the_handler_before);
  }
  the_maps.store(map);
  return true;
}

void forget_bus_errors(const void* begin) {
  for (Map* map = the_maps.load(); map; map = map->next) {
    auto address = reinterpret_cast<std::uintptr_t>(begin);
    map->begin.compare_exchange_strong(address, 0);
  }
}

}  // namespace minloc
