// Small tiles in bundles: the tiles of neighbouring kept iterations, such as the few channels of
// each short series in an array of (series, times, channels), are copied into one dense tile.
//
//   for each bundle of tiles that fits the first-level cache:
//     copy them, so that their slices lie side by side or are rows, one after the other
//     reduce the copy by the leaf that suits it: it has an answer for each slice of each tile
//
// 1. To hand a tile to a leaf and to take its answers takes a tenth of a microsecond, in which
//    hundreds of bytes can be copied; and few slices side by side do not fill vectors.
// 2. Bytes are copied, whatever they mean: one loop serves all dtypes.
#pragma once

#include <optional>
#include <span>

#include "run.hpp"

namespace minloc {

// Reduces a plan on this thread, if bundles are the faster way.
std::optional<Outcome> run_in_bundles(const Plan& plan, Index key_size, std::span<const End> ends,
                                      Scratch scratch);

}  // namespace minloc
