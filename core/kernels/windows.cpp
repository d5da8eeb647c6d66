// The kernels of windows, for all families: compiled once for each instruction set, in a namespace
// of their own, because their vectors may be wider than those of other kernels.
#include "line_windows.hpp"
#include "long_windows.hpp"

namespace minloc::MINLOC_ISA {
namespace {

template <class K, class V, int vectors, bool late>
void strips_full(const Lines& lines) {
  if (lines.window < long_window)
    Strip<K, V, vectors, late>::full(lines);
  else
    LongStrip<K, V, vectors, late>::full(lines);
}

// Strips, or one line.
template <class K, bool late>
void full_windows(const Lines& lines) {
  if constexpr (has_vectors<K>) {
    if (Line<K, late>::knows_short(lines)) return Line<K, late>::short_windows(lines);
    if (lines.lines > 1) return strips_full<K, Vector<K>, strip_vectors, late>(lines);
  }
  strips_full<K, K, 1, late>(lines);
}
template <class K, bool late>
void running_windows(const Lines& lines) {
  if constexpr (has_vectors<K>) {
    if (lines.lines > 1) return Strip<K, Vector<K>, strip_vectors, late>::running(lines);
    return Line<K, late>::running(lines);
  }
  Strip<K, K, 1, late>::running(lines);
}

template <class K>
constexpr WindowKernel window_kernel() {
  constexpr bool vectors = has_vectors<K>;
  constexpr Index width =
      vectors ? strip_vectors * vector_bytes / static_cast<Index>(sizeof(K)) : 1;
  // A number is as wide as a key, or an Index.
  constexpr Index lane = static_cast<Index>(sizeof(K) + sizeof(Index));
  return {.width = width,
          .row = width * lane,
          .strip = 4 * lane * width + 256,
          .margin = line_scratch + 2 * rows_at_once * width * lane + 1024,
          .full = {full_windows<K, false>, full_windows<K, true>},
          .running = {running_windows<K, false>, running_windows<K, true>}};
}

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
  const auto widens = [&]<Family family>() {
    kernels.read[static_cast<int>(family)][static_cast<int>(two_words)] = read_widened<family>;
  };
  widens.template operator()<Family::boolean>();
  widens.template operator()<Family::int8>();
  widens.template operator()<Family::int16>();
  widens.template operator()<Family::half>();
  widens.template operator()<Family::float32>();
  reads.template operator()<Family::int32, TwoWords>(two_words);
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
