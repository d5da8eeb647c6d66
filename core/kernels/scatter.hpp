// Groups: each element is merged into the entry of a table that its slot names.
//
//   copy the elements as keys, unless they are keys as they lie
//   for each element: merge it into its entry
//
// 1. What comes later in the order of the index has to be better, so one comparison decides for
//    most elements, and only few of them reach the index.
// 2. That takes entries without a candidate to be worse than every element. The worst of all keys
//    is not: afterwards, entries that are still without a candidate get the first such element.
// 3. Labels and elements are read some at a time: so few that the processor looks ahead at the next
//    ones, and memory is never waited for.
// 4. Of elements in a row with one slot, vectors tell whether any is better than its entry, and a
//    leaf which.
// 5. Labels that are an array of 32 or 64 bits lead to their entries at once, without slots. Of a
//    table that is in no near cache, keys are prefetched some elements ahead.
// 6. Where there is AVX-512: of such a table elements that are better are listed without a branch,
//    because a wrong guess could be found out no sooner than the key has come, and their indices
//    are prefetched, too. Where slots repeat a few times only, the entry stays in registers until
//    another slot comes, and no branch depends on the elements, of which each group has few.
#pragma once

#include "scattered.hpp"

namespace minloc::MINLOC_ISA {

template <class O>
bool scatter(const Tile& tile, const SlotReader& read, const Scattering& how, const Panel& table) {
  using Key = typename O::Key;
  using Some = Scattered<O>;
  constexpr Index size = static_cast<Index>(sizeof(Key)), at_once = Some::at_once;
  const O order{tile.codings[0]};
  const bool are_keys = tile.stride == size && !tile.swapped && order.are_elements();
  Tile like = tile;
  const Gather<O> gather{order, like.scratch.take<Key>(at_once), nullptr};
  const Coding of_keys = coding_of_keys(tile.codings[0]);
  like.codings = &of_keys;
  Slot slots[at_once];
  Some some{order,         tile.data, slots, 0, tile.step, reinterpret_cast<Key*>(table.keys),
            table.indices, like};
  constexpr bool compares = !O::is_boolean && !is_complex<Key>;
  const bool is_plain = how.has_runs || !(how.repeats || how.far);
  const bool by_labels = compares && how.in_order && (is_plain || !shuns_branches);
  const bool far = how.far && !how.has_runs;
  const auto* wide = by_labels ? read.as_array<std::uint64_t>() : nullptr;
  const auto* narrow = by_labels ? read.as_array<std::uint32_t>() : nullptr;
  // Merges elements by labels that are an array, until one is no group's; returns how many.
  const auto merge_by = [&](const auto* labels, Index i, Index count) {
    const auto groups = static_cast<std::remove_cvref_t<decltype(*labels)>>(read.labels.groups);
    return far && read.left - i >= count + Some::distance
               ? some.template by_labels<true>(labels + i, count, groups)
               : some.template by_labels<false>(labels + i, count, groups);
  };
  for (Index i = 0, count; i < tile.length; i += count) {
    const bool has_array = wide || narrow;
    const Index most = has_array && are_keys ? tile.length : at_once;
    count = tile.length - i < most ? tile.length - i : most;
    const char* const elements = tile.data + i * tile.stride;
    some.data = are_keys ? elements : gather.keys_of(elements, tile.stride, tile.swapped, count);
    some.index = tile.index + i * tile.step;
    if constexpr (compares)
      if (has_array) {
        const Index done = wide ? merge_by(wide, i, count) : merge_by(narrow, i, count);
        if (done < count) wide = nullptr, narrow = nullptr;  // more may be of no group
        count = done;
        continue;
      }
    if (!read(i, count, slots)) return false;
    if (!compares || !how.in_order) {
      some.with_care(count);
      continue;
    }
    if (how.has_runs)
      some.run_by_run(count);
    else if (how.repeats && shuns_branches)
      some.in_registers(count);
    else if (how.far && shuns_branches)
      some.listed_first(count);
    else
      some.one_by_one(0, count);
    some.fill_entries(0, count, [&](Index j) { return static_cast<Index>(slots[j]); });
  }
  return true;
}

}  // namespace minloc::MINLOC_ISA
