// One answer for each group of each slice: the accumulator of an element is chosen by its label.
//
//   for some slices:
//     clear a table, which has an entry for each group of each slice
//     for each tile of them, piece by piece:
//       labels become slots, the numbers of entries
//       a run of equal labels: a plain leaf merges it into the entries of its group
//       else: each element is merged into the entry that its slot names
//     write the table
//
// 1. Where neighbouring slices are side by side in memory and share their labels, a label is one of
//    a whole row, and a run of equal labels is some rows: `columns` merges them into the panel of
//    their group. A table has so few slices that the panels of all groups stay in the second-level
//    cache.
// 2. Otherwise one slice is read after the other, in pieces if they lie across one another, so that
//    a cache line that has elements of several slices is read once.
// 3. Tables are merged by the one rule, so that threads may share a slice.
#pragma once

#include <span>

#include "own_comparison.hpp"
#include "run.hpp"

namespace minloc {

struct GroupedOutcome {
  bool finished, misses;    // as of an Outcome
  bool bad_labels = false;  // a label is not less than the number of groups
};

// Reduces by kernels, for one end or two. `group_stride` is the bytes from the answer of one group
// to the next.
GroupedOutcome run_grouped(const Plan& plan, const Labels& labels, Index key_size,
                           Index group_stride, std::span<const End> ends);

// Reduces by a dtype's own comparison, or only looks for NaN, as the comparison was told.
GroupedOutcome run_grouped(const Plan& plan, const Labels& labels, Index group_stride,
                           OwnComparison& comparison, bool only_nan, char* out);

}  // namespace minloc
