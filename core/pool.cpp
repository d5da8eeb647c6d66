#include "pool.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <new>

#include "floating_point.hpp"
#include "interrupt.hpp"
#include "system.hpp"

namespace minloc {
namespace {

// One call's tasks. It lies on the stack of the calling thread, which returns only when no helper
// works on it.
struct Job {
  void (*work)(void*, Index);
  void* context;
  Index tasks;
  const FloatingPointState floating_point = FloatingPointState::here();
  Interruptible* const call = Interruptible::current();
  std::atomic<Index> next{0};
  int places = 0;        // how many helpers may still join
  int helpers = 0;       // how many are at it
  Job* other = nullptr;  // the next job in the pool's list

  // A helper computes as its caller would: it flushes subnormal numbers to zero if the caller does.
  void run_for_another() {
    floating_point.set_here();
    Interruptible::help(call);
    run();
    Interruptible::help(nullptr);
  }
  void run() {
    for (Index task; (task = next.fetch_add(1, std::memory_order_relaxed)) < tasks;)
      work(context, task);
  }
  bool wants_help() const { return places > 0 && next.load(std::memory_order_relaxed) < tasks; }
};

class Pool {
 public:
  void share(Job& job) {
    const int wanted = job.places;
    {
      const std::lock_guard lock(mutex_);
      while (started_ < wanted && start()) {
      }
      job.other = jobs_;
      jobs_ = &job;
    }
    for (int i = 0; i < wanted; ++i) work_to_do_.notify_one();
    job.run();
    std::unique_lock lock(mutex_);
    Job** place = &jobs_;
    while (*place != &job) place = &(*place)->other;
    *place = job.other;
    helper_left_.wait(lock, [&] { return job.helpers == 0; });
  }

 private:
  // False if the system has no thread to give: then the others do the work.
  bool start() {
    const bool started = start_thread([](void* pool) { static_cast<Pool*>(pool)->help(); }, this);
    started_ += started;
    return started;
  }

  Job* find() {
    Job* job = jobs_;
    while (job && !job->wants_help()) job = job->other;
    return job;
  }

  void help() {
    std::unique_lock lock(mutex_);
    for (;;) {
      Job* job = nullptr;
      work_to_do_.wait(lock, [&] { return (job = find()) != nullptr; });
      --job->places;
      ++job->helpers;
      lock.unlock();
      job->run_for_another();
      lock.lock();
      if (--job->helpers == 0) helper_left_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable work_to_do_, helper_left_;
  Job* jobs_ = nullptr;
  int started_ = 0;
};

// Never destroyed: helpers wait in it until the process ends. A forked child gets a new pool: it
// has no helpers, and the mutex may be owned by a thread that no longer exists.
std::atomic<Pool*> the_pool{nullptr};

// Null where there is no memory for one.
Pool* pool() {
  [[maybe_unused]] static const bool told = [] {
    call_after_fork([] { the_pool.store(nullptr); });
    return true;
  }();
  Pool* found = the_pool.load();
  if (!found) {
    Pool* fresh = new (std::nothrow) Pool;
    if (the_pool.compare_exchange_strong(found, fresh))
      found = fresh;
    else
      delete fresh;
  }
  return found;
}

std::atomic<int> threads{1};
thread_local int threads_here = 0;

}  // namespace

int num_threads() { return threads_here ? threads_here : threads.load(std::memory_order_relaxed); }
void set_num_threads(int count) { threads.store(count, std::memory_order_relaxed); }
int set_num_threads_here(int count) {
  const int before = threads_here;
  threads_here = count;
  return before;
}

void share(Index tasks, void (*work)(void*, Index), void* context) {
  Job job{work, context, tasks};
  const Index helpers = num_threads() - 1;
  job.places = static_cast<int>(tasks - 1 < helpers ? tasks - 1 : helpers);
  Pool* helping = job.places > 0 ? pool() : nullptr;
  if (helping)
    helping->share(job);
  else
    job.run();
}

}  // namespace minloc
