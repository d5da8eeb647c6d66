// The k best of every slice: choose candidates, sort them, write the answers.
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
#include <memory>
#include <new>

#include "pool.hpp"
#include "top_candidates.hpp"
#include "top_writer.hpp"

namespace minloc {
namespace {

struct TopK {
  const Array& array;
  const Mask& mask;
  const Axes& axes;
  const Plan& plan;
  const Index length, k;
  const bool takes_fewer;
  const NanRank nan;  // `omit` if there is none
  const TopCandidates& candidates;
  const TopWriter& writer;
  Trouble& trouble;
  const Way& way = candidates.way;

  // Writes a slice whose best numbers are known, `found` of them; `memory` has room for a
  // selection.
  void finish(const NumberedSlice& slice, const Index* indices, Index found, char* memory,
              Patience& patience) {
    writer.write(slice, indices, 0, found);
    if (found == k) return;
    if (nan != NanRank::omit) {
      auto* const others = reinterpret_cast<Index*>(memory);
      const Index nans = find_others(slice, indices, found, others, patience);
      if (nans > 0 && nan == NanRank::refuse) return trouble.note(TopOutcome::Status::nan);
      writer.write(slice, others, found, nans);
      found += nans;
    }
    if (found == k) return;
    if (takes_fewer)
      writer.write_nothing(slice, found);
    else
      trouble.note(TopOutcome::Status::too_few, slice.number, found);
  }

  // Finds which candidates there are beside the `found` numbers, until there are k together;
  // returns how many. Where there are too few numbers, all have been found, and the others are NaN.
  // They are not looked at again: by now a NaN may have become a number, or a number that was found
  // a NaN, where another thread or process writes to the array.
  Index find_others(const NumberedSlice& slice, const Index* indices, Index found, Index* others,
                    Patience& patience) {
    const Array masks{mask.data, array.ndim, array.shape, mask.strides, 1, false};
    const Offsets mask_bytes(slice.mask ? masks : array, axes, nullptr);
    Index* const numbers = others + (k - found);  // a candidate has room for two indices
    std::sort(numbers, std::copy(indices, indices + found, numbers));
    Index count = 0, met = 0;
    for (Index index = 0; index < length && found + count < k; ++index) {
      if (candidates.ends(patience, 1)) break;
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
    const Index room = way.capacity * candidates.ranking.candidate_size;
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
          candidates.choose_parts(now, parts, selections.get());
        else
          candidates.choose(some, now, selections.get(), rows, patience);
        if (trouble.stops()) return false;
        if (k == 0) continue;  // slices are only searched for NaN
        NumberedSlice slice{now.data + begin * some.slices.stride,
                            now.mask ? now.mask + begin * some.slices.mask_stride : nullptr,
                            now.offset};
        for (Index i = 0; i < now.count; ++i, slice.move(some.slices)) {
          const Index* indices = rows + i * k;
          Index found = k;
          if (way.leaf) {
            Selection all = candidates.join(&selections[i], parts, now.count);
            indices = candidates.ranking.sorted_indices(all);
            found = all.count;
          }
          while (found > 0 && indices[found - 1] == no_candidate) --found;
          finish(slice, indices, found, spare, patience);
        }
      }
      return true;
    });
  }

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
  const DType compared = array.target ? distance_dtype(dtype) : dtype;
  const TopLeaves& leaves = kernels.of(compared).top;
  const Ranking& ranking = ranking_of(family_of(compared));
  const bool refuses_nan = nan == NanRank::refuse && has_nan(dtype);
  Trouble trouble;
  const TopCandidates candidates{plan,
                                 k,
                                 refuses_nan,
                                 leaves,
                                 coding_of(compared, extreme, Nan::omit),
                                 ranking,
                                 way_for(plan, k, ranking.candidate_size, leaves),
                                 trouble};
  if (k > length) {
    // The plan visits one element along an axis that repeats it.
    const Index count =
        candidates.count({array.data, mask.data, 0, 1, 0, plan.values}, nan == NanRank::last);
    trouble.note(Status::too_few, 0, count * (length / plan.length()));
  } else if (k > 0 || refuses_nan) {  // without a k, slices are only searched
    const TopWriter writer(array, axes, k, answer);
    TopK{array,      mask,   axes,        plan,
         length,     k,      takes_fewer, has_nan(dtype) ? nan : NanRank::omit,
         candidates, writer, trouble}
        .answer_all();
  }
  TopOutcome outcome = trouble.outcome();
  if (outcome.status == Status::nan) outcome.slice = candidates.first_with_nan();
  return outcome;
}

}  // namespace minloc
