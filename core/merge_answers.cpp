// Two sets of answers for the same slices, with their elements beside them, become one.
//
// Elements are merged where they lie if their keys are their bits flipped; else a panel at a time
// is read as keys, merged and written back. Threads share the panels.
#include <algorithm>
#include <atomic>
#include <limits>

#include "item_size.hpp"
#include "kept_answers.hpp"
#include "pool.hpp"

namespace minloc {

bool merge_on(const End& so_far, const End& others, Index count, const AnswerElements& elements,
              Ties ties) {
  const Index itemsize = elements.itemsize;
  // The merge keeps the smaller of two indices. Where the last of equal elements is wanted, it is
  // given indices that count down.
  constexpr Index most = std::numeric_limits<Index>::max();
  const auto counted = [&](Index index) {
    return ties == Ties::last && index != no_candidate ? most - index : index;
  };
  const Index width = panel_width(itemsize), parts = (count + width - 1) / width;
  std::atomic<bool> finished{true};
  const auto merge = [&](Index part) {
    const Workspace workspace;
    if (!workspace) {
      finished = false;
      return;
    }
    Scratch scratch = workspace.scratch();
    const Index first = part * width, some = std::min(width, count - first);
    const Panel into = take_panel(scratch), from = take_panel(scratch);
    const auto in_place = [&](const End& end) {
      return Panel{end.values + first * itemsize, reinterpret_cast<Index*>(end.out) + first};
    };
    const Leaves& leaves = *so_far.order.leaves;
    const Coding& coding = so_far.order.coding;
    if (so_far.order.flips() && !elements.target && !elements.swapped && ties == Ties::first &&
        !any_missing(in_place(so_far).indices, some) &&
        !any_missing(in_place(others).indices, some)) {
      leaves.merge(in_place(so_far), in_place(others), some, 1, 0, coding.flip);
      return;
    }
    const auto read = [&](const End& end, const Panel& panel) {
      const auto* const indices = reinterpret_cast<const Index*>(end.out) + first;
      if (ties == Ties::first)
        __builtin_memcpy(panel.indices, indices, static_cast<std::size_t>(some) * sizeof(Index));
      else
        for (Index i = 0; i < some; ++i) panel.indices[i] = counted(indices[i]);
      make_keys(end.order, elements.target,
                {.data = end.values + first * itemsize,
                 .stride = itemsize,
                 .swapped = elements.swapped,
                 .values = elements.values + first * elements.value_stride,
                 .value_stride = elements.value_stride,
                 .count = some},
                panel);
    };
    read(so_far, into);
    read(others, from);
    leaves.merge(into, from, some, 1, 0, 0);
    with_item_size(itemsize, [&](auto size) {
      auto* const indices = reinterpret_cast<Index*>(so_far.out) + first;
      char* own = so_far.values + first * itemsize;
      const char* other = others.values + first * itemsize;
      for (Index i = 0; i < some; ++i, own += size, other += size) {
        const Index index = counted(into.indices[i]);
        const char* const from_where[] = {own, other};
        __builtin_memmove(own, from_where[index != indices[i]], static_cast<std::size_t>(size));
        indices[i] = index;
      }
    });
  };
  if (count * itemsize < worth_a_part)
    for (Index part = 0; part < parts; ++part) merge(part);
  else
    share(parts, merge);
  return finished;
}

}  // namespace minloc
