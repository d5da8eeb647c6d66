// From labels to slots: which entry of a table an element goes to. Compiled once for each
// instruction set.
//
// Entry 0 of a table is for elements that belong to no group, so that no loop has to leave them
// out; the entry of group g is g + 1. Labels that are adjacent and in the machine's byte order are
// left to the compiler's vectors.
#include <type_traits>

#include "../leaves.hpp"
#include "apart.hpp"

namespace minloc::MINLOC_ISA {
namespace {

// Makes slots of labels, and returns the largest label; `label_at(i)` is label i.
template <class Label, class LabelAt>
Label make_slots(Index count, Slot* slots, LabelAt label_at) {
  Label largest = 0;
  for (Index i = 0; i < count; ++i) {
    const Label label = label_at(i);
    slots[i] = std::is_signed_v<Label> && label < 0 ? 0 : static_cast<Slot>(label) + 1;
    largest = label > largest ? label : largest;
  }
  return largest;
}

template <class Label>
bool read(const Labels& labels, const char* at, Index stride, Index count, Slot* slots) {
  constexpr Index size = static_cast<Index>(sizeof(Label));
  Label largest;
  if (labels.swapped)
    largest = make_slots<Label>(count, slots,
                                [=](Index i) { return load_swapped<Label>(at + i * stride); });
  else if (stride == size)
    largest = make_slots<Label>(count, slots, [=](Index i) { return load<Label>(at + i * size); });
  else
    largest =
        make_slots<Label>(count, slots, [=](Index i) { return load<Label>(at + i * stride); });
  return static_cast<std::make_unsigned_t<Label>>(largest) <
         static_cast<std::uint64_t>(labels.groups);
}

}  // namespace

bool read_slots(const Labels& labels, const char* at, Index stride, Index count, Slot* slots);
bool read_slots(const Labels& labels, const char* at, Index stride, Index count, Slot* slots) {
  switch (labels.size * (labels.is_signed ? 1 : -1)) {
    case 1: return read<std::int8_t>(labels, at, stride, count, slots);
    case 2: return read<std::int16_t>(labels, at, stride, count, slots);
    case 4: return read<std::int32_t>(labels, at, stride, count, slots);
    case 8: return read<std::int64_t>(labels, at, stride, count, slots);
    case -1: return read<std::uint8_t>(labels, at, stride, count, slots);
    case -2: return read<std::uint16_t>(labels, at, stride, count, slots);
    case -4: return read<std::uint32_t>(labels, at, stride, count, slots);
    default: return read<std::uint64_t>(labels, at, stride, count, slots);
  }
}

}  // namespace minloc::MINLOC_ISA
