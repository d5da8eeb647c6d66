#include "kept_answers.hpp"

#include <algorithm>
#include <cstring>

#include "item_size.hpp"

namespace minloc {

void make_keys(const Order& order, const Target* target, const MeasuredRun& elements,
               const Panel& panel) {
  const auto keys_of = order.leaves->keys_of;
  if (!target)
    return keys_of(elements.data, elements.stride, elements.count, elements.swapped, order.coding,
                   panel);
  target->metric(elements, panel.keys);
  keys_of(panel.keys, target->metric.size, elements.count, false, order.coding, panel);
}

bool any_missing(const Index* indices, Index count) {
  Index all = 0;
  for (Index i = 0; i < count; ++i) all |= indices[i];
  return all < 0;
}

void KeptAnswers::read(const Stretch& stretch, const Panel* panels) const {
  const Index step = plan_.slices.step;
  for (const End& end : ends_) {
    const Panel& panel = *panels++;
    const char* const places = end.out + stretch.offset;
    if (step == sizeof(Index) && !plan_.counts_back())
      std::memcpy(panel.indices, places, static_cast<std::size_t>(stretch.count) * sizeof(Index));
    else
      for (Index i = 0; i < stretch.count; ++i)
        panel.indices[i] = plan_.answer(*reinterpret_cast<const Index*>(places + i * step));
    const Index value_stride = plan_.folds ? 0 : plan_.slices.value_stride;
    make_keys(end.order, plan_.target,
              {.data = values_of(end, stretch.offset),
               .stride = step / Index{sizeof(Index)} * plan_.itemsize,
               .swapped = plan_.swapped,
               .values = stretch.values + stretch.first * value_stride,
               .value_stride = value_stride,
               .count = stretch.count},
              panel);
  }
}

void KeptAnswers::write_changed(const Stretch& stretch, const Panel* panels) const {
  for (const End& end : ends_) write_changed(stretch, *panels++, end);
}

void KeptAnswers::write_changed(const Stretch& stretch, const Panel& panel, const End& end) const {
  const Index step = plan_.slices.step, itemsize = plan_.itemsize;
  const Index value_step = step / Index{sizeof(Index)} * itemsize;
  const Index stride = plan_.folds ? 0 : plan_.slices.stride;
  char* const places = end.out + stretch.offset;
  char* const values = values_of(end, stretch.offset);
  // (From a distance no element can be made.)
  const auto restore = plan_.target ? nullptr : end.order.leaves->restore;
  const char* const slices = stretch.data - plan_.turned + stretch.first * stride;
  // (By value: what is written might alias what is captured.)
  with_item_size(itemsize, [=, this](auto size) {
    const auto put = [=, this](Index i, Index index) {
      *reinterpret_cast<Index*>(places + i * step) = index;
      if (index == no_candidate) return;
      char* const value = values + i * value_step;
      __builtin_memcpy(value, slices + i * stride + elements_->of(index),
                       static_cast<std::size_t>(size));
      if (restore) restore(panel.keys + i * itemsize, plan_.swapped, end.order.coding, value);
    };
    // Most answers stay as they were: several at a time are compared and skipped.
    constexpr Index several = 16;
    const bool side_by_side = step == sizeof(Index) && !plan_.counts_back();
    for (Index i = 0; i < stretch.count;) {
      if (side_by_side && i + several <= stretch.count) {
        const auto* const before = reinterpret_cast<const Index*>(places) + i;
        Index differences = 0;
        for (Index j = 0; j < several; ++j) differences |= before[j] ^ panel.indices[i + j];
        if (differences == 0) {
          i += several;
          continue;
        }
      }
      for (const Index stop = std::min(i + several, stretch.count); i < stop; ++i) {
        const Index index = plan_.answer(panel.indices[i]);
        if (index != *reinterpret_cast<const Index*>(places + i * step)) put(i, index);
      }
    }
  });
}

bool KeptAnswers::continue_in_place(const Plan& part, const Stretch& stretch,
                                    Index* indices) const {
  constexpr Index most_rows = 3;
  const bool lie_like_panels = part.slice.size <= most_rows && part.reduced_count == 0 &&
                               !part.mask && !part.target && !part.swapped && !part.may_miss &&
                               !part.counts_back() && part.slices.stride == part.itemsize &&
                               part.slices.step == sizeof(Index);
  if (!lie_like_panels) return false;
  const auto address = reinterpret_cast<std::uintptr_t>(stretch.data);
  if (address % static_cast<std::uintptr_t>(part.itemsize) != 0 ||
      part.slice.stride % part.itemsize != 0)
    return false;  // keys are aligned
  const auto indices_of = [&](const End& end) {
    return reinterpret_cast<Index*>(end.out + stretch.offset);
  };
  for (const End& end : ends_)
    if (!end.order.flips() || any_missing(indices_of(end), stretch.count)) return false;
  for (Index row = 0; row < part.slice.size; ++row) {
    for (Index i = 0; i < stretch.count; ++i) indices[i] = part.first_index + row * part.slice.step;
    const char* const elements =
        stretch.data + stretch.first * part.slices.stride + row * part.slice.stride;
    // A panel to merge from is not written to.
    const Panel from{const_cast<char*>(elements), indices};
    for (const End& end : ends_)
      end.order.leaves->merge({values_of(end, stretch.offset), indices_of(end)}, from,
                              stretch.count, 1, 0, end.order.coding.flip);
  }
  return true;
}

}  // namespace minloc
