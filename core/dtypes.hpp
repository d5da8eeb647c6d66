// The list of dtypes that have kernels of their own, and nothing else.
//
// A dtype is named for its values, not for its place in NumPy's numbering: C `long` and
// `long long` are both int64, datetime64 and timedelta64 are both `time`.
#pragma once

#include <cstddef>
#include <cstdint>

namespace minloc {

using Index = std::ptrdiff_t;

template <class Float>
struct Complex {
  Float real, imag;
};

// X(name, type that lies in memory)
#define MINLOC_DTYPES(X)               \
  X(boolean, std::uint8_t)             \
  X(int8, std::int8_t)                 \
  X(uint8, std::uint8_t)               \
  X(int16, std::int16_t)               \
  X(uint16, std::uint16_t)             \
  X(int32, std::int32_t)               \
  X(uint32, std::uint32_t)             \
  X(int64, std::int64_t)               \
  X(uint64, std::uint64_t)             \
  X(float16, std::int16_t)             \
  X(bfloat16, std::int16_t)            \
  X(float32, float)                    \
  X(float64, double)                   \
  X(longdouble, long double)           \
  X(complex64, Complex<float>)         \
  X(complex128, Complex<double>)       \
  X(clongdouble, Complex<long double>) \
  X(time, std::int64_t)

enum class DType : int {
#define MINLOC_X(name, type) name,
  MINLOC_DTYPES(MINLOC_X)
#undef MINLOC_X
};

template <DType>
struct StorageOf;
#define MINLOC_X(name, storage)   \
  template <>                     \
  struct StorageOf<DType::name> { \
    using type = storage;         \
  };
MINLOC_DTYPES(MINLOC_X)
#undef MINLOC_X

// Whether there is a NaN among the values of a dtype.
constexpr bool has_nan(DType dtype) {
  switch (dtype) {
    case DType::float16:
    case DType::bfloat16:
    case DType::float32:
    case DType::float64:
    case DType::longdouble:
    case DType::complex64:
    case DType::complex128:
    case DType::clongdouble:
    case DType::time: return true;
    default: return false;
  }
}

inline constexpr int dtype_count = static_cast<int>(DType::time) + 1;

}  // namespace minloc
