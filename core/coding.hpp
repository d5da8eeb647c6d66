// How elements become keys: what is left of dtype, extreme and NaN policy when a kernel runs.
//
// A *key* is an element in the form in which the smallest is the best, whatever was asked for. For
// most dtypes it is `(element ^ flip) + turn`, with two constants:
//
//   the largest of integers      every bit flipped: ~x counts down where x counts up
//   unsigned integers            the top bit flipped: vectors compare signed integers
//   the largest of floats        the sign flipped, of both parts where they are complex
//   times, NaT being the lowest integer: turned by one where NaT would be at the wrong end, so that
//                                it wraps round to the other
//
// So dtypes and extremes are data, and one loop serves them. Four families do a little more (see
// kernels/order.hpp): booleans, for any byte but 0 is true; the halves, whose bits are sign and
// magnitude; and long doubles, which change their sign by arithmetic.
//
// Which end is NaN's follows from the policy: under `propagate` a NaN beats every number, so it is
// the smallest key; under `omit` it loses, so it is the largest. Dtypes whose keys are integers
// need no thought about NaN in a loop. Floats wider than 16 bits and complex numbers keep their
// NaN, which compare with nothing, and their kernels are compiled once for each policy.
#pragma once

#include "dtypes.hpp"

namespace minloc {

enum class Extreme { min, max };
enum class Nan { propagate, omit };
enum class Ties { first, last };

// How the best of some elements can be picked before they are keys, by one instruction of most
// processors: as integers that have a sign or none, or as floats; halves as integers whose NaN are
// first or, where they are omitted, last. What is `coded` is picked from keys, which is right for
// every coding.
enum class Pick {
  smallest,
  largest,
  smallest_unsigned,
  largest_unsigned,
  smallest_half_omitting,
  largest_half_omitting,
  coded
};

struct Coding {
  std::uint64_t flip = 0;  // of an element, or of each part of it
  std::int64_t turn = 0;
  Pick pick = Pick::coded;
  std::int64_t nan_key = 0;  // the one key of all NaN, where keys are integers and there are NaN
  bool has_nan_key = false;
};

Coding coding_of(DType dtype, Extreme extreme, Nan nan);

}  // namespace minloc
