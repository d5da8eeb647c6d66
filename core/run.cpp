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

bool is_along(const Plan& plan) {
  return plan.leaf == LeafChoice::along || plan.leaf == LeafChoice::along_down ||
         plan.leaf == LeafChoice::along_strided || plan.leaf == LeafChoice::along_masked;
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

// How many bytes of a lane are read for both ends in turn: they stay in the second-level cache.
constexpr Index bytes_in_turn = 1 << 17;

// Carries a plan out for one end or for both.
template <int ends>
class Run {
 public:
  Run(const Plan& plan, Index key_size, const End* const (&given)[ends]);

  Outcome start();

  // A leaf as the loops of run.hpp want it.
  bool operator()(const Tile& tile, const Panel* panels);

 private:
  // Reduces a plan with one panel of answers for each end to them.
  void to_panels(const Plan& plan, const Panel* panels);
  Outcome serially(const Plan& plan);
  // Cut into `parts` along a kept loop: the parts' answers go to places of their own.
  Outcome side_by_side(Cut cut, Index parts);
  // Cut into `parts` along a reduced loop of a plan whose lanes fit one panel: each part has
  // panels, and these are merged.
  Outcome and_merge(Cut cut, Index parts);

  void merge(const Panel* into, const Panel* from, Index lanes, Index copies, Index step);
  Outcome write_panels(const Panel* panels);
  void in_turn(const Tile& tile, const Panel* panels);

  const Plan& plan_;
  const Index key_size_;
  const Leaves* leaves_[ends];
  Leaf leaf_[ends];
  char* outs_[ends];
};

template <int ends>
Run<ends>::Run(const Plan& plan, Index key_size, const End* const (&given)[ends])
    : plan_(plan), key_size_(key_size) {
  for (int end = 0; end < ends; ++end) {
    leaves_[end] = &given[end]->leaves;
    leaf_[end] = plan.leaf_of(given[end]->leaves);
    outs_[end] = given[end]->out;
  }
}

template <int ends>
bool Run<ends>::operator()(const Tile& tile, const Panel* panels) {
  if constexpr (ends == 1) {
    leaf_[0](tile, panels[0]);
  } else if (plan_.leaf == LeafChoice::columns && !tile.swapped) {
    leaves_[0]->columns_both(tile, panels[0], panels[1]);
  } else if (plan_.leaf == LeafChoice::along && !tile.swapped) {
    leaves_[0]->along_both(tile, panels[0], panels[1]);
  } else if (is_along(plan_) || plan_.leaf == LeafChoice::gathered) {
    in_turn(tile, panels);
  } else {
    for (int end = 0; end < ends; ++end) leaf_[end](tile, panels[end]);
  }
  return true;
}

// For both ends, what is still in a cache when it is read again: some lanes, or a piece of one.
template <int ends>
void Run<ends>::in_turn(const Tile& tile, const Panel* panels) {
  const Index lane_bytes = tile.length * key_size_;
  const Index lanes = lane_bytes < bytes_in_turn ? bytes_in_turn / lane_bytes : 1;
  const Index length = lane_bytes < bytes_in_turn ? tile.length : bytes_in_turn / key_size_;
  for (Index lane = 0; lane < tile.lanes; lane += lanes)
    for (Index j = 0; j < tile.length; j += length) {
      Tile part = tile;
      part.data += lane * tile.lane_stride + j * tile.stride;
      if (part.mask) part.mask += lane * tile.mask_lane_stride + j * tile.mask_stride;
      part.lanes = smaller(lanes, tile.lanes - lane);
      part.length = smaller(length, tile.length - j);
      part.index += j * tile.step;
      part.fresh = tile.fresh && j == 0;
      for (int end = 0; end < ends; ++end)
        leaf_[end](part, {panels[end].keys + lane * key_size_, panels[end].indices + lane});
    }
}

template <int ends>
void Run<ends>::merge(const Panel* into, const Panel* from, Index lanes, Index copies, Index step) {
  for (int end = 0; end < ends; ++end)
    leaves_[end]->merge(into[end], from[end], lanes, copies, step);
}

template <int ends>
void Run<ends>::to_panels(const Plan& plan, const Panel* panels) {
  if (!plan.folds) {
    reduce_panels(plan, plan.data, plan.mask, 0, plan.lanes.size, *this, panels);
    return;
  }
  PanelMemory memory[ends];
  Panel some[ends];
  for (int end = 0; end < ends; ++end) {
    some[end] = memory[end].panel();
    *panels[end].indices = no_candidate;
  }
  const Index width = panel_width(key_size_);
  for (Index first = 0; first < plan.lanes.size; first += width) {
    const Index count = smaller(plan.lanes.size - first, width);
    reduce_panels(plan, plan.data, plan.mask, first, count, *this, some);
    merge(panels, some, 1, count, plan.lanes.step);
  }
}

template <int ends>
Outcome Run<ends>::write_panels(const Panel* panels) {
  bool misses = false;
  for (int end = 0; end < ends; ++end)
    misses |= write(plan_, panels[end].indices, plan_.answers(), outs_[end] + plan_.out_offset);
  return {true, misses};
}

template <int ends>
Outcome Run<ends>::serially(const Plan& plan) {
  if (!plan.folds) return run_here<ends>(plan, key_size_, *this, outs_);
  alignas(64) char keys[ends][64];
  Index indices[ends];
  Panel panels[ends];
  for (int end = 0; end < ends; ++end) panels[end] = {keys[end], &indices[end]};
  to_panels(plan, panels);
  return write_panels(panels);
}

template <int ends>
Outcome Run<ends>::side_by_side(Cut cut, Index parts) {
  std::atomic<bool> misses{false};
  share(parts, [&](Index number) {
    Plan part = plan_;
    Loop& loop = loop_of(part, cut);
    const auto border = [&](Index n) {
      if (n == parts) return loop.size;
      const Index at = loop.size / parts * n;
      return cut == Cut::lanes ? at / lanes_together * lanes_together : at;
    };
    const Index begin = border(number), end = border(number + 1);
    if (begin == end) return;
    part.narrow(loop, false, begin, end);
    if (serially(part).misses) misses = true;
  });
  return {true, misses};
}

template <int ends>
Outcome Run<ends>::and_merge(Cut cut, Index parts) {
  struct Memory {
    PanelMemory of[ends];
  };
  const std::unique_ptr<Memory[]> memory(new (std::nothrow)
                                             Memory[static_cast<std::size_t>(parts)]);
  if (!memory) return serially(plan_);
  const auto panels_of = [&](Index number, Panel* panels) {
    for (int end = 0; end < ends; ++end) panels[end] = memory[number].of[end].panel();
  };
  share(parts, [&](Index number) {
    Plan part = plan_;
    Loop& loop = loop_of(part, cut);
    const Index size = loop.size;
    part.narrow(loop, true, size / parts * number,
                number + 1 == parts ? size : size / parts * (number + 1));
    Panel panels[ends];
    panels_of(number, panels);
    to_panels(part, panels);
  });
  Panel all[ends], panels[ends];
  panels_of(0, all);
  for (Index number = 1; number < parts; ++number) {
    panels_of(number, panels);
    merge(all, panels, plan_.answers(), 1, 0);
  }
  return write_panels(all);
}

template <int ends>
Outcome Run<ends>::start() {
  const Index threads = num_threads();
  if (threads > 1) {
    const Index bytes = elements(plan_) * key_size_;
    const Cut cut = bytes < worth_sharing ? Cut::none : choose(plan_, key_size_);
    if (cut != Cut::none) {
      Plan whole = plan_;
      const Index for_thread = cut == Cut::lanes && !plan_.folds && is_columns(plan_)
                                   ? columns_for_thread
                                   : parts_for_thread;
      const Index parts =
          smaller(smaller(loop_of(whole, cut).size, bytes / worth_a_part), threads * for_thread);
      if (!plan_.folds && (cut == Cut::kept || cut == Cut::lanes)) return side_by_side(cut, parts);
      return and_merge(cut, parts);
    }
  }
  return serially(plan_);
}

// Writes every answer to the places along the axes that repeat it.
void repeat_answers(const Plan& plan, char* out) {
  if (plan.repeat_count == 0) return;
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

Outcome run(const Plan& plan, Index key_size, const End& end) {
  const Outcome outcome = Run<1>(plan, key_size, {&end}).start();
  repeat_answers(plan, end.out);
  return outcome;
}

Outcome run(const Plan& plan, Index key_size, const End& smallest, const End& largest) {
  const Outcome outcome = Run<2>(plan, key_size, {&smallest, &largest}).start();
  repeat_answers(plan, smallest.out);
  repeat_answers(plan, largest.out);
  return outcome;
}

}  // namespace minloc
