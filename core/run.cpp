// How a plan is carried out: on this thread, or cut into parts, each of them a plan with one loop
// shortened.
//
// Where a kept loop is cut, each part has answers of its own. Where there are few slices, a reduced
// loop is cut and the parts' answers are merged; merging does not depend on the order of the parts,
// so every number of threads gives the same answer.
#include "run.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <new>

#include "bundles.hpp"
#include "kept_answers.hpp"
#include "leaf_calls.hpp"
#include "pool.hpp"
#include "shared_slice.hpp"

namespace minloc {
namespace {

// Parts for each thread where slices lie across one another: short pieces of rows are read slowly.
constexpr Index columns_for_thread = 1;
// Slices are cut where neither the answers nor the elements of two parts share a cache line.
constexpr Index slices_together = 64;

// The loop of a plan to cut: the outermost kept one, the slices, or the outermost reduced one.
enum class Cut { none, kept, slices, reduced };

template <class SomePlan>
auto& loop_of(SomePlan& plan, Cut cut) {
  switch (cut) {
    case Cut::kept: return *plan.kept();
    case Cut::slices: return plan.slices;
    default: return plan.outermost_reduced();
  }
}

Cut choose(const Plan& plan, Index key_size) {
  const Index threads = num_threads();
  const bool one_panel = plan.kept_count == 0 && plan.slices.size <= panel_width(key_size);
  const Index length = plan.outermost_reduced().size;
  if (plan.folds) return plan.slices.size > length ? Cut::slices : Cut::reduced;
  if (plan.kept_count > 0 && plan.kept()->size >= threads) return Cut::kept;
  if (one_panel && length >= threads * plan.slices.size) return Cut::reduced;
  if (plan.slices.size >= threads * slices_together) return Cut::slices;
  if (one_panel && length > 1) return Cut::reduced;
  return plan.kept_count > 0 ? Cut::kept : Cut::none;
}

class Run {
 public:
  // `continued` is null unless answers are continued.
  Run(const Plan& plan, Index key_size, const Offsets* continued, std::span<const End> ends)
      : plan_(plan),
        key_size_(key_size),
        ends_(ends),
        leaf_(plan, key_size, ends),
        kept_(plan, continued, ends) {}

  Outcome start() const;

 private:
  // A panel for each end.
  struct Panels {
    Panel of[most_ends];
  };
  Panels take_panels(Scratch& scratch) const {
    Panels panels{};
    for (std::size_t end = 0; end < ends_.size(); ++end) panels.of[end] = take_panel(scratch);
    return panels;
  }

  // Reduces a plan with one panel of answers for each end to panels. Like what follows it gives up
  // where a signal ends the call.
  bool to_panels(const Plan& plan, const Panels& panels, bool fresh, Scratch scratch,
                 Patience& patience) const;
  Outcome serially(const Plan& plan) const;
  bool continue_all(const Plan& plan, Scratch scratch) const;
  // Cut into `parts` along a kept loop: the parts' answers go to places of their own.
  Outcome side_by_side(Cut cut, Index parts) const;
  // Cut into `parts` along a reduced loop of a plan whose slices fit one panel: each part has
  // panels, and these are merged.
  Outcome and_merge(Cut cut, Index parts) const;

  void merge(const Panels& into, const Panels& from, Index slices, Index copies, Index step) const;
  // Writes the answers of a plan that has one panel of them, or merges them with those to be
  // continued.
  Outcome settle(const Panels& panels, Scratch scratch) const;

  const Plan& plan_;
  const Index key_size_;
  const std::span<const End> ends_;
  const LeafCalls leaf_;
  const KeptAnswers kept_;
};

void Run::merge(const Panels& into, const Panels& from, Index slices, Index copies,
                Index step) const {
  for (std::size_t end = 0; end < ends_.size(); ++end)
    ends_[end].order.leaves->merge(into.of[end], from.of[end], slices, copies, step, 0);
}

bool Run::to_panels(const Plan& plan, const Panels& panels, bool fresh, Scratch scratch,
                    Patience& patience) const {
  if (!plan.folds)
    return reduce_panels(plan, {plan.data, plan.mask, 0, plan.slices.size, 0, plan.values}, fresh,
                         leaf_, panels.of, scratch, patience);
  const Panels some = take_panels(scratch);
  for (std::size_t end = 0; end < ends_.size(); ++end) {
    const Order& order = ends_[end].order;
    *panels.of[end].indices = no_candidate;
    order.leaves->keys_of(plan.data, 0, 1, false, order.coding, panels.of[end]);
  }
  return each_panel(plan, key_size_, [&](const Stretch& stretch) {
    if (!reduce_panels(plan, stretch, true, leaf_, some.of, scratch, patience)) return false;
    merge(panels, some, 1, stretch.count, plan.slices.step);
    return true;
  });
}

Outcome Run::settle(const Panels& panels, Scratch scratch) const {
  const Stretch all{plan_.data, plan_.mask, 0, plan_.answers(), plan_.out_offset, plan_.values};
  if (kept_) {
    const Panels so_far = take_panels(scratch);
    kept_.read(all, so_far.of);
    merge(so_far, panels, all.count, 1, 0);
    kept_.write_changed(all, so_far.of);
    return {true, false};
  }
  bool misses = false;
  for (std::size_t end = 0; end < ends_.size(); ++end)
    misses |= write(plan_, panels.of[end].indices, all.count, ends_[end].out + all.offset,
                    plan_.slices.step);
  return {true, misses};
}

bool Run::continue_all(const Plan& plan, Scratch scratch) const {
  const Panels panels = take_panels(scratch);
  Patience patience;
  return each_panel(plan, key_size_, [&](const Stretch& stretch) {
    if (kept_.continue_in_place(plan, stretch, panels.of[0].indices))
      return !patience.ends(stretch.count * plan.slice.size);
    kept_.read(stretch, panels.of);
    if (!reduce_panels(plan, stretch, false, leaf_, panels.of, scratch, patience)) return false;
    kept_.write_changed(stretch, panels.of);
    return true;
  });
}

Outcome Run::serially(const Plan& plan) const {
  const Workspace workspace(plan.target != nullptr);
  if (!workspace) return {false, false};
  Scratch scratch = workspace.scratch();
  if (plan.folds) {
    alignas(64) char keys[most_ends][64];
    Index indices[most_ends];
    const Panels panels{{{keys[0], &indices[0]}, {keys[1], &indices[1]}}};
    Patience patience;
    if (!to_panels(plan, panels, true, scratch, patience)) return {false, false};
    return settle(panels, scratch);
  }
  if (kept_) return {continue_all(plan, scratch), false};
  if (const auto outcome = run_in_bundles(plan, key_size_, ends_, scratch)) return *outcome;
  if (ends_.size() == 1) return run_here<1>(plan, key_size_, leaf_, &ends_[0].out, scratch);
  char* const outs[] = {ends_[0].out, ends_[1].out};
  return run_here<2>(plan, key_size_, leaf_, outs, scratch);
}

Outcome Run::side_by_side(Cut cut, Index parts) const {
  std::atomic<bool> finished{true}, misses{false};
  share(parts, [&](Index number) {
    Plan part = plan_;
    Loop& loop = loop_of(part, cut);
    const auto border_of = [&](Index n) {
      const Index at = border(loop.size, parts, n);
      return cut == Cut::slices && n < parts ? at / slices_together * slices_together : at;
    };
    const Index begin = border_of(number), end = border_of(number + 1);
    if (begin == end) return;
    part.narrow(loop, false, begin, end);
    const Outcome outcome = serially(part);
    if (!outcome.finished) finished = false;
    if (outcome.misses) misses = true;
  });
  return {finished, misses};
}

Outcome Run::and_merge(Cut cut, Index parts) const {
  struct PartPanel {
    alignas(64) char keys[panel_bytes];
    alignas(64) Index indices[panel_slices];
  };
  const auto count = ends_.size();
  const std::unique_ptr<PartPanel[]> memory(new (std::nothrow)
                                                PartPanel[static_cast<std::size_t>(parts) * count]);
  if (!memory) return serially(plan_);
  const auto panels_of = [&](Index number) {
    Panels panels{};
    for (std::size_t end = 0; end < count; ++end) {
      PartPanel& of_end = memory[static_cast<std::size_t>(number) * count + end];
      panels.of[end] = {of_end.keys, of_end.indices};
    }
    return panels;
  };
  // One slice whose elements are cut up in index order.
  const bool one_slice = plan_.answers() == 1 && !plan_.folds && plan_.reduced_count == 0;
  SharedSlice slice(parts, key_size_);
  std::atomic<bool> finished{true};
  share(parts, [&](Index number) {
    if (number >= slice.needed()) return;
    const Workspace workspace(plan_.target != nullptr);
    const Panels panels = panels_of(number);
    Patience patience;
    const auto reduce = [&](Index begin, Index end, bool fresh) {
      Plan part = plan_;
      part.narrow(loop_of(part, cut), true, begin, end);
      return to_panels(part, panels, fresh, workspace.scratch(), patience) || (finished = false);
    };
    const Index size = loop_of(plan_, cut).size;
    const Index begin = border(size, parts, number), end = border(size, parts, number + 1);
    if (!workspace)
      finished = false;
    else if (one_slice)
      slice.each_piece(number, begin, end, [&](Index from, Index to) {
        return !reduce(from, to, from == begin) || leaf_.are_final(panels.of);
      });
    else
      reduce(begin, end, true);
  });
  const Workspace workspace;
  if (!finished || !workspace) return {false, false};
  const Panels all = panels_of(0);
  for (Index number = 1; number < slice.needed(); ++number)
    merge(all, panels_of(number), plan_.answers(), 1, 0);
  return settle(all, workspace.scratch());
}

Outcome Run::start() const {
  const Index threads = num_threads();
  if (threads == 1) return serially(plan_);
  // Answers that are continued are read, too.
  const Index of_slice = plan_.slice.size * key_size_;
  Index bytes = plan_.bytes(key_size_);
  if (kept_) bytes += bytes / of_slice * (key_size_ + Index{sizeof(Index)});
  const Cut cut = bytes < worth_sharing ? Cut::none : choose(plan_, key_size_);
  if (cut == Cut::none) return serially(plan_);
  const Index for_thread = cut == Cut::slices && !plan_.folds && plan_.lies_across()
                               ? columns_for_thread
                               : parts_for_thread;
  const Index parts =
      std::min({loop_of(plan_, cut).size, bytes / worth_a_part, threads * for_thread});
  if (!plan_.folds && (cut == Cut::kept || cut == Cut::slices)) return side_by_side(cut, parts);
  return and_merge(cut, parts);
}

// Writes every answer to the places along the axes that repeat it.
void repeat_answers(const Plan& plan, char* out) {
  if (plan.repeat_count == 0) return;
  Index at[max_ndim] = {}, again[max_ndim] = {};
  char* first = out + plan.out_offset;
  do {
    for (Index slice = 0; slice < plan.answers(); ++slice) {
      char* place = first + slice * plan.slices.step;
      const Index answer = *reinterpret_cast<const Index*>(place);
      do {
        *reinterpret_cast<Index*>(place) = answer;
      } while (advance(plan.repeats(), plan.repeat_count, again,
                       [&](const Loop& loop, Index steps) { place += steps * loop.step; }));
    }
  } while (advance(plan.kept(), plan.kept_count, at,
                   [&](const Loop& loop, Index steps) { first += steps * loop.step; }));
}

Outcome run_ends(const Plan& plan, Index key_size, std::span<const End> ends) {
  const Outcome outcome = Run(plan, key_size, nullptr, ends).start();
  for (const End& end : ends) repeat_answers(plan, end.out);
  return outcome;
}

}  // namespace

Outcome run(const Plan& plan, Index key_size, const End& end) {
  return run_ends(plan, key_size, {&end, 1});
}
Outcome run(const Plan& plan, Index key_size, const End& smallest, const End& largest) {
  const End ends[] = {smallest, largest};
  return run_ends(plan, key_size, ends);
}
bool run_on(const Plan& plan, Index key_size, const Offsets& elements, const End& end) {
  return Run(plan, key_size, &elements, {&end, 1}).start().finished;
}
bool run_on(const Plan& plan, Index key_size, const Offsets& elements, const End& smallest,
            const End& largest) {
  const End ends[] = {smallest, largest};
  return Run(plan, key_size, &elements, ends).start().finished;
}

}  // namespace minloc
