// The answers of a part of a larger array: for each slice an element, and the index of it in the
// part, of as few bytes as the part needs.
//
// This is what partial answers are made of. There is one for each chunk, and they are moved and
// merged more than they are computed, so their size is what counts.
#pragma once

#include <cstdint>

#include "numpy_api.hpp"

namespace minloc {

// For one end or for both, arrays in C order with one entry for each slice: elements, and beside
// them signed integers, -1 where there is none.
struct PartAnswers {
  PyArrayObject* values[2];
  PyArrayObject* indices[2];
  int ends;
};

// Reads a tuple (values, indices) or (values, indices, values, indices), to write to; false with an
// exception set.
bool read_part_answers(PyObject* tuple, PartAnswers& answers);

// Whether an array may hold a part's indices, or its elements.
bool may_be_indices(PyArrayObject* array);
bool may_be_values(PyArrayObject* array);

// Says that what was given are no answers of a part; returns false.
bool raise_layout();

// Calls `visit(Integer{})` with the signed integer type of so many bytes.
template <class Visit>
void with_integer(Index bytes, Visit visit) {
  switch (bytes) {
    case 1: return visit(std::int8_t{});
    case 2: return visit(std::int16_t{});
    case 4: return visit(std::int32_t{});
    default: return visit(Index{});
  }
}

// Writes indices to those of a part's answers, from the `first` slice on.
void narrow(const Index* from, Index first, Index count, PyArrayObject* indices);

}  // namespace minloc
