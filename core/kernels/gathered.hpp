// Slices of any kind: masked or not, their elements apart or in the other byte order.
//
//   for each piece of the tile that fits the first-level cache:
//     copy it in memory order, as keys, with fillers for masked elements
//     reduce the copy by one of the plain leaves, and merge
//
// 1. One copy loop takes the place of a twin of every leaf for every kind of element.
// 2. A single slice without a mask is not copied: `along` collects vectors from it.
// 3. Slices that are a little apart are read as columns, with what lies between them.
#pragma once

#include "masked.hpp"
#include "short_slices.hpp"

namespace minloc::MINLOC_ISA {

// The order of elements that are keys already: the keys of halves are int16.
template <class O>
using OfKeys = std::conditional_t<O::is_half, Keys<Family::int16, Nan::propagate>, O>;

template <class O>
struct Gather {
  using Key = typename O::Key;
  static constexpr Index size = static_cast<Index>(sizeof(Key));

  O order;
  Key* keys;   // room for them
  char* mask;  // for as many bytes

  // Copies some elements of a slice, and returns their keys.
  const char* keys_of(const char* elements, Index stride, bool swapped, Index count) const {
    copy_keys(elements, stride, swapped, count, keys);
    return reinterpret_cast<const char*>(keys);
  }

  // Copies a tile, slice after slice.
  static void copy(const Tile& tile, char* to, char* mask) {
    const Gather gather{O{tile.codings[0]}, reinterpret_cast<Key*>(to), mask};
    for (Index slice = 0; slice < tile.slices; ++slice)
      gather.copy_slice(tile, slice, gather.keys + slice * tile.length);
  }

 private:
  void copy_slice(const Tile& tile, Index slice, Key* to) const {
    const char* elements = tile.data + slice * tile.slice_stride;
    if (!tile.mask) return copy_keys(elements, tile.stride, tile.swapped, tile.length, to);
    if (tile.swapped || tile.stride != size) {
      copy_run<Key>(elements, tile.stride, tile.swapped, tile.length, reinterpret_cast<char*>(to));
      elements = reinterpret_cast<const char*>(to);
    }
    const char* bytes = tile.mask.at(slice, 0);
    if (tile.mask.stride != 1) {
      copy_bytes(bytes, tile.mask.stride, tile.length, mask);
      bytes = mask;
    }
    make_keys(Masked<O>{order, elements, bytes, tile.mask.masked_value}, tile.length, to);
  }

  // Without a mask.
  void copy_keys(const char* elements, Index stride, bool swapped, Index count, Key* to) const {
    if (swapped || stride != size) {
      copy_run<Key>(elements, stride, swapped, count, reinterpret_cast<char*>(to));
      if (order.are_elements()) return;
      elements = reinterpret_cast<const char*>(to);
    }
    make_keys(Adjacent<O>{order, elements}, count, to);
  }

  template <class View>
  static void make_keys(View view, Index count, Key* to) {
    constexpr Index lanes = lanes_of<Key>;
    Index i = 0;
    if constexpr (lanes > 1)
      for (; i + lanes <= count; i += lanes) store(to + i, view.keys_from(i));
    for (; i < count; ++i) to[i] = view.key_at(i);
  }
};

// Slices that are a little apart are read together with what lies between them, as columns, and the
// answers of what lies between are dropped: adjacent elements are read faster.
template <class O>
struct ColumnsWithGaps {
  using Key = typename O::Key;
  static constexpr Index size = static_cast<Index>(sizeof(Key));
  // How far apart slices may be, in elements: a wider gap costs more than collecting elements.
  static constexpr Index farthest = size <= 2 ? 8 : 4;
  // Rows of so few elements are joined; wider ones are read so many elements at a time.
  static constexpr Index narrow = 64, widest = 1024;

  static bool take(const Tile& tile, const Panel& panel) {
    const Index apart = tile.slice_stride / size;
    if (tile.slices < 2 || tile.slice_stride % size != 0 || apart < 2 || apart > farthest)
      return false;
    // (The answers of what lies between take time, too.)
    if (width(tile.slices, apart) > narrow && (!tile.lies_across() || tile.length < 12 * apart))
      return false;
    alignas(64) char keys[widest * size];
    Index indices[widest];
    by_parts(tile, panel, size, (widest - 1) / apart + 1, tile.length,
             [&](const Tile& part, const Panel& answers) {
               read(part, apart, {keys, indices}, answers);
             });
    return true;
  }

 private:
  static constexpr Index width(Index slices, Index apart) { return (slices - 1) * apart + 1; }

  // If the gap behind the last slice of a row is as small as the others, it is read, too, where
  // rows that are contiguous can be joined.
  static void read(const Tile& tile, Index apart, const Panel& found, const Panel& panel) {
    Tile whole = tile;
    whole.slices = width(tile.slices, apart);
    whole.slice_stride = size;
    whole.fresh = true;
    // Nothing may be read behind the row that lies last in memory: it is left for later.
    const Index row = magnitude(tile.stride);
    const Index left_out = tile.stride < 0 ? 0 : tile.length - 1;
    Tile joined = whole;
    joined.slices = row / size;
    --joined.length;
    if (tile.stride < 0) joined.move(0, 1);
    const bool joins = !tile.swapped && row > whole.slices * size && row <= narrow * size &&
                       rows_of_wider(joined, size, false) > 1;
    if (joins) whole = joined;
    columns<O, Adjacent<O>, 1>(whole, &found);
    const O order{tile.codings[0]};
    for (Index slice = 0; slice < tile.slices; ++slice) {
      const Index column = slice * apart;
      put<O>(tile.fresh, panel, slice, reinterpret_cast<const Key*>(found.keys)[column],
             found.indices[column]);
      if (!joins) continue;
      const Key x = view_at<Adjacent<O>>(order, tile, slice, left_out).key_at(0);
      merge<O>(panel, slice, x,
               order.is_missing(x) ? no_candidate : tile.index + left_out * tile.step);
    }
  }
};

// Puts the answers of a tile, which were found in a copy of it with its mask.
template <class O>
void put_kept(const Tile& tile, const Panel& found, const Panel& panel) {
  const O order{tile.codings[0]};
  const auto* const keys = reinterpret_cast<const typename O::Key*>(found.keys);
  for (Index slice = 0; slice < tile.slices; ++slice) {
    const Index position = kept_position(order, tile, slice, keys[slice], found.indices[slice]);
    put<O>(tile.fresh, panel, slice, keys[slice],
           position == no_candidate ? no_candidate : tile.index + position * tile.step);
  }
}

template <class O>
void gathered(const Tile& tile, const Panel* panels) {
  using Key = typename O::Key;
  using K = OfKeys<O>;
  if constexpr (lanes_of<Key> > 1)
    if (!tile.mask && ColumnsWithGaps<O>::take(tile, panels[0])) return;
  by_copies(tile, panels[0],
            {{Gather<O>::copy, Gather<O>::size, lanes_of<Key>},
             columns<K, Adjacent<K>, 1>,
             rows<K>,
             along<K, Adjacent<K>, 1>,
             along<O, Apart<O>, 1>,
             put_kept<O>});
}

}  // namespace minloc::MINLOC_ISA
