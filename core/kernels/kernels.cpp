// The kernels of one instruction set. This file is compiled once for each, with MINLOC_ISA naming
// the instruction set's namespace, and exports one table.
#include "both.hpp"
#include "masked.hpp"
#include "single.hpp"
#include "top_along.hpp"
#include "top_columns.hpp"
#include "top_rows.hpp"

namespace minloc::MINLOC_ISA {
namespace {

// Whether elements with their bytes in the other order have a loop of their own: they have not
// where there is one byte, or no vector.
template <class T>
constexpr bool swaps = sizeof(T) > 1 && lanes_of<T> > 1;

// Without a NaN there is nothing to omit.
template <DType D, Extreme E, Nan N>
using OrderOf = Order<D, E, has_nan(D) ? N : Nan::propagate>;

template <DType D>
bool is_nan([[maybe_unused]] const char* element, [[maybe_unused]] bool swapped) {
  if constexpr (!has_nan(D)) {
    return false;
  } else {
    using O = Order<D, Extreme::min, Nan::omit>;
    using T = typename O::Storage;
    return O::is_missing(O::key(swapped ? load_swapped<T>(element) : load<T>(element)));
  }
}

template <class O>
void keys_of(const char* elements, Index stride, Index count, bool swapped, const Panel& panel) {
  using T = typename O::Storage;
  auto* const keys = reinterpret_cast<typename O::Key*>(panel.keys);
  constexpr Index size = static_cast<Index>(sizeof(T));
  Index i = 0;
  if constexpr (lanes_of<T> > 1)
    if (!swapped && stride == size)
      for (; i + lanes_of<T> <= count; i += lanes_of<T>)
        store(reinterpret_cast<char*>(keys + i), O::key(load<Vector<T>>(elements + i * size)));
  for (; i < count; ++i) {
    const char* const p = elements + i * stride;
    keys[i] = O::key(swapped ? load_swapped<T>(p) : load<T>(p));
  }
  Index any_missing = 0;
  for (i = 0; i < count; ++i) any_missing |= panel.indices[i];
  if (any_missing >= 0) return;
  for (i = 0; i < count; ++i)
    if (panel.indices[i] == no_candidate) keys[i] = O::key(O::filler());
}

template <class O>
bool is_final(const char* key) {
  return O::is_final(load<typename O::Key>(key));
}

template <class O>
void restore(const char* key, bool swapped, char* place) {
  using T = typename O::Storage;
  const T x = swapped ? load_swapped<T>(place) : load<T>(place);
  if (!O::is_missing(O::key(x))) return;
  const T element = O::element(load<typename O::Key>(key));
  store(place, element);
  if (swapped) store(place, load_swapped<T>(place));
}

template <DType D>
std::uint64_t ambiguous(const char* keys, Index count) {
  using Key = typename Order<D, Extreme::min, Nan::omit>::Key;
  const auto is = [](auto part) { return std::uint64_t{!(part < 0 || part > 0)}; };
  std::uint64_t bits = 0;
  for (Index i = 0; i < count; ++i) {
    const Key key = load<Key>(keys + i * static_cast<Index>(sizeof(Key)));
    if constexpr (is_complex<Key>)
      bits |= (is(key.real) | is(key.imag)) << i;
    else
      bits |= is(key) << i;
  }
  return bits;
}

template <DType D, Extreme E, Nan N>
constexpr Leaves leaves_of_order() {
  using O = OrderOf<D, E, N>;
  using T = typename O::Storage;
  return {
      .along = {along<O, Keep::first, Contiguous<T, false>>,
                swaps<T> ? along<O, Keep::first, Contiguous<T, swaps<T>>> : single<O>},
      .columns = {columns<O, Contiguous<T, false>>,
                  swaps<T> ? columns<O, Contiguous<T, swaps<T>>> : single<O>},
      .along_down = along<O, Keep::last, Contiguous<T, false>>,
      .rows = rows<O, Contiguous<T, false>>,
      .along_strided = along<O, Keep::first, Strided<T>>,
      .columns_strided = columns<O, Strided<T>>,
      .rows_strided = rows<O, Strided<T>>,
      .along_masked = along_masked<O>,
      .columns_masked = columns_masked<O>,
      .gathered = gathered<O>,
      .single = single<O>,
      .along_both = along_both<OrderOf<D, Extreme::min, N>, OrderOf<D, Extreme::max, N>>,
      .columns_both = columns_both<OrderOf<D, Extreme::min, N>, OrderOf<D, Extreme::max, N>>,
      .merge = merge_panels<O>,
      // (An x87 number has bytes of padding, which a key does not carry.)
      .keys_are_elements = !O::is_half && !O::is_boolean && D != DType::uint64 &&
                           (D != DType::time || O::nan_is_low) &&
                           sizeof(typename PartOf<T>::type) <= sizeof(double),
      .ambiguous = O::wild_nan ? ambiguous<D> : nullptr,
      .keys_of = keys_of<O>,
      .restore = N == Nan::omit && has_nan(D) ? restore<O> : nullptr,
      .is_final = is_final<O>,
      .is_nan = is_nan<D>,
  };
}

template <DType D, Extreme E>
constexpr TopLeaves top_leaves_of() {
  using O = OrderOf<D, E, Nan::omit>;
  using T = typename O::Storage;
  return {
      .along = top_along<O, Contiguous<T, false>>,
      .along_strided = top_along<O, Scattered<T>>,
      .columns = top_columns<O, Contiguous<T, false>>,
      .columns_strided = top_columns<O, Scattered<T>>,
      .rows = top_rows<O>,
      .count = top_count<OrderOf<D, Extreme::min, Nan::omit>>,
  };
}

std::uint64_t read(const char* begin, const char* end) {
  using V = Vector<std::uint64_t>;
  constexpr Index ways = 8;
  V all[ways] = {};
  const char* p = begin;
  for (; end - p >= ways * vector_bytes; p += ways * vector_bytes)
    for (Index way = 0; way < ways; ++way) all[way] |= load<V>(p + way * vector_bytes);
  for (Index way = 1; way < ways; ++way) all[0] |= all[way];
  std::uint64_t bits = fold(all[0], [](V x, V y) { return x | y; });
  for (; p < end; ++p) bits |= static_cast<unsigned char>(*p);
  return bits;
}

constexpr Kernels all() {
  return {
      .leaves =
          {
#define MINLOC_X(name, storage)                                   \
  {{leaves_of_order<DType::name, Extreme::min, Nan::propagate>(), \
    leaves_of_order<DType::name, Extreme::min, Nan::omit>()},     \
   {leaves_of_order<DType::name, Extreme::max, Nan::propagate>(), \
    leaves_of_order<DType::name, Extreme::max, Nan::omit>()}},
              MINLOC_DTYPES(MINLOC_X)
#undef MINLOC_X
          },
      .tops =
          {
#define MINLOC_X(name, storage) \
  {top_leaves_of<DType::name, Extreme::min>(), top_leaves_of<DType::name, Extreme::max>()},
              MINLOC_DTYPES(MINLOC_X)
#undef MINLOC_X
          },
      .read = read,
  };
}

}  // namespace

extern const Kernels kernels;
const Kernels kernels = all();

}  // namespace minloc::MINLOC_ISA
