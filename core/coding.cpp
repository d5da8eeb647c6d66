#include "coding.hpp"

#include <limits>

namespace minloc {
namespace {

constexpr std::uint64_t top_bit(int bits) { return std::uint64_t{1} << (bits - 1); }

// As int16, the NaN of a half sit at both ends of the range. Adding a constant modulo 2^16 moves
// all of them to one end, where they are clamped to one key.
Coding half(int infinity, bool greatest, Nan nan) {
  const int nans = 0x7fff - infinity;  // of either sign
  const bool low = nan == Nan::propagate;
  return {.flip = greatest ? top_bit(16) : 0,
          .turn = low ? nans : -nans - 1,
          .pick = low        ? greatest ? Pick::largest : Pick::smallest
                  : greatest ? Pick::largest_half_omitting
                             : Pick::smallest_half_omitting,
          .nan_key = low ? -0x8000 + 2 * nans : infinity - nans,
          .has_nan_key = true};
}

Coding time(bool greatest, Nan nan) {
  using Limits = std::numeric_limits<std::int64_t>;
  const bool low = nan == Nan::propagate;
  return {.flip = greatest ? ~std::uint64_t{} : 0,
          .turn = int{greatest} - int{!low},
          .pick = low == greatest ? Pick::coded
                  : greatest      ? Pick::largest
                                  : Pick::smallest,
          .nan_key = low ? Limits::min() : Limits::max(),
          .has_nan_key = true};
}

Coding integer(bool is_unsigned, int bits, bool greatest) {
  return {.flip = (is_unsigned ? top_bit(bits) : 0) ^ (greatest ? ~std::uint64_t{} : 0),
          .pick = is_unsigned ? greatest ? Pick::largest_unsigned : Pick::smallest_unsigned
                  : greatest  ? Pick::largest
                              : Pick::smallest};
}

Coding floating(int bits, bool greatest) {
  return {.flip = greatest ? top_bit(bits) : 0, .pick = greatest ? Pick::largest : Pick::smallest};
}

}  // namespace

Coding coding_of(DType dtype, Extreme extreme, Nan nan) {
  const bool greatest = extreme == Extreme::max;
  switch (dtype) {
    case DType::boolean: return {.flip = greatest};
    case DType::int8: return integer(false, 8, greatest);
    case DType::uint8: return integer(true, 8, greatest);
    case DType::int16: return integer(false, 16, greatest);
    case DType::uint16: return integer(true, 16, greatest);
    case DType::int32: return integer(false, 32, greatest);
    case DType::uint32: return integer(true, 32, greatest);
    case DType::int64: return integer(false, 64, greatest);
    case DType::uint64: return integer(true, 64, greatest);
    case DType::float16: return half(0x7c00, greatest, nan);
    case DType::bfloat16: return half(0x7f80, greatest, nan);
    case DType::float32: return floating(32, greatest);
    case DType::float64: return floating(64, greatest);
    case DType::complex64: return {.flip = greatest ? top_bit(32) : 0};
    case DType::complex128: return {.flip = greatest ? top_bit(64) : 0};
    case DType::longdouble:
    case DType::clongdouble: return {.flip = greatest};
    case DType::time: return time(greatest, nan);
  }
  return {};
}

}  // namespace minloc
