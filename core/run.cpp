// How a plan is shared out: a part of it is a plan like it, with one loop shortened.
//
// Where a kept loop is cut, each part has answers of its own. Where there are few lanes, a reduced
// loop is cut, and the parts' answers are merged; the rule of the merge makes the order of the
// parts immaterial, so every number of threads gives the same answer.
#include "run.hpp"

#include <atomic>
#include <limits>
#include <memory>
#include <new>
#include <type_traits>

#include "pool.hpp"

namespace minloc {
namespace {

// Columns that are read in pieces too short are read slowly.
constexpr Index columns_for_thread = 1;
// Slices are cut where neither the answers nor the elements of two parts share a line of the cache.
constexpr Index slices_together = 64;

Index smaller(Index x, Index y) { return x < y ? x : y; }

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

// How many bytes of a slice are read for both ends in turn: they stay in the second-level cache.
constexpr Index bytes_in_turn = 1 << 17;
// What is read without a look whether a signal ends the call: some hundredths of a second's work.
constexpr Index bytes_in_tile = 128 << 20;

bool any_missing(const Index* indices, Index count) {
  Index all = 0;
  for (Index i = 0; i < count; ++i) all |= indices[i];
  return all < 0;
}

// Carries a plan out for one end or for both.
template <int ends>
class Run {
 public:
  // `continued` is null unless answers are continued: from an index to an element.
  Run(const Plan& plan, Index key_size, const Offsets* continued, const End* const (&given)[ends]);

  Outcome start();

  // A leaf as the loops of run.hpp want it.
  bool operator()(const Tile& tile, const Panel* panels);
  const Coding* codings() const { return codings_; }

 private:
  // Reduces a plan with one panel of answers for each end to them. This and the others give up
  // where a signal ends the call.
  bool to_panels(const Plan& plan, const Panel* panels, Scratch scratch);
  Outcome serially(const Plan& plan);
  // Continues the answers of all slices.
  bool continue_all(const Plan& plan, Scratch scratch);
  // Does that for some slices without a copy of their answers, if the part has a few elements of
  // each, side by side; false if it has not.
  bool continue_in_place(const Plan& plan, const Stretch& stretch, Index* equal_indices) const;
  // Cut into `parts` along a kept loop: the parts' answers go to places of their own.
  Outcome side_by_side(Cut cut, Index parts);
  // Cut into `parts` along a reduced loop of a plan whose slices fit one panel: each part has
  // panels, and these are merged.
  Outcome and_merge(Cut cut, Index parts);

  void merge(const Panel* into, const Panel* from, Index slices, Index copies, Index step);
  // Writes the answers of a plan that has one panel of them, or merges them with those to be
  // continued.
  Outcome settle(const Panel* panels, Scratch scratch);
  // Fetches the answers so far of some slices, and keeps those that have become better.
  void fetch(const Stretch& stretch, const Panel* panels) const;
  void keep(const Stretch& stretch, const Panel* panels) const;
  template <Index size>
  void keep_as(const Stretch& stretch, const Panel& panel, int end) const;
  void call_leaf(const Tile& tile, const Panel* panels);
  void in_turn(const Tile& tile, const Panel* panels);
  // Whether nothing that comes later changes the answer of the panels' one slice.
  bool are_final(const Panel* panels) const;

  char* values_of(int end, Index offset) const {
    return values_[end] + offset / Index{sizeof(Index)} * key_size_;
  }

  const Plan& plan_;
  const Index key_size_;
  const Offsets* continued_;
  const Leaves* leaves_;
  Coding codings_[ends];
  bool flips_;  // see Order
  char *outs_[ends], *values_[ends];
};

template <int ends>
Run<ends>::Run(const Plan& plan, Index key_size, const Offsets* continued,
               const End* const (&given)[ends])
    : plan_(plan),
      key_size_(key_size),
      continued_(continued),
      leaves_(given[0]->order.leaves),
      flips_(true) {
  for (int end = 0; end < ends; ++end) {
    codings_[end] = given[end]->order.coding;
    flips_ = flips_ && given[end]->order.flips();
    outs_[end] = given[end]->out;
    values_[end] = given[end]->values;
  }
}

template <int ends>
bool Run<ends>::operator()(const Tile& tile, const Panel* panels) {
  const Index most = bytes_in_tile / (tile.slices * key_size_) + 1;
  if (tile.length <= most) {
    call_leaf(tile, panels);
    return true;
  }
  Patience patience;
  Tile part = tile;
  for (Index j = 0; j < tile.length; j += part.length) {
    part.length = smaller(most, tile.length - j);
    if (patience.ends(part.length * part.slices)) return false;
    call_leaf(part, panels);
    if (part.slices == 1 && are_final(panels)) break;
    part.move(0, part.length);
    part.fresh = false;
  }
  return true;
}

template <int ends>
bool Run<ends>::are_final(const Panel* panels) const {
  for (int end = 0; end < ends; ++end)
    if (*panels[end].indices == no_candidate || !leaves_->is_final(panels[end].keys, codings_[end]))
      return false;
  return true;
}

template <int ends>
void Run<ends>::call_leaf(const Tile& tile, const Panel* panels) {
  const auto which = static_cast<int>(plan_.leaf);
  const Leaf both = leaves_->both[which];
  if constexpr (ends == 1)
    leaves_->one[which](tile, panels);
  else if (both && !tile.mask && !tile.swapped)
    both(tile, panels);
  else
    in_turn(tile, panels);
}

// For each end in turn, what is still in a cache when it is read again: some slices, or a piece of
// one.
template <int ends>
void Run<ends>::in_turn(const Tile& tile, const Panel* panels) {
  const Leaf leaf = leaves_->one[static_cast<int>(plan_.leaf)];
  const Index slice_bytes = tile.length * key_size_;
  const bool whole = plan_.lies_across(), small = slice_bytes < bytes_in_turn;
  const Index slices = whole ? tile.slices : small ? bytes_in_turn / slice_bytes : 1;
  const Index length = whole || small ? tile.length : bytes_in_turn / key_size_;
  for (Index slice = 0; slice < tile.slices; slice += slices)
    for (Index j = 0; j < tile.length; j += length) {
      Tile part = tile.part(slice, slices, j, length);
      for (int end = 0; end < ends; ++end, ++part.codings) {
        const Panel panel{panels[end].keys + slice * key_size_, panels[end].indices + slice};
        leaf(part, &panel);
      }
    }
}

template <int ends>
void Run<ends>::merge(const Panel* into, const Panel* from, Index slices, Index copies,
                      Index step) {
  for (int end = 0; end < ends; ++end)
    leaves_->merge(into[end], from[end], slices, copies, step, 0);
}

template <int ends>
bool Run<ends>::to_panels(const Plan& plan, const Panel* panels, Scratch scratch) {
  Patience patience;
  if (!plan.folds)
    return reduce_panels(plan, {plan.data, plan.mask, 0, plan.slices.size, 0}, true, *this, panels,
                         scratch, patience);
  Panel some[ends];
  for (int end = 0; end < ends; ++end) {
    some[end] = take_panel(scratch);
    *panels[end].indices = no_candidate;
    leaves_->keys_of(plan.data, 0, 1, false, codings_[end], panels[end]);
  }
  return each_panel(plan, key_size_, [&](const Stretch& stretch) {
    if (!reduce_panels(plan, stretch, true, *this, some, scratch, patience)) return false;
    merge(panels, some, 1, stretch.count, plan.slices.step);
    return true;
  });
}

template <int ends>
void Run<ends>::fetch(const Stretch& stretch, const Panel* panels) const {
  const Index step = plan_.slices.step;
  for (int end = 0; end < ends; ++end) {
    const char* const places = outs_[end] + stretch.offset;
    if (step == sizeof(Index) && !plan_.counts_back())
      __builtin_memcpy(panels[end].indices, places,
                       static_cast<std::size_t>(stretch.count) * sizeof(Index));
    else
      for (Index i = 0; i < stretch.count; ++i)
        panels[end].indices[i] = plan_.answer(*reinterpret_cast<const Index*>(places + i * step));
    leaves_->keys_of(values_of(end, stretch.offset), step / Index{sizeof(Index)} * key_size_,
                     stretch.count, plan_.swapped, codings_[end], panels[end]);
  }
}

template <int ends>
template <Index size>
void Run<ends>::keep_as(const Stretch& stretch, const Panel& panel, int end) const {
  const Index step = plan_.slices.step, value_step = step / Index{sizeof(Index)} * key_size_;
  const Index stride = plan_.folds ? 0 : plan_.slices.stride;
  char* const places = outs_[end] + stretch.offset;
  char* const values = values_of(end, stretch.offset);
  const auto restore = leaves_->restore;
  const char* const slices = stretch.data - plan_.turned + stretch.first * stride;
  const auto put = [&](Index i, Index index) {
    *reinterpret_cast<Index*>(places + i * step) = index;
    if (index == no_candidate) return;
    char* const value = values + i * value_step;
    __builtin_memcpy(value, slices + i * stride + continued_->of(index),
                     static_cast<std::size_t>(size ? size : key_size_));
    if (restore) restore(panel.keys + i * key_size_, plan_.swapped, codings_[end], value);
  };
  Index i = 0;
  // Most answers stay as they were: they are passed over several at a time.
  constexpr Index several = 16;
  const bool side_by_side = step == sizeof(Index) && !plan_.counts_back();
  while (i < stretch.count) {
    if (side_by_side && i + several <= stretch.count) {
      const auto* const before = reinterpret_cast<const Index*>(places) + i;
      Index differences = 0;
      for (Index j = 0; j < several; ++j) differences |= before[j] ^ panel.indices[i + j];
      if (differences == 0) {
        i += several;
        continue;
      }
    }
    for (const Index end = smaller(i + several, stretch.count); i < end; ++i) {
      const Index index = plan_.answer(panel.indices[i]);
      if (index != *reinterpret_cast<const Index*>(places + i * step)) put(i, index);
    }
  }
}

template <int ends>
void Run<ends>::keep(const Stretch& stretch, const Panel* panels) const {
  for (int end = 0; end < ends; ++end) switch (key_size_) {
      case 1: keep_as<1>(stretch, panels[end], end); break;
      case 2: keep_as<2>(stretch, panels[end], end); break;
      case 4: keep_as<4>(stretch, panels[end], end); break;
      case 8: keep_as<8>(stretch, panels[end], end); break;
      default: keep_as<0>(stretch, panels[end], end);
    }
}

template <int ends>
Outcome Run<ends>::settle(const Panel* panels, Scratch scratch) {
  const Stretch all{plan_.data, plan_.mask, 0, plan_.answers(), plan_.out_offset};
  if (continued_) {
    Panel so_far[ends];
    for (Panel& panel : so_far) panel = take_panel(scratch);
    fetch(all, so_far);
    merge(so_far, panels, all.count, 1, 0);
    keep(all, so_far);
    return {true, false};
  }
  bool misses = false;
  for (int end = 0; end < ends; ++end)
    misses |= write(plan_, panels[end].indices, all.count, outs_[end] + all.offset);
  return {true, misses};
}

template <int ends>
bool Run<ends>::continue_in_place(const Plan& plan, const Stretch& stretch,
                                  Index* equal_indices) const {
  constexpr Index most_rows = 3;
  const bool as_it_lies = flips_ && plan.slice.size <= most_rows && plan.reduced_count == 0 &&
                          !plan.mask && !plan.swapped && !plan.may_miss && !plan.counts_back() &&
                          plan.slices.stride == key_size_ && plan.slices.step == sizeof(Index);
  if (!as_it_lies) return false;
  const auto address = reinterpret_cast<std::uintptr_t>(stretch.data);
  if (address % static_cast<std::uintptr_t>(key_size_) != 0 || plan.slice.stride % key_size_ != 0)
    return false;  // keys are aligned
  for (int end = 0; end < ends; ++end)
    if (any_missing(reinterpret_cast<const Index*>(outs_[end] + stretch.offset), stretch.count))
      return false;
  for (Index row = 0; row < plan.slice.size; ++row) {
    for (Index i = 0; i < stretch.count; ++i)
      equal_indices[i] = plan.first_index + row * plan.slice.step;
    const char* const elements =
        stretch.data + stretch.first * plan.slices.stride + row * plan.slice.stride;
    // A panel to merge from is not written to.
    const Panel from{const_cast<char*>(elements), equal_indices};
    for (int end = 0; end < ends; ++end)
      leaves_->merge(
          {values_of(end, stretch.offset), reinterpret_cast<Index*>(outs_[end] + stretch.offset)},
          from, stretch.count, 1, 0, codings_[end].flip);
  }
  return true;
}

template <int ends>
bool Run<ends>::continue_all(const Plan& plan, Scratch scratch) {
  Panel panels[ends];
  for (Panel& panel : panels) panel = take_panel(scratch);
  Patience patience;
  return each_panel(plan, key_size_, [&](const Stretch& stretch) {
    if (continue_in_place(plan, stretch, panels[0].indices))
      return !patience.ends(stretch.count * plan.slice.size);
    fetch(stretch, panels);
    if (!reduce_panels(plan, stretch, false, *this, panels, scratch, patience)) return false;
    keep(stretch, panels);
    return true;
  });
}

template <int ends>
Outcome Run<ends>::serially(const Plan& plan) {
  const Workspace workspace;
  if (!workspace) return {false, false};
  Scratch scratch = workspace.scratch();
  if (plan.folds) {
    alignas(64) char keys[ends][64];
    Index indices[ends];
    Panel panels[ends];
    for (int end = 0; end < ends; ++end) panels[end] = {keys[end], &indices[end]};
    if (!to_panels(plan, panels, scratch)) return {false, false};
    return settle(panels, scratch);
  }
  if (!continued_) return run_here<ends>(plan, key_size_, *this, outs_, scratch);
  return {continue_all(plan, scratch), false};
}

template <int ends>
Outcome Run<ends>::side_by_side(Cut cut, Index parts) {
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

template <int ends>
Outcome Run<ends>::and_merge(Cut cut, Index parts) {
  struct PartPanel {
    alignas(64) char keys[panel_bytes];
    alignas(64) Index indices[panel_slices];
  };
  const std::unique_ptr<PartPanel[]> memory(new (std::nothrow)
                                                PartPanel[static_cast<std::size_t>(parts * ends)]);
  if (!memory) return serially(plan_);
  const auto panels_of = [&](Index number, Panel* panels) {
    for (int end = 0; end < ends; ++end) {
      PartPanel& of_end = memory[static_cast<std::size_t>(number * ends + end)];
      panels[end] = {of_end.keys, of_end.indices};
    }
  };
  std::atomic<bool> finished{true};
  share(parts, [&](Index number) {
    const Workspace workspace;
    Plan part = plan_;
    Loop& loop = loop_of(part, cut);
    const Index size = loop.size;
    part.narrow(loop, true, border(size, parts, number), border(size, parts, number + 1));
    Panel panels[ends];
    panels_of(number, panels);
    if (!workspace || !to_panels(part, panels, workspace.scratch())) finished = false;
  });
  const Workspace workspace;
  if (!finished || !workspace) return {false, false};
  Panel all[ends], panels[ends];
  panels_of(0, all);
  for (Index number = 1; number < parts; ++number) {
    panels_of(number, panels);
    merge(all, panels, plan_.answers(), 1, 0);
  }
  return settle(all, workspace.scratch());
}

template <int ends>
Outcome Run<ends>::start() {
  const Index threads = num_threads();
  if (threads > 1) {
    // Answers that are continued are read, too.
    const Index of_slice = plan_.slice.size * key_size_;
    Index bytes = plan_.bytes(key_size_);
    if (continued_) bytes += bytes / of_slice * (key_size_ + Index{sizeof(Index)});
    const Cut cut = bytes < worth_sharing ? Cut::none : choose(plan_, key_size_);
    if (cut != Cut::none) {
      const Index for_thread = cut == Cut::slices && !plan_.folds && plan_.lies_across()
                                   ? columns_for_thread
                                   : parts_for_thread;
      const Index parts =
          smaller(smaller(loop_of(plan_, cut).size, bytes / worth_a_part), threads * for_thread);
      if (!plan_.folds && (cut == Cut::kept || cut == Cut::slices)) return side_by_side(cut, parts);
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

}  // namespace

Outcome run(const Plan& plan, Index key_size, const End& end) {
  const Outcome outcome = Run<1>(plan, key_size, nullptr, {&end}).start();
  repeat_answers(plan, end.out);
  return outcome;
}

Outcome run(const Plan& plan, Index key_size, const End& smallest, const End& largest) {
  const Outcome outcome = Run<2>(plan, key_size, nullptr, {&smallest, &largest}).start();
  repeat_answers(plan, smallest.out);
  repeat_answers(plan, largest.out);
  return outcome;
}

bool merge_on(const End& so_far, const End& others, Index count, Index key_size, bool swapped,
              Ties ties) {
  // Where the last of equal elements is wanted indices count down: the merge keeps the smallest.
  constexpr Index largest = std::numeric_limits<Index>::max();
  const auto turned = [&](Index index) {
    return ties == Ties::last && index != no_candidate ? largest - index : index;
  };
  const Index width = panel_width(key_size), parts = (count + width - 1) / width;
  std::atomic<bool> finished{true};
  const auto merge = [&](Index part) {
    const Workspace workspace;
    if (!workspace) {
      finished = false;
      return;
    }
    Scratch scratch = workspace.scratch();
    const Index first = part * width, some = smaller(width, count - first);
    const Panel into = take_panel(scratch), from = take_panel(scratch);
    const auto in_place = [&](const End& end) {
      return Panel{end.values + first * key_size, reinterpret_cast<Index*>(end.out) + first};
    };
    const Leaves& leaves = *so_far.order.leaves;
    const Coding& coding = so_far.order.coding;
    if (so_far.order.flips() && !swapped && ties == Ties::first &&
        !any_missing(in_place(so_far).indices, some) &&
        !any_missing(in_place(others).indices, some)) {
      leaves.merge(in_place(so_far), in_place(others), some, 1, 0, coding.flip);
      return;
    }
    const auto fetch = [&](const End& end, const Panel& panel) {
      const auto* const indices = reinterpret_cast<const Index*>(end.out) + first;
      if (ties == Ties::first)
        __builtin_memcpy(panel.indices, indices, static_cast<std::size_t>(some) * sizeof(Index));
      else
        for (Index i = 0; i < some; ++i) panel.indices[i] = turned(indices[i]);
      leaves.keys_of(end.values + first * key_size, key_size, some, swapped, coding, panel);
    };
    fetch(so_far, into);
    fetch(others, from);
    leaves.merge(into, from, some, 1, 0, 0);
    const auto settle = [&](auto size) {
      auto* const indices = reinterpret_cast<Index*>(so_far.out) + first;
      char* own = so_far.values + first * key_size;
      const char* other = others.values + first * key_size;
      for (Index i = 0; i < some; ++i, own += size, other += size) {
        const Index index = turned(into.indices[i]);
        const char* const from_where[] = {own, other};
        __builtin_memmove(own, from_where[index != indices[i]], static_cast<std::size_t>(size));
        indices[i] = index;
      }
    };
    switch (key_size) {
      case 1: return settle(std::integral_constant<Index, 1>{});
      case 2: return settle(std::integral_constant<Index, 2>{});
      case 4: return settle(std::integral_constant<Index, 4>{});
      case 8: return settle(std::integral_constant<Index, 8>{});
      default: return settle(key_size);
    }
  };
  if (count * key_size < worth_a_part)
    for (Index part = 0; part < parts; ++part) merge(part);
  else
    share(parts, merge);
  return finished;
}

bool run_on(const Plan& plan, Index key_size, const Offsets& elements, const End& end) {
  return Run<1>(plan, key_size, &elements, {&end}).start().finished;
}

bool run_on(const Plan& plan, Index key_size, const Offsets& elements, const End& smallest,
            const End& largest) {
  return Run<2>(plan, key_size, &elements, {&smallest, &largest}).start().finished;
}

}  // namespace minloc
