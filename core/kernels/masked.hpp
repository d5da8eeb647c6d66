// Lanes under a mask, whatever the order in which the mask lies.
//
// What the mask takes out of the choice becomes the order's filler, and then the loops for lanes
// without a mask do the rest:
//
// 1. Where elements and bytes of the mask both lie side by side, the view puts the filler in as it
//    reads (`Masked`).
// 2. Where the mask lies in another order, a piece of it is copied into the order of the elements,
//    in squares that are turned round in registers.
// 3. Where lanes run down through memory, or are short, or their elements are apart or have their
//    bytes swapped, a piece of them is copied, fillers and all, into the first-level cache.
#pragma once

#include <utility>

#include "along.hpp"
#include "columns.hpp"
#include "rows.hpp"

namespace minloc::MINLOC_ISA {

// At most so many bytes of a mask, and of elements with fillers, are copied at once.
inline constexpr Index mask_piece = 1 << 16, element_piece = 1 << 14;

// Copies a row of `length` bytes that lie `stride` apart, from byte `begin` on.
inline void copy_row(const char* from, Index stride, Index begin, Index length, char* to) {
  using V = Vector<std::uint8_t>;
  constexpr Index wide = lanes_of<std::uint8_t>;
  constexpr auto turned = [](int l) { return static_cast<int>(wide) - 1 - l; };
  Index j = begin;
  if (stride == -1)
    for (; j + wide <= length; j += wide) {
      const V x = load<V>(from - j - (wide - 1));
      store(to + j, shuffle<turned>(x, x));
    }
  if (stride == 1)
    __builtin_memcpy(to + j, from + j, static_cast<std::size_t>(length - j));
  else
    for (; j < length; ++j) to[j] = from[j * stride];
}

// Copies `rows` rows of `length` bytes. Their bytes lie `stride` apart, and become one run each.
inline void copy_mask(const char* from, Index row_stride, Index stride, Index rows, Index length,
                      char* to) {
  using V = Vector<std::uint8_t>;
  constexpr Index square = side<std::uint8_t>, wide = lanes_of<std::uint8_t>;
  Index pitch = length;
  if (row_stride == -1) {  // the rows are taken from the last on
    from -= rows - 1;
    to += (rows - 1) * pitch;
    row_stride = 1;
    pitch = -pitch;
  }
  Index squares = 0, width = 0;  // so many rows and bytes of each are copied in squares
  if (row_stride == 1 && stride != 1) {
    squares = rows / square * square;
    width = length / wide * wide;
    for (Index j = 0; j < width; j += wide)
      for (Index row = 0; row < squares; row += square) {
        V x[square];
        load_transposed<std::uint8_t>(from + row + j * stride, stride, x);
        for (Index n = 0; n < square; ++n) store(to + (row + n) * pitch + j, x[n]);
      }
  }
  for (Index row = 0; row < rows; ++row)
    copy_row(from + row * row_stride, stride, row < squares ? width : 0, length, to + row * pitch);
}

// Elements [j, j + length) of lanes [lane, lane + lanes) of a tile.
inline Tile part_of(const Tile& tile, Index lane, Index lanes, Index j, Index length) {
  Tile part = tile;
  part.data += lane * tile.lane_stride + j * tile.stride;
  part.mask += lane * tile.mask_lane_stride + j * tile.mask_stride;
  part.lanes = lanes;
  part.length = length;
  part.index += j * tile.step;
  part.fresh = tile.fresh && j == 0;
  return part;
}

template <class O>
Panel panel_from(const Panel& panel, Index lane) {
  return {panel.keys + lane * static_cast<Index>(sizeof(typename O::Key)), panel.indices + lane};
}

// Calls `reduce(part, its panel)` for parts of a tile, of so many lanes and elements at most.
template <class O, class Reduce>
void by_parts(const Tile& tile, const Panel& panel, Index lanes, Index length, Reduce reduce) {
  for (Index lane = 0; lane < tile.lanes; lane += lanes) {
    const Index some = tile.lanes - lane < lanes ? tile.lanes - lane : lanes;
    for (Index j = 0; j < tile.length; j += length) {
      const Index few = tile.length - j < length ? tile.length - j : length;
      reduce(part_of(tile, lane, some, j, few), panel_from<O>(panel, lane));
    }
  }
}

// Says of a tile's lanes that none of their elements is chosen.
template <class O>
void leave_out(const Tile& tile, const Panel& panel) {
  if (tile.fresh) clear<O>(panel, tile.lanes);
}

// The position of a lane's answer among its elements, if what was found may be the filler: no
// element is worse than that, and if it came out none of the candidates is better.
template <class O>
Index chosen_position(const Tile& tile, Index lane, typename O::Key best, Index position) {
  if (O::omits || best != O::key(O::filler())) return position;
  return first_chosen(tile, lane, 0, tile.length);
}

// Lanes that run down, under a mask that runs down, too: each is copied piece after piece, upwards,
// and of equal elements the last one is the first of the lane.
template <class O>
void down_masked(const Tile& tile, const Panel& panel) {
  using T = typename O::Storage;
  constexpr Index size = static_cast<Index>(sizeof(T)), lanes = lanes_of<T>, room = 8192 / size;
  alignas(64) T piece[room];
  by_parts<O>(tile, panel, 1, room, [&](const Tile& part, const Panel& answer) {
    const Index last = part.length - 1;
    const Masked<O> view{part.data - last * size, part.mask - last, part.masked_value};
    Index i = 0;
    for (; i + lanes <= part.length; i += lanes)
      store(reinterpret_cast<char*>(piece) + i * size, view.from(i));
    for (; i < part.length; ++i) piece[i] = view.at(i);
    using View = Contiguous<T, false>;
    const View copy{reinterpret_cast<const char*>(piece)};
    const Found<O> best = best_of_lane<O, Keep::last>(copy, part.length);
    const Index position = chosen_position<O>(
        part, 0, best.key, best.position == no_candidate ? no_candidate : last - best.position);
    put<O>(part, answer, 0, best.key,
           position == no_candidate ? no_candidate : part.index + position * part.step);
  });
}

// Lanes of adjacent elements, upwards or downwards.
template <class O>
void along_masked(const Tile& tile, const Panel& panel) {
  const Index upwards = tile.stride > 0 ? 1 : -1;
  if (tile.mask_stride == upwards)
    return upwards > 0 ? along<O, Keep::first, Masked<O>>(tile, panel)
                       : down_masked<O>(tile, panel);
  if (tile.mask_stride == 0) {  // each lane is chosen or not
    for (Index lane = 0; lane < tile.lanes; ++lane) {
      const Tile part = part_of(tile, lane, 1, 0, tile.length);
      const Panel answer = panel_from<O>(panel, lane);
      using View = Contiguous<typename O::Storage, false>;
      if ((*part.mask != 0) == tile.masked_value)
        leave_out<O>(part, answer);
      else if (upwards > 0)
        along<O, Keep::first, View>(part, answer);
      else
        along<O, Keep::last, View>(part, answer);
    }
    return;
  }
  // As many lanes as a line of the cache has bytes of the mask, if it lies across them.
  constexpr Index lanes = cache_line;
  Scratch scratch = tile.scratch;
  char* const mask = scratch.take<char>(mask_piece);
  by_parts<O>(tile, panel, lanes, mask_piece / lanes, [&](Tile part, const Panel& answers) {
    // Like the elements, the mask runs upwards in memory or downwards.
    const Index last = part.length - 1, first = upwards > 0 ? 0 : last;
    copy_mask(part.mask + first * part.mask_stride, part.mask_lane_stride,
              upwards * part.mask_stride, part.lanes, part.length, mask);
    part.mask = mask + first;
    part.mask_lane_stride = part.length;
    part.mask_stride = upwards;
    part.scratch = scratch;
    along_masked<O>(part, answers);
  });
}

// Lanes that are side by side.
template <class O>
void columns_masked(const Tile& tile, const Panel& panel) {
  using View = Contiguous<typename O::Storage, false>;
  if (tile.mask_lane_stride == 1) return columns<O, Masked<O>>(tile, panel);
  if (tile.mask_lane_stride != 0) {
    constexpr Index length = cache_line;
    Scratch scratch = tile.scratch;
    char* const mask = scratch.take<char>(mask_piece);
    return by_parts<O>(tile, panel, mask_piece / length, length,
                       [&](Tile part, const Panel& answers) {
                         copy_mask(part.mask, part.mask_stride, part.mask_lane_stride, part.length,
                                   part.lanes, mask);
                         part.mask = mask;
                         part.mask_stride = part.lanes;
                         part.mask_lane_stride = 1;
                         part.scratch = scratch;
                         columns<O, Masked<O>>(part, answers);
                       });
  }
  // All lanes have one mask: what it leaves are runs of elements, to which there is no mask.
  const auto chosen = [&](Index j) {
    return (tile.mask[j * tile.mask_stride] != 0) != tile.masked_value;
  };
  bool fresh = tile.fresh;
  for (Index j = 0, length; j < tile.length; j += length) {
    const bool is_chosen = chosen(j);
    length = 1;
    while (j + length < tile.length && chosen(j + length) == is_chosen) ++length;
    if (!is_chosen) continue;
    Tile run = part_of(tile, 0, tile.lanes, j, length);
    run.fresh = fresh;
    columns<O, View>(run, panel);
    fresh = false;
  }
  if (fresh) leave_out<O>(tile, panel);
}

// Copies a tile's elements lane after lane, with fillers.
template <class O, bool swapped>
void gather(const Tile& tile, typename O::Storage* to, char* side_by_side) {
  using T = typename O::Storage;
  constexpr Index lanes = lanes_of<T>;
  Tile run = tile;
  if (tile.lane_stride == tile.length * tile.stride &&
      tile.mask_lane_stride == tile.length * tile.mask_stride) {
    run.lanes = 1;
    run.length = tile.lanes * tile.length;
  }
  const bool adjacent = run.stride == static_cast<Index>(sizeof(T));
  for (Index lane = 0; lane < run.lanes; ++lane, to += run.length) {
    const char* const data = run.data + lane * run.lane_stride;
    const char* mask = run.mask + lane * run.mask_lane_stride;
    if (run.mask_stride != 1) {
      copy_row(mask, run.mask_stride, 0, run.length, side_by_side);
      mask = side_by_side;
    }
    const Masked<O> view{data, mask, run.masked_value};
    const Contiguous<T, swapped> elements{data};
    const Strided<T> apart{data, run.stride};
    Index j = 0;
    if constexpr (lanes > 1)
      if (adjacent || !swapped)
        for (; j + lanes <= run.length; j += lanes)
          store(reinterpret_cast<char*>(to + j),
                view.filled(adjacent ? elements.from(j) : apart.from(j), j));
    for (; j < run.length; ++j) {
      const T x = Contiguous<T, swapped>{data + j * run.stride}.at(0);
      const T either[] = {x, O::filler()};  // a branch could not be foretold
      to[j] = either[(mask[j] != 0) == run.masked_value];
    }
  }
}

// A tile whose lanes are what is the elements of the other with the same number.
inline Tile turned(const Tile& tile) {
  Tile other = tile;
  std::swap(other.lanes, other.length);
  std::swap(other.lane_stride, other.stride);
  std::swap(other.mask_lane_stride, other.mask_stride);
  return other;
}

// Lanes of any kind, their elements in any order of bytes. A piece of them is copied in the order
// in which it lies: lane after lane, or element after element of all lanes.
template <class O>
void gathered(const Tile& tile, const Panel& panel) {
  using Key = typename O::Key;
  using T = typename O::Storage;
  constexpr Index size = static_cast<Index>(sizeof(T)), room = element_piece / size;
  constexpr Index longest = 128;  // of lanes that are taken together
  constexpr Index most = room < 1024 ? room : 1024, abreast = 64;
  const auto distance = [](Index stride) { return stride < 0 ? -stride : stride; };
  const bool some = tile.lanes >= lanes_of<Key> && tile.lanes > 1;
  const bool across = some && distance(tile.lane_stride) < distance(tile.stride);
  const bool many = across || (some && tile.length <= longest);  // lanes at once
  const Index most_elements = across ? room / abreast : room;
  const Index length = tile.length < most_elements ? tile.length : most_elements;
  const Index lanes = !many ? 1 : room / length < most ? room / length : most;
  Scratch scratch = tile.scratch;
  T* const elements = scratch.take<T>(room);
  Key* const keys = scratch.take<Key>(most);
  Index* const positions = scratch.take<Index>(most);
  char* const mask = scratch.take<char>(room);
  by_parts<O>(tile, panel, lanes, length, [&](const Tile& part, const Panel& answers) {
    const auto copies = part.swapped ? gather<O, true> : gather<O, false>;
    copies(across ? turned(part) : part, elements, mask);
    const Tile copy{.data = reinterpret_cast<const char*>(elements),
                    .lanes = part.lanes,
                    .lane_stride = across ? size : part.length * size,
                    .length = part.length,
                    .stride = across ? part.lanes * size : size,
                    .index = 0,
                    .step = 1,
                    .mask = nullptr,
                    .mask_lane_stride = 0,
                    .mask_stride = 0,
                    .masked_value = false,
                    .swapped = false,
                    .fresh = true,
                    .far = false,
                    .scratch = scratch};
    using View = Contiguous<T, false>;
    const Leaf leaf = across ? columns<O, View>
                      : many ? rows<O, Strided<T>>
                             : along<O, Keep::first, View>;
    leaf(copy, {reinterpret_cast<char*>(keys), positions});
    for (Index lane = 0; lane < part.lanes; ++lane) {
      const Index position = chosen_position<O>(part, lane, keys[lane], positions[lane]);
      put<O>(part, answers, lane, keys[lane],
             position == no_candidate ? no_candidate : part.index + position * part.step);
    }
  });
}

}  // namespace minloc::MINLOC_ISA
