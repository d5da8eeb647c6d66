// A plan carried out: tiles handed to a leaf, answers written to the output.
#pragma once

#include "plan.hpp"

namespace minloc {

struct Outcome {
  bool finished;        // false: a leaf gave up, and has said why
  Index first_missing;  // of the lanes without a candidate, the one earliest in the output, as a
                        // number of output elements; no_candidate if there is none
};

// Reduces by kernels, on as many threads as are worth it; writes one Index for each lane to `out`.
Outcome run(const Plan& plan, const Leaves& leaves, Index key_size, char* out);

// Memory for a panel.
struct PanelMemory {
  alignas(64) char keys[panel_bytes];
  alignas(64) Index indices[panel_lanes];

  Panel panel() { return {keys, indices}; }
};

// Writes answers to places `step` bytes apart, which may be where they are, and notes those that
// are missing.
inline void write(const Index* indices, Index count, const char* out, char* places, Index step,
                  Outcome& outcome) {
  for (Index i = 0; i < count; ++i) {
    char* const place = places + i * step;
    if (indices[i] == no_candidate) {
      const Index element = (place - out) / static_cast<Index>(sizeof(Index));
      if (outcome.first_missing == no_candidate || element < outcome.first_missing)
        outcome.first_missing = element;
    }
    *reinterpret_cast<Index*>(place) = indices[i];
  }
}

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

// Reduces lanes [first, first + count) to their answers. `data` and `mask` are those of the plan's
// first lane. False if the leaf gave up.
template <class LeafCall>
bool reduce_panel(const Plan& plan, const char* data, const char* mask, Index first, Index count,
                  LeafCall leaf, const Panel& panel) {
  Tile tile{.data = data + first * plan.lanes.stride,
            .lanes = count,
            .lane_stride = plan.lanes.stride,
            .length = plan.lane.size,
            .stride = plan.lane.stride,
            .index = plan.first_index + (plan.folds ? first * plan.lanes.step : 0),
            .step = plan.lane.step,
            .mask = mask ? mask + first * plan.lanes.mask_stride : nullptr,
            .mask_lane_stride = plan.lanes.mask_stride,
            .mask_stride = plan.lane.mask_stride,
            .masked_value = plan.masked_value,
            .swapped = plan.swapped,
            .fresh = true,
            .far = plan.far};
  Index at[max_ndim];
  for (int i = 0; i < plan.reduced_count; ++i) at[i] = 0;
  do {
    if (!leaf(tile, panel)) return false;
    tile.fresh = false;
  } while (advance(plan.reduced, plan.reduced_count, at, [&](const Loop& loop, Index steps) {
    tile.data += steps * loop.stride;
    if (tile.mask) tile.mask += steps * loop.mask_stride;
    tile.index += steps * loop.step;
  }));
  return true;
}

// Reduces by `leaf(tile, panel) -> bool`, on this thread.
template <class LeafCall>
Outcome run_here(const Plan& plan, Index key_size, LeafCall leaf, char* out) {
  PanelMemory memory;
  const Index width = panel_width(key_size);
  Outcome outcome{true, no_candidate};
  Index at[max_ndim];
  for (int i = 0; i < plan.kept_count; ++i) at[i] = 0;
  const char *data = plan.data, *mask = plan.mask;
  char* target = out + plan.out_offset;
  // One answer, or answers side by side, are written in place.
  const bool in_place = plan.lanes.size == 1 || plan.lanes.step == sizeof(Index);
  do {
    for (Index first = 0; first < plan.lanes.size; first += width) {
      char* const places = target + first * plan.lanes.step;
      const Panel panel{memory.keys, in_place ? reinterpret_cast<Index*>(places) : memory.indices};
      const Index count = plan.lanes.size - first < width ? plan.lanes.size - first : width;
      if (!reduce_panel(plan, data, mask, first, count, leaf, panel)) return {false, no_candidate};
      if (plan.may_miss || !in_place)
        write(panel.indices, count, out, places, plan.lanes.step, outcome);
    }
  } while (advance(plan.kept, plan.kept_count, at, [&](const Loop& loop, Index steps) {
    data += steps * loop.stride;
    if (mask) mask += steps * loop.mask_stride;
    target += steps * loop.step;
  }));
  return outcome;
}

}  // namespace minloc
