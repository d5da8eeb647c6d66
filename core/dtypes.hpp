// The dtypes that have kernels, and the families that they fall into.
//
// A dtype is named for its values, not for its place in NumPy's numbering: C `long` and `long long`
// are both int64, datetime64 and timedelta64 are both `time`. Kernels are compiled for a *family*:
// its dtypes differ only in how their elements become keys (coding.hpp).
#pragma once

#include <cstddef>
#include <cstdint>

namespace minloc {

using Index = std::ptrdiff_t;

template <class Float>
struct Complex {
  Float real, imag;
};

// X(name, type that lies in memory); the keys of a family have that type, too.
#define MINLOC_FAMILIES(X)       \
  X(boolean, std::uint8_t)       \
  X(int8, std::int8_t)           \
  X(int16, std::int16_t)         \
  X(int32, std::int32_t)         \
  X(int64, std::int64_t)         \
  X(half, std::int16_t)          \
  X(float32, float)              \
  X(float64, double)             \
  X(complex64, Complex<float>)   \
  X(complex128, Complex<double>) \
  X(longdouble, long double)     \
  X(clongdouble, Complex<long double>)

enum class Family : int {
#define MINLOC_X(name, storage) name,
  MINLOC_FAMILIES(MINLOC_X)
#undef MINLOC_X
};
inline constexpr int family_count = static_cast<int>(Family::clongdouble) + 1;

// X(name, its family, whether there is a NaN among its values)
#define MINLOC_DTYPES(X)            \
  X(boolean, boolean, false)        \
  X(int8, int8, false)              \
  X(uint8, int8, false)             \
  X(int16, int16, false)            \
  X(uint16, int16, false)           \
  X(int32, int32, false)            \
  X(uint32, int32, false)           \
  X(int64, int64, false)            \
  X(uint64, int64, false)           \
  X(float16, half, true)            \
  X(bfloat16, half, true)           \
  X(float32, float32, true)         \
  X(float64, float64, true)         \
  X(longdouble, longdouble, true)   \
  X(complex64, complex64, true)     \
  X(complex128, complex128, true)   \
  X(clongdouble, clongdouble, true) \
  X(time, int64, true)

enum class DType : int {
#define MINLOC_X(name, family, nan) name,
  MINLOC_DTYPES(MINLOC_X)
#undef MINLOC_X
};
inline constexpr int dtype_count = static_cast<int>(DType::time) + 1;

template <Family>
struct StorageOf;
#define MINLOC_X(name, storage)    \
  template <>                      \
  struct StorageOf<Family::name> { \
    using type = storage;          \
  };
MINLOC_FAMILIES(MINLOC_X)
#undef MINLOC_X

// What is known of each dtype. (In a function the table would be copied to the stack by each call.)
struct DTypeTraits {
  Family family;
  Index size;  // bytes of an element, or a key
  bool has_nan;
};
inline constexpr DTypeTraits dtype_traits[] = {
#define MINLOC_X(name, family, nan) {Family::family, sizeof(StorageOf<Family::family>::type), nan},
    MINLOC_DTYPES(MINLOC_X)
#undef MINLOC_X
};

constexpr Family family_of(DType dtype) { return dtype_traits[static_cast<int>(dtype)].family; }
constexpr Index size_of(DType dtype) { return dtype_traits[static_cast<int>(dtype)].size; }
constexpr bool has_nan(DType dtype) { return dtype_traits[static_cast<int>(dtype)].has_nan; }

// The dtype of the distances between elements, which has a NaN if theirs has: integers are as far
// apart as an unsigned integer says, complex numbers as a float does, and times, whose distances
// may be negative here, as 2^63 - 1 more.
constexpr DType distance_dtype(DType dtype) {
  switch (dtype) {
    case DType::int8: return DType::uint8;
    case DType::int16: return DType::uint16;
    case DType::int32: return DType::uint32;
    case DType::int64: return DType::uint64;
    case DType::complex64: return DType::float32;
    case DType::complex128: return DType::float64;
    case DType::clongdouble: return DType::longdouble;
    default: return dtype;
  }
}

}  // namespace minloc
