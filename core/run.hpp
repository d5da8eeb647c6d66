// Carrying a plan out: tiles are handed to a leaf, and answers written to the output.
//
// One traversal finds one extreme or both *ends*, the smallest and the largest: then a leaf has a
// panel for each, and there are two outputs with one layout.
//
// Answers may be *continued*: the output holds the best of other parts of the same whole, and an
// answer is replaced only by a better element of this part. Then an element lies beside each index,
// because the one that the index points at is out of reach.
#pragma once

#include <algorithm>

#include "interrupt.hpp"
#include "plan.hpp"
#include "pool.hpp"
#include "workspace.hpp"

namespace minloc {

struct Outcome {
  bool finished;  // false: a leaf gave up, a signal ended the call, or there is no memory
  bool misses;    // some slices have no candidate; not set for continued answers
};

// How the elements of an end are compared, and where its answers go.
struct End {
  Order order;
  char* out;
  char* values = nullptr;  // if answers are continued: elements that lie as the indices do
};

// Reduces by kernels, on as many threads as are worth it; writes one Index for each slice.
Outcome run(const Plan& plan, Index key_size, const End& end);
// The same for both ends in one traversal.
Outcome run(const Plan& plan, Index key_size, const End& smallest, const End& largest);
// The same for one end or two, whose answers are continued; the plan is of a part of a whole, and
// `elements` leads from an index to the element of a slice. False if it was not finished.
bool run_on(const Plan& plan, Index key_size, const Offsets& elements, const End& end);
bool run_on(const Plan& plan, Index key_size, const Offsets& elements, const End& smallest,
            const End& largest);

// How elements that are answers lie, one after the other, and what they are measured from, if
// anything: one value for all of them, or one for each.
struct AnswerElements {
  Index itemsize;
  bool swapped;
  const Target* target = nullptr;
  const char* values = nullptr;
  Index value_stride = 0;
};

// Merges other answers for the same `count` slices, one after the other in memory, into answers so
// far; false if there is no memory to work in.
bool merge_on(const End& so_far, const End& others, Index count, const AnswerElements& elements,
              Ties ties);

// Writes answers to places `step` bytes apart, which may be where they are; whether one of them is
// missing.
inline bool write(const Plan& plan, const Index* indices, Index count, char* places, Index step) {
  Index all = 0;  // of no_candidate all bits are set
  const auto write_each = [&](auto answer) {
    for (Index i = 0; i < count; ++i) {
      all |= indices[i];
      *reinterpret_cast<Index*>(places + i * step) = answer(indices[i]);
    }
  };
  if (plan.counts_back())
    write_each([&](Index index) { return plan.answer(index); });
  else
    write_each([](Index index) { return index; });
  return all < 0;
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

// Neighbouring slices: where their elements are, and where their answers go.
struct Stretch {
  const char *data, *mask;  // of the plan's first slice in this row of slices
  Index first, count;       // the slices in the row
  Index offset;             // in units of `out_strides`, from the first of all answers to theirs
  const char* values;       // of the target, for the plan's first slice in this row
  const char* labels = nullptr;

  // Slices [begin, end) of a stretch that is a row.
  Stretch part(const Plan& plan, Index begin, Index end) const {
    return {data, mask, begin, end - begin, offset + begin * plan.slices.step, values, labels};
  }
  // The same slices, where a part of a plan has some elements of each (`part_of_elements`).
  Stretch within(const Plan& plan, const Plan& part) const {
    Stretch some = *this;
    some.data += part.data - plan.data;
    if (mask) some.mask += part.mask - plan.mask;
    if (labels) some.labels += part.labels - plan.labels;
    return some;
  }
};

// One of some parts of a plan, with some elements of each slice.
inline Plan part_of_elements(const Plan& plan, Index number, Index parts) {
  Plan part = plan;
  Loop& loop = part.outermost_reduced();
  const Index size = loop.size;
  part.narrow(loop, true, border(size, parts, number), border(size, parts, number + 1));
  return part;
}

// Calls `visit(stretch) -> bool` for every row of slices of a plan, or for the first one of each
// iteration of its `count` outermost kept loops; false if it said no.
template <class Visit>
bool each_row(const Plan& plan, int count, Visit visit) {
  Index at[max_ndim];
  for (int i = 0; i < count; ++i) at[i] = 0;
  Stretch row{plan.data, plan.mask, 0, plan.slices.size, plan.out_offset, plan.values, plan.labels};
  do {
    if (!visit(row)) return false;
  } while (advance(plan.kept(), count, at, [&](const Loop& loop, Index steps) {
    row.data += steps * loop.stride;
    if (row.mask) row.mask += steps * loop.mask_stride;
    if (row.labels) row.labels += steps * loop.label_stride;
    row.offset += steps * loop.step;
    row.values += steps * loop.value_stride;
  }));
  return true;
}

template <class Visit>
bool each_row(const Plan& plan, Visit visit) {
  return each_row(plan, plan.kept_count, visit);
}

// Calls `visit(stretch) -> bool` for every panel of a plan; false if it said no.
template <class Visit>
bool each_panel(const Plan& plan, Index key_size, Visit visit) {
  const Index width = panel_width(key_size);
  return each_row(plan, [&](const Stretch& row) {
    for (Index first = 0; first < row.count; first += width) {
      const Index end = row.count - first < width ? row.count : first + width;
      if (!visit(row.part(plan, first, end))) return false;
    }
    return true;
  });
}

// Calls `visit(tile) -> bool` for every tile of some slices; false if it said no. In between,
// `move(loop, steps)` is told how far the next tile is, where slices are not read in blocks.
template <class Visit, class Move>
bool each_tile(const Plan& plan, const Stretch& stretch, const Coding* codings, Scratch scratch,
               Visit visit, Move move) {
  const Index first = stretch.first;
  Tile tile{
      .data = stretch.data,
      .slices = stretch.count,
      .slice_stride = plan.slices.stride,
      .length = plan.slice.size,
      .stride = plan.slice.stride,
      .index = plan.first_index + (plan.folds ? first * plan.slices.step : 0),
      .step = plan.slice.step,
      .mask = {stretch.mask, plan.slices.mask_stride, plan.slice.mask_stride, plan.masked_value},
      .values = stretch.values,
      .value_stride = plan.slices.value_stride,
      .codings = codings,
      .swapped = plan.swapped,
      .fresh = false,
      .far = plan.far,
      .scratch = scratch};
  tile.move(first, 0);
  Index at[max_ndim];
  for (int i = 0; i < plan.reduced_count; ++i) at[i] = 0;
  for (Index begin = 0; begin < plan.slice.size; begin += plan.block, tile.move(0, plan.block)) {
    tile.length = std::min(plan.block, plan.slice.size - begin);
    do {
      if (!visit(tile)) return false;
    } while (advance(plan.reduced(), plan.reduced_count, at, [&](const Loop& loop, Index steps) {
      tile.data += steps * loop.stride;
      if (tile.mask) tile.mask.bytes += steps * loop.mask_stride;
      tile.index += steps * loop.step;
      move(loop, steps);
    }));
  }
  return true;
}
template <class Visit>
bool each_tile(const Plan& plan, const Stretch& stretch, const Coding* codings, Scratch scratch,
               Visit visit) {
  return each_tile(plan, stretch, codings, scratch, visit, [](const Loop&, Index) {});
}

// Reduces a panel's slices. If it is fresh the panel holds nothing yet, else the answer continues
// what it holds. False if the leaf gave up, or a signal ends the call.
template <class LeafCall>
bool reduce_panels(const Plan& plan, const Stretch& stretch, bool fresh, LeafCall& leaf,
                   const Panel* panels, Scratch scratch, Patience& patience) {
  return each_tile(plan, stretch, leaf.codings(), scratch, [&](Tile& tile) {
    tile.fresh = fresh;
    fresh = false;
    return !patience.ends(tile.slices * tile.length) && leaf(tile, panels);
  });
}

// Reduces by `leaf(tile, panels) -> bool`, on this thread; the answers of end e go to `outs[e]`.
template <int ends, class LeafCall>
Outcome run_here(const Plan& plan, Index key_size, LeafCall& leaf, char* const* outs,
                 Scratch scratch) {
  Panel memory[ends];
  for (Panel& panel : memory) panel = take_panel(scratch);
  bool misses = false;
  Patience patience;
  // One answer, or answers side by side, are written in place.
  const bool in_place = plan.slices.size == 1 || plan.slices.step == sizeof(Index);
  const bool finished = each_panel(plan, key_size, [&](const Stretch& stretch) {
    Panel panels[ends];
    for (int end = 0; end < ends; ++end) {
      panels[end] = memory[end];
      if (in_place) panels[end].indices = reinterpret_cast<Index*>(outs[end] + stretch.offset);
    }
    if (!reduce_panels(plan, stretch, true, leaf, panels, scratch, patience)) return false;
    if (plan.may_miss || !in_place || plan.counts_back())
      for (int end = 0; end < ends; ++end)
        misses |= write(plan, panels[end].indices, stretch.count, outs[end] + stretch.offset,
                        plan.slices.step);
    return true;
  });
  return {finished, misses};
}

}  // namespace minloc
