// Elements whose distance may beat the best so far, told from all others without a copy.
//
//   along: for each block of a slice:
//     if the best of its distances may win: for each vector of the block that may: look at it
//   across: for each group of 8 rows: for each vector of slices:
//     if the best distances of the group may win: look at its elements
//
// An element is read, measured and compared in registers. Once some elements have been read, few
// win, so what is done for these costs little.
#pragma once

#include "ahead.hpp"
#include "merge.hpp"
#include "meters.hpp"
#include "view.hpp"

namespace minloc::MINLOC_ISA {

// One slice after the other, wherever its elements lie. Those that are not adjacent, or not in the
// machine's byte order, are collected first, some at a time.
template <class M, class T>
struct Along {
  using Key = typename M::Key;
  using O = typename M::Order;
  static constexpr Index lanes = lanes_of<T>, size = static_cast<Index>(sizeof(T));
  static constexpr Index ways = 4, vectors = 32, block = vectors * lanes, some = 4096 / size;
  M meter;
  const Tile& tile;
  // Of the slice that is read:
  Index slice = 0, index = no_candidate;
  T value{};
  Key best{};
  typename M::Bound bound{};

  void look(const char* x, Index j) {
    if (tile.mask && !tile.mask.keeps(slice, j)) return;
    const Key key = meter.key(load<T>(x), value);
    if (meter.order.is_missing(key) || (index != no_candidate && !O::beats(key, best))) return;
    best = key;
    bound = meter.bound_of(key);
    index = tile.index + j * tile.step;
  }
  bool block_may_win(const char* x) const {
    const auto v = splat<Vector<T>>(value);
    const auto limit = splat<typename M::V>(bound);
    const M own = meter;
    typename M::Best met[ways];
    unrolled<ways>([&](int way) MINLOC_INLINE { met[way] = own.none(); });
    for (Index n = 0; n < vectors; n += ways)
      unrolled<ways>([&](int way) MINLOC_INLINE {
        own.meet(met[way], load<Vector<T>>(x + (n + way) * lanes * size), v);
      });
    auto wins = own.may_win(met[0], limit);
    unrolled<ways - 1>([&](int way) MINLOC_INLINE { wins |= own.may_win(met[way + 1], limit); });
    return any(wins);
  }
  // Vectors of elements [i, end) of a run that begins with element j of the slice; returns where
  // they end.
  [[gnu::noinline]] Index look_at_vectors(const char* x, Index j, Index i, Index end) {
    const auto v = splat<Vector<T>>(value);
    for (; i + lanes <= end; i += lanes) {
      auto met = meter.none();
      meter.meet(met, load<Vector<T>>(x + i * size), v);
      const auto wins = meter.may_win(met, splat<typename M::V>(bound));
      if (any(wins))
        each_true(wins, [&](Index lane) { look(x + (i + lane) * size, j + i + lane); });
    }
    return i;
  }
  // Elements [j, j + count) of the slice, which are adjacent.
  void read(const char* x, Index j, Index count) {
    Index i = 0;
    for (; i < count && index == no_candidate; ++i) look(x + i * size, j + i);
    for (; i + block <= count; i += block) {
      if (!block_may_win(x + i * size)) continue;
      look_at_vectors(x, j, i, i + block);
      if (meter.order.is_final(best)) return;
    }
    for (i = look_at_vectors(x, j, i, count); i < count; ++i) look(x + i * size, j + i);
  }

  void reduce(const Panel& panel) {
    alignas(64) char room[some * size];
    const bool lies = tile.stride == size && !tile.swapped;
    const Index step = lies ? tile.length : some;
    for (; slice < tile.slices; ++slice) {
      index = no_candidate;
      best = meter.order.filler();
      value = load<T>(tile.values + slice * tile.value_stride);
      for (Index j = 0; j < tile.length; j += step) {
        const Index count = tile.length - j < step ? tile.length - j : step;
        const char* x = tile.data + slice * tile.slice_stride + j * tile.stride;
        if (!lies) {
          copy_run<T>(x, tile.stride, tile.swapped, count, room);
          x = room;
        }
        read(x, j, count);
        if (index != no_candidate && meter.order.is_final(best)) break;
      }
      put<O>(tile.fresh, panel, slice, best, index);
    }
  }
};

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

  T element(Index slice, Index j) const {
    return load<T>(tile.data + slice * size + j * tile.stride);
  }
  T value(Index slice) const { return load<T>(values + slice * size); }
  void keep(Index slice, Index j, Key key) const {
    keys[slice] = key;
    if constexpr (!M::keys_are_bounds) bounds[slice] = meter.bound_of(key);
    indices[slice] = tile.index + j * tile.step;
  }

  // Elements [j, j + rows) of a slice, one of which may win.
  [[gnu::noinline]] void look(Index slice, Index j, Index rows) const {
    for (Index end = j + rows; j < end; ++j) {
      const T x = element(slice, j), v = value(slice);
      if (!meter.is_worth(x, v, bounds[slice])) continue;
      const Key key = meter.key(x, v);
      if (M::Order::beats(key, keys[slice])) keep(slice, j, key);
    }
  }

  [[gnu::noinline]] void meet(Index j) const {
    Ahead ahead = Ahead::of(tile, j + group, group, group * lanes * size);
    const char* const from = tile.data + j * tile.stride;
    const Index stride = tile.stride, last = tile.slices - lanes;
    const M own = meter;
    const char* const v = values;
    const Bound* const b = bounds;
    for (Index i = 0; i < tile.slices; i += lanes) {
      const Index slice = i < last ? i : last;
      ahead.step();
      auto met = own.none();
      const auto of = load<Vector<T>>(v + slice * size);
      unrolled<group>([&](int n) MINLOC_INLINE {
        own.meet(met, load<Vector<T>>(from + n * stride + slice * size), of);
      });
      const auto wins = own.may_win(met, load<Vector<Bound>>(b + slice));
      if (any(wins)) [[unlikely]]
        each_true(wins, [&](Index lane) { look(slice + lane, j, group); });
    }
  }

  void reduce() const {
    const Index length = tile.length;
    Index j = 0;
    if (tile.fresh) {
      for (Index slice = 0; slice < tile.slices; ++slice)
        keep(slice, 0, meter.key(element(slice, 0), value(slice)));
      j = 1;
    } else if constexpr (!M::keys_are_bounds) {
      for (Index slice = 0; slice < tile.slices; ++slice)
        bounds[slice] = meter.bound_of(keys[slice]);
    }
    for (; j + group <= length; j += group) meet(j);
    if (j < length && length >= group)
      meet(length - group);  // elements that are read twice do not beat themselves
    else if (j < length)
      for (Index slice = 0; slice < tile.slices; ++slice) look(slice, j, length - j);
    for (Index slice = 0; slice < tile.slices; ++slice)
      if (meter.order.is_missing(keys[slice])) indices[slice] = no_candidate;
  }
};

template <Family F, Nan N>
void in_place(const Tile& tile, DType dtype, const Panel& panel) {
  using T = typename StorageOf<F>::type;
  constexpr Index size = static_cast<Index>(sizeof(T));
  with_meter<F, N>(dtype, tile.codings[0], [&](const auto& meter) {
    using M = std::remove_cvref_t<decltype(meter)>;
    using Bound = typename M::Bound;
    if (!lies_side_by_side(tile, size)) {
      // Slices that lie across one another take turns, so that a line of the cache is read once.
      const bool across = tile.lies_across();
      const Index most_slices = across ? 16 : tile.slices, most = across ? 256 : tile.length;
      for (Index slice = 0; slice < tile.slices; slice += most_slices)
        for (Index j = 0; j < tile.length; j += most) {
          const Tile part = tile.part(slice, most_slices, j, most);
          Along<M, T>{meter, part}.reduce(
              {panel.keys + slice * static_cast<Index>(sizeof(typename M::Key)),
               panel.indices + slice});
        }
      return;
    }
    Scratch scratch = tile.scratch;
    const char* values = tile.values;
    if (tile.value_stride != size) {
      T* const copies = scratch.take<T>(tile.slices);
      for (Index i = 0; i < tile.slices; ++i)
        store(copies + i, load<T>(tile.values + i * tile.value_stride));
      values = reinterpret_cast<const char*>(copies);
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
  if constexpr (lanes_of<T> == 1 || F == Family::boolean) {
    return {measure<F>, {}, false};
  } else {
    constexpr Nan omit = is_complex<T> || std::is_floating_point_v<T> ? Nan::omit : Nan::propagate;
    return {measure<F>, {in_place<F, Nan::propagate>, in_place<F, omit>}, is_complex<T>};
  }
}

}  // namespace minloc::MINLOC_ISA
