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

// Makes a slot of a label; `bad` becomes true if it is not less than the number of groups.
template <class Label>
struct SlotOf {
  std::uint64_t groups;

  MINLOC_INLINE Slot operator()(Label label, bool& bad) const {
    using Unsigned = std::make_unsigned_t<Label>;
    const bool none = std::is_signed_v<Label> && label < 0;
    const bool fits = static_cast<Unsigned>(label) < groups;
    bad |= !none & !fits;
    return fits ? static_cast<Slot>(label) + 1 : 0;
  }
};

template <class Label>
bool make_slots(const Labels& labels, const char* at, Index stride, Index count, Slot* slots) {
  constexpr Index size = static_cast<Index>(sizeof(Label));
  const SlotOf<Label> slot_of{static_cast<std::uint64_t>(labels.groups)};
  bool bad = false;
  if (stride == size && !labels.swapped) {
    for (Index i = 0; i < count; ++i) slots[i] = slot_of(load<Label>(at + i * size), bad);
  } else if (labels.swapped) {
    for (Index i = 0; i < count; ++i) slots[i] = slot_of(load_swapped<Label>(at + i * stride), bad);
  } else {
    for (Index i = 0; i < count; ++i) slots[i] = slot_of(load<Label>(at + i * stride), bad);
  }
  return !bad;
}

}  // namespace

bool read_slots(const Labels& labels, const char* at, Index stride, Index count, Slot* slots);
bool read_slots(const Labels& labels, const char* at, Index stride, Index count, Slot* slots) {
  switch (labels.size * (labels.is_signed ? 1 : -1)) {
    case 1: return make_slots<std::int8_t>(labels, at, stride, count, slots);
    case 2: return make_slots<std::int16_t>(labels, at, stride, count, slots);
    case 4: return make_slots<std::int32_t>(labels, at, stride, count, slots);
    case 8: return make_slots<std::int64_t>(labels, at, stride, count, slots);
    case -1: return make_slots<std::uint8_t>(labels, at, stride, count, slots);
    case -2: return make_slots<std::uint16_t>(labels, at, stride, count, slots);
    case -4: return make_slots<std::uint32_t>(labels, at, stride, count, slots);
    default: return make_slots<std::uint64_t>(labels, at, stride, count, slots);
  }
}

}  // namespace minloc::MINLOC_ISA
