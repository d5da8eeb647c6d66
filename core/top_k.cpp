// The k best of every slice: pass tiles to a leaf, sort the candidates, write the answers.
//
// The plan and its traversal are those of the other reductions; only the accumulator differs. It is
// a selection (selection.hpp), or k elements in registers for many short slices. The kept loops of
// the plan count slices in C order; the number of a slice tells where its k answers go.
//
// Threads share the slices. Where there are too few slices, each stretch of them is cut along a
// reduced loop instead, and the selections of its parts are joined. A selection does not depend on
// the order in which it is made, so every number of threads gives the same answer.
#include "top_k.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <limits>
#include <memory>
#include <mutex>
#include <new>

#include "pool.hpp"
#include "run.hpp"

namespace minloc {
namespace {

// Where NaN are refused, pieces of this size are read twice: searched for NaN, then chosen from.
constexpr Index searched_at_once = 1 << 17;
// How many slices are chosen from at once. The selections of a stretch of columns take at most
// `columns_state` bytes, and each of its rows at least a line of the cache.
constexpr Index rows_slices = 256, columns_slices = 256, columns_state = 1 << 18, line = 64;
// Selections of at least so many bytes are made one at a time.
constexpr Index large_selection = 1 << 20;
// A selection has room for at least so many candidates.
constexpr Index least_buffer = 16;

// How slices are chosen from: the leaf and the size of its state.
struct Way {
  Choose leaf;     // null: `rows`, which needs no selections
  Index width;     // how many slices at once, at most
  Index capacity;  // of a selection, in candidates
};

Way way_for(const Plan& plan, Index k, Index itemsize, Index candidate_size,
            const TopLeaves& leaves) {
  const Index length = plan.length(), slices = plan.slices.size;
  const Index buffer = std::max(k <= length / 4 ? 4 * k : length, least_buffer);
  const Index capacity = std::min(buffer, length), size = capacity * candidate_size;
  // At least one vector of slices, whatever the instruction set.
  const bool many = slices * itemsize >= line;
  if (many && !plan.mask && !plan.swapped && plan.reduced_count == 0 && length <= top_rows_length &&
      k <= top_rows_k)
    return {nullptr, rows_slices, capacity};
  if (many && plan.lies_across() && size < large_selection) {
    const bool side_by_side = plan.slices.stride == itemsize && !plan.swapped;
    const Index shared = (slices + num_threads() - 1) / num_threads();
    const Index width = std::min({columns_state / size, shared, columns_slices});
    return {side_by_side ? leaves.columns : leaves.gathered, std::max(width, line / itemsize),
            capacity};
  }
  const bool adjacent = magnitude(plan.slice.stride) == itemsize && !plan.swapped;
  return {adjacent ? leaves.along : leaves.gathered, 1, capacity};
}

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

// A slice: where its first element lies, and its number in C order.
struct Slice {
  const char *data, *mask;
  Index number;

  // Moves on to the next slice of a row.
  void move(const Loop& slices) {
    data += slices.stride;
    if (mask) mask += slices.mask_stride;
    number += slices.step;
  }
};

struct TopK {
  const Array& array;
  const Mask& mask;
  const Axes& axes;
  const Plan& plan;
  const Index length, k;
  const bool takes_fewer;
  const NanRank nan;
  const DType dtype;
  const TopLeaves& leaves;
  const Coding coding;
  const Ranking& ranking;
  const Way way;
  const TopAnswer& answer;
  const Offsets elements{array, axes, nullptr};
  Trouble trouble{};

  // -- candidates ---------------------------------------------------------------------------------

  // Calls `visit(piece) -> bool` for every tile of some slices, cut along its slices into pieces
  // of at most so many bytes; false if it said no or a signal ends the call.
  template <class Visit>
  bool each_piece(const Plan& some, const Stretch& from, Index bytes, Patience& patience,
                  Visit visit) {
    const auto goes_on = [&](const Tile& tile, Index size) {
      return !ends(patience, size) && visit(tile);
    };
    return each_tile(some, from, &coding, {}, [&](const Tile& tile) {
      const Index row = tile.slices * array.itemsize;
      if (tile.length * row <= bytes) return goes_on(tile, tile.length * row);
      const Index most = std::max<Index>(bytes / row, 1);
      for (Index begin = 0; begin < tile.length; begin += most) {
        const Tile piece = tile.part(0, tile.slices, begin, most);
        if (!goes_on(piece, piece.length * row)) return false;
      }
      return true;
    });
  }

  // Whether a signal ends the call; so many bytes are read before the next look.
  bool ends(Patience& patience, Index bytes) {
    if (!patience.ends(bytes)) return false;
    trouble.note(TopOutcome::Status::interrupted);
    return true;
  }

  bool refuses_nan() const { return nan == NanRank::refuse && has_nan(dtype); }

  // Adds the candidates of some slices to their selections, or writes k indices for each slice to
  // `rows`; stops early if there is trouble.
  void choose(const Plan& some, const Stretch& from, Selection* selections, Index* rows,
              Patience& patience) {
    // `rows` takes whole slices, which are short.
    const Index bytes = refuses_nan() && way.leaf ? searched_at_once : bytes_at_once;
    each_piece(some, from, bytes, patience, [&](const Tile& piece) {
      if (trouble.stops()) return false;
      if (refuses_nan() && leaves.count(piece, true) > 0) {
        trouble.note(TopOutcome::Status::nan);
        return false;
      }
      if (k == 0) return true;
      if (way.leaf)
        way.leaf(piece, selections);
      else
        leaves.rows(piece, k, rows);
      return true;
    });
  }

  // The same for `parts` parts of the slices, on several threads; each has its own selections.
  void choose_parts(const Stretch& from, Index parts, Selection* selections) {
    share(parts, [&](Index number) {
      Plan part = plan;
      Loop& loop = part.outermost_reduced();
      const Index size = loop.size;
      part.narrow(loop, true, border(size, parts, number), border(size, parts, number + 1));
      Stretch of_part = from;
      of_part.data += part.data - plan.data;
      if (from.mask) of_part.mask += part.mask - plan.mask;
      Patience patience;
      choose(part, of_part, selections + number * from.count, nullptr, patience);
    });
  }

  // Joins the selections of a slice's parts, which are adjacent in memory, and `apart` in the array
  // of selections.
  Selection join(const Selection* selections, Index parts, Index apart) const {
    Selection all = selections[0];
    for (Index part = 1; part < parts; ++part) {
      const Selection& more = selections[part * apart];
      std::memmove(all.candidates + all.count * ranking.candidate_size, more.candidates,
                   static_cast<std::size_t>(more.count * ranking.candidate_size));
      all.capacity += more.capacity;
      all.count += more.count;
    }
    return all;
  }

  // -- answers ------------------------------------------------------------------------------------

  // Where the first answer of a slice goes, in elements.
  Index place_of(Index slice) const {
    const Index step = answer.step;
    // Slices are answered in blocks of `step`, rank after rank. The usual blocks need no division.
    const Index before = step == 1 ? slice : slice < step ? 0 : slice / step * step;
    return slice + before * (k - 1);
  }

  template <Index size>
  void write_as(const Slice& slice, const Index* indices, Index first, Index count) const {
    const Index bytes = size ? size : array.itemsize, step = answer.step;
    const Index place = place_of(slice.number) + first * step;
    char* value = answer.values + place * bytes;
    Index* index = answer.indices + place;
    for (const Index* const end = indices + count; indices < end; ++indices) {
      __builtin_memcpy(value, slice.data + elements.of(*indices), static_cast<std::size_t>(bytes));
      *index = *indices;
      value += step * bytes;
      index += step;
    }
  }

  // Writes the answers of ranks [first, first + count) of a slice.
  void write(const Slice& slice, const Index* indices, Index first, Index count) const {
    switch (array.itemsize) {
      case 1: return write_as<1>(slice, indices, first, count);
      case 2: return write_as<2>(slice, indices, first, count);
      case 4: return write_as<4>(slice, indices, first, count);
      case 8: return write_as<8>(slice, indices, first, count);
      default: return write_as<0>(slice, indices, first, count);
    }
  }

  // Writes that there is nothing from rank `first` on.
  void write_nothing(const Slice& slice, Index first) const {
    for (Index rank = first; rank < k; ++rank) {
      const Index place = place_of(slice.number) + rank * answer.step;
      std::memset(answer.values + place * array.itemsize, 0,
                  static_cast<std::size_t>(array.itemsize));
      answer.indices[place] = no_candidate;
    }
  }

  // Writes a slice whose best numbers are known, `found` of them; `memory` has room for a
  // selection.
  void finish(const Slice& slice, const Index* indices, Index found, char* memory,
              Patience& patience) {
    write(slice, indices, 0, found);
    if (found == k) return;
    if (nan != NanRank::omit && has_nan(dtype)) {
      auto* const others = reinterpret_cast<Index*>(memory);
      const Index nans = find_others(slice, indices, found, others, patience);
      if (nans > 0 && nan == NanRank::refuse) return trouble.note(TopOutcome::Status::nan);
      write(slice, others, found, nans);
      found += nans;
    }
    if (found == k) return;
    if (takes_fewer)
      write_nothing(slice, found);
    else
      trouble.note(TopOutcome::Status::too_few, slice.number, found);
  }

  // Finds which candidates there are beside the `found` numbers, until there are k together;
  // returns how many. Where there are too few numbers, all have been found, and the others are NaN.
  // They are not looked at again: by now a NaN may have become a number, or a number that was found
  // a NaN, where another thread or process writes to the array.
  Index find_others(const Slice& slice, const Index* indices, Index found, Index* others,
                    Patience& patience) {
    const Array masks{mask.data, array.ndim, array.shape, mask.strides, 1, false};
    const Offsets mask_bytes(slice.mask ? masks : array, axes, nullptr);
    Index* const numbers = others + (k - found);  // a candidate has room for two indices
    std::sort(numbers, std::copy(indices, indices + found, numbers));
    Index count = 0, met = 0;
    for (Index index = 0; index < length && found + count < k; ++index) {
      if (ends(patience, 1)) break;
      if (met < found && numbers[met] == index) {
        ++met;
        continue;
      }
      const bool masked =
          slice.mask && (slice.mask[mask_bytes.of(index)] != 0) == plan.masked_value;
      if (!masked) others[count++] = index;
    }
    return count;
  }

  // Answers for all slices of a plan, stretch by stretch, each cut into so many parts.
  void answer_for(const Plan& some, Index parts) {
    const Index size = some.slices.size, stretches = (size + way.width - 1) / way.width;
    const Index width = (size + stretches - 1) / stretches;
    const Index room = way.capacity * ranking.candidate_size;
    const auto count = static_cast<std::size_t>(parts * width);
    // The selections of a slice's parts are adjacent; the last room is for `finish`.
    const std::unique_ptr<Selection[]> selections(new (std::nothrow) Selection[count]);
    const std::unique_ptr<char[]> memory(
        new (std::nothrow) char[(count + 1) * static_cast<std::size_t>(room)]);
    if (!selections || !memory) return trouble.note(TopOutcome::Status::no_memory);
    char* const spare = memory.get() + parts * width * room;
    auto* const rows = reinterpret_cast<Index*>(memory.get());
    Patience patience;
    each_row(some, [&](const Stretch& row) {
      for (Index number = 0, begin = 0, end; number < stretches; ++number, begin = end) {
        end = border(size, stretches, number + 1);
        const Stretch now = row.part(some, begin, end);
        for (Index part = 0; way.leaf && part < parts; ++part)
          for (Index i = 0; i < now.count; ++i)
            selections[part * now.count + i] = {memory.get() + (i * parts + part) * room, k,
                                                way.capacity, 0, false};
        if (parts > 1)
          choose_parts(now, parts, selections.get());
        else
          choose(some, now, selections.get(), rows, patience);
        if (trouble.stops()) return false;
        if (k == 0) continue;  // slices are only searched for NaN
        Slice slice{now.data + begin * some.slices.stride,
                    now.mask ? now.mask + begin * some.slices.mask_stride : nullptr, now.offset};
        for (Index i = 0; i < now.count; ++i, slice.move(some.slices)) {
          const Index* indices = rows + i * k;
          Index found = k;
          if (way.leaf) {
            Selection all = join(&selections[i], parts, now.count);
            indices = ranking.sorted_indices(all);
            found = all.count;
          }
          while (found > 0 && indices[found - 1] == no_candidate) --found;
          finish(slice, indices, found, spare, patience);
        }
      }
      return true;
    });
  }

  // -- all slices ---------------------------------------------------------------------------------

  void answer_all() {
    const Index threads = num_threads(), bytes = plan.bytes(array.itemsize);
    if (threads == 1 || bytes < worth_sharing) return answer_for(plan, 1);
    const Index wanted = std::min(threads * parts_for_thread, bytes / worth_a_part);
    // The outermost loop with enough iterations is cut, or else the longest one.
    const auto loop_of = [](auto& some, int which) -> auto& {
      return which < some.kept_count ? some.kept()[which] : some.slices;
    };
    int cut = plan.kept_count;
    Index tasks = std::min(wanted, (plan.slices.size + way.width - 1) / way.width);
    for (int which = plan.kept_count - 1; which >= 0; --which)
      if (plan.kept()[which].size >= tasks) {
        cut = which;
        tasks = std::min(wanted, plan.kept()[which].size);
      }
    if (tasks < threads && way.leaf) {
      // A part has at least twice as many elements as its selection has room for.
      const Index parts =
          std::min({wanted, plan.outermost_reduced().size, plan.length() / (2 * way.capacity)});
      if (parts > 1) return answer_for(plan, parts);
    }
    share(tasks, [&](Index task) {
      Plan some = plan;
      Loop& loop = loop_of(some, cut);
      const Index size = loop.size;
      some.narrow(loop, false, border(size, tasks, task), border(size, tasks, task + 1));
      answer_for(some, 1);
    });
  }

  // The number of the first slice that has a NaN; 0 if another thread has overwritten them all.
  Index first_with_nan() const {
    constexpr Index none = std::numeric_limits<Index>::max();
    Index first = none;
    each_row(plan, [&](const Stretch& row) {
      for (Index i = 0; i < row.count; ++i) {
        const Stretch one = row.part(plan, i, i + 1);
        const auto is_free = [&](const Tile& tile) { return leaves.count(tile, true) == 0; };
        if (one.offset < first && !each_tile(plan, one, &coding, {}, is_free)) first = one.offset;
      }
      return true;
    });
    return first == none ? 0 : first;
  }

  // Notes how many candidates the first slice has, which are too few. The plan is for k = 1, so it
  // visits one element along an axis that repeats it.
  void count_candidates() {
    Index count = 0;
    Patience patience;
    const Stretch first{array.data, mask.data, 0, 1, 0};
    each_piece(plan, first, bytes_at_once, patience, [&](const Tile& piece) {
      count += leaves.count(piece, false);
      if (nan == NanRank::last) count += leaves.count(piece, true);
      return true;
    });
    trouble.note(TopOutcome::Status::too_few, 0, count * (length / plan.length()));
  }
};

}  // namespace

TopOutcome top_k(const Array& array, const Mask& mask, const Axes& axes, Index k, bool takes_fewer,
                 Extreme extreme, NanRank nan, const Kernels& kernels, DType dtype,
                 const TopAnswer& answer) {
  using Status = TopOutcome::Status;
  Index length = 1, slices = 1, steps[max_ndim];
  int kept = array.ndim - axes.count;
  for (int axis = array.ndim - 1; axis >= 0; --axis) {
    const bool reduced = axes.contains(axis);
    if (!reduced) steps[--kept] = slices;
    (reduced ? length : slices) *= array.shape[axis];
  }
  if (slices == 0 || (k == 0 && length == 0)) return {Status::done, 0, 0};
  if (length == 0) return {Status::too_few, 0, 0};
  const Plan plan(array, mask, axes, steps, Visit::each_slice, Ties::first, nullptr,
                  k > length ? 1 : std::max<Index>(k, 1));
  const TopLeaves& leaves = kernels.of(dtype).top;
  const Ranking& ranking = ranking_of(family_of(dtype));
  TopK top{array,
           mask,
           axes,
           plan,
           length,
           k,
           takes_fewer,
           nan,
           dtype,
           leaves,
           coding_of(dtype, extreme, Nan::omit),
           ranking,
           way_for(plan, k, array.itemsize, ranking.candidate_size, leaves),
           answer};
  if (k > length)
    top.count_candidates();
  else if (k > 0 || top.refuses_nan())  // without a k, slices are only searched
    top.answer_all();
  TopOutcome outcome = top.trouble.outcome();
  if (outcome.status == Status::nan) outcome.slice = top.first_with_nan();
  return outcome;
}

}  // namespace minloc
