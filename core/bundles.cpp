#include "bundles.hpp"

#include <algorithm>
#include <cstring>

#include "leaf_calls.hpp"

namespace minloc {
namespace {

// A copy has at most so many bytes of elements. Rows that would share few sets of the cache are
// padded.
constexpr Index bundle_bytes = 16384, bad_pitch = 512, padding = 64;
static_assert(bundle_bytes + bundle_bytes / bad_pitch * padding <= panel_bytes);

// Tiles of more bytes are as fast where they are: of narrow rows, of others, and of slices that are
// rows and enough for a vector. So are longer slices, more slices that are rows, and more elements
// if each of them has to be copied by itself.
constexpr Index narrow = 16, small_of_narrow = 2048, small = 768, enough = 32, small_of_rows = 256;
constexpr Index longest = 128, most_rows = 24, most_single = 100, fewest_tiles = 4;

// A loop of a copy: bytes from one to the next where it is read, and where it is written.
struct CopyLoop {
  Index size, from, to;
};
using CopyLoops = CopyLoop[3];

template <class Copy>
void each_run(const CopyLoops& loops, const char* from, char* to, Copy copy) {
  const CopyLoop &outer = loops[0], &middle = loops[1], &inner = loops[2];
  for (Index i = 0; i < outer.size; ++i)
    for (Index j = 0; j < middle.size; ++j) {
      const char* p = from + i * outer.from + j * middle.from;
      char* q = to + i * outer.to + j * middle.to;
      for (Index k = 0; k < inner.size; ++k, p += inner.from, q += inner.to) copy(p, q);
    }
}

// Copies runs of at least `size` bytes and at most twice as many, as two that overlap.
template <std::size_t size>
void copy_halves(const CopyLoops& loops, const char* from, char* to, Index bytes) {
  const Index last = bytes - Index{size};
  each_run(loops, from, to, [=](const char* p, char* q) {
    char head[size], tail[size];
    std::memcpy(head, p, size), std::memcpy(tail, p + last, size);
    std::memcpy(q, head, size), std::memcpy(q + last, tail, size);
  });
}

void copy_runs(const CopyLoops& loops, const char* from, char* to, Index bytes) {
  if (bytes < 2) return copy_halves<1>(loops, from, to, bytes);
  if (bytes < 4) return copy_halves<2>(loops, from, to, bytes);
  if (bytes < 8) return copy_halves<4>(loops, from, to, bytes);
  if (bytes < 16) return copy_halves<8>(loops, from, to, bytes);
  if (bytes <= 32) return copy_halves<16>(loops, from, to, bytes);
  if (bytes <= 64) return copy_halves<32>(loops, from, to, bytes);
  each_run(loops, from, to,
           [=](const char* p, char* q) { std::memcpy(q, p, static_cast<std::size_t>(bytes)); });
}

// A loop of tiles, of their slices, or of elements: how many, and bytes from one to the next.
struct Along {
  Index size, stride;
};

// Where the elements of a copy lie.
struct Strides {
  Index slice, element;
};

// Copies elements, or bytes of a mask, of `size` bytes each: to slices that lie across each other,
// or are rows.
Strides copy_dense(bool across, const char* from, Index size, Along tiles, Along slices,
                   Along elements, char* to) {
  const Along& outer = across ? elements : slices;
  const Along& inner = across ? slices : elements;
  const Index in_row = inner.size * size;
  Index row = across ? tiles.size * in_row : in_row;
  if (across && row % bad_pitch == 0) row += padding;
  const Index to_tile = across ? in_row : outer.size * row;
  if (inner.stride == size)
    copy_runs({{1, 0, 0}, {tiles.size, tiles.stride, to_tile}, {outer.size, outer.stride, row}},
              from, to, in_row);
  else
    copy_runs({{tiles.size, tiles.stride, to_tile},
               {outer.size, outer.stride, row},
               {inner.size, inner.stride, size}},
              from, to, size);
  return across ? Strides{size, row} : Strides{row, size};
}

// How many tiles of a plan's innermost kept loop are best copied into one; 0: they are faster
// alone.
Index tiles_in_bundle(const Plan& plan) {
  if (plan.kept_count == 0 || plan.target) return 0;
  const Loop &slice = plan.slice, &slices = plan.slices;
  const bool across = plan.lies_across();
  const Loop& inner = across ? slices : slice;
  const Index elements = slices.size * slice.size, bytes = elements * plan.itemsize;
  const bool is_enough = !across && slices.size * plan.itemsize >= enough;
  const bool is_narrow = inner.size * plan.itemsize <= narrow;
  if (bytes > (is_enough ? small_of_rows : is_narrow ? small_of_narrow : small)) return 0;
  if (slice.size > longest || (!across && slices.size > most_rows)) return 0;
  if (inner.stride != plan.itemsize && elements > most_single) return 0;
  const Index tiles = std::min({plan.kept()[plan.kept_count - 1].size, bundle_bytes / bytes,
                                panel_width(plan.itemsize) / slices.size});
  return tiles < fewest_tiles ? 0 : tiles;
}

// How the copies of so many tiles are read.
Plan plan_of_copies(const Plan& plan, Index tiles) {
  Plan copies = plan;
  const bool across = plan.lies_across();
  const Index slices = tiles * plan.slices.size, size = plan.itemsize;
  copies.slices = {slices, across ? size : plan.slice.size * size, 1, 0, 0, 0};
  copies.slice.stride = across ? slices * size : size;
  copies.leaf = choose_leaf(copies.slice, copies.slices, size, plan.mask != nullptr, plan.swapped);
  return copies;
}

class Bundles {
 public:
  Bundles(const Plan& plan, Index key_size, std::span<const End> ends, Index tiles,
          Scratch& scratch)
      : plan_(plan),
        loop_(plan.kept()[plan.kept_count - 1]),
        ends_(ends),
        most_(tiles),
        leaf_(plan_of_copies(plan, tiles), key_size, ends) {
    for (std::size_t end = 0; end < ends.size(); ++end) panels_[end] = take_panel(scratch);
    elements_ = scratch.take<char>(panel_bytes);
    mask_ = scratch.take<char>(panel_bytes);
    scratch_ = scratch;
  }

  Outcome run() {
    const bool finished = each_row(plan_, plan_.kept_count - 1, [&](const Stretch& row) {
      for (Index begin = 0; begin < loop_.size; begin += most_) {
        Stretch first = row;
        first.data += begin * loop_.stride;
        if (row.mask) first.mask += begin * loop_.mask_stride;
        first.offset += begin * loop_.step;
        if (!reduce(first, std::min(most_, loop_.size - begin))) return false;
      }
      return true;
    });
    return {finished, misses_};
  }

 private:
  // Reduces a bundle of which `first` has the slices of the first tile.
  bool reduce(const Stretch& first, Index tiles) {
    // The answers of all tiles are one row, which may be written in place, or those of each are.
    const Loop& slices = plan_.slices;
    const bool one_row = loop_.step == slices.size * slices.step;
    const bool in_place = one_row && slices.step == sizeof(Index);
    Panel panels[most_ends];
    for (std::size_t end = 0; end < ends_.size(); ++end) {
      panels[end] = panels_[end];
      if (in_place) panels[end].indices = reinterpret_cast<Index*>(ends_[end].out + first.offset);
    }
    bool fresh = true;
    if (!each_tile(plan_, first, leaf_.codings(), scratch_, [&](const Tile& tile) {
          Tile copy = copied(tile, tiles);
          copy.fresh = fresh;
          fresh = false;
          return !patience_.ends(copy.slices * copy.length) && leaf_(copy, panels);
        }))
      return false;
    if (in_place && !plan_.may_miss && !plan_.counts_back()) return true;
    const Index rows = one_row ? 1 : tiles, count = tiles / rows * slices.size;
    for (std::size_t end = 0; end < ends_.size(); ++end)
      for (Index i = 0; i < rows; ++i)
        misses_ |= write(plan_, panels[end].indices + i * count, count,
                         ends_[end].out + first.offset + i * loop_.step, slices.step);
    return true;
  }

  // A copy of `tiles` tiles, of which `first` is the first.
  Tile copied(const Tile& first, Index tiles) const {
    const bool across = plan_.lies_across();
    Tile copy = first;
    copy.data = elements_;
    copy.slices = tiles * first.slices;
    copy.far = false;
    const Strides strides =
        copy_dense(across, first.data, plan_.itemsize, {tiles, loop_.stride},
                   {first.slices, first.slice_stride}, {first.length, first.stride}, elements_);
    copy.slice_stride = strides.slice;
    copy.stride = strides.element;
    if (!first.mask) return copy;
    const MaskView& mask = first.mask;
    const Strides of_mask =
        copy_dense(across, mask.bytes, 1, {tiles, loop_.mask_stride},
                   {first.slices, mask.slice_stride}, {first.length, mask.stride}, mask_);
    copy.mask = {mask_, of_mask.slice, of_mask.element, mask.masked_value};
    return copy;
  }

  const Plan& plan_;
  const Loop& loop_;  // over the tiles of a bundle
  const std::span<const End> ends_;
  const Index most_;  // tiles in a bundle
  const LeafCalls leaf_;
  Panel panels_[most_ends];
  char *elements_, *mask_;  // of a copy
  Scratch scratch_;
  Patience patience_;
  bool misses_ = false;
};

}  // namespace

std::optional<Outcome> run_in_bundles(const Plan& plan, Index key_size, std::span<const End> ends,
                                      Scratch scratch) {
  const Index tiles = tiles_in_bundle(plan);
  if (tiles == 0) return std::nullopt;
  return Bundles(plan, key_size, ends, tiles, scratch).run();
}

}  // namespace minloc
