// The kernels of windows, for all families: compiled once for each instruction set.
#include "windows.hpp"

namespace minloc::MINLOC_ISA {
namespace {

using Word = std::int32_t;
using TwoWords = std::int64_t;

constexpr WindowKernels all_kernels() {
  WindowKernels kernels{.of = {window_kernel<Word>(), window_kernel<TwoWords>(),
                               window_kernel<Int128>(), window_kernel<ManyWords>()},
                        .read = {}};
  const auto reads = [&]<Family family, class K>(WindowKey key) {
    kernels.read[static_cast<int>(family)][static_cast<int>(key)] = read_keys<family, K>;
  };
  using enum WindowKey;
  reads.template operator()<Family::boolean, Word>(word);
  reads.template operator()<Family::int8, Word>(word);
  reads.template operator()<Family::int16, Word>(word);
  reads.template operator()<Family::half, Word>(word);
  reads.template operator()<Family::int32, Word>(word);
  reads.template operator()<Family::float32, Word>(word);
  reads.template operator()<Family::boolean, TwoWords>(two_words);
  reads.template operator()<Family::int8, TwoWords>(two_words);
  reads.template operator()<Family::int16, TwoWords>(two_words);
  reads.template operator()<Family::half, TwoWords>(two_words);
  reads.template operator()<Family::int32, TwoWords>(two_words);
  reads.template operator()<Family::float32, TwoWords>(two_words);
  reads.template operator()<Family::int64, TwoWords>(two_words);
  reads.template operator()<Family::float64, TwoWords>(two_words);
  reads.template operator()<Family::complex64, TwoWords>(two_words);
  reads.template operator()<Family::int64, Int128>(four_words);
  reads.template operator()<Family::complex128, Int128>(four_words);
  reads.template operator()<Family::longdouble, Int128>(four_words);
  reads.template operator()<Family::clongdouble, ManyWords>(many);
  return kernels;
}

}  // namespace

extern const WindowKernels windows;
constinit const WindowKernels windows = all_kernels();

}  // namespace minloc::MINLOC_ISA
