// A plan carried out: tiles handed to a leaf, answers written to the output.
//
// One traversal answers for one extreme or for both *ends*, the smallest and the largest: then a
// leaf has a panel for each, and there are two outputs of one layout.
#pragma once

#include "plan.hpp"

namespace minloc {

struct Outcome {
  bool finished;  // false: a leaf gave up, and has said why
  bool misses;    // there are lanes without a candidate
};

// The leaves of an extreme, and the first of the Index places that its answers go to.
struct End {
  const Leaves& leaves;
  char* out;
};

// Reduces by kernels, on as many threads as are worth it; writes one Index for each lane.
Outcome run(const Plan& plan, Index key_size, const End& end);
// The same for both ends in one traversal.
Outcome run(const Plan& plan, Index key_size, const End& smallest, const End& largest);

// Memory for a panel.
struct PanelMemory {
  alignas(64) char keys[panel_bytes];
  alignas(64) Index indices[panel_lanes];

  Panel panel() { return {keys, indices}; }
};

// Writes answers to places, which may be where they are; whether one of them is missing.
inline bool write(const Plan& plan, const Index* indices, Index count, char* places) {
  bool misses = false;
  for (Index i = 0; i < count; ++i) {
    misses |= indices[i] == no_candidate;
    *reinterpret_cast<Index*>(places + i * plan.lanes.step) = plan.answer(indices[i]);
  }
  return misses;
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

// Reduces lanes [first, first + count) to their answers, one panel for each end. `data` and `mask`
// are those of the plan's first lane. False if the leaf gave up.
template <class LeafCall>
bool reduce_panels(const Plan& plan, const char* data, const char* mask, Index first, Index count,
                   LeafCall& leaf, const Panel* panels) {
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
    if (!leaf(tile, panels)) return false;
    tile.fresh = false;
  } while (advance(plan.reduced, plan.reduced_count, at, [&](const Loop& loop, Index steps) {
    tile.data += steps * loop.stride;
    if (tile.mask) tile.mask += steps * loop.mask_stride;
    tile.index += steps * loop.step;
  }));
  return true;
}

// Reduces by `leaf(tile, panels) -> bool`, on this thread; the answers of end e go to `outs[e]`.
template <int ends, class LeafCall>
Outcome run_here(const Plan& plan, Index key_size, LeafCall& leaf, char* const* outs) {
  PanelMemory memory[ends];
  const Index width = panel_width(key_size);
  bool misses = false;
  Index at[max_ndim];
  for (int i = 0; i < plan.kept_count; ++i) at[i] = 0;
  const char *data = plan.data, *mask = plan.mask;
  Index offset = plan.out_offset;
  // One answer, or answers side by side, are written in place.
  const bool in_place = plan.lanes.size == 1 || plan.lanes.step == sizeof(Index);
  do {
    for (Index first = 0; first < plan.lanes.size; first += width) {
      const Index count = plan.lanes.size - first < width ? plan.lanes.size - first : width;
      char* places[ends];
      Panel panels[ends];
      for (int end = 0; end < ends; ++end) {
        places[end] = outs[end] + offset + first * plan.lanes.step;
        panels[end] = memory[end].panel();
        if (in_place) panels[end].indices = reinterpret_cast<Index*>(places[end]);
      }
      if (!reduce_panels(plan, data, mask, first, count, leaf, panels)) return {false, false};
      if (plan.may_miss || !in_place || plan.counts_back())
        for (int end = 0; end < ends; ++end)
          misses |= write(plan, panels[end].indices, count, places[end]);
    }
  } while (advance(plan.kept, plan.kept_count, at, [&](const Loop& loop, Index steps) {
    data += steps * loop.stride;
    if (mask) mask += steps * loop.mask_stride;
    offset += steps * loop.step;
  }));
  return {true, misses};
}

}  // namespace minloc
