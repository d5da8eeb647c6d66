// How elements become keys: what is left of dtype, extreme and NaN policy when a kernel runs.
//
// A *key* has its element's type, and the smallest key is the best, whatever was asked for. For
// most dtypes it is `(element ^ flip) + turn`, with two constants:
//
//   the largest of integers      flip every bit: ~x decreases as x increases
//   unsigned integers            flip the top bit: vectors compare signed integers
//   the largest of floats        flip the sign, of both parts of a complex number
//   times                        NaT is the lowest integer; where it must be the highest key, or
//                                flipping has made it so, turn by one: it wraps round
//
// So dtype and extreme are data, and one loop serves them. Four families do a little more (see
// kernels/order.hpp): booleans, where any byte but 0 is true; the halves, whose bits are sign and
// magnitude; and long doubles, which are negated by arithmetic.
//
// Under `propagate` NaN beats every number, so its key is the smallest; under `omit` it loses, so
// its key is the largest. That is all for integer keys. Floats wider than 16 bits and complex
// numbers keep their NaN, which no comparison orders; their kernels are compiled once for each
// policy.
#pragma once

#include "dtypes.hpp"

namespace minloc {

enum class Extreme { min, max };
enum class Nan { propagate, omit };
enum class Ties { first, last };

// How the best of some elements can be picked before they become keys, by one instruction of most
// processors: as signed or unsigned integers, or as floats; halves as integers whose NaN are first
// or, where they are omitted, last. `coded` picks from the keys, which is right for every coding.
// An even one and the next are opposites.
enum class Pick {
  smallest,
  largest,
  smallest_unsigned,
  largest_unsigned,
  smallest_half_omitting,
  largest_half_omitting,
  coded
};

// The pick for the other extreme.
constexpr Pick opposite(Pick pick) {
  return pick == Pick::coded ? pick : static_cast<Pick>(static_cast<int>(pick) ^ 1);
}
constexpr bool picks_largest(Pick pick) { return static_cast<int>(pick) % 2 == 1; }
constexpr bool is_unsigned(Pick pick) {
  return pick == Pick::smallest_unsigned || pick == Pick::largest_unsigned;
}

struct Coding {
  std::uint64_t flip = 0;  // bits of an element, or of each of its parts
  std::int64_t turn = 0;
  Pick pick = Pick::coded;
  std::int64_t nan_key = 0;  // the one key of all NaN, if keys are integers and there are NaN
  bool has_nan_key = false;
};

Coding coding_of(DType dtype, Extreme extreme, Nan nan);

}  // namespace minloc
