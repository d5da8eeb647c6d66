// The kernels of one instruction set. This file is compiled once for each, with MINLOC_ISA naming
// the instruction set's namespace, and exports one table.
#include "across.hpp"
#include "along.hpp"
#include "masked.hpp"

namespace minloc::MINLOC_ISA {
namespace {

template <DType D, Extreme E, Nan N>
constexpr Leaves leaves_of_order() {
  // Without a NaN there is nothing to omit.
  using Propagating = Order<D, E, Nan::propagate>;
  constexpr bool has_nan = Propagating::wild_nan || Propagating::tame_nan;
  using O = std::conditional_t<has_nan, Order<D, E, N>, Propagating>;
  using T = typename O::Storage;
  return {
      .along = along<O, Contiguous<T>>,
      .along_strided = along<O, Strided<T, false>>,
      .along_swapped = along<O, Strided<T, true>>,
      .across = columns<O>,
      .across_strided = rows<O, Strided<T, false>>,
      .across_swapped = rows<O, Strided<T, true>>,
      .masked = masked<O>,
  };
}

constexpr Kernels all() {
  return {
      .leaves =
          {
#define MINLOC_X(name, storage)                                          \
  {{leaves_of_order<DType::name, Extreme::min, Nan::propagate>(),        \
    leaves_of_order<DType::name, Extreme::min, Nan::omit>()},            \
   {leaves_of_order<DType::name, Extreme::max, Nan::propagate>(),        \
    leaves_of_order<DType::name, Extreme::max, Nan::omit>()}},
              MINLOC_DTYPES(MINLOC_X)
#undef MINLOC_X
          },
      .vector_bytes = vector_bytes,
  };
}

}  // namespace

extern const Kernels kernels;
const Kernels kernels = all();

}  // namespace minloc::MINLOC_ISA
