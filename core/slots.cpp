#include "slots.hpp"

#include <cstring>
#include <type_traits>

namespace minloc {
namespace {

template <class Label>
Label load(const char* at, bool swapped) {
  Label label;
  std::memcpy(&label, at, sizeof label);
  if (!swapped) return label;
  if constexpr (sizeof label == 2) return static_cast<Label>(__builtin_bswap16(label));
  if constexpr (sizeof label == 4) return static_cast<Label>(__builtin_bswap32(label));
  if constexpr (sizeof label == 8) return static_cast<Label>(__builtin_bswap64(label));
  return label;
}

// `Label` is unsigned; a signed one below 0 is one of the largest.
template <class Label>
bool read(const Labels& labels, const char* at, Index stride, Index count, Slot* slots) {
  const auto groups = static_cast<std::uint64_t>(labels.groups);
  const Label least_negative = static_cast<Label>(Label{1} << (8 * sizeof(Label) - 1));
  const Label negative = labels.is_signed ? least_negative : Label{0};
  const bool swapped = labels.swapped, is_signed = labels.is_signed;
  bool bad = false;
  for (Index i = 0; i < count; ++i) {
    const Label label = load<Label>(at + i * stride, swapped);
    const bool none = is_signed && label >= negative;
    const bool fits = label < groups;
    bad |= !none && !fits;
    slots[i] = none || !fits ? 0 : static_cast<Slot>(label) + 1;
  }
  return !bad;
}

}  // namespace

bool read_slots(const Labels& labels, const char* at, Index stride, Index count, Slot* slots) {
  switch (labels.size) {
    case 1: return read<std::uint8_t>(labels, at, stride, count, slots);
    case 2: return read<std::uint16_t>(labels, at, stride, count, slots);
    case 4: return read<std::uint32_t>(labels, at, stride, count, slots);
    default: return read<std::uint64_t>(labels, at, stride, count, slots);
  }
}

}  // namespace minloc
