#include "leaf_calls.hpp"

#include <algorithm>

namespace minloc {
namespace {

// How many bytes of a slice are read for both ends in turn: they stay in the second-level cache.
constexpr Index bytes_in_turn = 1 << 17;

}  // namespace

bool LeafCalls::call_in_pieces(const Tile& tile, const Panel* panels, Index most) const {
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

void LeafCalls::call_in_turn(const Tile& tile, const Panel* panels) const {
  const Leaf leaf = leaves_.one[leaf_];
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
