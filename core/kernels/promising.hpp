// Elements whose distance may beat the best so far, told from all others without a copy.
//
//   along: for each block of a slice, until one may win: best of its distances, in each lane
//   across: for each group of 8 rows: for each vector of slices:
//     if the best distances of the group may win: look at its elements one by one
//
// 1. An element is read, measured and compared in registers. Once some elements have been read, few
//    win, so what is done for these costs little.
// 2. Complex numbers are told by the square of the modulus, and hypot is asked for only where that
//    is close to the best, or is not to be trusted.
#pragma once

#include "ahead.hpp"
#include "distances.hpp"
#include "order.hpp"
#include "view.hpp"

namespace minloc::MINLOC_ISA {

// What the distances of a slice are compared with, as keys of O: the best so far.
template <class O, class T, class D>
struct Meter {
  using Key = typename O::Key;
  using Bound = Key;
  using V = Vector<Key>;
  using Mask = std::remove_cv_t<decltype(O::is_wild_nan(V{}))>;
  static constexpr bool keys_are_bounds = true;
  O order;
  D distance;

  Bound bound_of(Key best) const { return best; }
  Key key(T x, T v) const { return order.key(distance(x, v)); }

  // The best of several distances, in each lane, and whether there was a NaN that counts.
  struct Best {
    V best;
    Mask nan{};
  };
  MINLOC_INLINE Best none() const { return {splat<V>(order.worst())}; }
  MINLOC_INLINE void meet(Best& so_far, Vector<T> x, Vector<T> v) const {
    const V key = order.key(distance(x, v));
    if constexpr (O::looks_for_nan) so_far.nan |= O::is_wild_nan(key);
    so_far.best = O::pick(key, so_far.best);
  }
  // In which lanes one of them may beat the bound.
  MINLOC_INLINE auto may_win(const Best& so_far, V bound) const {
    if constexpr (O::looks_for_nan)
      return truth(O::better(so_far.best, bound) | (so_far.nan & (bound == bound)));
    else
      return O::beats(so_far.best, bound);
  }
};

// The same for complex numbers. The bound is for the square of the modulus, with a margin for what
// rounding may do to either; where that overflows or vanishes, it lets through whatever may win.
template <class O, class F>
struct Meter<O, Complex<F>, Modulus> {
  using Key = F;
  using Bound = F;
  using T = Complex<F>;
  using V = Vector<F>;
  using Mask = std::remove_cv_t<decltype(O::is_wild_nan(V{}))>;
  static constexpr bool keys_are_bounds = false;
  static constexpr bool is_double = sizeof(F) == 8;
  static constexpr F margin = is_double ? F(0x1p-48) : F(0x1p-19);
  static constexpr F tiny = is_double ? F(0x1p-960) : F(0x1p-96);
  static constexpr F huge = is_double ? F(0x1p960) : F(0x1p96);
  static constexpr F infinity = std::numeric_limits<F>::infinity();
  O order;
  Modulus distance;

  bool largest() const { return order.coding.flip != 0; }
  Key key(T x, T v) const { return order.key(distance(x, v)); }
  // Bounds are squares, or their negatives where the largest wins: the smaller wins, or an equal.
  Bound bound_of(Key best) const {
    if (O::is_wild_nan(best)) return O::omits ? infinity : -infinity;
    const F modulus = order.element(best), square = modulus * modulus;
    if (largest()) return square < huge ? -square * (1 - margin) + tiny : -huge;
    if (modulus == 0) return -1;
    return !(square < huge) ? infinity : square < tiny ? tiny : square * (1 + margin);
  }

  struct Best {
    V best;
    Mask nan{};
  };
  MINLOC_INLINE Best none() const { return {splat<V>(infinity)}; }
  MINLOC_INLINE void meet(Best& so_far, Vector<T> x, Vector<T> v) const {
    const V real = x.real - v.real, imag = x.imag - v.imag;
    const V square = order.key(real * real + imag * imag);
    so_far.nan |= O::is_wild_nan(square);
    so_far.best = smaller(square, so_far.best);
  }
  MINLOC_INLINE auto may_win(const Best& so_far, V bound) const {
    const auto wins = so_far.best <= bound;
    if constexpr (O::looks_for_nan)
      return truth(wins | (so_far.nan & (bound != splat<V>(-infinity))));
    else
      // What is omitted does not matter, but of an infinite part and a NaN the modulus is infinite.
      return truth(wins | (largest() ? so_far.nan : wins));
  }
};

// How many elements of a run, from its first on, cannot beat the best of a slice.
template <class M, class T>
Index pass_along(const M& meter, const char* data, const char* value, Index count,
                 typename M::Key best) {
  constexpr Index lanes = lanes_of<T>, size = static_cast<Index>(sizeof(T)), vectors = 32;
  constexpr Index block = vectors * lanes, ways = 4;
  const auto v = splat<Vector<T>>(load<T>(value));
  const auto bound = splat<typename M::V>(meter.bound_of(best));
  Index i = 0;
  for (; i + block <= count; i += block) {
    typename M::Best met[ways];
    unrolled<ways>([&](int way) MINLOC_INLINE { met[way] = meter.none(); });
    for (Index n = 0; n < vectors; n += ways)
      unrolled<ways>([&](int way) MINLOC_INLINE {
        meter.meet(met[way], load<Vector<T>>(data + (i + (n + way) * lanes) * size), v);
      });
    auto wins = meter.may_win(met[0], bound);
    unrolled<ways - 1>(
        [&](int way) MINLOC_INLINE { wins |= meter.may_win(met[way + 1], bound); });
    if (any(wins)) break;
  }
  return i;
}

// The slices of a tile that lie side by side, at least a vector of them.
template <class M, class T>
struct Across {
  using Key = typename M::Key;
  using Bound = typename M::Bound;
  static constexpr Index lanes = lanes_of<T>, size = static_cast<Index>(sizeof(T)), group = 8;
  M meter;
  const Tile& tile;
  const char* values;  // one for each slice, side by side
  Key* keys;
  Bound* bounds;
  Index* indices;

  T element(Index slice, Index j) const { return load<T>(tile.data + slice * size + j * tile.stride); }
  T value(Index slice) const { return load<T>(values + slice * size); }
  void keep(Index slice, Index j, Key key) const {
    keys[slice] = key;
    if constexpr (!M::keys_are_bounds) bounds[slice] = meter.bound_of(key);
    indices[slice] = tile.index + j * tile.step;
  }

  // Elements [j, j + rows) of a slice, one of which may win.
  [[gnu::noinline]] void look(Index slice, Index j, Index rows) const {
    for (Index end = j + rows; j < end; ++j) {
      const Key key = meter.key(element(slice, j), value(slice));
      if (decltype(meter.order)::beats(key, keys[slice])) keep(slice, j, key);
    }
  }

  template <int rows>
  [[gnu::noinline]] void meet(Index j) const {
    Ahead ahead = Ahead::of(tile, j + rows, group, group * lanes * size);
    const char* const from = tile.data + j * tile.stride;
    const Index stride = tile.stride, last = tile.slices - lanes;
    const M own = meter;
    const char* const v = values;
    const Bound* const b = bounds;
    for (Index i = 0; i < tile.slices; i += lanes) {
      const Index slice = i < last ? i : last;
      if constexpr (rows == group) ahead.step();
      auto met = own.none();
      const auto of = load<Vector<T>>(v + slice * size);
      unrolled<rows>([&](int n) MINLOC_INLINE {
        own.meet(met, load<Vector<T>>(from + n * stride + slice * size), of);
      });
      const auto wins = own.may_win(met, load<Vector<Bound>>(b + slice));
      if (any(wins)) [[unlikely]]
        each_true(wins, [&](Index lane) { look(slice + lane, j, rows); });
    }
  }

  void reduce() const {
    for (Index slice = 0; slice < tile.slices; ++slice)
      keep(slice, 0, meter.key(element(slice, 0), value(slice)));
    const Index length = tile.length;
    Index j = 1;
    for (; j + group <= length; j += group) meet<group>(j);
    if (j < length && length >= group)
      meet<group>(length - group);  // elements that are read twice do not beat themselves
    else
      for (; j < length; ++j) meet<1>(j);
    for (Index slice = 0; slice < tile.slices; ++slice)
      if (meter.order.is_missing(keys[slice])) indices[slice] = no_candidate;
  }
};

// With the distance of a dtype and the order of its keys: of family F's distances, under a policy.
template <Family F, Nan N, class With>
MINLOC_INLINE inline auto with_meter(DType dtype, const Coding& coding, With with) {
  using T = typename StorageOf<F>::type;
  using O = Keys<is_complex<T> ? (sizeof(T) == 8 ? Family::float32 : Family::float64) : F, N>;
  return with_distance<F>(dtype, [&](auto distance) MINLOC_INLINE {
    return with(Meter<O, T, decltype(distance)>{O{coding}, distance});
  });
}

template <Family F, Nan N>
Index pass_along_of(const MeasuredRun& run, DType dtype, const Coding& coding, const char* best) {
  return with_meter<F, N>(dtype, coding, [&](const auto& meter) {
    using M = std::remove_cvref_t<decltype(meter)>;
    return pass_along<M, typename StorageOf<F>::type>(meter, run.data, run.values, run.count,
                                                      load<typename M::Key>(best));
  });
}

template <Family F, Nan N>
void across_of(const Tile& tile, DType dtype, const Panel& panel) {
  using T = typename StorageOf<F>::type;
  with_meter<F, N>(dtype, tile.codings[0], [&](const auto& meter) {
    using M = std::remove_cvref_t<decltype(meter)>;
    using Bound = typename M::Bound;
    Scratch scratch = tile.scratch;
    const char* values = tile.values;
    if (tile.value_stride != static_cast<Index>(sizeof(T))) {
      T* const side_by_side = scratch.take<T>(tile.slices);
      for (Index i = 0; i < tile.slices; ++i)
        store(side_by_side + i, load<T>(tile.values + i * tile.value_stride));
      values = reinterpret_cast<const char*>(side_by_side);
    }
    auto* const keys = reinterpret_cast<typename M::Key*>(panel.keys);
    Bound* bounds = keys;
    if constexpr (!M::keys_are_bounds) bounds = scratch.take<Bound>(tile.slices);
    Across<M, T>{meter, tile, values, keys, bounds, panel.indices}.reduce();
  });
}

template <Family F>
constexpr Distances distances_of() {
  using T = typename StorageOf<F>::type;
  if constexpr (lanes_of<T> == 1) {
    return {measure<F>, {}, {}};
  } else {
    constexpr Nan omit = is_complex<T> || std::is_floating_point_v<T> ? Nan::omit : Nan::propagate;
    return {measure<F>,
            {pass_along_of<F, Nan::propagate>, pass_along_of<F, omit>},
            {across_of<F, Nan::propagate>, across_of<F, omit>}};
  }
}

}  // namespace minloc::MINLOC_ISA
