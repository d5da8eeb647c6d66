// A plan carried out: tiles handed to a leaf, answers written to the output.
#pragma once

#include "plan.hpp"

namespace minloc {

// Steps through nested loops, the last one fastest; `move` is told each loop and how many steps to
// take in it. False when all is done.
template <class Move>
bool advance(const Loop* loops, int count, Index* at, Move move) {
  for (int i = count - 1; i >= 0; --i) {
    if (++at[i] < loops[i].size) {
      move(loops[i], Index{1});
      return true;
    }
    at[i] = 0;
    move(loops[i], 1 - loops[i].size);
  }
  return false;
}

struct Outcome {
  bool finished;        // false: a leaf gave up, and has said why
  Index first_missing;  // of the lanes without a candidate, the one earliest in the output, as a
                        // number of output elements; no_candidate if there is none
};

// Reduces by `leaf(tile, panel) -> bool`; writes one Index for each lane to `out`.
template <class LeafCall>
Outcome run(const Plan& plan, Index key_size, LeafCall leaf, char* out) {
  constexpr Index key_bytes = 8192, index_count = 4096;
  alignas(64) char keys[key_bytes];
  alignas(64) Index indices[index_count];
  const Index width = key_bytes / key_size < index_count ? key_bytes / key_size : index_count;

  Outcome outcome{true, no_candidate};
  Index kept_at[max_ndim], reduced_at[max_ndim];
  for (int i = 0; i < plan.kept_count; ++i) kept_at[i] = 0;
  for (int i = 0; i < plan.reduced_count; ++i) reduced_at[i] = 0;
  const char *data = plan.data, *mask = plan.mask;
  char* target = out + plan.out_offset;
  // One answer, or answers side by side, are written in place.
  const bool in_place = plan.lanes.size == 1 || plan.lanes.step == sizeof(Index);

  do {
    for (Index first = 0; first < plan.lanes.size; first += width) {
      char* const panel_out = target + first * plan.lanes.step;
      const Panel panel{keys, in_place ? reinterpret_cast<Index*>(panel_out) : indices};
      const Index count = plan.lanes.size - first < width ? plan.lanes.size - first : width;
      Tile tile{.data = data + first * plan.lanes.stride,
                .lanes = count,
                .lane_stride = plan.lanes.stride,
                .length = plan.lane.size,
                .stride = plan.lane.stride,
                .index = 0,
                .step = plan.lane.step,
                .mask = mask ? mask + first * plan.lanes.mask_stride : nullptr,
                .mask_lane_stride = plan.lanes.mask_stride,
                .mask_stride = plan.lane.mask_stride,
                .masked_value = plan.masked_value,
                .swapped = plan.swapped,
                .fresh = true};
      do {
        if (!leaf(tile, panel)) return {false, no_candidate};
        tile.fresh = false;
      } while (
          advance(plan.reduced, plan.reduced_count, reduced_at, [&](const Loop& loop, Index steps) {
            tile.data += steps * loop.stride;
            if (tile.mask) tile.mask += steps * loop.mask_stride;
            tile.index += steps * loop.step;
          }));
      for (Index i = 0; i < count; ++i) {
        char* const place = panel_out + i * plan.lanes.step;
        if (panel.indices[i] == no_candidate) {
          const Index element = (place - out) / static_cast<Index>(sizeof(Index));
          if (outcome.first_missing == no_candidate || element < outcome.first_missing)
            outcome.first_missing = element;
        }
        if (!in_place) *reinterpret_cast<Index*>(place) = panel.indices[i];
      }
    }
  } while (advance(plan.kept, plan.kept_count, kept_at, [&](const Loop& loop, Index steps) {
    data += steps * loop.stride;
    if (mask) mask += steps * loop.mask_stride;
    target += steps * loop.step;
  }));
  return outcome;
}

}  // namespace minloc
