// A plan for the k best carried out: tiles handed to a leaf, selections sorted, answers written.
//
// Batches are shared out over the threads; where there are fewer batches than threads, each is cut
// into parts along a reduced axis, whose selections become one. A selection is the same whatever
// the order it is made in, so every number of threads gives the same answer.
#include "top_k.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>

#include "interrupt.hpp"
#include "pool.hpp"
#include "top_plan.hpp"

namespace minloc {
namespace {

// From how many bytes on help is worth the time to call it, and the least that a part should have.
constexpr Index worth_sharing = 4 << 20, worth_a_part = 1 << 19;
constexpr Index tasks_for_thread = 4;
// What is searched for NaN and then chosen from is read twice; it stays in a cache.
constexpr Index searched_at_once = 1 << 17;

// Where the worst that happened on any thread is noted.
class Trouble {
 public:
  void note(TopOutcome::Status status, Index slice = 0, Index candidates = 0) {
    const std::lock_guard lock(mutex_);
    if (status < outcome_.status) return;
    if (status == outcome_.status && slice >= outcome_.slice) return;
    outcome_ = {status, slice, candidates};
    if (status > TopOutcome::Status::too_few) stop_.store(true, std::memory_order_relaxed);
  }
  bool stops() const { return stop_.load(std::memory_order_relaxed); }
  TopOutcome outcome() const { return outcome_; }

 private:
  std::mutex mutex_;
  std::atomic<bool> stop_{false};
  TopOutcome outcome_{TopOutcome::Status::done, 0, 0};
};

struct FreeMemory {
  void operator()(char* p) const { std::free(p); }
};
using Memory = std::unique_ptr<char, FreeMemory>;

struct TopK {
  const TopPlan& plan;
  const Index itemsize, k;
  const bool takes_fewer;
  const NanRank nan;
  const DType dtype;
  const TopLeaves& leaves;
  const Coding coding;
  const Ranking& ranking;
  const TopAnswer& answer;
  Trouble trouble{};

  // -- one batch ----------------------------------------------------------------------------------

  // Calls `visit(tile)` for every tile of a part of a slice, or of slices side by side; false if it
  // said no.
  template <class Visit>
  bool each_tile(const Slice& part, Index first_index, const Batch& from, Visit visit) const {
    const Reduced& innermost = part.dims[part.count - 1];
    Tile tile{.data = from.place.data,
              .slices = from.slices,
              .slice_stride = plan.innermost_kept().stride,
              .length = innermost.size,
              .stride = innermost.stride,
              .index = first_index,
              .step = innermost.step,
              .mask = {from.place.mask, plan.innermost_kept().mask_stride, innermost.mask_stride,
                       plan.masked_value},
              .codings = &coding,
              .swapped = plan.swapped,
              .fresh = false,
              .far = plan.far,
              .scratch = {}};
    Index at[max_ndim] = {};
    int i;
    do {
      if (!visit(tile)) return false;
      for (i = part.count - 2; i >= 0; --i) {
        const Reduced& dim = part.dims[i];
        const Index by = ++at[i] < dim.size ? 1 : 1 - dim.size;
        tile.data += by * dim.stride;
        if (tile.mask) tile.mask.bytes += by * dim.mask_stride;
        tile.index += by * dim.step;
        if (by == 1) break;
        at[i] = 0;
      }
    } while (i >= 0);
    return true;
  }

  // A tile in pieces of at most so many bytes, a little of each slice at a time, until
  // `visit(piece)` says no or a signal ends the call.
  template <class Visit>
  bool each_piece(const Tile& tile, Index bytes, Patience& patience, Visit visit) {
    const Index piece = std::max<Index>(bytes / (tile.slices * itemsize), 1);
    for (Index begin = 0; begin < tile.length; begin += piece) {
      Tile part = tile;
      part.move(0, begin);
      part.length = std::min(piece, tile.length - begin);
      if (ends(patience, part.length * tile.slices * itemsize) || !visit(part)) return false;
    }
    return true;
  }

  // Whether a signal ends the call, of which so many bytes more are read.
  bool ends(Patience& patience, Index bytes) {
    if (!patience.ends(bytes)) return false;
    trouble.note(TopOutcome::Status::interrupted);
    return true;
  }

  bool refuses_nan() const { return nan == NanRank::refuse && has_nan(dtype); }

  bool is_free_of_nan(const Tile& tile) {
    if (leaves.count(tile, true) == 0) return true;
    trouble.note(TopOutcome::Status::nan);
    return false;
  }

  // False if there is no point in going on.
  bool choose(const Slice& part, Index first_index, const Batch& from, Selection* selections,
              Patience& patience) {
    const bool plain = !plan.swapped;
    const bool adjacent = plain && magnitude(plan.innermost().stride) == itemsize;
    const bool side_by_side = plain && plan.innermost_kept().stride == itemsize;
    const Choose leaf = plan.way == Way::columns && side_by_side ? leaves.columns
                        : plan.way != Way::columns && adjacent   ? leaves.along
                                                                 : leaves.gathered;
    const Index bytes = refuses_nan() ? searched_at_once : bytes_at_once;
    return each_tile(part, first_index, from, [&](const Tile& tile) {
      return each_piece(tile, bytes, patience, [&](const Tile& piece) {
        if (trouble.stops() || (refuses_nan() && !is_free_of_nan(piece))) return false;
        leaf(piece, selections);
        return true;
      });
    });
  }

  void begin(Selection* selections, Index count, char* memory, Index wanted, Index room) const {
    for (Index i = 0; i < count; ++i)
      selections[i] = {memory + i * room * ranking.candidate_size, wanted, room, 0, false};
  }

  // -- answers ------------------------------------------------------------------------------------

  template <Index size>
  void write_as(const Place& place, const Index* indices, Index first, Index count) const {
    char* value = place.values + first * answer.value_step;
    char* index = place.indices + first * answer.index_step;
    const Index* const end = indices + count;
    for (; indices < end; ++indices, value += answer.value_step, index += answer.index_step) {
      __builtin_memcpy(value, place.data + plan.indexed.offset(*indices),
                       static_cast<std::size_t>(size ? size : itemsize));
      __builtin_memcpy(index, indices, sizeof *indices);
    }
  }

  // Writes the answers of ranks [first, first + count) of a slice.
  void write(const Place& place, const Index* indices, Index first, Index count) const {
    switch (itemsize) {
      case 1: return write_as<1>(place, indices, first, count);
      case 2: return write_as<2>(place, indices, first, count);
      case 4: return write_as<4>(place, indices, first, count);
      case 8: return write_as<8>(place, indices, first, count);
      default: return write_as<0>(place, indices, first, count);
    }
  }

  // Writes that there is nothing from rank `first` on.
  void write_nothing(const Place& place, Index first) const {
    for (Index rank = first; rank < k; ++rank) {
      std::memset(place.values + rank * answer.value_step, 0, static_cast<std::size_t>(itemsize));
      std::memcpy(place.indices + rank * answer.index_step, &no_candidate, sizeof(Index));
    }
  }

  // Writes a slice whose best numbers are known, `found` of them; `memory` has room for a
  // selection.
  void finish(const Place& place, const Index* indices, Index found, char* memory,
              Patience& patience) {
    write(place, indices, 0, found);
    if (found == k) return;
    if (nan != NanRank::omit && has_nan(dtype)) {
      const Index nans = find_others(place, indices, found, memory, patience);
      if (nans > 0 && nan == NanRank::refuse) return trouble.note(TopOutcome::Status::nan);
      write(place, reinterpret_cast<const Index*>(memory), found, nans);
      found += nans;
    }
    if (found == k) return;
    if (takes_fewer)
      write_nothing(place, found);
    else
      trouble.note(TopOutcome::Status::too_few, place.slice, found);
  }

  // Writes to `memory` which candidates there are beside the `found` numbers, until there are k
  // together; returns how many. Where there are too few numbers, all have been found, and the
  // others are NaN. They are not looked at again: by now a NaN may have become a number, or a
  // number that was found a NaN, where another thread or process writes to the array.
  Index find_others(const Place& place, const Index* indices, Index found, char* memory,
                    Patience& patience) {
    auto* const others = reinterpret_cast<Index*>(memory);
    Index* const numbers = others + (k - found);  // a candidate has room for two indices
    std::sort(numbers, std::copy(indices, indices + found, numbers));
    Index count = 0, met = 0;
    for (Index index = 0; index < plan.length && found + count < k; ++index) {
      if (ends(patience, 1)) break;
      if (met < found && numbers[met] == index) {
        ++met;
        continue;
      }
      const bool masked =
          place.mask && (place.mask[plan.indexed.mask_offset(index)] != 0) == plan.masked_value;
      if (!masked) others[count++] = index;
    }
    return count;
  }

  // -- all batches --------------------------------------------------------------------------------

  // Null, and noted, where there is no memory.
  Memory allocate(Index count, Index size) {
    std::size_t bytes;
    Memory memory(__builtin_mul_overflow(static_cast<std::size_t>(count),
                                         static_cast<std::size_t>(size), &bytes)
                      ? nullptr
                      : static_cast<char*>(std::malloc(bytes)));
    if (!memory) trouble.note(TopOutcome::Status::no_memory);
    return memory;
  }

  void choose_batches(Index first, Index end) {
    const Index selection_size = plan.capacity * ranking.candidate_size;
    const Memory memory = allocate(plan.width + 1, selection_size);
    const Memory of_selections = allocate(plan.width, sizeof(Selection));
    if (!memory || !of_selections) return;
    auto* const selections = reinterpret_cast<Selection*>(of_selections.get());
    char* const spare = memory.get() + plan.width * selection_size;
    Patience patience;
    for (Index number = first; number < end; ++number) {
      Batch now = plan.batch(number);
      begin(selections, now.slices, memory.get(), k, plan.capacity);
      if (!choose(plan.read, 0, now, selections, patience)) return;
      for (Index slice = 0; slice < now.slices; ++slice, now.place.move(plan.innermost_kept(), 1)) {
        const Index* const indices = ranking.sorted_indices(selections[slice]);
        finish(now.place, indices, selections[slice].count, spare, patience);
      }
    }
  }

  void choose_rows(Index first, Index end) {
    const Memory spare = allocate(plan.capacity, ranking.candidate_size);
    const Memory of_indices = allocate(rows_slices * top_rows_k, sizeof(Index));
    if (!spare || !of_indices) return;
    auto* const indices = reinterpret_cast<Index*>(of_indices.get());
    Patience patience;
    for (Index number = first; number < end; ++number) {
      Batch now = plan.batch(number);
      if (trouble.stops() || !each_tile(plan.read, 0, now, [&](const Tile& tile) {
            if (ends(patience, tile.slices * tile.length * itemsize)) return false;
            if (refuses_nan() && !is_free_of_nan(tile)) return false;
            leaves.rows(tile, k, indices);
            return true;
          }))
        return;
      for (Index slice = 0; slice < now.slices; ++slice, now.place.move(plan.innermost_kept(), 1)) {
        const Index* const chosen = indices + slice * k;
        Index found = k;
        while (found > 0 && chosen[found - 1] == no_candidate) --found;
        finish(now.place, chosen, found, spare.get(), patience);
      }
    }
  }

  // The batches one after the other, each cut into parts along the outermost axis of its slices.
  void choose_parts(Index parts) {
    const Index size = plan.read.dims[0].size;
    const Index candidate = ranking.candidate_size;
    const Memory memory = allocate(parts * plan.width + 1, plan.capacity * candidate);
    const Memory of_selections = allocate(parts * plan.width, sizeof(Selection));
    if (!memory || !of_selections) return;
    auto* const selections = reinterpret_cast<Selection*>(of_selections.get());
    char* const spare = memory.get() + parts * plan.width * plan.capacity * candidate;
    Patience patience;
    for (Index number = 0; number < plan.batches && !trouble.stops(); ++number) {
      Batch now = plan.batch(number);
      // The parts of a slice lie one after the other.
      for (Index part = 0; part < parts; ++part)
        for (Index slice = 0; slice < now.slices; ++slice)
          begin(selections + part * now.slices + slice, 1,
                memory.get() + (slice * parts + part) * plan.capacity * candidate, k,
                plan.capacity);
      share(parts, [&](Index part) {
        const Index first = border(size, parts, part);
        Slice some = plan.read;
        Reduced& outermost = some.dims[0];
        outermost.size = border(size, parts, part + 1) - first;
        Batch from = now;
        from.place.data += first * outermost.stride;
        if (from.place.mask) from.place.mask += first * outermost.mask_stride;
        Patience of_helper;
        choose(some, first * outermost.step, from, selections + part * now.slices, of_helper);
      });
      if (trouble.stops()) return;
      for (Index slice = 0; slice < now.slices; ++slice, now.place.move(plan.innermost_kept(), 1)) {
        Selection all = selections[slice];
        all.capacity = parts * plan.capacity;
        for (Index part = 1; part < parts; ++part) {
          const Selection& more = selections[part * now.slices + slice];
          std::memmove(all.candidates + all.count * candidate, more.candidates,
                       static_cast<std::size_t>(more.count * candidate));
          all.count += more.count;
        }
        const Index* const indices = ranking.sorted_indices(all);
        finish(now.place, indices, all.count, spare, patience);
      }
    }
  }

  void choose_all() {
    const auto some = [&](Index first, Index end) {
      plan.way == Way::rows ? choose_rows(first, end) : choose_batches(first, end);
    };
    const Index threads = num_threads(), elements = plan.slices * plan.to_read;
    if (threads == 1 || elements < worth_sharing / itemsize) return some(0, plan.batches);
    const Index wanted = std::min(threads * tasks_for_thread, elements / (worth_a_part / itemsize));
    if (plan.batches < threads && plan.way != Way::rows) {
      // A part has enough elements for its selection to be small beside it.
      const Index parts =
          std::min({wanted, plan.read.dims[0].size, plan.to_read / (2 * plan.capacity)});
      if (parts > 1) return choose_parts(parts);
    }
    const Index tasks = std::min(wanted, plan.batches);
    share(tasks, [&](Index task) {
      some(border(plan.batches, tasks, task), border(plan.batches, tasks, task + 1));
    });
  }

  // -- no batches ---------------------------------------------------------------------------------

  void search_all_for_nan() {
    Patience patience;
    for (Index number = 0; number < plan.batches; ++number)
      if (!each_tile(plan.read, 0, plan.batch(number), [&](const Tile& tile) {
            return each_piece(tile, searched_at_once, patience,
                              [&](const Tile& piece) { return is_free_of_nan(piece); });
          }))
        return;
  }

  // The number of the first slice that has a NaN; that of the first slice if all have gone by now.
  Index first_with_nan() const {
    Index first = plan.slices;
    for (Index number = 0; number < plan.batches; ++number) {
      Batch now = plan.batch(number);
      for (Index slice = 0; slice < now.slices; ++slice, now.place.move(plan.innermost_kept(), 1))
        if (now.place.slice < first &&
            !each_tile(
                plan.read, 0, {now.place, 1},
                [&](const Tile& tile) { return leaves.count(tile, true) == 0; }))
          first = now.place.slice;
    }
    return first < plan.slices ? first : 0;
  }

  // Notes how many candidates the first slice has, which are too few. The plan is for k = 1: of an
  // axis that repeats one element it has one.
  void count_candidates() {
    Place first = plan.origin;
    for (int i = 0; i < plan.kept_count; ++i)
      if (plan.kept[i].slices < 0) first.move(plan.kept[i], plan.kept[i].size - 1);
    Index count = 0;
    Patience patience;
    if (plan.length > 0)
      each_tile(plan.read, 0, {first, 1}, [&](const Tile& tile) {
        return each_piece(tile, bytes_at_once, patience, [&](const Tile& piece) {
          count += leaves.count(piece, false);
          if (nan == NanRank::last) count += leaves.count(piece, true);
          return true;
        });
      });
    const Index repeats = plan.length > 0 ? plan.length / plan.to_read : 0;
    trouble.note(TopOutcome::Status::too_few, 0, count * repeats);
  }
};

}  // namespace

TopOutcome top_k(const Array& array, const Mask& mask, const Axes& axes, Index k, bool takes_fewer,
                 Extreme extreme, NanRank nan, const Kernels& kernels, DType dtype,
                 const TopAnswer& answer) {
  Index length = 1;
  for (int i = 0; i < axes.count; ++i) length *= array.shape[axes.list[i]];
  TopPlan plan(array, mask, axes, k > length ? 1 : k, answer);
  TopK top{plan,
           array.itemsize,
           k,
           takes_fewer,
           nan,
           dtype,
           kernels.of(dtype).top,
           coding_of(dtype, extreme, Nan::omit),
           ranking_of(family_of(dtype)),
           answer};
  if (plan.slices == 0 || (k == 0 && length == 0)) return top.trouble.outcome();
  if (k <= length) plan.make_batches(k, array.itemsize, top.ranking.candidate_size);
  if (k > length) {
    top.count_candidates();
  } else if (k == 0) {
    if (top.refuses_nan()) top.search_all_for_nan();
  } else {
    top.choose_all();
  }
  TopOutcome outcome = top.trouble.outcome();
  if (outcome.status == TopOutcome::Status::nan) outcome.slice = top.first_with_nan();
  return outcome;
}

}  // namespace minloc
