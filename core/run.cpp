// How a plan is shared out: a part of it is a plan like it, with one loop shortened.
//
// Where a kept loop is cut, each part has answers of its own. Where there are few lanes, a reduced
// loop is cut, and the parts' answers are merged; the rule of the merge makes the order of the
// parts immaterial, so every number of threads gives the same answer.
#include "run.hpp"

#include <atomic>
#include <memory>
#include <new>

#include "pool.hpp"

namespace minloc {
namespace {

// From how many bytes on help is worth the time to call it, and the least that a part should have.
constexpr Index worth_sharing = 4 << 20, worth_a_part = 1 << 19;
// Parts for each thread: more than one, because threads may be held up; but columns that are read
// in pieces too short are read slowly.
constexpr Index parts_for_thread = 4, columns_for_thread = 1;
// Lanes are cut where neither the answers nor the elements of two parts share a line of the cache.
constexpr Index lanes_together = 64;

Index smaller(Index x, Index y) { return x < y ? x : y; }

Index elements(const Plan& plan) {
  Index count = plan.lane.size * plan.lanes.size;
  for (int i = 0; i < plan.kept_count; ++i) count *= plan.kept[i].size;
  for (int i = 0; i < plan.reduced_count; ++i) count *= plan.reduced[i].size;
  return count;
}

// The loop of a plan to cut.
enum class Cut { none, kept, lanes, reduced, lane };

Loop& loop_of(Plan& plan, Cut cut) {
  switch (cut) {
    case Cut::kept: return plan.kept[0];
    case Cut::lanes: return plan.lanes;
    case Cut::reduced: return plan.reduced[0];
    default: return plan.lane;
  }
}

bool is_columns(const Plan& plan) {
  return plan.leaf == LeafChoice::columns || plan.leaf == LeafChoice::columns_strided;
}

Cut choose(const Plan& plan, Index key_size) {
  const Index threads = num_threads();
  const bool one_panel = plan.kept_count == 0 && plan.lanes.size <= panel_width(key_size);
  const Cut reduced = plan.reduced_count > 0 ? Cut::reduced : Cut::lane;
  const Index length = plan.reduced_count > 0 ? plan.reduced[0].size : plan.lane.size;
  if (plan.folds) return plan.lanes.size > length ? Cut::lanes : reduced;
  if (plan.kept_count > 0 && plan.kept[0].size >= threads) return Cut::kept;
  if (one_panel && length >= threads * plan.lanes.size) return reduced;
  if (plan.lanes.size >= threads * lanes_together) return Cut::lanes;
  if (one_panel && length > 1) return reduced;
  return plan.kept_count > 0 ? Cut::kept : Cut::none;
}

// A leaf as the loops of run.hpp want it.
auto never_gives_up(Leaf leaf) {
  return [leaf](const Tile& tile, const Panel& panel) {
    leaf(tile, panel);
    return true;
  };
}

// Reduces a plan with one panel of answers to them.
void reduce_to_panel(const Plan& plan, const Leaves& leaves, Leaf leaf, Index key_size,
                     const Panel& panel) {
  if (!plan.folds) {
    reduce_panel(plan, plan.data, plan.mask, 0, plan.lanes.size, never_gives_up(leaf), panel);
    return;
  }
  PanelMemory memory;
  const Index width = panel_width(key_size);
  *panel.indices = no_candidate;
  for (Index first = 0; first < plan.lanes.size; first += width) {
    const Index count = smaller(plan.lanes.size - first, width);
    reduce_panel(plan, plan.data, plan.mask, first, count, never_gives_up(leaf), memory.panel());
    leaves.merge(panel, memory.panel(), 1, count, plan.lanes.step);
  }
}

Outcome write_panel(const Plan& plan, const Panel& panel, char* out) {
  Outcome outcome{true, no_candidate};
  write(panel.indices, plan.answers(), out, out + plan.out_offset, plan.lanes.step, outcome);
  return outcome;
}

Outcome run_serially(const Plan& plan, const Leaves& leaves, Leaf leaf, Index key_size, char* out) {
  if (!plan.folds) return run_here(plan, key_size, never_gives_up(leaf), out);
  alignas(64) char key[64];
  Index index;
  const Panel panel{key, &index};
  reduce_to_panel(plan, leaves, leaf, key_size, panel);
  return write_panel(plan, panel, out);
}

// Cut into `parts` along a kept loop: the parts' answers go to places of their own.
Outcome run_side_by_side(const Plan& plan, Cut cut, Index parts, const Leaves& leaves, Leaf leaf,
                         Index key_size, char* out) {
  std::atomic<Index> first_missing{no_candidate};
  share(parts, [&](Index number) {
    Plan part = plan;
    Loop& loop = loop_of(part, cut);
    const auto border = [&](Index n) {
      if (n == parts) return loop.size;
      const Index at = loop.size / parts * n;
      return cut == Cut::lanes ? at / lanes_together * lanes_together : at;
    };
    const Index begin = border(number), end = border(number + 1);
    if (begin == end) return;
    part.narrow(loop, false, begin, end);
    const Index missing = run_serially(part, leaves, leaf, key_size, out).first_missing;
    Index seen = first_missing;
    while (missing != no_candidate && (seen == no_candidate || missing < seen) &&
           !first_missing.compare_exchange_weak(seen, missing)) {
    }
  });
  return {true, first_missing};
}

// Cut into `parts` along a reduced loop of a plan whose lanes fit one panel: each part has a panel,
// and the panels are merged.
Outcome run_and_merge(const Plan& plan, Cut cut, Index parts, const Leaves& leaves, Leaf leaf,
                      Index key_size, char* out) {
  const std::unique_ptr<PanelMemory[]> memory(new (std::nothrow)
                                                  PanelMemory[static_cast<std::size_t>(parts)]);
  if (!memory) return run_serially(plan, leaves, leaf, key_size, out);
  share(parts, [&](Index number) {
    Plan part = plan;
    Loop& loop = loop_of(part, cut);
    const Index size = loop.size;
    part.narrow(loop, true, size / parts * number,
                number + 1 == parts ? size : size / parts * (number + 1));
    reduce_to_panel(part, leaves, leaf, key_size, memory[number].panel());
  });
  const Panel first = memory[0].panel();
  for (Index number = 1; number < parts; ++number)
    leaves.merge(first, memory[number].panel(), plan.answers(), 1, 0);
  return write_panel(plan, first, out);
}

Outcome run_computed(const Plan& plan, const Leaves& leaves, Index key_size, char* out) {
  const Leaf leaf = plan.leaf_of(leaves);
  const Index threads = num_threads();
  if (threads > 1) {
    const Index bytes = elements(plan) * key_size;
    const Cut cut = bytes < worth_sharing ? Cut::none : choose(plan, key_size);
    if (cut != Cut::none) {
      Plan whole = plan;
      const Index for_thread = cut == Cut::lanes && !plan.folds && is_columns(plan)
                                   ? columns_for_thread
                                   : parts_for_thread;
      const Index parts =
          smaller(smaller(loop_of(whole, cut).size, bytes / worth_a_part), threads * for_thread);
      if (!plan.folds && (cut == Cut::kept || cut == Cut::lanes))
        return run_side_by_side(plan, cut, parts, leaves, leaf, key_size, out);
      return run_and_merge(plan, cut, parts, leaves, leaf, key_size, out);
    }
  }
  return run_serially(plan, leaves, leaf, key_size, out);
}

// Writes every answer to the places along the axes that repeat it.
void repeat_answers(const Plan& plan, char* out) {
  Index at[max_ndim] = {}, again[max_ndim] = {};
  char* first = out + plan.out_offset;
  do {
    for (Index lane = 0; lane < plan.answers(); ++lane) {
      char* place = first + lane * plan.lanes.step;
      const Index answer = *reinterpret_cast<const Index*>(place);
      do {
        *reinterpret_cast<Index*>(place) = answer;
      } while (advance(plan.repeats, plan.repeat_count, again,
                       [&](const Loop& loop, Index steps) { place += steps * loop.step; }));
    }
  } while (advance(plan.kept, plan.kept_count, at,
                   [&](const Loop& loop, Index steps) { first += steps * loop.step; }));
}

}  // namespace

Outcome run(const Plan& plan, const Leaves& leaves, Index key_size, char* out) {
  const Outcome outcome = run_computed(plan, leaves, key_size, out);
  if (plan.repeat_count > 0) repeat_answers(plan, out);
  return outcome;
}

}  // namespace minloc
