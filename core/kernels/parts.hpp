// Leaves that hand the parts of a tile on to other leaves, whatever the family. They are compiled
// once for each instruction set, in parts.cpp: a copy for each family would do the same.
#pragma once

#include "../leaves.hpp"

namespace minloc::MINLOC_ISA {

// Calls `reduce(part, its panel)` for parts of a tile, of so many slices and elements at most.
template <class Reduce>
void by_parts(const Tile& tile, const Panel& panel, Index key_size, Index slices, Index length,
              Reduce reduce) {
  for (Index slice = 0; slice < tile.slices; slice += slices)
    for (Index j = 0; j < tile.length; j += length) {
      reduce(tile.part(slice, slices, j, length),
             Panel{panel.keys + slice * key_size, panel.indices + slice});
    }
}

// Marks a tile's slices as having no candidate.
using Clear = void (*)(const Tile& tile, const Coding& coding, const Panel& panel);

// Copies bytes that lie `stride` apart into a run.
void copy_bytes(const char* from, Index stride, Index count, char* to);

// Writes the indices that counters stand for: `index` and so many steps. A counter has `size`
// bytes.
void write_counted(const void* counters, std::size_t size, Index count, Index index, Index step,
                   Index* indices);

// What takes the parts of a masked tile: those whose mask lies like the elements, and those of
// which all elements are kept.
struct MaskedLeaves {
  Leaf masked, kept;
  Clear clear;
  Index key_size;
};

// Masked slices, whatever the layout of the mask.
//
//   if the mask lies like the elements: read masked elements as fillers (view.hpp)
//   if it lies across them: copy a piece of it into the order of the elements, then as above
//   if it is one byte for a slice, or one mask for all slices: reduce only what it keeps
//
// A mask is copied in squares that are transposed in registers. The slices' elements are adjacent,
// upwards or downwards, or the slices are side by side.
void along_by_mask(const Tile& tile, const Panel& panel, const MaskedLeaves& leaves);
void columns_by_mask(const Tile& tile, const Panel& panel, const MaskedLeaves& leaves);

// The coding of elements that are keys already.
inline Coding coding_of_keys(Coding coding) {
  coding.flip = 0;
  coding.turn = 0;
  coding.pick = Pick::smallest;
  return coding;
}

// What copies tiles as keys: `copy` slice after slice, with fillers for masked elements, and with
// room for as many bytes of a mask.
struct Copier {
  void (*copy)(const Tile& tile, char* keys, char* mask);
  Index key_size, lanes;
};

// What takes the copies, as which the mask is gone, and puts the answers of masked ones.
struct CopyLeaves {
  Copier copier;
  Leaf columns, rows, along;
  Leaf apart;  // takes what is better not copied: single slices without a mask
  void (*put)(const Tile& part, const Panel& found, const Panel& answers);
};
struct CopyChoosers {
  Copier copier;
  Choose columns, along;
};

// Slices of any kind, and the k best of them, by pieces that are copied as keys.
void by_copies(const Tile& tile, const Panel& panel, const CopyLeaves& leaves);
void choose_by_copies(const Tile& tile, Selection* selections, const CopyChoosers& leaves);

// What takes the wide rows, and merges their answers.
struct WideLeaves {
  Leaf columns;
  decltype(Leaves::merge) merge;
  Clear clear;
  Index key_size;
  int ends;
};

// A wide row has at most so many bytes: more vectors would take no less time for each.
inline constexpr Index wide_row = 512;

// How many rows make a wide one, for `columns_by_wider_rows`; less than 2 if none is to be made.
// There are then so many times fewer rows to go down, and as many times more answers to merge, one
// by one; so a tile of wide rows is at least twice as long as it is wide.
inline Index rows_of_wider(const Tile& tile, Index key_size, bool masked) {
  const Index row = tile.slices * key_size;
  if (tile.stride != row && tile.stride != -row) return 0;
  if (masked && tile.mask.slice_stride * tile.stride != tile.mask.stride * key_size) return 0;
  const auto fits = [&](Index rows) {
    return rows * row <= wide_row && 2 * (rows * tile.slices) <= tile.length / rows;
  };
  Index rows = 1;
  while (fits(2 * rows)) rows *= 2;
  return rows;
}

// Slices that are few, but lie row after row without a gap, are taken for more of them: `rows` rows
// are one row of a tile that is wider and shorter. The answers of what is one slice are merged.
void columns_by_wider_rows(const Tile& tile, const Panel* panels, const WideLeaves& leaves,
                           Index rows);

}  // namespace minloc::MINLOC_ISA
