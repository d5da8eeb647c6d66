#include "parts.hpp"

#include "apart.hpp"
#include "transpose.hpp"

namespace minloc::MINLOC_ISA {
namespace {

// At most so many bytes of a mask are copied at once.
constexpr Index mask_piece = 1 << 16;
// At most so many bytes of elements.
constexpr Index element_piece = 1 << 14;

// Copies `rows` rows of `length` bytes that lie `stride` apart; each row becomes contiguous.
void copy_mask(const char* from, Index row_stride, Index stride, Index rows, Index length,
               char* to) {
  using V = Vector<std::uint8_t>;
  constexpr Index square = side_of<std::uint8_t>, wide = lanes_of<std::uint8_t>;
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
        unrolled<square>([&](int n) MINLOC_INLINE { store(to + (row + n) * pitch + j, x[n]); });
      }
  }
  for (Index row = 0; row < rows; ++row) {
    const Index begin = row < squares ? width : 0;
    copy_bytes(from + row * row_stride + begin * stride, stride, length - begin,
               to + row * pitch + begin);
  }
}

// Leaves that tile's slices without a candidate.
void leave_out(const Tile& tile, const Panel& panel, Clear clear) {
  if (tile.fresh) clear(tile, tile.codings[0], panel);
}

// Copies a tile, as it lies if that is across its slices, and returns the copy.
Tile copy_of(const Tile& tile, bool across, const Copier& copier, char* keys, char* mask,
             const Coding& of_keys) {
  Tile from = across ? tile.turned() : tile;
  if (from.slice_stride == from.length * from.stride &&
      from.mask.slice_stride == from.length * from.mask.stride) {
    from.length *= from.slices;
    from.slices = 1;
  }
  copier.copy(from, keys, mask);
  const Index size = copier.key_size;
  Tile copied = tile;
  copied.data = keys;
  copied.slice_stride = across ? size : tile.length * size;
  copied.stride = across ? tile.slices * size : size;
  copied.mask = {};
  copied.codings = &of_keys;
  copied.swapped = false;
  copied.far = false;
  return copied;
}

template <class Number>
void write_counted_by(const char* counters, Index count, Index index, Index step, Index* indices) {
  const auto number = [=](Index i) {
    return static_cast<Index>(load<Number>(counters + i * static_cast<Index>(sizeof(Number))));
  };
  if (step == 1)
    for (Index i = 0; i < count; ++i) indices[i] = index + number(i);
  else
    for (Index i = 0; i < count; ++i) indices[i] = index + number(i) * step;
}

}  // namespace

// (Mostly a few bytes at the end of a row: most strides are not worth vectors.)
void copy_bytes(const char* from, Index stride, Index count, char* to) {
  if (stride == 1)
    __builtin_memcpy(to, from, static_cast<std::size_t>(count));
  else if (stride == -1)
    copy_run<std::uint8_t>(from, stride, false, count, to);
  else
    for (Index i = 0; i < count; ++i) to[i] = from[i * stride];
}

void write_counted(const void* counters, std::size_t size, Index count, Index index, Index step,
                   Index* indices) {
  const auto* const from = static_cast<const char*>(counters);
  switch (size) {
    case 1: return write_counted_by<std::uint8_t>(from, count, index, step, indices);
    case 2: return write_counted_by<std::uint16_t>(from, count, index, step, indices);
    case 4: return write_counted_by<std::uint32_t>(from, count, index, step, indices);
    default: return write_counted_by<std::int64_t>(from, count, index, step, indices);
  }
}

void along_by_mask(const Tile& tile, const Panel& panel, const MaskedLeaves& leaves) {
  const Index upwards = tile.stride > 0 ? 1 : -1;
  if (tile.mask.stride == upwards) return leaves.masked(tile, &panel);
  if (tile.mask.stride == 0)  // each slice is chosen or not
    return by_parts(tile, panel, leaves.key_size, 1, tile.length,
                    [&](const Tile& part, const Panel& answer) {
                      if (!part.mask.keeps(0, 0)) return leave_out(part, answer, leaves.clear);
                      leaves.kept(part, &answer);
                    });
  // As many slices as a line of the cache has bytes of the mask, if it lies across them.
  constexpr Index slices = cache_line;
  Scratch scratch = tile.scratch;
  char* const bytes = scratch.take<char>(mask_piece);
  by_parts(tile, panel, leaves.key_size, slices, mask_piece / slices,
           [&](Tile part, const Panel& answers) {
             // Like the elements, the mask runs upwards in memory or downwards.
             const Index last = part.length - 1, first = upwards > 0 ? 0 : last;
             copy_mask(part.mask.at(0, first), part.mask.slice_stride, upwards * part.mask.stride,
                       part.slices, part.length, bytes);
             part.mask.bytes = bytes + first;
             part.mask.slice_stride = part.length;
             part.mask.stride = upwards;
             leaves.masked(part, &answers);
           });
}

void columns_by_mask(const Tile& tile, const Panel& panel, const MaskedLeaves& leaves) {
  if (tile.mask.slice_stride == 1) return leaves.masked(tile, &panel);
  if (tile.mask.slice_stride != 0) {
    constexpr Index length = cache_line;
    Scratch scratch = tile.scratch;
    char* const bytes = scratch.take<char>(mask_piece);
    return by_parts(tile, panel, leaves.key_size, mask_piece / length, length,
                    [&](Tile part, const Panel& answers) {
                      copy_mask(part.mask.bytes, part.mask.stride, part.mask.slice_stride,
                                part.length, part.slices, bytes);
                      part.mask.bytes = bytes;
                      part.mask.stride = part.slices;
                      part.mask.slice_stride = 1;
                      part.scratch = scratch;
                      leaves.masked(part, &answers);
                    });
  }
  // All slices have one mask: reduce the runs of elements that it keeps, without a mask.
  bool fresh = tile.fresh;
  for (Index j = 0, length; j < tile.length; j += length) {
    const bool kept = tile.mask.keeps(0, j);
    length = 1;
    while (j + length < tile.length && tile.mask.keeps(0, j + length) == kept) ++length;
    if (!kept) continue;
    Tile run = tile;
    run.move(0, j);
    run.length = length;
    run.fresh = fresh;
    leaves.kept(run, &panel);
    fresh = false;
  }
  if (fresh) leave_out(tile, panel, leaves.clear);
}

void columns_by_wider_rows(const Tile& tile, const Panel* panels, const WideLeaves& leaves,
                           Index rows) {
  Scratch scratch = tile.scratch;
  Panel wide[2];
  for (int e = 0; e < leaves.ends; ++e) {
    wide[e].keys = scratch.take<char>(wide_row);
    wide[e].indices = scratch.take<Index>(wide_row / leaves.key_size);
    if (tile.fresh) leaves.clear(tile, tile.codings[e], panels[e]);
  }
  const auto reduce = [&](Index element, Index copies, Index length) {
    // Of rows that run down through memory, a wide one begins with the last.
    Tile part = tile;
    part.move(0, tile.stride < 0 ? element + copies - 1 : element);
    part.mask.stride *= copies;
    part.slices = copies * tile.slices;
    part.length = length;
    part.stride = copies * tile.stride;
    part.step = copies * tile.step;
    part.fresh = true;
    part.scratch = scratch;
    leaves.columns(part, wide);
    for (int e = 0; e < leaves.ends; ++e)
      leaves.merge(panels[e], wide[e], tile.slices, copies,
                   tile.stride < 0 ? -tile.step : tile.step, 0);
  };
  const Index length = tile.length / rows, rest = tile.length % rows;
  reduce(0, rows, length);
  if (rest > 0) reduce(rows * length, rest, 1);
}

void by_copies(const Tile& tile, const Panel& panel, const CopyLeaves& leaves) {
  const Copier& copier = leaves.copier;
  const Index size = copier.key_size, lanes = copier.lanes, room = element_piece / size;
  constexpr Index longest = 128;  // of slices that are taken together
  constexpr Index abreast = 64;
  const Index most = room < 1024 ? room : 1024;
  const bool some = tile.slices >= lanes && tile.slices > 1;
  const bool across = some && tile.lies_across();
  const bool many = across || (some && tile.length <= longest);  // slices at once
  if (!many && !tile.mask && !(tile.swapped && tile.stride != size))
    return leaves.apart(tile, &panel);
  const Index most_elements = across ? room / abreast : room;
  const Index length = tile.length < most_elements ? tile.length : most_elements;
  const Index slices = !many ? 1 : room / length < most ? room / length : most;

  Scratch scratch = tile.scratch;
  char* const keys = scratch.take<char>(element_piece);
  char* const mask = scratch.take<char>(room);
  const Panel found{scratch.take<char>(most * size), scratch.take<Index>(most)};
  const Coding coded = coding_of_keys(tile.codings[0]);
  const Leaf leaf = across ? leaves.columns : many ? leaves.rows : leaves.along;
  by_parts(tile, panel, size, slices, length, [&](const Tile& part, const Panel& answers) {
    Tile copy = copy_of(part, across, copier, keys, mask, coded);
    copy.scratch = scratch;
    if (!part.mask) return leaf(copy, &answers);
    copy.index = 0;
    copy.step = 1;
    copy.fresh = true;
    leaf(copy, &found);
    leaves.put(part, found, answers);
  });
}

void choose_by_copies(const Tile& tile, Selection* selections, const CopyChoosers& leaves) {
  constexpr Index bytes = 8192, abreast = 64;
  const Copier& copier = leaves.copier;
  const bool across = tile.slices >= copier.lanes && tile.lies_across();
  const Index slices = across ? abreast : 1, length = bytes / copier.key_size / slices;
  alignas(64) char keys[bytes];
  const Coding coded = coding_of_keys(tile.codings[0]);
  for (Index slice = 0; slice < tile.slices; slice += slices)
    for (Index j = 0; j < tile.length; j += length) {
      Tile part = tile.part(slice, slices, j, length);
      const MaskView mask = part.mask;  // it is looked at where it lies
      part.mask = {};
      Tile copy = copy_of(part, across, copier, keys, nullptr, coded);
      copy.mask = mask;
      (across ? leaves.columns : leaves.along)(copy, selections + slice);
    }
}

}  // namespace minloc::MINLOC_ISA
