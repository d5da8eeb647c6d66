#include "leaf_calls.hpp"

#include <algorithm>

namespace minloc {
namespace {

// How many bytes of a slice are read for both ends in turn: they stay in the second-level cache.
constexpr Index bytes_in_turn = 1 << 17;
// What is read between two looks for a signal: some hundredths of a second's work.
constexpr Index bytes_in_tile = 128 << 20;

}  // namespace

LeafCalls::LeafCalls(const Plan& plan, Index key_size, std::span<const End> ends)
    : key_size_(key_size),
      leaves_(*ends[0].order.leaves),
      leaf_(plan.leaf),
      lies_across_(plan.lies_across()),
      ends_(static_cast<int>(ends.size())) {
  for (std::size_t end = 0; end < ends.size(); ++end) codings_[end] = ends[end].order.coding;
}

bool LeafCalls::operator()(const Tile& tile, const Panel* panels) const {
  const Index most = bytes_in_tile / (tile.slices * key_size_) + 1;
  if (tile.length <= most) {
    call(tile, panels);
    return true;
  }
  Patience patience;
  Tile part = tile;
  for (Index j = 0; j < tile.length; j += part.length) {
    part.length = std::min(most, tile.length - j);
    if (patience.ends(part.length * part.slices)) return false;
    call(part, panels);
    if (part.slices == 1 && are_final(panels)) break;
    part.move(0, part.length);
    part.fresh = false;
  }
  return true;
}

bool LeafCalls::are_final(const Panel* panels) const {
  for (int end = 0; end < ends_; ++end)
    if (*panels[end].indices == no_candidate || !leaves_.is_final(panels[end].keys, codings_[end]))
      return false;
  return true;
}

void LeafCalls::call(const Tile& tile, const Panel* panels) const {
  const auto which = static_cast<int>(leaf_);
  const Leaf both = leaves_.both[which];
  if (ends_ == 1)
    leaves_.one[which](tile, panels);
  else if (both && !tile.mask && !tile.swapped)
    both(tile, panels);
  else
    call_in_turn(tile, panels);
}

void LeafCalls::call_in_turn(const Tile& tile, const Panel* panels) const {
  const Leaf leaf = leaves_.one[static_cast<int>(leaf_)];
  const Index slice_bytes = tile.length * key_size_;
  const bool small = slice_bytes < bytes_in_turn;
  const Index slices = lies_across_ ? tile.slices : small ? bytes_in_turn / slice_bytes : 1;
  const Index length = lies_across_ || small ? tile.length : bytes_in_turn / key_size_;
  for (Index slice = 0; slice < tile.slices; slice += slices)
    for (Index j = 0; j < tile.length; j += length) {
      Tile part = tile.part(slice, slices, j, length);
      for (int end = 0; end < ends_; ++end, ++part.codings) {
        const Panel panel{panels[end].keys + slice * key_size_, panels[end].indices + slice};
        leaf(part, &panel);
      }
    }
}

}  // namespace minloc
