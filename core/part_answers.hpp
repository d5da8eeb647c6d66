// The answers of a part of a larger array: for each slice an element and its index in the part, in
// as few bytes as the part needs.
//
// Partial answers consist of these. There is one for each chunk, and they are moved and merged more
// often than they are computed, so their size counts most.
#pragma once

#include <cstdint>

#include "numpy_api.hpp"

namespace minloc {

// For one end or for both, arrays that are written to, with one entry for each slice: elements, and
// their indices, -1 where a slice has no candidate.
struct Answers {
  PyArrayObject* values[2];
  PyArrayObject* indices[2];
  int ends;
};

// Reads a tuple (values, indices) or (values, indices, values, indices) of writeable arrays. False,
// with an exception set only if one cannot be written to, if it is something else.
bool read_answers(PyObject* tuple, Answers& answers);

// The same for the answers of a part: in C order, and of signed integers; else raises.
bool read_part_answers(PyObject* tuple, Answers& answers);

// Whether an array may hold a part's indices, or its elements.
bool may_be_indices(PyArrayObject* array);
bool may_be_values(PyArrayObject* array);

// Raises that the arrays given cannot hold the answers of a part; returns false.
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
