// Answers with their elements beside them, to be continued with more elements.
//
// An answer so far is an index into the whole and a copy of the element, because the element itself
// may be out of reach by now. It is read into panels as a key, reduced like the answer of a tile,
// and written back with the new element where it has changed.
#pragma once

#include <span>

#include "run.hpp"

namespace minloc {

class KeptAnswers {
 public:
  // `elements` leads from an index to the element of a slice. Without it nothing is continued.
  KeptAnswers(const Plan& plan, const Offsets* elements, std::span<const End> ends)
      : plan_(plan), elements_(elements), ends_(ends) {}

  explicit operator bool() const { return elements_ != nullptr; }

  // Reads the answers so far of some slices, and writes back those that have changed.
  void read(const Stretch& stretch, const Panel* panels) const;
  void write_changed(const Stretch& stretch, const Panel* panels) const;

  // Continues the answers of some slices where they lie, if the part of the array has a few
  // elements of each, side by side; false if it has not. `indices` is scratch for an index of each
  // slice.
  bool continue_in_place(const Plan& part, const Stretch& stretch, Index* indices) const;

 private:
  void write_changed(const Stretch& stretch, const Panel& panel, const End& end) const;
  char* values_of(const End& end, Index offset) const {
    return end.values + offset / Index{sizeof(Index)} * plan_.itemsize;
  }

  const Plan& plan_;
  const Offsets* elements_;
  const std::span<const End> ends_;
};

// Fills a panel's keys from the elements of its slices, or from their distances to values as far
// apart as `value_stride` says, if they are measured: see Leaves::keys_of.
void make_keys(const Order& order, const Target* target, const MeasuredRun& elements,
               const Panel& panel);

// Whether one of the indices is no_candidate.
bool any_missing(const Index* indices, Index count);

}  // namespace minloc
