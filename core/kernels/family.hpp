// All kernels of a family in one table. Each file in families/ makes one or two tables, and is
// compiled once for each instruction set, in the namespace MINLOC_ISA.
#pragma once

#include "scatter.hpp"
#include "top_gathered.hpp"
#include "top_rows.hpp"

namespace minloc::MINLOC_ISA {
namespace {

// Complex numbers and long doubles have no loops for masks or for both ends: these are rare, and
// the loops would be the largest of all.
template <class O>
constexpr bool is_plain = is_complex<typename O::Key> || lanes_of<typename O::Key> == 1;

// A few elements, one by one, for calls without scratch.
template <class O>
void one_by_one(const Tile& tile, const Panel* panels) {
  const O order{tile.codings[0]};
  for (Index slice = 0; slice < tile.slices; ++slice) {
    if (tile.fresh)
      clear(order,
            {panels[0].keys + slice * Index{sizeof(typename O::Key)}, panels[0].indices + slice},
            1);
    for (Index j = 0; j < tile.length; ++j) {
      const auto x = view_at<Apart<O>>(order, tile, slice, j).key_at(0);
      if (tile.mask.keeps(slice, j) && !order.is_missing(x))
        merge<O>(panels[0], slice, x, tile.index + j * tile.step);
    }
  }
}

template <class O>
void along_any(const Tile& tile, const Panel* panels) {
  if (!tile.mask)
    along<O, Adjacent<O>, 1>(tile, panels);
  else if constexpr (!is_plain<O>)
    along_masked<O>(tile, panels);
  else if (tile.scratch.at)
    gathered<O>(tile, panels);
  else
    one_by_one<O>(tile, panels);
}
template <class O>
void columns_any(const Tile& tile, const Panel* panels) {
  // The bytes of a long double must be in order before it is one.
  if (lanes_of<typename O::Key> == 1 && tile.swapped) return gathered<O>(tile, panels);
  if (!tile.mask) return columns<O, Adjacent<O>, 1>(tile, panels);
  if constexpr (is_plain<O>)
    gathered<O>(tile, panels);
  else
    columns_masked<O>(tile, panels);
}
template <class O>
void keys_of(const char* elements, Index stride, Index count, bool swapped, const Coding& coding,
             const Panel& panel) {
  using Key = typename O::Key;
  const O order{coding};
  auto* const keys = reinterpret_cast<Key*>(panel.keys);
  constexpr Index size = static_cast<Index>(sizeof(Key));
  Index i = 0;
  if constexpr (lanes_of<Key> > 1)
    if (!swapped && stride == size)
      for (; i + lanes_of<Key> <= count; i += lanes_of<Key>)
        store(keys + i, order.key(load<Vector<Key>>(elements + i * size)));
  for (; i < count; ++i) {
    const char* const p = elements + i * stride;
    keys[i] = order.key(swapped ? load_swapped<Key>(p) : load<Key>(p));
  }
  Index any_missing = 0;
  for (i = 0; i < count; ++i) any_missing |= panel.indices[i];
  if (any_missing >= 0) return;
  for (i = 0; i < count; ++i)
    if (panel.indices[i] == no_candidate) keys[i] = order.filler();
}

template <class O>
bool is_final(const char* key, const Coding& coding) {
  return O{coding}.is_final(load<typename O::Key>(key));
}

template <class O>
bool is_nan(const char* element, bool swapped, const Coding& coding) {
  using Key = typename O::Key;
  const O order{coding};
  return order.is_nan(order.key(swapped ? load_swapped<Key>(element) : load<Key>(element)));
}

template <class O>
void restore(const char* key, bool swapped, const Coding& coding, char* place) {
  using Key = typename O::Key;
  const O order{coding};
  const Key x = swapped ? load_swapped<Key>(place) : load<Key>(place);
  if (!order.is_missing(order.key(x))) return;
  store(place, order.element(load<Key>(key)));
  if (swapped) store(place, load_swapped<Key>(place));
}

template <class O>
constexpr Leaves leaves_of() {
  Leaves leaves{
      .one = {along_any<O>, columns_any<O>, rows<O>, gathered<O>},
      .both = {},
      .merge = merge_panels<O>,
      // (An x87 number has bytes of padding, which a key does not carry.)
      .flips = O::is_bijective && sizeof(typename O::Part) <= sizeof(double),
      .keys_of = keys_of<O>,
      .restore = O::may_be_missing ? restore<O> : nullptr,
      .is_final = is_final<O>,
      .is_nan = is_nan<O>,
      .scatter = scatter<O>,
      .listed = nullptr,
      .listed_slices = lanes_of<typename O::Key>,
  };
  if constexpr (lanes_of<typename O::Key> > 1) leaves.listed = listed<O>;
  if constexpr (!is_plain<O> && !is_compact) {
    leaves.both[static_cast<int>(LeafChoice::along)] = along<O, Adjacent<O>, 2>;
    leaves.both[static_cast<int>(LeafChoice::columns)] = columns<O, Adjacent<O>, 2>;
  }
  return leaves;
}

template <Family family>
constexpr FamilyLeaves family_leaves() {
  // The NaN policy is part of the type where there is a way to meet NaN of its own. The keys of the
  // others are integers, among which a NaN, if there is one, is an end.
  using Omits = Keys<family, Nan::omit>;
  using Propagates = Keys<family, Nan::propagate>;
  using Top = std::conditional_t<Omits::wild_nan, Omits, Propagates>;
  return {{leaves_of<Propagates>(), leaves_of<Top>()},
          {
              .along = top_along<Top>,
              .columns = top_columns<Top>,
              .gathered = top_gathered<Top>,
              .rows = top_rows<Top>,
              .count = top_count<Top>,
          }};
}

}  // namespace
}  // namespace minloc::MINLOC_ISA

#define MINLOC_EXPORT(family)                                            \
  namespace minloc::MINLOC_ISA {                                         \
  extern const FamilyLeaves family;                                      \
  constinit const FamilyLeaves family = family_leaves<Family::family>(); \
  }
