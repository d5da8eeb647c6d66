// From labels to slots: which entry of a table an element goes to.
//
// Entry 0 of a table is for elements that belong to no group, so that no loop has to leave them
// out; the entry of group g is g + 1.
#pragma once

#include "array.hpp"
#include "leaves.hpp"

namespace minloc {

// Makes slots of `count` labels that lie `stride` bytes apart. False if one is not less than the
// number of groups: the labels were checked before, but another thread or process may write to
// them.
bool read_slots(const Labels& labels, const char* at, Index stride, Index count, Slot* slots);

}  // namespace minloc
