// Where the k answers of a slice go: elements and indices, rank after rank.
#pragma once

#include <cstring>

#include "item_size.hpp"
#include "top_k.hpp"

namespace minloc {

// A slice: where its first element lies, and its number in C order.
struct NumberedSlice {
  const char *data, *mask;
  Index number;

  // Moves on to the next slice of a row.
  void move(const Loop& slices) {
    data += slices.stride;
    if (mask) mask += slices.mask_stride;
    number += slices.step;
  }
};

class TopWriter {
 public:
  TopWriter(const Array& array, const Axes& axes, Index k, const TopAnswer& answer)
      : elements_(array, axes, nullptr), itemsize_(array.itemsize), k_(k), answer_(answer) {}

  // Writes the answers of ranks [first, first + count) of a slice.
  void write(const NumberedSlice& slice, const Index* indices, Index first, Index count) const {
    // (By value: what is written might alias what is captured.)
    with_item_size(itemsize_, [=, this](auto bytes) {
      const Index step = answer_.step, place = place_of(slice.number) + first * step;
      char* value = answer_.values + place * bytes;
      Index* index = answer_.indices + place;
      for (Index i = 0; i < count; ++i) {
        __builtin_memcpy(value, slice.data + elements_.of(indices[i]),
                         static_cast<std::size_t>(bytes));
        *index = indices[i];
        value += step * bytes;
        index += step;
      }
    });
  }

  // Writes that there is nothing from rank `first` on.
  void write_nothing(const NumberedSlice& slice, Index first) const {
    for (Index rank = first; rank < k_; ++rank) {
      const Index place = place_of(slice.number) + rank * answer_.step;
      std::memset(answer_.values + place * itemsize_, 0, static_cast<std::size_t>(itemsize_));
      answer_.indices[place] = no_candidate;
    }
  }

 private:
  // Where the first answer of a slice goes, in elements.
  Index place_of(Index slice) const {
    // Slices are answered in blocks of `step`, rank after rank. The usual blocks need no division.
    const Index step = answer_.step;
    const Index before = step == 1 ? slice : slice < step ? 0 : slice / step * step;
    return slice + before * (k_ - 1);
  }

  const Offsets elements_;
  const Index itemsize_, k_;
  const TopAnswer answer_;
};

}  // namespace minloc
