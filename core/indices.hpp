// The index of the best of each slice: by kernels, or by the comparison that a dtype brings.
#pragma once

#include "call.hpp"

namespace minloc {

// Each of these returns false, or null, with an exception set.

// Writes the indices of one extreme, or those of the smallest and of the largest, which are laid
// out alike: no_candidate where a slice has no candidate and `default` is given.
bool find_indices(const Call& call, Extreme extreme, const Places& places,
                  const Places* largest = nullptr);

// The number, in C order of the kept axes, of the first slice with a NaN among its candidates, in
// `number`; no_candidate if there is none. `places` is room for an index for each slice.
bool find_nan_slice(const Call& call, const Places& places, Index& number);

}  // namespace minloc
